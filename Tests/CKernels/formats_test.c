// Foreign formats to float32, and weights to q8_0.
#include "checks.h"

#include <math.h>
#include <stdlib.h>

void test_formats(void) {
  uint8_t *halves = allocate(2 * 65536 + 1);
  for (size_t i = 0; i < 65536; i++) {
    halves[1 + 2 * i] = (uint8_t)i; // at an odd address
    halves[2 + 2 * i] = (uint8_t)(i >> 8);
  }
  float *expected = allocate(65536 * sizeof(float)), *found = allocate(65536 * sizeof(float));
  scalar->widen_f16(halves + 1, 65536, expected);
  tested->widen_f16(halves + 1, 65536, found);
  check(expected[0x3C00] == 1 && expected[0x0001] == 0x1p-24f && expected[0x7BFF] == 65504 && isinf(expected[0x7C00]),
        "float16", 0, 0, 0);
  for (size_t i = 0; i < 65536; i++)
    check(same_bits(expected + i, found + i, 1) || (isnan(expected[i]) && isnan(found[i])), "float16", i, 0, 0);
  scalar->widen_bf16(halves + 1, 65535, expected);
  tested->widen_bf16(halves + 1, 65535, found);
  check(expected[0x3F80] == 1 && same_bits(expected, found, 65535), "bfloat16", 0, 0, 0);
  uint8_t *blocks = foreign_blocks(77);
  scalar->dequantize_q8_0(blocks, 77, expected);
  tested->dequantize_q8_0(blocks, 77, found);
  check(same_bits(expected, found, 77 * AKIN_Q8_BLOCK), "q8_0 to float32", 0, 0, 0);
  free(halves);
  free(expected);
  free(found);
  free(blocks);
}

void test_weights(void) {
  for (size_t count = 1; count < 100; count++) {
    float *x = floats(count, -2, 2), restored[128];
    const size_t size = divide_up(count, AKIN_Q8_BLOCK);
    uint8_t *blocks = allocate(size * AKIN_Q8_BLOCK_BYTES);
    check(akin_quantize_weights_q8_0(x, count, blocks) == 0, "weights", count, 0, 0);
    scalar->dequantize_q8_0(blocks, size, restored);
    for (size_t i = 0; i < size * AKIN_Q8_BLOCK; i++)
      check(fabsf(restored[i] - (i < count ? x[i] : 0)) <= 2.f / 127, "weight", count, i, 0);
    x[(size - 1) * AKIN_Q8_BLOCK] = count % 2 ? NAN : 1e9f; // the first of the last block
    check(akin_quantize_weights_q8_0(x, count, blocks) == size, "weight that no block holds", count, 0, 0);
    free(x);
    free(blocks);
  }
}
