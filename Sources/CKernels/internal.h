// What the files of this room share; callers see CKernels.h only.
#ifndef AKIN_INTERNAL_H
#define AKIN_INTERNAL_H

#include "CKernels.h"

#include <string.h>

// Below this a block of activations is zero: 127 / amax would leave the range of float32, and no product of it with
// a weight's scale is of any weight in a sum.
#define AKIN_SMALLEST_AMAX 0x1p-100f

// A vector has the same bits whatever SIMD kernels computed it, so that one index serves many machines: elements go
// through the same operations, fused where fused, and sums are added up in one order. A sum over a row is split over
// accumulators of 16 lanes (two in turn for layer norm, four for distances; the first takes what is left behind whole
// turns), which are then added in pairs, then their halves, quarters, and so on. The scalar kernels are a reference and
// keep the plain order.

// log2 of the tail Phi(-y) for y in [0, 8], highest power first, fitted so that the largest error of x Phi(x), 5e-8, is
// least.
enum { AKIN_LOG2_TAIL_TERMS = 8 };
static const float akin_log2_tail[AKIN_LOG2_TAIL_TERMS] = {
    5.0075414e-6f, -2.0895834e-5f, -5.4073764e-4f, 7.5957696e-3f, -5.2865706e-2f, -4.5908812e-1f, -1.1511182f, -1};

// GELU by tanh is x / (1 + 2^t) with t = akin_tanh_factor (x + 0.044715 x^3), since 0.5 (1 + tanh(u)) = 1 / (1 + exp(-2
// u)); beyond |t| = 126 the quotient is x or nothing.
static const float akin_tanh_factor = -2 * 0.79788456f * 1.44269504f, akin_largest_power = 126;

// For 2^f with |f| <= 1/2, highest power first: the polynomial of least relative error, 1e-7; and a shorter one within
// 8e-5, which is less than one step of attention's largest weight.
enum { AKIN_POWER_TERMS = 6, AKIN_SHORT_POWER_TERMS = 4 };
static const float akin_power_series[AKIN_POWER_TERMS] = {1.3276446e-3f, 9.6755419e-3f, 5.5507135e-2f,
                                                          2.4022120e-1f, 6.9314694e-1f, 1};
static const float akin_short_power_series[AKIN_SHORT_POWER_TERMS] = {5.5170324e-2f, 2.4261108e-1f, 6.9326127e-1f,
                                                                      9.9992806e-1f};

// Attention in integers: queries and keys are rounded to 127 steps of their largest magnitude, values to 4095, and a row's
// largest softmax weight is 8191, of which the third is the logarithm to base 2. 64 products of such weights and values are
// the most that a sum of 32 bits holds.
static const float akin_largest_step = 127, akin_largest_value = 4095, akin_log2_largest_weight = 12.9998239f;

// Repeats a statement for vectors 0 to n - 1 with n a constant: long chains of operations keep the pipes full when
// several vectors go through them side by side.
#define AKIN_EACH(i, n) _Pragma("GCC unroll 16") for (size_t i = 0; i < (n); i++)

extern const akin_kernels akin_kernels_scalar;
#if defined(__x86_64__)
extern const akin_kernels akin_kernels_avx512vnni, akin_kernels_avxvnni, akin_kernels_avx2;
#elif defined(__aarch64__)
extern const akin_kernels akin_kernels_i8mm, akin_kernels_neon;
#endif

typedef enum {
  AKIN_CPU_PROBED = 1 << 0, // set once the others are known
  AKIN_CPU_AVX2 = 1 << 1,
  AKIN_CPU_FMA = 1 << 2,
  AKIN_CPU_F16C = 1 << 3,
  AKIN_CPU_AVX512 = 1 << 4, // F, BW, DQ and VL
  AKIN_CPU_AVX512_VNNI = 1 << 5,
  AKIN_CPU_AVX_VNNI = 1 << 6,
  AKIN_CPU_DOTPROD = 1 << 7,
  AKIN_CPU_I8MM = 1 << 8,
} akin_cpu_flags;

// The features of this CPU that the operating system has switched on.
unsigned akin_cpu_features(void);

// Compares magnitudes by their bits, which order infinities and NaNs above all numbers: what is not finite shows.
float akin_largest_magnitude(const float *x, size_t count);

// In place: the softmax of scale * scores + bias, where `bias` may be NULL; the same bits everywhere. `count` is at least 1.
void akin_biased_softmax(float *scores, const float *bias, float scale, size_t count);

// What integer attention adds to scores, in their steps of `factor`, by the distance from query to key: a table of
// akin_distance_table_count() numbers, whose middle, for the distance 0, is at tokens - 1. Keys that are not seen get a number
// whose weight is 0. Returns 0 where no such table can be made.
int akin_distance_table(const akin_attention *attention, float factor, int32_t *table);

// With room behind the last distance for whole vectors of keys.
static inline size_t akin_distance_table_count(size_t tokens) {
  return 2 * tokens + 32;
}

// Where a score of query `row`, of those of one sequence, with key 0 finds what is added to it; rows behind the last count as it.
static inline size_t akin_distance_start(size_t tokens, size_t row) {
  return tokens - 1 - (row < tokens ? row : tokens - 1);
}

// Whether integer attention adds something to its scores.
static inline int akin_has_distances(const akin_attention *attention) {
  return attention->bias || !akin_sees_all(attention);
}

float akin_f16_to_f32(uint16_t half);
// Rounds to nearest, ties to even; overflow gives infinity.
uint16_t akin_f32_to_f16(float value);

static inline uint16_t akin_load_u16(const uint8_t *bytes) {
  return (uint16_t)(bytes[0] | bytes[1] << 8);
}

// The sums of a panel of 16 columns: a copy of constant size is a few instructions, one of any other size is a call.
static inline void akin_store_columns(float *output, const float *sums, size_t width) {
  if (width == AKIN_F32_PANEL)
    memcpy(output, sums, AKIN_F32_PANEL * sizeof *output);
  else
    memcpy(output, sums, width * sizeof *output);
}

static inline size_t akin_divide_up(size_t count, size_t unit) {
  return (count + unit - 1) / unit;
}

#endif
