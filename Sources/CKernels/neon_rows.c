// Arm NEON: what works along a row: softmax, layer norm, activation functions, pooling, distances, int8 scan,
// formats.
#if defined(__aarch64__)
#include "neon.h"

#include <math.h>

void akin_softmax_f32_neon(float *x, size_t rows, size_t columns, size_t stride, float scale) {
  const size_t padded = akin_divide_up(columns, AKIN_F32_PANEL) * AKIN_F32_PANEL;
  for (size_t r = 0; r < rows; r++, x += stride) {
    float32x4_t most = vdupq_n_f32(-INFINITY);
    for (size_t c = 0; c < columns; c += LANES)
      most = vmaxq_f32(most, first_lanes(load_lanes(x + c, columns - c), columns - c, -INFINITY));
    const float32x4_t largest = vdupq_n_f32(vmaxvq_f32(most));
    float32x4_t sums = vdupq_n_f32(0);
    for (size_t c = 0; c < columns; c += LANES) {
      const float32x4_t difference = vsubq_f32(load_lanes(x + c, columns - c), largest);
      const float32x4_t e = first_lanes(exponential(vmulq_n_f32(difference, scale)), columns - c, 0);
      sums = vaddq_f32(sums, e);
      vst1q_f32(x + c, e);
    }
    const float inverse = 1 / vaddvq_f32(sums);
    for (size_t c = 0; c < columns; c += LANES)
      vst1q_f32(x + c, vmulq_n_f32(vld1q_f32(x + c), inverse));
    for (size_t c = columns; c < padded; c++)
      x[c] = 0;
  }
}

// The four lanes' halves are added first, as everywhere (internal.h).
AKIN_NEON_INLINE float sum_of_lanes(float32x4_t v) {
  const float32x2_t two = vadd_f32(vget_low_f32(v), vget_high_f32(v));
  return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

// Accumulators of 16 lanes, which stand one behind the other, added in pairs, then their halves and quarters.
AKIN_NEON_INLINE float sum_in_order(float32x4_t *sums, size_t count) {
  for (; count > 4; count /= 2)
    for (size_t i = 0; i < count / 8; i++)
      for (size_t j = 0; j < 4; j++)
        sums[4 * i + j] = vaddq_f32(sums[8 * i + j], sums[8 * i + 4 + j]);
  return sum_of_lanes(vaddq_f32(vaddq_f32(sums[0], sums[2]), vaddq_f32(sums[1], sums[3])));
}

// Which of them a vector at `column` is added to.
AKIN_NEON_INLINE size_t sum_at(size_t column, size_t columns, size_t count) {
  const size_t turn = count * LANES;
  return column / LANES % (column < columns - columns % turn ? count : 4);
}

enum { NORM_SUMS = 8, DISTANCE_SUMS = 16 };

void akin_layer_norm_f32_neon(const float *x, const float *residual, const float *weight, const float *bias,
                              float epsilon, size_t rows, size_t columns, float *output) {
  for (size_t r = 0; r < rows; r++, x += columns, output += columns) {
    float32x4_t sums[NORM_SUMS], squares[NORM_SUMS];
    for (size_t i = 0; i < NORM_SUMS; i++)
      sums[i] = squares[i] = vdupq_n_f32(0);
    for (size_t c = 0; c < columns; c += LANES) {
      float32x4_t v = load_lanes(x + c, columns - c);
      if (residual)
        v = vaddq_f32(v, load_lanes(residual + r * columns + c, columns - c));
      float32x4_t *sum = &sums[sum_at(c, columns, NORM_SUMS)];
      *sum = vaddq_f32(*sum, v);
      store_lanes(output + c, v, columns - c);
    }
    const float32x4_t mean = vdupq_n_f32(sum_in_order(sums, NORM_SUMS) / (float)columns);
    for (size_t c = 0; c < columns; c += LANES) {
      const float32x4_t difference = vsubq_f32(load_lanes(output + c, columns - c), mean);
      const float32x4_t v = first_lanes(difference, columns - c, 0);
      float32x4_t *square = &squares[sum_at(c, columns, NORM_SUMS)];
      *square = vfmaq_f32(*square, v, v);
      store_lanes(output + c, v, columns - c);
    }
    const float inverse = 1 / sqrtf(sum_in_order(squares, NORM_SUMS) / (float)columns + epsilon);
    for (size_t c = 0; c < columns; c += LANES) {
      const float32x4_t v = vmulq_n_f32(load_lanes(output + c, columns - c), inverse);
      const float32x4_t w = load_lanes(weight + c, columns - c), b = load_lanes(bias + c, columns - c);
      store_lanes(output + c, vfmaq_f32(b, v, w), columns - c);
    }
  }
}

// x Phi(x) by the tail p = Phi(-|x|): max(x, 0) - |x| p. No digits are lost on either side.
AKIN_NEON_INLINE float32x4_t gelu(float32x4_t x) {
  const float32x4_t magnitude = vabsq_f32(x), y = vminq_f32(magnitude, vdupq_n_f32(8));
  float32x4_t exponent = vdupq_n_f32(akin_log2_tail[0]);
  for (int i = 1; i < AKIN_LOG2_TAIL_TERMS; i++)
    exponent = vfmaq_f32(vdupq_n_f32(akin_log2_tail[i]), exponent, y);
  const float32x4_t tail = quick_power_of_two(exponent, akin_power_series, AKIN_POWER_TERMS);
  return vfmsq_f32(vmaxq_f32(x, vdupq_n_f32(0)), magnitude, tail);
}

AKIN_NEON_INLINE float32x4_t gelu_tanh(float32x4_t x) {
  const float32x4_t u = vfmaq_f32(x, vdupq_n_f32(0.044715f), vmulq_f32(vmulq_f32(x, x), x));
  const float32x4_t t = vminq_f32(vmulq_n_f32(u, akin_tanh_factor), vdupq_n_f32(akin_largest_power));
  const float32x4_t power =
      quick_power_of_two(vmaxq_f32(t, vdupq_n_f32(-akin_largest_power)), akin_power_series, AKIN_POWER_TERMS);
  return vdivq_f32(x, vaddq_f32(vdupq_n_f32(1), power));
}

void akin_gelu_f32_neon(float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES)
    store_lanes(x + i, gelu(load_lanes(x + i, count - i)), count - i);
}

void akin_gelu_tanh_f32_neon(float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES)
    store_lanes(x + i, gelu_tanh(load_lanes(x + i, count - i)), count - i);
}

void akin_relu_f32_neon(float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES)
    store_lanes(x + i, vmaxq_f32(load_lanes(x + i, count - i), vdupq_n_f32(0)), count - i);
}

void akin_add_scaled_f32_neon(float *y, const float *x, float a, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    const float32x4_t sum = vfmaq_n_f32(load_lanes(y + i, count - i), load_lanes(x + i, count - i), a);
    store_lanes(y + i, sum, count - i);
  }
}

void akin_maximum_f32_neon(float *y, const float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES)
    store_lanes(y + i, vmaxq_f32(load_lanes(x + i, count - i), load_lanes(y + i, count - i)), count - i);
}

AKIN_NEON_INLINE float32x4_t accumulate_product(float32x4_t sum, float32x4_t x, float32x4_t y) {
  return vfmaq_f32(sum, x, y);
}

AKIN_NEON_INLINE float32x4_t accumulate_square(float32x4_t sum, float32x4_t x, float32x4_t y) {
  const float32x4_t difference = vsubq_f32(x, y);
  return vfmaq_f32(sum, difference, difference);
}

AKIN_NEON_INLINE float32x4_t accumulate_magnitude(float32x4_t sum, float32x4_t x, float32x4_t y) {
  return vaddq_f32(sum, vabdq_f32(x, y));
}

// Sums one term over two vectors, in the order that all kernels have.
#define AKIN_REDUCE(accumulate)                                                                                        \
  float32x4_t sums[DISTANCE_SUMS];                                                                                     \
  for (size_t j = 0; j < DISTANCE_SUMS; j++)                                                                           \
    sums[j] = vdupq_n_f32(0);                                                                                          \
  const size_t whole = count - count % (DISTANCE_SUMS * LANES);                                                        \
  for (size_t i = 0; i < whole; i += DISTANCE_SUMS * LANES)                                                            \
    AKIN_EACH(j, DISTANCE_SUMS)                                                                                        \
  sums[j] = accumulate(sums[j], vld1q_f32(x + i + j * LANES), vld1q_f32(y + i + j * LANES));                           \
  for (size_t i = whole; i < count; i += LANES) {                                                                      \
    float32x4_t *sum = &sums[i / LANES % 4];                                                                           \
    *sum = accumulate(*sum, load_lanes(x + i, count - i), load_lanes(y + i, count - i));                               \
  }                                                                                                                    \
  return sum_in_order(sums, DISTANCE_SUMS)

float akin_dot_f32_neon(const float *x, const float *y, size_t count) {
  AKIN_REDUCE(accumulate_product);
}

float akin_squared_distance_f32_neon(const float *x, const float *y, size_t count) {
  AKIN_REDUCE(accumulate_square);
}

float akin_absolute_distance_f32_neon(const float *x, const float *y, size_t count) {
  AKIN_REDUCE(accumulate_magnitude);
}

AKIN_DOTPROD void akin_dot_rows_i8_neon(const int8_t *query, const int8_t *rows, size_t count, size_t dimensions,
                                        int32_t *scores) {
  const size_t whole = dimensions - dimensions % 16;
  for (size_t r = 0; r < count; r += 4) {
    // Behind the last row the last one is taken again.
    const int8_t *row[4];
    for (size_t j = 0; j < 4; j++)
      row[j] = rows + (r + j < count ? r + j : count - 1) * dimensions;
    int32x4_t sums[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
    for (size_t k = 0; k < whole; k += 16) {
      const int8x16_t q = vld1q_s8(query + k);
      for (size_t j = 0; j < 4; j++)
        sums[j] = vdotq_s32(sums[j], vld1q_s8(row[j] + k), q);
    }
    for (size_t j = 0; j < 4 && r + j < count; j++) {
      int32_t sum = vaddvq_s32(sums[j]);
      for (size_t k = whole; k < dimensions; k++)
        sum += (int32_t)query[k] * row[j][k];
      scores[r + j] = sum;
    }
  }
}

void akin_widen_f16_neon(const uint8_t *source, size_t count, float *output) {
  const size_t whole = count - count % LANES;
  for (size_t i = 0; i < whole; i += LANES)
    vst1q_f32(output + i, vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(source + 2 * i))));
  for (size_t i = whole; i < count; i++)
    output[i] = akin_f16_to_f32(akin_load_u16(source + 2 * i));
}

void akin_widen_bf16_neon(const uint8_t *source, size_t count, float *output) {
  const size_t whole = count - count % LANES;
  for (size_t i = 0; i < whole; i += LANES)
    vst1q_f32(output + i, vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u8(vld1_u8(source + 2 * i)), 16)));
  for (size_t i = whole; i < count; i++) {
    const uint32_t bits = (uint32_t)akin_load_u16(source + 2 * i) << 16;
    memcpy(output + i, &bits, sizeof bits);
  }
}

void akin_dequantize_q8_0_neon(const uint8_t *source, size_t blocks, float *output) {
  for (size_t b = 0; b < blocks; b++, source += AKIN_Q8_BLOCK_BYTES) {
    const float scale = akin_f16_to_f32(akin_load_u16(source));
    for (size_t i = 0; i < AKIN_Q8_BLOCK; i += 2 * LANES, output += 2 * LANES) {
      const int16x8_t values = vmovl_s8(vld1_s8((const int8_t *)source + 2 + i));
      vst1q_f32(output, vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(values))), scale));
      vst1q_f32(output + LANES, vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(vget_high_s16(values))), scale));
    }
  }
}
#endif
