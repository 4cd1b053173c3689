" Vim's channel in mode lsp: headers, numeric ids that Vim assigns, its own form of cancelling.
let s:report = []
function! s:Check(name, holds, got) abort
  call add(s:report, a:holds ? 'ok ' . a:name : a:name . ': got ' . string(a:got))
endfunction

try
  let s:wait = {'timeout': 50000}
  let s:code = -1
  let s:job = job_start([$AKIN, 'serve'], {'in_mode': 'lsp', 'out_mode': 'lsp', 'exit_cb': {job, code -> execute('let s:code = code')}})
  let s:answer = ch_evalexpr(s:job, {'method': 'initialize', 'params': {'processId': getpid(), 'capabilities': {}}}, s:wait)
  call s:Check('initialize', get(get(s:answer, 'result', {}), 'serverInfo', {})->get('name') ==# 'akin', s:answer)
  call ch_sendexpr(s:job, {'method': 'initialized', 'params': {}})

  let s:answer = ch_evalexpr(s:job, {'method': 'similarity', 'params': {'left': 'a cat', 'right': ['a dog', 'a train']}}, s:wait)
  let s:scores = get(get(s:answer, 'result', {}), 'scores', [[0, 0]])[0]
  call s:Check('a cat is nearer to a dog than to a train', s:scores[0] > s:scores[1], s:answer)

  let s:answer = ch_evalexpr(s:job, {'method': 'tokenize', 'params': {'input': '😀 fire'}}, s:wait)
  let s:offsets = get(get(s:answer, 'result', {}), 'encodings', [{}])[0]->get('offsets', [])
  call s:Check('offsets count UTF-16 after initialize', index(s:offsets, [3, 7]) >= 0, s:answer)

  let s:answer = ch_evalexpr(s:job, {'method': 'embed', 'params': {'inputs': 'x'}}, s:wait)
  call s:Check('a misspelt parameter is an error', get(get(s:answer, 'error', {}), 'code') == -32602, s:answer)

  let s:cancelled = {}
  let s:sent = ch_sendexpr(s:job, {'method': 'embed', 'params': {'input': repeat([repeat('a long text ', 60)], 2000)}},
        \ {'callback': {channel, message -> extend(s:cancelled, message)}})
  call ch_sendexpr(s:job, {'method': '$/cancelRequest', 'params': {'id': s:sent.id}})
  let s:tries = 0
  while empty(s:cancelled) && s:tries < 3000
    sleep 10m
    let s:tries += 1
  endwhile
  call s:Check('a cancelled request is answered so', get(get(s:cancelled, 'error', {}), 'code') == -32800, s:cancelled)

  let s:answer = ch_evalexpr(s:job, {'method': 'shutdown'}, s:wait)
  call s:Check('shutdown', has_key(s:answer, 'result'), s:answer)
  call ch_sendexpr(s:job, {'method': 'exit'})
  let s:tries = 0
  while s:code < 0 && s:tries < 1000
    sleep 10m
    let s:tries += 1
  endwhile
  call s:Check('exit code 0', s:code == 0, s:code)
catch
  call add(s:report, v:exception . ' at ' . v:throwpoint)
endtry
call writefile(s:report, '/dev/stdout')
qall!
