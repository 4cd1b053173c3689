// Every kernel table of this CPU against the scalar one, at every kind of shape. Each buffer is its own allocation of
// exactly the contract's size, so that a sanitizer sees one element too many. scripts/sanitize-kernels.sh runs it.
#include "CKernels.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const akin_kernels *scalar, *tested;
static int checks, failures;

static void check(int holds, const char *what, size_t a, size_t b, size_t c) {
  checks++;
  if (!holds && failures++ < 20)
    printf("FAILED %s: %s (%zu, %zu, %zu)\n", tested->name, what, a, b, c);
}

// SplitMix64 (Steele, Lea and Flood 2014).
static uint64_t state;
static uint64_t next(void) {
  uint64_t z = (state += 0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}
static float uniform(float low, float high) {
  return low + (high - low) * (float)(next() >> 40) * 0x1p-24f;
}

static void *allocate(size_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (!memory)
    exit(2);
  memset(memory, 0xEE, bytes);
  return memory;
}
static float *floats(size_t count, float low, float high) {
  float *values = allocate(count * sizeof *values);
  for (size_t i = 0; i < count; i++)
    values[i] = uniform(low, high);
  return values;
}
static float *copy(const float *values, size_t count) {
  float *result = allocate(count * sizeof *result);
  memcpy(result, values, count * sizeof *result);
  return result;
}

static int same_bits(const float *a, const float *b, size_t count) {
  return memcmp(a, b, count * sizeof *a) == 0;
}
static float largest_difference(const float *a, const float *b, size_t count) {
  float largest = 0;
  for (size_t i = 0; i < count; i++)
    if (!(fabsf(a[i] - b[i]) <= largest))
      largest = fabsf(a[i] - b[i]);
  return largest;
}
static size_t divide_up(size_t count, size_t unit) {
  return (count + unit - 1) / unit;
}

// MARK: q8_0

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

// Blocks of any bytes: -128 is among them, and scales are zero, denormal or ordinary.
static uint8_t *foreign_blocks(size_t count) {
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

static void test_q8_product(size_t rows, size_t columns, size_t depth) {
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

static void test_q8_extremes(void) {
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
static void test_quantized_rows(void) {
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

static void test_byte_rows(size_t count, size_t dimensions) {
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

// MARK: float32

static void test_f32_product(size_t rows, size_t columns, size_t depth) {
  float *x = floats(rows * depth, -1, 1), *weights = floats(columns * depth, -1, 1), *bias = floats(columns, -1, 1);
  float *panels = allocate(divide_up(columns, AKIN_F32_PANEL) * AKIN_F32_PANEL * depth * sizeof(float));
  akin_pack_f32(weights, columns, depth, depth, 1, panels);
  float *expected = allocate(rows * columns * sizeof(float)), *found = allocate(rows * columns * sizeof(float));
  akin_matmul_f32 product = {x, panels, bias, expected, depth, columns, rows, columns, depth};
  scalar->matmul_f32(&product);
  product.output = found;
  tested->matmul_f32(&product);
  const float tolerance = 4 * FLT_EPSILON * sqrtf((float)depth + 1) * 2;
  check(largest_difference(expected, found, rows * columns) <= tolerance, "f32 product", rows, columns, depth);
  const size_t row = next() % rows;
  float *alone = allocate(columns * sizeof(float));
  const akin_matmul_f32 one = {x + row * depth, panels, bias, alone, depth, columns, 1, columns, depth};
  tested->matmul_f32(&one);
  check(same_bits(alone, found + row * columns, columns), "f32 row alone", rows, columns, depth);
  free(x);
  free(weights);
  free(bias);
  free(panels);
  free(expected);
  free(found);
  free(alone);
}

static void test_softmax(size_t rows, size_t columns) {
  const size_t stride = divide_up(columns, AKIN_F32_PANEL) * AKIN_F32_PANEL;
  float *expected = floats(rows * stride, -30, 30), *found = copy(expected, rows * stride);
  scalar->softmax_f32(expected, rows, columns, stride, 0.7f);
  tested->softmax_f32(found, rows, columns, stride, 0.7f);
  check(largest_difference(expected, found, rows * stride) <= 1e-6f, "softmax", rows, columns, 0);
  free(expected);
  free(found);
}

static void test_layer_norm(size_t rows, size_t columns) {
  float *x = floats(rows * columns, -5, 5), *residual = floats(rows * columns, -5, 5);
  float *weight = floats(columns, 0.5f, 2), *bias = floats(columns, -1, 1);
  float *expected = allocate(rows * columns * sizeof(float)), *found = allocate(rows * columns * sizeof(float));
  for (int with = 0; with < 2; with++) {
    scalar->layer_norm_f32(x, with ? residual : NULL, weight, bias, 1e-12f, rows, columns, expected);
    tested->layer_norm_f32(x, with ? residual : NULL, weight, bias, 1e-12f, rows, columns, found);
    if (columns > 1) // one column alone has variance 0
      check(largest_difference(expected, found, rows * columns) <= 2e-5f, "layer norm", rows, columns, (size_t)with);
  }
  memcpy(expected, found, rows * columns * sizeof(float));
  tested->layer_norm_f32(x, residual, weight, bias, 1e-12f, rows, columns, residual);
  check(same_bits(expected, residual, rows * columns), "layer norm in place", rows, columns, 0);
  free(x);
  free(residual);
  free(weight);
  free(bias);
  free(expected);
  free(found);
}

static void test_activations(size_t count) {
  float *x = floats(count, -10, 10);
  float *gelu = copy(x, count), *approximate = copy(x, count), *relu = copy(x, count);
  tested->gelu_f32(gelu, count);
  tested->gelu_tanh_f32(approximate, count);
  tested->relu_f32(relu, count);
  for (size_t i = 0; i < count; i++) {
    const double v = x[i];
    check(fabs(gelu[i] - 0.5 * v * erfc(-v / sqrt(2))) <= 1e-6, "gelu", count, i, 0);
    check(fabs(approximate[i] - 0.5 * v * (1 + tanh(sqrt(2 / acos(-1)) * (v + 0.044715 * v * v * v)))) <= 2e-6,
          "gelu by tanh", count, i, 0);
    check(relu[i] == (x[i] > 0 ? x[i] : 0), "relu", count, i, 0);
  }
  free(x);
  free(gelu);
  free(approximate);
  free(relu);
}

static void test_vectors(size_t count) {
  float *x = floats(count, -1, 1), *y = floats(count, -1, 1);
  const float tolerance = 1e-6f * ((float)count + 1);
  check(fabsf(scalar->dot_f32(x, y, count) - tested->dot_f32(x, y, count)) <= tolerance, "dot", count, 0, 0);
  check(fabsf(scalar->squared_distance_f32(x, y, count) - tested->squared_distance_f32(x, y, count)) <= tolerance,
        "squared distance", count, 0, 0);
  check(fabsf(scalar->absolute_distance_f32(x, y, count) - tested->absolute_distance_f32(x, y, count)) <= tolerance,
        "absolute distance", count, 0, 0);
  float *expected = copy(y, count), *found = copy(y, count);
  scalar->add_scaled_f32(expected, x, 0.3f, count);
  tested->add_scaled_f32(found, x, 0.3f, count);
  check(largest_difference(expected, found, count) <= 1e-6f, "scaled sum", count, 0, 0);
  memcpy(found, y, count * sizeof *y);
  tested->maximum_f32(found, x, count);
  for (size_t i = 0; i < count; i++)
    check(found[i] == fmaxf(x[i], y[i]), "maximum", count, i, 0);
  free(x);
  free(y);
  free(expected);
  free(found);
}

// Softmax of all scores at once, in double precision.
static void attend_exactly(const akin_attention *attention, double *output) {
  double *weights = allocate(attention->tokens * sizeof *weights);
  for (size_t r = 0; r < attention->tokens; r++) {
    double sum = 0, largest = -INFINITY;
    for (size_t t = 0; t < attention->tokens; t++) {
      weights[t] = 0;
      for (size_t c = 0; c < attention->head_size; c++)
        weights[t] += attention->scale * (double)attention->q[r * attention->stride + c] *
                      attention->k[t * attention->stride + c];
      largest = fmax(largest, weights[t]);
    }
    for (size_t t = 0; t < attention->tokens; t++)
      sum += weights[t] = exp(weights[t] - largest);
    for (size_t c = 0; c < attention->head_size; c++) {
      double value = 0;
      for (size_t t = 0; t < attention->tokens; t++)
        value += weights[t] / sum * attention->v[t * attention->stride + c];
      output[r * attention->head_size + c] = value;
    }
  }
  free(weights);
}

// Rounds a head's components to 127 steps of their largest magnitude, as quantised attention does to queries and keys.
static void round_components(float *x, size_t tokens, size_t stride, size_t head_size) {
  float largest = 0;
  for (size_t i = 0; i < tokens * head_size; i++)
    largest = fmaxf(largest, fabsf(x[i / head_size * stride + i % head_size]));
  for (size_t i = 0; i < tokens * head_size; i++) {
    float *component = &x[i / head_size * stride + i % head_size];
    *component = rintf(*component * (127 / largest)) * (largest / 127);
  }
}

static void test_attention(size_t tokens, size_t head_size) {
  const size_t stride = 3 * head_size + 5, count = tokens * head_size;
  // The last row has its components alone, as in a packed batch's end.
  const size_t size = (tokens - 1) * stride + 3 * head_size;
  float *qkv = floats(size, -2, 2), *found = allocate(count * sizeof(float));
  float *scratch = allocate(akin_attention_scratch(tokens, head_size) * sizeof(float));
  double *expected = allocate(count * sizeof *expected);
  const akin_attention attention = {qkv,       qkv + head_size, qkv + 2 * head_size, found, scratch, stride,
                                    head_size, tokens,          head_size,           0.25f};
  attend_exactly(&attention, expected);
  akin_attention_f32(tested, &attention);
  double worst = 0;
  for (size_t i = 0; i < count; i++)
    worst = fmax(worst, fabs(expected[i] - found[i]));
  check(worst <= 3e-6, "attention", tokens, head_size, 0);
  if (tested->attention_q8) {
    tested->attention_q8(&attention);
    round_components(qkv, tokens, stride, head_size);
    round_components(qkv + head_size, tokens, stride, head_size);
    attend_exactly(&attention, expected);
    worst = 0;
    for (size_t i = 0; i < count; i++)
      worst = fmax(worst, fabs(expected[i] - found[i]));
    check(worst <= 6e-3, "quantised attention", tokens, head_size, 0);
    for (size_t i = 0; i < size; i++)
      qkv[i] = 0;
    tested->attention_q8(&attention);
    check(found[0] == 0 && found[count - 1] == 0, "attention over zeros", tokens, head_size, 0);
    for (int part = 0; part < 3; part++) {
      qkv[(size_t)part * head_size] = part ? INFINITY : NAN;
      tested->attention_q8(&attention);
      check(isnan(found[0]) && isnan(found[count - 1]), "attention over no numbers", tokens, head_size, (size_t)part);
      qkv[(size_t)part * head_size] = 0;
    }
  }
  free(qkv);
  free(found);
  free(scratch);
  free(expected);
}

// MARK: formats

static void test_formats(void) {
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

static void test_weights(void) {
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

static void test_table(const akin_kernels *kernels) {
  static const size_t rows[] = {1, 2, 3, 5, 6, 7, 12, 13, 31, 64}, columns[] = {1, 7, 8, 15, 16, 17, 33, 48};
  static const size_t depths[] = {1, 31, 32, 33, 64, 100, 160};
  tested = kernels;
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
      for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
        test_q8_product(rows[r], columns[c], depths[d]);
        test_f32_product(rows[r], columns[c], depths[d]);
      }
  for (size_t count = 1; count <= 40; count++) // every height of a tile, by whole panels and parts of one
    for (size_t width = 15; width <= 65; width += 25)
      test_q8_product(count, width, 96);
  for (size_t count = 1; count <= 300; count++)
    test_q8_product(count, 17, 33);
  test_q8_product(300, 19, 1536);
  test_q8_extremes();
  test_quantized_rows();
  for (size_t count = 1; count < 70; count++) {
    test_softmax(1 + count % 5, count);
    test_layer_norm(1 + count % 3, count);
    test_activations(count);
    test_vectors(count);
    test_attention(count, 1 + count * 7 % 40);
    test_byte_rows(1 + count % 9, count);
  }
  test_byte_rows(3, 384);
  test_byte_rows(1, 65536);
  test_layer_norm(2, 1024);
  test_softmax(2, 513);
  test_attention(300, 64);
  test_attention(512, 32);
  test_attention(2, 160);
  test_formats();
  test_weights();
}

int main(void) {
  scalar = akin_kernels_named("scalar");
  const akin_kernels *kernels;
  for (size_t i = 0; (kernels = akin_kernels_at(i)); i++) {
    const int before = checks;
    state = 20240229;
    test_table(kernels);
    printf("%s: %d checks\n", kernels->name, checks - before);
  }
  if (failures)
    printf("%d of %d checks failed\n", failures, checks);
  return failures > 0;
}
