import { endianness } from 'node:os';

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
 * @returns {any}
 */
export function encodeItems(items) {
  if (typeof items === 'string') return items;
  if (ArrayBuffer.isView(items) || typeof items[0] === 'number') return encodeVector(items);
  return Array.from(items, encodeItems);
}

/** @param {ArrayLike<number>} vector */
function encodeVector(vector) {
  const bytes = Buffer.from(Float32Array.from(vector).buffer);
  if (IS_BIG_ENDIAN) bytes.swap32();
  return { base64: bytes.toString('base64'), dtype: 'float32' };
}
