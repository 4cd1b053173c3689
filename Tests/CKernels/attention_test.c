// Attention of one head, in float32 and quantised.
#include "checks.h"

#include <math.h>
#include <stdlib.h>

static int is_seen(const akin_attention *attention, size_t query, size_t key) {
  return key <= query ? query - key <= attention->before : key - query <= attention->after;
}

// Softmax of all scores at once, in double precision.
static void attend_exactly(const akin_attention *attention, double *output) {
  double *weights = allocate(attention->tokens * sizeof *weights);
  for (size_t r = 0; r < attention->tokens; r++) {
    double sum = 0, largest = -INFINITY;
    for (size_t t = 0; t < attention->tokens; t++) {
      weights[t] = 0;
      for (size_t c = 0; c < attention->head_size; c++)
        weights[t] += attention->scale * (double)attention->q[r * attention->stride + c] *
                      attention->k[t * attention->stride + c];
      if (attention->bias)
        weights[t] += attention->bias[(ptrdiff_t)t - (ptrdiff_t)r];
      if (!is_seen(attention, r, t))
        weights[t] = -INFINITY;
      largest = fmax(largest, weights[t]);
    }
    for (size_t t = 0; t < attention->tokens; t++)
      sum += weights[t] = exp(weights[t] - largest);
    for (size_t c = 0; c < attention->head_size; c++) {
      double value = 0;
      for (size_t t = 0; t < attention->tokens; t++)
        value += weights[t] / sum * attention->v[t * attention->stride + c];
      output[r * attention->head_size + c] = value;
    }
  }
  free(weights);
}

// Rounds a head's components to 127 steps of their largest magnitude, as quantised attention does to queries and keys.
static void round_components(float *x, size_t tokens, size_t stride, size_t head_size) {
  float largest = 0;
  for (size_t i = 0; i < tokens * head_size; i++)
    largest = fmaxf(largest, fabsf(x[i / head_size * stride + i % head_size]));
  for (size_t i = 0; i < tokens * head_size; i++) {
    float *component = &x[i / head_size * stride + i % head_size];
    *component = rintf(*component * (127 / largest)) * (largest / 127);
  }
}

static double worst_difference(const double *expected, const float *found, size_t count) {
  double worst = 0;
  for (size_t i = 0; i < count; i++)
    worst = isnan(found[i]) ? INFINITY : fmax(worst, fabs(expected[i] - found[i]));
  return worst;
}

static const size_t reaches[][2] = {{SIZE_MAX, SIZE_MAX}, {SIZE_MAX, 0}, {3, 3}, {20, 0}, {0, 0}, {40, 17}};

// In integers, of queries and keys that are rounded already.
static void test_quantised_partial_attention(akin_attention attention, float *found) {
  const size_t tokens = attention.tokens, count = tokens * attention.head_size;
  float *bias = floats(2 * tokens - 1, -3, 3);
  double *expected = allocate(count * sizeof *expected);
  attention.output = found;
  for (size_t i = 0; i < sizeof reaches / sizeof *reaches; i++)
    for (int biased = 0; biased < 2; biased++) {
      attention.before = reaches[i][0];
      attention.after = reaches[i][1];
      attention.bias = biased ? bias + tokens - 1 : NULL;
      attend_exactly(&attention, expected);
      check(tested->attention_q8(&attention), "quantised partial attention", tokens, i, (size_t)biased);
      check(worst_difference(expected, found, count) <= 6e-3, "quantised partial attention", tokens, i, (size_t)biased);
    }
  // Scores that vanish beside the bias, or have no steps.
  attention.before = attention.after = SIZE_MAX;
  attention.bias = bias + tokens - 1;
  attention.scale = 1e-12f;
  found[0] = 77;
  check(!tested->attention_q8(&attention) && found[0] == 77, "bias beyond the scores' steps", tokens, 0, 0);
  attention.bias = NULL;
  attention.after = 0;
  check(tokens == 1 || !tested->attention_q8(&attention), "unseen beyond the scores' steps", tokens, 0, 0);
  free(bias);
  free(expected);
}

// With biases, a window, both, and no token behind the query.
static void test_partial_attention(akin_attention attention, float *found) {
  const size_t tokens = attention.tokens, count = tokens * attention.head_size;
  float *bias = floats(2 * tokens - 1, -1, 1);
  double *expected = allocate(count * sizeof *expected);
  attention.output = found;
  for (size_t i = 0; i < sizeof reaches / sizeof *reaches; i++)
    for (int biased = 0; biased < 2; biased++) {
      attention.before = reaches[i][0];
      attention.after = reaches[i][1];
      attention.bias = biased ? bias + tokens - 1 : NULL;
      attend_exactly(&attention, expected);
      akin_attention_f32(tested, &attention);
      check(worst_difference(expected, found, count) <= 8e-6, "partial attention", tokens, i, (size_t)biased);
    }
  free(bias);
  free(expected);
}

void test_attention(size_t tokens, size_t head_size) {
  const size_t stride = 3 * head_size + 5, count = tokens * head_size;
  // The last row has its components alone, as in a packed batch's end.
  const size_t size = (tokens - 1) * stride + 3 * head_size;
  float *qkv = floats(size, -2, 2), *found = allocate(count * sizeof(float));
  float *scratch = allocate(akin_attention_scratch(tokens, head_size) * sizeof(float));
  double *expected = allocate(count * sizeof *expected);
  const akin_attention attention = {qkv,       qkv + head_size, qkv + 2 * head_size, found, scratch,  stride,
                                    head_size, tokens,          head_size,           0.25f, NULL,     SIZE_MAX,
                                    SIZE_MAX};
  attend_exactly(&attention, expected);
  akin_attention_f32(tested, &attention);
  check(worst_difference(expected, found, count) <= 3e-6, "attention", tokens, head_size, 0);
  test_partial_attention(attention, found);
  if (tested->attention_q8) {
    tested->attention_q8(&attention);
    round_components(qkv, tokens, stride, head_size);
    round_components(qkv + head_size, tokens, stride, head_size);
    attend_exactly(&attention, expected);
    check(worst_difference(expected, found, count) <= 6e-3, "quantised attention", tokens, head_size, 0);
    test_quantised_partial_attention(attention, found);
    for (size_t i = 0; i < size; i++)
      qkv[i] = 0;
    tested->attention_q8(&attention);
    check(found[0] == 0 && found[count - 1] == 0, "attention over zeros", tokens, head_size, 0);
    for (int part = 0; part < 3; part++) {
      qkv[(size_t)part * head_size] = part ? INFINITY : NAN;
      tested->attention_q8(&attention);
      check(isnan(found[0]) && isnan(found[count - 1]), "attention over no numbers", tokens, head_size, (size_t)part);
      qkv[(size_t)part * head_size] = 0;
    }
  }
  free(qkv);
  free(found);
  free(scratch);
  free(expected);
}
