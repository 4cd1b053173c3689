// What the AVX2 files share: vectors of eight float32, loads of what is left at a row's end, exp.
#ifndef AKIN_AVX2_H
#define AKIN_AVX2_H

#include "internal.h"

#include <immintrin.h>

#define AKIN_AVX2 __attribute__((target("avx2,fma,f16c")))
#define AKIN_AVX2_INLINE static inline __attribute__((always_inline, target("avx2,fma,f16c")))

enum { LANES = 8 };

// All bits set in the first `count` lanes; count in 0...8.
AKIN_AVX2_INLINE __m256i first_lanes(size_t count) {
  static const int32_t ones_then_zeros[2 * LANES] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256((const __m256i *)(ones_then_zeros + LANES - count));
}

// Up to eight values; the lanes behind `count` are zero and their memory is not touched.
AKIN_AVX2_INLINE __m256 load_lanes(const float *source, size_t count) {
  return count >= LANES ? _mm256_loadu_ps(source) : _mm256_maskload_ps(source, first_lanes(count));
}

AKIN_AVX2_INLINE void store_lanes(float *target, __m256 values, size_t count) {
  if (count >= LANES)
    _mm256_storeu_ps(target, values);
  else
    _mm256_maskstore_ps(target, first_lanes(count), values);
}

AKIN_AVX2_INLINE float sum_of_lanes(__m256 v) {
  __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  s = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

AKIN_AVX2_INLINE float maximum_of_lanes(__m256 v) {
  __m128 s = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  s = _mm_max_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
}

// exp within 2 ulp for x in [-87, 88]; x is clamped to that range. With n = round(x / ln 2), exp(x) = 2^n exp(r) for
// |r| <= ln 2 / 2, where Taylor's series to r^7 leaves 6e-9. ln 2 is split in two so that n ln 2 has no rounding.
AKIN_AVX2_INLINE __m256 exponential(__m256 x) {
  x = _mm256_min_ps(_mm256_max_ps(x, _mm256_set1_ps(-87)), _mm256_set1_ps(88));
  const __m256 n =
      _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504f)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375f), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4f), r);
  __m256 series = _mm256_set1_ps(1.f / 5040);
  series = _mm256_fmadd_ps(series, r, _mm256_set1_ps(1.f / 720));
  series = _mm256_fmadd_ps(series, r, _mm256_set1_ps(1.f / 120));
  series = _mm256_fmadd_ps(series, r, _mm256_set1_ps(1.f / 24));
  series = _mm256_fmadd_ps(series, r, _mm256_set1_ps(1.f / 6));
  series = _mm256_fmadd_ps(series, r, _mm256_set1_ps(0.5f));
  series = _mm256_fmadd_ps(series, r, _mm256_set1_ps(1));
  series = _mm256_fmadd_ps(series, r, _mm256_set1_ps(1));
  const __m256i exponent = _mm256_slli_epi32(_mm256_cvtps_epi32(n), 23);
  return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(series), exponent));
}

// 2^t in place for t of at least -126, with additions where their ports are free: n = round(t) comes from the low bits
// of t + 1.5 2^23, and is added to the exponent of a polynomial for 2^(t - n), highest power first.
AKIN_AVX2_INLINE void quick_powers_of_two(__m256 *t, const size_t count, const float *series, const size_t terms) {
  const __m256 shift = _mm256_set1_ps(0x1.8p23f);
  __m256 shifted[4], power[4];
  AKIN_EACH(i, count) shifted[i] = _mm256_add_ps(t[i], shift);
  AKIN_EACH(i, count) t[i] = _mm256_sub_ps(t[i], _mm256_sub_ps(shifted[i], shift));
  AKIN_EACH(i, count) power[i] = _mm256_set1_ps(series[0]);
  AKIN_EACH(k, terms - 1)
  AKIN_EACH(i, count) power[i] = _mm256_fmadd_ps(power[i], t[i], _mm256_set1_ps(series[k + 1]));
  AKIN_EACH(i, count) {
    const __m256i exponent = _mm256_slli_epi32(_mm256_castps_si256(shifted[i]), 23);
    t[i] = _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(power[i]), exponent));
  }
}

// One block of activations by the rule of `quantize_q8_0`, in 16 bits; and the float32 products. In avx2.c.
void akin_quantize_block_avx2(const float *x, int16_t *values, float *scale);
void akin_matmul_f32_avx2(const akin_matmul_f32 *product);

// In avx2_attention.c and avxvnni_attention.c.
int akin_attention_q8_avx2(const akin_attention *attention);
int akin_attention_q8_avxvnni(const akin_attention *attention);

// The row-wise functions, in avx2_rows.c.
void akin_softmax_f32_avx2(float *x, size_t rows, size_t columns, size_t stride, float scale);
void akin_layer_norm_f32_avx2(const float *x, const float *residual, const float *weight, const float *bias,
                              float epsilon, size_t rows, size_t columns, float *output);
void akin_gelu_f32_avx2(float *x, size_t count);
void akin_gelu_tanh_f32_avx2(float *x, size_t count);
void akin_relu_f32_avx2(float *x, size_t count);
void akin_add_scaled_f32_avx2(float *y, const float *x, float a, size_t count);
void akin_maximum_f32_avx2(float *y, const float *x, size_t count);
float akin_dot_f32_avx2(const float *x, const float *y, size_t count);
float akin_squared_distance_f32_avx2(const float *x, const float *y, size_t count);
float akin_absolute_distance_f32_avx2(const float *x, const float *y, size_t count);
void akin_dot_rows_i8_avx2(const int8_t *query, const int8_t *rows, size_t count, size_t dimensions, int32_t *scores);
void akin_widen_f16_avx2(const uint8_t *source, size_t count, float *output);
void akin_widen_bf16_avx2(const uint8_t *source, size_t count, float *output);
void akin_dequantize_q8_0_avx2(const uint8_t *source, size_t blocks, float *output);

#endif
