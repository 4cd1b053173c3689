// What the AVX-512 files share: targets, masks for what is left at a row's end, powers of two.
#ifndef AKIN_AVX512_H
#define AKIN_AVX512_H

#include "vnni.h"

#include <immintrin.h>

#define AKIN_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c")))
#define AKIN_AVX512_INLINE                                                                                             \
  static inline __attribute__((always_inline, target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c")))

enum { LANES = 16, TILE_ROWS = 8, SINGLE_TILE_ROWS = 13 };

static const vnni_tiling avx512_tiling = {SINGLE_TILE_ROWS, TILE_ROWS};

// The first `count` lanes; all of them from 16 on.
AKIN_AVX512_INLINE __mmask16 lane_mask(size_t count) {
  return count >= LANES ? 0xffff : (__mmask16)((1u << count) - 1);
}

// 2^t as 2^n 2^f, with n = round(t).
AKIN_AVX512_INLINE __m512 power_of_two(__m512 t) {
  const __m512 n = _mm512_roundscale_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 f = _mm512_reduce_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 power = _mm512_set1_ps(akin_power_series[0]);
  _Pragma("GCC unroll 8") for (size_t k = 1; k < AKIN_POWER_TERMS; k++) power =
      _mm512_fmadd_ps(power, f, _mm512_set1_ps(akin_power_series[k]));
  return _mm512_scalef_ps(power, n);
}

// 2^t in place for t of at least -126, with additions where their ports are free: n = round(t) comes from the low bits of
// t + 1.5 2^23, and is added to the exponent of a polynomial for 2^(t - n), highest power first.
AKIN_AVX512_INLINE void quick_powers_of_two(__m512 *t, const size_t count, const float *series, const size_t terms) {
  const __m512 shift = _mm512_set1_ps(0x1.8p23f);
  __m512 shifted[16], power[16];
  AKIN_EACH(i, count) shifted[i] = _mm512_add_ps(t[i], shift);
  AKIN_EACH(i, count) t[i] = _mm512_sub_ps(t[i], _mm512_sub_ps(shifted[i], shift));
  AKIN_EACH(i, count) power[i] = _mm512_set1_ps(series[0]);
  AKIN_EACH(k, terms - 1)
    AKIN_EACH(i, count) power[i] = _mm512_fmadd_ps(power[i], t[i], _mm512_set1_ps(series[k + 1]));
  AKIN_EACH(i, count) {
    const __m512i exponent = _mm512_slli_epi32(_mm512_castps_si512(shifted[i]), 23);
    t[i] = _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(power[i]), exponent));
  }
}

typedef enum { LARGEST_UNSIGNED, LARGEST_SIGNED, SUM } reduction;

AKIN_AVX512_INLINE __m512i reduce_pair(const reduction kind, __m512i a, __m512i b) {
  return kind == SUM                ? _mm512_add_epi32(a, b)
         : kind == LARGEST_UNSIGNED ? _mm512_max_epu32(a, b)
                                    : _mm512_max_epi32(a, b);
}

// The sixteen lanes of each of eight vectors reduced to one, for all of them by one tree of shuffles.
AKIN_AVX512_INLINE __m256i reduce_lanes(const reduction kind, const __m512i v[8]) {
  __m512i halves[4], quarters[2];
  _Pragma("GCC unroll 4") for (size_t i = 0; i < 4; i++) halves[i] =
      reduce_pair(kind, _mm512_shuffle_i64x2(v[2 * i], v[2 * i + 1], 0x44),
                  _mm512_shuffle_i64x2(v[2 * i], v[2 * i + 1], 0xee));
  // A vector's in each 128 bits, in order.
  _Pragma("GCC unroll 2") for (size_t i = 0; i < 2; i++) quarters[i] =
      reduce_pair(kind, _mm512_shuffle_i64x2(halves[2 * i], halves[2 * i + 1], 0x88),
                  _mm512_shuffle_i64x2(halves[2 * i], halves[2 * i + 1], 0xdd));
  const __m512i pairs = reduce_pair(kind, _mm512_unpacklo_epi64(quarters[0], quarters[1]),
                                    _mm512_unpackhi_epi64(quarters[0], quarters[1]));
  const __m512i ones = reduce_pair(kind, pairs, _mm512_shuffle_epi32(pairs, _MM_PERM_CDAB));
  // Vector l in lane 4 l, vector 4 + l in lane 4 l + 2.
  const __m512i order = _mm512_set_epi32(0, 0, 0, 0, 0, 0, 0, 0, 14, 10, 6, 2, 12, 8, 4, 0);
  return _mm512_castsi512_si256(_mm512_permutexvar_epi32(order, ones));
}

// The first `count` bytes of 64.
AKIN_AVX512_INLINE __mmask64 byte_mask(size_t count) {
  return count >= 64 ? ~(__mmask64)0 : ((__mmask64)1 << count) - 1;
}

// In avx512_quantize.c and avx512_attention.c.
void akin_quantize_q8_0_avx512(const akin_quantize_q8_0 *task);
int akin_attention_q8_avx512(const akin_attention *attention);

// The row-wise functions, in avx512_rows.c.
void akin_softmax_f32_avx512(float *x, size_t rows, size_t columns, size_t stride, float scale);
void akin_layer_norm_f32_avx512(const float *x, const float *residual, const float *weight, const float *bias,
                                float epsilon, size_t rows, size_t columns, float *output);
void akin_gelu_f32_avx512(float *x, size_t count);
void akin_gelu_tanh_f32_avx512(float *x, size_t count);
void akin_relu_f32_avx512(float *x, size_t count);
void akin_add_scaled_f32_avx512(float *y, const float *x, float a, size_t count);
void akin_maximum_f32_avx512(float *y, const float *x, size_t count);
float akin_dot_f32_avx512(const float *x, const float *y, size_t count);
float akin_squared_distance_f32_avx512(const float *x, const float *y, size_t count);
float akin_absolute_distance_f32_avx512(const float *x, const float *y, size_t count);
void akin_dot_rows_i8_avx512(const int8_t *query, const int8_t *rows, size_t count, size_t dimensions, int32_t *scores);
void akin_widen_f16_avx512(const uint8_t *source, size_t count, float *output);
void akin_widen_bf16_avx512(const uint8_t *source, size_t count, float *output);
void akin_dequantize_q8_0_avx512(const uint8_t *source, size_t blocks, float *output);

#endif
