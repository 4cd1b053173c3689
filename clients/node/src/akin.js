import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { chunks, inOrder } from './chunks.js';
import { serverCommand } from './command.js';
import { Session } from './session.js';
import { blocks, byTokens, documentParts, idParts, searchParts, tiled } from './split.js';
import { asList, asTexts, shown } from './texts.js';
import { decodeVector, encodeItems } from './vectors.js';
import { placed, started, worded } from './wording.js';

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
    const all = asTexts(texts);
    // An empty array is the server's to refuse.
    if (all.length === 0) return this.#embed(all, options, signal, inputWords(0, false));
    const parts = [];
    let done = 0;
    const embed = this.#embedding(options, typeof texts === 'string');
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
    const embed = this.#embedding(options, false);
    for await (const part of inOrder(chunks(texts, batchSize), inFlight, signal, embed)) yield* part.vectors;
  }

  async embedTokens(texts, { signal, ...options } = {}) {
    const parts = byTokens(asTexts(texts), (text) => text);
    const embed = ({ list, start }, own) => this.#embedTokens(list, options, own, inputWords(start, typeof texts === 'string'));
    const found = (await this.#all(started(parts), signal, embed)).flat();
    return typeof texts === 'string' ? found[0] : found;
  }

  async #embedTokens(texts, { dtype = 'float32', ...options }, signal, words) {
    const params = { ...options, input: texts, output: 'tokens', dtype, encodingFormat: 'base64', positionEncoding: 'utf-16' };
    const { embeddings, encodings, scales } = await this.#ask('embed', params, { signal }, words);
    return embeddings.map((rows, i) => ({
      vectors: rows.map(decodeVector),
      encoding: encodings[i],
      ...(scales && { scales: scales[i] }),
    }));
  }

  // Tokens

  async tokenize(texts, { signal, pair, ...options } = {}) {
    const seconds = pair === undefined ? undefined : asTexts(pair, 'pair');
    const rows = asTexts(texts).map((text, i) => [text, seconds?.[i]]);
    if (seconds && seconds.length !== rows.length) {
      throw new RangeError(`pair: expected ${rows.length} texts as well, found ${seconds.length}`);
    }
    const parts = byTokens(rows, (row) => row.join(''), options.maxLength);
    const answers = await this.#all(started(parts), signal, ({ list: part, start }, own) => {
      const params = { ...options, input: part.map(([text]) => text), positionEncoding: 'utf-16' };
      if (seconds) params.pair = part.map(([, second]) => second);
      const words = inputWords(start, typeof texts === 'string');
      return this.#ask('tokenize', params, { signal: own }, { ...words, starts: { input: start, pair: start } });
    });
    const encodings = answers.flatMap((answer) => answer.encodings);
    return typeof texts === 'string' ? encodings[0] : encodings;
  }

  async detokenize(ids, { signal, ...options } = {}) {
    const isMany = Array.isArray(ids[0]);
    const answers = await this.#all(started(idParts(isMany ? ids : [ids])), signal, ({ list, start }, own) => {
      const words = isMany ? { starts: { ids: start } } : { singles: ['ids'] };
      return this.#ask('detokenize', { ...options, ids: list }, { signal: own }, words);
    });
    const texts = answers.flatMap((answer) => answer.texts);
    return isMany ? texts : texts[0];
  }

  // Comparing

  async similarity(left, right, { signal, ...options } = {}) {
    const params = { ...options, left: encodeItems(left, 'left') };
    if (right !== undefined && right !== null) params.right = encodeItems(right, 'right');
    const large = blocks(params.left, params.right);
    if (!large) return (await this.#ask('similarity', params, { signal })).scores;
    // Each text is embedded once, and its vector compared block by block.
    const { function: score, ...embedding } = options;
    const embedded = large.texts.length > 0 ? this.embed(large.texts, { ...embedding, signal }) : [];
    const vectors = await Promise.resolve(embedded).catch((error) => {
      throw placed(error, (row) => large.place(large.texts[row]));
    });
    const { across, params: parts } = large.ready(new Map(large.texts.map((text, i) => [text, encodeItems(vectors[i], `left[${i}]`)])));
    const found = await this.#all(parts, signal, (part, own) =>
      this.#ask('similarity', score === undefined ? part : { ...part, function: score }, { signal: own }),
    );
    return tiled(
      found.map((answer) => answer.scores),
      across,
    );
  }

  async rerank(query, documents, { signal, topK, ...options } = {}) {
    const list = asTexts(documents, 'documents');
    const parts = documentParts(list);
    const answers = await this.#all(started(parts), signal, ({ list: part, start }, own) => {
      const params = { ...options, query, documents: part };
      if (topK !== undefined) params.topK = topK;
      return this.#ask('rerank', params, { signal: own }, { starts: { documents: start } });
    });
    let start = 0;
    const results = answers.flatMap((answer, i) => {
      const first = start;
      start += parts[i].length;
      return answer.results.map((result) => ({ ...result, index: first + result.index }));
    });
    return results.sort((a, b) => b.logit - a.logit || a.index - b.index).slice(0, topK);
  }

  async search(query, options = {}) {
    if (Array.isArray(options) || typeof options !== 'object' || options === null) {
      throw new TypeError(`options: expected an object such as { documents } or { collection }, found ${shown(options)}`);
    }
    const { signal, documents, ...rest } = options;
    const given = documents === undefined ? rest : { ...rest, documents: asList(documents, 'documents') };
    const { params, starts, join } = searchParts(query === null ? undefined : encodeItems(query, 'query'), given);
    const parts = params.map((part, i) => ({ part, words: { starts: starts[i] } }));
    const answers = await this.#all(parts, signal, ({ part, words }, own) => this.#ask('search', part, { signal: own }, words));
    const results = join(answers.map((answer) => answer.results));
    return query === null || typeof query === 'string' ? results[0] : results;
  }

  // Texts grouped by meaning: each is compared with all others, so that they go in one request.
  clusters({ documents, signal, ...options }) {
    const params = documents === undefined ? options : { ...options, documents: asList(documents, 'documents') };
    return this.#ask('clusters', params, { signal });
  }

  // The history of a git repository

  async log(query, { folder = '.', since, until, signal, onProgress, ...options } = {}) {
    const params = { ...options, query, folder: resolve(folder) };
    if (since !== undefined) params.since = seconds(since, 'since');
    if (until !== undefined) params.until = seconds(until, 'until');
    const told = onProgress && ((value) => onProgress(progress(value, 0, 1)));
    return this.#ask('log', params, { signal, onProgress: told });
  }

  // Collections

  async indexAdd({ signal, onProgress, folder, documents, ...params }) {
    if (folder !== undefined) params.folder = realpathSync(folder);
    const parts = started(documents === undefined ? [undefined] : documentParts(asList(documents, 'documents')));
    const changes = [];
    for (const [number, { list, start }] of parts.entries()) {
      const told = onProgress && ((value) => onProgress(progress(value, number, parts.length)));
      const some = list === undefined ? params : { ...params, documents: list };
      changes.push(await this.#ask('index/add', some, { signal, onProgress: told }, { starts: { documents: start } }));
    }
    if (changes.length === 1) return changes[0];
    const sum = (name) => changes.reduce((all, change) => all + change[name], 0);
    const counts = ['added', 'updated', 'unchanged', 'removed', 'skipped', 'embedded'];
    const notes = [...new Set(changes.flatMap((change) => change.notes ?? []))];
    return { ...changes.at(-1), ...Object.fromEntries(counts.map((name) => [name, sum(name)])), ...(notes.length > 0 && { notes }) };
  }

  async indexRemove(collection, { signal, ...params }) {
    return (await this.#ask('index/remove', { ...params, collection }, { signal })).removed;
  }

  async indexList({ signal, ...params } = {}) {
    return (await this.#ask('index/list', params, { signal })).collections;
  }

  async indexDocuments(collection, { signal, ...params } = {}) {
    return this.#ask('index/list', { ...params, collection }, { signal });
  }

  async indexStatus(collection, { signal } = {}) {
    return this.#ask('index/status', { collection }, { signal });
  }

  async indexDrop(collection, { signal } = {}) {
    await this.#ask('index/drop', { collection }, { signal });
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

  /** The answers of requests in their order, a few at a time. */
  async #all(parts, signal, ask) {
    const answers = [];
    for await (const answer of inOrder(parts, IN_FLIGHT, signal, ask)) answers.push(answer);
    return answers;
  }

  /** What embeds parts of texts that follow each other. */
  #embedding(options, isOne) {
    let next = 0;
    return (chunk, signal) => {
      const start = next;
      next += chunk.length;
      return this.#embed(chunk, options, signal, inputWords(start, isOne));
    };
  }

  async #embed(texts, { dtype = 'float32', ...options }, signal, words) {
    const params = { ...options, input: texts, dtype, encodingFormat: 'base64' };
    const { embeddings, ...rest } = await this.#ask('embed', params, { signal }, words);
    return { vectors: embeddings.map(decodeVector), ...rest };
  }

  /** A method whose parameters the caller has given by other names or in other lists. */
  async #ask(method, params, options, words = {}) {
    try {
      return await this.call(method, params, options);
    } catch (error) {
      throw worded(error, words);
    }
  }
}

/** Of a request whose `input` is a part of what the caller gave as `texts`. */
function inputWords(start, isOne) {
  return { names: { input: 'texts' }, starts: { input: start }, singles: isOne ? ['input', 'pair'] : [] };
}

/** Seconds since 1970 of a date, or as they are. */
function seconds(moment, name) {
  const value = moment instanceof Date ? Math.floor(moment.getTime() / 1000) : moment;
  if (!Number.isInteger(value)) throw new TypeError(`${name}: expected a Date, or whole seconds since 1970, found ${moment}`);
  return value;
}

/** The embeddings of several requests as those of one. */
function join(parts) {
  const [first] = parts;
  const all = (name) => parts.flatMap((part) => part[name]);
  const scales = first.scales && { scales: all('scales') };
  return { ...first, vectors: all('vectors'), tokenCounts: all('tokenCounts'), truncated: all('truncated'), ...scales };
}

/** The value of a `$/progress` as it is told, of one of several requests. */
function progress({ kind, percentage = 0, message, title }, part, parts) {
  const done = kind === 'end' ? 100 : percentage;
  return { done: Math.floor((100 * part + done) / parts), total: 100, message: message ?? title ?? '' };
}
