// What the NEON files share: vectors of four float32, loads of what is left at a row's end, exp.
#ifndef AKIN_NEON_H
#define AKIN_NEON_H

#include "internal.h"

#include <arm_neon.h>

#if defined(__clang__)
#define AKIN_DOTPROD __attribute__((target("dotprod")))
#else
#define AKIN_DOTPROD __attribute__((target("arch=armv8.2-a+dotprod")))
#endif
#define AKIN_NEON_INLINE static inline __attribute__((always_inline))

enum { LANES = 4 };

// Up to four values; the lanes behind `count` are zero and their memory is not touched.
AKIN_NEON_INLINE float32x4_t load_lanes(const float *source, size_t count) {
  if (count >= LANES)
    return vld1q_f32(source);
  float values[LANES] = {0};
  for (size_t i = 0; i < count; i++)
    values[i] = source[i];
  return vld1q_f32(values);
}

AKIN_NEON_INLINE void store_lanes(float *target, float32x4_t values, size_t count) {
  if (count >= LANES) {
    vst1q_f32(target, values);
    return;
  }
  float lanes[LANES];
  vst1q_f32(lanes, values);
  for (size_t i = 0; i < count; i++)
    target[i] = lanes[i];
}

// v in the first `count` lanes, `other` behind them.
AKIN_NEON_INLINE float32x4_t first_lanes(float32x4_t v, size_t count, float other) {
  static const uint32_t indices[LANES] = {0, 1, 2, 3};
  return vbslq_f32(vcltq_u32(vld1q_u32(indices), vdupq_n_u32((uint32_t)count)), v, vdupq_n_f32(other));
}

// exp within 2 ulp for x in [-87, 88]; x is clamped to that range. With n = round(x / ln 2), exp(x) = 2^n exp(r) for
// |r| <= ln 2 / 2, where Taylor's series to r^7 leaves 6e-9. ln 2 is split in two so that n ln 2 has no rounding.
AKIN_NEON_INLINE float32x4_t exponential(float32x4_t x) {
  x = vminq_f32(vmaxq_f32(x, vdupq_n_f32(-87)), vdupq_n_f32(88));
  const float32x4_t n = vrndnq_f32(vmulq_n_f32(x, 1.44269504f));
  float32x4_t r = vfmsq_f32(x, n, vdupq_n_f32(0.693359375f));
  r = vfmsq_f32(r, n, vdupq_n_f32(-2.12194440e-4f));
  float32x4_t series = vdupq_n_f32(1.f / 5040);
  series = vfmaq_f32(vdupq_n_f32(1.f / 720), series, r);
  series = vfmaq_f32(vdupq_n_f32(1.f / 120), series, r);
  series = vfmaq_f32(vdupq_n_f32(1.f / 24), series, r);
  series = vfmaq_f32(vdupq_n_f32(1.f / 6), series, r);
  series = vfmaq_f32(vdupq_n_f32(0.5f), series, r);
  series = vfmaq_f32(vdupq_n_f32(1), series, r);
  series = vfmaq_f32(vdupq_n_f32(1), series, r);
  const int32x4_t exponent = vshlq_n_s32(vcvtq_s32_f32(n), 23);
  return vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(series), exponent));
}

// 2^t for t of at least -126: n = round(t) comes from the low bits of t + 1.5 2^23, and is added to the exponent of a
// polynomial for 2^(t - n), highest power first.
AKIN_NEON_INLINE float32x4_t quick_power_of_two(float32x4_t t, const float *series, size_t terms) {
  const float32x4_t shift = vdupq_n_f32(0x1.8p23f), shifted = vaddq_f32(t, shift);
  const float32x4_t f = vsubq_f32(t, vsubq_f32(shifted, shift));
  float32x4_t power = vdupq_n_f32(series[0]);
  for (size_t k = 1; k < terms; k++)
    power = vfmaq_f32(vdupq_n_f32(series[k]), power, f);
  const int32x4_t exponent = vshlq_n_s32(vreinterpretq_s32_f32(shifted), 23);
  return vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(power), exponent));
}

// One block of activations by the rule of `quantize_q8_0`; and the float32 products. In neon.c.
void akin_quantize_block_neon(const float *x, int8_t *values, float *scale);
void akin_matmul_f32_neon(const akin_matmul_f32 *product);

// In neon_attention.c.
int akin_attention_q8_neon(const akin_attention *attention);

// The row-wise functions, in neon_rows.c.
void akin_softmax_f32_neon(float *x, size_t rows, size_t columns, size_t stride, float scale);
void akin_layer_norm_f32_neon(const float *x, const float *residual, const float *weight, const float *bias,
                              float epsilon, size_t rows, size_t columns, float *output);
void akin_gelu_f32_neon(float *x, size_t count);
void akin_gelu_tanh_f32_neon(float *x, size_t count);
void akin_relu_f32_neon(float *x, size_t count);
void akin_add_scaled_f32_neon(float *y, const float *x, float a, size_t count);
void akin_maximum_f32_neon(float *y, const float *x, size_t count);
float akin_dot_f32_neon(const float *x, const float *y, size_t count);
float akin_squared_distance_f32_neon(const float *x, const float *y, size_t count);
float akin_absolute_distance_f32_neon(const float *x, const float *y, size_t count);
void akin_dot_rows_i8_neon(const int8_t *query, const int8_t *rows, size_t count, size_t dimensions, int32_t *scores);
void akin_widen_f16_neon(const uint8_t *source, size_t count, float *output);
void akin_widen_bf16_neon(const uint8_t *source, size_t count, float *output);
void akin_dequantize_q8_0_neon(const uint8_t *source, size_t blocks, float *output);

#endif
