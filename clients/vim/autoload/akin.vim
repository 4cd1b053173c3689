vim9script
# Search by meaning. :help akin

import autoload 'akin/folder.vim'
import autoload 'akin/server.vim'

var search = ''   # the number of the search whose answer is wanted
var indexing = ''   # the number of the indexing that is under way

def Say(text: string)
  redraw
  echo ('akin: ' .. text)->strcharpart(0, v:echospace)
enddef

def Complain(text: string)
  redraw
  echohl ErrorMsg
  echomsg 'akin: ' .. text
  echohl None
enddef

# Says in one line what went wrong, and what to do about it where that is known.
def ComplainOf(failure: dict<any>)
  var code = failure->get('code', 0)
  if code == -32009
    Complain(folder.Current()->fnamemodify(':t') .. ' is not indexed yet; :AkinIndex does it')
  else
    Complain(failure.message .. (code == -32004 ? ' Run "akin pull".' : ''))
  endif
enddef

# The path in a file URI, as bytes.
def PathOf(uri: string): string
  var path = uri->substitute('^file://[^/]*', '', '')
  return eval('"' .. path->escape('\"')->substitute('%\(\x\x\)', '\\x\1', 'g') .. '"')
enddef

# The first and last line of a hit, from 1. An end at column 0 belongs to the line before.
def LinesOf(hit: dict<any>): list<number>
  var first = hit.range.start.line + 1
  var last = hit.range.end
  return [first, last.character == 0 && last.line >= first ? last.line : last.line + 1]
enddef

# A quickfix item.
def ItemOf(hit: dict<any>): dict<any>
  var [first, last] = LinesOf(hit)
  var line = hit.text->trim()->split("\n")[0]
  var heading: string = hit->get('heading', '')
  # Outer > Inner, before a line that does not say that itself
  if line->stridx(heading->matchstr('[^>]*$')->trim()) < 0
    line = heading .. ': ' .. line
  endif
  return {
    filename: PathOf(hit.uri)->fnamemodify(':.'),
    lnum: first,
    end_lnum: last > first ? last : 0,
    col: hit.range.start.character > 0 ? hit.range.start.character + 1 : 0,
    # Five columns either way: a cosine may be below zero.
    text: printf(hit.score < 0 ? '%.2f  %s' : '%.3f  %s', hit.score, line),
  }
enddef

def Show(title: string, hits: list<dict<any>>)
  if empty(hits)
    Complain('nothing found')
    return
  endif
  setqflist([], ' ', {title: 'Akin: ' .. title, items: hits->mapnew((_, hit) => ItemOf(hit))})
  botright copen
  setlocal nowrap   # a line a result
enddef

# Searches, and cancels an earlier search that has no answer yet. Keep(hit) says which hits are shown.
def Find(title: string, query: string, Keep: func(dict<any>): bool)
  server.Cancel(search)
  var mine = ''
  search = ''
  mine = server.Request('search', {
    query: query,
    collection: folder.Current(),
    topK: g:->get('akin_limit', 30),
    mode: g:->get('akin_mode', 'semantic'),
  }, (failure, result) => {
    if search != mine
      return   # a newer search has taken its place
    endif
    if !empty(failure)
      ComplainOf(failure)
    else
      Show(title, result.results[0]->filter((_, hit) => hit->has_key('uri') && Keep(hit)))
    endif
  })
  search = mine
enddef

# Searches the folder of the current buffer, into the quickfix list.
export def Search(query: string)
  Find(query, query, (_) => true)
enddef

# Finds what means the same as the lines first to last of the current buffer, these left out.
export def Similar(first: number, last: number)
  var text = getline(first, last)->join("\n")->trim()
  if text == ''
    Complain('these lines are blank')
    return
  endif
  var path = expand('%:p')->resolve()
  Find(printf('like %s:%d', expand('%:t'), first), text, (hit) => {
    var [hit_first, hit_last] = LinesOf(hit)
    return PathOf(hit.uri) != path || hit_first > last || hit_last < first
  })
enddef

# Indexes a folder, by default that of the current buffer, and shows how far it is; or stops that.
export def Index(named: string, stop: bool)
  if stop
    if indexing == ''
      Complain('nothing is being indexed')
    endif
    server.Cancel(indexing)
    return
  endif
  if indexing != ''
    Complain('already indexing; :AkinIndex! stops it')
    return
  endif
  var path = named == '' ? folder.Current() : named->expand()->fnamemodify(':p')->resolve()->substitute('\(.\)/$', '\1', '')
  indexing = server.Request('index/add', {folder: path}, (failure, result) => {
    indexing = ''
    if failure->get('code', 0) == -32800
      Say('stopped; what was indexed so far is kept')
    elseif !empty(failure)
      ComplainOf(failure)
    else
      Say(printf('%d added, %d updated, %d removed, %d unchanged; %d chunks in %s', result.added, result.updated,
        result.removed, result.unchanged, result.chunks, path->fnamemodify(':~')))
    endif
  }, (value) => {
    if value.kind == 'report'
      Say(printf('indexing %s%%  %s', value->get('percentage', ''), value->get('message', '')))
    endif
  })
enddef

# Says what is indexed of the current buffer's folder, and by which model.
export def Status()
  server.Request('index/status', {collection: folder.Current()}, (failure, status) => {
    if !empty(failure)
      ComplainOf(failure)
      return
    endif
    popup_notification([
      status.name->fnamemodify(':~'),
      printf('%d documents, %d chunks, %.1f MB', status.documents, status.chunks, status.bytes / 1000000.0),
      'updated ' .. status.updated,
      printf('%s, %s, %d dimensions', status.model, status.precision, status.dimensions),
    ], {title: ' Akin ', time: 6000, moved: 'any', highlight: 'Normal'})
  })
enddef
