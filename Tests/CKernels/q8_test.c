// The q8_0 operations and the rows of bytes.
#include "checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// One matrix in the layout of one table, and a product with it.
static float *multiply_q8(const akin_kernels *kernels, const float *x, const uint8_t *weights, const float *bias,
                          size_t rows, size_t columns, size_t depth) {
  const size_t blocks = divide_up(depth, AKIN_Q8_BLOCK);
  void *quantized = allocate(akin_q8_0_rows_bytes(kernels, rows, blocks));
  // In two calls, as a layer does that quantises each slab of columns when it has them.
  const size_t first = next() % blocks * AKIN_Q8_BLOCK;
  if (first)
    kernels->quantize_q8_0(&(akin_quantize_q8_0){x, quantized, depth, rows, first, 0, blocks});
  kernels->quantize_q8_0(
      &(akin_quantize_q8_0){x + first, quantized, depth, rows, depth - first, first / AKIN_Q8_BLOCK, blocks});
  void *panels = allocate(divide_up(columns, kernels->q8_panel_columns) * akin_q8_0_panel_bytes(kernels, blocks));
  kernels->pack_q8_0(weights, columns, blocks, panels);
  float *output = allocate(rows * columns * sizeof(float));
  const akin_matmul_q8_0 product = {quantized, panels, bias, output, columns, rows, columns, blocks};
  kernels->matmul_q8_0(&product);
  free(quantized);
  free(panels);
  return output;
}

// Rows with blocks of zeros, of denormal numbers and of one large value among small ones.
static float *activations(size_t rows, size_t depth) {
  float *x = floats(rows * depth, -3, 3);
  for (size_t i = 0; i + AKIN_Q8_BLOCK <= rows * depth; i += AKIN_Q8_BLOCK) {
    const uint64_t kind = next() % 8;
    for (size_t j = i; j < i + AKIN_Q8_BLOCK; j++)
      x[j] *= kind == 0 ? 0 : kind == 1 ? 0x1p-130f : kind == 2 ? 1e-3f : 1;
    if (kind == 2)
      x[i] = 50;
  }
  return x;
}

uint8_t *foreign_blocks(size_t count) {
  uint8_t *blocks = allocate(count * AKIN_Q8_BLOCK_BYTES);
  for (size_t b = 0; b < count; b++) {
    uint8_t *block = blocks + b * AKIN_Q8_BLOCK_BYTES;
    const uint64_t kind = next() % 6;
    const uint16_t scale = kind == 0 ? 0 : kind == 1 ? (uint16_t)(next() % 0x400) : (uint16_t)(0x1C00 + next() % 0x800);
    block[0] = (uint8_t)scale;
    block[1] = (uint8_t)(scale >> 8);
    for (size_t i = 0; i < AKIN_Q8_BLOCK; i++)
      block[2 + i] = kind == 2 ? 0x80 : (uint8_t)next();
  }
  return blocks;
}

void test_q8_product(size_t rows, size_t columns, size_t depth) {
  const size_t blocks = divide_up(depth, AKIN_Q8_BLOCK);
  float *x = activations(rows, depth), *bias = floats(columns, -1, 1);
  uint8_t *weights = foreign_blocks(columns * blocks);
  float *expected = multiply_q8(scalar, x, weights, bias, rows, columns, depth);
  float *found = multiply_q8(tested, x, weights, bias, rows, columns, depth);
  check(same_bits(expected, found, rows * columns), "q8_0 product", rows, columns, depth);
  // A row alone gives what it gives among others.
  const size_t row = next() % rows;
  float *alone = multiply_q8(tested, x + row * depth, weights, bias, 1, columns, depth);
  check(same_bits(alone, found + row * columns, columns), "q8_0 row alone", rows, columns, depth);
  free(x);
  free(bias);
  free(weights);
  free(expected);
  free(found);
  free(alone);
}

void test_q8_extremes(void) {
  float x[64];
  uint8_t weights[2 * AKIN_Q8_BLOCK_BYTES];
  for (size_t b = 0; b < 2; b++) {
    weights[b * AKIN_Q8_BLOCK_BYTES] = 0x00;
    weights[b * AKIN_Q8_BLOCK_BYTES + 1] = 0x3C; // 1.0
    memset(weights + b * AKIN_Q8_BLOCK_BYTES + 2, 0x80, AKIN_Q8_BLOCK);
  }
  for (size_t i = 0; i < 64; i++)
    x[i] = i < 32 ? 127 : -127;
  x[40] = 127; // sums of opposite sign: 32 * 127 * -128, then 31 * 127 * 128 - 127 * 128
  float *found = multiply_q8(tested, x, weights, NULL, 1, 1, 64);
  check(found[0] == -32 * 127 * 128 + 30 * 127 * 128, "extreme sums", 0, 0, 0);
  free(found);
}

// Seen through a matrix that picks one value each: column c has the weight 1 at c.
void test_quantized_rows(void) {
  enum { DEPTH = 3 * AKIN_Q8_BLOCK };
  float x[DEPTH] = {0};
  for (size_t i = 0; i < 32; i++)
    x[i] = (float)i - 15.5f; // amax 15.5
  uint8_t weights[DEPTH * 3 * AKIN_Q8_BLOCK_BYTES] = {0};
  for (size_t c = 0; c < DEPTH; c++) {
    uint8_t *block = weights + (c * 3 + c / AKIN_Q8_BLOCK) * AKIN_Q8_BLOCK_BYTES;
    block[1] = 0x3C; // 1.0
    block[2 + c % AKIN_Q8_BLOCK] = 1;
  }
  x[32] = 1;
  float *found = multiply_q8(tested, x, weights, NULL, 1, DEPTH, DEPTH);
  for (size_t i = 0; i < DEPTH; i++) {
    const float value = i < 32 ? nearbyintf(x[i] * (127 / 15.5f)) * (15.5f / 127) : i == 32 ? 127 * (1 / 127.f) : 0;
    check(found[i] == value, "quantised value", i, 0, 0);
  }
  free(found);
  x[32] = INFINITY;
  found = multiply_q8(tested, x, weights, NULL, 1, 1, DEPTH);
  check(isnan(found[0]), "infinity shows", 0, 0, 0);
  free(found);
  x[32] = 0;
  x[70] = NAN;
  found = multiply_q8(tested, x, weights, NULL, 1, 1, DEPTH);
  check(isnan(found[0]), "NaN shows", 0, 0, 0);
  free(found);
}

void test_byte_rows(size_t count, size_t dimensions) {
  int8_t *query = allocate(dimensions), *rows = allocate(count * dimensions);
  for (size_t i = 0; i < dimensions; i++)
    query[i] = next() % 8 ? (int8_t)next() : -128;
  for (size_t i = 0; i < count * dimensions; i++)
    rows[i] = next() % 8 ? (int8_t)next() : -128;
  int32_t *expected = allocate(count * sizeof *expected), *found = allocate(count * sizeof *found);
  scalar->dot_rows_i8(query, rows, count, dimensions, expected);
  tested->dot_rows_i8(query, rows, count, dimensions, found);
  check(memcmp(expected, found, count * sizeof *found) == 0, "rows of bytes", count, dimensions, 0);
  free(query);
  free(rows);
  free(expected);
  free(found);
}
