'use strict'
// The server process and the requests that wait for it: JSON-RPC 2.0, one value a line.

const { spawn } = require('node:child_process')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const mostTries = 2
const modelProcessEnded = -32019
const methodNotFound = -32601
const keptErrorCharacters = 500

/** What the server answers instead of a result, or why there is no server; `code` is 0 then. */
class AkinError extends Error {
  /**
   * @param {string} message
   * @param {number} [code] of the protocol
   */
  constructor(message, code = 0) {
    super(message)
    this.name = 'AkinError'
    this.code = code
  }

  get isCancelled() {
    return this.code === -32800
  }

  get isUnknownCollection() {
    return this.code === -32009
  }
}

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {object} params
 * @property {(result: any) => void} resolve
 * @property {(error: AkinError) => void} reject
 * @property {(value: any) => void} [onProgress]
 * @property {number} tries how many servers it was sent to
 */

class Connection {
  /**
   * Nothing is started before the first request.
   * @param {string} program a name on the PATH, or a path
   * @param {string[]} arguments_
   * @param {string[]} folders the workspace's, as paths
   */
  constructor(program, arguments_, folders = []) {
    this.program = program
    this.folders = folders
    this.arguments = arguments_
    /** @type {import('node:child_process').ChildProcess | undefined} */
    this.process = undefined
    /** @type {Map<number, Request>} */
    this.pending = new Map()
    this.lastId = 0
    /** Called when a server has been started, which knows of nothing yet. */
    this.onStart = () => {}
  }

  get isRunning() {
    return this.process !== undefined
  }

  /**
   * Sends a request. Rejects with an AkinError; one of code -32800 where `signal` cancelled it in time.
   * @param {string} method
   * @param {object} params
   * @param {{ signal?: AbortSignal, onProgress?: (value: any) => void }} [options]
   * @returns {Promise<any>}
   */
  request(method, params, options = {}) {
    const { signal, onProgress } = options
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new AkinError('the request was cancelled', -32800))
      const cancel = () => this.#write({ method: '$/cancelRequest', params: { id } })
      const settle = (/** @type {(value: any) => void} */ end) => (/** @type {any} */ value) => {
        signal?.removeEventListener('abort', cancel)
        end(value)
      }
      signal?.addEventListener('abort', cancel)
      this.pending.set(id, {
        method,
        params: onProgress ? { ...params, workDoneToken: id } : params,
        resolve: settle(resolve),
        reject: settle(reject),
        onProgress,
        tries: 0,
      })
      if (!this.process) this.#start()
      this.#send(id)
    })
  }

  /**
   * Tells a running server something that it does not answer.
   * @param {string} method
   * @param {object} params
   */
  notify(method, params) {
    this.#write({ method, params })
  }

  /** Starts the server, where it does not run. */
  start() {
    if (!this.process) this.#start()
  }

  /** Ends the server; the next request starts it again. */
  dispose() {
    const process = this.process
    this.process = undefined
    process?.stdin?.end()
    process?.kill()
    this.#rejectAll(new AkinError('the server was stopped'))
  }

  #start() {
    const process = spawn(this.program, this.arguments, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
    this.process = process
    let errors = ''
    process.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      errors = (errors + text).slice(-keptErrorCharacters)
    })
    process.stdin.on('error', () => {}) // it died; 'close' tells
    process.stdout.on('data', this.#lines((line) => this.process === process && this.#receive(line)))
    process.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (this.process !== process) return
      this.process = undefined
      const missing = `${this.program} is not on the PATH: build it from its sources with "make install", or set akin.command`
      this.#rejectAll(new AkinError(error.code === 'ENOENT' ? missing : `cannot start ${this.program}: ${error.message}`))
    })
    process.on('close', (code, signal) => {
      if (this.process !== process) return
      this.process = undefined
      this.#restart(`${signal ?? `exit code ${code}`}${errors.trim() ? `: ${errors.trim()}` : ''}`)
    })
    this.#write({
      id: 0,
      method: 'initialize',
      params: {
        processId: globalThis.process.pid,
        clientInfo: { name: 'Visual Studio Code' },
        capabilities: { general: { positionEncodings: ['utf-16'] } },
        // What is indexed of them is brought up to date in the background.
        workspaceFolders: this.folders.map((folder) => ({ uri: pathToFileURL(folder).href, name: path.basename(folder) })),
      },
    })
    this.#write({ method: 'initialized', params: {} })
    this.onStart()
  }

  /**
   * A server that died is started again for the requests that it left without an answer; a request that two servers
   * died with is not sent to a third.
   * @param {string} how it ended
   */
  #restart(how) {
    for (const [id, request] of this.pending) {
      if (request.tries < mostTries) continue
      this.pending.delete(id)
      request.reject(new AkinError(`the server ended twice (${how})`))
    }
    if (this.pending.size === 0) return
    this.#start()
    for (const id of this.pending.keys()) this.#send(id)
  }

  /** @param {number} id */
  #send(id) {
    const request = this.pending.get(id)
    if (!request) return
    request.tries += 1
    this.#write({ id, method: request.method, params: request.params })
  }

  /** @param {object} message */
  #write(message) {
    this.process?.stdin?.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\n')
  }

  /**
   * A function that takes chunks of bytes and gives whole lines to `take`.
   * @param {(line: string) => void} take
   */
  #lines(take) {
    /** @type {Buffer[]} */
    let fragments = []
    return (/** @type {Buffer} */ chunk) => {
      let start = 0
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        fragments.push(chunk.subarray(start, end))
        take(Buffer.concat(fragments).toString('utf8'))
        fragments = []
        start = end + 1
      }
      if (start < chunk.length) fragments.push(chunk.subarray(start))
    }
  }

  /** @param {string} line */
  #receive(line) {
    let message
    try {
      message = JSON.parse(line)
    } catch {
      return this.#leave(`${this.program} is no Akin server: it wrote '${line.slice(0, 80)}'`)
    }
    if (message.method === '$/progress') {
      this.pending.get(message.params.token)?.onProgress?.(message.params.value)
      return
    }
    if (message.method) {
      const error = { code: methodNotFound, message: `${message.method} is not answered here` }
      if (message.id !== undefined) this.#write({ id: message.id, error })
      return
    }
    const request = this.pending.get(message.id)
    if (!request) return
    // The shared process died, and the relay to it lives: asking again starts another.
    if (message.error?.code === modelProcessEnded && request.tries < mostTries) return this.#send(message.id)
    this.pending.delete(message.id)
    if (message.error) request.reject(new AkinError(message.error.message, message.error.code))
    else request.resolve(message.result)
  }

  /**
   * Ends a program that does not speak the protocol; it is not started again for what waits.
   * @param {string} why
   */
  #leave(why) {
    const process = this.process
    this.process = undefined
    process?.kill()
    this.#rejectAll(new AkinError(why))
  }

  /** @param {AkinError} error */
  #rejectAll(error) {
    const requests = [...this.pending.values()]
    this.pending.clear()
    for (const request of requests) request.reject(error)
  }
}

module.exports = { AkinError, Connection }
