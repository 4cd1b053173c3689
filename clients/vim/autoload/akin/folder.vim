vim9script
# Which folder a buffer belongs to, and how the server calls files.

# The folder that the results in the current window are of; nothing in another window.
def OfResults(): string
  var context = &buftype == 'quickfix' ? getqflist({context: 0}).context : 0
  return type(context) == v:t_dict ? context->get('folder', '') : ''
enddef

# The real path of the folder that the current buffer is searched in: of a window of results theirs, else g:akin_folder, else the
# nearest folder around the file that holds .git, else the working directory.
export def Current(): string
  var folder: string = OfResults()
  if folder == ''
    folder = g:->get('akin_folder', '')
  endif
  if folder == ''
    var start = &buftype == '' && expand('%') != '' ? expand('%:p:h') : getcwd()
    var around = start->escape(' ,;') .. ';'
    var git = finddir('.git', around)
    if git == ''
      git = findfile('.git', around)   # a worktree or a submodule
    endif
    folder = git != '' ? git->fnamemodify(':p')->substitute('/\?\.git/\?$', '', '') : getcwd()
  endif
  return folder->resolve()->fnamemodify(':p')->substitute('\(.\)/$', '\1', '')
enddef

# The file URI of a path.
export def UriOf(path: string): string
  # Byte by byte, whatever the encoding of a letter.
  var bytes = range(strlen(path))->mapnew((_, i) => strpart(path, i, 1))
  return 'file://' .. bytes->mapnew((_, byte) => byte =~ '[A-Za-z0-9/._~-]' ? byte : printf('%%%02X', char2nr(byte)))->join('')
enddef
