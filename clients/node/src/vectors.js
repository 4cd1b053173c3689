import { endianness } from 'node:os';

const IS_BIG_ENDIAN = endianness() === 'BE';

/**
 * A vector from the base64 of its components' bytes.
 *
 * @param {string} text
 * @param {'float32' | 'int8' | 'ubinary'} dtype
 * @returns {Float32Array | Int8Array | Uint8Array}
 */
export function decodeVector(text, dtype) {
  // A copy: Node's buffers lie anywhere in a larger one, numbers must be aligned.
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
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
  return { base64: bytes.toString('base64') };
}
