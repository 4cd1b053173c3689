--- Results of a search as a quickfix list.

local config = require('akin.config')
local places = require('akin.places')

local M = {}

--- How much is indexed, in percent, of the folders that this Neovim is having indexed.
M.share = {} ---@type table<string, integer> by folder

---@class akin.Hit
---@field uri string|nil
---@field id string|nil
---@field range table LSP range, columns in bytes
---@field score number
---@field text string
---@field heading string|nil

--- The parameters of a search in a buffer's folder.
---@param buffer integer
---@param what table `query` or `similarTo`
---@return table
function M.parameters(buffer, what)
  local folder = config.folder(buffer)
  local common = {
    collection = folder,
    topK = config.values.limit,
    mode = config.values.mode,
  }
  if M.share[folder] then
    common.awaitChanges = false -- while it is being indexed, what is there is searched
  end
  return vim.tbl_extend('error', common, what)
end

--- A title that says of what part of a folder the results are.
---@param title string
---@param share integer|nil how much of it is indexed, in percent; nil for all of it
---@param embedded number|nil of what is indexed, the share that is found by its meaning too, 0 to 1; nil for all of it
---@return string
function M.titled(title, share, embedded)
  if share then
    return ('%s (%d%% is indexed)'):format(title, share)
  end
  if embedded and embedded < 1 then
    return ('%s (%d%% is embedded)'):format(title, math.floor(100 * embedded))
  end
  return title
end

--- What to say where nothing is near the query: the best that there is answers nothing.
---@param result table of a search
---@return string|nil
function M.no_match(result)
  local best = (result.noGoodMatch or {})[1]
  return type(best) == 'number' and ('no good match (best %.2f)'):format(best) or nil
end

--- The first line of a text that says something: brackets and quotation marks do not.
local function first_line(text)
  for line in text:gmatch('[^\r\n]+') do
    if line:find('%w') or line:find('[\128-\255]') then
      return (vim.trim(line):gsub('^["\']+', ''):gsub('["\']+$', ''))
    end
  end
  return vim.trim(text):match('^[^\r\n]*')
end

--- A result in one line: its score and its first line that says something, after its heading (`Outer > Inner`) where the
--- line does not say that itself.
---@param hit akin.Hit
---@return string
function M.summary(hit)
  local line = first_line(hit.text)
  local heading = hit.heading or ''
  local is_said = line:find(vim.trim(heading:match('[^>]*$')), 1, true)
  -- Five columns either way: a cosine may be below zero.
  -- The cosine says how near a place is; the score only orders the places of one search.
  local near = hit.similarity or hit.score
  local score = (near < 0 and '%.2f' or '%.3f'):format(near)
  -- Of a document whose bytes are not its text, a line is no place to open: a page, a slide or a cell is.
  local location = hit.location and ('#%s  '):format(hit.location) or ''
  return ('%s  %s%s%s'):format(score, location, is_said and '' or heading .. ': ', line)
end

--- The first and last line of a hit, from 1. An end at column 0 belongs to the line before.
---@param hit akin.Hit
---@return integer, integer
function M.lines(hit)
  local first, last = hit.range.start, hit.range['end']
  local ends_before = last.character == 0 and last.line > first.line
  return first.line + 1, ends_before and last.line or last.line + 1
end

--- A quickfix item.
---@param hit akin.Hit
---@return table
function M.item(hit)
  local first, last = M.lines(hit)
  local column = hit.range.start.character
  return {
    filename = vim.fn.fnamemodify(vim.uri_to_fname(hit.uri), ':.'),
    lnum = first,
    end_lnum = last > first and last or 0,
    col = column > 0 and column + 1 or 0,
    text = M.summary(hit),
    found = vim.trim(hit.text:match('^[^\r\n]*')),
    collection = hit.collection,
  }
end

--- Whether there is something to go to: of a file that is gone only a new buffer would be opened.
local function is_there(hit)
  if not hit.uri then
    return false
  end
  local path = vim.uri_to_fname(hit.uri)
  return vim.fn.filereadable(path) == 1 or vim.fn.bufloaded(path) == 1
end

--- The items of the hits that are in files.
---@param hits akin.Hit[]
---@return table[]
function M.items(hits)
  local items = {}
  for _, hit in ipairs(hits) do
    if is_there(hit) then
      table.insert(items, M.item(hit))
    end
  end
  return items
end

--- Makes a new quickfix list, or fills the list `id` anew.
---@param title string
---@param items table[]
---@param id integer|nil
---@return integer id
function M.set(title, items, id)
  local list = { title = 'Akin: ' .. title, items = items, context = places.context(items) }
  if id then
    list.id = id
    vim.fn.setqflist({}, 'r', list)
    return id
  end
  vim.fn.setqflist({}, ' ', list)
  return vim.fn.getqflist({ id = 0 }).id
end

--- Opens the quickfix window, without going there, and returns it.
---@return integer window
function M.open()
  local here = vim.api.nvim_get_current_win()
  vim.cmd('botright copen')
  local window = vim.api.nvim_get_current_win()
  vim.wo[window].wrap = false -- a line a result
  places.map_enter()
  vim.api.nvim_set_current_win(here)
  if config.values.preview then
    require('akin.preview').follow(window)
  end
  return window
end

---@class akin.Asked where and how something was asked for
---@field window integer
---@field cursor integer[]
---@field tick integer

--- Where the person is now, for `arrived`.
---@return akin.Asked
function M.place()
  return {
    window = vim.api.nvim_get_current_win(),
    cursor = vim.api.nvim_win_get_cursor(0),
    tick = vim.api.nvim_buf_get_changedtick(0),
  }
end

--- Whether the last line of the screen is in use: by a command that is being typed, a question, or the name of the mode.
local function is_line_taken()
  local mode = vim.api.nvim_get_mode().mode
  return mode:find('^[cr]') ~= nil or vim.o.showmode and mode:sub(1, 1) ~= 'n'
end

local function when_line_is_free(show)
  if is_line_taken() then
    vim.defer_fn(function()
      when_line_is_free(show)
    end, 100)
  else
    show()
  end
end

local late ---@type table|nil title and items that came while something else was being done

--- What was announced and not looked at yet goes before all that is said: nothing else takes it from the screen.
---@param text string|nil
local function echo(text)
  local waiting = late and (':AkinResults shows %d results for %s'):format(#late.items, late.title)
  local line = waiting and text and waiting .. '; ' .. text or waiting or text
  if line then
    vim.api.nvim_echo({ { vim.fn.strcharpart('akin: ' .. line, 0, vim.v.echospace) } }, false, {})
    vim.cmd('redraw')
  end
end

--- Shows a line that is not kept, as much of it as fits, once nothing else is being typed there.
---@param text string|nil
function M.say(text)
  when_line_is_free(function()
    echo(text)
  end)
end

--- Likewise a line that another will follow: it is not waited with.
---@param text string
function M.say_passing(text)
  if not is_line_taken() then
    echo(text)
  end
end

--- Results have come. They are shown where the person still is where they were asked for, in normal mode and with no key
--- half typed, and get the focus where the cursor has not been moved either; else they are announced.
---@param title string
---@param items table[]
---@param asked akin.Asked
function M.arrived(title, items, asked)
  if #items == 0 then
    local share = title:match(' %(%d+%% is %a+%)$') or ''
    return M.complain({ message = 'nothing found' .. share }, vim.log.levels.WARN)
  end
  local now = M.place()
  local mode = vim.api.nvim_get_mode()
  local is_ready = mode.mode == 'n' and not mode.blocking and vim.fn.getcmdwintype() == ''
  if not is_ready or now.window ~= asked.window then
    late = { title = title, items = items }
    return M.say()
  end
  late = nil
  M.set(title, items)
  local window = M.open()
  if vim.deep_equal(now, asked) then
    vim.api.nvim_set_current_win(window)
  end
end

--- Shows the results that were announced last, or else the list that there is.
function M.show_late()
  if late then
    M.set(late.title, late.items)
    late = nil
  end
  vim.api.nvim_set_current_win(M.open())
end

--- Says in one line what went wrong, and what to do about it where that is known.
---@param failure akin.Error
---@param level integer|nil of vim.log.levels
function M.complain(failure, level)
  local text = failure.message
  if failure.code == -32009 then
    text = vim.fn.fnamemodify(config.folder(0), ':t') .. ' is not indexed yet; :AkinIndex does it'
  elseif failure.code == -32004 then
    text = text .. ' Run "akin pull".'
  end
  when_line_is_free(function()
    vim.notify('akin: ' .. text, level or vim.log.levels.ERROR)
  end)
end

return M
