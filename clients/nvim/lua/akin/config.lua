--- The settings, and which folder a buffer belongs to.

---@class akin.Config
---@field command string[] the program and its arguments
---@field limit integer results of one search, at most
---@field mode 'semantic'|'keyword'|'hybrid'
---@field delay integer milliseconds without a key before a search as you type
---@field preview boolean show the place of a result while you move in the list
---@field preview_height integer lines of that preview
---@field folder fun(buffer: integer): string|nil the folder whose collection is searched; nil: the repository's

local M = {}

---@type akin.Config
M.values = {
  command = { 'akin', 'serve' },
  limit = 30,
  mode = 'hybrid',
  delay = 60,
  preview = true,
  preview_height = 12,
  folder = function() end,
}

--- Changes some of the settings. An unknown name is an error.
---@param changes table|nil
function M.setup(changes)
  for name, value in pairs(changes or {}) do
    if M.values[name] == nil then
      error(('akin: no setting is named %q'):format(name), 3)
    end
    if type(value) ~= type(M.values[name]) then
      error(('akin: setting %s: expected a %s, found a %s'):format(name, type(M.values[name]), type(value)), 3)
    end
    M.values[name] = value
  end
end

--- The folder that the results in a quickfix window are of; nil of another buffer.
local function folder_of_results(buffer)
  if vim.bo[buffer].buftype ~= 'quickfix' then
    return nil
  end
  local context = vim.fn.getqflist({ context = 0 }).context
  return type(context) == 'table' and context.akin and context.folder or nil
end

--- The real path of the folder that a buffer is searched in: of a window of results theirs, else what the setting says, else the
--- nearest folder around the file that holds `.git`, else the working directory.
---@param buffer integer 0 is the current one
---@return string
function M.folder(buffer)
  local folder = folder_of_results(buffer) or M.values.folder(buffer)
  if not folder then
    local file = vim.api.nvim_buf_get_name(buffer)
    local is_file = vim.bo[buffer].buftype == '' and file ~= ''
    local start = is_file and vim.fn.fnamemodify(file, ':p:h') or vim.fn.getcwd()
    local around = vim.fn.escape(start, ' ,;') .. ';'
    local git = vim.fn.finddir('.git', around)
    if git == '' then
      git = vim.fn.findfile('.git', around) -- a worktree or a submodule
    end
    folder = git ~= '' and vim.fn.fnamemodify(git, ':p'):gsub('/+$', ''):gsub('/%.git$', '') or vim.fn.getcwd()
  end
  return vim.loop.fs_realpath(folder) or folder
end

return M
