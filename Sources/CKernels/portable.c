// What works along a row with the same bits everywhere because it is compiled once: plain loops that compilers turn into
// vectors of any width, sums in the order of internal.h, products and sums rounded one by one.
#include "internal.h"

#include <math.h>

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

// 2^t for |t| <= 126.
static inline float power_of_two(float t) {
  const float shift = 12582912, n = (t + shift) - shift, f = t - n; // 1.5 * 2^23: what is added to it is rounded
  float power = akin_power_series[0];
  AKIN_EACH(k, AKIN_POWER_TERMS - 1) power = power * f + akin_power_series[k + 1];
  const int32_t bits = ((int32_t)n + 127) * (1 << 23);
  float factor;
  memcpy(&factor, &bits, sizeof factor);
  return power * factor;
}

// Within the range of power_of_two; not a number becomes its lower end.
static inline float clamped(float t) {
  const float most = t < akin_largest_power ? t : akin_largest_power;
  return most > -akin_largest_power ? most : -akin_largest_power;
}

enum { SUMS = 16 };

static inline float sum_in_order(float sums[SUMS]) {
  for (size_t width = SUMS / 2; width > 0; width /= 2)
    for (size_t i = 0; i < width; i++)
      sums[i] += sums[i + width];
  return sums[0];
}

void akin_scale_f32(float *x, float factor, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] *= factor;
}

void akin_multiply_f32(float *restrict x, const float *restrict y, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] *= y[i];
}

void akin_silu_f32(float *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] /= 1 + power_of_two(clamped(x[i] * -1.44269504f));
}

void akin_rms_norm_f32(const float *x, size_t x_stride, const float *weight, float epsilon, size_t rows, size_t columns,
                       float *output, size_t output_stride) {
  const size_t whole = columns - columns % SUMS;
  for (size_t r = 0; r < rows; r++, x += x_stride, output += output_stride) {
    float sums[SUMS] = {0};
    for (size_t c = 0; c < whole; c += SUMS)
      for (size_t i = 0; i < SUMS; i++)
        sums[i] += x[c + i] * x[c + i];
    for (size_t c = whole; c < columns; c++)
      sums[c - whole] += x[c] * x[c];
    const float inverse = 1 / sqrtf(sum_in_order(sums) / (float)columns + epsilon);
    for (size_t c = 0; c < columns; c++)
      output[c] = x[c] * inverse * weight[c];
  }
}

void akin_rotate_f32(float *x, size_t stride, size_t rows, const float *cosines, const float *sines, size_t half) {
  for (size_t r = 0; r < rows; r++, cosines += half, sines += half) {
    float *restrict first = x + r * stride, *restrict second = first + half;
    for (size_t i = 0; i < half; i++) {
      const float a = first[i], b = second[i];
      first[i] = a * cosines[i] - b * sines[i];
      second[i] = b * cosines[i] + a * sines[i];
    }
  }
}

int akin_distance_table(const akin_attention *attention, float factor, int32_t *table) {
  enum { LIMIT = 1 << 29, UNSEEN = -(1 << 30) };
  const size_t tokens = attention->tokens, middle = tokens - 1;
  float most = 64; // in powers of two, more than any weight that counts has less than the largest
  for (size_t d = 0; attention->bias && d < 2 * tokens - 1; d++) {
    const float bias = attention->bias[(ptrdiff_t)d - (ptrdiff_t)middle], magnitude = bias < 0 ? -bias : bias;
    most = magnitude > most ? magnitude : most;
  }
  if (!(factor * LIMIT >= most)) // nor where it is not a number
    return 0;
  const float inverse = 1 / factor;
  for (size_t d = 0; d < akin_distance_table_count(tokens); d++) {
    const int is_seen = d <= middle ? middle - d <= attention->before : d - middle <= attention->after;
    const float bias = attention->bias && d < 2 * tokens - 1 ? attention->bias[(ptrdiff_t)d - (ptrdiff_t)middle] : 0;
    const float steps = bias * inverse;
    table[d] = is_seen ? (int32_t)(steps < 0 ? steps - 0.5f : steps + 0.5f) : UNSEEN;
  }
  return 1;
}

void akin_biased_softmax(float *restrict scores, const float *restrict bias, float scale, size_t count) {
  float most = -INFINITY, poison = 0;
  for (size_t i = 0; i < count; i++) {
    const float score = scores[i] * scale + (bias ? bias[i] : 0);
    scores[i] = score;
    most = score > most ? score : most;
    poison += score - score; // not a number where the score is infinite or none
  }
  const size_t whole = count - count % SUMS;
  float sums[SUMS] = {0};
  for (size_t c = 0; c < whole; c += SUMS)
    for (size_t i = 0; i < SUMS; i++) {
      scores[c + i] = power_of_two(clamped((scores[c + i] - most) * 1.44269504f));
      sums[i] += scores[c + i];
    }
  for (size_t c = whole; c < count; c++) {
    scores[c] = power_of_two(clamped((scores[c] - most) * 1.44269504f));
    sums[c - whole] += scores[c];
  }
  const float inverse = 1 / sum_in_order(sums) + poison;
  for (size_t i = 0; i < count; i++)
    scores[i] *= inverse;
}
