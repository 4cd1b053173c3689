vim9script
# Search by meaning. :help akin

import autoload 'akin/documents.vim'
import autoload 'akin/folder.vim'
import autoload 'akin/results.vim'
import autoload 'akin/server.vim'

var search = ''   # the number of the search whose answer is wanted
var indexing = ''   # the number of the indexing that is under way
var indexed_folder = ''   # its folder
var share = 0   # how much of that is indexed, in percent

# Searches, and cancels an earlier search that has no answer yet. Keep(hit) says which hits are shown; `more` are other
# parameters of the search.
def Find(title: string, query: string, Keep: func(dict<any>): bool, more: dict<any> = {})
  server.Cancel(search)
  var mine = ''
  search = ''
  var asked = results.Place()
  var here = folder.Current()
  var params = {
    query: query,
    collection: here,
    topK: g:->get('akin_limit', 30),
    mode: g:->get('akin_mode', 'hybrid'),
  }->extend(more)
  # Of what part the results are.
  var part = ''
  if here == indexed_folder
    params.awaitChanges = false   # what is there now is searched
    part = printf(' (%d%% is indexed)', share)
  endif
  mine = server.Request('search', params, (failure, result) => {
    if search != mine
      return   # a newer search has taken its place
    endif
    if !empty(failure)
      results.ComplainOf(failure)
    else
      var best = result->get('noGoodMatch', [])->get(0, v:null)
      if part == '' && type(best) == v:t_float
        results.Complain(printf('no good match (best %.2f)', best))
        return
      endif
      var embedded: float = result->get('embeddedShare', 1) * 1.0
      if part == '' && embedded < 1.0
        part = printf(' (%d%% is embedded)', float2nr(floor(100 * embedded)))
      endif
      results.Arrived(title .. part, result.results[0]->filter((_, hit) => results.IsThere(hit) && Keep(hit)), asked)
    endif
  })
  search = mine
enddef

# Searches the folder of the current buffer, into the quickfix list.
export def Search(query: string)
  Find(query, query, (_) => true)
enddef

# Finds what means the same as the lines first to last of the current buffer, these left out; in a list of places what means the
# same as the place that the first of these lines names.
export def Similar(first: number, last: number)
  var place = results.Named(first)
  if place->has_key('problem')
    results.Complain(place.problem)
    return
  endif
  if empty(place)
    place = {path: documents.Path(bufnr()), first: first, last: last, lines: getline(first, last)}
  endif
  # In a query, quotes would leave only texts that have the same words.
  var text = place.lines->join("\n")->tr('"', "'")->trim()
  if text == ''
    results.Complain('these lines are blank')
    return
  endif
  Find(printf('like %s:%d', place.path->fnamemodify(':t'), place.first), text, (hit) => {
    var [hit_first, hit_last] = results.LinesOf(hit)
    return results.PathOf(hit.uri) != place.path || hit_first > place.last || hit_last < place.first
  }, {overflow: 'window'})   # more than the model takes at once is taken in windows
enddef

# Shows the results that came while something else was being done.
export def ShowLate()
  results.ShowLate()
enddef

# Indexes a folder, by default that of the current buffer, and shows how far it is; or stops that.
export def Index(named: string, stop: bool)
  if stop
    if indexing == ''
      results.Complain('nothing is being indexed')
    endif
    server.Cancel(indexing)
    return
  endif
  if indexing != ''
    results.Complain('already indexing; :AkinIndex! stops it')
    return
  endif
  var path = named == '' ? folder.Current() : named->expand()->fnamemodify(':p')->resolve()->substitute('\(.\)/$', '\1', '')
  if !isdirectory(path)
    results.Complain(path .. ' is no folder')
    return
  endif
  indexed_folder = path
  share = 0
  results.SayPassing('indexing ' .. path->fnamemodify(':t'))
  indexing = server.Request('index/add', {folder: path}, (failure, result) => {
    indexing = ''
    indexed_folder = ''
    IndexEnded(path, failure, result)
  }, (value) => {
    if value.kind == 'report'
      share = value->get('percentage', share)
      results.SayPassing(printf('indexing %d%%  %s', share, value->get('message', '')))
    endif
  })
enddef

def IndexEnded(path: string, failure: dict<any>, result: any)
  if failure->get('code', 0) == -32800
    results.Say('stopped; what was indexed so far is kept')
  elseif !empty(failure)
    results.ComplainOf(failure)
  else
    var skipped = result.skipped > 0 ? printf(', %d left out', result.skipped) : ''
    results.Say(printf('%d added, %d updated, %d removed, %d unchanged%s; %d chunks in %s', result.added, result.updated,
      result.removed, result.unchanged, skipped, result.chunks, path->fnamemodify(':t')))
  endif
enddef

# Says what is indexed of the current buffer's folder, and by which model.
export def Status()
  server.Request('index/status', {collection: folder.Current()}, (failure, status) => {
    if !empty(failure)
      results.ComplainOf(failure)
      return
    endif
    popup_notification([
      status.name->fnamemodify(':~'),
      printf('%d documents, %d chunks, %.1f MB', status.documents, status.chunks, status.bytes / 1000000.0),
      'updated ' .. status.updatedAt,
      printf('%s, %s, %d dimensions', status.model, status.precision, status.dimensions),
    ], {title: ' Akin ', time: 6000, moved: 'any', highlight: 'Normal'})
  })
enddef
