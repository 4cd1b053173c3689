// Self-attention of one head by products of pairs of 16-bit integers, in 256 bits. Included by avx2_attention.c and
// avxvnni_attention.c, which define what they compile it for (PAIRS_TARGET), its name (PAIRS_ATTENTION), and how a sum
// takes the products of pairs on (PAIRS_ADD).
//
// As in avx512_attention.c, queries, keys and values have one scale each for the head and sequence, so a score is an
// integer times one constant. Queries and keys are rounded to 127 steps as there, values to 4095; softmax weights have
// 13 bits. Both products are then the same: rows of pairs by panels of 16 columns.
#include "avx2.h"

#include <math.h>

#define PAIRS_INLINE static inline __attribute__((always_inline)) PAIRS_TARGET

enum { QUERY_ROWS = 6, COLUMNS = 2 * LANES, SUM_TOKENS = 64 };

typedef struct {
  float scale;   // of one step; NaN where a component is not a number
  float inverse; // 0 where all components are
} pairs_quantiser;

PAIRS_INLINE pairs_quantiser pairs_quantiser_for(const float *x, size_t tokens, size_t stride, size_t size,
                                                 float limit) {
  __m256i largest = _mm256_setzero_si256();
  const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
  for (size_t t = 0; t < tokens; t++, x += stride)
    for (size_t c = 0; c < size; c += LANES) {
      const __m256i bits = _mm256_castps_si256(load_lanes(x + c, size - c));
      largest = _mm256_max_epi32(largest, _mm256_and_si256(bits, magnitude));
    }
  // As integers, magnitudes are ordered like numbers, with infinities and NaNs above them.
  uint32_t lanes[LANES], most = 0;
  memcpy(lanes, &largest, sizeof lanes);
  for (size_t i = 0; i < LANES; i++)
    most = lanes[i] > most ? lanes[i] : most;
  float amax;
  memcpy(&amax, &most, sizeof amax);
  if (!isfinite(amax))
    return (pairs_quantiser){NAN, 0};
  return amax < AKIN_SMALLEST_AMAX ? (pairs_quantiser){0, 0} : (pairs_quantiser){amax / limit, limit / amax};
}

// All bits set in those lanes of a panel, from `first` on, that belong to its first `count` columns.
PAIRS_INLINE __m256i pairs_lanes(size_t count, size_t first) {
  const size_t left = count > first ? count - first : 0;
  return first_lanes(left < LANES ? left : LANES);
}

// Eight components, zeros behind `count`.
PAIRS_INLINE __m256i pairs_quantised(const float *x, size_t count, __m256 inverse) {
  return _mm256_cvtps_epi32(_mm256_mul_ps(load_lanes(x, count), inverse));
}

// Sixteen components in 16 bits, zeros behind `count`, neighbours in pairs.
PAIRS_INLINE __m256i pairs_of_row(const float *x, size_t count, __m256 inverse) {
  const __m256i low = pairs_quantised(x, count, inverse);
  const __m256i high = count > LANES ? pairs_quantised(x + LANES, count - LANES, inverse) : _mm256_setzero_si256();
  return _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
}

// Eight vectors of eight, rows for columns.
PAIRS_INLINE void pairs_transpose(__m256i v[LANES]) {
  __m256i w[LANES];
  AKIN_EACH(i, LANES / 2) {
    w[2 * i] = _mm256_unpacklo_epi32(v[2 * i], v[2 * i + 1]);
    w[2 * i + 1] = _mm256_unpackhi_epi32(v[2 * i], v[2 * i + 1]);
  }
  AKIN_EACH(i, 2)
  AKIN_EACH(j, 2) {
    v[4 * i + 2 * j] = _mm256_unpacklo_epi64(w[4 * i + j], w[4 * i + j + 2]);
    v[4 * i + 2 * j + 1] = _mm256_unpackhi_epi64(w[4 * i + j], w[4 * i + j + 2]);
  }
  AKIN_EACH(c, 4) {
    w[c] = _mm256_permute2x128_si256(v[c], v[4 + c], 0x20);
    w[4 + c] = _mm256_permute2x128_si256(v[c], v[4 + c], 0x31);
  }
  AKIN_EACH(i, LANES) v[i] = w[i];
}

// Panels of 16 tokens: [pairs of components][16 tokens][2]; components filled up to a multiple of 16, tokens too, by
// zeros.
PAIRS_TARGET static void pairs_pack_keys(const akin_attention *attention, __m256 inverse, __m256i *panels) {
  const size_t size = attention->head_size;
  for (size_t first = 0; first < attention->tokens; first += COLUMNS)
    for (size_t c = 0; c < size; c += COLUMNS, panels += COLUMNS)
      for (size_t half = 0; half < 2; half++) {
        __m256i v[LANES];
        for (size_t t = 0; t < LANES; t++) {
          const size_t token = first + half * LANES + t;
          v[t] = token < attention->tokens
                     ? pairs_of_row(attention->k + token * attention->stride + c, size - c, inverse)
                     : _mm256_setzero_si256();
        }
        pairs_transpose(v);
        for (size_t p = 0; p < LANES; p++)
          _mm256_storeu_si256(panels + 2 * p + half, v[p]);
      }
}

// Panels of 16 components: [pairs of tokens][16 components][2]; both filled up to a multiple of 16 by zeros.
PAIRS_TARGET static void pairs_pack_values(const akin_attention *attention, __m256 inverse, size_t padded_tokens,
                                           __m256i *panels) {
  for (size_t c = 0; c < attention->head_size; c += COLUMNS)
    for (size_t t = 0; t < padded_tokens; t += 2)
      for (size_t half = 0; half < 2; half++) {
        const size_t from = c + half * LANES;
        const float *value = attention->v + t * attention->stride + from;
        __m256i even = _mm256_setzero_si256(), odd = even;
        if (t < attention->tokens && from < attention->head_size)
          even = pairs_quantised(value, attention->head_size - from, inverse);
        if (t + 1 < attention->tokens && from < attention->head_size)
          odd = pairs_quantised(value + attention->stride, attention->head_size - from, inverse);
        _mm256_storeu_si256(panels++, _mm256_blend_epi16(even, _mm256_slli_epi32(odd, 16), 0xaa));
      }
}

// sums = rows of x, `pairs` pairs each and `stride` pairs apart, by a panel of [pairs][16 columns].
PAIRS_INLINE void pairs_multiply(const int32_t *x, size_t stride, const __m256i *panel, size_t pairs,
                                 __m256i sums[QUERY_ROWS][2]) {
  AKIN_EACH(r, QUERY_ROWS) sums[r][0] = sums[r][1] = _mm256_setzero_si256();
  for (size_t k = 0; k < pairs; k++) {
    const __m256i low = _mm256_loadu_si256(panel + 2 * k), high = _mm256_loadu_si256(panel + 2 * k + 1);
    AKIN_EACH(r, QUERY_ROWS) {
      const __m256i pair = _mm256_set1_epi32(x[r * stride + k]);
      sums[r][0] = PAIRS_ADD(sums[r][0], low, pair);
      sums[r][1] = PAIRS_ADD(sums[r][1], high, pair);
    }
  }
}

// Scores of the rows with one panel of keys, of which `tokens` are there; `most` follows the largest of each row.
// `distances` is what is added to a row's, or NULL.
PAIRS_TARGET static void pairs_score(const int32_t *queries, const int32_t *const *distances, const __m256i *keys,
                                     size_t pairs, size_t tokens, int32_t *scores, size_t stride,
                                     __m256i most[QUERY_ROWS]) {
  __m256i sums[QUERY_ROWS][2];
  pairs_multiply(queries, pairs, keys, pairs, sums);
  if (distances)
    AKIN_EACH(r, QUERY_ROWS)
  AKIN_EACH(half, 2) {
    const __m256i added = _mm256_loadu_si256((const __m256i *)(distances[r] + half * LANES));
    sums[r][half] = _mm256_add_epi32(sums[r][half], added);
  }
  const __m256i lowest = _mm256_set1_epi32(INT32_MIN);
  const __m256i low = pairs_lanes(tokens, 0), high = pairs_lanes(tokens, LANES);
  AKIN_EACH(r, QUERY_ROWS) {
    _mm256_storeu_si256((__m256i *)(scores + r * stride), sums[r][0]);
    _mm256_storeu_si256((__m256i *)(scores + r * stride + LANES), sums[r][1]);
    if (tokens < COLUMNS) {
      sums[r][0] = _mm256_blendv_epi8(lowest, sums[r][0], low);
      sums[r][1] = _mm256_blendv_epi8(lowest, sums[r][1], high);
    }
    most[r] = _mm256_max_epi32(most[r], _mm256_max_epi32(sums[r][0], sums[r][1]));
  }
}

// weights = round(2^(base * score + offset)) for a few vectors of scores, zeros from `tokens` on; adds them to `sums`.
PAIRS_INLINE void pairs_weigh_vectors(const int32_t *scores, const size_t vectors, size_t tokens, __m256 base,
                                      __m256 offset, int16_t *weights, __m256i *sums) {
  __m256 power[4];
  __m256i weight[4];
  AKIN_EACH(i, vectors) {
    const __m256 score = _mm256_cvtepi32_ps(_mm256_loadu_si256((const __m256i *)(scores + i * LANES)));
    // What is below a half is 0, also at 2^-2.
    power[i] = _mm256_max_ps(_mm256_fmadd_ps(score, base, offset), _mm256_set1_ps(-2));
  }
  quick_powers_of_two(power, vectors, akin_short_power_series, AKIN_SHORT_POWER_TERMS);
  AKIN_EACH(i, vectors) {
    weight[i] = _mm256_cvtps_epi32(power[i]);
    if (tokens < vectors * LANES)
      weight[i] = _mm256_and_si256(weight[i], pairs_lanes(tokens, i * LANES));
    *sums = _mm256_add_epi32(*sums, weight[i]);
  }
  AKIN_EACH(i, vectors / 2) {
    const __m256i packed = _mm256_packs_epi32(weight[2 * i], weight[2 * i + 1]);
    _mm256_storeu_si256((__m256i *)(weights + 2 * i * LANES), _mm256_permute4x64_epi64(packed, 0xd8));
  }
}

// Weights of one row, zeros from `tokens` to the next multiple of 16; returns their sum.
PAIRS_INLINE int32_t pairs_weigh(const int32_t *scores, size_t tokens, __m256 base, __m256 offset, int16_t *weights) {
  __m256i sums = _mm256_setzero_si256();
  size_t t = 0;
  for (; t + 2 * COLUMNS <= tokens; t += 2 * COLUMNS)
    pairs_weigh_vectors(scores + t, 4, 4 * LANES, base, offset, weights + t, &sums);
  for (; t < tokens; t += COLUMNS)
    pairs_weigh_vectors(scores + t, 2, tokens - t, base, offset, weights + t, &sums);
  const __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  const __m128i quarter = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(quarter, _mm_shuffle_epi32(quarter, 0xb1)));
}

// output = factors[r] times weights by a panel of values, of whose components `count` are there. A sum of 64 products
// of 13 by 12 bits is the most that 32 bits hold.
PAIRS_TARGET static void pairs_mix(const int32_t *weights, const __m256i *values, size_t pairs, const float *factors,
                                   size_t rows, size_t count, float *output, size_t output_stride) {
  __m256 totals[QUERY_ROWS][2];
  for (size_t r = 0; r < QUERY_ROWS; r++)
    totals[r][0] = totals[r][1] = _mm256_setzero_ps();
  for (size_t first = 0; first < pairs; first += SUM_TOKENS / 2) {
    __m256i sums[QUERY_ROWS][2];
    pairs_multiply(weights + first, pairs, values + 2 * first,
                   pairs - first < SUM_TOKENS / 2 ? pairs - first : SUM_TOKENS / 2, sums);
    AKIN_EACH(r, QUERY_ROWS)
    AKIN_EACH(p, 2) totals[r][p] = _mm256_add_ps(totals[r][p], _mm256_cvtepi32_ps(sums[r][p]));
  }
  for (size_t r = 0; r < rows; r++, output += output_stride) {
    const __m256 factor = _mm256_set1_ps(factors[r]);
    store_lanes(output, _mm256_mul_ps(totals[r][0], factor), count);
    if (count > LANES)
      store_lanes(output + LANES, _mm256_mul_ps(totals[r][1], factor), count - LANES);
  }
}

PAIRS_TARGET int PAIRS_ATTENTION(const akin_attention *attention) {
  const size_t tokens = attention->tokens, size = attention->head_size, stride = attention->stride;
  const size_t padded_size = akin_divide_up(size, COLUMNS) * COLUMNS, size_pairs = padded_size / 2;
  const size_t padded_tokens = akin_divide_up(tokens, COLUMNS) * COLUMNS, token_pairs = padded_tokens / 2;
  const pairs_quantiser queries = pairs_quantiser_for(attention->q, tokens, stride, size, akin_largest_step);
  const pairs_quantiser keys = pairs_quantiser_for(attention->k, tokens, stride, size, akin_largest_step);
  const pairs_quantiser values = pairs_quantiser_for(attention->v, tokens, stride, size, akin_largest_value);
  const float factor = attention->scale * queries.scale * keys.scale;
  const float base = 1.44269504f * factor;
  const float step = values.scale + 0 * factor; // NaN where a query or key is

  char *memory = (char *)attention->scratch;
  __m256i *value_panels = (__m256i *)memory;
  memory += padded_tokens * padded_size * sizeof(int16_t);
  __m256i *key_panels = (__m256i *)memory;
  memory += padded_tokens * padded_size * sizeof(int16_t);
  int32_t *scores = (int32_t *)memory; // [QUERY_ROWS][padded_tokens]
  memory += QUERY_ROWS * padded_tokens * sizeof(int32_t);
  int16_t *weights = (int16_t *)memory; // [QUERY_ROWS][padded_tokens]
  memory += QUERY_ROWS * padded_tokens * sizeof(int16_t);
  int16_t *query_rows = (int16_t *)memory; // [QUERY_ROWS][padded_size]
  memory += QUERY_ROWS * padded_size * sizeof(int16_t);
  int32_t *distances = (int32_t *)memory; // [akin_distance_table_count(tokens)]
  const int has_distances = akin_has_distances(attention);
  if (has_distances && !akin_distance_table(attention, factor, distances))
    return 0;
  pairs_pack_keys(attention, _mm256_set1_ps(keys.inverse), key_panels);
  pairs_pack_values(attention, _mm256_set1_ps(values.inverse), padded_tokens, value_panels);

  for (size_t first = 0; first < tokens; first += QUERY_ROWS) {
    const size_t rows = tokens - first < QUERY_ROWS ? tokens - first : QUERY_ROWS;
    __m256i most[QUERY_ROWS];
    for (size_t r = 0; r < QUERY_ROWS; r++) { // the last row stands for those that are missing
      const float *query = attention->q + (first + (r < rows ? r : rows - 1)) * stride;
      for (size_t c = 0; c < size; c += COLUMNS)
        _mm256_storeu_si256((__m256i *)(query_rows + r * padded_size + c),
                            pairs_of_row(query + c, size - c, _mm256_set1_ps(queries.inverse)));
      most[r] = _mm256_set1_epi32(INT32_MIN);
    }
    for (size_t t = 0; t < tokens; t += COLUMNS) {
      const int32_t *added[QUERY_ROWS];
      for (size_t r = 0; r < QUERY_ROWS; r++)
        added[r] = distances + akin_distance_start(tokens, first + r) + t;
      pairs_score((const int32_t *)query_rows, has_distances ? added : NULL,
                  key_panels + t / COLUMNS * 2 * size_pairs, size_pairs, tokens - t, scores + t, padded_tokens, most);
    }
    float factors[QUERY_ROWS];
    for (size_t r = 0; r < rows; r++) {
      const float largest = maximum_of_lanes(_mm256_cvtepi32_ps(most[r]));
      // The largest score's weight is 8191.
      const __m256 offset = _mm256_set1_ps(fmaf(-base, largest, akin_log2_largest_weight));
      factors[r] = step / (float)pairs_weigh(scores + r * padded_tokens, tokens, _mm256_set1_ps(base), offset,
                                             weights + r * padded_tokens);
    }
    for (size_t r = rows; r < QUERY_ROWS; r++)
      memset(weights + r * padded_tokens, 0, padded_tokens * sizeof *weights);
    float *output = attention->output + first * attention->output_stride;
    for (size_t c = 0; c < size; c += COLUMNS)
      pairs_mix((const int32_t *)weights, value_panels + c / COLUMNS * 2 * token_pairs, token_pairs, factors, rows,
                size - c, output + c, attention->output_stride);
  }
  return 1;
}
