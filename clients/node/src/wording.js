import { ServerError } from './errors.js';

/**
 * What the parameters of a request are to the caller.
 *
 * @typedef {object} Words
 * @property {Record<string, string>} [names] arguments with another name than the parameter's
 * @property {Record<string, number>} [starts] of a list that is sent in several requests, the row that this one begins with
 * @property {string[]} [singles] lists that stand for a single value
 */

/**
 * What the server refused, by the caller's names and rows; anything else as it is.
 *
 * @param {unknown} error
 * @param {Words} words
 */
export function worded(error, { names = {}, starts = {}, singles = [] }) {
  if (!(error instanceof ServerError)) return error;
  const path = String(error.data.path ?? '');
  const place = /^params\.(\w+)(?:\[(\d+)\])?/.exec(path);
  if (!place || !error.message.startsWith(path)) return error;
  const [whole, name, row] = place;
  const number = row === undefined || singles.includes(name) ? '' : `[${Number(row) + (starts[name] ?? 0)}]`;
  const argument = (names[name] ?? name) + number + path.slice(whole.length);
  const { code, data } = error;
  return new ServerError({ code, message: argument + error.message.slice(path.length), data }, argument);
}

/**
 * Lists with the row that each begins with.
 *
 * @template Item
 * @param {readonly Item[][]} lists
 * @returns {{ list: Item[], start: number }[]}
 */
export function started(lists) {
  let start = 0;
  return lists.map((list) => {
    const part = { list, start };
    start += list?.length ?? 0;
    return part;
  });
}

/**
 * An error about one of the client's own `texts` as one about what the caller has in that place.
 *
 * @param {unknown} error
 * @param {(row: number) => string} place
 */
export function placed(error, place) {
  const row = error instanceof ServerError && /^texts\[(\d+)\]/.exec(error.argument ?? '');
  if (!row) return error;
  const { code, data, message, argument } = error;
  const named = place(Number(row[1])) + argument.slice(row[0].length);
  return new ServerError({ code, message: named + message.slice(argument.length), data }, named);
}
