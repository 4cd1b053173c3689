// What the files of this room share; callers see CKernels.h only.
#ifndef AKIN_INTERNAL_H
#define AKIN_INTERNAL_H

#include "CKernels.h"

#include <string.h>

// Below this a block of activations is zero: 127 / amax would leave the range of float32, and no product of it with
// a weight's scale is of any weight in a sum.
#define AKIN_SMALLEST_AMAX 0x1p-100f

// Coefficients, from y^1 on, of a polynomial for ln(2 Phi(-y)) on [0, 8]: least squares, reweighted towards the least
// largest error of Phi itself, which is 1e-8.
enum { AKIN_LOG_TAIL_TERMS = 9 };
static const float akin_log_tail[AKIN_LOG_TAIL_TERMS] = {-7.97885377e-01f, -3.18298619e-01f, -3.63865474e-02f,
                                                         4.88885284e-03f,  -8.07964938e-05f, -1.42195918e-04f,
                                                         3.35938043e-05f,  -3.45948745e-06f, 1.38352228e-07f};

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
