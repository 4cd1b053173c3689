// Self-attention of one head, as two matrix products with a softmax between them, a few query rows at a time.
#include "internal.h"

enum { QUERY_ROWS = 16 };

static size_t panel_padded(size_t count) {
  return akin_divide_up(count, AKIN_F32_PANEL) * AKIN_F32_PANEL;
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

// Keys, values and a few rows of scores in float32. Quantised attention fills heads up to 32 components and needs less than
// half of that for keys and values; it has a few rows of weights and queries beside.
size_t akin_attention_scratch(size_t tokens, size_t head_size) {
  const size_t padded_tokens = panel_padded(tokens), padded_size = akin_divide_up(head_size, 32) * 32;
  return 2 * padded_tokens * padded_size + QUERY_ROWS * padded_tokens;
}

// Weights of a row's visible keys in place of the scores from `start` to `end`, zeros for the others.
static void weigh_visible(const akin_attention *attention, size_t row, size_t start, size_t end, float *scores) {
  const size_t first = row > attention->before ? row - attention->before : 0;
  const size_t last = least(attention->tokens - 1 - row, attention->after) + row;
  memset(scores, 0, (first - start) * sizeof *scores);
  memset(scores + (last + 1 - start), 0, (end - last - 1) * sizeof *scores);
  const float *bias = attention->bias ? attention->bias + (ptrdiff_t)first - (ptrdiff_t)row : NULL;
  akin_biased_softmax(scores + (first - start), bias, attention->scale, last + 1 - first);
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
    const size_t rows = least(tokens - first, QUERY_ROWS), last = first + rows - 1;
    // The keys that any of these rows sees, from a panel's start on.
    const size_t hidden = first > attention->before ? first - attention->before : 0;
    const size_t start = hidden / AKIN_F32_PANEL * AKIN_F32_PANEL;
    const size_t end = last + least(tokens - 1 - last, attention->after) + 1;
    const akin_matmul_f32 query_by_key = {.x = attention->q + first * stride,
                                          .x_stride = stride,
                                          .panels = keys + start * head_size,
                                          .output = scores,
                                          .output_stride = score_stride,
                                          .rows = rows,
                                          .columns = end - start,
                                          .depth = head_size};
    kernels->matmul_f32(&query_by_key);
    if (akin_sees_all(attention) && !attention->bias)
      kernels->softmax_f32(scores, rows, tokens, score_stride, attention->scale);
    else
      for (size_t r = 0; r < rows; r++)
        weigh_visible(attention, first + r, start, end, scores + r * score_stride);
    // A panel at a time, since the values that are seen are a part of each.
    for (size_t c = 0; c < head_size; c += AKIN_F32_PANEL) {
      const akin_matmul_f32 weights_by_value = {.x = scores,
                                                .x_stride = score_stride,
                                                .panels = values + c * tokens + start * AKIN_F32_PANEL,
                                                .output = attention->output + first * attention->output_stride + c,
                                                .output_stride = attention->output_stride,
                                                .rows = rows,
                                                .columns = least(head_size - c, AKIN_F32_PANEL),
                                                .depth = end - start};
      kernels->matmul_f32(&weights_by_value);
    }
  }
}
