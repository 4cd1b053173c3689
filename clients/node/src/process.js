import { spawn } from 'node:child_process';

const EXIT_MILLISECONDS = 5000;
const KEPT_BYTES = 4096;
const LINE_FEED = 10;

/**
 * One running server, which reads and writes one JSON value a line. It keeps Node alive only while it is told to.
 */
export class ServerProcess {
  /** The first thing read that is not the protocol's. @type {string | undefined} */
  nonsense;
  /** Why it could not be started. @type {Error | undefined} */
  failure;

  #child;
  #errors = '';
  /** Pieces of a line that is not complete. @type {Buffer[]} */
  #partial = [];
  #received;
  #closed;

  /**
   * @param {string[]} command
   * @param {(message: any) => void} received called with every message
   * @param {(server: ServerProcess) => void} ended called once, after the last message
   */
  constructor([program, ...args], received, ended) {
    this.#received = received;
    // A group of its own: an interrupt at the terminal is not for the server.
    this.#child = spawn(program, args, { detached: true, stdio: 'pipe' });
    this.#child.on('error', (error) => (this.failure ??= error));
    this.#closed = new Promise((resolve) => this.#child.on('close', resolve));
    this.#closed.then(() => ended(this));
    // The end of the server is seen where it is read from.
    this.#child.stdin.on('error', () => {});
    this.#child.stdout.on('data', (bytes) => this.#read(bytes));
    this.#child.stderr.on('data', (bytes) => (this.#errors = (this.#errors + bytes).slice(-KEPT_BYTES)));
  }

  get pid() {
    return this.#child.pid;
  }

  /** Sends a message; lost where the server has ended. @param {object} message */
  send(message) {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  /** Whether Node stays alive for it. @param {boolean} isAwaited */
  keepAlive(isAwaited) {
    const method = isAwaited ? 'ref' : 'unref';
    for (const part of [this.#child, ...this.#child.stdio]) /** @type {any} */ (part)?.[method]?.();
  }

  /** Ends the server's input and waits for its end; kills it where it takes too long. */
  async close() {
    this.keepAlive(true);
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_MILLISECONDS);
    await this.#closed;
    clearTimeout(timer);
  }

  /** How the process ended and what it said last, for an error message. */
  describeEnd() {
    const { exitCode, signalCode } = this.#child;
    const end = signalCode ? `signal ${signalCode}` : `status ${exitCode}`;
    const said = this.#errors.trim();
    return `the server ended with ${end}${said && ` and said:\n${said}`}`;
  }

  /** @param {Buffer} bytes */
  #read(bytes) {
    let start = 0;
    for (let end; (end = bytes.indexOf(LINE_FEED, start)) >= 0; start = end + 1) {
      this.#partial.push(bytes.subarray(start, end));
      const line = Buffer.concat(this.#partial).toString();
      this.#partial = [];
      this.#take(line);
    }
    if (start < bytes.length) this.#partial.push(bytes.subarray(start));
  }

  /** @param {string} line */
  #take(line) {
    if (this.nonsense !== undefined) return;
    let message;
    try {
      message = JSON.parse(line);
    } catch {
      // Told apart below.
    }
    if (message?.jsonrpc === '2.0') {
      this.#received(message);
    } else {
      this.nonsense = line.slice(0, 200);
      this.#child.kill('SIGKILL');
    }
  }
}
