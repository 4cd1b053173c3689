/**
 * The texts in an array; of a single string an array of one.
 *
 * @param {any} texts
 * @param {string} name what the caller has them as
 * @returns {string[]}
 */
export function asTexts(texts, name = 'texts') {
  if (typeof texts === 'string') return [texts];
  const list = asList(texts, name, 'a text or an array of texts');
  for (const [row, text] of list.entries()) checkText(text, `${name}[${row}]`);
  return list;
}

/**
 * What goes through in an array, whose items are as they are.
 *
 * @param {any} items
 * @param {string} name
 * @param {string} expected
 * @returns {any[]}
 */
export function asList(items, name, expected = 'an array') {
  if (Array.isArray(items)) return items;
  // The bytes of a buffer are no texts, and a single string is none of several.
  const isList = typeof items === 'object' && typeof items?.[Symbol.iterator] === 'function' && !ArrayBuffer.isView(items);
  if (!isList) throw new TypeError(`${name}: expected ${expected}, found ${shown(items)}`);
  return Array.from(items);
}

/** @param {any} text @param {string} place */
export function checkText(text, place) {
  if (typeof text !== 'string') throw new TypeError(`${place}: expected a text, found ${shown(text)}`);
}

/** A value in a few words. @param {any} value */
export function shown(value) {
  if (value === null || value === undefined) return `${value}`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'object') return `an object (${value.constructor?.name ?? 'without a class'})`;
  return `${typeof value} ${String(value).slice(0, 40)}`;
}
