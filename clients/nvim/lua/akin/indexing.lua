--- The indexing that this Neovim has asked for.

local config = require('akin.config')
local results = require('akin.results')
local server = require('akin.server')

local M = {}

local cancelled = -32800

local current ---@type integer|nil the request that is under way

local function ended(folder, failure, result)
  if failure and failure.code == cancelled then
    results.say('stopped; what was indexed so far is kept')
  elseif failure then
    results.complain(failure)
  else
    local skipped = result.skipped > 0 and (', %d left out'):format(result.skipped) or ''
    results.say(('%d added, %d updated, %d removed, %d unchanged%s; %d chunks in %s'):format(
      result.added, result.updated, result.removed, result.unchanged, skipped, result.chunks,
      vim.fn.fnamemodify(folder, ':t')))
  end
end

--- Indexes a folder, and shows how far it is. What is indexed already and has not changed is kept.
---@param named string|nil a folder; the current buffer's where nil
function M.start(named)
  if current then
    return results.complain({ message = 'already indexing; :AkinIndex! stops it' })
  end
  local folder = named and vim.loop.fs_realpath(vim.fn.expand(named)) or not named and config.folder(0) or nil
  if not folder or vim.fn.isdirectory(folder) == 0 then
    return results.complain({ message = ('%s is no folder'):format(named or folder) })
  end
  results.share[folder] = 0
  results.say_passing('indexing ' .. vim.fn.fnamemodify(folder, ':t'))
  current = server.request('index/add', { folder = folder }, function(failure, result)
    current = nil
    results.share[folder] = nil
    ended(folder, failure, result)
  end, function(value)
    if value.kind == 'report' then
      results.share[folder] = value.percentage or results.share[folder]
      results.say_passing(('indexing %s%%  %s'):format(value.percentage or '', value.message or ''))
    end
  end)
end

--- Stops the indexing that runs.
function M.cancel()
  if current then
    server.cancel(current)
  else
    results.complain({ message = 'nothing is being indexed' })
  end
end

return M
