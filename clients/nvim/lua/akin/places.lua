--- Going to a result whose file may have changed since the search: to where its first line is now, or nowhere.

local M = {}

--- What a list knows of its items beside what quickfix lists let them have, taken from them: the first line of each as it was
--- found, and the folder that they are of.
---@param items table[]
---@return table
function M.context(items)
  local context = { akin = true, folder = items[1] and items[1].collection, lines = {} }
  for index, item in ipairs(items) do
    context.lines[index] = item.found or ''
    item.found, item.collection = nil, nil
  end
  return context
end

--- The lines of an item's file as they are; nil where it is gone.
local function lines_now(item)
  if vim.api.nvim_buf_is_loaded(item.bufnr) then
    return vim.api.nvim_buf_get_lines(item.bufnr, 0, -1, false)
  end
  local ok, lines = pcall(vim.fn.readfile, vim.api.nvim_buf_get_name(item.bufnr))
  return ok and lines or nil
end

--- The line that is like `wanted` and nearest to line `number`, from 1; nil where there is none.
local function nearest(lines, wanted, number)
  local best
  for at, line in ipairs(lines) do
    if vim.trim(line) == wanted and (not best or math.abs(at - number) < math.abs(best - number)) then
      best = at
    end
  end
  return best
end

--- Moves an item to where its first line is now.
---@param wanted string that line as it was found; empty where that is not known
---@return string|nil problem why it may be another place
local function follow(item, lines, wanted)
  if wanted == '' or vim.trim(lines[item.lnum] or '') == wanted then
    return nil
  end
  local at = nearest(lines, wanted, item.lnum)
  if not at then
    return 'this has changed since the search'
  end
  item.end_lnum = item.end_lnum > 0 and item.end_lnum + at - item.lnum or 0
  item.lnum = at
end

local function is_gone(item)
  return ('%s is gone; search again'):format(vim.fn.bufname(item.bufnr))
end

--- Goes to the result under the cursor of the quickfix window.
function M.visit()
  local list = vim.fn.getqflist({ id = 0, items = 0, context = 0 })
  local index = vim.fn.line('.')
  local item = list.items[index]
  local ours = type(list.context) == 'table' and list.context.akin
  if ours and item and vim.api.nvim_buf_is_valid(item.bufnr) and item.bufnr ~= 0 then
    local lines = lines_now(item)
    if not lines then
      vim.notify('akin: ' .. is_gone(item), vim.log.levels.WARN)
      return
    end
    local before = item.lnum
    local problem = follow(item, lines, list.context.lines[index] or '')
    if problem then
      vim.notify('akin: ' .. problem, vim.log.levels.WARN)
    elseif item.lnum ~= before then
      vim.fn.setqflist({}, 'r', { id = list.id, items = list.items, idx = index })
    end
  end
  vim.cmd(index .. 'cc')
end

---@class akin.Place
---@field path string|nil the real path; nil of a buffer without a file
---@field first integer
---@field last integer
---@field lines string[]

--- The place that a line of the current window names, where that is a quickfix or a location list.
---@param number integer the line
---@return akin.Place|nil place nil where it is no such list, or names nothing
---@return string|nil problem what is wrong with such a line
function M.named(number)
  if vim.bo.buftype ~= 'quickfix' then
    return nil
  end
  local asked = { items = 0, context = 0 }
  local is_location = vim.fn.getwininfo(vim.api.nvim_get_current_win())[1].loclist == 1
  local list = is_location and vim.fn.getloclist(0, asked) or vim.fn.getqflist(asked)
  local item = list.items[number]
  if not item or item.bufnr == 0 or item.lnum == 0 then
    return nil, 'this line names no place'
  end
  local lines = lines_now(item)
  if not lines then
    return nil, is_gone(item)
  end
  local ours = type(list.context) == 'table' and list.context.akin
  local problem = follow(item, lines, ours and list.context.lines[number] or '')
  if problem then
    return nil, problem
  end
  local last = math.max(item.lnum, item.end_lnum or 0)
  local name = vim.api.nvim_buf_get_name(item.bufnr)
  return { path = vim.loop.fs_realpath(name), first = item.lnum, last = last, lines = vim.list_slice(lines, item.lnum, last) }
end

--- Lets Enter go to results so in the current quickfix window, unless something else has taken it there.
function M.map_enter()
  if vim.fn.maparg('<CR>', 'n', false, true).buffer ~= 1 then
    vim.keymap.set('n', '<CR>', M.visit, { buffer = true, desc = 'Go to this place' })
  end
end

return M
