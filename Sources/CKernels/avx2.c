// AVX2 and FMA: the quantiser of activations and the matrix products.
//
// The q8_0 product multiplies 16-bit numbers with vpmaddwd, two products and their sum a lane. vpmaddubsw would take
// twice as many products but needs a widening vpmaddwd behind each, so both come to 32 products a multiplier's cycle;
// 16 bits need no sign juggling and cannot saturate, -128 included. Activations are therefore kept in 16 bits;
// weights stay bytes in memory and are widened in registers, once for the six rows of a tile.
#if defined(__x86_64__)
#include "avx2.h"

#include <math.h>

enum { PANEL = 16, TILE_ROWS = 6, PAIRS = AKIN_Q8_BLOCK / 2 };

// One block of a panel: vpmaddwd sums neighbours, so the values of a column lie in pairs along k.
typedef struct {
  float scales[PANEL];
  int8_t values[PAIRS][PANEL][2];
} panel_block;

// One block of one row of activations.
typedef struct {
  float scale;
  int16_t values[AKIN_Q8_BLOCK];
} row_block;

_Static_assert(sizeof(panel_block) == PANEL * (sizeof(float) + AKIN_Q8_BLOCK), "akin_q8_0_panel_bytes holds");

AKIN_AVX2 void akin_quantize_block_avx2(const float *x, int16_t *values, float *scale) {
  const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
  __m256 v[4];
  __m256i largest = _mm256_setzero_si256();
  for (int i = 0; i < 4; i++) {
    v[i] = _mm256_loadu_ps(x + i * LANES);
    largest = _mm256_max_epi32(largest, _mm256_and_si256(_mm256_castps_si256(v[i]), magnitude));
  }
  // As integers, magnitudes are ordered like numbers, with infinities and NaNs above them.
  __m128i most = _mm_max_epi32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
  most = _mm_max_epi32(most, _mm_shuffle_epi32(most, 0x4e));
  most = _mm_max_epi32(most, _mm_shuffle_epi32(most, 0xb1));
  const float amax = _mm_cvtss_f32(_mm_castsi128_ps(most));
  if (!isfinite(amax) || amax < AKIN_SMALLEST_AMAX) {
    *scale = isfinite(amax) ? 0 : NAN;
    memset(values, 0, AKIN_Q8_BLOCK * sizeof *values);
    return;
  }
  *scale = amax / 127;
  const __m256 inverse = _mm256_set1_ps(127 / amax);
  for (int i = 0; i < 4; i += 2) {
    const __m256i low = _mm256_cvtps_epi32(_mm256_mul_ps(v[i], inverse));
    const __m256i high = _mm256_cvtps_epi32(_mm256_mul_ps(v[i + 1], inverse));
    const __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
    _mm256_storeu_si256((__m256i *)(values + i * LANES), packed);
  }
}

AKIN_AVX2 static void akin_quantize_q8_0_avx2(const akin_quantize_q8_0 *task) {
  const size_t whole = task->columns - task->columns % AKIN_Q8_BLOCK;
  for (size_t r = 0; r < task->rows; r++) {
    const float *x = task->x + r * task->x_stride;
    row_block *block = (row_block *)task->quantized + r * task->blocks + task->first_block;
    for (size_t k = 0; k < whole; k += AKIN_Q8_BLOCK, block++)
      akin_quantize_block_avx2(x + k, block->values, &block->scale);
    if (whole < task->columns) {
      float rest[AKIN_Q8_BLOCK] = {0};
      memcpy(rest, x + whole, (task->columns - whole) * sizeof(float));
      akin_quantize_block_avx2(rest, block->values, &block->scale);
    }
  }
}

static void akin_pack_q8_0_avx2(const uint8_t *source, size_t columns, size_t blocks, void *panels) {
  uint8_t *output = panels;
  for (size_t first = 0; first < columns; first += PANEL)
    for (size_t b = 0; b < blocks; b++, output += sizeof(panel_block)) {
      panel_block block = {0};
      for (size_t c = 0; c < PANEL && first + c < columns; c++) {
        const uint8_t *from = source + ((first + c) * blocks + b) * AKIN_Q8_BLOCK_BYTES;
        block.scales[c] = akin_f16_to_f32(akin_load_u16(from));
        for (size_t k = 0; k < AKIN_Q8_BLOCK; k++)
          block.values[k / 2][c][k % 2] = (int8_t)from[2 + k];
      }
      memcpy(output, &block, sizeof block);
    }
}

// What a tile of rows by one panel reads.
typedef struct {
  const row_block *x; // of the first row
  const uint8_t *panel;
  size_t blocks;
} q8_tile;

// totals += the tile's products; `rows` is a constant at every call, so the sums live in registers.
AKIN_AVX2_INLINE void multiply_q8_tile(q8_tile tile, const size_t rows, float totals[][PANEL]) {
  for (size_t b = 0; b < tile.blocks; b++, tile.x++, tile.panel += sizeof(panel_block)) {
    const uint8_t *weights = tile.panel + offsetof(panel_block, values);
    __m256i low[TILE_ROWS], high[TILE_ROWS];
    for (size_t r = 0; r < rows; r++)
      low[r] = high[r] = _mm256_setzero_si256();
#pragma GCC unroll 2
    for (size_t p = 0; p < PAIRS; p++) {
      const __m256i w0 = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(weights + p * 2 * PANEL)));
      const __m256i w1 = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(weights + p * 2 * PANEL + PANEL)));
      for (size_t r = 0; r < rows; r++) {
        int32_t pair;
        memcpy(&pair, tile.x[r * tile.blocks].values + 2 * p, sizeof pair);
        const __m256i x = _mm256_set1_epi32(pair);
        low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(w0, x));
        high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(w1, x));
      }
    }
    const __m256 scale0 = _mm256_loadu_ps((const float *)tile.panel);
    const __m256 scale1 = _mm256_loadu_ps((const float *)tile.panel + LANES);
    for (size_t r = 0; r < rows; r++) {
      const __m256 scale = _mm256_set1_ps(tile.x[r * tile.blocks].scale);
      const __m256 total0 =
          _mm256_fmadd_ps(_mm256_cvtepi32_ps(low[r]), _mm256_mul_ps(scale0, scale), _mm256_loadu_ps(totals[r]));
      const __m256 total1 = _mm256_fmadd_ps(_mm256_cvtepi32_ps(high[r]), _mm256_mul_ps(scale1, scale),
                                            _mm256_loadu_ps(totals[r] + LANES));
      _mm256_storeu_ps(totals[r], total0);
      _mm256_storeu_ps(totals[r] + LANES, total1);
    }
  }
}

AKIN_AVX2 static void akin_matmul_q8_0_avx2(const akin_matmul_q8_0 *product) {
  const size_t blocks = product->blocks, rows = product->rows;
  // Tiles of nearly the same height: 13 rows are 5 + 4 + 4, not 6 + 6 + 1.
  const size_t tiles = akin_divide_up(rows, TILE_ROWS);
  const uint8_t *panel = product->panels;
  for (size_t first = 0; first < product->columns; first += PANEL, panel += blocks * sizeof(panel_block)) {
    const size_t width = product->columns - first < PANEL ? product->columns - first : PANEL;
    float bias[PANEL] = {0};
    if (product->bias)
      memcpy(bias, product->bias + first, width * sizeof(float));
    for (size_t t = 0; t < tiles; t++) {
      const size_t row = t * rows / tiles, height = (t + 1) * rows / tiles - row;
      float totals[TILE_ROWS][PANEL];
      for (size_t r = 0; r < height; r++)
        memcpy(totals[r], bias, sizeof bias);
      const q8_tile tile = {(const row_block *)product->quantized + row * blocks, panel, blocks};
      switch (height) {
      case 1:
        multiply_q8_tile(tile, 1, totals);
        break;
      case 2:
        multiply_q8_tile(tile, 2, totals);
        break;
      case 3:
        multiply_q8_tile(tile, 3, totals);
        break;
      case 4:
        multiply_q8_tile(tile, 4, totals);
        break;
      case 5:
        multiply_q8_tile(tile, 5, totals);
        break;
      default:
        multiply_q8_tile(tile, 6, totals);
        break;
      }
      for (size_t r = 0; r < height; r++)
        akin_store_columns(product->output + (row + r) * product->output_stride + first, totals[r], width);
    }
  }
}

// totals += rows of x by a panel of [depth][16].
AKIN_AVX2_INLINE void multiply_f32_tile(const float *x, size_t stride, const float *panel, size_t depth,
                                        const size_t rows, float totals[][PANEL]) {
  __m256 low[TILE_ROWS], high[TILE_ROWS];
  for (size_t r = 0; r < rows; r++) {
    low[r] = _mm256_loadu_ps(totals[r]);
    high[r] = _mm256_loadu_ps(totals[r] + LANES);
  }
  for (size_t k = 0; k < depth; k++) {
    const __m256 w0 = _mm256_loadu_ps(panel + k * PANEL), w1 = _mm256_loadu_ps(panel + k * PANEL + LANES);
    for (size_t r = 0; r < rows; r++) {
      const __m256 value = _mm256_broadcast_ss(x + r * stride + k);
      low[r] = _mm256_fmadd_ps(value, w0, low[r]);
      high[r] = _mm256_fmadd_ps(value, w1, high[r]);
    }
  }
  for (size_t r = 0; r < rows; r++) {
    _mm256_storeu_ps(totals[r], low[r]);
    _mm256_storeu_ps(totals[r] + LANES, high[r]);
  }
}

AKIN_AVX2 void akin_matmul_f32_avx2(const akin_matmul_f32 *product) {
  const size_t depth = product->depth, rows = product->rows, tiles = akin_divide_up(rows, TILE_ROWS);
  const float *panel = product->panels;
  for (size_t first = 0; first < product->columns; first += PANEL, panel += depth * PANEL) {
    const size_t width = product->columns - first < PANEL ? product->columns - first : PANEL;
    float bias[PANEL] = {0};
    if (product->bias)
      memcpy(bias, product->bias + first, width * sizeof(float));
    for (size_t t = 0; t < tiles; t++) {
      const size_t row = t * rows / tiles, height = (t + 1) * rows / tiles - row;
      const float *x = product->x + row * product->x_stride;
      float totals[TILE_ROWS][PANEL];
      for (size_t r = 0; r < height; r++)
        memcpy(totals[r], bias, sizeof bias);
      switch (height) {
      case 1:
        multiply_f32_tile(x, product->x_stride, panel, depth, 1, totals);
        break;
      case 2:
        multiply_f32_tile(x, product->x_stride, panel, depth, 2, totals);
        break;
      case 3:
        multiply_f32_tile(x, product->x_stride, panel, depth, 3, totals);
        break;
      case 4:
        multiply_f32_tile(x, product->x_stride, panel, depth, 4, totals);
        break;
      case 5:
        multiply_f32_tile(x, product->x_stride, panel, depth, 5, totals);
        break;
      default:
        multiply_f32_tile(x, product->x_stride, panel, depth, 6, totals);
        break;
      }
      for (size_t r = 0; r < height; r++)
        akin_store_columns(product->output + (row + r) * product->output_stride + first, totals[r], width);
    }
  }
}

const akin_kernels akin_kernels_avx2 = {
    .name = "avx2",
    .q8_panel_columns = PANEL,
    .q8_block_bytes = sizeof(row_block),
    .q8_row_unit = 1,
    .quantize_q8_0 = akin_quantize_q8_0_avx2,
    .pack_q8_0 = akin_pack_q8_0_avx2,
    .matmul_q8_0 = akin_matmul_q8_0_avx2,
    .matmul_f32 = akin_matmul_f32_avx2,
    .attention_q8 = akin_attention_q8_avx2,
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
