--- Going to a result whose file may have changed since the search: to where its first line is now, or nowhere.

local M = {}

--- The first line of each item as it was found; taken from the items, which quickfix lists let have no members of others.
---@param items table[]
---@return string[]
function M.lines(items)
  return vim.tbl_map(function(item)
    local found = item.found
    item.found = nil
    return found or ''
  end, items)
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

--- Goes to the result under the cursor of the quickfix window.
function M.visit()
  local list = vim.fn.getqflist({ id = 0, items = 0, context = 0 })
  local index = vim.fn.line('.')
  local item = list.items[index]
  local ours = type(list.context) == 'table' and list.context.akin
  if ours and item and vim.api.nvim_buf_is_valid(item.bufnr) and item.bufnr ~= 0 then
    local lines = lines_now(item)
    if not lines then
      vim.notify(('akin: %s is gone; search again'):format(vim.fn.bufname(item.bufnr)), vim.log.levels.WARN)
      return
    end
    local wanted = list.context.lines[index] or ''
    if wanted ~= '' and vim.trim(lines[item.lnum] or '') ~= wanted then
      local at = nearest(lines, wanted, item.lnum)
      if at then
        item.end_lnum = item.end_lnum > 0 and item.end_lnum + at - item.lnum or 0
        item.lnum = at
        vim.fn.setqflist({}, 'r', { id = list.id, items = list.items, idx = index })
      else
        vim.notify('akin: this has changed since the search', vim.log.levels.WARN)
      end
    end
  end
  vim.cmd(index .. 'cc')
end

--- Lets Enter go to results so in the current quickfix window, unless something else has taken it there.
function M.map_enter()
  if vim.fn.maparg('<CR>', 'n', false, true).buffer ~= 1 then
    vim.keymap.set('n', '<CR>', M.visit, { buffer = true, desc = 'Go to this place' })
  end
end

return M
