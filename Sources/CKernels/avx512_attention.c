// AVX-512 with VNNI: self-attention of one head, its products in integers.
//
// Queries, keys and values are quantised with one scale each for the head and sequence, so a score is an integer times
// one constant: the softmax takes its maximum from integers and needs one multiplication a score. Queries and keys have
// 8 bits (vpdpbusd): their errors meet in a sum before the softmax, and do not show beside those of the q8_0 layers
// around. Weights have 13 bits and values 12 (vpdpwssd, twice the products of a float32 FMA), whose sums are carried
// over to float32 every 64 tokens: with 8 bits either would show.
#if defined(__x86_64__)
#include "avx512.h"

#include <math.h>

enum { QUERY_ROWS = 8, BLOCK = 32, BLOCK_QUADS = BLOCK / 4, SUM_TOKENS = 64 };

#define AKIN_UNROLL _Pragma("GCC unroll 16")

static size_t padded(size_t count, size_t unit) {
  return akin_divide_up(count, unit) * unit;
}

// The largest magnitude of tokens' head components; NaN and infinity are larger than numbers.
AKIN_AVX512_INLINE float largest_magnitude(const float *x, size_t tokens, size_t stride, size_t size) {
  __m512i largest = _mm512_setzero_si512();
  const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
  for (size_t t = 0; t < tokens; t++, x += stride)
    for (size_t c = 0; c < size; c += LANES) {
      const __m512i bits = _mm512_maskz_loadu_epi32(lane_mask(size - c), x + c);
      largest = _mm512_max_epu32(largest, _mm512_and_si512(bits, magnitude));
    }
  const uint32_t most = _mm512_reduce_max_epu32(largest);
  float result;
  memcpy(&result, &most, sizeof result);
  return result;
}

typedef struct {
  float scale;   // of one step; NaN where a component is not a number
  float inverse; // 0 where all components are
} quantiser;

AKIN_AVX512_INLINE quantiser quantiser_for(const float *x, size_t tokens, size_t stride, size_t size, float limit) {
  const float amax = largest_magnitude(x, tokens, stride, size);
  if (!isfinite(amax))
    return (quantiser){NAN, 0};
  return amax < AKIN_SMALLEST_AMAX ? (quantiser){0, 0} : (quantiser){amax / limit, limit / amax};
}

AKIN_AVX512_INLINE __m512i quantised(const float *x, size_t count, float inverse) {
  return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_maskz_loadu_ps(lane_mask(count), x), _mm512_set1_ps(inverse)));
}

// Up to 32 components in 8 bits, zeros behind them.
AKIN_AVX512_INLINE __m256i quantised_bytes(const float *x, size_t count, float inverse) {
  const __m128i low = _mm512_cvtepi32_epi8(quantised(x, count, inverse));
  const __m128i high =
      count > LANES ? _mm512_cvtepi32_epi8(quantised(x + LANES, count - LANES, inverse)) : _mm_setzero_si128();
  return _mm256_set_m128i(high, low);
}

// Sixteen vectors of sixteen, rows for columns.
AKIN_AVX512_INLINE void transpose(__m512i v[LANES]) {
  __m512i w[LANES];
  AKIN_UNROLL
  for (size_t i = 0; i < LANES; i += 2) {
    w[i] = _mm512_unpacklo_epi32(v[i], v[i + 1]);
    w[i + 1] = _mm512_unpackhi_epi32(v[i], v[i + 1]);
  }
  AKIN_UNROLL
  for (size_t i = 0; i < LANES; i += 4)
    for (size_t j = 0; j < 2; j++) {
      v[i + 2 * j] = _mm512_unpacklo_epi64(w[i + j], w[i + j + 2]);
      v[i + 2 * j + 1] = _mm512_unpackhi_epi64(w[i + j], w[i + j + 2]);
    }
  // v[4 g + c], lane l: rows 4 g to 4 g + 3 of column 4 l + c.
  AKIN_UNROLL
  for (size_t c = 0; c < 4; c++) {
    const __m512i a = _mm512_shuffle_i32x4(v[c], v[4 + c], 0x88), b = _mm512_shuffle_i32x4(v[8 + c], v[12 + c], 0x88);
    const __m512i d = _mm512_shuffle_i32x4(v[c], v[4 + c], 0xdd), e = _mm512_shuffle_i32x4(v[8 + c], v[12 + c], 0xdd);
    w[c] = _mm512_shuffle_i32x4(a, b, 0x88);
    w[8 + c] = _mm512_shuffle_i32x4(a, b, 0xdd);
    w[4 + c] = _mm512_shuffle_i32x4(d, e, 0x88);
    w[12 + c] = _mm512_shuffle_i32x4(d, e, 0xdd);
  }
  AKIN_UNROLL
  for (size_t i = 0; i < LANES; i++)
    v[i] = w[i];
}

// Panels of 16 tokens: [quads of components][16 tokens][4], as component + 128 for the unsigned side of vpdpbusd.
// Components are filled up to a multiple of 32 by zeros.
AKIN_AVX512 static void pack_keys(const akin_attention *attention, float inverse, __m512i *panels) {
  const size_t size = attention->head_size;
  for (size_t first = 0; first < attention->tokens; first += LANES)
    for (size_t c = 0; c < size; c += BLOCK, panels += BLOCK_QUADS) {
      __m512i v[LANES];
      for (size_t t = 0; t < LANES; t++) {
        const float *key = attention->k + (first + t) * attention->stride + c;
        v[t] = first + t < attention->tokens ? _mm512_zextsi256_si512(quantised_bytes(key, size - c, inverse))
                                             : _mm512_setzero_si512();
      }
      transpose(v);
      for (size_t q = 0; q < BLOCK_QUADS; q++)
        _mm512_storeu_si512(panels + q, _mm512_xor_si512(v[q], _mm512_set1_epi8((char)0x80)));
    }
}

// Rows of [padded size] bytes, and what their scores start from: -128 times the sum of a row's components. The last row
// stands for those that are missing.
AKIN_AVX512 static void pack_queries(const akin_attention *attention, size_t first, size_t rows, float inverse,
                                     int8_t *queries, int32_t corrections[QUERY_ROWS]) {
  const size_t size = attention->head_size, padded_size = padded(size, BLOCK);
  __m512i sums[QUERY_ROWS];
  for (size_t r = 0; r < QUERY_ROWS; r++) {
    __m256i sum = _mm256_setzero_si256();
    for (size_t c = 0; c < size; c += BLOCK) {
      const float *query = attention->q + (first + (r < rows ? r : rows - 1)) * attention->stride + c;
      const __m256i bytes = quantised_bytes(query, size - c, inverse);
      sum = _mm256_dpbusd_epi32(sum, _mm256_set1_epi8((char)0x80), bytes);
      _mm256_storeu_si256((__m256i *)(queries + r * padded_size + c), bytes);
    }
    sums[r] = _mm512_zextsi256_si512(sum);
  }
  _mm256_storeu_si256((__m256i *)corrections, _mm256_sub_epi32(_mm256_setzero_si256(), reduce_lanes(SUM, sums)));
}

// Panels of 16 components: [pairs of tokens][16 components][2], tokens filled up to `tokens` by zeros.
AKIN_AVX512 static void pack_values(const akin_attention *attention, float inverse, size_t tokens, __m512i *panels) {
  for (size_t c = 0; c < attention->head_size; c += LANES)
    for (size_t t = 0; t < tokens; t += 2) {
      const float *value = attention->v + t * attention->stride + c;
      const size_t count = attention->head_size - c;
      const __m512i even = t < attention->tokens ? quantised(value, count, inverse) : _mm512_setzero_si512();
      const __m512i odd =
          t + 1 < attention->tokens ? quantised(value + attention->stride, count, inverse) : _mm512_setzero_si512();
      _mm512_storeu_si512(panels++, _mm512_mask_blend_epi16(0xaaaaaaaa, even, _mm512_slli_epi32(odd, 16)));
    }
}

// sums[r][p] += pairs of x, rows `x_stride` pairs apart, by pairs of one or two panels, whose distance is
// `panel_stride`.
AKIN_AVX512_INLINE void multiply_pairs(const int32_t *x, size_t x_stride, const __m512i *panel, size_t panel_stride,
                                       size_t pairs, const size_t panels, __m512i sums[QUERY_ROWS][2]) {
  for (size_t k = 0; k < pairs; k++) {
    const __m512i w0 = _mm512_loadu_si512(panel + k);
    const __m512i w1 = panels == 2 ? _mm512_loadu_si512(panel + panel_stride + k) : w0;
    AKIN_UNROLL
    for (size_t r = 0; r < QUERY_ROWS; r++) {
      const __m512i pair = _mm512_set1_epi32(x[r * x_stride + k]);
      sums[r][0] = _mm512_dpwssd_epi32(sums[r][0], w0, pair);
      if (panels == 2)
        sums[r][1] = _mm512_dpwssd_epi32(sums[r][1], w1, pair);
    }
  }
}

// Scores of the rows with one or two panels of keys, the last of which has `lanes`; `most` follows the largest of each
// row. `distances` is what is added to a row's, or NULL.
AKIN_AVX512_INLINE void score_panels(const int8_t *queries, const int32_t corrections[QUERY_ROWS],
                                     const int32_t *const *distances, const __m512i *keys, size_t quads,
                                     const size_t panels, __mmask16 lanes, int32_t *scores, size_t score_stride,
                                     __m512i most[QUERY_ROWS]) {
  __m512i sums[QUERY_ROWS][2];
  AKIN_UNROLL
  for (size_t r = 0; r < QUERY_ROWS; r++) {
    sums[r][0] = sums[r][1] = _mm512_set1_epi32(corrections[r]);
    for (size_t p = 0; distances && p < panels; p++)
      sums[r][p] = _mm512_add_epi32(sums[r][p], _mm512_loadu_si512(distances[r] + p * LANES));
  }
  for (size_t k = 0; k < quads; k++) {
    const __m512i k0 = _mm512_loadu_si512(keys + k), k1 = panels == 2 ? _mm512_loadu_si512(keys + quads + k) : k0;
    AKIN_UNROLL
    for (size_t r = 0; r < QUERY_ROWS; r++) {
      int32_t quad;
      memcpy(&quad, queries + (r * quads + k) * 4, sizeof quad);
      sums[r][0] = _mm512_dpbusd_epi32(sums[r][0], k0, _mm512_set1_epi32(quad));
      if (panels == 2)
        sums[r][1] = _mm512_dpbusd_epi32(sums[r][1], k1, _mm512_set1_epi32(quad));
    }
  }
  AKIN_UNROLL
  for (size_t r = 0; r < QUERY_ROWS; r++)
    for (size_t p = 0; p < panels; p++) {
      most[r] = _mm512_mask_max_epi32(most[r], p + 1 == panels ? lanes : 0xffff, most[r], sums[r][p]);
      _mm512_storeu_si512(scores + r * score_stride + p * LANES, sums[r][p]);
    }
}

enum { WEIGHT_VECTORS = 4 };

// weights = round(8191 exp(factor (score - largest))) for a few vectors of scores, the last of which has `lanes`, with
// base = factor log2(e) and `offset` the exponent of a score of 0; adds them to `sums`.
AKIN_AVX512_INLINE void weigh_vectors(const int32_t *scores, const size_t vectors, __mmask16 lanes, __m512 base,
                                      __m512 offset, int16_t *weights, __m512i *sums) {
  const __m512i evens = _mm512_set_epi16(62, 60, 58, 56, 54, 52, 50, 48, 46, 44, 42, 40, 38, 36, 34, 32, 30, 28, 26, 24,
                                         22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
  __m512 t[WEIGHT_VECTORS];
  __m512i e[WEIGHT_VECTORS];
  AKIN_EACH(i, vectors) {
    const __m512 score = _mm512_cvtepi32_ps(_mm512_loadu_si512(scores + i * LANES));
    // What is below a half is 0, also at 2^-2.
    t[i] = _mm512_max_ps(_mm512_fmadd_ps(score, base, offset), _mm512_set1_ps(-2));
  }
  quick_powers_of_two(t, vectors, akin_short_power_series, AKIN_SHORT_POWER_TERMS);
  AKIN_EACH(i, vectors) {
    e[i] = _mm512_maskz_cvtps_epi32(i + 1 == vectors ? lanes : 0xffff, t[i]);
    *sums = _mm512_add_epi32(*sums, e[i]);
  }
  if (vectors == 1)
    _mm256_storeu_si256((__m256i *)weights, _mm512_cvtepi32_epi16(e[0]));
  AKIN_EACH(i, vectors / 2)
    _mm512_storeu_si512(weights + 2 * i * LANES, _mm512_permutex2var_epi16(e[2 * i], evens, e[2 * i + 1]));
}

// Weights of one row, zeros from `tokens` to the next multiple of 16; returns their sums, lane by lane.
AKIN_AVX512_INLINE __m512i weigh(const int32_t *scores, size_t tokens, __m512 base, __m512 offset, int16_t *weights) {
  __m512i sums = _mm512_setzero_si512();
  size_t t = 0;
  for (; t + WEIGHT_VECTORS * LANES <= tokens; t += WEIGHT_VECTORS * LANES)
    weigh_vectors(scores + t, WEIGHT_VECTORS, 0xffff, base, offset, weights + t, &sums);
  for (; t + LANES < tokens; t += 2 * LANES)
    weigh_vectors(scores + t, 2, lane_mask(tokens - t - LANES), base, offset, weights + t, &sums);
  if (t < tokens)
    weigh_vectors(scores + t, 1, lane_mask(tokens - t), base, offset, weights + t, &sums);
  return sums;
}

// output = factors[r] times weights by values, for one or two panels.
AKIN_AVX512_INLINE void mix_panels(const int16_t *weights, size_t padded_tokens, const __m512i *values,
                                   const size_t panels, const float *factors, size_t rows, __mmask16 lanes,
                                   float *output, size_t output_stride) {
  __m512 totals[QUERY_ROWS][2];
  AKIN_UNROLL
  for (size_t r = 0; r < QUERY_ROWS; r++)
    totals[r][0] = totals[r][1] = _mm512_setzero_ps();
  const size_t pairs = padded_tokens / 2;
  for (size_t first = 0; first < pairs; first += SUM_TOKENS / 2) {
    __m512i sums[QUERY_ROWS][2];
    AKIN_UNROLL
    for (size_t r = 0; r < QUERY_ROWS; r++)
      sums[r][0] = sums[r][1] = _mm512_setzero_si512();
    const size_t count = pairs - first < SUM_TOKENS / 2 ? pairs - first : SUM_TOKENS / 2;
    multiply_pairs((const int32_t *)weights + first, pairs, values + first, pairs, count, panels, sums);
    AKIN_UNROLL
    for (size_t r = 0; r < QUERY_ROWS; r++)
      for (size_t p = 0; p < panels; p++)
        totals[r][p] = _mm512_add_ps(totals[r][p], _mm512_cvtepi32_ps(sums[r][p]));
  }
  AKIN_UNROLL
  for (size_t r = 0; r < QUERY_ROWS; r++)
    for (size_t p = 0; p < panels && r < rows; p++)
      _mm512_mask_storeu_ps(output + r * output_stride + p * LANES, p + 1 == panels ? lanes : 0xffff,
                            _mm512_mul_ps(totals[r][p], _mm512_set1_ps(factors[r])));
}

AKIN_AVX512 int akin_attention_q8_avx512(const akin_attention *attention) {
  const size_t tokens = attention->tokens, size = attention->head_size, stride = attention->stride;
  const size_t padded_size = padded(size, BLOCK), quads = padded_size / 4;
  const size_t padded_tokens = padded(tokens, LANES);
  const quantiser queries = quantiser_for(attention->q, tokens, stride, size, akin_largest_step);
  const quantiser keys = quantiser_for(attention->k, tokens, stride, size, akin_largest_step);
  const quantiser values = quantiser_for(attention->v, tokens, stride, size, akin_largest_value);
  const float factor = attention->scale * queries.scale * keys.scale;
  const __m512 base = _mm512_set1_ps(1.44269504f * factor);
  const __m256 step = _mm256_set1_ps(values.scale + 0 * factor); // NaN where a query or key is

  char *memory = (char *)attention->scratch;
  __m512i *value_panels = (__m512i *)memory;
  memory += padded_tokens * padded_size * sizeof(int16_t);
  __m512i *key_panels = (__m512i *)memory;
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
    int32_t corrections[QUERY_ROWS];
    pack_queries(attention, first, rows, queries.inverse, query_rows, corrections);
    __m512i most[QUERY_ROWS];
    for (size_t r = 0; r < QUERY_ROWS; r++)
      most[r] = _mm512_set1_epi32(INT32_MIN);
    for (size_t t = 0; t < tokens; t += 2 * LANES) {
      const __m512i *panel = key_panels + t / LANES * quads;
      const int32_t *added[QUERY_ROWS];
      for (size_t r = 0; r < QUERY_ROWS; r++)
        added[r] = distances + akin_distance_start(tokens, first + r) + t;
      const int32_t *const *rows_added = has_distances ? added : NULL;
      if (padded_tokens - t > LANES)
        score_panels(query_rows, corrections, rows_added, panel, quads, 2, lane_mask(tokens - t - LANES), scores + t,
                     padded_tokens, most);
      else
        score_panels(query_rows, corrections, rows_added, panel, quads, 1, lane_mask(tokens - t), scores + t,
                     padded_tokens, most);
    }
    const __m256 largest = _mm256_cvtepi32_ps(reduce_lanes(LARGEST_SIGNED, most));
    float offsets[QUERY_ROWS]; // the largest score's weight is 8191
    _mm256_storeu_ps(offsets,
                     _mm256_fnmadd_ps(largest, _mm512_castps512_ps256(base), _mm256_set1_ps(akin_log2_largest_weight)));
    __m512i sums[QUERY_ROWS];
    for (size_t r = 0; r < QUERY_ROWS; r++)
      sums[r] =
          weigh(scores + r * padded_tokens, tokens, base, _mm512_set1_ps(offsets[r]), weights + r * padded_tokens);
    float factors[QUERY_ROWS];
    _mm256_storeu_ps(factors, _mm256_div_ps(step, _mm256_cvtepi32_ps(reduce_lanes(SUM, sums))));
    float *output = attention->output + first * attention->output_stride;
    for (size_t c = 0; c < size; c += 2 * LANES) {
      const __m512i *panel = value_panels + c / LANES * (padded_tokens / 2);
      if (size - c > LANES)
        mix_panels(weights, padded_tokens, panel, 2, factors, rows, lane_mask(size - c - LANES), output + c,
                   attention->output_stride);
      else
        mix_panels(weights, padded_tokens, panel, 1, factors, rows, lane_mask(size - c), output + c,
                   attention->output_stride);
    }
  }
  return 1;
}
#endif
