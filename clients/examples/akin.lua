-- Semantic search in the current buffer, for Neovim 0.7 and newer, without a plugin: `:luafile akin.lua`, then
-- `:AkinLines where is the header parsed`. The lines closest in meaning come to the quickfix list, best first.
-- The server starts with the first search and stays, so further searches take milliseconds.

local server = { job = nil, partial = '', pending = {}, last_id = 0 }

local function receive(_, data)
  -- data[1] continues the line that was cut last time; the last element is a line not yet ended.
  data[1] = server.partial .. data[1]
  server.partial = table.remove(data)
  for _, line in ipairs(data) do
    local ok, answer = pcall(vim.json.decode, line)
    local callback = ok and server.pending[answer.id]
    if callback then
      server.pending[answer.id] = nil
      callback(answer.error, answer.result)
    end
  end
end

local function request(method, params, callback)
  if not server.job then
    local program = vim.env.AKIN or 'akin'
    if vim.fn.executable(program) == 0 then
      return vim.notify(program .. ' is not a program: install Akin, or set AKIN to its path', vim.log.levels.ERROR)
    end
    server.job = vim.fn.jobstart({ program, 'serve' }, {
      on_stdout = receive,
      on_exit = function() server.job, server.partial, server.pending = nil, '', {} end,
    })
  end
  server.last_id = server.last_id + 1
  server.pending[server.last_id] = callback
  local message = { jsonrpc = '2.0', id = server.last_id, method = method, params = params }
  vim.fn.chansend(server.job, vim.json.encode(message) .. '\n')
end

local function search_lines(options)
  local buffer = vim.api.nvim_get_current_buf()
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  request('search', { query = options.args, documents = lines, topK = 20 }, function(failure, result)
    if failure then
      return vim.notify('akin: ' .. failure.message, vim.log.levels.ERROR)
    end
    local items = {}
    for _, hit in ipairs(result.results[1]) do
      local text = string.format('%.3f  %s', hit.score, lines[hit.index + 1])
      table.insert(items, { bufnr = buffer, lnum = hit.index + 1, text = text })
    end
    vim.fn.setqflist({}, ' ', { title = 'akin: ' .. options.args, items = items })
    vim.cmd('copen')
  end)
end

vim.api.nvim_create_user_command('AkinLines', search_lines, { nargs = '+' })
