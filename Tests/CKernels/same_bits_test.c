// What all SIMD kernels compute for an encoder in q8_0 has the same bits, on x86-64 and on arm64: one number stands for
// thousands of outputs. It changes with the arithmetic, and then for all of them.
#include "checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t expected = 0xf03c8f487551d337;

// FNV-1a, 64 bits.
static void add(uint64_t *sum, const void *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    *sum = (*sum ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3;
}

// Multiples of 2^-20 within (-limit, limit), a power of two: no rounding that a compiler could fuse.
static float *exact_floats(size_t count, float limit) {
  float *values = allocate(count * sizeof *values);
  for (size_t i = 0; i < count; i++)
    values[i] = (float)((int32_t)(next() % 0x1fffff) - 0xfffff) * (limit / 0x100000);
  return values;
}

static void add_product(uint64_t *sum, size_t rows, size_t columns, size_t depth) {
  const size_t blocks = divide_up(depth, AKIN_Q8_BLOCK);
  float *x = exact_floats(rows * depth, 4), *bias = exact_floats(columns, 1);
  float *weights = exact_floats(columns * blocks * AKIN_Q8_BLOCK, 0.5f);
  uint8_t *source = allocate(columns * blocks * AKIN_Q8_BLOCK_BYTES);
  akin_quantize_weights_q8_0(weights, columns * blocks * AKIN_Q8_BLOCK, source);
  char *panels = allocate(divide_up(columns, tested->q8_panel_columns) * akin_q8_0_panel_bytes(tested, blocks));
  tested->pack_q8_0(source, columns, blocks, panels);
  void *quantized = allocate(akin_q8_0_rows_bytes(tested, rows, blocks));
  const akin_quantize_q8_0 task = {x, quantized, depth, rows, depth, 0, blocks};
  tested->quantize_q8_0(&task);
  float *output = allocate(rows * columns * sizeof *output);
  const akin_matmul_q8_0 product = {quantized, panels, bias, output, columns, rows, columns, blocks};
  tested->matmul_q8_0(&product);
  add(sum, output, rows * columns * sizeof *output);
  free(x);
  free(bias);
  free(weights);
  free(source);
  free(panels);
  free(quantized);
  free(output);
}

static void add_attention(uint64_t *sum, size_t tokens, size_t head_size) {
  const size_t stride = 3 * head_size;
  float *qkv = exact_floats(tokens * stride, 2), *output = allocate(tokens * head_size * sizeof *output);
  float *scratch = allocate(akin_attention_scratch(tokens, head_size) * sizeof *scratch);
  akin_attention attention = {qkv,       qkv + head_size, qkv + 2 * head_size, output, scratch,  stride,
                              head_size, tokens,          head_size,           0.25f,  NULL,     SIZE_MAX,
                              SIZE_MAX};
  tested->attention_q8(&attention);
  add(sum, output, tokens * head_size * sizeof *output);
  float *bias = exact_floats(2 * tokens - 1, 1);
  attention.bias = bias + tokens - 1;
  tested->attention_q8(&attention);
  add(sum, output, tokens * head_size * sizeof *output);
  akin_attention_f32(tested, &attention);
  add(sum, output, tokens * head_size * sizeof *output);
  attention.bias = NULL;
  attention.before = attention.after = tokens / 3;
  if (tokens > 1)
    akin_attention_f32(tested, &attention);
  add(sum, output, tokens * head_size * sizeof *output);
  tested->attention_q8(&attention);
  add(sum, output, tokens * head_size * sizeof *output);
  free(bias);
  free(qkv);
  free(output);
  free(scratch);
}

static void add_rows(uint64_t *sum, size_t rows, size_t columns) {
  float *x = exact_floats(rows * columns, 4), *residual = exact_floats(rows * columns, 4);
  float *weight = exact_floats(columns, 2), *bias = exact_floats(columns, 1);
  float *output = allocate(rows * columns * sizeof *output);
  tested->layer_norm_f32(x, residual, weight, bias, 1e-12f, rows, columns, output);
  add(sum, output, rows * columns * sizeof *output);
  tested->gelu_f32(output, rows * columns);
  add(sum, output, rows * columns * sizeof *output);
  tested->gelu_tanh_f32(residual, rows * columns);
  add(sum, residual, rows * columns * sizeof *residual);
  tested->relu_f32(output, rows * columns);
  tested->maximum_f32(output, residual, rows * columns);
  tested->add_scaled_f32(output, x, 0.3f, rows * columns);
  add(sum, output, rows * columns * sizeof *output);
  const float scores[] = {tested->dot_f32(x, residual, columns), tested->squared_distance_f32(x, residual, columns),
                          tested->absolute_distance_f32(x, residual, columns)};
  add(sum, scores, sizeof scores);
  akin_silu_f32(residual, rows * columns);
  akin_multiply_f32(residual, x, rows * columns);
  akin_rotate_f32(residual, columns, rows, x, weight, columns / 2 / rows);
  akin_rms_norm_f32(residual, columns, weight, 1e-6f, rows, columns, output, columns);
  akin_scale_f32(output, 0.3f, rows * columns);
  add(sum, output, rows * columns * sizeof *output);
  free(x);
  free(residual);
  free(weight);
  free(bias);
  free(output);
}

void test_same_bits(void) {
  uint64_t sum = 0xcbf29ce484222325;
  state = 1;
  for (size_t size = 1; size <= 70; size++) {
    add_product(&sum, size, 1 + size * 5 % 40, 1 + size * 37 % 500);
    add_attention(&sum, size, 1 + size * 7 % 40);
    add_rows(&sum, 1 + size % 9, size);
  }
  add_product(&sum, 14, 48, 1536);
  add_attention(&sum, 189, 32);
  add_attention(&sum, 300, 64);
  add_rows(&sum, 3, 384);
  add_rows(&sum, 1, 1024);
  if (sum != expected)
    printf("%s: bits of all kernels are %016llx\n", tested->name, (unsigned long long)sum);
  check(sum == expected, "the same bits as all kernels", 0, 0, 0);
}
