// Arm NEON with the dot-product extension: self-attention of one head, its products in integers.
//
// As in avx512_attention.c, queries, keys and values have one scale each for the head and sequence, so a score is an
// integer times one constant. Queries and keys have 8 bits (sdot), values 12 and softmax weights 13 (smlal, whose sums
// are carried over to float32 every 64 tokens). Every rounding is as there, so the result has the same bits.
#if defined(__aarch64__)
#include "neon.h"

#include <math.h>

enum { QUERY_ROWS = 4, COLUMNS = 16, VECTORS = COLUMNS / LANES, SUM_TOKENS = 64 };

typedef struct {
  float scale;   // of one step; NaN where a component is not a number
  float inverse; // 0 where all components are
} quantiser;

static quantiser quantiser_for(const float *x, size_t tokens, size_t stride, size_t size, float limit) {
  uint32x4_t largest = vdupq_n_u32(0);
  for (size_t t = 0; t < tokens; t++, x += stride)
    for (size_t c = 0; c < size; c += LANES)
      largest = vmaxq_u32(largest, vreinterpretq_u32_f32(vabsq_f32(load_lanes(x + c, size - c))));
  // As integers, magnitudes are ordered like numbers, with infinities and NaNs above them.
  const uint32_t most = vmaxvq_u32(largest);
  float amax;
  memcpy(&amax, &most, sizeof amax);
  if (!isfinite(amax))
    return (quantiser){NAN, 0};
  return amax < AKIN_SMALLEST_AMAX ? (quantiser){0, 0} : (quantiser){amax / limit, limit / amax};
}

// Eight components in 16 bits, zeros behind `count`.
AKIN_NEON_INLINE int16x8_t quantised(const float *x, size_t count, float inverse) {
  const int32x4_t low = vcvtnq_s32_f32(vmulq_n_f32(load_lanes(x, count), inverse));
  const int32x4_t high =
      count > LANES ? vcvtnq_s32_f32(vmulq_n_f32(load_lanes(x + LANES, count - LANES), inverse)) : vdupq_n_s32(0);
  return vcombine_s16(vmovn_s32(low), vmovn_s32(high));
}

// Sixteen components in 8 bits, zeros behind `count`.
AKIN_NEON_INLINE int8x16_t quantised_bytes(const float *x, size_t count, float inverse) {
  const int16x8_t high = count > 2 * LANES ? quantised(x + 2 * LANES, count - 2 * LANES, inverse) : vdupq_n_s16(0);
  return vcombine_s8(vmovn_s16(quantised(x, count, inverse)), vmovn_s16(high));
}

// Panels of 16 tokens: [quads of components][16 tokens][4]; components and tokens filled up to multiples of 16 by
// zeros.
static void pack_keys(const akin_attention *attention, float inverse, int8_t *panels) {
  const size_t size = attention->head_size;
  for (size_t first = 0; first < attention->tokens; first += COLUMNS)
    for (size_t c = 0; c < size; c += COLUMNS, panels += COLUMNS * COLUMNS)
      for (size_t t = 0; t < COLUMNS; t++) {
        int8_t bytes[COLUMNS] = {0};
        if (first + t < attention->tokens)
          vst1q_s8(bytes, quantised_bytes(attention->k + (first + t) * attention->stride + c, size - c, inverse));
        for (size_t q = 0; q < COLUMNS / 4; q++)
          memcpy(panels + (q * COLUMNS + t) * 4, bytes + 4 * q, 4);
      }
}

// Panels of 16 components: [tokens][16]; both filled up to a multiple of 16 by zeros.
static void pack_values(const akin_attention *attention, float inverse, size_t padded_tokens, int16_t *panels) {
  for (size_t c = 0; c < attention->head_size; c += COLUMNS)
    for (size_t t = 0; t < padded_tokens; t++)
      for (size_t half = 0; half < COLUMNS; half += 2 * LANES, panels += 2 * LANES) {
        const size_t from = c + half;
        vst1q_s16(panels,
                  t < attention->tokens && from < attention->head_size
                      ? quantised(attention->v + t * attention->stride + from, attention->head_size - from, inverse)
                      : vdupq_n_s16(0));
      }
}

// sums[r] += 16 tokens' products with four of the 16 components in x[r]; the quarter must be a literal.
#define AKIN_MULTIPLY_QUAD(quarter)                                                                                    \
  for (size_t j = 0; j < VECTORS; j++) {                                                                               \
    const int8x16_t k = vld1q_s8(keys + (quarter) * 4 * COLUMNS + j * 16);                                             \
    for (size_t r = 0; r < QUERY_ROWS; r++)                                                                            \
      sums[r][j] = vdotq_laneq_s32(sums[r][j], k, x[r], quarter);                                                      \
  }

// Scores of the rows with one panel of keys. `distances` is what is added to a row's, or NULL.
AKIN_DOTPROD static void score_panel(const int8_t *queries, const int32_t *const *distances, const int8_t *keys,
                                     size_t padded_size, int32_t *scores, size_t stride) {
  int32x4_t sums[QUERY_ROWS][VECTORS];
  for (size_t r = 0; r < QUERY_ROWS; r++)
    for (size_t j = 0; j < VECTORS; j++)
      sums[r][j] = distances ? vld1q_s32(distances[r] + j * LANES) : vdupq_n_s32(0);
  for (size_t c = 0; c < padded_size; c += COLUMNS, keys += COLUMNS * COLUMNS) {
    int8x16_t x[QUERY_ROWS];
    for (size_t r = 0; r < QUERY_ROWS; r++)
      x[r] = vld1q_s8(queries + r * padded_size + c);
    AKIN_MULTIPLY_QUAD(0)
    AKIN_MULTIPLY_QUAD(1)
    AKIN_MULTIPLY_QUAD(2)
    AKIN_MULTIPLY_QUAD(3)
  }
  for (size_t r = 0; r < QUERY_ROWS; r++)
    for (size_t j = 0; j < VECTORS; j++)
      vst1q_s32(scores + r * stride + j * LANES, sums[r][j]);
}

static int32_t largest_score(const int32_t *scores, size_t tokens) {
  int32x4_t most = vdupq_n_s32(INT32_MIN);
  size_t t = 0;
  for (; t + LANES <= tokens; t += LANES)
    most = vmaxq_s32(most, vld1q_s32(scores + t));
  int32_t largest = vmaxvq_s32(most);
  for (; t < tokens; t++)
    largest = scores[t] > largest ? scores[t] : largest;
  return largest;
}

// weights = round(2^(base * score + offset)) for one row, zeros from `tokens` to the next multiple of 16; returns their
// sum.
static int32_t weigh(const int32_t *scores, size_t tokens, float base, float offset, int16_t *weights) {
  int32x4_t sums = vdupq_n_s32(0);
  size_t t = 0;
  for (; t < tokens; t += LANES) {
    float32x4_t power = vfmaq_n_f32(vdupq_n_f32(offset), vcvtq_f32_s32(vld1q_s32(scores + t)), base);
    // What is below a half is 0, also at 2^-2.
    power = quick_power_of_two(vmaxnmq_f32(power, vdupq_n_f32(-2)), akin_short_power_series, AKIN_SHORT_POWER_TERMS);
    const int32x4_t weight = vcvtnq_s32_f32(first_lanes(power, tokens - t, 0));
    sums = vaddq_s32(sums, weight);
    vst1_s16(weights + t, vmovn_s32(weight));
  }
  for (; t % COLUMNS; t += LANES)
    vst1_s16(weights + t, vdup_n_s16(0));
  return vaddvq_s32(sums);
}

// sums[r] += one token's value times its weight, the lane-th of the eight in w[r]; the lane must be a literal.
#define AKIN_MIX_TOKEN(lane)                                                                                           \
  {                                                                                                                    \
    const int16x8_t low = vld1q_s16(values + (t + (lane)) * COLUMNS);                                                  \
    const int16x8_t high = vld1q_s16(values + (t + (lane)) * COLUMNS + 2 * LANES);                                     \
    for (size_t r = 0; r < QUERY_ROWS; r++) {                                                                          \
      sums[r][0] = vmlal_laneq_s16(sums[r][0], vget_low_s16(low), w[r], lane);                                         \
      sums[r][1] = vmlal_high_laneq_s16(sums[r][1], low, w[r], lane);                                                  \
      sums[r][2] = vmlal_laneq_s16(sums[r][2], vget_low_s16(high), w[r], lane);                                        \
      sums[r][3] = vmlal_high_laneq_s16(sums[r][3], high, w[r], lane);                                                 \
    }                                                                                                                  \
  }

// output = factors[r] times weights by a panel of values, of whose components `count` are there. A sum of 64 products
// of 13 by 12 bits is the most that 32 bits hold.
static void mix_panel(const int16_t *weights, size_t padded_tokens, const int16_t *values, const float *factors,
                      size_t rows, size_t count, float *output, size_t output_stride) {
  float32x4_t totals[QUERY_ROWS][VECTORS];
  for (size_t r = 0; r < QUERY_ROWS; r++)
    for (size_t j = 0; j < VECTORS; j++)
      totals[r][j] = vdupq_n_f32(0);
  for (size_t first = 0; first < padded_tokens; first += SUM_TOKENS) {
    const size_t end = padded_tokens - first < SUM_TOKENS ? padded_tokens : first + SUM_TOKENS;
    int32x4_t sums[QUERY_ROWS][VECTORS];
    for (size_t r = 0; r < QUERY_ROWS; r++)
      for (size_t j = 0; j < VECTORS; j++)
        sums[r][j] = vdupq_n_s32(0);
    for (size_t t = first; t < end; t += 8) {
      int16x8_t w[QUERY_ROWS];
      for (size_t r = 0; r < QUERY_ROWS; r++)
        w[r] = vld1q_s16(weights + r * padded_tokens + t);
      AKIN_MIX_TOKEN(0)
      AKIN_MIX_TOKEN(1)
      AKIN_MIX_TOKEN(2)
      AKIN_MIX_TOKEN(3)
      AKIN_MIX_TOKEN(4)
      AKIN_MIX_TOKEN(5)
      AKIN_MIX_TOKEN(6)
      AKIN_MIX_TOKEN(7)
    }
    for (size_t r = 0; r < QUERY_ROWS; r++)
      for (size_t j = 0; j < VECTORS; j++)
        totals[r][j] = vaddq_f32(totals[r][j], vcvtq_f32_s32(sums[r][j]));
  }
  for (size_t r = 0; r < rows; r++, output += output_stride)
    for (size_t j = 0; j < VECTORS && j * LANES < count; j++)
      store_lanes(output + j * LANES, vmulq_n_f32(totals[r][j], factors[r]), count - j * LANES);
}

int akin_attention_q8_neon(const akin_attention *attention) {
  const size_t tokens = attention->tokens, size = attention->head_size, stride = attention->stride;
  const size_t padded_size = akin_divide_up(size, COLUMNS) * COLUMNS;
  const size_t padded_tokens = akin_divide_up(tokens, COLUMNS) * COLUMNS;
  const quantiser queries = quantiser_for(attention->q, tokens, stride, size, akin_largest_step);
  const quantiser keys = quantiser_for(attention->k, tokens, stride, size, akin_largest_step);
  const quantiser values = quantiser_for(attention->v, tokens, stride, size, akin_largest_value);
  const float factor = attention->scale * queries.scale * keys.scale;
  const float base = 1.44269504f * factor;
  const float step = values.scale + 0 * factor; // NaN where a query or key is

  char *memory = (char *)attention->scratch;
  int16_t *value_panels = (int16_t *)memory;
  memory += padded_tokens * padded_size * sizeof(int16_t);
  int8_t *key_panels = (int8_t *)memory;
  memory += padded_tokens * padded_size;
  int32_t *scores = (int32_t *)memory; // [QUERY_ROWS][padded_tokens]
  memory += QUERY_ROWS * padded_tokens * sizeof(int32_t);
  int16_t *weights = (int16_t *)memory; // [QUERY_ROWS][padded_tokens]
  memory += QUERY_ROWS * padded_tokens * sizeof(int16_t);
  int8_t *query_rows = (int8_t *)memory; // [QUERY_ROWS][padded_size]
  memory += QUERY_ROWS * padded_size;
  int32_t *distances = (int32_t *)memory; // [akin_distance_table_count(tokens)]
  const int has_distances = akin_has_distances(attention);
  if (has_distances && !akin_distance_table(attention, factor, distances))
    return 0;
  pack_keys(attention, keys.inverse, key_panels);
  pack_values(attention, values.inverse, padded_tokens, value_panels);

  for (size_t first = 0; first < tokens; first += QUERY_ROWS) {
    const size_t rows = tokens - first < QUERY_ROWS ? tokens - first : QUERY_ROWS;
    for (size_t r = 0; r < QUERY_ROWS; r++) // the last row stands for those that are missing
      for (size_t c = 0; c < size; c += COLUMNS)
        vst1q_s8(query_rows + r * padded_size + c,
                 quantised_bytes(attention->q + (first + (r < rows ? r : rows - 1)) * stride + c, size - c,
                                 queries.inverse));
    for (size_t t = 0; t < tokens; t += COLUMNS) {
      const int32_t *added[QUERY_ROWS];
      for (size_t r = 0; r < QUERY_ROWS; r++)
        added[r] = distances + akin_distance_start(tokens, first + r) + t;
      score_panel(query_rows, has_distances ? added : NULL, key_panels + t * padded_size, padded_size, scores + t,
                  padded_tokens);
    }
    float factors[QUERY_ROWS];
    for (size_t r = 0; r < QUERY_ROWS; r++) {
      const int32_t *row = scores + r * padded_tokens;
      // The largest score's weight is 8191.
      const float offset = fmaf(-base, (float)largest_score(row, tokens), akin_log2_largest_weight);
      factors[r] = step / (float)weigh(row, tokens, base, offset, weights + r * padded_tokens);
    }
    float *output = attention->output + first * attention->output_stride;
    for (size_t c = 0; c < size; c += COLUMNS)
      mix_panel(weights, padded_tokens, value_panels + c * padded_tokens, factors, rows, size - c, output + c,
                attention->output_stride);
  }
  return 1;
}
#endif
