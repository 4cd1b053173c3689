// AVX-VNNI: the q8_0 products of avx512.c in 256 bits, for processors that have vpdpbusd without AVX-512. A tile is 6
// rows by one panel: twelve sums, and eight loads for twelve vpdpbusd. All else is AVX2's.
#if defined(__x86_64__)
#include "avx2.h"
#include "vnni.h"

#define AKIN_AVXVNNI __attribute__((target("avxvnni,avx2,fma,f16c")))
#define AKIN_AVXVNNI_INLINE static inline __attribute__((always_inline, target("avxvnni,avx2,fma,f16c")))

enum { TILE_ROWS = 6 };

static const vnni_tiling tiling = {TILE_ROWS, TILE_ROWS};

AKIN_AVXVNNI_INLINE int32_t sum_of_lanes_i32(__m256i v) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}

// Writes one block of row `row` of a tile of `height` rows.
AKIN_AVXVNNI_INLINE void quantize_block(const float *x, uint8_t *block, size_t row, size_t height) {
  int16_t words[AKIN_Q8_BLOCK];
  float scale;
  akin_quantize_block_avx2(x, words, &scale);
  const __m256i low = _mm256_loadu_si256((const __m256i *)words), high = _mm256_loadu_si256((const __m256i *)words + 1);
  const __m256i values = _mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0xd8);
  // -128 times the sum of the values: vpdpbusd with 128 as the unsigned side.
  const __m256i sums = _mm256_dpbusd_avx_epi32(_mm256_setzero_si256(), _mm256_set1_epi8((char)0x80), values);
  const int32_t correction = -sum_of_lanes_i32(sums);
  int32_t quads[VNNI_QUADS];
  memcpy(quads, &values, sizeof quads);
  for (size_t q = 0; q < VNNI_QUADS; q++)
    memcpy(block + (q * height + row) * 4, quads + q, 4);
  memcpy(block + VNNI_CORRECTIONS * height + 4 * row, &correction, 4);
  memcpy(block + VNNI_SCALES * height + 4 * row, &scale, 4);
}

AKIN_AVXVNNI static void akin_quantize_q8_0_avxvnni(const akin_quantize_q8_0 *task) {
  const size_t tiles = vnni_tile_count(tiling, task->rows);
  for (size_t t = 0; t < tiles; t++) {
    const size_t first = t * task->rows / tiles, height = (t + 1) * task->rows / tiles - first;
    uint8_t *tile = (uint8_t *)task->quantized + (first * task->blocks + task->first_block * height) * VNNI_BLOCK_BYTES;
    for (size_t r = 0; r < height; r++) {
      const float *x = task->x + (first + r) * task->x_stride;
      uint8_t *block = tile;
      for (size_t k = 0; k < task->columns; k += AKIN_Q8_BLOCK, block += height * VNNI_BLOCK_BYTES)
        if (task->columns - k >= AKIN_Q8_BLOCK) {
          quantize_block(x + k, block, r, height);
        } else {
          float rest[AKIN_Q8_BLOCK] = {0};
          memcpy(rest, x + k, (task->columns - k) * sizeof(float));
          quantize_block(rest, block, r, height);
        }
    }
  }
}

// totals += the tile's products; `rows` is a constant at every call, so the sums live in registers.
AKIN_AVXVNNI_INLINE void multiply_tile(const uint8_t *x, const vnni_panel_block *panel, size_t blocks,
                                       const size_t rows, float totals[][VNNI_PANEL]) {
  for (size_t b = 0; b < blocks; b++, panel++, x += rows * VNNI_BLOCK_BYTES) {
    __m256i low[TILE_ROWS], high[TILE_ROWS];
    for (size_t r = 0; r < rows; r++) {
      int32_t correction;
      memcpy(&correction, x + VNNI_CORRECTIONS * rows + 4 * r, 4);
      low[r] = high[r] = _mm256_set1_epi32(correction);
    }
#pragma GCC unroll 2
    for (size_t q = 0; q < VNNI_QUADS; q++) {
      const __m256i w0 = _mm256_loadu_si256((const __m256i *)panel->values[q][0]);
      const __m256i w1 = _mm256_loadu_si256((const __m256i *)panel->values[q][LANES]);
      for (size_t r = 0; r < rows; r++) {
        int32_t quad;
        memcpy(&quad, x + (q * rows + r) * 4, 4);
        low[r] = _mm256_dpbusd_avx_epi32(low[r], w0, _mm256_set1_epi32(quad));
        high[r] = _mm256_dpbusd_avx_epi32(high[r], w1, _mm256_set1_epi32(quad));
      }
    }
    const __m256 scale0 = _mm256_loadu_ps(panel->scales), scale1 = _mm256_loadu_ps(panel->scales + LANES);
    for (size_t r = 0; r < rows; r++) {
      float row_scale;
      memcpy(&row_scale, x + VNNI_SCALES * rows + 4 * r, 4);
      const __m256 scale = _mm256_set1_ps(row_scale);
      const __m256 total0 =
          _mm256_fmadd_ps(_mm256_cvtepi32_ps(low[r]), _mm256_mul_ps(scale0, scale), _mm256_loadu_ps(totals[r]));
      const __m256 total1 = _mm256_fmadd_ps(_mm256_cvtepi32_ps(high[r]), _mm256_mul_ps(scale1, scale),
                                            _mm256_loadu_ps(totals[r] + LANES));
      _mm256_storeu_ps(totals[r], total0);
      _mm256_storeu_ps(totals[r] + LANES, total1);
    }
  }
}

AKIN_AVXVNNI static void akin_matmul_q8_0_avxvnni(const akin_matmul_q8_0 *product) {
  const size_t blocks = product->blocks, rows = product->rows, tiles = vnni_tile_count(tiling, rows);
  const vnni_panel_block *panel = product->panels;
  for (size_t first = 0; first < product->columns; first += VNNI_PANEL, panel += blocks) {
    const size_t width = product->columns - first < VNNI_PANEL ? product->columns - first : VNNI_PANEL;
    float bias[VNNI_PANEL] = {0};
    if (product->bias)
      memcpy(bias, product->bias + first, width * sizeof(float));
    for (size_t t = 0; t < tiles; t++) {
      const size_t row = t * rows / tiles, height = (t + 1) * rows / tiles - row;
      const uint8_t *x = (const uint8_t *)product->quantized + row * blocks * VNNI_BLOCK_BYTES;
      float totals[TILE_ROWS][VNNI_PANEL];
      for (size_t r = 0; r < height; r++)
        memcpy(totals[r], bias, sizeof bias);
      switch (height) {
      case 1:
        multiply_tile(x, panel, blocks, 1, totals);
        break;
      case 2:
        multiply_tile(x, panel, blocks, 2, totals);
        break;
      case 3:
        multiply_tile(x, panel, blocks, 3, totals);
        break;
      case 4:
        multiply_tile(x, panel, blocks, 4, totals);
        break;
      case 5:
        multiply_tile(x, panel, blocks, 5, totals);
        break;
      default:
        multiply_tile(x, panel, blocks, 6, totals);
        break;
      }
      for (size_t r = 0; r < height; r++)
        akin_store_columns(product->output + (row + r) * product->output_stride + first, totals[r], width);
    }
  }
}

const akin_kernels akin_kernels_avxvnni = {
    .name = "avxvnni",
    .q8_panel_columns = VNNI_PANEL,
    .q8_block_bytes = VNNI_BLOCK_BYTES,
    .q8_row_unit = 1,
    .quantize_q8_0 = akin_quantize_q8_0_avxvnni,
    .pack_q8_0 = akin_pack_q8_0_vnni,
    .matmul_q8_0 = akin_matmul_q8_0_avxvnni,
    .matmul_f32 = akin_matmul_f32_avx2,
    .attention_q8 = akin_attention_q8_avxvnni,
    .softmax_f32 = akin_softmax_f32_avx2,
    .layer_norm_f32 = akin_layer_norm_f32_avx2,
    .gelu_f32 = akin_gelu_f32_avx2,
    .gelu_tanh_f32 = akin_gelu_tanh_f32_avx2,
    .relu_f32 = akin_relu_f32_avx2,
    .add_scaled_f32 = akin_add_scaled_f32_avx2,
    .maximum_f32 = akin_maximum_f32_avx2,
    .dot_f32 = akin_dot_f32_avx2,
    .squared_distance_f32 = akin_squared_distance_f32_avx2,
    .absolute_distance_f32 = akin_absolute_distance_f32_avx2,
    .dot_rows_i8 = akin_dot_rows_i8_avx2,
    .widen_f16 = akin_widen_f16_avx2,
    .widen_bf16 = akin_widen_bf16_avx2,
    .dequantize_q8_0 = akin_dequantize_q8_0_avx2,
};
#endif
