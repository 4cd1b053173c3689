import { ADVICE } from './command.js';
import { AkinNotFoundError, ClosedError, ServerDiedError, ServerError, UnexpectedAnswerError } from './errors.js';
import { ServerProcess } from './process.js';

const ATTEMPTS = 2;
// With `--shared`: the process that holds the model ended, which is a server's death too.
const MODEL_PROCESS_ENDED = -32019;

/**
 * @typedef {object} Call a request that has no answer yet
 * @property {object} message
 * @property {number} attempts
 * @property {(result: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {((value: any) => void) | undefined} onProgress
 */

/**
 * Requests and answers over a server that is started when first needed. The requests that a server leaves unanswered
 * when it dies are sent once more, to a new one; a request during which that dies too fails.
 */
export class Session {
  #command;
  /** @type {ServerProcess | undefined} */
  #server;
  /** @type {Map<number, Call>} */
  #pending = new Map();
  #lastId = 0;
  #isClosed = false;

  /** @param {() => string[]} command */
  constructor(command) {
    this.#command = command;
  }

  get pid() {
    return this.#server?.pid;
  }

  /**
   * The result of a method. Aborting the signal cancels the request and rejects with the signal's reason.
   *
   * @param {string} method
   * @param {object} params
   * @param {{signal?: AbortSignal, onProgress?: (value: any) => void}} [options]
   * @returns {Promise<any>}
   */
  async request(method, params, { signal, onProgress } = {}) {
    signal?.throwIfAborted();
    const server = this.#running();
    const id = ++this.#lastId;
    const message = { id, method, params: onProgress ? { ...params, workDoneToken: id } : params };
    let abort;
    try {
      return await new Promise((resolve, reject) => {
        abort = () => {
          this.#cancel(id);
          reject(/** @type {AbortSignal} */ (signal).reason);
        };
        signal?.addEventListener('abort', abort, { once: true });
        const call = { message, attempts: 0, resolve, reject, onProgress };
        this.#pending.set(id, call);
        this.#send(server, call);
      });
    } finally {
      if (abort) signal?.removeEventListener('abort', abort);
    }
  }

  /** Cancels what is under way and ends the server. Later requests fail with `ClosedError`. */
  async close() {
    this.#isClosed = true;
    const server = this.#server;
    for (const [id, call] of this.#pending) {
      this.#cancel(id);
      call.reject(new ClosedError('the client was closed before the answer came'));
    }
    this.#server = undefined;
    await server?.close();
  }

  #running() {
    if (this.#isClosed) throw new ClosedError('the client is closed');
    if (!this.#server) {
      const received = (/** @type {any} */ message) => this.#received(message);
      this.#server = new ServerProcess(this.#command(), received, (server) => this.#ended(server));
      // With offsets as JavaScript counts them; the server ends when this process does.
      const capabilities = { general: { positionEncodings: ['utf-16'] } };
      const params = { processId: process.pid, clientInfo: { name: 'akin-client (Node)' }, capabilities };
      this.#server.send({ id: 0, method: 'initialize', params });
    }
    return this.#server;
  }

  /** @param {ServerProcess} server @param {Call} call */
  #send(server, call) {
    call.attempts += 1;
    server.send(call.message);
    server.keepAlive(true);
  }

  /** @param {number} id */
  #cancel(id) {
    if (this.#take(id)) this.#server?.send({ method: '$/cancelRequest', params: { id } });
  }

  /** Removes a call from those that wait. @param {number} id */
  #take(id) {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#server?.keepAlive(false);
    return call;
  }

  /** @param {any} message */
  #received(message) {
    if (message.method === '$/progress') return this.#progressed(message.params);
    // What it asks for is none of the client's, nor is what a program sends back that only repeats what it is sent.
    if (message.method !== undefined && message.id !== undefined) {
      if (this.#pending.get(message.id)?.message.method !== message.method) return;
      return this.#take(message.id)?.reject(new UnexpectedAnswerError('the program is no Akin server: it repeats what it is sent'));
    }
    // Nothing where the request has been cancelled.
    const call = this.#pending.get(message.id);
    if (!call) return;
    if (message.error?.code === MODEL_PROCESS_ENDED && call.attempts < ATTEMPTS) {
      this.#send(this.#running(), call);
      return;
    }
    this.#take(message.id);
    if (message.error) call.reject(new ServerError(message.error));
    else if (message.result === undefined) call.reject(new UnexpectedAnswerError('an answer has neither a result nor an error'));
    else call.resolve(message.result);
  }

  /** @param {{token: number, value: any}} params */
  #progressed({ token, value }) {
    const call = this.#pending.get(token);
    try {
      call?.onProgress?.(value);
    } catch (error) {
      this.#cancel(token);
      call?.reject(error);
    }
  }

  /** @param {ServerProcess} server */
  #ended(server) {
    if (server !== this.#server) return; // It was closed.
    this.#server = undefined;
    const error = reason(server);
    const again = [];
    for (const [id, call] of this.#pending) {
      if (error instanceof ServerDiedError && call.attempts < ATTEMPTS) again.push(call);
      else {
        this.#pending.delete(id);
        call.reject(error);
      }
    }
    try {
      for (const call of again) this.#send(this.#running(), call);
    } catch (failure) {
      for (const call of again) call.reject(failure);
      this.#pending.clear();
    }
  }
}

/** @param {ServerProcess} server */
function reason(server) {
  if (server.failure) return new AkinNotFoundError(`cannot start the server: ${server.failure.message}. ${ADVICE}`);
  if (server.nonsense !== undefined) {
    return new UnexpectedAnswerError(`the program is no Akin server; it wrote '${server.nonsense}'`);
  }
  return new ServerDiedError(server.describeEnd());
}
