vim9script
# Drives the plugin against the real server. Run by Tests/Clients/vim.sh, in the folder to index; writes $REPORT.

import autoload 'akin/server.vim'

var report: list<string> = []
var passed = 0
var failed = 0

def Check(name: string, holds: bool, found: any)
  if holds
    passed += 1
    report->add('ok      ' .. name)
  else
    failed += 1
    report->add('FAILED  ' .. name .. ': found ' .. string(found))
  endif
enddef

def Wait(Condition: func(): bool): bool
  for _ in range(1500)
    if Condition()
      return true
    endif
    sleep 20m
  endfor
  return false
enddef

# Keys that a script has stuffed stay so until it ends: results that find some are announced, as if somebody typed.
def IsListThere(): bool
  if ScreenLine(&lines) =~ ':AkinResults shows'
    AkinResults
  endif
  return !empty(getqflist())
enddef

def ListOf(command: string): list<string>
  setqflist([], 'f')
  echo ''
  redraw
  execute command
  Wait(IsListThere)
  return getqflist()->mapnew((_, item) => bufname(item.bufnr)->fnamemodify(':t') .. ':' .. item.lnum)
enddef

def Messages(): string
  return execute('messages')
enddef

def Said(pattern: string): bool
  return Wait(() => Messages() =~ pattern)
enddef

def Edit(file: string)
  only!
  silent execute 'edit! ' .. file
  messages clear
enddef

def TestSaved()
  writefile(['Volcanoes throw out lava.'], 'docs/fire.md')
  Edit('docs/fire.md')
  write
  Check('a file that is saved is found', ListOf('Akin lava and ashes')[0] == 'fire.md:1', getqflist())
  delete('docs/fire.md')
enddef

# Another folder, which came to be indexed and changed while the server runs, is brought up to date when it is first used.
def TestAnotherFolder()
  var other = getcwd()->fnamemodify(':h') .. '/lighthouse'
  mkdir(other .. '/.git', 'p')
  writefile(['The lamp turns once in ten seconds.'], other .. '/lamp.txt')
  system('akin index ' .. other)
  writefile(['Volcanoes throw out lava.'], other .. '/fire.txt')
  Edit(other .. '/lamp.txt')
  var first = ''
  for _ in range(100)
    first = ListOf('Akin lava and ashes')->get(0, '')
    if first == 'fire.txt:1'
      break
    endif
    sleep 100m
    Edit(other .. '/lamp.txt')
  endfor
  Check('another folder is brought up to date when it is used', first == 'fire.txt:1', first)
enddef

def TestMissing()
  g:akin_command = ['no-such-akin']
  Akin anything
  Check('a missing program is named, with what to do', Said('no-such-akin is not on PATH; :help akin-install'), Messages())
  unlet g:akin_command
enddef

def TestIndex()
  Check('no server runs before the first command', server.Pid() == 0, server.Pid())
  Edit('src/tide.py')
  Akin the sea
  Check('an unknown folder says how to index it', Said(':AkinIndex'), Messages())
  AkinIndex
  messages clear
  AkinIndex
  Check('one indexing at a time', Said('already indexing'), Messages())
  var ended = Wait(() => ScreenLine(&lines) =~ '^akin: 4 added')
  Check('indexing counts four files', ended, ScreenLine(&lines))
  AkinStatus
  Wait(() => !empty(popup_list()))
  var status = popup_list()->mapnew((_, id) => getbufline(winbufnr(id), 1, '$'))->string()
  Check('status counts four documents', status =~ '4 documents', status)
  popup_clear()
enddef

def ScreenLine(row: number): string
  return range(1, &columns)->mapnew((_, column) => screenstring(row, column))->join('')
enddef

def TestSearch()
  Edit('src/tide.py')
  var places = ListOf('Akin how do plants get their energy')
  Check('search finds by meaning', places->get(0, '') =~ '^garden.md:', places)
  Check('the quickfix window has the focus', &buftype == 'quickfix', &buftype)
  silent cc 1
  Check('the quickfix list opens the file', expand('%:t') == 'garden.md', expand('%'))
  Edit('src/mail.py')
  places = ListOf('Akin ask a customer for money')
  Check('another search finds another file', places->get(0, '') =~ '^mail.py:', places)
enddef

# From the window of results: like the place that the line names, not like the line.
def TestSimilarToAResult()
  Edit('src/tide.py')
  ListOf('Akin how do plants get their energy')
  var before = getcwd()
  lcd /
  AkinSimilar
  Wait(() => IsListThere() && getqflist({title: 0}).title =~ 'like')
  var title = getqflist({title: 0}).title
  var places = getqflist()->mapnew((_, item) => printf('%s:%d', bufname(item.bufnr)->fnamemodify(':t'), item.lnum))
  Check('similar in the results takes the place', title == 'Akin: like garden.md:1', title)
  Check('which is not found', len(places) > 0 && places->index('garden.md:1') < 0, places)
  execute 'lcd ' .. fnameescape(before)
  setqflist([{text: 'no place'}])
  copen
  AkinSimilar
  Check('a line that names none is refused', Said('names no place'), Messages())
  only
  Edit('src/tide.py')
enddef

def TestSimilar()
  Edit('src/tide.py')
  var places = ListOf(':1,3AkinSimilar')
  Check('similar leaves its own lines out', !empty(places) && places->index('tide.py:1') < 0, places)
  only!
  enew!
  setline(1, 'photosynthesis in a leaf')
  places = ListOf('AkinSimilar')
  Check('similar takes lines of a buffer without a file', places->get(0, '') =~ '^garden.md:', places)
  only!
  enew!
  AkinSimilar
  Check('blank lines are refused', Said('blank'), Messages())
enddef

def TestStale()
  Edit('src/tide.py')
  Akin how do plants get their energy
  ListOf('Akin ask a customer for money')
  sleep 300m
  var title = getqflist({title: 0}).title
  Check('the newest of two searches wins', title == 'Akin: ask a customer for money', title)
enddef

def TestCancel()
  var outcome = 0
  var texts = range(4000)->mapnew((i, _) => 'text number ' .. i .. ', long enough to keep the encoder at work for a while')
  var number = server.Request('embed', {input: texts, dtype: 'ubinary', encodingFormat: 'base64'}, (failure, _) => {
    outcome = failure->get('code', 1)
  })
  server.Cancel(number)
  Wait(() => outcome != 0)
  Check('a cancelled request is answered with -32800', outcome == -32800, outcome)
enddef

def TestDeath()
  Edit('src/tide.py')
  var first = server.Pid()
  system('kill -STOP ' .. first)   # so that the request still waits when the server dies
  setqflist([], 'f')
  Akin how do plants get their energy
  system('kill -KILL ' .. first)
  Wait(IsListThere)
  Check('a server that dies is started again', server.Pid() != first && !empty(getqflist()), server.Pid())
  server.Stop()
  g:akin_command = ['sh', '-c', 'read line; echo out of luck >&2; exit 3']
  Akin anything
  Check('a server that dies twice is told of', Said('ended twice (exit code 3): out of luck'), Messages())
  unlet g:akin_command
enddef

# More than ten: sorted as text, the tenth would come before the second.
def TestManyWaiting()
  server.Request('tokenize', {input: 'x'}, (_, _) => 0)
  var first = server.Pid()
  system('kill -STOP ' .. first)
  var answers: list<string> = []
  for text in range(12)
    server.Request('tokenize', {input: 'number ' .. text}, (failure, result) => {
      answers->add(empty(failure) ? string(len(result.encodings)) : failure.message)
    })
  endfor
  system('kill -KILL ' .. first)
  Wait(() => len(answers) == 12)
  Check('all of twelve waiting requests outlive a server that dies', answers == repeat(['1'], 12), answers)
enddef

def TestStop()
  Edit('src/tide.py')
  AkinIndex!
  Check('there is nothing to stop', Said('nothing is being indexed'), Messages())
  mkdir('many')
  for i in range(1500)
    writefile([printf('The ship number %d carries %d barrels of tar from port to port.', i, i)], 'many/' .. i .. '.txt')
  endfor
  messages clear
  AkinIndex
  Wait(() => ScreenLine(&lines) =~ 'indexing [1-9]')
  Akin the sea
  var stays = Wait(() => ScreenLine(&lines) =~ ':AkinResults shows .*; index')
  Check('what is announced stays while indexing goes on', stays, ScreenLine(&lines))
  AkinResults
  var title = getqflist({title: 0}).title
  Check('what is there is searched meanwhile, and how much that is', title =~ 'the sea (\d\+% is indexed)', title)
  wincmd p
  setqflist([], 'f')
  AkinIndex!
  Check('indexing is stopped', Wait(() => ScreenLine(&lines) =~ 'stopped; what was indexed so far is kept'), ScreenLine(&lines))
  delete('many', 'rf')
  AkinIndex
  Wait(() => ScreenLine(&lines) =~ '^akin: 0 added')
  # Nothing is to be indexed any more: that ends before the answer comes.
  only!
  AkinIndex
  ListOf('Akin when is the sea lowest')
  title = getqflist({title: 0}).title
  Check('that is how much was there when it was asked for', title =~ 'lowest (\d\+% is indexed)', title)
enddef

def TestUnsaved()
  Edit('src/tide.py')
  append('$', ['', 'Volcanoes throw out lava.'])
  ListOf('Akin lava and ashes')
  Check('an unsaved buffer is searched', Best() == 'tide.py to 5', getqflist())
  only!
  silent buffer src/tide.py
  append(0, ['# one', '# two'])
  ListOf('Akin lava and ashes')
  Check('its lines are those of the buffer', Best() == 'tide.py to 7', getqflist())
  only!
  silent buffer src/tide.py
  silent edit!
  ListOf('Akin lava and ashes')
  Check('what was given up is not found', getqflist()->indexof((_, item) => item.end_lnum > 4) < 0, getqflist())
enddef

# The file and the last line of the best result.
def Best(): string
  var item = getqflist()->get(0, {bufnr: 0, end_lnum: 0})
  return bufname(item.bufnr)->fnamemodify(':t') .. ' to ' .. item.end_lnum
enddef

# A file that is gone, and one that has other lines than when it was searched.
def TestChangedOutside()
  writefile(['Volcanoes throw out lava.'], 'docs/fire.md')
  Edit('docs/fire.md')
  silent write
  silent bdelete
  Edit('src/mail.py')
  var places = ListOf('Akin lava and ashes')
  Check('a new file is found', places->get(0, '') == 'fire.md:1', places)
  writefile(['# Fire', '', 'Volcanoes throw out lava.'], 'docs/fire.md')
  execute "normal \<CR>"
  Check('a result opens where its line is now', expand('%:t') == 'fire.md' && line('.') == 3, [expand('%'), line('.')])
  silent bdelete
  delete('docs/fire.md')
  copen
  execute "normal \<CR>"
  Check('a file that is gone opens no empty buffer', Said('fire.md is gone') && bufname('fire') !~ 'fire' || !bufloaded('docs/fire.md'), Messages())
enddef

def TestLong()
  Edit('docs/garden.md')
  append('$', repeat(['Bees carry pollen from one flower to the next, and so the apples grow.'], 200))
  var places = ListOf(':%AkinSimilar')
  Check('a long selection is looked for', !empty(places), places)
  only!
  silent buffer docs/garden.md
  silent edit!
enddef

def TestPartlyEmbedded()
  Edit($PARTLY .. '/1.txt')
  ListOf('Akin what do carts bring')
  var title = getqflist({title: 0}).title
  Check('the title says how much is embedded', title =~ 'bring (\d\+% is embedded)', title)
  Edit('src/tide.py')
  ListOf('Akin when is the sea highest')
  title = getqflist({title: 0}).title
  Check('and says nothing where all is', title == 'Akin: when is the sea highest', title)
  messages clear
  Akin zqxvw frobnicate
  Check('where nothing is near, that is said', Said('no good match (best -\?0\.\d\d)'), Messages())
enddef

def TestHelp()
  var trouble = ''
  try
    help :AkinSimilar
  catch
    trouble = v:exception
  endtry
  Check('the help file has its tags', trouble == '', trouble)
enddef

for Test in [TestMissing, TestIndex, TestSearch, TestSimilar, TestSimilarToAResult, TestSaved, TestAnotherFolder, TestStale, TestCancel, TestDeath,
    TestManyWaiting, TestUnsaved, TestChangedOutside, TestLong, TestPartlyEmbedded, TestStop, TestHelp]
  try
    Test()
  catch
    Check('no error', false, v:exception .. ' at ' .. v:throwpoint)
  endtry
endfor
report->add(printf('%d passed, %d failed', passed, failed))
writefile(report, $REPORT)
qall!
