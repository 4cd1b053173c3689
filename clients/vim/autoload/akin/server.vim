vim9script
# The server process and the requests that wait for it, over a channel in lsp mode.

import autoload 'akin/documents.vim'
import autoload 'akin/folder.vim'

const most_tries = 2
const kept_error_lines = 5
const model_process_ended = -32019
const method_not_found = -32601

var job: job
var has_job = false
var errors: list<string> = []   # the last lines of standard error
var pending: dict<dict<any>> = {}   # by the number that Request() answers
var last_number = 0
var known_folders: list<string> = []   # those that the server was told of
var leaving = false   # Vim is: nothing is started any more

def Running(): bool
  return has_job && job_status(job) == 'run'
enddef

def OnError(_: channel, line: string)
  errors = (errors + [line])[-kept_error_lines : ]
enddef

# Sends a message; a server that has just died is told of by OnExit.
def Write(message: dict<any>, options: dict<any> = {}): dict<any>
  var sent: any = {}
  try
    sent = ch_sendexpr(job, message, options)
  catch /^Vim\%((\S\+)\)\=:E\(630\|631\|906\|917\):/
  endtry
  return type(sent) == v:t_dict ? sent : {}
enddef

def Notify(method: string, params: dict<any>)
  Write({method: method, params: params})
enddef

# Messages that answer no request: progress, whose token is the request's number, and requests of the server, of which
# none is answered here.
def OnMessage(_: channel, message: dict<any>)
  var method: string = message->get('method', '')
  if method == '$/progress'
    var request: dict<any> = pending->get(string(message.params.token), {})
    if request->has_key('OnProgress')
      request.OnProgress(message.params.value)
    endif
  elseif method != '' && message->has_key('id')
    Write({id: message.id, error: {code: method_not_found, message: method .. ' is not answered here'}})
  endif
enddef

def Finish(number: string, failure: dict<any>, result: any)
  var request = pending->remove(number)
  request.OnDone(failure, result)
enddef

def Receive(number: string, answer: dict<any>)
  if !pending->has_key(number)
    return
  endif
  var failure: dict<any> = answer->get('error', {})
  if failure->get('code', 0) == model_process_ended && pending[number].tries < most_tries
    Send(number)   # the shared process died, and the relay to it lives
  else
    Finish(number, failure, answer->get('result', null))
  endif
enddef

def Send(number: string)
  var request = pending[number]
  request.tries += 1
  var sent = Write({method: request.method, params: request.params}, {
    callback: (_, answer) => Receive(number, answer),
  })
  request.id = sent->get('id', 0)
enddef

# A server that died is started again for the requests that it left without an answer; a request that two servers died
# with is not sent to a third.
def OnExit(ended: job, code: number)
  if !has_job || ended != job
    return
  endif
  has_job = false
  if leaving
    return
  endif
  var said = empty(errors) ? '' : ': ' .. errors->join(' ')
  var failure = {message: printf('the server ended twice (exit code %d)%s', code, said)}
  # In the order in which they were sent: by number, which keys are not sorted by.
  for number in pending->keys()->mapnew((_, key) => str2nr(key))->sort('n')->mapnew((_, key) => string(key))
    if !pending->has_key(number)
      continue   # what another one's end has led to took it out
    endif
    if pending[number].tries >= most_tries
      Finish(number, failure, null)
      continue
    endif
    if !Running()
      var trouble = Start()
      if trouble != ''
        Finish(number, {message: trouble}, null)
        continue
      endif
    endif
    Send(number)
  endfor
enddef

def WorkspaceFolder(path: string): dict<string>
  return {uri: folder.UriOf(path), name: path->fnamemodify(':t')}
enddef

# Tells the server of the current buffer's folder, where it does not know it: what is indexed of it is brought up to date
# in the background.
def TellFolder()
  var here = folder.Current()
  if known_folders->index(here) < 0
    known_folders->add(here)
    Notify('workspace/didChangeWorkspaceFolders', {event: {added: [WorkspaceFolder(here)], removed: []}})
  endif
  documents.Tell(here, Notify)
enddef

# What keeps the server from being started; '' where it runs now.
def Start(): string
  if leaving
    return 'Vim is being left'
  endif
  var command: list<string> = g:->get('akin_command', ['akin', 'serve'])
  if !executable(command[0])
    return command[0] .. ' is not on PATH; :help akin-install says how to get it'
  endif
  errors = []
  job = job_start(command, {
    mode: 'lsp',
    err_mode: 'nl',
    out_cb: OnMessage,
    err_cb: OnError,
    exit_cb: OnExit,
    noblock: 1,
  })
  if job_status(job) == 'fail'
    return 'cannot start ' .. command->join()
  endif
  has_job = true
  g:akin_is_used = true   # what is saved is told from now on, see plugin/akin.vim
  # Columns in Vim count bytes.
  known_folders = [folder.Current()]
  Write({method: 'initialize', params: {
    processId: getpid(),
    clientInfo: {name: 'Vim'},
    capabilities: {general: {positionEncodings: ['utf-8']}},
    workspaceFolders: known_folders->mapnew((_, path) => WorkspaceFolder(path)),
  }}, {callback: (_, _) => 0})
  Notify('initialized', {})
  documents.Forget()
  documents.Tell(known_folders[0], Notify)
  return ''
enddef

# Sends a request, and starts the server where it does not run. OnDone(failure, result) is called once, with an empty
# failure where all went well; OnProgress(value), where given, with the values of $/progress. Answers a number for
# Cancel().
export def Request(method: string, params: dict<any>, OnDone: func, OnProgress: any = null): string
  if !Running()
    var trouble = Start()
    if trouble != ''
      OnDone({message: trouble}, null)
      return ''
    endif
  endif
  TellFolder()
  last_number += 1
  var number = string(last_number)
  pending[number] = {method: method, params: params, OnDone: OnDone, tries: 0}
  if OnProgress != null
    pending[number].OnProgress = OnProgress
    params.workDoneToken = last_number
  endif
  Send(number)
  return number
enddef

# Cancels a request that still waits: its OnDone gets the error -32800, or a result that was there already.
export def Cancel(number: string)
  if pending->has_key(number) && Running()
    Notify('$/cancelRequest', {id: pending[number].id})
  endif
enddef

# Tells a running server that the current buffer was saved, so that searches find what its file holds now.
export def Saved()
  if Running()
    documents.Saved(bufnr(), Notify)
  endif
enddef

# Tells a running server that files may have changed while nobody looked, as by a checkout in another window.
export def LookAgain()
  if Running()
    Notify('workspace/didChangeWatchedFiles', {
      changes: known_folders->mapnew((_, path) => ({uri: folder.UriOf(path) .. '/', type: 2})),
    })
  endif
enddef

# Vim is being left: nobody waits any more, and the server is ended without being waited for.
export def Leave()
  leaving = true
  pending = {}
  if has_job
    job_stop(job)
  endif
enddef

# The process id of the server; 0 where none runs.
export def Pid(): number
  return Running() ? job_info(job).process : 0
enddef

# Ends the server; the next request starts it again.
export def Stop()
  if has_job
    has_job = false
    job_stop(job)
    for number in pending->keys()
      Finish(number, {message: 'the server was stopped'}, null)
    endfor
  endif
enddef
