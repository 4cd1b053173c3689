--- Search while `:Akin QUERY` is being typed: the quickfix list and the preview of its first result follow the keys.
--- Escape takes both away again.

local config = require('akin.config')
local results = require('akin.results')
local server = require('akin.server')

local M = {}

local timer = vim.loop.new_timer()
local request ---@type integer|nil the search that is under way
local wanted ---@type string|nil the query that the command line holds
local shown ---@type string|nil the query whose results the list holds
local list ---@type integer|nil the quickfix list of this command line
local opened ---@type integer|nil the quickfix window, where this opened it

local function quickfix_window()
  local window = vim.fn.getqflist({ winid = 0 }).winid
  return window ~= 0 and window or nil
end

local function show(query, share, result)
  local title = results.titled(query, share, result.embeddedShare)
  local no_match = not share and results.no_match(result)
  if no_match then
    title = query .. ': ' .. no_match
  end
  list = results.set(title, no_match and {} or results.items(result.results[1]), list)
  -- The command asks again where it has to say that nothing is near.
  shown = not no_match and query or nil
  local window = quickfix_window()
  if not window then
    window = results.open()
    opened = window
  end
  if config.values.preview then
    require('akin.preview').show(window, 1)
  end
  vim.cmd('redraw')
end

local function search(query)
  server.cancel(request)
  local params = results.parameters(0, { query = query })
  local share = results.share[params.collection]
  request = server.request('search', params, function(failure, result)
    -- A failure is told when the command is run: a message here would overwrite what is being typed.
    if not failure and query == wanted then
      show(query, share, result)
    end
  end)
end

--- The command line now holds this query.
---@param query string
function M.typed(query)
  query = vim.trim(query)
  if query == wanted then
    return
  end
  wanted = query
  timer:stop()
  if query ~= '' then
    timer:start(config.values.delay, 0, vim.schedule_wrap(function()
      if query == wanted then
        search(query)
      end
    end))
  end
end

--- The command line was left, by Escape where `aborted`.
---@param aborted boolean
function M.left(aborted)
  timer:stop()
  server.cancel(request)
  request, wanted = nil, nil
  if aborted and list then
    require('akin.preview').close()
    if opened then
      vim.cmd('cclose')
    end
    if vim.fn.getqflist({ nr = 0 }).nr > 1 then
      vim.cmd('silent colder')
    end
    shown = nil
  end
  -- What the command line showed is taken once, by the command that is run next.
  vim.schedule(function()
    shown, list, opened = nil, nil, nil
  end)
end

--- Whether the list already holds the results of this query, from the command line that was just left.
---@param query string
---@return boolean
function M.has(query)
  return shown == vim.trim(query)
end

return M
