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

def ListOf(command: string): list<string>
  setqflist([], 'f')
  execute command
  Wait(() => !empty(getqflist()))
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
  execute 'edit! ' .. file
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
  cc 1
  Check('the quickfix list opens the file', expand('%:t') == 'garden.md', expand('%'))
  Edit('src/mail.py')
  places = ListOf('Akin ask a customer for money')
  Check('another search finds another file', places->get(0, '') =~ '^mail.py:', places)
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
  Wait(() => !empty(getqflist()))
  Check('a server that dies is started again', server.Pid() != first && !empty(getqflist()), server.Pid())
  server.Stop()
  g:akin_command = ['sh', '-c', 'read line; echo out of luck >&2; exit 3']
  Akin anything
  Check('a server that dies twice is told of', Said('ended twice (exit code 3): out of luck'), Messages())
  unlet g:akin_command
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

for Test in [TestMissing, TestIndex, TestSearch, TestSimilar, TestSaved, TestAnotherFolder, TestStale, TestCancel, TestDeath, TestHelp]
  try
    Test()
  catch
    Check('no error', false, v:exception .. ' at ' .. v:throwpoint)
  endtry
endfor
report->add(printf('%d passed, %d failed', passed, failed))
writefile(report, $REPORT)
qall!
