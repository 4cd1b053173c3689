import { realpathSync } from 'node:fs';
import { chunks, inOrder } from './chunks.js';
import { serverCommand } from './command.js';
import { Session } from './session.js';
import { decodeVector, encodeItems } from './vectors.js';

const CHUNK_TEXTS = 256;
const IN_FLIGHT = 4;

/**
 * A local Akin server, started when it is first needed. It keeps Node alive only while an answer is awaited, and ends with
 * the process or by `close`. The types of everything are in index.d.ts.
 */
export class Akin {
  #session;

  /** @param {import('../index.js').AkinOptions} [options] */
  constructor(options = {}) {
    this.#session = new Session(() => serverCommand(options));
  }

  /** The process id of the server, where one runs. */
  get serverPid() {
    return this.#session.pid;
  }

  /** Cancels what is under way and ends the server. */
  async close() {
    await this.#session.close();
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.close();
  }

  /** Any method of the protocol, its parameters and result as they stand there. */
  async call(method, params = {}, options = {}) {
    return this.#session.request(method, params, options);
  }

  // Vectors

  async embed(texts, options = {}) {
    const { vectors } = await this.embedDetailed(texts, options);
    return typeof texts === 'string' ? vectors[0] : vectors;
  }

  async embedDetailed(texts, { signal, onProgress, ...options } = {}) {
    const all = typeof texts === 'string' ? [texts] : texts;
    // An empty array is the server's to refuse.
    if (all.length === 0) return this.#embed(all, options, signal);
    const parts = [];
    let done = 0;
    const embed = (chunk, own) => this.#embed(chunk, options, own);
    for await (const part of inOrder(chunks(all, CHUNK_TEXTS), IN_FLIGHT, signal, embed)) {
      parts.push(part);
      done += part.vectors.length;
      onProgress?.({ done, total: all.length });
    }
    return join(parts);
  }

  async *embedStream(texts, { signal, batchSize = 64, inFlight = IN_FLIGHT, ...options } = {}) {
    for (const [name, value] of Object.entries({ batchSize, inFlight })) {
      if (!(value >= 1)) throw new RangeError(`${name}: expected 1 or more, found ${value}`);
    }
    const embed = (chunk, own) => this.#embed(chunk, options, own);
    for await (const part of inOrder(chunks(texts, batchSize), inFlight, signal, embed)) yield* part.vectors;
  }

  async embedTokens(texts, { signal, dtype = 'float32', ...options } = {}) {
    const params = { ...options, input: texts, output: 'tokens', dtype, encodingFormat: 'base64', positionEncoding: 'utf-16' };
    const { embeddings, encodings, scales } = await this.call('embed', params, { signal });
    const found = embeddings.map((rows, i) => ({
      vectors: rows.map((row) => decodeVector(row, dtype)),
      encoding: encodings[i],
      ...(scales && { scales: scales[i] }),
    }));
    return typeof texts === 'string' ? found[0] : found;
  }

  // Tokens

  async tokenize(texts, { signal, ...options } = {}) {
    const params = { ...options, input: texts, positionEncoding: 'utf-16' };
    const { encodings } = await this.call('tokenize', params, { signal });
    return typeof texts === 'string' ? encodings[0] : encodings;
  }

  async detokenize(ids, { signal, ...options } = {}) {
    const { texts } = await this.call('detokenize', { ...options, ids }, { signal });
    return Array.isArray(ids[0]) ? texts : texts[0];
  }

  // Comparing

  async similarity(left, right, { signal, ...options } = {}) {
    const params = { ...options, left: encodeItems(left) };
    if (right !== undefined && right !== null) params.right = encodeItems(right);
    return (await this.call('similarity', params, { signal })).scores;
  }

  async search(query, { signal, ...options } = {}) {
    const params = query === null ? options : { ...options, query: encodeItems(query) };
    const { results } = await this.call('search', params, { signal });
    return query === null || typeof query === 'string' ? results[0] : results;
  }

  // Collections

  async indexAdd({ signal, onProgress, folder, ...params }) {
    if (folder !== undefined) params.folder = realpathSync(folder);
    const told = onProgress && ((value) => onProgress(progress(value)));
    return this.call('index/add', params, { signal, onProgress: told });
  }

  async indexRemove(collection, { signal, ...params }) {
    return (await this.call('index/remove', { ...params, collection }, { signal })).removed;
  }

  async indexList({ signal } = {}) {
    return (await this.call('index/list', {}, { signal })).collections;
  }

  async indexDocuments(collection, { signal, ...params } = {}) {
    return this.call('index/list', { ...params, collection }, { signal });
  }

  async indexStatus(collection, { signal } = {}) {
    return this.call('index/status', { collection }, { signal });
  }

  async indexDrop(collection, { signal } = {}) {
    await this.call('index/drop', { collection }, { signal });
  }

  // The server

  async modelInfo({ signal } = {}) {
    return this.call('model/info', {}, { signal });
  }

  async modelList({ signal } = {}) {
    return this.call('model/list', {}, { signal });
  }

  async serverStatus({ signal } = {}) {
    return this.call('server/status', {}, { signal });
  }

  async #embed(texts, { dtype = 'float32', ...options }, signal) {
    const params = { ...options, input: texts, dtype, encodingFormat: 'base64' };
    const { embeddings, ...rest } = await this.call('embed', params, { signal });
    return { vectors: embeddings.map((row) => decodeVector(row, dtype)), ...rest };
  }
}

/** The embeddings of several requests as those of one. */
function join(parts) {
  const [first] = parts;
  const all = (name) => parts.flatMap((part) => part[name]);
  const scales = first.scales && { scales: all('scales') };
  return { ...first, vectors: all('vectors'), tokens: all('tokens'), truncated: all('truncated'), ...scales };
}

/** The value of a `$/progress` as it is told. */
function progress({ kind, percentage = 0, message, title }) {
  return { done: kind === 'end' ? 100 : percentage, total: 100, message: message ?? title ?? '' };
}
