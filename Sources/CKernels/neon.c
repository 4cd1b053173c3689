// Arm NEON with the dot-product extension (Armv8.2, every Apple silicon): the quantiser of activations and the matrix
// products. sdot multiplies four bytes by four bytes a lane and sums in 32 bits; one operand can be a quarter of
// a register, so 16 activations of a row serve 16 weights of four columns each, four times.
#if defined(__aarch64__)
#include "neon.h"

#include <math.h>

enum { PANEL = 16, VECTORS = PANEL / LANES, TILE_ROWS = 4, QUADS = AKIN_Q8_BLOCK / 4 };

// One block of a panel: sdot sums four neighbours, so the values of a column lie in fours along k.
typedef struct {
  float scales[PANEL];
  int8_t values[QUADS][PANEL][4];
} panel_block;

// One block of one row of activations.
typedef struct {
  float scale;
  int8_t values[AKIN_Q8_BLOCK];
} row_block;

_Static_assert(sizeof(panel_block) == PANEL * (sizeof(float) + AKIN_Q8_BLOCK), "akin_q8_0_panel_bytes holds");

void akin_quantize_block_neon(const float *x, int8_t *values, float *scale) {
  float32x4_t v[8];
  uint32x4_t largest = vdupq_n_u32(0);
  for (int i = 0; i < 8; i++) {
    v[i] = vld1q_f32(x + i * LANES);
    largest = vmaxq_u32(largest, vreinterpretq_u32_f32(vabsq_f32(v[i])));
  }
  // As integers, magnitudes are ordered like numbers, with infinities and NaNs above them.
  const uint32_t most = vmaxvq_u32(largest);
  float amax;
  memcpy(&amax, &most, sizeof amax);
  if (!isfinite(amax) || amax < AKIN_SMALLEST_AMAX) {
    *scale = isfinite(amax) ? 0 : NAN;
    memset(values, 0, AKIN_Q8_BLOCK);
    return;
  }
  *scale = amax / 127;
  const float inverse = 127 / amax;
  for (int i = 0; i < 8; i += 2) {
    const int32x4_t low = vcvtnq_s32_f32(vmulq_n_f32(v[i], inverse));
    const int32x4_t high = vcvtnq_s32_f32(vmulq_n_f32(v[i + 1], inverse));
    vst1_s8(values + i * LANES, vmovn_s16(vcombine_s16(vmovn_s32(low), vmovn_s32(high))));
  }
}

static void akin_quantize_q8_0_neon(const akin_quantize_q8_0 *task) {
  const size_t whole = task->columns - task->columns % AKIN_Q8_BLOCK;
  for (size_t r = 0; r < task->rows; r++) {
    const float *x = task->x + r * task->x_stride;
    row_block *block = (row_block *)task->quantized + r * task->blocks + task->first_block;
    for (size_t k = 0; k < whole; k += AKIN_Q8_BLOCK, block++)
      akin_quantize_block_neon(x + k, block->values, &block->scale);
    if (whole < task->columns) {
      float rest[AKIN_Q8_BLOCK] = {0};
      memcpy(rest, x + whole, (task->columns - whole) * sizeof(float));
      akin_quantize_block_neon(rest, block->values, &block->scale);
    }
  }
}

static void akin_pack_q8_0_neon(const uint8_t *source, size_t columns, size_t blocks, void *panels) {
  uint8_t *output = panels;
  for (size_t first = 0; first < columns; first += PANEL)
    for (size_t b = 0; b < blocks; b++, output += sizeof(panel_block)) {
      panel_block block = {0};
      for (size_t c = 0; c < PANEL && first + c < columns; c++) {
        const uint8_t *from = source + ((first + c) * blocks + b) * AKIN_Q8_BLOCK_BYTES;
        block.scales[c] = akin_f16_to_f32(akin_load_u16(from));
        for (size_t k = 0; k < AKIN_Q8_BLOCK; k++)
          block.values[k / 4][c][k % 4] = (int8_t)from[2 + k];
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

// sums[r] += 16 columns' products with four of the 16 activations in x[r]; the quarter must be a literal.
#define AKIN_MULTIPLY_QUAD(quarter)                                                                                    \
  for (size_t j = 0; j < VECTORS; j++) {                                                                               \
    const int8x16_t w = vld1q_s8(weights + (quarter) * 4 * PANEL + j * 16);                                            \
    for (size_t r = 0; r < rows; r++)                                                                                  \
      sums[r][j] = vdotq_laneq_s32(sums[r][j], w, x[r], quarter);                                                      \
  }

// totals += the tile's products; `rows` is a constant at every call, so the sums live in registers.
AKIN_DOTPROD static inline __attribute__((always_inline)) void multiply_q8_tile(q8_tile tile, const size_t rows,
                                                                                float totals[][PANEL]) {
  for (size_t b = 0; b < tile.blocks; b++, tile.x++, tile.panel += sizeof(panel_block)) {
    const int8_t *weights = (const int8_t *)tile.panel + offsetof(panel_block, values);
    int32x4_t sums[TILE_ROWS][VECTORS];
    for (size_t r = 0; r < rows; r++)
      for (size_t j = 0; j < VECTORS; j++)
        sums[r][j] = vdupq_n_s32(0);
    for (size_t half = 0; half < 2; half++, weights += 16 * PANEL) {
      int8x16_t x[TILE_ROWS];
      for (size_t r = 0; r < rows; r++)
        x[r] = vld1q_s8(tile.x[r * tile.blocks].values + half * 16);
      AKIN_MULTIPLY_QUAD(0)
      AKIN_MULTIPLY_QUAD(1)
      AKIN_MULTIPLY_QUAD(2)
      AKIN_MULTIPLY_QUAD(3)
    }
    for (size_t j = 0; j < VECTORS; j++) {
      const float32x4_t weight_scales = vld1q_f32((const float *)tile.panel + j * LANES);
      for (size_t r = 0; r < rows; r++) {
        const float32x4_t scale = vmulq_n_f32(weight_scales, tile.x[r * tile.blocks].scale);
        float *total = totals[r] + j * LANES;
        vst1q_f32(total, vfmaq_f32(vld1q_f32(total), vcvtq_f32_s32(sums[r][j]), scale));
      }
    }
  }
}

AKIN_DOTPROD static void akin_matmul_q8_0_neon(const akin_matmul_q8_0 *product) {
  const size_t blocks = product->blocks, rows = product->rows;
  // Tiles of nearly the same height: 9 rows are 3 + 3 + 3, not 4 + 4 + 1.
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
      default:
        multiply_q8_tile(tile, 4, totals);
        break;
      }
      for (size_t r = 0; r < height; r++)
        akin_store_columns(product->output + (row + r) * product->output_stride + first, totals[r], width);
    }
  }
}

// totals += rows of x by a panel of [depth][16].
AKIN_NEON_INLINE void multiply_f32_tile(const float *x, size_t stride, const float *panel, size_t depth,
                                        const size_t rows, float totals[][PANEL]) {
  float32x4_t sums[TILE_ROWS][VECTORS];
  for (size_t r = 0; r < rows; r++)
    for (size_t j = 0; j < VECTORS; j++)
      sums[r][j] = vld1q_f32(totals[r] + j * LANES);
  for (size_t k = 0; k < depth; k++)
    for (size_t j = 0; j < VECTORS; j++) {
      const float32x4_t w = vld1q_f32(panel + k * PANEL + j * LANES);
      for (size_t r = 0; r < rows; r++)
        sums[r][j] = vfmaq_n_f32(sums[r][j], w, x[r * stride + k]);
    }
  for (size_t r = 0; r < rows; r++)
    for (size_t j = 0; j < VECTORS; j++)
      vst1q_f32(totals[r] + j * LANES, sums[r][j]);
}

void akin_matmul_f32_neon(const akin_matmul_f32 *product) {
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
      default:
        multiply_f32_tile(x, product->x_stride, panel, depth, 4, totals);
        break;
      }
      for (size_t r = 0; r < height; r++)
        akin_store_columns(product->output + (row + r) * product->output_stride + first, totals[r], width);
    }
  }
}

const akin_kernels akin_kernels_neon = {
    .name = "neon",
    .q8_panel_columns = PANEL,
    .q8_block_bytes = sizeof(row_block),
    .q8_row_unit = 1,
    .quantize_q8_0 = akin_quantize_q8_0_neon,
    .pack_q8_0 = akin_pack_q8_0_neon,
    .matmul_q8_0 = akin_matmul_q8_0_neon,
    .matmul_f32 = akin_matmul_f32_neon,
    .attention_q8 = akin_attention_q8_neon,
    .softmax_f32 = akin_softmax_f32_neon,
    .layer_norm_f32 = akin_layer_norm_f32_neon,
    .gelu_f32 = akin_gelu_f32_neon,
    .gelu_tanh_f32 = akin_gelu_tanh_f32_neon,
    .relu_f32 = akin_relu_f32_neon,
    .add_scaled_f32 = akin_add_scaled_f32_neon,
    .maximum_f32 = akin_maximum_f32_neon,
    .dot_f32 = akin_dot_f32_neon,
    .squared_distance_f32 = akin_squared_distance_f32_neon,
    .absolute_distance_f32 = akin_absolute_distance_f32_neon,
    .dot_rows_i8 = akin_dot_rows_i8_neon,
    .widen_f16 = akin_widen_f16_neon,
    .widen_bf16 = akin_widen_bf16_neon,
    .dequantize_q8_0 = akin_dequantize_q8_0_neon,
};
#endif
