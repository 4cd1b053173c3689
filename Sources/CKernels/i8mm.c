// Arm NEON with the int8 matrix extension (Armv8.6, Apple M2, Graviton 3): the q8_0 products. smmla multiplies two rows
// of eight bytes by two columns of eight and sums into a square of four 32-bit numbers, twice the products of sdot;
// rows and columns are therefore kept in pairs. A tile is 4 rows by one panel: sixteen sums, and ten loads for sixteen
// smmla. All else is NEON's.
#if defined(__aarch64__)
#include "neon.h"

#if defined(__clang__)
#define AKIN_I8MM __attribute__((target("i8mm,dotprod")))
#else
#define AKIN_I8MM __attribute__((target("arch=armv8.2-a+dotprod+i8mm")))
#endif

enum { PANEL = 16, PAIRS = PANEL / 2, OCTETS = AKIN_Q8_BLOCK / 8, TILE_PAIRS = 2 };

// One block of a panel: for every eight values along k, pairs of columns.
typedef struct {
  float scales[PANEL];
  int8_t values[OCTETS][PAIRS][2][8];
} panel_block;

_Static_assert(sizeof(panel_block) == PANEL * (sizeof(float) + AKIN_Q8_BLOCK), "akin_q8_0_panel_bytes holds");

// One block of a pair of rows; the second is zeros behind an odd number of them.
typedef struct {
  float scales[2];
  int8_t values[OCTETS][2][8];
} pair_block;

static void quantize_row_block(const float *x, pair_block *block, size_t row) {
  int8_t values[AKIN_Q8_BLOCK];
  akin_quantize_block_neon(x, values, &block->scales[row]);
  for (size_t o = 0; o < OCTETS; o++)
    memcpy(block->values[o][row], values + 8 * o, 8);
}

static void akin_quantize_q8_0_i8mm(const akin_quantize_q8_0 *task) {
  for (size_t r = 0; r < task->rows; r++) {
    const float *x = task->x + r * task->x_stride;
    pair_block *block = (pair_block *)task->quantized + r / 2 * task->blocks + task->first_block;
    for (size_t k = 0; k < task->columns; k += AKIN_Q8_BLOCK, block++) {
      if (r % 2 == 0 && r + 1 == task->rows)
        memset(block, 0, sizeof *block);
      if (task->columns - k >= AKIN_Q8_BLOCK) {
        quantize_row_block(x + k, block, r % 2);
      } else {
        float rest[AKIN_Q8_BLOCK] = {0};
        memcpy(rest, x + k, (task->columns - k) * sizeof(float));
        quantize_row_block(rest, block, r % 2);
      }
    }
  }
}

static void akin_pack_q8_0_i8mm(const uint8_t *source, size_t columns, size_t blocks, void *panels) {
  uint8_t *output = panels;
  for (size_t first = 0; first < columns; first += PANEL)
    for (size_t b = 0; b < blocks; b++, output += sizeof(panel_block)) {
      panel_block block = {0};
      for (size_t c = 0; c < PANEL && first + c < columns; c++) {
        const uint8_t *from = source + ((first + c) * blocks + b) * AKIN_Q8_BLOCK_BYTES;
        block.scales[c] = akin_f16_to_f32(akin_load_u16(from));
        for (size_t o = 0; o < OCTETS; o++)
          memcpy(block.values[o][c / 2][c % 2], from + 2 + 8 * o, 8);
      }
      memcpy(output, &block, sizeof block);
    }
}

// totals += the tile's products; `pairs` is a constant at every call, so the sums live in registers.
AKIN_I8MM static inline __attribute__((always_inline)) void
multiply_tile(const pair_block *x, const panel_block *panel, size_t blocks, const size_t pairs, float totals[][PANEL]) {
  for (size_t b = 0; b < blocks; b++, x++, panel++) {
    int32x4_t sums[TILE_PAIRS][PAIRS];
    for (size_t p = 0; p < pairs; p++)
      for (size_t c = 0; c < PAIRS; c++)
        sums[p][c] = vdupq_n_s32(0);
    for (size_t o = 0; o < OCTETS; o++) {
      int8x16_t rows[TILE_PAIRS];
      for (size_t p = 0; p < pairs; p++)
        rows[p] = vld1q_s8(x[p * blocks].values[o][0]);
      for (size_t c = 0; c < PAIRS; c++) {
        const int8x16_t columns = vld1q_s8(panel->values[o][c][0]);
        for (size_t p = 0; p < pairs; p++)
          sums[p][c] = vmmlaq_s32(sums[p][c], rows[p], columns);
      }
    }
    for (size_t c = 0; c < PAIRS; c += 2) {
      const float32x4_t weight_scales = vld1q_f32(panel->scales + 2 * c);
      for (size_t p = 0; p < pairs; p++)
        for (size_t r = 0; r < 2; r++) {
          const int32x2_t left = r ? vget_high_s32(sums[p][c]) : vget_low_s32(sums[p][c]);
          const int32x2_t right = r ? vget_high_s32(sums[p][c + 1]) : vget_low_s32(sums[p][c + 1]);
          const float32x4_t scale = vmulq_n_f32(weight_scales, x[p * blocks].scales[r]);
          float *total = totals[2 * p + r] + 2 * c;
          vst1q_f32(total, vfmaq_f32(vld1q_f32(total), vcvtq_f32_s32(vcombine_s32(left, right)), scale));
        }
    }
  }
}

AKIN_I8MM static void akin_matmul_q8_0_i8mm(const akin_matmul_q8_0 *product) {
  const size_t blocks = product->blocks, rows = product->rows;
  const panel_block *panel = product->panels;
  for (size_t first = 0; first < product->columns; first += PANEL, panel += blocks) {
    const size_t width = product->columns - first < PANEL ? product->columns - first : PANEL;
    float bias[PANEL] = {0};
    if (product->bias)
      memcpy(bias, product->bias + first, width * sizeof(float));
    for (size_t row = 0; row < rows; row += 2 * TILE_PAIRS) {
      const size_t height = rows - row < 2 * TILE_PAIRS ? rows - row : 2 * TILE_PAIRS;
      const pair_block *x = (const pair_block *)product->quantized + row / 2 * blocks;
      float totals[2 * TILE_PAIRS][PANEL];
      for (size_t r = 0; r < 2 * TILE_PAIRS; r++)
        memcpy(totals[r], bias, sizeof bias);
      if (height > 2)
        multiply_tile(x, panel, blocks, 2, totals);
      else
        multiply_tile(x, panel, blocks, 1, totals);
      for (size_t r = 0; r < height; r++)
        akin_store_columns(product->output + (row + r) * product->output_stride + first, totals[r], width);
    }
  }
}

const akin_kernels akin_kernels_i8mm = {
    .name = "i8mm",
    .q8_panel_columns = PANEL,
    .q8_block_bytes = sizeof(pair_block) / 2,
    .q8_row_unit = 2,
    .quantize_q8_0 = akin_quantize_q8_0_i8mm,
    .pack_q8_0 = akin_pack_q8_0_i8mm,
    .matmul_q8_0 = akin_matmul_q8_0_i8mm,
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
