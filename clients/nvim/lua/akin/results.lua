--- Results of a search as a quickfix list.

local config = require('akin.config')

local M = {}

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
  local common = {
    collection = config.folder(buffer),
    topK = config.values.limit,
    mode = config.values.mode,
  }
  return vim.tbl_extend('error', common, what)
end

--- A result in one line: its score and its first line that is not blank, after its heading (`Outer > Inner`) where the
--- line does not say that itself.
---@param hit akin.Hit
---@return string
function M.summary(hit)
  local line = vim.trim(hit.text):match('^[^\r\n]*')
  local heading = hit.heading or ''
  local is_said = line:find(vim.trim(heading:match('[^>]*$')), 1, true)
  -- Five columns either way: a cosine may be below zero.
  local score = (hit.score < 0 and '%.2f' or '%.3f'):format(hit.score)
  return ('%s  %s%s'):format(score, is_said and '' or heading .. ': ', line)
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
  }
end

--- The items of the hits that are in files.
---@param hits akin.Hit[]
---@return table[]
function M.items(hits)
  local items = {}
  for _, hit in ipairs(hits) do
    if hit.uri then
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
  local list = { title = 'Akin: ' .. title, items = items, context = { akin = true } }
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
  vim.api.nvim_set_current_win(here)
  if config.values.preview then
    require('akin.preview').follow(window)
  end
  return window
end

--- Says in one line what went wrong, and what to do about it where that is known.
---@param failure akin.Error
function M.complain(failure)
  local text = failure.message
  if failure.code == -32009 then
    text = vim.fn.fnamemodify(config.folder(0), ':t') .. ' is not indexed yet; :AkinIndex does it'
  elseif failure.code == -32004 then
    text = text .. ' Run "akin pull".'
  end
  vim.notify('akin: ' .. text, vim.log.levels.ERROR)
end

return M
