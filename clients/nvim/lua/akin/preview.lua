--- A floating window above the quickfix window that shows the place of the result under the cursor. It holds a copy
--- of the file's lines, so that looking at a result loads no file and starts nothing that follows files.

local config = require('akin.config')

local M = {}

local buffer ---@type integer|nil
local window ---@type integer|nil
local namespace = vim.api.nvim_create_namespace('akin_preview')

function M.close()
  if window and vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_win_close(window, true)
  end
  window = nil
end

--- The lines of a place as far as the preview shows them, and the syntax of its file.
local function content(item, height)
  local last = math.max(item.lnum, item.end_lnum) + height
  if vim.api.nvim_buf_is_loaded(item.bufnr) then
    return vim.api.nvim_buf_get_lines(item.bufnr, 0, last, false), vim.bo[item.bufnr].filetype
  end
  local path = vim.api.nvim_buf_get_name(item.bufnr)
  local ok, lines = pcall(vim.fn.readfile, path, '', last)
  if not ok then
    return { 'cannot read ' .. path }, ''
  end
  -- As a buffer would hold them, whichever system wrote the file.
  lines = vim.tbl_map(function(line)
    return (line:gsub('\r$', ''))
  end, lines)
  local syntax = ''
  if vim.fn.has('nvim-0.8') == 1 then
    syntax = vim.filetype.match({ filename = path }) or ''
  end
  return lines, syntax
end

--- Shows item `index` of the quickfix list over `list`, the quickfix window.
---@param list integer
---@param index integer
function M.show(list, index)
  local item = vim.fn.getqflist()[index]
  local bottom = vim.api.nvim_win_get_position(list)[1] - 1
  local height = math.min(config.values.preview_height, bottom - 3)
  if not item or item.bufnr == 0 or height < 1 then
    return M.close()
  end
  if not (buffer and vim.api.nvim_buf_is_valid(buffer)) then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.bo[buffer].bufhidden = 'hide'
  end
  local lines, syntax = content(item, height)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].syntax = syntax
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  for line = item.lnum, math.max(item.lnum, item.end_lnum) do
    vim.api.nvim_buf_add_highlight(buffer, namespace, 'Visual', line - 1, 0, -1)
  end
  local place = {
    relative = 'editor', anchor = 'SW', row = bottom, col = 0,
    width = math.max(vim.o.columns - 2, 1), height = height,
    style = 'minimal', border = 'single', focusable = false,
  }
  if window and vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_win_set_config(window, place)
  else
    place.noautocmd = true
    window = vim.api.nvim_open_win(buffer, false, place)
  end
  vim.wo[window].number = true -- after each configuration: the minimal style takes it away
  vim.wo[window].wrap = false
  local line = math.min(item.lnum, vim.api.nvim_buf_line_count(buffer))
  vim.api.nvim_win_set_cursor(window, { line, 0 })
  vim.api.nvim_win_call(window, function()
    vim.fn.winrestview({ topline = math.max(1, line - math.floor(height / 3)) })
  end)
end

--- Whether the quickfix list that is shown is one of Akin's.
local function is_ours()
  local context = vim.fn.getqflist({ context = 0 }).context
  return type(context) == 'table' and context.akin == true
end

--- Shows the place of the result under the cursor whenever that moves in the quickfix window `list`.
---@param list integer
function M.follow(list)
  local group = vim.api.nvim_create_augroup('akin_preview', {})
  local quickfix = vim.api.nvim_win_get_buf(list)
  vim.api.nvim_create_autocmd({ 'CursorMoved', 'WinEnter' }, {
    group = group,
    buffer = quickfix,
    callback = function()
      if is_ours() then
        M.show(vim.api.nvim_get_current_win(), vim.fn.line('.'))
      else
        M.close()
      end
    end,
  })
  vim.api.nvim_create_autocmd({ 'WinLeave', 'BufLeave', 'BufWinLeave' }, { group = group, buffer = quickfix, callback = M.close })
end

return M
