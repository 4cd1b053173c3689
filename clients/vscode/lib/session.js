'use strict'
// What the extension does, apart from the editor: searches, indexing and status of the workspace's folders.

const fs = require('node:fs')
const path = require('node:path')
const { fileURLToPath, pathToFileURL } = require('node:url')
const { AkinError, Connection } = require('./connection')
const { Documents } = require('./documents')

/**
 * @typedef {object} Settings
 * @property {string} command
 * @property {boolean} shared
 * @property {number} limit
 * @property {'semantic' | 'keyword' | 'hybrid'} mode
 *
 * @typedef {object} Place a result, as the view shows it
 * @property {string} path
 * @property {string} label the path in its folder, after the folder's name where there are several
 * @property {number} line from 0
 * @property {number} character in UTF-16 units
 * @property {number} endLine the last line that belongs to it
 * @property {number} score
 * @property {string} text
 * @property {string} found its first line in the file
 *
 * @typedef {object} Found
 * @property {Place[]} places the best first
 * @property {string} note what was not searched, or not wholly; empty where all was
 *
 * @typedef {{ path: string, first: number, last: number }} Lines lines of a file, from 0, both included
 */

/**
 * The arguments that start the server.
 * @param {Settings} settings
 * @returns {string[]}
 */
function serverArguments(settings) {
  return settings.shared ? ['serve', '--shared'] : ['serve']
}

/**
 * What to tell of a failure: what went wrong, and what to do about it where that is known.
 * @param {AkinError} error
 * @param {Settings} settings
 * @returns {{ message: string, action?: 'index' | 'settings' }}
 */
function advice(error, settings) {
  if (error.isUnknownCollection) return { message: 'This folder is not indexed yet.', action: 'index' }
  if (error.code === -32004) return { message: `${error.message} Run "akin pull" in a terminal.` }
  if (error.code !== 0) return { message: error.message }
  const own = settings.shared ? ' Without the setting akin.shared each window has a process of its own.' : ''
  return { message: `${error.message}.${own}`, action: 'settings' }
}

function notIndexed() {
  return new AkinError('no folder of the workspace is indexed', -32009)
}

/** @param {string} line */
function saysSomething(line) {
  return /[\p{L}\p{N}]/u.test(line)
}

/**
 * What is found by its words alone so far; empty where nothing is.
 * @param {number} [share] of what is indexed, the part that is embedded, 0 to 1
 */
function embeddedNote(share = 1) {
  return share < 1 ? `${Math.floor(100 * share)}% is embedded` : ''
}

class Session {
  /**
   * @param {Settings} settings
   * @param {string[]} folders the workspace's, as paths
   * @param {() => import('./documents').Document[]} unsaved the documents with unsaved changes
   */
  constructor(settings, folders, unsaved = () => []) {
    this.settings = settings
    this.folders = folders.filter((folder) => fs.existsSync(folder)).map((folder) => fs.realpathSync(folder))
    this.unsaved = unsaved
    this.connection = new Connection(settings.command, serverArguments(settings), this.folders)
    this.documents = new Documents((method, params) => this.connection.notify(method, params))
    this.connection.onStart = () => this.documents.forget()
    /** @type {AbortController | undefined} */
    this.searching = undefined
    /** @type {Set<string>} folders that are known to be indexed */
    this.indexed = new Set()
    /** @type {Map<string, number>} how much is indexed, in percent, of folders that are being indexed */
    this.share = new Map()
  }

  /**
   * Searches the indexed folders; an earlier search that has no answer yet is cancelled, and rejects. Where none is indexed, it
   * rejects too.
   * @param {string} query
   * @param {object} [more] other parameters
   * @returns {Promise<Found>}
   */
  async search(query, more = {}) {
    this.searching?.abort()
    if (query.trim() === '') return { places: [], note: '' }
    const searching = new AbortController()
    this.searching = searching
    try {
      return await this.#found(query, more, searching.signal)
    } catch (error) {
      if (!(error instanceof AkinError && error.isUnknownCollection && this.indexed.size > 0)) throw error
      // One of them was dropped since it was looked at: the others are searched.
      this.indexed.clear()
      return this.#found(query, more, searching.signal)
    }
  }

  /**
   * @param {string} query
   * @param {object} more
   * @param {AbortSignal} signal
   * @returns {Promise<Found>}
   */
  async #found(query, more, signal) {
    const missing = await this.#missingFolders()
    this.#checkNotAborted(signal)
    const collection = this.folders.filter((folder) => !missing.has(folder))
    if (collection.length === 0) throw [...missing.values()].find((error) => !error.isUnknownCollection) ?? notIndexed()
    this.#tellDocuments()
    const params = { query, collection, topK: this.settings.limit, mode: this.settings.mode, ...more }
    // While one of them is being indexed, what is there is searched.
    if (this.share.size > 0) params.awaitChanges = false
    const note = this.#note(missing)
    const { results, embeddedShare, noGoodMatch } = await this.connection.request('search', params, { signal })
    // The answer may have been made before the cancellation came.
    this.#checkNotAborted(signal)
    const best = noGoodMatch?.[0]
    // While one is being indexed, what is there is shown.
    if (params.awaitChanges !== false && typeof best === 'number') {
      return { places: [], note: [`no good match (best ${best.toFixed(2)})`, note].filter(Boolean).join('; ') }
    }
    const places = results[0].filter((/** @type {any} */ hit) => hit.uri).map((/** @type {any} */ hit) => this.#place(hit))
    return {
      places: places.filter((/** @type {Place} */ place) => this.#isThere(place)),
      // While one is being indexed, it is said how much of that is.
      note: params.awaitChanges === false ? note : [note, embeddedNote(embeddedShare)].filter(Boolean).join('; '),
    }
  }

  /**
   * Finds what means the same as a text, the lines that it stands in left out.
   * @param {string} text of any length: more than the model takes at once is taken in windows
   * @param {Lines} lines
   * @returns {Promise<Found>}
   */
  async similar(text, lines) {
    const file = fs.existsSync(lines.path) ? fs.realpathSync(lines.path) : lines.path
    // In a query, quotes would leave only texts that have the same words.
    const { places, note } = await this.search(text.replaceAll('"', "'"), { overflow: 'window' })
    return { places: places.filter((place) => place.path !== file || place.line > lines.last || place.endLine < lines.first), note }
  }

  /**
   * The parts of the indexed folders that answer a query, as LSP's SymbolInformation.
   * @param {string} query
   * @param {AbortSignal} [signal]
   * @returns {Promise<any[]>}
   */
  async symbols(query, signal) {
    if (query.trim() === '') return []
    this.#tellDocuments()
    return (await this.connection.request('workspace/symbol', { query }, { signal })) ?? []
  }

  /**
   * Indexes the folders, one after another; one that cannot be does not keep the others from it, unless it is the only one.
   * `onProgress` gets a message, and how many percent came since the last.
   * @param {AbortSignal} signal
   * @param {(message: string, increment: number) => void} onProgress
   * @returns {Promise<{ added: number, updated: number, removed: number, unchanged: number, skipped: number, chunks: number,
   *   failures: string[] }>} failures: a sentence for each folder that could not be indexed
   */
  async index(signal, onProgress) {
    const total = { added: 0, updated: 0, removed: 0, unchanged: 0, skipped: 0, chunks: 0 }
    const failures = []
    for (const folder of this.folders) {
      let percentage = 0
      this.share.set(folder, 0)
      try {
        const result = await this.connection.request('index/add', { folder }, {
          signal,
          onProgress: (value) => {
            if (value.kind !== 'report') return
            const now = value.percentage ?? percentage
            onProgress(value.message ?? '', (now - percentage) / this.folders.length)
            percentage = now
            this.share.set(folder, now)
          },
        })
        this.indexed.add(folder)
        for (const key of /** @type {(keyof typeof total)[]} */ (Object.keys(total))) total[key] += result[key]
      } catch (error) {
        if (!(error instanceof AkinError) || error.isCancelled || this.folders.length === 1) throw error
        failures.push(`${path.basename(folder)}: ${error.message}`)
      } finally {
        this.share.delete(folder)
      }
    }
    return { ...total, failures }
  }

  /**
   * What is indexed of each folder; undefined where nothing is.
   * @returns {Promise<{ folder: string, status: any }[]>}
   */
  status() {
    return Promise.all(this.folders.map(async (folder) => {
      const asked = this.connection.request('index/status', { collection: folder })
      const status = await asked.catch((error) => {
        if (error instanceof AkinError && error.isUnknownCollection) return undefined
        throw error
      })
      return { folder, status }
    }))
  }

  /**
   * Tells of a file that was saved; only where it is in one of the folders.
   * @param {import('./documents').Document} document
   */
  saved(document) {
    const real = this.#real(document.path)
    if (this.connection.isRunning && this.#folderOf(real)) this.documents.saved({ ...document, path: real })
  }

  /**
   * Tells a running server of files that were made, changed or deleted, by whatever program.
   * @param {string[]} files
   */
  filesChanged(files) {
    const changes = files.map((file) => ({ uri: pathToFileURL(file).href, type: 2 }))
    this.connection.notify('workspace/didChangeWatchedFiles', { changes })
  }

  dispose() {
    this.connection.dispose()
  }

  /** @param {AbortSignal} signal */
  #checkNotAborted(signal) {
    if (signal.aborted) throw new AkinError('the request was cancelled', -32800)
  }

  /**
   * The folders that cannot be searched, with the reason: most are not indexed. What is once indexed stays so until a search
   * finds it gone.
   * @returns {Promise<Map<string, AkinError>>}
   */
  async #missingFolders() {
    const missing = new Map()
    await Promise.all(this.folders.filter((folder) => !this.indexed.has(folder)).map(async (folder) => {
      try {
        await this.connection.request('index/status', { collection: folder })
        this.indexed.add(folder)
      } catch (error) {
        // Of a server that cannot be had nothing is known of any folder.
        if (!(error instanceof AkinError) || error.code === 0) throw error
        missing.set(folder, error)
      }
    }))
    return missing
  }

  #tellDocuments() {
    this.connection.start()
    const unsaved = this.unsaved().map((document) => ({ ...document, path: this.#real(document.path) }))
    this.documents.tell(unsaved.filter((document) => this.#folderOf(document.path)))
  }

  /** @param {string} file which may not be there yet */
  #real(file) {
    if (fs.existsSync(file)) return fs.realpathSync(file)
    const folder = path.dirname(file)
    return fs.existsSync(folder) ? path.join(fs.realpathSync(folder), path.basename(file)) : file
  }

  /** @param {string} file */
  #folderOf(file) {
    return this.folders.find((folder) => file.startsWith(folder + path.sep))
  }

  /**
   * Of a file that is gone only an error could be opened.
   * @param {Place} place
   */
  #isThere(place) {
    return fs.existsSync(place.path) || this.unsaved().some((document) => this.#real(document.path) === place.path)
  }

  /** @param {Map<string, AkinError>} missing */
  #note(missing) {
    const notes = this.folders.filter((folder) => missing.has(folder)).map((folder) => {
      const error = /** @type {AkinError} */ (missing.get(folder))
      return `${path.basename(folder)} ${error.isUnknownCollection ? 'is not indexed yet' : `is left out: ${error.message}`}`
    })
    for (const [folder, share] of this.share) notes.push(`${share}% of ${path.basename(folder)} is indexed`)
    return notes.join('; ')
  }

  /**
   * @param {any} hit
   * @returns {Place}
   */
  #place(hit) {
    const file = fileURLToPath(hit.uri)
    const folder = this.#folderOf(file)
    const { start, end } = hit.range
    const lines = hit.text.split(/\r?\n/)
    // Brackets and quotation marks alone say nothing.
    const first = Math.max(0, lines.findIndex(saysSomething))
    const text = lines.slice(first).join('\n').trim().replace(/^["']+/, '')
    // `Outer > Inner`, before a text whose first line does not say that itself.
    const inner = (hit.heading ?? '').split('>').at(-1).trim()
    const heading = text.split('\n', 1)[0].includes(inner) ? '' : `${hit.heading}\n`
    const inFolder = folder ? path.relative(folder, file) : file
    return {
      path: file,
      label: folder && this.folders.length > 1 ? path.join(path.basename(folder), inFolder) : inFolder,
      line: start.line,
      character: start.character,
      endLine: end.character === 0 && end.line > start.line ? end.line - 1 : end.line,
      score: hit.score,
      // Of a document whose bytes are not its text, a line is no place to open: a page, a slide or a cell is.
      text: (hit.location ? `#${hit.location}  ` : '') + heading + text,
      found: lines[0].trim(),
    }
  }
}

/**
 * Where a place is in a text that may have changed since it was found: the line that is like its first one and nearest to it.
 * @param {Place} place
 * @param {string[]} lines
 * @returns {number}
 */
function lineNow(place, lines) {
  if (place.found === '' || lines[place.line]?.trim() === place.found) return place.line
  let nearest = -1
  for (const [number, line] of lines.entries()) {
    const isNearer = nearest < 0 || Math.abs(number - place.line) < Math.abs(nearest - place.line)
    if (line.trim() === place.found && isNearer) nearest = number
  }
  return nearest < 0 ? Math.min(place.line, lines.length - 1) : nearest
}

module.exports = { Session, advice, lineNow, serverArguments }
