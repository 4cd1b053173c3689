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

local function find(title, what, keep)
  server.cancel(current_search and current_search.id)
  local this = {}
  current_search = this
  local asked = results.place()
  -- The answer is of what is there when the question is asked.
  local share = results.share[config.folder(0)]
  this.id = server.request('search', results.parameters(0, what), function(failure, result)
    if this ~= current_search then
      return -- a newer search has taken its place
    end
    if failure then
      return results.complain(failure)
    end
    local no_match = not share and results.no_match(result)
    if no_match then
      return results.complain({ message = no_match }, vim.log.levels.WARN)
    end
    title = results.titled(title, share, result.embeddedShare)
    results.arrived(title, results.items(vim.tbl_filter(keep, result.results[1])), asked)
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

--- Finds what means the same as the lines `first` to `last` of the current buffer, these left out; in a list of places what
--- means the same as the place that the first of these lines names.
---@param first integer
---@param last integer
function M.similar(first, last)
  local place, problem = require('akin.places').named(first)
  if problem then
    return results.complain({ message = problem })
  end
  place = place
    or {
      path = require('akin.documents').path(0),
      first = first,
      last = last,
      lines = vim.api.nvim_buf_get_lines(0, first - 1, last, false),
    }
  -- In a query, quotes would leave only texts that have the same words.
  local text = vim.trim((table.concat(place.lines, '\n'):gsub('"', "'")))
  if text == '' then
    return results.complain({ message = 'these lines are blank' })
  end
  local uri = place.path and vim.uri_from_fname(place.path)
  local title = ('like %s:%d'):format(place.path and vim.fn.fnamemodify(place.path, ':t') or '', place.first)
  -- More than the model takes at once is taken in windows.
  find(title, { query = text, overflow = 'window' }, function(hit)
    local hit_first, hit_last = results.lines(hit)
    return hit.uri ~= uri or hit_first > place.last or hit_last < place.first
  end)
end

--- Shows the results that came while something else was being done.
function M.show_late()
  results.show_late()
end

--- Indexes a folder; see akin.indexing.
---@param folder string|nil the current buffer's where nil
function M.index(folder)
  require('akin.indexing').start(folder)
end

--- Stops the indexing that runs.
function M.cancel_index()
  require('akin.indexing').cancel()
end

--- Says in a line what is indexed of the current buffer's folder, and by which model. `:checkhealth` says more.
function M.status()
  server.request('index/status', { collection = config.folder(0) }, function(failure, status)
    if failure then
      return results.complain(failure)
    end
    results.say(('%s: %d documents, %d chunks%s, updated %s, %s'):format(
      vim.fn.fnamemodify(status.name, ':t'), status.documents, status.chunks,
      status.indexing and ' (indexing now)' or '', status.updatedAt, vim.fn.fnamemodify(status.model, ':t')))
  end)
end

return M
