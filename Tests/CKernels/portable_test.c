// What is compiled once for all tables, against double precision.
#include "checks.h"

#include <math.h>
#include <stdlib.h>

static void test_rms_norm(const float *x, size_t rows, size_t columns) {
  float *weight = floats(columns, -2, 2), *output = allocate(rows * columns * sizeof *output);
  akin_rms_norm_f32(x, columns, weight, 1e-6f, rows, columns, output, columns);
  for (size_t r = 0; r < rows; r++) {
    double squares = 0;
    for (size_t c = 0; c < columns; c++)
      squares += (double)x[r * columns + c] * x[r * columns + c];
    for (size_t c = 0; c < columns; c++) {
      const double expected = x[r * columns + c] / sqrt(squares / (double)columns + 1e-6) * weight[c];
      check(fabs(output[r * columns + c] - expected) <= 3e-6, "root mean square", rows, columns, c);
    }
  }
  free(weight);
  free(output);
}

static void test_rotation(const float *x, size_t rows, size_t columns) {
  const size_t half = columns / 2;
  float *turned = copy(x, rows * columns), *cosines = floats(rows * half + 1, -1, 1);
  float *sines = floats(rows * half + 1, -1, 1);
  akin_rotate_f32(turned, columns, rows, cosines, sines, half);
  for (size_t r = 0; r < rows; r++)
    for (size_t i = 0; i < half; i++) {
      const double a = x[r * columns + i], b = x[r * columns + half + i];
      const double cosine = cosines[r * half + i], sine = sines[r * half + i];
      check(fabs(turned[r * columns + i] - (a * cosine - b * sine)) <= 3e-6, "rotation", rows, columns, i);
      check(fabs(turned[r * columns + half + i] - (b * cosine + a * sine)) <= 3e-6, "rotation", rows, columns, i);
    }
  free(turned);
  free(cosines);
  free(sines);
}

void test_portable_rows(size_t rows, size_t columns) {
  const size_t count = rows * columns;
  float *x = floats(count, -10, 10), *silu = copy(x, count), *product = copy(x, count);
  akin_silu_f32(silu, count);
  akin_multiply_f32(product, silu, count);
  akin_scale_f32(product, 0.5f, count);
  for (size_t i = 0; i < count; i++) {
    const double v = x[i], expected = v / (1 + exp(-v));
    check(fabs(silu[i] - expected) <= 2e-6, "silu", rows, columns, i);
    check(fabs(product[i] - 0.5 * v * expected) <= 2e-5, "product", rows, columns, i);
  }
  float extremes[] = {NAN, INFINITY, 1e30f, 0};
  akin_silu_f32(extremes, 4);
  check(isnan(extremes[0]) && isinf(extremes[1]) && extremes[2] == 1e30f && extremes[3] == 0, "silu", 0, 0, 0);
  test_rms_norm(x, rows, columns);
  test_rotation(x, rows, columns);
  free(x);
  free(silu);
  free(product);
}
