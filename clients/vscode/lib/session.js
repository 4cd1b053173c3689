'use strict'
// What the extension does, apart from the editor: searches, indexing and status of the workspace's folders.

const fs = require('node:fs')
const path = require('node:path')
const { fileURLToPath } = require('node:url')
const { AkinError, Connection } = require('./connection')

/**
 * @typedef {object} Settings
 * @property {string} command
 * @property {boolean} shared
 * @property {number} limit
 * @property {'semantic' | 'keyword' | 'hybrid'} mode
 *
 * @typedef {object} Place a result, as the view shows it
 * @property {string} path
 * @property {string} label the path in its folder
 * @property {number} line from 0
 * @property {number} character in UTF-16 units
 * @property {number} endLine the last line that belongs to it
 * @property {number} score
 * @property {string} text
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

class Session {
  /**
   * @param {Settings} settings
   * @param {string[]} folders the workspace's, as paths
   */
  constructor(settings, folders) {
    this.settings = settings
    this.folders = folders.map((folder) => fs.realpathSync(folder))
    this.connection = new Connection(settings.command, serverArguments(settings), this.folders)
    /** @type {AbortController | undefined} */
    this.searching = undefined
  }

  /**
   * Searches the indexed folders; an earlier search that has no answer yet is cancelled, and rejects.
   * @param {string} query
   * @returns {Promise<Place[]>}
   */
  async search(query) {
    this.searching?.abort()
    if (query.trim() === '') return []
    const searching = new AbortController()
    this.searching = searching
    const params = { query, collection: this.folders, topK: this.settings.limit, mode: this.settings.mode }
    const { results } = await this.connection.request('search', params, { signal: searching.signal })
    // The answer may have been made before the cancellation came.
    if (searching.signal.aborted) throw new AkinError('the request was cancelled', -32800)
    return results[0].filter((/** @type {any} */ hit) => hit.uri).map((/** @type {any} */ hit) => this.#place(hit))
  }

  /**
   * Finds what means the same as a text, the lines that it stands in left out.
   * @param {string} text
   * @param {Lines} lines
   */
  async similar(text, lines) {
    const file = fs.existsSync(lines.path) ? fs.realpathSync(lines.path) : lines.path
    const places = await this.search(text)
    return places.filter((place) => place.path !== file || place.line > lines.last || place.endLine < lines.first)
  }

  /**
   * Indexes the folders, one after another. `onProgress` gets a message, and how many percent came since the last.
   * @param {AbortSignal} signal
   * @param {(message: string, increment: number) => void} onProgress
   * @returns {Promise<{ added: number, updated: number, removed: number, unchanged: number, chunks: number }>}
   */
  async index(signal, onProgress) {
    const total = { added: 0, updated: 0, removed: 0, unchanged: 0, chunks: 0 }
    for (const folder of this.folders) {
      let percentage = 0
      const result = await this.connection.request('index/add', { folder }, {
        signal,
        onProgress: (value) => {
          if (value.kind !== 'report') return
          const now = value.percentage ?? percentage
          onProgress(value.message ?? '', (now - percentage) / this.folders.length)
          percentage = now
        },
      })
      for (const key of /** @type {(keyof typeof total)[]} */ (Object.keys(total))) total[key] += result[key]
    }
    return total
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
   * @param {string} file
   * @param {string} languageId
   * @param {string} text
   */
  saved(file, languageId, text) {
    const real = fs.realpathSync(file)
    if (this.folders.some((folder) => real.startsWith(folder + path.sep))) this.connection.saved(real, languageId, text)
  }

  dispose() {
    this.connection.dispose()
  }

  /**
   * @param {any} hit
   * @returns {Place}
   */
  #place(hit) {
    const file = fileURLToPath(hit.uri)
    const folder = this.folders.find((folder) => file.startsWith(folder + path.sep))
    const { start, end } = hit.range
    const text = hit.text.trim()
    // `Outer > Inner`, before a text whose first line does not say that itself.
    const inner = (hit.heading ?? '').split('>').at(-1).trim()
    const heading = text.split('\n', 1)[0].includes(inner) ? '' : `${hit.heading}\n`
    return {
      path: file,
      label: folder ? path.relative(folder, file) : file,
      line: start.line,
      character: start.character,
      endLine: end.character === 0 && end.line > start.line ? end.line - 1 : end.line,
      score: hit.score,
      text: heading + text,
    }
  }
}

module.exports = { Session, advice, serverArguments }
