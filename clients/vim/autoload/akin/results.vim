vim9script
# Results of a search as a quickfix list, and the lines that tell of what happens.

import autoload 'akin/folder.vim'

# Whether the last line of the screen is in use: by a command that is being typed, a question, or the name of the mode.
def IsLineTaken(): bool
  return mode() =~ '^[cr]' || &showmode && mode() != 'n'
enddef

def WhenLineIsFree(Tell: func())
  if IsLineTaken()
    timer_start(100, (_) => WhenLineIsFree(Tell))
  else
    Tell()
  endif
enddef

var late: dict<any> = {}   # title and hits that came while something else was being done

# What was announced and not looked at yet goes before all that is said: nothing else takes it from the screen.
def Echo(text: string)
  var waiting = empty(late) ? [] : [printf(':AkinResults shows %d results for %s', len(late.hits), late.title)]
  var line = (waiting + [text])->filter((_, part) => !empty(part))->join('; ')
  if !empty(line)
    redraw
    echo ('akin: ' .. line)->strcharpart(0, v:echospace)
  endif
enddef

def EchoError(text: string)
  redraw
  echohl ErrorMsg
  echomsg 'akin: ' .. text
  echohl None
enddef

# Shows a line that is not kept, as much of it as fits, once nothing else is being typed there.
export def Say(text: string)
  WhenLineIsFree(() => Echo(text))
enddef

# Likewise a line that another will follow: it is not waited with.
export def SayPassing(text: string)
  if !IsLineTaken()
    Echo(text)
  endif
enddef

export def Complain(text: string)
  WhenLineIsFree(() => EchoError(text))
enddef

# Says in one line what went wrong, and what to do about it where that is known.
export def ComplainOf(failure: dict<any>)
  var code = failure->get('code', 0)
  if code == -32009
    Complain(folder.Current()->fnamemodify(':t') .. ' is not indexed yet; :AkinIndex does it')
  else
    Complain(failure.message .. (code == -32004 ? ' Run "akin pull".' : ''))
  endif
enddef

# The path in a file URI, as bytes.
export def PathOf(uri: string): string
  var path = uri->substitute('^file://[^/]*', '', '')
  return eval('"' .. path->escape('\"')->substitute('%\(\x\x\)', '\\x\1', 'g') .. '"')
enddef

# The first and last line of a hit, from 1. An end at column 0 belongs to the line before.
export def LinesOf(hit: dict<any>): list<number>
  var first = hit.range.start.line + 1
  var last = hit.range.end
  return [first, last.character == 0 && last.line >= first ? last.line : last.line + 1]
enddef

# Whether there is something to go to: of a file that is gone only a new buffer would be opened.
export def IsThere(hit: dict<any>): bool
  if !hit->has_key('uri')
    return false
  endif
  var path = PathOf(hit.uri)
  return filereadable(path) || bufloaded(path)
enddef

# The first line of a text that says something: brackets and quotation marks do not.
def FirstLine(text: string): string
  var lines = text->split('[\r\n]\+')
  for line in lines
    if line =~ '[[:alnum:]]\|[^\x00-\x7f]'
      return line->trim()->substitute('^["'']\+', '', '')->substitute('["'']\+$', '', '')
    endif
  endfor
  return lines->get(0, '')->trim()
enddef

# A quickfix item.
def ItemOf(hit: dict<any>): dict<any>
  var [first, last] = LinesOf(hit)
  var line = FirstLine(hit.text)
  # The cosine says how near a place is; the score only orders the places of one search.
  var near: float = hit->get('similarity', hit.score)
  var heading: string = hit->get('heading', '')
  # Outer > Inner, before a line that does not say that itself
  if line->stridx(heading->matchstr('[^>]*$')->trim()) < 0
    line = heading .. ': ' .. line
  endif
  # Of a document whose bytes are not its text, a line is no place to open: a page, a slide or a cell is.
  if hit->has_key('location')
    line = '#' .. hit.location .. '  ' .. line
  endif
  return {
    filename: PathOf(hit.uri)->fnamemodify(':.'),
    lnum: first,
    end_lnum: last > first ? last : 0,
    col: hit.range.start.character > 0 ? hit.range.start.character + 1 : 0,
    # Five columns either way: a cosine may be below zero.
    text: printf(near < 0 ? '%.2f  %s' : '%.3f  %s', near, line),
  }
enddef

# Where the person is now, for Arrived().
export def Place(): dict<any>
  return {window: win_getid(), cursor: getcurpos(), tick: b:changedtick}
enddef

# Hits have come. They are shown where the person still is where they were asked for, in Normal mode and with no key half
# typed, and get the focus where the cursor has not been moved either; else they are announced.
export def Arrived(title: string, hits: list<dict<any>>, asked: dict<any>)
  if empty(hits)
    Complain('nothing found' .. title->matchstr(' (\d\+% is \a\+)$'))
    return
  endif
  var now = Place()
  if mode(1) != 'n' || state('mo') != '' || getcmdwintype() != '' || now.window != asked.window
    late = {title: title, hits: hits}
    Say('')
    return
  endif
  late = {}
  Show(title, hits)
  if now != asked
    win_gotoid(asked.window)
  endif
enddef

# Shows the hits that were announced last, or else the list that there is.
export def ShowLate()
  if empty(late)
    botright copen
  else
    Show(late.title, late.hits)
    late = {}
  endif
enddef

# Shows hits in the quickfix window, and goes there.
def Show(title: string, hits: list<dict<any>>)
  setqflist([], ' ', {
    title: 'Akin: ' .. title,
    items: hits->mapnew((_, hit) => ItemOf(hit)),
    # The first line of each, for Visit().
    context: {
      akin: true,
      folder: hits[0]->get('collection', ''),
      lines: hits->mapnew((_, hit) => hit.text->matchstr('[^\r\n]*')->trim()),
    },
  })
  botright copen
  setlocal nowrap   # a line a result
  if empty(maparg('<CR>', 'n', false, true)->get('buffer', 0))
    nnoremap <buffer> <CR> <ScriptCmd>Visit()<CR>
  endif
enddef

# The lines of an item's file as they are; none where it is gone.
def LinesNow(item: dict<any>): list<string>
  if bufloaded(item.bufnr)
    return getbufline(item.bufnr, 1, '$')
  endif
  var path = WholePath(item)
  return filereadable(path) ? readfile(path) : []
enddef

# The path of an item's file, which its buffer's name is only from where that was opened.
def WholePath(item: dict<any>): string
  return getbufinfo(item.bufnr)[0].name
enddef

# Moves an item to where its first line, as it was found, is now; says why it may be another place.
def Follow(item: dict<any>, lines: list<string>, wanted: string): string
  if empty(lines)
    return bufname(item.bufnr) .. ' is gone; search again'
  endif
  if wanted == '' || lines->get(item.lnum - 1, '')->trim() == wanted
    return ''
  endif
  var nearest = 0
  for at in range(1, len(lines))
    if lines[at - 1]->trim() == wanted && (nearest == 0 || abs(at - item.lnum) < abs(nearest - item.lnum))
      nearest = at
    endif
  endfor
  if nearest == 0
    return 'this has changed since the search'
  endif
  item.end_lnum = item.end_lnum > 0 ? item.end_lnum + nearest - item.lnum : 0
  item.lnum = nearest
  return ''
enddef

# Goes to the result under the cursor of the quickfix window. Its file may have changed since the search: then to where its
# first line is now, and nowhere where the file is gone.
def Visit()
  var index = line('.')
  var qf = getqflist({id: 0, items: 0, context: 0})
  var item = qf.items->get(index - 1, {})
  if type(qf.context) == v:t_dict && qf.context->get('akin', false) && item->get('bufnr', 0) > 0
    var before: number = item.lnum
    var lines = LinesNow(item)
    var problem = Follow(item, lines, qf.context.lines[index - 1])
    if problem != ''
      Complain(problem)
    endif
    if empty(lines)
      return
    endif
    if item.lnum != before
      setqflist([], 'r', {id: qf.id, items: qf.items, idx: index})
    endif
  endif
  execute ':' .. index .. 'cc'
enddef

# The place that a line of the current window names, where that is a quickfix or a location list: {path, first, last, lines},
# or {problem}. Empty in another window.
export def Named(number: number): dict<any>
  if &buftype != 'quickfix'
    return {}
  endif
  var asked = {items: 0, context: 0}
  var list = getwininfo(win_getid())[0].loclist == 1 ? getloclist(0, asked) : getqflist(asked)
  var item = list.items->get(number - 1, {})
  if item->get('bufnr', 0) == 0 || item.lnum == 0
    return {problem: 'this line names no place'}
  endif
  var is_ours = type(list.context) == v:t_dict && list.context->get('akin', false)
  var lines = LinesNow(item)
  var problem = Follow(item, lines, is_ours ? list.context.lines[number - 1] : '')
  if problem != ''
    return {problem: problem}
  endif
  var last = max([item.lnum, item.end_lnum])
  return {
    path: WholePath(item)->resolve(),
    first: item.lnum,
    last: last,
    lines: lines[item.lnum - 1 : last - 1],
  }
enddef
