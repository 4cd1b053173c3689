// Self-attention of one head, as two matrix products with a softmax between them, a few query rows at a time.
#include "internal.h"

enum { QUERY_ROWS = 16 };

static size_t panel_padded(size_t count) {
  return akin_divide_up(count, AKIN_F32_PANEL) * AKIN_F32_PANEL;
}

// Keys, values and a few rows of scores in float32. Quantised attention fills heads up to 32 components and needs less than
// half of that for keys and values; it has a few rows of weights and queries beside.
size_t akin_attention_scratch(size_t tokens, size_t head_size) {
  const size_t padded_tokens = panel_padded(tokens), padded_size = akin_divide_up(head_size, 32) * 32;
  return 2 * padded_tokens * padded_size + QUERY_ROWS * padded_tokens;
}

void akin_attention_f32(const akin_kernels *kernels, const akin_attention *attention) {
  const size_t tokens = attention->tokens, head_size = attention->head_size, stride = attention->stride;
  const size_t score_stride = panel_padded(tokens);
  float *keys = attention->scratch;                          // panels of 16 tokens: [head_size][16]
  float *values = keys + score_stride * head_size;           // panels of 16 components: [tokens][16]
  float *scores = values + tokens * panel_padded(head_size); // [QUERY_ROWS][score_stride]
  akin_pack_f32(attention->k, tokens, head_size, stride, 1, keys);
  akin_pack_f32(attention->v, head_size, tokens, 1, stride, values);

  for (size_t first = 0; first < tokens; first += QUERY_ROWS) {
    const size_t rows = tokens - first < QUERY_ROWS ? tokens - first : QUERY_ROWS;
    const akin_matmul_f32 query_by_key = {.x = attention->q + first * stride,
                                          .x_stride = stride,
                                          .panels = keys,
                                          .output = scores,
                                          .output_stride = score_stride,
                                          .rows = rows,
                                          .columns = tokens,
                                          .depth = head_size};
    kernels->matmul_f32(&query_by_key);
    kernels->softmax_f32(scores, rows, tokens, score_stride, attention->scale);
    const akin_matmul_f32 weights_by_value = {.x = scores,
                                              .x_stride = score_stride,
                                              .panels = values,
                                              .output = attention->output + first * attention->output_stride,
                                              .output_stride = attention->output_stride,
                                              .rows = rows,
                                              .columns = head_size,
                                              .depth = tokens};
    kernels->matmul_f32(&weights_by_value);
  }
}
