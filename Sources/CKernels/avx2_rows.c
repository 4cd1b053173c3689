// AVX2 and FMA: what works along a row: softmax, layer norm, activation functions, pooling, distances, int8 scan,
// formats.
#if defined(__x86_64__)
#include "avx2.h"

#include <math.h>

AKIN_AVX2 void akin_softmax_f32_avx2(float *x, size_t rows, size_t columns, size_t stride, float scale) {
  const size_t padded = akin_divide_up(columns, AKIN_F32_PANEL) * AKIN_F32_PANEL;
  const size_t whole = columns - columns % LANES;
  const __m256 rest = _mm256_castsi256_ps(first_lanes(columns - whole));
  const __m256 lowest = _mm256_set1_ps(-INFINITY), factor = _mm256_set1_ps(scale);
  for (size_t r = 0; r < rows; r++, x += stride) {
    __m256 most = lowest;
    for (size_t c = 0; c < whole; c += LANES)
      most = _mm256_max_ps(most, _mm256_loadu_ps(x + c));
    if (whole < columns)
      most = _mm256_max_ps(most, _mm256_blendv_ps(lowest, load_lanes(x + whole, columns - whole), rest));
    const __m256 largest = _mm256_set1_ps(maximum_of_lanes(most));
    __m256 sums = _mm256_setzero_ps();
    for (size_t c = 0; c < whole; c += LANES) {
      const __m256 e = exponential(_mm256_mul_ps(factor, _mm256_sub_ps(_mm256_loadu_ps(x + c), largest)));
      sums = _mm256_add_ps(sums, e);
      _mm256_storeu_ps(x + c, e);
    }
    for (size_t c = whole; c < padded; c += LANES)
      if (c < columns) {
        const __m256 difference = _mm256_sub_ps(load_lanes(x + c, columns - c), largest);
        const __m256 e = _mm256_and_ps(rest, exponential(_mm256_mul_ps(factor, difference)));
        sums = _mm256_add_ps(sums, e);
        _mm256_storeu_ps(x + c, e);
      } else {
        _mm256_storeu_ps(x + c, _mm256_setzero_ps());
      }
    const __m256 inverse = _mm256_set1_ps(1 / sum_of_lanes(sums));
    for (size_t c = 0; c < columns; c += LANES)
      _mm256_storeu_ps(x + c, _mm256_mul_ps(_mm256_loadu_ps(x + c), inverse));
  }
}

// The accumulators of a row's sum in the order that all kernels have (internal.h): two of 16 lanes.
enum { NORM_SUMS = 4 };

AKIN_AVX2_INLINE float sum_in_order(const __m256 sums[NORM_SUMS]) {
  return sum_of_lanes(_mm256_add_ps(_mm256_add_ps(sums[0], sums[2]), _mm256_add_ps(sums[1], sums[3])));
}

// Up to eight values of x + residual to output.
AKIN_AVX2_INLINE __m256 add_residual(const float *x, const float *residual, size_t count, float *output) {
  __m256 v = load_lanes(x, count);
  if (residual)
    v = _mm256_add_ps(v, load_lanes(residual, count));
  store_lanes(output, v, count);
  return v;
}

// Up to eight deviations in place of the values.
AKIN_AVX2_INLINE __m256 subtract_mean(float *x, __m256 mean, size_t count) {
  __m256 v = _mm256_sub_ps(load_lanes(x, count), mean);
  if (count < LANES)
    v = _mm256_and_ps(v, _mm256_castsi256_ps(first_lanes(count)));
  store_lanes(x, v, count);
  return v;
}

AKIN_AVX2 void akin_layer_norm_f32_avx2(const float *x, const float *residual, const float *weight, const float *bias,
                                        float epsilon, size_t rows, size_t columns, float *output) {
  const size_t whole = columns - columns % (NORM_SUMS * LANES);
  for (size_t r = 0; r < rows; r++, x += columns, output += columns) {
    const float *added = residual ? residual + r * columns : NULL;
    __m256 sums[NORM_SUMS], squares[NORM_SUMS];
    AKIN_EACH(i, NORM_SUMS) sums[i] = squares[i] = _mm256_setzero_ps();
    for (size_t c = 0; c < whole; c += NORM_SUMS * LANES)
      AKIN_EACH(i, NORM_SUMS) {
        const size_t at = c + i * LANES;
        sums[i] = _mm256_add_ps(sums[i], add_residual(x + at, added ? added + at : NULL, LANES, output + at));
      }
    for (size_t c = whole; c < columns; c += LANES) {
      __m256 *sum = &sums[c / LANES % 2];
      *sum = _mm256_add_ps(*sum, add_residual(x + c, added ? added + c : NULL, columns - c, output + c));
    }
    const __m256 mean = _mm256_set1_ps(sum_in_order(sums) / (float)columns);
    for (size_t c = 0; c < whole; c += NORM_SUMS * LANES)
      AKIN_EACH(i, NORM_SUMS) {
        const __m256 v = subtract_mean(output + c + i * LANES, mean, LANES);
        squares[i] = _mm256_fmadd_ps(v, v, squares[i]);
      }
    for (size_t c = whole; c < columns; c += LANES) {
      __m256 *square = &squares[c / LANES % 2];
      const __m256 v = subtract_mean(output + c, mean, columns - c);
      *square = _mm256_fmadd_ps(v, v, *square);
    }
    const __m256 inverse = _mm256_set1_ps(1 / sqrtf(sum_in_order(squares) / (float)columns + epsilon));
    for (size_t c = 0; c < columns; c += LANES) {
      const __m256 v = _mm256_mul_ps(load_lanes(output + c, columns - c), inverse);
      const __m256 w = load_lanes(weight + c, columns - c), b = load_lanes(bias + c, columns - c);
      store_lanes(output + c, _mm256_fmadd_ps(v, w, b), columns - c);
    }
  }
}

// x Phi(x) by the tail p = Phi(-|x|): max(x, 0) - |x| p. No digits are lost on either side.
AKIN_AVX2_INLINE void gelu(__m256 *x, const size_t count) {
  const __m256 sign = _mm256_set1_ps(-0.f);
  __m256 y[4], exponent[4];
  AKIN_EACH(i, count) y[i] = _mm256_min_ps(_mm256_andnot_ps(sign, x[i]), _mm256_set1_ps(8));
  AKIN_EACH(i, count) exponent[i] = _mm256_set1_ps(akin_log2_tail[0]);
  AKIN_EACH(k, AKIN_LOG2_TAIL_TERMS - 1)
  AKIN_EACH(i, count) exponent[i] = _mm256_fmadd_ps(exponent[i], y[i], _mm256_set1_ps(akin_log2_tail[k + 1]));
  quick_powers_of_two(exponent, count, akin_power_series, AKIN_POWER_TERMS);
  AKIN_EACH(i, count)
  x[i] = _mm256_fnmadd_ps(_mm256_andnot_ps(sign, x[i]), exponent[i], _mm256_max_ps(x[i], _mm256_setzero_ps()));
}

AKIN_AVX2_INLINE __m256 gelu_tanh(__m256 x) {
  const __m256 cube = _mm256_mul_ps(_mm256_mul_ps(x, x), x), most = _mm256_set1_ps(akin_largest_power);
  const __m256 u = _mm256_fmadd_ps(_mm256_set1_ps(0.044715f), cube, x);
  __m256 power = _mm256_mul_ps(_mm256_set1_ps(akin_tanh_factor), u);
  power = _mm256_max_ps(_mm256_min_ps(power, most), _mm256_set1_ps(-akin_largest_power));
  quick_powers_of_two(&power, 1, akin_power_series, AKIN_POWER_TERMS);
  return _mm256_div_ps(x, _mm256_add_ps(_mm256_set1_ps(1), power));
}

AKIN_AVX2 void akin_gelu_f32_avx2(float *x, size_t count) {
  enum { VECTORS = 4 };
  __m256 v[VECTORS];
  size_t i = 0;
  for (; i + VECTORS * LANES <= count; i += VECTORS * LANES) {
    AKIN_EACH(j, VECTORS) v[j] = _mm256_loadu_ps(x + i + j * LANES);
    gelu(v, VECTORS);
    AKIN_EACH(j, VECTORS) _mm256_storeu_ps(x + i + j * LANES, v[j]);
  }
  for (; i < count; i += LANES) {
    v[0] = load_lanes(x + i, count - i);
    gelu(v, 1);
    store_lanes(x + i, v[0], count - i);
  }
}

AKIN_AVX2 void akin_gelu_tanh_f32_avx2(float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES)
    store_lanes(x + i, gelu_tanh(load_lanes(x + i, count - i)), count - i);
}

AKIN_AVX2 void akin_relu_f32_avx2(float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES)
    store_lanes(x + i, _mm256_max_ps(load_lanes(x + i, count - i), _mm256_setzero_ps()), count - i);
}

AKIN_AVX2 void akin_add_scaled_f32_avx2(float *y, const float *x, float a, size_t count) {
  const __m256 factor = _mm256_set1_ps(a);
  for (size_t i = 0; i < count; i += LANES) {
    const __m256 sum = _mm256_fmadd_ps(factor, load_lanes(x + i, count - i), load_lanes(y + i, count - i));
    store_lanes(y + i, sum, count - i);
  }
}

AKIN_AVX2 void akin_maximum_f32_avx2(float *y, const float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    const __m256 most = _mm256_max_ps(load_lanes(x + i, count - i), load_lanes(y + i, count - i));
    store_lanes(y + i, most, count - i);
  }
}

AKIN_AVX2_INLINE __m256 accumulate_product(__m256 sum, __m256 x, __m256 y) {
  return _mm256_fmadd_ps(x, y, sum);
}

AKIN_AVX2_INLINE __m256 accumulate_square(__m256 sum, __m256 x, __m256 y) {
  const __m256 difference = _mm256_sub_ps(x, y);
  return _mm256_fmadd_ps(difference, difference, sum);
}

AKIN_AVX2_INLINE __m256 accumulate_magnitude(__m256 sum, __m256 x, __m256 y) {
  return _mm256_add_ps(sum, _mm256_andnot_ps(_mm256_set1_ps(-0.f), _mm256_sub_ps(x, y)));
}

// Sums one term over two vectors, in eight accumulators: since an addition takes four cycles, and in the order that all
// kernels have (internal.h).
#define AKIN_REDUCE(accumulate)                                                                                        \
  __m256 sums[8];                                                                                                      \
  AKIN_EACH(j, 8) sums[j] = _mm256_setzero_ps();                                                                       \
  size_t i = 0;                                                                                                        \
  for (; i + 8 * LANES <= count; i += 8 * LANES)                                                                       \
    AKIN_EACH(j, 8)                                                                                                    \
  sums[j] = accumulate(sums[j], _mm256_loadu_ps(x + i + j * LANES), _mm256_loadu_ps(y + i + j * LANES));               \
  for (; i < count; i += LANES) {                                                                                      \
    __m256 *sum = &sums[i / LANES % 2];                                                                                \
    *sum = accumulate(*sum, load_lanes(x + i, count - i), load_lanes(y + i, count - i));                               \
  }                                                                                                                    \
  AKIN_EACH(j, 2)                                                                                                      \
  sums[j] = _mm256_add_ps(_mm256_add_ps(sums[j], sums[j + 2]), _mm256_add_ps(sums[j + 4], sums[j + 6]));               \
  return sum_of_lanes(_mm256_add_ps(sums[0], sums[1]))

AKIN_AVX2 float akin_dot_f32_avx2(const float *x, const float *y, size_t count) {
  AKIN_REDUCE(accumulate_product);
}

AKIN_AVX2 float akin_squared_distance_f32_avx2(const float *x, const float *y, size_t count) {
  AKIN_REDUCE(accumulate_square);
}

AKIN_AVX2 float akin_absolute_distance_f32_avx2(const float *x, const float *y, size_t count) {
  AKIN_REDUCE(accumulate_magnitude);
}

// Sixteen bytes of a row by sixteen of the query, widened to 16 bits: sums of two products a lane.
AKIN_AVX2_INLINE __m256i multiply_bytes(const int8_t *row, __m256i query) {
  return _mm256_madd_epi16(_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)row)), query);
}

AKIN_AVX2_INLINE int32_t sum_of_integers(__m256i v) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}

AKIN_AVX2 void akin_dot_rows_i8_avx2(const int8_t *query, const int8_t *rows, size_t count, size_t dimensions,
                                     int32_t *scores) {
  const size_t whole = dimensions - dimensions % 16;
  for (size_t r = 0; r < count; r += 4) {
    // Behind the last row the last one is taken again.
    const int8_t *row[4];
    for (size_t j = 0; j < 4; j++)
      row[j] = rows + (r + j < count ? r + j : count - 1) * dimensions;
    __m256i sums[4];
    for (size_t j = 0; j < 4; j++)
      sums[j] = _mm256_setzero_si256();
    for (size_t k = 0; k < whole; k += 16) {
      const __m256i q = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(query + k)));
      for (size_t j = 0; j < 4; j++)
        sums[j] = _mm256_add_epi32(sums[j], multiply_bytes(row[j] + k, q));
    }
    for (size_t j = 0; j < 4 && r + j < count; j++) {
      int32_t sum = sum_of_integers(sums[j]);
      for (size_t k = whole; k < dimensions; k++)
        sum += (int32_t)query[k] * row[j][k];
      scores[r + j] = sum;
    }
  }
}

AKIN_AVX2 void akin_widen_f16_avx2(const uint8_t *source, size_t count, float *output) {
  const size_t whole = count - count % LANES;
  for (size_t i = 0; i < whole; i += LANES)
    _mm256_storeu_ps(output + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(source + 2 * i))));
  for (size_t i = whole; i < count; i++)
    output[i] = akin_f16_to_f32(akin_load_u16(source + 2 * i));
}

AKIN_AVX2 void akin_widen_bf16_avx2(const uint8_t *source, size_t count, float *output) {
  const size_t whole = count - count % LANES;
  for (size_t i = 0; i < whole; i += LANES) {
    const __m256i half = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(source + 2 * i)));
    _mm256_storeu_si256((__m256i *)(output + i), _mm256_slli_epi32(half, 16));
  }
  for (size_t i = whole; i < count; i++) {
    const uint32_t bits = (uint32_t)akin_load_u16(source + 2 * i) << 16;
    memcpy(output + i, &bits, sizeof bits);
  }
}

AKIN_AVX2 void akin_dequantize_q8_0_avx2(const uint8_t *source, size_t blocks, float *output) {
  for (size_t b = 0; b < blocks; b++, source += AKIN_Q8_BLOCK_BYTES) {
    const __m256 scale = _mm256_cvtph_ps(_mm_set1_epi16((short)akin_load_u16(source)));
    for (size_t i = 0; i < AKIN_Q8_BLOCK; i += LANES, output += LANES) {
      const __m128i bytes = _mm_loadl_epi64((const __m128i *)(source + 2 + i));
      _mm256_storeu_ps(output, _mm256_mul_ps(scale, _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes))));
    }
  }
}
#endif
