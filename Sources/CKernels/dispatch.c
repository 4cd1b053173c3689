// Which tables this CPU can run, and which of them is used.
#include "internal.h"

typedef struct {
  const akin_kernels *kernels;
  unsigned needs; // akin_cpu_flags that must all be there
} candidate;

// Fastest first.
static const candidate candidates[] = {
#if defined(__x86_64__)
    {&akin_kernels_avx512vnni, AKIN_CPU_AVX512 | AKIN_CPU_AVX512_VNNI | AKIN_CPU_AVX2 | AKIN_CPU_FMA | AKIN_CPU_F16C},
    {&akin_kernels_avxvnni, AKIN_CPU_AVX_VNNI | AKIN_CPU_AVX2 | AKIN_CPU_FMA | AKIN_CPU_F16C},
    {&akin_kernels_avx2, AKIN_CPU_AVX2 | AKIN_CPU_FMA | AKIN_CPU_F16C},
#elif defined(__aarch64__)
    {&akin_kernels_i8mm, AKIN_CPU_DOTPROD | AKIN_CPU_I8MM},
    {&akin_kernels_neon, AKIN_CPU_DOTPROD},
#endif
    {&akin_kernels_scalar, 0},
};

const akin_kernels *akin_kernels_at(size_t index) {
  const unsigned features = akin_cpu_features();
  for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++)
    if ((features & candidates[i].needs) == candidates[i].needs && index-- == 0)
      return candidates[i].kernels;
  return NULL;
}

const akin_kernels *akin_kernels_named(const char *name) {
  const akin_kernels *kernels = NULL;
  for (size_t i = 0; (kernels = akin_kernels_at(i)); i++)
    if (!name || strcmp(kernels->name, name) == 0)
      return kernels;
  return NULL;
}

const char *akin_kernels_known(void) {
  return "scalar, avx2, avxvnni, avx512vnni, neon, i8mm";
}

size_t akin_q8_0_rows_bytes(const akin_kernels *kernels, size_t rows, size_t blocks) {
  return akin_divide_up(rows, kernels->q8_row_unit) * kernels->q8_row_unit * blocks * kernels->q8_block_bytes;
}

size_t akin_q8_0_panel_bytes(const akin_kernels *kernels, size_t blocks) {
  return blocks * kernels->q8_panel_columns * (sizeof(float) + AKIN_Q8_BLOCK);
}
