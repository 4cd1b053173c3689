// Every kernel table of this CPU against the scalar one, at every kind of shape. Each buffer is its own allocation of
// exactly the contract's size, so that a sanitizer sees one element too many. scripts/sanitize-kernels.sh runs it.
#include "checks.h"

#include <stdio.h>

static void test_table(const akin_kernels *kernels) {
  static const size_t rows[] = {1, 2, 3, 5, 6, 7, 12, 13, 31, 64}, columns[] = {1, 7, 8, 15, 16, 17, 33, 48};
  static const size_t depths[] = {1, 31, 32, 33, 64, 100, 160};
  tested = kernels;
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
      for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
        test_q8_product(rows[r], columns[c], depths[d]);
        test_f32_product(rows[r], columns[c], depths[d]);
      }
  for (size_t count = 1; count <= 40; count++) // every height of a tile, by whole panels and parts of one
    for (size_t width = 15; width <= 65; width += 25)
      test_q8_product(count, width, 96);
  for (size_t count = 1; count <= 300; count++)
    test_q8_product(count, 17, 33);
  test_q8_product(300, 19, 1536);
  test_q8_extremes();
  test_quantized_rows();
  for (size_t count = 1; count < 70; count++) {
    test_softmax(1 + count % 5, count);
    test_layer_norm(1 + count % 3, count);
    test_activations(count);
    test_vectors(count);
    test_attention(count, 1 + count * 7 % 40);
    test_byte_rows(1 + count % 9, count);
  }
  for (size_t count = 1; count < 70; count++)
    test_portable_rows(1 + count % 4, count);
  test_byte_rows(3, 384);
  test_byte_rows(1, 65536);
  test_layer_norm(2, 1024);
  test_softmax(2, 513);
  test_attention(300, 64);
  test_attention(512, 32);
  test_attention(2, 160);
  test_formats();
  test_weights();
  if (kernels != scalar)
    test_same_bits();
}

int main(void) {
  scalar = akin_kernels_named("scalar");
  const akin_kernels *kernels;
  for (size_t i = 0; (kernels = akin_kernels_at(i)); i++) {
    const int before = checks;
    state = 20240229;
    test_table(kernels);
    printf("%s: %d checks\n", kernels->name, checks - before);
  }
  if (failures)
    printf("%d of %d checks failed\n", failures, checks);
  return failures > 0;
}
