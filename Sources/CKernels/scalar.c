// The reference: plain C, one loop a sum, readable beside the contract. Every other table is tested against it.
#include "internal.h"

#include <math.h>

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

// One block of one row, of activations and of weights alike.
typedef struct {
  float scale;
  int8_t values[AKIN_Q8_BLOCK];
} q8_block;

static void akin_quantize_q8_0_scalar(const akin_quantize_q8_0 *task) {
  for (size_t r = 0; r < task->rows; r++) {
    const float *x = task->x + r * task->x_stride;
    uint8_t *output = (uint8_t *)task->quantized + (r * task->blocks + task->first_block) * sizeof(q8_block);
    for (size_t k = 0; k < task->columns; k += AKIN_Q8_BLOCK, output += sizeof(q8_block)) {
      const size_t size = task->columns - k < AKIN_Q8_BLOCK ? task->columns - k : AKIN_Q8_BLOCK;
      const float amax = akin_largest_magnitude(x + k, size);
      q8_block block = {0};
      if (!isfinite(amax)) {
        block.scale = NAN;
      } else if (amax >= AKIN_SMALLEST_AMAX) {
        block.scale = amax / 127;
        const float inverse = 127 / amax;
        for (size_t i = 0; i < size; i++)
          block.values[i] = (int8_t)nearbyintf(x[k + i] * inverse);
      }
      memcpy(output, &block, sizeof block);
    }
  }
}

// A panel is one column.
static void akin_pack_q8_0_scalar(const uint8_t *source, size_t columns, size_t blocks, void *panels) {
  uint8_t *output = panels;
  for (size_t i = 0; i < columns * blocks; i++, source += AKIN_Q8_BLOCK_BYTES, output += sizeof(q8_block)) {
    const float scale = akin_f16_to_f32(akin_load_u16(source));
    memcpy(output, &scale, sizeof scale);
    memcpy(output + sizeof scale, source + 2, AKIN_Q8_BLOCK);
  }
}

static void akin_matmul_q8_0_scalar(const akin_matmul_q8_0 *product) {
  const size_t blocks = product->blocks;
  for (size_t c = 0; c < product->columns; c++) {
    const uint8_t *column = (const uint8_t *)product->panels + c * blocks * sizeof(q8_block);
    for (size_t r = 0; r < product->rows; r++) {
      const uint8_t *row = (const uint8_t *)product->quantized + r * blocks * sizeof(q8_block);
      float total = product->bias ? product->bias[c] : 0;
      for (size_t b = 0; b < blocks; b++) {
        q8_block x, weights;
        memcpy(&x, row + b * sizeof x, sizeof x);
        memcpy(&weights, column + b * sizeof weights, sizeof weights);
        int32_t sum = 0;
        for (size_t i = 0; i < AKIN_Q8_BLOCK; i++)
          sum += (int32_t)x.values[i] * weights.values[i];
        total = fmaf((float)sum, weights.scale * x.scale, total);
      }
      product->output[r * product->output_stride + c] = total;
    }
  }
}

static void akin_matmul_f32_scalar(const akin_matmul_f32 *product) {
  const float *panel = product->panels;
  for (size_t first = 0; first < product->columns; first += AKIN_F32_PANEL, panel += product->depth * AKIN_F32_PANEL) {
    const size_t width = product->columns - first < AKIN_F32_PANEL ? product->columns - first : AKIN_F32_PANEL;
    for (size_t r = 0; r < product->rows; r++) {
      const float *x = product->x + r * product->x_stride;
      float totals[AKIN_F32_PANEL] = {0};
      if (product->bias)
        memcpy(totals, product->bias + first, width * sizeof(float));
      for (size_t k = 0; k < product->depth; k++)
        for (size_t c = 0; c < AKIN_F32_PANEL; c++)
          totals[c] += x[k] * panel[k * AKIN_F32_PANEL + c];
      memcpy(product->output + r * product->output_stride + first, totals, width * sizeof(float));
    }
  }
}

static void akin_softmax_f32_scalar(float *x, size_t rows, size_t columns, size_t stride, float scale) {
  const size_t padded = akin_divide_up(columns, AKIN_F32_PANEL) * AKIN_F32_PANEL;
  for (size_t r = 0; r < rows; r++, x += stride) {
    float largest = -INFINITY, sum = 0;
    for (size_t c = 0; c < columns; c++)
      largest = x[c] > largest ? x[c] : largest;
    for (size_t c = 0; c < columns; c++) {
      x[c] = expf(scale * (x[c] - largest));
      sum += x[c];
    }
    for (size_t c = 0; c < columns; c++)
      x[c] /= sum;
    for (size_t c = columns; c < padded; c++)
      x[c] = 0;
  }
}

static void akin_layer_norm_f32_scalar(const float *x, const float *residual, const float *weight, const float *bias,
                                       float epsilon, size_t rows, size_t columns, float *output) {
  for (size_t r = 0; r < rows; r++) {
    const size_t row = r * columns;
    float sum = 0, squares = 0;
    for (size_t c = 0; c < columns; c++) {
      output[row + c] = x[row + c] + (residual ? residual[row + c] : 0);
      sum += output[row + c];
    }
    const float mean = sum / (float)columns;
    for (size_t c = 0; c < columns; c++) {
      output[row + c] -= mean;
      squares += output[row + c] * output[row + c];
    }
    const float inverse = 1 / sqrtf(squares / (float)columns + epsilon);
    for (size_t c = 0; c < columns; c++)
      output[row + c] = output[row + c] * inverse * weight[c] + bias[c];
  }
}

static void akin_gelu_f32_scalar(float *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] = x[i] * 0.5f * erfcf(x[i] * -0.70710678f);
}

static void akin_gelu_tanh_f32_scalar(float *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] = 0.5f * x[i] * (1 + tanhf(0.79788456f * (x[i] + 0.044715f * x[i] * x[i] * x[i])));
}

static void akin_relu_f32_scalar(float *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    x[i] = x[i] > 0 ? x[i] : 0;
}

static void akin_add_scaled_f32_scalar(float *y, const float *x, float a, size_t count) {
  for (size_t i = 0; i < count; i++)
    y[i] += a * x[i];
}

static void akin_maximum_f32_scalar(float *y, const float *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    y[i] = x[i] > y[i] ? x[i] : y[i];
}

static float akin_dot_f32_scalar(const float *x, const float *y, size_t count) {
  float sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += x[i] * y[i];
  return sum;
}

static float akin_squared_distance_f32_scalar(const float *x, const float *y, size_t count) {
  float sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += (x[i] - y[i]) * (x[i] - y[i]);
  return sum;
}

static float akin_absolute_distance_f32_scalar(const float *x, const float *y, size_t count) {
  float sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += fabsf(x[i] - y[i]);
  return sum;
}

static void akin_dot_rows_i8_scalar(const int8_t *query, const int8_t *rows, size_t count, size_t dimensions,
                                    int32_t *scores) {
  for (size_t r = 0; r < count; r++, rows += dimensions) {
    int32_t sum = 0;
    for (size_t k = 0; k < dimensions; k++)
      sum += (int32_t)query[k] * rows[k];
    scores[r] = sum;
  }
}

static void akin_widen_f16_scalar(const uint8_t *source, size_t count, float *output) {
  for (size_t i = 0; i < count; i++)
    output[i] = akin_f16_to_f32(akin_load_u16(source + 2 * i));
}

static void akin_widen_bf16_scalar(const uint8_t *source, size_t count, float *output) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = (uint32_t)akin_load_u16(source + 2 * i) << 16;
    memcpy(output + i, &bits, sizeof bits);
  }
}

static void akin_dequantize_q8_0_scalar(const uint8_t *source, size_t blocks, float *output) {
  for (size_t b = 0; b < blocks; b++, source += AKIN_Q8_BLOCK_BYTES) {
    const float scale = akin_f16_to_f32(akin_load_u16(source));
    for (size_t i = 0; i < AKIN_Q8_BLOCK; i++)
      *output++ = scale * (float)(int8_t)source[2 + i];
  }
}

const akin_kernels akin_kernels_scalar = {
    .name = "scalar",
    .q8_panel_columns = 1,
    .q8_block_bytes = sizeof(q8_block),
    .q8_row_unit = 1,
    .quantize_q8_0 = akin_quantize_q8_0_scalar,
    .pack_q8_0 = akin_pack_q8_0_scalar,
    .matmul_q8_0 = akin_matmul_q8_0_scalar,
    .matmul_f32 = akin_matmul_f32_scalar,
    .softmax_f32 = akin_softmax_f32_scalar,
    .layer_norm_f32 = akin_layer_norm_f32_scalar,
    .gelu_f32 = akin_gelu_f32_scalar,
    .gelu_tanh_f32 = akin_gelu_tanh_f32_scalar,
    .relu_f32 = akin_relu_f32_scalar,
    .add_scaled_f32 = akin_add_scaled_f32_scalar,
    .maximum_f32 = akin_maximum_f32_scalar,
    .dot_f32 = akin_dot_f32_scalar,
    .squared_distance_f32 = akin_squared_distance_f32_scalar,
    .absolute_distance_f32 = akin_absolute_distance_f32_scalar,
    .dot_rows_i8 = akin_dot_rows_i8_scalar,
    .widen_f16 = akin_widen_f16_scalar,
    .widen_bf16 = akin_widen_bf16_scalar,
    .dequantize_q8_0 = akin_dequantize_q8_0_scalar,
};
