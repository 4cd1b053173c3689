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

// 2^t within 1e-7 of it. With n = round(t), 2^t = 2^n 2^f for |f| <= 1/2: a polynomial of least relative error.
AKIN_AVX512_INLINE __m512 power_of_two(__m512 t) {
  const __m512 n = _mm512_roundscale_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 f = _mm512_reduce_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 series = _mm512_set1_ps(1.3276446e-3f);
  series = _mm512_fmadd_ps(series, f, _mm512_set1_ps(9.6755419e-3f));
  series = _mm512_fmadd_ps(series, f, _mm512_set1_ps(5.5507135e-2f));
  series = _mm512_fmadd_ps(series, f, _mm512_set1_ps(2.4022120e-1f));
  series = _mm512_fmadd_ps(series, f, _mm512_set1_ps(6.9314694e-1f));
  series = _mm512_fmadd_ps(series, f, _mm512_set1_ps(1));
  return _mm512_scalef_ps(series, n);
}

// The first `count` bytes of 64.
AKIN_AVX512_INLINE __mmask64 byte_mask(size_t count) {
  return count >= 64 ? ~(__mmask64)0 : ((__mmask64)1 << count) - 1;
}

// In avx512_quantize.c and avx512_attention.c.
void akin_quantize_q8_0_avx512(const akin_quantize_q8_0 *task);
void akin_attention_i16_avx512(const akin_attention *attention);

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
