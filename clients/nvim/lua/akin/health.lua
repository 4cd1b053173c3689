--- `:checkhealth akin`

local config = require('akin.config')
local server = require('akin.server')

local health = vim.health or require('health')
local start = health.start or health.report_start
local ok = health.ok or health.report_ok
local warn = health.warn or health.report_warn
local fail = health.error or health.report_error
local info = health.info or health.report_info

local M = {}

local patience = 30000 -- milliseconds: the first request may load the model

--- The answer of the server, waited for.
local function ask(method, params)
  local failure, result
  server.request(method, params, function(...)
    failure, result = ...
  end)
  vim.wait(patience, function()
    return failure ~= nil or result ~= nil
  end, 10)
  return failure or (not result and { message = 'no answer within 30 seconds' } or nil), result
end

local function check_program()
  start('akin: program')
  if vim.fn.has('nvim-0.7') == 0 then
    fail('Neovim 0.7 or newer is needed')
  end
  local program = config.values.command[1]
  if vim.fn.executable(program) == 0 then
    fail(program .. ' is not on PATH', { 'Build it from its sources with "make install".', 'Or set the setting "command".' })
    return false
  end
  ok(('%s, %s'):format(vim.fn.exepath(program), vim.fn.systemlist({ program, '--version' })[1] or ''))
  return true
end

local function check_server()
  start('akin: server and model')
  local failure, model = ask('model/info', vim.empty_dict())
  if failure then
    return fail(failure.message, failure.code == -32004 and { 'Run "akin pull".' } or {})
  end
  ok(('model %s, %d dimensions; process %d'):format(model.name or model.model, model.dimensions, server.pid() or 0))
  local folder = config.folder(0)
  local status
  failure, status = ask('index/status', { collection = folder })
  if failure then
    local is_missing = failure.code == -32009
    warn(is_missing and folder .. ' is not indexed' or failure.message, is_missing and { 'Run :AkinIndex there.' } or {})
  else
    ok(('%s: %d documents, %d chunks, %.1f MB, updated %s%s'):format(
      folder, status.documents, status.chunks, status.bytes / 1e6, status.updatedAt, status.indexing and ', indexing now' or ''))
  end
end

local function check_pickers()
  start('akin: pickers (optional)')
  for _, name in ipairs({ 'telescope', 'fzf-lua' }) do
    if pcall(require, name) then
      ok(name .. ' is installed')
    else
      info(name .. ' is not installed')
    end
  end
end

function M.check()
  if check_program() then
    check_server()
  end
  check_pickers()
end

return M
