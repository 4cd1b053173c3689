--- The server process and the requests that wait for it. One JSON value a line over a job's standard streams: on every
--- version since 0.7 these calls are the same, while vim.lsp.rpc takes other arguments since 0.8, swallows the
--- answers of cancelled requests in 0.7, and waits half a second at exit.

local config = require('akin.config')
local documents = require('akin.documents')

local M = {}

---@class akin.Error
---@field code integer|nil nil where the server could not be reached
---@field message string

---@class akin.Request
---@field method string
---@field params table
---@field callback fun(failure: akin.Error|nil, result: any)
---@field progress fun(value: table)|nil
---@field tries integer how many servers it was sent to

local job ---@type integer|nil
local fragments = {} ---@type string[] of the line that has not ended yet
local errors = {} ---@type string[] the last lines of standard error
local pending = {} ---@type table<integer, akin.Request>
local last_id = 0
local known_folders = {} ---@type table<string, boolean> those that the server was told of
local leaving = false -- Neovim is: nothing is started any more

local most_tries = 2
local kept_error_lines = 5
local model_process_ended = -32019

local method_not_found = -32601

local function send(message)
  message.jsonrpc = '2.0'
  -- A server that has just died is told of by on_exit.
  pcall(vim.fn.chansend, job, vim.json.encode(message) .. '\n')
end

local function notify(method, params)
  send({ method = method, params = params })
end

local function send_request(id, request)
  request.tries = request.tries + 1
  send({ id = id, method = request.method, params = request.params })
end

local function finish(id, failure, result)
  local request = pending[id]
  pending[id] = nil
  request.callback(failure, result)
end

local function receive(line)
  local ok, message = pcall(vim.json.decode, line)
  if not ok or type(message) ~= 'table' then
    return
  end
  if message.method == '$/progress' then
    local request = pending[message.params.token]
    if request and request.progress then
      request.progress(message.params.value)
    end
    return
  end
  if message.method then
    if message.id ~= nil then
      send({ id = message.id, error = { code = method_not_found, message = message.method .. ' is not answered here' } })
    end
    return
  end
  local request = pending[message.id]
  if not request then
    return
  end
  if message.error and message.error.code == model_process_ended and request.tries < most_tries then
    send_request(message.id, request) -- the shared process died, and the relay to it lives
  else
    finish(message.id, message.error, message.result)
  end
end

local function on_stdout(from, data)
  if from ~= job then
    return
  end
  table.insert(fragments, data[1])
  for i = 2, #data do
    local line = table.concat(fragments)
    fragments = { data[i] }
    receive(line)
  end
end

local function on_stderr(from, data)
  if from ~= job then
    return
  end
  for _, line in ipairs(data) do
    if line ~= '' then
      table.insert(errors, line)
    end
  end
  while #errors > kept_error_lines do
    table.remove(errors, 1)
  end
end

---@param folder string
local function workspace_folder(folder)
  return { uri = vim.uri_from_fname(folder), name = vim.fn.fnamemodify(folder, ':t') }
end

--- Tells the server of the current buffer's folder, where it does not know it: what is indexed of it is brought up to
--- date in the background.
local function tell_folder()
  local folder = config.folder(0)
  if not known_folders[folder] then
    known_folders[folder] = true
    notify('workspace/didChangeWorkspaceFolders', { event = { added = { workspace_folder(folder) }, removed = {} } })
  end
  return folder
end

local start

--- A server that died is started again for the requests that it left without an answer; a request that two servers
--- died with is not sent to a third.
local function on_exit(from, code)
  if from ~= job then
    return
  end
  job = nil
  if leaving or vim.v.exiting ~= vim.NIL then
    return
  end
  local said = #errors > 0 and ': ' .. table.concat(errors, ' ') or ''
  local failure = { message = ('the server ended twice (exit code %d)%s'):format(code, said) }
  local again = {}
  for id, request in pairs(pending) do
    if request.tries < most_tries then
      table.insert(again, id)
    else
      finish(id, failure)
    end
  end
  if #again == 0 then
    return
  end
  failure = start()
  table.sort(again)
  for _, id in ipairs(again) do
    if failure then
      finish(id, failure)
    else
      send_request(id, pending[id])
    end
  end
end

---@return akin.Error|nil
function start()
  if leaving then
    return { message = 'Neovim is being left' }
  end
  local command = config.values.command
  if vim.fn.executable(command[1]) == 0 then
    return { message = command[1] .. ' is not on PATH; :checkhealth akin says how to get it' }
  end
  fragments, errors = {}, {}
  -- In a process group of its own: an interrupt at the terminal is not for it, and Neovim's end does not wait for it.
  local id = vim.fn.jobstart(command, { on_stdout = on_stdout, on_stderr = on_stderr, on_exit = on_exit, detach = true })
  if id <= 0 then
    return { message = 'cannot start ' .. table.concat(command, ' ') }
  end
  job = id
  local folder = config.folder(0)
  known_folders = { [folder] = true }
  send({
    id = 0,
    method = 'initialize',
    params = {
      processId = vim.fn.getpid(),
      clientInfo = { name = 'Neovim' },
      capabilities = { general = { positionEncodings = { 'utf-8' } } },
      workspaceFolders = { workspace_folder(folder) },
    },
  })
  notify('initialized', vim.empty_dict())
  documents.forget()
  documents.tell(folder, notify)
end

--- Sends a request, and starts the server where it does not run. `callback` is called once, on the main loop.
---@param method string
---@param params table
---@param callback fun(failure: akin.Error|nil, result: any)
---@param progress fun(value: table)|nil asks for progress; gets the values of `$/progress`
---@return integer|nil id for `cancel`; nil where the server cannot be started
function M.request(method, params, callback, progress)
  local failure = not job and start() or nil
  if failure then
    callback(failure)
    return nil
  end
  documents.tell(tell_folder(), notify)
  last_id = last_id + 1
  if progress then
    params = vim.tbl_extend('force', params, { workDoneToken = last_id })
  end
  pending[last_id] = { method = method, params = params, callback = callback, progress = progress, tries = 0 }
  send_request(last_id, pending[last_id])
  return last_id
end

--- Cancels a request that still waits: its callback gets the error -32800, or a result that was there already.
---@param id integer|nil
function M.cancel(id)
  if job and pending[id] then
    send({ method = '$/cancelRequest', params = { id = id } })
  end
end

--- Tells a running server of a file that was saved, so that searches find what it holds now.
---@param buffer integer
function M.saved(buffer)
  if job then
    documents.saved(buffer, notify)
  end
end

--- Tells a running server that files may have changed while nobody looked, as by a checkout in another window.
function M.look_again()
  if not job then
    return
  end
  local changes = {}
  for folder in pairs(known_folders) do
    table.insert(changes, { uri = vim.uri_from_fname(folder) .. '/', type = 2 })
  end
  notify('workspace/didChangeWatchedFiles', { changes = changes })
end

--- The process id of the server, or nil where none runs.
---@return integer|nil
function M.pid()
  return job and vim.fn.jobpid(job)
end

--- Neovim is being left: nobody waits any more, and the server is ended without being waited for.
function M.leave()
  leaving = true
  pending = {}
  if job then
    local process = vim.fn.jobpid(job)
    pcall(vim.fn.chanclose, job, 'stdin')
    pcall(vim.loop.kill, process, 'sigterm')
  end
end

--- Ends the server; the next request starts it again.
function M.stop()
  if job then
    local stopped = job
    job = nil
    vim.fn.jobstop(stopped)
    for id in pairs(pending) do
      finish(id, { message = 'the server was stopped' })
    end
  end
end

return M
