vim9script
# Buffers whose text is not that of their files, told to the server as open documents: searches see them as they stand, and
# the lines of results are those of the buffer. They are told when a request is sent, not at every key.

import autoload 'akin/folder.vim'

# What the server knows, by buffer: the URI, and the changedtick of the text.
var told: dict<dict<any>> = {}
# Whether a buffer differs from its file, by buffer, with what it was compared with.
var compared: dict<dict<any>> = {}

# The real path of a buffer's file, which may not be there yet; '' where the buffer has none.
export def Path(buffer: number): string
  var name = bufname(buffer)
  if name == '' || getbufvar(buffer, '&buftype') != '' || name =~ '^\a[a-zA-Z0-9+.-]\+://'
    return ''
  endif
  return name->fnamemodify(':p')->resolve()
enddef

def TextOf(buffer: number): string
  return getbufline(buffer, 1, '$')->join("\n") .. (getbufvar(buffer, '&endofline') ? "\n" : '')
enddef

# The text of a file as a buffer would hold it.
def TextOfFile(path: string): string
  var lines = readfile(path)
  if !empty(lines)
    lines[0] = lines[0]->substitute('^\%uFEFF', '', '')
  endif
  return lines->map((_, line) => line->substitute('\r$', '', ''))->join("\n") .. "\n"
enddef

# Whether a buffer's text is another than its file's. Of a buffer without changes that is so where another program has
# written the file; where the file is gone, what the buffer still holds is not searched.
def Differs(buffer: number, path: string): bool
  if getbufvar(buffer, '&modified')
    return true
  endif
  if !filereadable(path)
    return false
  endif
  var now: dict<any> = {tick: getbufvar(buffer, 'changedtick'), time: getftime(path), size: getfsize(path)}
  var before = compared->get(buffer, {})
  if before->get('tick', -1) != now.tick || before.time != now.time || before.size != now.size
    # A last line without an end is no difference: nothing of it moves.
    now.differs = TextOfFile(path)->substitute('\n$', '', '') != TextOf(buffer)->substitute('\n$', '', '')
    compared[buffer] = now
  endif
  return compared[buffer].differs
enddef

def Close(key: string, Notify: func)
  Notify('textDocument/didClose', {textDocument: {uri: told[key].uri}})
  told->remove(key)
enddef

def Open(buffer: number, uri: string, Notify: func)
  var tick = getbufvar(buffer, 'changedtick')
  var document = {uri: uri, languageId: getbufvar(buffer, '&filetype'), version: tick, text: TextOf(buffer)}
  Notify('textDocument/didOpen', {textDocument: document})
  told[buffer] = {uri: uri, tick: tick}
enddef

def Change(buffer: number, Notify: func)
  var tick = getbufvar(buffer, 'changedtick')
  Notify('textDocument/didChange', {
    textDocument: {uri: told[buffer].uri, version: tick},
    contentChanges: [{text: TextOf(buffer)}],
  })
  told[buffer].tick = tick
enddef

# Tells of the buffers in a folder, a real path: those that differ from their files are open documents, and no others.
export def Tell(in_folder: string, Notify: func)
  var prefix = in_folder->substitute('/$', '', '') .. '/'
  var open_now: list<string> = []
  for info in getbufinfo({bufloaded: 1})
    var buffer = info.bufnr
    var key = string(buffer)
    var path = Path(buffer)
    # One that is open stays so, whichever folder is searched, until it is like its file again.
    if path == '' || !(told->has_key(key) || path->strpart(0, strlen(prefix)) == prefix) || !Differs(buffer, path)
      continue
    endif
    open_now->add(key)
    var uri = folder.UriOf(path)
    if told->has_key(key) && told[key].uri != uri
      Close(key, Notify)   # it has another name now
    endif
    if !told->has_key(key)
      Open(buffer, uri, Notify)
    elseif told[key].tick != getbufvar(buffer, 'changedtick')
      Change(buffer, Notify)
    endif
  endfor
  for key in told->keys()
    if open_now->index(key) < 0
      Close(key, Notify)
    endif
  endfor
enddef

# A buffer was written to its file, which is read anew once the document is closed.
export def Saved(buffer: number, Notify: func)
  var path = Path(buffer)
  if path == '' || !filereadable(path)
    return
  endif
  if !told->has_key(string(buffer))
    Open(buffer, folder.UriOf(path), Notify)
  endif
  Close(string(buffer), Notify)
enddef

# A new server knows of nothing.
export def Forget()
  told = {}
enddef
