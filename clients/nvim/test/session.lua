-- Drives the plugin in a headless Neovim against the real server. Run by Tests/Clients/nvim.sh, in the folder to index.

local counts = { passed = 0, failed = 0 }
local messages = {}
vim.notify = function(text)
  table.insert(messages, text)
end

local function check(name, holds, found)
  counts[holds and 'passed' or 'failed'] = counts[holds and 'passed' or 'failed'] + 1
  local detail = holds and '' or ': found ' .. vim.inspect(found)
  io.stdout:write(holds and 'ok      ' or 'FAILED  ', name, detail, '\n')
end

local function wait(condition)
  return vim.wait(30000, condition, 10)
end

--- The places of the quickfix list.
local function listed()
  return vim.tbl_map(function(item)
    return vim.fn.fnamemodify(vim.fn.bufname(item.bufnr), ':t') .. ':' .. item.lnum
  end, vim.fn.getqflist())
end

--- Runs a command and waits for the quickfix list that it makes.
local function list_of(command)
  vim.fn.setqflist({}, 'f')
  vim.cmd(command)
  wait(function()
    return #vim.fn.getqflist() > 0
  end)
  return listed()
end

local function last_message()
  wait(function()
    return #messages > 0
  end)
  return table.remove(messages) or ''
end

local function edit(file)
  vim.cmd('only | edit! ' .. file)
end

local akin = require('akin')
local server = require('akin.server')

local function test_missing_program()
  akin.setup({ command = { 'no-such-akin' } })
  vim.cmd('Akin anything')
  local said = last_message()
  check('a missing program is named, with what to do', said:find('no%-such%-akin is not on PATH; :checkhealth akin') ~= nil, said)
  akin.setup({ command = { 'akin', 'serve' } })
end

local function test_settings()
  local ok, failure = pcall(akin.setup, { limits = 3 })
  check('an unknown setting is an error', not ok and failure:find('"limits"') ~= nil, failure)
  ok, failure = pcall(akin.setup, { limit = 'many' })
  check('a setting of another type is an error', not ok and failure:find('expected a number') ~= nil, failure)
end

local function test_index()
  check('no server runs before the first command', server.pid() == nil, server.pid())
  edit('src/tide.py')
  vim.cmd('Akin the sea')
  local said = last_message()
  check('an unknown folder says how to index it', said:find(':AkinIndex') ~= nil, said)
  vim.cmd('messages clear')
  local shown = {}
  local echo = vim.api.nvim_echo
  vim.api.nvim_echo = function(chunks)
    table.insert(shown, chunks[1][1])
  end
  vim.cmd('AkinIndex')
  wait(function()
    return #shown > 0 and shown[#shown]:find('added') ~= nil
  end)
  check('indexing counts four files', (shown[#shown] or ''):find('4 added') ~= nil, shown)
  check('indexing shows progress', #shown > 1 and shown[1]:find('^akin: indexing ') ~= nil, shown)
  shown = {}
  vim.cmd('AkinStatus')
  wait(function()
    return #shown > 0
  end)
  check('status counts four documents', (shown[1] or ''):find('4 documents') ~= nil, shown)
  vim.api.nvim_echo = echo
end

local function test_search()
  edit('src/tide.py')
  local places = list_of('Akin how do plants get their energy')
  check('search finds by meaning', vim.startswith(places[1] or '', 'garden.md:'), places)
  check('the quickfix window has the focus', vim.bo.buftype == 'quickfix', vim.bo.buftype)
  vim.cmd('cc 1')
  check('the quickfix list opens the file', vim.fn.expand('%:t') == 'garden.md', vim.fn.expand('%'))
  edit('src/mail.py')
  places = list_of('Akin ask a customer for money')
  check('another search finds another file', vim.startswith(places[1] or '', 'mail.py:'), places)
end

local function test_similar()
  edit('src/tide.py')
  local places = list_of('1,3AkinSimilar')
  check('similar leaves its own lines out', not vim.tbl_contains(places, 'tide.py:1') and #places > 0, places)
  vim.cmd('only | enew')
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'photosynthesis in a leaf' })
  places = list_of('AkinSimilar')
  check('similar takes lines of a buffer without a file', vim.startswith(places[1] or '', 'garden.md:'), places)
  vim.cmd('only | enew!')
  vim.cmd('AkinSimilar')
  check('blank lines are refused', last_message():find('blank') ~= nil, messages)
end

--- From the window of results: like the place that the line names, not like the line.
local function test_similar_to_a_result()
  edit('src/tide.py')
  list_of('Akin how do plants get their energy')
  local folder = vim.fn.getcwd()
  vim.cmd('lcd /')
  vim.cmd('AkinSimilar')
  local title
  wait(function()
    title = vim.fn.getqflist({ title = 0 }).title
    return title:find('like') ~= nil
  end)
  check('similar in the results takes the place', title == 'Akin: like garden.md:1', title)
  local places = listed()
  check('which is not found', #places > 0 and not vim.tbl_contains(places, 'garden.md:1'), places)
  vim.cmd('lcd ' .. vim.fn.fnameescape(folder))
  vim.fn.setqflist({ { text = 'no place' } })
  vim.cmd('copen | AkinSimilar')
  check('a line that names none is refused', last_message():find('names no place') ~= nil, messages)
  vim.cmd('only | edit src/tide.py')
end

local function test_stale()
  edit('src/tide.py')
  vim.cmd('Akin how do plants get their energy')
  local places = list_of('Akin ask a customer for money')
  vim.wait(300, function()
    return false
  end, 10)
  check('the newest of two searches wins', vim.fn.getqflist({ title = 0 }).title == 'Akin: ask a customer for money', places)
end

local function test_cancel()
  local outcome
  local texts = {}
  for i = 1, 4000 do
    texts[i] = ('text number %d, long enough to keep the encoder at work for a while'):format(i)
  end
  local id = server.request('embed', { input = texts, dtype = 'ubinary', encodingFormat = 'base64' }, function(failure)
    outcome = failure and failure.code or 'answered'
  end)
  server.cancel(id)
  wait(function()
    return outcome ~= nil
  end)
  check('a cancelled request is answered with -32800', outcome == -32800, outcome)
end

local function test_death()
  edit('src/tide.py')
  local first = server.pid()
  vim.loop.kill(first, 'sigstop') -- so that the request is still waiting when the server dies
  vim.fn.setqflist({}, 'f')
  vim.cmd('Akin how do plants get their energy')
  vim.loop.kill(first, 'sigkill')
  wait(function()
    return #vim.fn.getqflist() > 0
  end)
  check('a server that dies is started again', server.pid() ~= first and #vim.fn.getqflist() > 0, server.pid())
  server.stop()
  akin.setup({ command = { 'sh', '-c', 'read line; echo out of luck >&2; exit 3' } })
  vim.cmd('Akin anything')
  local said = last_message()
  check('a server that dies twice is told of', said:find('ended twice %(exit code 3%): out of luck') ~= nil, said)
  akin.setup({ command = { 'akin', 'serve' } })
end

local function test_many_waiting()
  server.request('tokenize', { input = 'x' }, function() end)
  local first = server.pid()
  vim.loop.kill(first, 'sigstop')
  local answers = {}
  for i = 1, 12 do
    server.request('tokenize', { input = 'number ' .. i }, function(failure, result)
      table.insert(answers, failure and failure.message or #result.encodings)
    end)
  end
  vim.loop.kill(first, 'sigkill')
  wait(function()
    return #answers == 12
  end)
  check('all of twelve waiting requests outlive a server that dies', vim.deep_equal(answers, vim.fn['repeat']({ 1 }, 12)), answers)
end

--- The file and the last line of the best result.
local function best()
  local item = vim.fn.getqflist()[1] or { bufnr = 0, end_lnum = 0 }
  return vim.fn.fnamemodify(vim.fn.bufname(item.bufnr), ':t') .. ' to ' .. item.end_lnum
end

local function test_unsaved()
  edit('src/tide.py')
  vim.fn.append('$', { '', 'Volcanoes throw out lava.' })
  list_of('Akin lava and ashes')
  check('an unsaved buffer is searched', best() == 'tide.py to 5', vim.fn.getqflist())
  vim.cmd('only | buffer src/tide.py')
  vim.fn.append(0, { '# one', '# two' })
  list_of('Akin lava and ashes')
  check('its lines are those of the buffer', best() == 'tide.py to 7', vim.fn.getqflist())
  vim.cmd('only | buffer src/tide.py | edit!')
  list_of('Akin lava and ashes')
  check('what was given up is not found', #vim.tbl_filter(function(item)
    return item.end_lnum > 4
  end, vim.fn.getqflist()) == 0, vim.fn.getqflist())
end

--- A file that is gone, and one that has other lines than when it was searched.
local function test_changed_outside()
  vim.fn.writefile({ 'Volcanoes throw out lava.' }, 'docs/fire.md')
  edit('docs/fire.md')
  vim.cmd('write | bdelete')
  edit('src/mail.py')
  local places = list_of('Akin lava and ashes')
  check('a new file is found', places[1] == 'fire.md:1', places)
  vim.fn.writefile({ '# Fire', '', 'Volcanoes throw out lava.' }, 'docs/fire.md')
  local enter = vim.api.nvim_replace_termcodes('<CR>', true, false, true)
  vim.cmd('normal ' .. enter)
  check('a result opens where its line is now', vim.fn.expand('%:t') == 'fire.md' and vim.fn.line('.') == 3, vim.fn.line('.'))
  vim.cmd('bdelete')
  vim.fn.delete('docs/fire.md')
  vim.cmd('copen')
  vim.cmd('normal ' .. enter)
  check('a file that is gone opens no empty buffer', last_message():find('is gone') and vim.bo.buftype == 'quickfix', messages)
end

local function test_search_while_indexing()
  edit('src/tide.py')
  vim.fn.mkdir('many')
  for i = 1, 1500 do
    vim.fn.writefile({ ('The ship number %d carries %d barrels of tar from port to port.'):format(i, i) }, ('many/%d.txt'):format(i))
  end
  local shown = {}
  local echo = vim.api.nvim_echo
  vim.api.nvim_echo = function(chunks)
    table.insert(shown, chunks[1][1])
  end
  local function said(pattern)
    return wait(function()
      return #shown > 0 and shown[#shown]:find(pattern) ~= nil
    end)
  end
  vim.cmd('AkinIndex')
  said('indexing [1-9]')
  local places = list_of('Akin when is the sea highest')
  local title = vim.fn.getqflist({ title = 0 }).title
  check('what is there is searched meanwhile, and how much that is', title:find('highest %(%d+%% is indexed%)') ~= nil, { title, places })
  local results = require('akin.results')
  local folder = require('akin.config').folder(0)
  local before = results.share[folder]
  results.share[folder] = 40
  vim.cmd('wincmd p')
  vim.fn.setqflist({}, 'f')
  vim.cmd('Akin when is the sea lowest')
  results.share[folder] = before
  wait(function()
    return #vim.fn.getqflist() > 0
  end)
  title = vim.fn.getqflist({ title = 0 }).title
  check('that is how much was there when it was asked for', title:find('lowest (40% is indexed)', 1, true) ~= nil, title)
  vim.cmd('only | AkinIndex!')
  check('indexing is stopped', said('stopped; what was indexed so far is kept'), shown)
  vim.fn.delete('many', 'rf')
  edit('src/tide.py')
  vim.cmd('AkinIndex')
  said('^akin: 0 added')
  vim.api.nvim_echo = echo
end

local function test_search_of_what_is_partly_embedded()
  edit(vim.env.PARTLY .. '/1.txt')
  list_of('Akin what do carts bring')
  local title = vim.fn.getqflist({ title = 0 }).title
  check('the title says how much is embedded', title:find('bring %(%d+%% is embedded%)') ~= nil, title)
  edit('src/tide.py')
  list_of('Akin when is the sea highest')
  title = vim.fn.getqflist({ title = 0 }).title
  check('and says nothing where all is', title == 'Akin: when is the sea highest', title)
  messages = {}
  vim.cmd('Akin zqxvw frobnicate')
  local said = last_message()
  check('where nothing is near, that is said', said:find('no good match %(best %-?0%.%d%d%)') ~= nil, said)
end

local function test_long()
  edit('docs/garden.md')
  vim.fn.append('$', vim.fn['repeat']({ 'Bees carry pollen from one flower to the next, and so the apples grow.' }, 200))
  local places = list_of('%AkinSimilar')
  check('a long selection is looked for', #places > 0, places)
  vim.cmd('only | buffer docs/garden.md | edit!')
end

--- A relay that answers -32019 to the first request, since no test can end the real shared process at the right moment.
local function test_shared_process_ended()
  server.stop()
  akin.setup({ command = { 'sh', '-c', [[
    read first; read second; read request; id=${request##*\"id\":}; id=${id%%[!0-9]*}
    echo '{"jsonrpc":"2.0","id":'$id',"error":{"code":-32019,"message":"it ended"}}'
    read again; echo '{"jsonrpc":"2.0","id":'$id',"result":"answered"}'; read end]] } })
  local answer
  server.request('search', vim.empty_dict(), function(failure, result)
    answer = failure or result
  end)
  wait(function()
    return answer ~= nil
  end)
  check('a request whose shared process ended is asked again', answer == 'answered', answer)
  server.stop()
  akin.setup({ command = { 'akin', 'serve' } })
end

local function test_health()
  vim.cmd('checkhealth akin')
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  check('checkhealth names model and folder', report:find('384 dimensions') and report:find('%d documents') ~= nil, report)
  check('checkhealth finds no error', not report:find('ERROR'), report)
end

local function test_help()
  local ok, failure = pcall(vim.cmd, 'help :AkinSimilar')
  check('the help file has its tags', ok, failure)
end

--- What the picker gives to fzf-lua; a table stands for fzf-lua, which is not here.
local function test_picker()
  edit('src/tide.py')
  local lines, contents = {}, nil
  package.loaded['fzf-lua'] = {
    fzf_live = function(given)
      contents = given
    end,
  }
  vim.cmd('AkinPick')
  package.loaded['fzf-lua'] = nil
  contents({ 'how do plants get their energy' })(function(line)
    table.insert(lines, line or 'end')
  end)
  wait(function()
    return lines[#lines] == 'end'
  end)
  check('the picker gets file:line:column:text', (lines[1] or ''):find('^docs/garden%.md:%d+:1:0%.%d+  ') ~= nil, lines)
  vim.cmd('AkinPick')
  check('no picker installed is said', last_message():find('neither fzf%-lua nor Telescope') ~= nil, messages)
end

local function test_saved()
  vim.fn.writefile({ 'Volcanoes throw out lava.' }, 'docs/fire.md')
  edit('docs/fire.md')
  vim.cmd('write')
  vim.cmd('Akin lava and ashes')
  wait(function()
    return vim.fn.getqflist({ title = 0 }).title == 'Akin: lava and ashes'
  end)
  local first = vim.fn.getqflist()[1] or {}
  check('a file that is saved is found', (first.text or ''):find('Volcanoes') ~= nil, first)
  vim.fn.delete('docs/fire.md')
end

--- Another folder, which came to be indexed and changed while the server runs, is brought up to date when it is first used.
local function test_another_folder()
  local other = vim.fn.resolve(vim.fn.fnamemodify('..', ':p')) .. '/lighthouse'
  vim.fn.mkdir(other .. '/.git', 'p')
  vim.fn.writefile({ 'The lamp turns once in ten seconds.' }, other .. '/lamp.txt')
  vim.fn.system({ 'akin', 'index', other })
  vim.fn.writefile({ 'Volcanoes throw out lava.' }, other .. '/fire.txt')
  edit(other .. '/lamp.txt')
  local first
  for _ = 1, 100 do
    local places = list_of('Akin lava and ashes')
    first = places[1] or ''
    if first == 'fire.txt:1' then
      break
    end
    vim.wait(100)
    edit(other .. '/lamp.txt')
  end
  check('another folder is brought up to date when it is used', first == 'fire.txt:1', first)
end

local function test_lsp()
  edit('src/tide.py')
  local id = require('akin.lsp').start()
  local client
  wait(function()
    client = vim.lsp.get_client_by_id(id)
    return client and client.initialized
  end)
  local symbols
  client.request('workspace/symbol', { query = 'how do plants get their energy' }, function(_, result)
    symbols = result or {}
  end, 0)
  wait(function()
    return symbols ~= nil
  end)
  local first = symbols and symbols[1] and symbols[1].location.uri or ''
  check('workspace/symbol of the LSP client finds by meaning', first:find('garden%.md$') ~= nil, symbols)
  check('a second start is the same client', require('akin.lsp').start() == id, id)
  vim.lsp.stop_client(id)
end

local function test_places_in_documents()
  local hit = { text = 'When the tide is high.', score = 0.5, location = 'page=3' }
  local summary = require('akin.results').summary(hit)
  check('a place in a document is named', summary == '0.500  #page=3  When the tide is high.', summary)
end

for _, test in ipairs({
  test_places_in_documents, test_settings, test_missing_program, test_index, test_search, test_similar, test_similar_to_a_result, test_stale,
  test_cancel, test_death, test_many_waiting, test_unsaved, test_changed_outside, test_long, test_search_of_what_is_partly_embedded,
  test_search_while_indexing, test_shared_process_ended,
  test_health, test_help, test_picker, test_saved, test_another_folder, test_lsp,
}) do
  local ok, failure = xpcall(test, debug.traceback)
  if not ok then
    check('no Lua error', false, failure)
  end
end
io.stdout:write(('%d passed, %d failed\n'):format(counts.passed, counts.failed))
vim.cmd('qall!')
