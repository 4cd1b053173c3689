// AVX-512 with VNNI: the matrix products.
//
// A tile of the q8_0 product is 8 rows by two panels, 32 columns: sixteen sums, and ten loads for sixteen vpdpbusd. The
// totals stay in the first-level cache, where each is read and written once a block. A few rows, as a query has, make
// one tile of all of them by one panel: every weight is then loaded once, and the totals fit in registers.
#if defined(__x86_64__)
#include "avx512.h"

// What a tile reads and writes.
// Full unrolling, without which the compiler leaves the sums in memory.
#define AKIN_UNROLL _Pragma("GCC unroll 16")

typedef struct {
  const uint8_t *x;                 // the tile's first block
  const vnni_panel_block *panel[2]; // first blocks of one or two panels
  const float *bias;                // of the panel's first column, or NULL
  float *output;                    // of the first row
  size_t output_stride, blocks;
  size_t ahead;    // bytes from a panel to the one after this tile's, to be fetched meanwhile; 0 for none
  __mmask16 lanes; // columns of the last panel
} q8_tile;

AKIN_AVX512_INLINE void fetch_block(const char *block) {
  AKIN_UNROLL
  for (size_t line = 0; line < sizeof(vnni_panel_block); line += 64)
    _mm_prefetch(block + line, _MM_HINT_T0);
}

// Rows and panels are constants at every call, so that the sums live in registers.
AKIN_AVX512_INLINE void multiply_q8_tile(q8_tile tile, const size_t rows, const size_t panels) {
  __m512 totals[SINGLE_TILE_ROWS][2];
  for (size_t p = 0; p < panels; p++) {
    const __mmask16 lanes = p + 1 == panels ? tile.lanes : 0xffff;
    const __m512 bias = tile.bias ? _mm512_maskz_loadu_ps(lanes, tile.bias + p * LANES) : _mm512_setzero_ps();
    AKIN_UNROLL
    for (size_t r = 0; r < rows; r++)
      totals[r][p] = bias;
  }
  const uint8_t *x = tile.x;
  for (size_t b = 0; b < tile.blocks; b++, x += rows * VNNI_BLOCK_BYTES) {
    if (tile.ahead)
      for (size_t p = 0; p < panels; p++)
        fetch_block((const char *)(tile.panel[p] + b) + tile.ahead);
    __m512i sums[SINGLE_TILE_ROWS][2];
    AKIN_UNROLL
    for (size_t r = 0; r < rows; r++) {
      int32_t correction;
      memcpy(&correction, x + VNNI_CORRECTIONS * rows + 4 * r, 4);
      for (size_t p = 0; p < panels; p++)
        sums[r][p] = _mm512_set1_epi32(correction);
    }
    AKIN_UNROLL
    for (size_t q = 0; q < VNNI_QUADS; q++) {
      __m512i weights[2];
      for (size_t p = 0; p < panels; p++)
        weights[p] = _mm512_loadu_si512(tile.panel[p][b].values[q]);
      AKIN_UNROLL
      for (size_t r = 0; r < rows; r++) {
        int32_t quad;
        memcpy(&quad, x + (q * rows + r) * 4, 4);
        for (size_t p = 0; p < panels; p++)
          sums[r][p] = _mm512_dpbusd_epi32(sums[r][p], weights[p], _mm512_set1_epi32(quad));
      }
    }
    AKIN_UNROLL
    for (size_t r = 0; r < rows; r++) {
      float row_scale;
      memcpy(&row_scale, x + VNNI_SCALES * rows + 4 * r, 4);
      for (size_t p = 0; p < panels; p++) {
        const __m512 scale = _mm512_mul_ps(_mm512_loadu_ps(tile.panel[p][b].scales), _mm512_set1_ps(row_scale));
        totals[r][p] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[r][p]), scale, totals[r][p]);
      }
    }
  }
  AKIN_UNROLL
  for (size_t r = 0; r < rows; r++)
    for (size_t p = 0; p < panels; p++)
      _mm512_mask_storeu_ps(tile.output + r * tile.output_stride + p * LANES, p + 1 == panels ? tile.lanes : 0xffff,
                            totals[r][p]);
}

#define AKIN_TILE(name, rows, panels)                                                                                  \
  AKIN_AVX512 static __attribute__((noinline)) void name(const q8_tile *tile) {                                        \
    multiply_q8_tile(*tile, rows, panels);                                                                             \
  }
AKIN_TILE(tile_1x1, 1, 1)
AKIN_TILE(tile_2x1, 2, 1)
AKIN_TILE(tile_3x1, 3, 1)
AKIN_TILE(tile_4x1, 4, 1)
AKIN_TILE(tile_5x1, 5, 1)
AKIN_TILE(tile_6x1, 6, 1)
AKIN_TILE(tile_7x1, 7, 1)
AKIN_TILE(tile_8x1, 8, 1)
AKIN_TILE(tile_9x1, 9, 1)
AKIN_TILE(tile_10x1, 10, 1)
AKIN_TILE(tile_11x1, 11, 1)
AKIN_TILE(tile_12x1, 12, 1)
AKIN_TILE(tile_13x1, 13, 1)
AKIN_TILE(tile_1x2, 1, 2)
AKIN_TILE(tile_2x2, 2, 2)
AKIN_TILE(tile_3x2, 3, 2)
AKIN_TILE(tile_4x2, 4, 2)
AKIN_TILE(tile_5x2, 5, 2)
AKIN_TILE(tile_6x2, 6, 2)
AKIN_TILE(tile_7x2, 7, 2)
AKIN_TILE(tile_8x2, 8, 2)

// By panels and rows.
static void (*const q8_tiles[2][SINGLE_TILE_ROWS])(const q8_tile *tile) = {
    {tile_1x1, tile_2x1, tile_3x1, tile_4x1, tile_5x1, tile_6x1, tile_7x1, tile_8x1, tile_9x1, tile_10x1, tile_11x1,
     tile_12x1, tile_13x1},
    {tile_1x2, tile_2x2, tile_3x2, tile_4x2, tile_5x2, tile_6x2, tile_7x2, tile_8x2}};

AKIN_AVX512 static void akin_matmul_q8_0_avx512(const akin_matmul_q8_0 *product) {
  const size_t blocks = product->blocks, rows = product->rows, tiles = vnni_tile_count(avx512_tiling, rows);
  const size_t panels_at_once = rows <= TILE_ROWS || tiles > 1 ? 2 : 1;
  for (size_t first = 0; first < product->columns;) {
    const size_t rest = product->columns - first, panels = rest > LANES ? panels_at_once : 1;
    const size_t width = rest < panels * LANES ? rest : panels * LANES;
    const vnni_panel_block *panel = (const vnni_panel_block *)product->panels + first / LANES * blocks;
    q8_tile tile = {.panel = {panel, panel + blocks},
                    .bias = product->bias ? product->bias + first : NULL,
                    .output_stride = product->output_stride,
                    .blocks = blocks,
                    .lanes = lane_mask(width - (panels - 1) * LANES)};
    for (size_t t = 0; t < tiles; t++) {
      const size_t row = t * rows / tiles, height = (t + 1) * rows / tiles - row;
      tile.ahead = t == 0 ? panels * blocks * sizeof(vnni_panel_block) : 0;
      tile.x = (const uint8_t *)product->quantized + row * blocks * VNNI_BLOCK_BYTES;
      tile.output = product->output + row * product->output_stride + first;
      q8_tiles[panels - 1][height - 1](&tile);
    }
    first += width;
  }
}
// Sums of rows of x by one or two panels of [depth][16], from the bias on; stored through `lanes` in the last panel.
AKIN_AVX512_INLINE void multiply_f32_tile(const akin_matmul_f32 *product, size_t row, size_t first, const size_t rows,
                                          const size_t panels, __mmask16 lanes) {
  const size_t depth = product->depth, stride = product->x_stride;
  const float *x = product->x + row * stride, *panel = product->panels + first * depth;
  __m512 totals[TILE_ROWS][2];
  AKIN_UNROLL
  for (size_t p = 0; p < panels; p++) {
    const __mmask16 mask = p + 1 == panels ? lanes : 0xffff;
    const __m512 bias =
        product->bias ? _mm512_maskz_loadu_ps(mask, product->bias + first + p * LANES) : _mm512_setzero_ps();
    AKIN_UNROLL
    for (size_t r = 0; r < rows; r++)
      totals[r][p] = bias;
  }
  for (size_t k = 0; k < depth; k++) {
    const __m512 w0 = _mm512_loadu_ps(panel + k * LANES);
    const __m512 w1 = panels == 2 ? _mm512_loadu_ps(panel + (depth + k) * LANES) : w0;
    AKIN_UNROLL
    for (size_t r = 0; r < rows; r++) {
      const __m512 value = _mm512_set1_ps(x[r * stride + k]);
      totals[r][0] = _mm512_fmadd_ps(value, w0, totals[r][0]);
      if (panels == 2)
        totals[r][1] = _mm512_fmadd_ps(value, w1, totals[r][1]);
    }
  }
  AKIN_UNROLL
  for (size_t r = 0; r < rows; r++)
    AKIN_UNROLL
  for (size_t p = 0; p < panels; p++)
    _mm512_mask_storeu_ps(product->output + (row + r) * product->output_stride + first + p * LANES,
                          p + 1 == panels ? lanes : 0xffff, totals[r][p]);
}

AKIN_AVX512 static void akin_matmul_f32_avx512(const akin_matmul_f32 *product) {
  const size_t rows = product->rows, tiles = akin_divide_up(rows, TILE_ROWS);
  for (size_t first = 0; first < product->columns;) {
    const size_t rest = product->columns - first, panels = rest > LANES ? 2 : 1;
    const size_t width = rest < panels * LANES ? rest : panels * LANES;
    const __mmask16 lanes = lane_mask(width - (panels - 1) * LANES);
    for (size_t t = 0; t < tiles; t++) {
      const size_t row = t * rows / tiles, height = (t + 1) * rows / tiles - row;
      switch (height + (panels - 1) * TILE_ROWS) {
#define AKIN_F32_TILE(rows)                                                                                            \
  case rows:                                                                                                           \
    multiply_f32_tile(product, row, first, rows, 1, lanes);                                                            \
    break;                                                                                                             \
  case rows + TILE_ROWS:                                                                                               \
    multiply_f32_tile(product, row, first, rows, 2, lanes);                                                            \
    break;
        AKIN_F32_TILE(1)
        AKIN_F32_TILE(2)
        AKIN_F32_TILE(3)
        AKIN_F32_TILE(4)
        AKIN_F32_TILE(5)
        AKIN_F32_TILE(6)
        AKIN_F32_TILE(7)
        AKIN_F32_TILE(8)
      }
    }
    first += width;
  }
}

const akin_kernels akin_kernels_avx512vnni = {
    .name = "avx512vnni",
    .q8_panel_columns = VNNI_PANEL,
    .q8_block_bytes = VNNI_BLOCK_BYTES,
    .q8_row_unit = 1,
    .quantize_q8_0 = akin_quantize_q8_0_avx512,
    .pack_q8_0 = akin_pack_q8_0_vnni,
    .matmul_q8_0 = akin_matmul_q8_0_avx512,
    .matmul_f32 = akin_matmul_f32_avx512,
    .attention_q8 = akin_attention_q8_avx512,
    .softmax_f32 = akin_softmax_f32_avx512,
    .layer_norm_f32 = akin_layer_norm_f32_avx512,
    .gelu_f32 = akin_gelu_f32_avx512,
    .gelu_tanh_f32 = akin_gelu_tanh_f32_avx512,
    .relu_f32 = akin_relu_f32_avx512,
    .add_scaled_f32 = akin_add_scaled_f32_avx512,
    .maximum_f32 = akin_maximum_f32_avx512,
    .dot_f32 = akin_dot_f32_avx512,
    .squared_distance_f32 = akin_squared_distance_f32_avx512,
    .absolute_distance_f32 = akin_absolute_distance_f32_avx512,
    .dot_rows_i8 = akin_dot_rows_i8_avx512,
    .widen_f16 = akin_widen_f16_avx512,
    .widen_bf16 = akin_widen_bf16_avx512,
    .dequantize_q8_0 = akin_dequantize_q8_0_avx512,
};
#endif
