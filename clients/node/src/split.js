// What one request takes, with room to spare (section 3.1 of the specification).
const MAX_DOCUMENTS = 8192;
const MAX_QUERIES = 1024;
const MAX_SCORES = 1 << 24;
const MAX_TOKENS = 60_000;
const MAX_TEXTS_OF_TOKENS = 1024;
const MAX_BLOCK = 4096;
const MAX_CHARACTERS = 4 << 20;

/**
 * Items in arrays for one request each: `count` of them, or fewer where they are large. No array where there is no item.
 *
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} count
 * @param {number} limit
 * @param {(item: Item) => number} weight
 * @returns {Item[][]}
 */
export function split(items, count, limit, weight = characters) {
  /** @type {Item[][]} */
  const parts = [];
  let sum = Infinity;
  for (const item of items) {
    const own = weight(item);
    const last = parts.at(-1);
    if (last === undefined || last.length === count || sum + own > limit) {
      parts.push([item]);
      sum = own;
    } else {
      last.push(item);
      sum += own;
    }
  }
  return parts;
}

/** Roughly the characters that a value takes in a request. @param {any} value @returns {number} */
export function characters(value) {
  if (typeof value === 'string') return value.length;
  if (value === null || typeof value !== 'object') return 32;
  return Object.values(value).reduce((sum, part) => sum + characters(part), 0);
}

/**
 * Texts, or pairs of them, in arrays whose tokens one answer can list.
 *
 * @template Item
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} text
 * @param {number} maxLength
 */
export function byTokens(items, text, maxLength = Infinity) {
  // A token is a byte of the text or more, but the few that are put around it.
  const weight = (item) => Math.min(Buffer.byteLength(text(item)) + 3, maxLength);
  const parts = split(items, MAX_TEXTS_OF_TOKENS, MAX_TOKENS, weight);
  return parts.length > 0 ? parts : [[]];
}

/** Lists of ids in arrays that one request takes. @param {readonly (readonly number[])[]} lists */
export const idParts = (lists) => split(lists, MAX_TEXTS_OF_TOKENS, MAX_TOKENS, (ids) => ids.length);

/** Documents, or their keys, in arrays that one request takes; one array where there is none. @param {readonly any[]} documents */
export function documentParts(documents) {
  const parts = split(documents, MAX_DOCUMENTS, MAX_CHARACTERS);
  return parts.length > 0 ? parts : [[]];
}

/**
 * The requests of a search, and how their results become those of one. Documents that come along are searched part by part by
 * meaning only: what a word weighs depends on all of them.
 *
 * @param {any} query encoded; undefined for none
 * @param {any} options those of `search`
 */
export function searchParts(query, { documents, topK = 10, offset = 0, ...options }) {
  const isSplit = documents !== undefined && (options.mode ?? 'semantic') === 'semantic';
  const parts = isSplit ? documentParts(documents) : [documents];
  const size = Math.max(1, ...parts.map((part) => part?.length ?? 0));
  const most = Math.min(MAX_QUERIES, Math.max(1, Math.floor(MAX_SCORES / size)));
  const queries = Array.isArray(query) && query.length > 0 ? split(query, most, MAX_CHARACTERS) : [query];
  // Each part may have all of the best.
  const page = parts.length > 1 ? { topK: topK + offset } : { topK, ...(offset > 0 && { offset }) };
  const params = queries.flatMap((some) =>
    parts.map((part) => ({
      ...options,
      ...page,
      ...(some !== undefined && { query: some }),
      ...(part !== undefined && { documents: part }),
    })),
  );
  const before = (lists, i) => lists.slice(0, i).reduce((sum, list) => sum + (list?.length ?? 0), 0);
  const starts = parts.map((_, i) => before(parts, i));
  /** @param {any[][][]} results of each request */
  const join = (results) => {
    if (parts.length === 1) return results.flat();
    return queries.flatMap((_, i) => merge(results.slice(i * parts.length, (i + 1) * parts.length)));
  };
  /** @param {any[][][]} ofParts */
  const merge = (ofParts) =>
    ofParts[0].map((_, query) =>
      ofParts
        .flatMap((lists, part) => lists[query].map((hit) => ({ ...hit, index: hit.index + starts[part] })))
        // Stable: of equal ones the first document, as within one request.
        .sort((one, other) => other.score - one.score)
        .slice(offset, offset + topK),
    );
  const ofRequests = queries.flatMap((_, i) => starts.map((documents) => ({ query: before(queries, i), documents })));
  return { params, starts: ofRequests, join };
}

/**
 * The blocks of a matrix that is too large for one request; undefined for one that is not.
 *
 * @param {any} left encoded
 * @param {any} right encoded; undefined for left again
 */
export function blocks(left, right) {
  const rows = Array.isArray(left) ? left : [left];
  const columns = right === undefined ? rows : Array.isArray(right) ? right : [right];
  const isSmall = rows.length <= MAX_BLOCK && columns.length <= MAX_BLOCK;
  if (isSmall && characters(rows) + characters(columns) <= 4 * MAX_CHARACTERS) return undefined;
  const texts = [...new Set([...rows, ...columns].filter((item) => typeof item === 'string'))];
  /** @param {Map<string, any>} vectors */
  const ready = (vectors) => {
    const cut = (items) =>
      split(
        items.map((item) => (typeof item === 'string' ? vectors.get(item) : item)),
        MAX_BLOCK,
        2 * MAX_CHARACTERS,
      );
    const across = cut(columns);
    return { across: across.length, params: cut(rows).flatMap((some) => across.map((other) => ({ left: some, right: other }))) };
  };
  /** Where the caller has a text. @param {string} text */
  const place = (text) => (rows.includes(text) ? `left[${rows.indexOf(text)}]` : `right[${columns.indexOf(text)}]`);
  return { texts, place, ready };
}

/** A matrix of its blocks, `across` of them beside each other. @param {number[][][]} found @param {number} across */
export function tiled(found, across) {
  const matrix = [];
  for (let start = 0; start < found.length; start += across) {
    const row = found.slice(start, start + across);
    row[0].forEach((_, line) => matrix.push(row.flatMap((block) => block[line])));
  }
  return matrix;
}
