" ALE as it is, in a folder that is indexed: its symbol search is a search by meaning. AKIN is the program.
set hidden noswapfile
filetype plugin on
let g:ale_linters = {'python': ['akin']}
let s:folder = getcwd()
runtime! plugin/ale.vim
edit src/mail.py
setfiletype python
call ale#linter#Define('python', {
\ 'name': 'akin', 'lsp': 'stdio', 'executable': $AKIN, 'command': '%e serve', 'project_root': {_ -> s:folder},
\})

ALESymbolSearch when does the water rise
for s:_ in range(400)
  sleep 100m
  if &filetype ==# 'ale-preview-selection' | break | endif
endfor
let s:first = getline(1)
let s:holds = &filetype ==# 'ale-preview-selection' && s:first =~# 'src/tide\.py:1:1.*high_water'
call writefile([(s:holds ? 'ok ' : 'FAILED, found "' . s:first . '": ') . 'a symbol is found by what it means'], '/dev/stdout')
qall!
