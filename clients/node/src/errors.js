/** Any failure of this package. */
export class AkinError extends Error {
  get name() {
    return this.constructor.name;
  }
}

/** The program `akin` is not on this machine, or not where it was said to be. */
export class AkinNotFoundError extends AkinError {}

/** The server ended while it worked on a request, and again when it was started anew. */
export class ServerDiedError extends AkinError {}

/** What the program wrote is not the protocol's: it is another one, or of another version. */
export class UnexpectedAnswerError extends AkinError {}

/** The client was closed before or while the request was under way. */
export class ClosedError extends AkinError {}

/** The server refused a request. */
export class ServerError extends AkinError {
  /**
   * @param {{code: number, message: string, data?: Record<string, unknown>}} error the member of the answer
   * @param {string} [argument] what it is about as the caller names it
   */
  constructor({ code, message, data = {} }, argument) {
    super(message);
    /** The number of the kind of error, as section 4 of the specification lists them. */
    this.code = code;
    /** The name of the kind of error, such as `invalidParams`; empty where the server gives none. */
    this.kind = String(data.kind ?? '');
    /** For a program, as the protocol names things: mostly `path`, `expected` and `found`. */
    this.data = data;
    /** What the error is about as the caller names it, `topK` or `texts[300]`; undefined where it is about no argument. */
    this.argument = argument;
  }
}
