'use strict'
// Documents with unsaved changes, told to the server as open: searches see them as they stand, and the lines of results are
// theirs. They are told when a request is sent, not at every key.

const { pathToFileURL } = require('node:url')

/**
 * @typedef {object} Document
 * @property {string} path
 * @property {string} languageId
 * @property {number} version
 * @property {() => string} text
 */

class Documents {
  /** @param {(method: string, params: object) => void} notify */
  constructor(notify) {
    this.notify = notify
    /** @type {Map<string, number>} the versions that the server knows, by URI */
    this.told = new Map()
  }

  /**
   * Tells of these documents: they are open, and no others.
   * @param {Document[]} unsaved
   */
  tell(unsaved) {
    const open = new Set()
    for (const document of unsaved) {
      const uri = pathToFileURL(document.path).href
      open.add(uri)
      if (!this.told.has(uri)) this.#open(uri, document)
      else if (this.told.get(uri) !== document.version) this.#change(uri, document)
    }
    for (const uri of [...this.told.keys()]) if (!open.has(uri)) this.#close(uri)
  }

  /**
   * A document was written to its file, which is read anew once the document is closed.
   * @param {Document} document
   */
  saved(document) {
    const uri = pathToFileURL(document.path).href
    if (!this.told.has(uri)) this.#open(uri, document)
    this.#close(uri)
  }

  /** A new server knows of nothing. */
  forget() {
    this.told.clear()
  }

  /**
   * @param {string} uri
   * @param {Document} document
   */
  #open(uri, { languageId, version, text }) {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version, text: text() } })
    this.told.set(uri, version)
  }

  /**
   * @param {string} uri
   * @param {Document} document
   */
  #change(uri, { version, text }) {
    this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text: text() }] })
    this.told.set(uri, version)
  }

  /** @param {string} uri */
  #close(uri) {
    this.notify('textDocument/didClose', { textDocument: { uri } })
    this.told.delete(uri)
  }
}

module.exports = { Documents }
