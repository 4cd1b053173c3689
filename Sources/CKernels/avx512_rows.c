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

AKIN_AVX512_INLINE float sum_of_four(const __m512 sums[4]) {
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])));
}

// Sums in four accumulators, since an addition takes several cycles.
AKIN_AVX512 void akin_layer_norm_f32_avx512(const float *x, const float *residual, const float *weight,
                                            const float *bias, float epsilon, size_t rows, size_t columns,
                                            float *output) {
  for (size_t r = 0; r < rows; r++, x += columns, output += columns) {
    __m512 sums[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};
    __m512 squares[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};
    for (size_t first = 0; first < columns; first += 4 * LANES)
      for (size_t i = 0, c = first; i < 4 && c < columns; i++, c += LANES) {
        __m512 v = load_lanes(x + c, columns - c);
        if (residual)
          v = _mm512_add_ps(v, load_lanes(residual + r * columns + c, columns - c));
        sums[i] = _mm512_add_ps(sums[i], v);
        store_lanes(output + c, v, columns - c);
      }
    const __m512 mean = _mm512_set1_ps(sum_of_four(sums) / (float)columns);
    for (size_t first = 0; first < columns; first += 4 * LANES)
      for (size_t i = 0, c = first; i < 4 && c < columns; i++, c += LANES) {
        const __m512 v = _mm512_maskz_sub_ps(lane_mask(columns - c), load_lanes(output + c, columns - c), mean);
        squares[i] = _mm512_fmadd_ps(v, v, squares[i]);
      }
    const __m512 inverse = _mm512_set1_ps(1 / sqrtf(sum_of_four(squares) / (float)columns + epsilon));
    for (size_t c = 0; c < columns; c += LANES) {
      const __m512 v = _mm512_mul_ps(_mm512_sub_ps(load_lanes(output + c, columns - c), mean), inverse);
      const __m512 w = load_lanes(weight + c, columns - c), b = load_lanes(bias + c, columns - c);
      store_lanes(output + c, _mm512_fmadd_ps(v, w, b), columns - c);
    }
  }
}

// x Phi(x) by the tail p = Phi(-|x|): max(x, 0) - |x| p. No digits are lost on either side. log2(2 p) is a polynomial
// in y = |x| on [0, 8], fitted so that the largest error of x Phi(x), 5e-8, is least.
AKIN_AVX512_INLINE __m512 gelu(__m512 x) {
  const __m512 magnitude = _mm512_abs_ps(x), y = _mm512_min_ps(magnitude, _mm512_set1_ps(8));
  __m512 exponent = _mm512_set1_ps(5.0075414e-6f);
  exponent = _mm512_fmadd_ps(exponent, y, _mm512_set1_ps(-2.0895834e-5f));
  exponent = _mm512_fmadd_ps(exponent, y, _mm512_set1_ps(-5.4073764e-4f));
  exponent = _mm512_fmadd_ps(exponent, y, _mm512_set1_ps(7.5957696e-3f));
  exponent = _mm512_fmadd_ps(exponent, y, _mm512_set1_ps(-5.2865706e-2f));
  exponent = _mm512_fmadd_ps(exponent, y, _mm512_set1_ps(-4.5908812e-1f));
  exponent = _mm512_fmadd_ps(exponent, y, _mm512_set1_ps(-1.1511182f));
  const __m512 tail = power_of_two(_mm512_fmadd_ps(exponent, y, _mm512_set1_ps(-1)));
  return _mm512_fnmadd_ps(magnitude, tail, _mm512_max_ps(x, _mm512_setzero_ps()));
}

// 0.5 (1 + tanh(u)) = 1 / (1 + exp(-2 u)).
AKIN_AVX512_INLINE __m512 gelu_tanh(__m512 x) {
  const __m512 cube = _mm512_mul_ps(_mm512_mul_ps(x, x), x);
  const __m512 u = _mm512_fmadd_ps(_mm512_set1_ps(0.044715f), cube, x);
  const __m512 e = power_of_two(_mm512_mul_ps(_mm512_set1_ps(-2 * 0.79788456f * log2_e), u));
  return _mm512_div_ps(x, _mm512_add_ps(_mm512_set1_ps(1), e));
}

AKIN_AVX512 void akin_gelu_f32_avx512(float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES)
    store_lanes(x + i, gelu(load_lanes(x + i, count - i)), count - i);
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
  for (size_t i = 0; i < count; i += LANES)
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

// Sums one term over two vectors, in four accumulators, since an addition takes four cycles.
#define AKIN_REDUCE(accumulate)                                                                                        \
  __m512 sums[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};               \
  size_t i = 0;                                                                                                        \
  for (; i + 4 * LANES <= count; i += 4 * LANES)                                                                       \
    for (size_t j = 0; j < 4; j++)                                                                                     \
      sums[j] = accumulate(sums[j], _mm512_loadu_ps(x + i + j * LANES), _mm512_loadu_ps(y + i + j * LANES));           \
  for (; i < count; i += LANES)                                                                                        \
    sums[0] = accumulate(sums[0], load_lanes(x + i, count - i), load_lanes(y + i, count - i));                         \
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])))

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
    const __m512 scale = _mm512_set1_ps(akin_f16_to_f32(akin_load_u16(source)));
    for (size_t i = 0; i < AKIN_Q8_BLOCK; i += LANES, output += LANES) {
      const __m512i values = _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(source + 2 + i)));
      _mm512_storeu_ps(output, _mm512_mul_ps(scale, _mm512_cvtepi32_ps(values)));
    }
  }
}
#endif
