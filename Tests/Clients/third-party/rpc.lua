-- Neovim's own client for language servers, below vim.lsp: vim.lsp.rpc.start, in the forms of 0.7 and of 0.10.
local function check(name, holds, got)
  io.stdout:write(holds and ('ok ' .. name) or (name .. ': got ' .. vim.inspect(got)), '\n')
end

local exit_code
local dispatchers = { on_exit = function(code) exit_code = code end }
local command = os.getenv('AKIN')
local rpc
if vim.fn.has('nvim-0.10') == 1 then
  rpc = vim.lsp.rpc.start({ command, 'serve' }, dispatchers)
else
  rpc = vim.lsp.rpc.start(command, { 'serve' }, dispatchers)
end

local function ask(method, params)
  local outcome
  rpc.request(method, params, function(err, result) outcome = { err = err, result = result } end)
  vim.wait(50000, function() return outcome ~= nil end, 5)
  return outcome or {}
end

-- An empty Lua table is sent as [], also where an object is meant.
local answer = ask('initialize', { processId = vim.fn.getpid(), capabilities = {} })
check('initialize', answer.result and answer.result.serverInfo.name == 'akin', answer)
rpc.notify('initialized', {})

answer = ask('similarity', { left = 'a cat', right = { 'a dog', 'a train' } })
local scores = answer.result and answer.result.scores[1]
check('a cat is nearer to a dog than to a train', scores and scores[1] > scores[2], answer)

answer = ask('tokenize', { input = '😀 fire' })
local offsets = answer.result and answer.result.encodings[1].offsets
check('offsets count UTF-16', offsets and vim.deep_equal(offsets[#offsets - 1], { 3, 7 }), answer)

answer = ask('embed', { input = { 'one', 'two' }, unknown = 1 })
check('an unknown parameter', answer.err and answer.err.code == -32602, answer)

-- Vectors that Neovim writes with 14 digits are vectors still.
answer = ask('similarity', { left = { { 1 / 3, 2 / 3 } }, right = { { 1 / 3, 2 / 3 } } })
check('vectors', answer.result and math.abs(answer.result.scores[1][1] - 1) < 1e-6, answer)

answer = ask('shutdown', nil)
check('shutdown', answer.err == nil, answer)
rpc.notify('exit', nil)
vim.wait(10000, function() return exit_code ~= nil end, 5)
check('exit code 0', exit_code == 0, exit_code)
vim.cmd('qall!')
