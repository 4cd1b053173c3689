// Products, norms, activations and vectors in float32.
#include "checks.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void test_f32_product(size_t rows, size_t columns, size_t depth) {
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

void test_softmax(size_t rows, size_t columns) {
  const size_t stride = divide_up(columns, AKIN_F32_PANEL) * AKIN_F32_PANEL;
  float *expected = floats(rows * stride, -30, 30), *found = copy(expected, rows * stride);
  scalar->softmax_f32(expected, rows, columns, stride, 0.7f);
  tested->softmax_f32(found, rows, columns, stride, 0.7f);
  check(largest_difference(expected, found, rows * stride) <= 1e-6f, "softmax", rows, columns, 0);
  free(expected);
  free(found);
}

void test_layer_norm(size_t rows, size_t columns) {
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

void test_activations(size_t count) {
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

void test_vectors(size_t count) {
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
