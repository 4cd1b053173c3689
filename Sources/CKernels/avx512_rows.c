// AVX-512: what works along a row: softmax, layer norm, activation functions, pooling, distances, int8 scan, formats.
#if defined(__x86_64__)
#include "avx512.h"

#include <math.h>

static const float log2_e = 1.44269504f;

// Up to 16 values; the lanes behind `count` are zero and their memory is not touched.
AKIN_AVX512_INLINE __m512 load_lanes(const float *source, size_t count) {
  return _mm512_maskz_loadu_ps(lane_mask(count), source);
}

AKIN_AVX512_INLINE void store_lanes(float *target, __m512 values, size_t count) {
  _mm512_mask_storeu_ps(target, lane_mask(count), values);
}

AKIN_AVX512 void akin_softmax_f32_avx512(float *x, size_t rows, size_t columns, size_t stride, float scale) {
  const __m512 lowest = _mm512_set1_ps(-INFINITY), factor = _mm512_set1_ps(scale * log2_e);
  for (size_t r = 0; r < rows; r++, x += stride) {
    __m512 most = lowest;
    for (size_t c = 0; c < columns; c += LANES)
      most = _mm512_max_ps(most, _mm512_mask_loadu_ps(lowest, lane_mask(columns - c), x + c));
    const __m512 offset = _mm512_set1_ps(_mm512_reduce_max_ps(most) * scale * log2_e);
    __m512 sums = _mm512_setzero_ps();
    for (size_t c = 0; c < columns; c += LANES) {
      const __m512 power = power_of_two(_mm512_fmsub_ps(load_lanes(x + c, columns - c), factor, offset));
      const __m512 e = _mm512_maskz_mov_ps(lane_mask(columns - c), power);
      sums = _mm512_add_ps(sums, e);
      _mm512_storeu_ps(x + c, e);
    }
    const __m512 inverse = _mm512_set1_ps(1 / _mm512_reduce_add_ps(sums));
    for (size_t c = 0; c < columns; c += LANES)
      _mm512_storeu_ps(x + c, _mm512_mul_ps(_mm512_loadu_ps(x + c), inverse));
  }
}

enum { NORM_ROWS = 8 };

// Eight sums for eight rows: sums[r] is the sum of lanes of v[r].
AKIN_AVX512_INLINE __m256 sum_lanes(const __m512 v[NORM_ROWS]) {
  __m512 halves[4], quarters[2];
  _Pragma("GCC unroll 4") for (size_t i = 0; i < 4; i++) halves[i] = _mm512_add_ps(
      _mm512_shuffle_f32x4(v[2 * i], v[2 * i + 1], 0x44), _mm512_shuffle_f32x4(v[2 * i], v[2 * i + 1], 0xee));
  _Pragma("GCC unroll 2") for (size_t i = 0; i < 2; i++) quarters[i] =
      _mm512_add_ps(_mm512_shuffle_f32x4(halves[2 * i], halves[2 * i + 1], 0x88),
                    _mm512_shuffle_f32x4(halves[2 * i], halves[2 * i + 1], 0xdd));
  // Row l in 128-bit lane l of the first, row 4 + l in that of the second.
  const __m512 pairs = _mm512_add_ps(_mm512_shuffle_ps(quarters[0], quarters[1], 0x44),
                                     _mm512_shuffle_ps(quarters[0], quarters[1], 0xee));
  const __m512 ones = _mm512_add_ps(pairs, _mm512_permute_ps(pairs, 0xb1));
  const __m512i order = _mm512_set_epi32(0, 0, 0, 0, 0, 0, 0, 0, 14, 10, 6, 2, 12, 8, 4, 0);
  return _mm512_castps512_ps256(_mm512_permutexvar_ps(order, ones));
}

// x + residual to output; returns the sums, lane by lane, in the order that all kernels have (internal.h). Masks would
// keep whole vectors from moving at full speed.
AKIN_AVX512_INLINE __m512 add_residual(const float *x, const float *residual, size_t columns, float *output) {
  __m512 even = _mm512_setzero_ps(), odd = even;
  size_t c = 0;
  for (; c + 2 * LANES <= columns; c += 2 * LANES) {
    __m512 v = _mm512_loadu_ps(x + c), w = _mm512_loadu_ps(x + c + LANES);
    if (residual) {
      v = _mm512_add_ps(v, _mm512_loadu_ps(residual + c));
      w = _mm512_add_ps(w, _mm512_loadu_ps(residual + c + LANES));
    }
    even = _mm512_add_ps(even, v);
    odd = _mm512_add_ps(odd, w);
    _mm512_storeu_ps(output + c, v);
    _mm512_storeu_ps(output + c + LANES, w);
  }
  for (; c < columns; c += LANES) {
    __m512 v = load_lanes(x + c, columns - c);
    if (residual)
      v = _mm512_add_ps(v, load_lanes(residual + c, columns - c));
    even = _mm512_add_ps(even, v);
    store_lanes(output + c, v, columns - c);
  }
  return _mm512_add_ps(even, odd);
}

// The squared deviations, summed lane by lane.
AKIN_AVX512_INLINE __m512 sum_squares(const float *x, size_t columns, __m512 mean) {
  __m512 even = _mm512_setzero_ps(), odd = even;
  size_t c = 0;
  for (; c + 2 * LANES <= columns; c += 2 * LANES) {
    const __m512 v = _mm512_sub_ps(_mm512_loadu_ps(x + c), mean);
    const __m512 w = _mm512_sub_ps(_mm512_loadu_ps(x + c + LANES), mean);
    even = _mm512_fmadd_ps(v, v, even);
    odd = _mm512_fmadd_ps(w, w, odd);
  }
  for (; c < columns; c += LANES) {
    const __m512 v = _mm512_maskz_sub_ps(lane_mask(columns - c), load_lanes(x + c, columns - c), mean);
    even = _mm512_fmadd_ps(v, v, even);
  }
  return _mm512_add_ps(even, odd);
}

// Up to eight rows that stay in the first-level cache, whose sums are taken by one tree of shuffles, and whose roots by
// one instruction. Each row's sums are split over lanes in the same way whatever rows are beside it.
AKIN_AVX512_INLINE void normalize_rows(const float *x, const float *residual, const float *weight, const float *bias,
                                       float epsilon, size_t rows, size_t columns, float *output) {
  __m512 sums[NORM_ROWS], squares[NORM_ROWS];
  for (size_t r = 0; r < NORM_ROWS; r++)
    sums[r] = squares[r] = _mm512_setzero_ps();
  for (size_t r = 0; r < rows; r++)
    sums[r] = add_residual(x + r * columns, residual ? residual + r * columns : NULL, columns, output + r * columns);
  float means[NORM_ROWS], inverses[NORM_ROWS];
  const __m256 count = _mm256_set1_ps((float)columns);
  _mm256_storeu_ps(means, _mm256_div_ps(sum_lanes(sums), count));
  for (size_t r = 0; r < rows; r++)
    squares[r] = sum_squares(output + r * columns, columns, _mm512_set1_ps(means[r]));
  const __m256 variances = _mm256_add_ps(_mm256_div_ps(sum_lanes(squares), count), _mm256_set1_ps(epsilon));
  _mm256_storeu_ps(inverses, _mm256_div_ps(_mm256_set1_ps(1), _mm256_sqrt_ps(variances)));
  for (size_t r = 0; r < rows; r++, output += columns) {
    const __m512 mean = _mm512_set1_ps(means[r]), inverse = _mm512_set1_ps(inverses[r]);
    size_t c = 0;
    for (; c + LANES <= columns; c += LANES) {
      const __m512 v = _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(output + c), mean), inverse);
      _mm512_storeu_ps(output + c, _mm512_fmadd_ps(v, _mm512_loadu_ps(weight + c), _mm512_loadu_ps(bias + c)));
    }
    if (c < columns) {
      const size_t left = columns - c;
      const __m512 v = _mm512_mul_ps(_mm512_sub_ps(load_lanes(output + c, left), mean), inverse);
      store_lanes(output + c, _mm512_fmadd_ps(v, load_lanes(weight + c, left), load_lanes(bias + c, left)), left);
    }
  }
}

AKIN_AVX512 void akin_layer_norm_f32_avx512(const float *x, const float *residual, const float *weight,
                                            const float *bias, float epsilon, size_t rows, size_t columns,
                                            float *output) {
  for (size_t r = 0; r < rows; r += NORM_ROWS)
    normalize_rows(x + r * columns, residual ? residual + r * columns : NULL, weight, bias, epsilon,
                   rows - r < NORM_ROWS ? rows - r : NORM_ROWS, columns, output + r * columns);
}

// x Phi(x) by the tail p = Phi(-|x|): max(x, 0) - |x| p. No digits are lost on either side.
AKIN_AVX512_INLINE void gelu(__m512 *x, const size_t count) {
  __m512 y[16], exponent[16];
  AKIN_EACH(i, count) y[i] = _mm512_min_ps(_mm512_abs_ps(x[i]), _mm512_set1_ps(8));
  AKIN_EACH(i, count) exponent[i] = _mm512_set1_ps(akin_log2_tail[0]);
  AKIN_EACH(k, AKIN_LOG2_TAIL_TERMS - 1)
  AKIN_EACH(i, count) exponent[i] = _mm512_fmadd_ps(exponent[i], y[i], _mm512_set1_ps(akin_log2_tail[k + 1]));
  quick_powers_of_two(exponent, count, akin_power_series, AKIN_POWER_TERMS);
  AKIN_EACH(i, count)
  x[i] = _mm512_fnmadd_ps(_mm512_abs_ps(x[i]), exponent[i], _mm512_max_ps(x[i], _mm512_setzero_ps()));
}

AKIN_AVX512_INLINE __m512 gelu_tanh(__m512 x) {
  const __m512 cube = _mm512_mul_ps(_mm512_mul_ps(x, x), x), most = _mm512_set1_ps(akin_largest_power);
  const __m512 u = _mm512_fmadd_ps(_mm512_set1_ps(0.044715f), cube, x);
  __m512 power = _mm512_mul_ps(_mm512_set1_ps(akin_tanh_factor), u);
  power = _mm512_max_ps(_mm512_min_ps(power, most), _mm512_set1_ps(-akin_largest_power));
  quick_powers_of_two(&power, 1, akin_power_series, AKIN_POWER_TERMS);
  return _mm512_div_ps(x, _mm512_add_ps(_mm512_set1_ps(1), power));
}

AKIN_AVX512 void akin_gelu_f32_avx512(float *x, size_t count) {
  enum { VECTORS = 8 };
  __m512 v[VECTORS];
  size_t i = 0;
  for (; i + VECTORS * LANES <= count; i += VECTORS * LANES) {
    AKIN_EACH(j, VECTORS) v[j] = _mm512_loadu_ps(x + i + j * LANES);
    gelu(v, VECTORS);
    AKIN_EACH(j, VECTORS) _mm512_storeu_ps(x + i + j * LANES, v[j]);
  }
  for (; i < count; i += LANES) {
    v[0] = load_lanes(x + i, count - i);
    gelu(v, 1);
    store_lanes(x + i, v[0], count - i);
  }
}

AKIN_AVX512 void akin_gelu_tanh_f32_avx512(float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES)
    store_lanes(x + i, gelu_tanh(load_lanes(x + i, count - i)), count - i);
}

AKIN_AVX512 void akin_relu_f32_avx512(float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES)
    store_lanes(x + i, _mm512_max_ps(load_lanes(x + i, count - i), _mm512_setzero_ps()), count - i);
}

AKIN_AVX512 void akin_add_scaled_f32_avx512(float *y, const float *x, float a, size_t count) {
  const __m512 factor = _mm512_set1_ps(a);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    _mm512_storeu_ps(y + i, _mm512_fmadd_ps(factor, _mm512_loadu_ps(x + i), _mm512_loadu_ps(y + i)));
  if (i < count)
    store_lanes(y + i, _mm512_fmadd_ps(factor, load_lanes(x + i, count - i), load_lanes(y + i, count - i)), count - i);
}

AKIN_AVX512 void akin_maximum_f32_avx512(float *y, const float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES)
    store_lanes(y + i, _mm512_max_ps(load_lanes(x + i, count - i), load_lanes(y + i, count - i)), count - i);
}

AKIN_AVX512_INLINE __m512 accumulate_product(__m512 sum, __m512 x, __m512 y) {
  return _mm512_fmadd_ps(x, y, sum);
}

AKIN_AVX512_INLINE __m512 accumulate_square(__m512 sum, __m512 x, __m512 y) {
  const __m512 difference = _mm512_sub_ps(x, y);
  return _mm512_fmadd_ps(difference, difference, sum);
}

AKIN_AVX512_INLINE __m512 accumulate_magnitude(__m512 sum, __m512 x, __m512 y) {
  return _mm512_add_ps(sum, _mm512_abs_ps(_mm512_sub_ps(x, y)));
}

AKIN_AVX512_INLINE float sum_of_lanes(__m512 v) {
  const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

// Sums one term over two vectors, in four accumulators: since an addition takes four cycles, and in the order that all
// kernels have (internal.h).
#define AKIN_REDUCE(accumulate)                                                                                        \
  __m512 sums[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};               \
  size_t i = 0;                                                                                                        \
  for (; i + 4 * LANES <= count; i += 4 * LANES)                                                                       \
    for (size_t j = 0; j < 4; j++)                                                                                     \
      sums[j] = accumulate(sums[j], _mm512_loadu_ps(x + i + j * LANES), _mm512_loadu_ps(y + i + j * LANES));           \
  for (; i < count; i += LANES)                                                                                        \
    sums[0] = accumulate(sums[0], load_lanes(x + i, count - i), load_lanes(y + i, count - i));                         \
  return sum_of_lanes(_mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])))

AKIN_AVX512 float akin_dot_f32_avx512(const float *x, const float *y, size_t count) {
  AKIN_REDUCE(accumulate_product);
}

AKIN_AVX512 float akin_squared_distance_f32_avx512(const float *x, const float *y, size_t count) {
  AKIN_REDUCE(accumulate_square);
}

AKIN_AVX512 float akin_absolute_distance_f32_avx512(const float *x, const float *y, size_t count) {
  AKIN_REDUCE(accumulate_magnitude);
}

// The rows are the unsigned side of vpdpbusd, as value + 128; every sum starts from -128 times the query's sum.
AKIN_AVX512 void akin_dot_rows_i8_avx512(const int8_t *query, const int8_t *rows, size_t count, size_t dimensions,
                                         int32_t *scores) {
  const __m512i flip = _mm512_set1_epi8((char)0x80);
  const size_t whole = dimensions - dimensions % 64;
  const __mmask64 rest = byte_mask(dimensions - whole);
  __m512i query_sums = _mm512_setzero_si512();
  for (size_t k = 0; k < dimensions; k += 64)
    query_sums = _mm512_dpbusd_epi32(query_sums, flip, _mm512_maskz_loadu_epi8(byte_mask(dimensions - k), query + k));
  const int32_t start = -_mm512_reduce_add_epi32(query_sums);
  size_t r = 0;
  for (; r + 4 <= count; r += 4, rows += 4 * dimensions) {
    __m512i sums[4];
    for (size_t j = 0; j < 4; j++)
      sums[j] = _mm512_setzero_si512();
    for (size_t k = 0; k < whole; k += 64) {
      const __m512i q = _mm512_loadu_si512(query + k);
      for (size_t j = 0; j < 4; j++) {
        const __m512i x = _mm512_xor_si512(_mm512_loadu_si512(rows + j * dimensions + k), flip);
        sums[j] = _mm512_dpbusd_epi32(sums[j], x, q);
      }
    }
    if (rest) {
      const __m512i q = _mm512_maskz_loadu_epi8(rest, query + whole);
      for (size_t j = 0; j < 4; j++) {
        const __m512i x = _mm512_xor_si512(_mm512_maskz_loadu_epi8(rest, rows + j * dimensions + whole), flip);
        sums[j] = _mm512_dpbusd_epi32(sums[j], x, q);
      }
    }
    for (size_t j = 0; j < 4; j++)
      scores[r + j] = start + _mm512_reduce_add_epi32(sums[j]);
  }
  for (; r < count; r++, rows += dimensions) {
    __m512i sum = _mm512_setzero_si512();
    for (size_t k = 0; k < dimensions; k += 64) {
      const __mmask64 mask = byte_mask(dimensions - k);
      const __m512i x = _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, rows + k), flip);
      sum = _mm512_dpbusd_epi32(sum, x, _mm512_maskz_loadu_epi8(mask, query + k));
    }
    scores[r] = start + _mm512_reduce_add_epi32(sum);
  }
}

AKIN_AVX512 void akin_widen_f16_avx512(const uint8_t *source, size_t count, float *output) {
  const size_t whole = count - count % LANES;
  for (size_t i = 0; i < whole; i += LANES)
    _mm512_storeu_ps(output + i, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(source + 2 * i))));
  for (size_t i = whole; i < count; i++)
    output[i] = akin_f16_to_f32(akin_load_u16(source + 2 * i));
}

AKIN_AVX512 void akin_widen_bf16_avx512(const uint8_t *source, size_t count, float *output) {
  for (size_t i = 0; i < count; i += LANES) {
    const __m512i half = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(lane_mask(count - i), source + 2 * i));
    store_lanes(output + i, _mm512_castsi512_ps(_mm512_slli_epi32(half, 16)), count - i);
  }
}

AKIN_AVX512 void akin_dequantize_q8_0_avx512(const uint8_t *source, size_t blocks, float *output) {
  for (size_t b = 0; b < blocks; b++, source += AKIN_Q8_BLOCK_BYTES) {
    const __m256i half = _mm256_set1_epi16((short)akin_load_u16(source));
    const __m512 scale = _mm512_cvtph_ps(half);
    for (size_t i = 0; i < AKIN_Q8_BLOCK; i += LANES, output += LANES) {
      const __m512i values = _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(source + 2 + i)));
      _mm512_storeu_ps(output, _mm512_mul_ps(scale, _mm512_cvtepi32_ps(values)));
    }
  }
}
#endif
