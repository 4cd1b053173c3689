--- Search by meaning, for Neovim 0.7 and newer. `:help akin`

local config = require('akin.config')
local results = require('akin.results')
local server = require('akin.server')

local M = {}

--- Changes some of the settings; see akin.Config.
---@param changes table|nil
function M.setup(changes)
  config.setup(changes)
end

local current_search ---@type table|nil the search whose answer is wanted: { id = … }
local current_index ---@type integer|nil

local function show(title, items)
  if #items == 0 then
    return vim.notify('akin: nothing found', vim.log.levels.WARN)
  end
  results.set(title, items)
  vim.api.nvim_set_current_win(results.open())
end

local function find(title, what, keep)
  server.cancel(current_search and current_search.id)
  local this = {}
  current_search = this
  this.id = server.request('search', results.parameters(0, what), function(failure, result)
    if this ~= current_search then
      return -- a newer search has taken its place
    end
    if failure then
      return results.complain(failure)
    end
    show(title, results.items(vim.tbl_filter(keep, result.results[1])))
  end)
end

--- Searches the folder of the current buffer, into the quickfix list.
---@param query string
function M.search(query)
  if require('akin.live').has(query) then
    vim.api.nvim_set_current_win(results.open())
  else
    find(query, { query = query }, function()
      return true
    end)
  end
end

--- Finds what means the same as the lines `first` to `last` of the current buffer, these left out.
---@param first integer
---@param last integer
function M.similar(first, last)
  local lines = vim.api.nvim_buf_get_lines(0, first - 1, last, false)
  local text = vim.trim(table.concat(lines, '\n'))
  if text == '' then
    return vim.notify('akin: these lines are blank', vim.log.levels.WARN)
  end
  local name = vim.api.nvim_buf_get_name(0)
  local uri = vim.uri_from_fname(vim.loop.fs_realpath(name) or name)
  find(('like %s:%d'):format(vim.fn.expand('%:t'), first), { query = text }, function(hit)
    local hit_first, hit_last = results.lines(hit)
    return hit.uri ~= uri or hit_first > last or hit_last < first
  end)
end

--- Shows a line that is not kept, as much of it as fits.
local function say(text)
  vim.api.nvim_echo({ { vim.fn.strcharpart('akin: ' .. text, 0, vim.v.echospace) } }, false, {})
  vim.cmd('redraw')
end

--- Indexes a folder, and shows how far it is. What is indexed already and has not changed is kept.
---@param folder string|nil the current buffer's where nil
function M.index(folder)
  if current_index then
    return vim.notify('akin: already indexing; :AkinIndex! stops it', vim.log.levels.WARN)
  end
  folder = folder and vim.loop.fs_realpath(vim.fn.expand(folder)) or folder or config.folder(0)
  current_index = server.request('index/add', { folder = folder }, function(failure, result)
    current_index = nil
    if failure and failure.code == -32800 then
      say('stopped; what was indexed so far is kept')
    elseif failure then
      results.complain(failure)
    else
      say(('%d added, %d updated, %d removed, %d unchanged; %d chunks in %s'):format(
        result.added, result.updated, result.removed, result.unchanged, result.chunks, vim.fn.fnamemodify(folder, ':~')))
    end
  end, function(value)
    if value.kind == 'report' then
      say(('indexing %s%%  %s'):format(value.percentage or '', value.message or ''))
    end
  end)
end

--- Stops the indexing that runs.
function M.cancel_index()
  if current_index then
    server.cancel(current_index)
  else
    vim.notify('akin: nothing is being indexed', vim.log.levels.WARN)
  end
end

--- Says in a line what is indexed of the current buffer's folder, and by which model. `:checkhealth` says more.
function M.status()
  server.request('index/status', { collection = config.folder(0) }, function(failure, status)
    if failure then
      return results.complain(failure)
    end
    say(('%s: %d documents, %d chunks%s, updated %s, %s'):format(
      vim.fn.fnamemodify(status.name, ':t'), status.documents, status.chunks,
      status.isIndexing and ' (indexing now)' or '', status.updated, vim.fn.fnamemodify(status.model, ':t')))
  end)
end

return M
