vim9script
# Commands only: autoload/akin.vim is read when one of them is used.

if exists('g:loaded_akin')
  finish
endif
g:loaded_akin = true

import autoload 'akin.vim'

command -nargs=+ Akin akin.Search(<q-args>)
command -range AkinSimilar akin.Similar(<line1>, <line2>)
command -nargs=? -bang -complete=dir AkinIndex akin.Index(<q-args>, <bang>0 != 0)
command AkinStatus akin.Status()
