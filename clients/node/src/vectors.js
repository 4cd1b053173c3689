import { endianness } from 'node:os';
import { asList, shown } from './texts.js';

const IS_BIG_ENDIAN = endianness() === 'BE';

/**
 * A vector as the protocol writes it in base64.
 *
 * @param {{ base64: string, dtype: 'float32' | 'int8' | 'ubinary' }} vector
 * @returns {Float32Array | Int8Array | Uint8Array}
 */
export function decodeVector({ base64, dtype }) {
  // A copy: Node's buffers lie anywhere in a larger one, numbers must be aligned.
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  if (dtype === 'ubinary') return bytes;
  if (dtype === 'int8') return new Int8Array(bytes.buffer);
  if (IS_BIG_ENDIAN) Buffer.from(bytes.buffer).swap32();
  return new Float32Array(bytes.buffer);
}

/**
 * Texts and vectors as parameters of a request: vectors become base64.
 *
 * @param {any} items a text, a vector, or an array of them
 * @param {string} name what the caller has them as
 * @returns {any}
 */
export function encodeItems(items, name) {
  const whole = encodeItem(items);
  if (whole !== undefined) return whole;
  return asList(items, name, 'a text, a vector, or an array of them').map((item, row) => {
    const one = encodeItem(item);
    if (one === undefined) throw new TypeError(`${name}[${row}]: expected a text or a vector, found ${shown(item)}`);
    return one;
  });
}

/** A text or a vector; undefined for what is neither. @param {any} item */
function encodeItem(item) {
  if (typeof item === 'string') return item;
  const isVector = (ArrayBuffer.isView(item) && !Buffer.isBuffer(item)) || (Array.isArray(item) && typeof item[0] === 'number');
  return isVector ? encodeVector(/** @type {any} */ (item)) : undefined;
}

/** @param {ArrayLike<number>} vector */
function encodeVector(vector) {
  const bytes = Buffer.from(Float32Array.from(vector).buffer);
  if (IS_BIG_ENDIAN) bytes.swap32();
  return { base64: bytes.toString('base64'), dtype: 'float32' };
}
