import { checkText, shown } from './texts.js';

// Of one request: small enough for progress and cancelling, large enough to keep the encoder busy.
const CHUNK_CHARACTERS = 1 << 20;

/**
 * Texts in arrays for one request each: of `batchSize`, or fewer where they are long.
 *
 * @param {Iterable<string> | AsyncIterable<string>} texts
 * @param {number} batchSize
 * @returns {AsyncGenerator<string[], void, void>}
 */
export async function* chunks(texts, batchSize) {
  // Its characters would be taken for texts.
  if (typeof texts === 'string') throw new TypeError('texts: expected texts one after the other, found a single text');
  const isStream = typeof texts?.[Symbol.iterator] === 'function' || typeof texts?.[Symbol.asyncIterator] === 'function';
  if (!isStream || ArrayBuffer.isView(texts)) {
    throw new TypeError(`texts: expected texts one after the other, found ${shown(texts)}`);
  }
  /** @type {string[]} */
  let chunk = [];
  let characters = 0;
  let row = 0;
  const take = () => {
    const full = chunk;
    chunk = [];
    characters = 0;
    return full;
  };
  for await (const text of texts) {
    checkText(text, `texts[${row++}]`);
    if (chunk.length > 0 && characters + text.length > CHUNK_CHARACTERS) yield take();
    chunk.push(text);
    characters += text.length;
    if (chunk.length >= batchSize) yield take();
  }
  if (chunk.length > 0) yield take();
}

/**
 * The results of many requests in their order, of which `inFlight` at most are under way. Leaving early aborts the rest.
 *
 * @template Item, Result
 * @param {AsyncIterable<Item> | Iterable<Item>} items
 * @param {number} inFlight
 * @param {AbortSignal | undefined} signal
 * @param {(item: Item, signal: AbortSignal) => Promise<Result>} run
 * @returns {AsyncGenerator<Result, void, void>}
 */
export async function* inOrder(items, inFlight, signal, run) {
  const own = new AbortController();
  const abort = () => own.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort, { once: true });
  /** @type {Promise<Result>[]} */
  const window = [];
  try {
    for await (const item of items) {
      const result = run(item, own.signal);
      result.catch(() => {}); // It is awaited below, maybe too late for Node.
      window.push(result);
      if (window.length === inFlight) yield /** @type {Result} */ (await window.shift());
    }
    while (window.length > 0) yield /** @type {Result} */ (await window.shift());
  } finally {
    own.abort();
    signal?.removeEventListener('abort', abort);
  }
}
