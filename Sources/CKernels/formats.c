// Number formats and layouts that are the same on every instruction set: float16, q8_0 blocks of weights, f32 panels.
// All of it runs once, when a model is loaded, but for the packing of an attention head.
#include "internal.h"

#include <math.h>

float akin_f16_to_f32(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  const uint32_t exponent = half >> 10 & 0x1f, fraction = half & 0x3ff;
  if (exponent == 0) { // zero and subnormals: fraction * 2^-24, exact in float32
    const float magnitude = (float)fraction * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  const uint32_t widened = exponent == 0x1f ? 0xff : exponent + 127 - 15;
  const uint32_t bits = sign | widened << 23 | fraction << 13;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

uint16_t akin_f32_to_f16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  bits &= 0x7fffffff;
  if (bits > 0x7f800000) // NaN, made quiet
    return sign | 0x7e00;
  if (bits >= 0x477ff000) // 65520 and over round to infinity
    return sign | 0x7c00;
  if (bits < 0x38800000) { // below 2^-14: a multiple of 2^-24, rounded by the addition of 0.5 = 2^23 * 2^-24
    float magnitude;
    memcpy(&magnitude, &bits, sizeof magnitude);
    magnitude += 0.5f;
    memcpy(&bits, &magnitude, sizeof bits);
    return sign | (uint16_t)(bits - 0x3f000000);
  }
  bits += 0xfff + (bits >> 13 & 1); // half of the last kept bit, ties to even
  return sign | (uint16_t)((bits >> 13) - ((127 - 15) << 10));
}

float akin_largest_magnitude(const float *x, size_t count) {
  uint32_t largest = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bits &= 0x7fffffff;
    largest = bits > largest ? bits : largest;
  }
  float magnitude;
  memcpy(&magnitude, &largest, sizeof magnitude);
  return magnitude;
}

size_t akin_quantize_weights_q8_0(const float *x, size_t count, uint8_t *blocks) {
  const size_t total = akin_divide_up(count, AKIN_Q8_BLOCK);
  for (size_t b = 0; b < total; b++, blocks += AKIN_Q8_BLOCK_BYTES) {
    const float *values = x + b * AKIN_Q8_BLOCK;
    const size_t size = count - b * AKIN_Q8_BLOCK < AKIN_Q8_BLOCK ? count - b * AKIN_Q8_BLOCK : AKIN_Q8_BLOCK;
    const float amax = akin_largest_magnitude(values, size);
    const float scale = amax / 127;
    const uint16_t half = akin_f32_to_f16(scale);
    if ((half & 0x7c00) == 0x7c00)
      return b + 1;
    // The inverse of 0 or of a denormal scale is infinite. The block is zero then, as its float16 scale is anyway.
    const float inverse = isfinite(1 / scale) ? 1 / scale : 0;
    blocks[0] = (uint8_t)half;
    blocks[1] = (uint8_t)(half >> 8);
    for (size_t i = 0; i < AKIN_Q8_BLOCK; i++)
      blocks[2 + i] = i < size ? (uint8_t)(int8_t)roundf(values[i] * inverse) : 0;
  }
  return 0;
}

void akin_pack_f32(const float *source, size_t columns, size_t depth, size_t column_stride, size_t depth_stride,
                   float *panels) {
  for (size_t first = 0; first < columns; first += AKIN_F32_PANEL, panels += depth * AKIN_F32_PANEL) {
    const size_t width = columns - first < AKIN_F32_PANEL ? columns - first : AKIN_F32_PANEL;
    const float *corner = source + first * column_stride;
    for (size_t k = 0; k < depth; k++) {
      float *row = panels + k * AKIN_F32_PANEL;
      for (size_t c = 0; c < width; c++)
        row[c] = corner[c * column_stride + k * depth_stride];
      for (size_t c = width; c < AKIN_F32_PANEL; c++)
        row[c] = 0;
    }
  }
}
