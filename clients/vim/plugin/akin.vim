vim9script
# Commands only: autoload/akin.vim is read when one of them is used.

if exists('g:loaded_akin')
  finish
endif
g:loaded_akin = true

import autoload 'akin.vim'
import autoload 'akin/server.vim'

command -nargs=+ Akin akin.Search(<q-args>)
command -range AkinSimilar akin.Similar(<line1>, <line2>)
command -nargs=? -bang -complete=dir AkinIndex akin.Index(<q-args>, <q-bang> == '!')
command AkinResults akin.ShowLate()
command AkinStatus akin.Status()

augroup akin
  autocmd!
  # A server that has not been started has nothing to be told, and autoload/ is left unread.
  autocmd BufWritePost * if exists('g:akin_is_used') | server.Saved() | endif
  autocmd FocusGained,VimResume,ShellCmdPost * if exists('g:akin_is_used') | server.LookAgain() | endif
  autocmd VimLeavePre * if exists('g:akin_is_used') | server.Leave() | endif
augroup END
