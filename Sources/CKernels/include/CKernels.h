/// The contract of Akin's numerical kernels.
///
/// Each instruction set fills one `akin_kernels` table, in a file of its name;
/// scalar.c is the reference and the fallback. Functions behind the table are named `akin_<operation>_<type>_<isa>`.
/// Nothing here allocates, locks, keeps state between calls or knows a model: plain pointers and sizes, all memory the
/// caller's. Counts are in elements unless a name says bytes. Pointers need the alignment of their element type only,
/// quantised rows and panels that of a float. Inputs and outputs may not overlap unless a function says so.
///
/// What holds for every table:
/// - A row's result depends on that row and the weights alone: not on how many rows a call has, which of them it is,
///   or which slice of the columns the call computes. Calls on disjoint outputs may run at the same time.
/// - `matmul_q8_0` and `quantize_q8_0` give the same bits in every table; `attention_q8`, `layer_norm_f32`, the
///   activation functions, `add_scaled_f32` and the distances in every table but the scalar one. The others agree within
///   rounding: products are fused or not, and sums are split into lanes, as the instruction set likes best.
#ifndef AKIN_CKERNELS_H
#define AKIN_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  /// Values in a q8_0 block, along the input dimension.
  AKIN_Q8_BLOCK = 32,
  /// Bytes of a q8_0 block as GGML stores it: a little-endian float16 scale, then 32 signed bytes.
  AKIN_Q8_BLOCK_BYTES = 34,
  /// Columns in a float32 panel.
  AKIN_F32_PANEL = 16
};

/// Quantises activations to q8_0. Per block of 32 columns: scale = amax / 127, value = x * (127 / amax) rounded to
/// nearest, ties to even; behind the last column zeros. A block whose amax is below 2^-100 becomes zeros with scale 0;
/// one that holds an infinity or a NaN becomes zeros with a NaN scale, so that it shows in the result.
typedef struct {
  const float *x;     ///< [rows], `x_stride` apart, of [columns]
  void *quantized;    ///< akin_q8_0_rows_bytes(rows, blocks) bytes, in the table's own order
  size_t x_stride;    ///< at least `columns`
  size_t rows;        ///< any number; the same in every call that fills `quantized` and in the product that reads it
  size_t columns;     ///< of this call; a multiple of 32 unless they are a row's last
  size_t first_block; ///< where these columns' blocks belong in a row
  size_t blocks;      ///< of a whole row
} akin_quantize_q8_0;

/// output[r][c] = bias[c] + sum over k of x[r][k] * w[c][k], for activations and weights in q8_0.
///
/// Within block b of 32 values the integer products are summed exactly in 32 bits: an activation is in [-127, 127] and
/// a weight in [-128, 127], so a block's sum is at most 32 * 127 * 128 = 520,192 in magnitude, 4,096 times less than
/// overflow. Across blocks, from the bias and in the order b = 0, 1, ...:
///     output = fma((float)sum_b, weight_scale_b * activation_scale_b, output)
/// with the product of the scales rounded to float32 first.
typedef struct {
  const void *quantized; ///< `rows` rows of `blocks` blocks from `quantize_q8_0` of the same table
  const void *panels;    ///< ceil(columns / q8_panel_columns) panels from `pack_q8_0` of the same table
  const float *bias;     ///< [columns], or NULL for zeros
  float *output;         ///< [rows], `output_stride` apart, of [columns]
  size_t output_stride;  ///< at least `columns`
  size_t rows;           ///< any number
  size_t columns;        ///< any number; a last panel that is not full has zeros behind them
  size_t blocks;         ///< blocks of 32 along the input dimension; at least 1
} akin_matmul_q8_0;

/// output[r][c] = bias[c] + sum over k of x[r][k] * w[c][k] in float32, from the bias and in the order of k.
typedef struct {
  const float *x;       ///< [rows], `x_stride` apart, of [depth]
  const float *panels;  ///< ceil(columns / 16) panels of [depth][16] from `akin_pack_f32`
  const float *bias;    ///< [columns], or NULL for zeros
  float *output;        ///< [rows], `output_stride` apart, of [columns]
  size_t x_stride;      ///< at least `depth`
  size_t output_stride; ///< at least `columns`
  size_t rows;          ///< any number
  size_t columns;       ///< any number
  size_t depth;         ///< length of the sums; any number
} akin_matmul_f32;

/// Self-attention of one head over the tokens of one sequence, which lie `stride` floats apart in q, k and v:
///     output[r] = softmax over the t that r sees of (scale * q[r] . k[t] + bias[t - r]) times v[t]
/// Query rows are taken a few at a time, so no matrix of tokens by tokens exists.
typedef struct {
  const float *q, *k, *v; ///< the head's first component of the sequence's first token
  float *output;          ///< likewise; tokens are `output_stride` apart
  float *scratch;         ///< akin_attention_scratch() floats, from a cache line's start on
  size_t stride;
  size_t output_stride;
  size_t tokens;    ///< at least 1
  size_t head_size; ///< at least 1
  float scale;      ///< usually 1 / sqrt(head_size)
  const float *bias; ///< points into the middle: from bias[1 - tokens] to bias[tokens - 1]; NULL for zeros
  size_t before;     ///< how many tokens in front of itself a token sees; SIZE_MAX for all
  size_t after;      ///< likewise behind itself
} akin_attention;

/// Whether every token sees every other one.
static inline int akin_sees_all(const akin_attention *attention) {
  return attention->before >= attention->tokens - 1 && attention->after >= attention->tokens - 1;
}

/// One instruction set's kernels.
typedef struct akin_kernels {
  const char *name;        ///< one of akin_kernels_known()
  size_t q8_panel_columns; ///< columns of the weight matrix in one q8_0 panel
  size_t q8_block_bytes;   ///< bytes that one quantised block of activations takes, with its scale
  size_t q8_row_unit;      ///< quantised rows are filled up to a multiple of this

  void (*quantize_q8_0)(const akin_quantize_q8_0 *task);

  /// Rearranges GGML blocks [columns][blocks] into panels of akin_q8_0_panel_bytes() each. -128 is a valid weight.
  void (*pack_q8_0)(const uint8_t *source, size_t columns, size_t blocks, void *panels);

  void (*matmul_q8_0)(const akin_matmul_q8_0 *product);
  void (*matmul_f32)(const akin_matmul_f32 *product);

  /// Attention with its products in integers of 8 and 16 bits, for encoders in q8_0. Queries and keys are rounded to 127
  /// steps of their largest magnitude; the result is within 3e-3 of the largest value of what is exact for these. A number
  /// that is not one shows in all of the output. The same bits from every table that has it; NULL in the scalar one.
  /// Returns 0, and computes nothing, where the bias or what is not seen cannot be said in steps of the scores, which are
  /// then so small that nothing but the bias counts.
  int (*attention_q8)(const akin_attention *attention);

  /// In place on [rows], `stride` apart: x = exp(scale * (x - max)) / sum over the first `columns` entries of a row;
  /// the entries up to the next multiple of 16 become 0. `stride` is at least that multiple; `scale` is positive.
  void (*softmax_f32)(float *x, size_t rows, size_t columns, size_t stride, float scale);

  /// output = (x - mean) / sqrt(variance + epsilon) * weight + bias over each row of [columns], rows end to end, where
  /// x is x + residual if that is not NULL. The variance is the mean of the squared deviations. `output` may be `x` or
  /// `residual`.
  void (*layer_norm_f32)(const float *x, const float *residual, const float *weight, const float *bias, float epsilon,
                         size_t rows, size_t columns, float *output);

  /// In place: x * Phi(x), by the error function; within 5e-7 of it for |x| < 8, and in relative terms beyond.
  void (*gelu_f32)(float *x, size_t count);
  /// In place: 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
  void (*gelu_tanh_f32)(float *x, size_t count);
  /// In place: max(x, 0).
  void (*relu_f32)(float *x, size_t count);

  /// y += a * x.
  void (*add_scaled_f32)(float *y, const float *x, float a, size_t count);
  /// y = max(y, x) in every component.
  void (*maximum_f32)(float *y, const float *x, size_t count);
  /// scores[r] = sum over k of query[k] * rows[r][k], exactly, for `count` rows of `dimensions` bytes, end to end.
  /// `dimensions` is at most 65,536, so that no sum leaves 32 bits.
  void (*dot_rows_i8)(const int8_t *query, const int8_t *rows, size_t count, size_t dimensions, int32_t *scores);

  /// Sum of x * y.
  float (*dot_f32)(const float *x, const float *y, size_t count);
  /// Sum of (x - y)^2.
  float (*squared_distance_f32)(const float *x, const float *y, size_t count);
  /// Sum of |x - y|.
  float (*absolute_distance_f32)(const float *x, const float *y, size_t count);

  /// IEEE binary16, little-endian and at any address, to float32; exact.
  void (*widen_f16)(const uint8_t *source, size_t count, float *output);
  /// bfloat16, little-endian and at any address, to float32; exact.
  void (*widen_bf16)(const uint8_t *source, size_t count, float *output);
  /// GGML blocks to float32: scale times value, rounded once.
  void (*dequantize_q8_0)(const uint8_t *source, size_t blocks, float *output);
} akin_kernels;

/// The table of that name, or NULL if it is unknown or this CPU cannot run it. NULL as name: the fastest that it can.
const akin_kernels *akin_kernels_named(const char *name);
/// The tables this CPU can run, fastest first; NULL from the index on that has none. "scalar" is always the last.
const akin_kernels *akin_kernels_at(size_t index);
/// Comma-separated names of every table in any build of Akin, for error messages.
const char *akin_kernels_known(void);
/// Names of the CPU features that the kernels ask for and this CPU and system have; NULL from the index on that has
/// none.
const char *akin_cpu_feature(size_t index);
/// How many CPUs the system lets this process run on; 0 where it does not say.
size_t akin_cpu_affinity(void);

/// Tells the CPU that a thread waits in a loop for another one: some tens of nanoseconds, with less power and room taken.
static inline void akin_spin_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

/// Bytes of `rows` rows of `blocks` quantised blocks of activations.
size_t akin_q8_0_rows_bytes(const akin_kernels *kernels, size_t rows, size_t blocks);

/// Bytes of one panel of this table for `blocks` blocks.
size_t akin_q8_0_panel_bytes(const akin_kernels *kernels, size_t blocks);

/// Quantises weights by GGML's rule (ggml-quants.c, quantize_row_q8_0_ref): scale = amax / 127 stored as float16,
/// value = x * (127 / amax computed as 1 / scale) rounded to nearest, ties away from zero; zeros for a block of zeros.
/// `count` need not be a multiple of 32: the last block is filled with zeros. Writes ceil(count / 32) blocks.
/// Returns 0, or 1 + the index of the first block whose scale is not a finite float16 (a NaN, an infinity or
/// a magnitude over 127 * 65504 among its values), where it stops.
size_t akin_quantize_weights_q8_0(const float *x, size_t count, uint8_t *blocks);

/// Lays a matrix out in panels of 16 columns: panels[c / 16][k][c % 16] = source[c * column_stride + k * depth_stride],
/// zeros behind the last column. Writes ceil(columns / 16) * depth * 16 floats.
void akin_pack_f32(const float *source, size_t columns, size_t depth, size_t column_stride, size_t depth_stride,
                   float *panels);

/// x *= factor. This and the four below are compiled once for all tables, and give the same bits everywhere.
void akin_scale_f32(float *x, float factor, size_t count);
/// x *= y.
void akin_multiply_f32(float *x, const float *y, size_t count);
/// In place: x / (1 + exp(-x)), within 5e-7 of it in relative terms.
void akin_silu_f32(float *x, size_t count);
/// output = x / sqrt(mean of x^2 + epsilon) * weight over each row of [columns]. `output` may be `x`.
void akin_rms_norm_f32(const float *x, size_t x_stride, const float *weight, float epsilon, size_t rows, size_t columns,
                       float *output, size_t output_stride);
/// Turns the pairs (x[i], x[half + i]) of each row, i < half, by the angles whose cosines and sines are given, [rows][half].
void akin_rotate_f32(float *x, size_t stride, size_t rows, const float *cosines, const float *sines, size_t half);

/// Floats of scratch that attention needs in any table.
size_t akin_attention_scratch(size_t tokens, size_t head_size);
/// In float32, with the products of that table, and its softmax where every token sees every other one and there is no bias.
/// With a bias, or a part of the tokens seen, every table but the scalar one gives the same bits.
void akin_attention_f32(const akin_kernels *kernels, const akin_attention *attention);

#ifdef __cplusplus
}
#endif

#endif
