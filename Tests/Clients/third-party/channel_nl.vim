" Vim's channel in mode nl: one JSON value a line, no handshake.
let s:report = []
function! s:Check(name, holds, got) abort
  call add(s:report, a:holds ? 'ok ' . a:name : a:name . ': got ' . string(a:got))
endfunction
function! s:Ask(channel, request) abort
  let l:line = json_encode(extend({'jsonrpc': '2.0'}, a:request)) . "\n"
  return json_decode(ch_evalraw(a:channel, l:line, {'timeout': 50000}))
endfunction

try
  let s:job = job_start([$AKIN, 'serve'], {'mode': 'nl'})
  let s:channel = job_getchannel(s:job)
  let s:answer = s:Ask(s:channel, {'id': 1, 'method': 'search', 'params': {'query': 'royalty', 'documents': ['a stone', 'a king'], 'topK': 1}})
  call s:Check('search', get(get(s:answer, 'result', {}), 'results', [[{}]])[0][0]->get('index') == 1, s:answer)
  let s:answer = s:Ask(s:channel, {'id': 'a string', 'method': 'nobody/knows'})
  call s:Check('an unknown method, under its id', get(s:answer, 'id') ==# 'a string' && s:answer.error.code == -32601, s:answer)
  let s:answer = json_decode(ch_evalraw(s:channel, "no json\n", {'timeout': 5000}))
  call s:Check('a bad line', s:answer.error.code == -32700 && s:answer.id == v:null, s:answer)
  let s:answer = s:Ask(s:channel, {'id': 2, 'method': 'detokenize', 'params': {'ids': [[101, 7592, 102]]}})
  call s:Check('the session goes on', get(get(s:answer, 'result', {}), 'texts', []) == ['hello'], s:answer)
  call ch_close_in(s:channel)
  let s:tries = 0
  while job_status(s:job) ==# 'run' && s:tries < 1000
    sleep 10m
    let s:tries += 1
  endwhile
  call s:Check('end of input ends it', job_info(s:job).exitval == 0, job_info(s:job))
catch
  call add(s:report, v:exception . ' at ' . v:throwpoint)
endtry
call writefile(s:report, '/dev/stdout')
qall!
