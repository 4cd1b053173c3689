// Times every kernel table that this CPU can run, by the calling thread's CPU time. Each run of a kernel stands between
// two of a loop of nothing but vpdpbusd, so that the share of the instruction's peak is taken at the clock, and beside
// the neighbours, that the kernel had: the medians of many short runs. Prints Markdown.
#include "CKernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 200 };

static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void *allocate(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!memory)
    exit(2);
  memset(memory, 1, bytes);
  return memory;
}

static float *floats(size_t count) {
  float *values = allocate(count * sizeof *values);
  for (size_t i = 0; i < count; i++)
    values[i] = (float)rand() / (float)RAND_MAX - 0.5f;
  return values;
}

// Products a second of independent vpdpbusd in the widest registers there are; 0 where there is none.
static double (*peak)(void);

#if defined(__x86_64__)
#include <immintrin.h>

enum { CHAINS = 12, ROUNDS = 4000 };

#define PEAK(name, isa, vector, ones, multiply)                                                                        \
  __attribute__((target(isa))) static double name(void) {                                                              \
    vector sums[CHAINS], x = ones, y = ones;                                                                           \
    for (int i = 0; i < CHAINS; i++)                                                                                   \
      sums[i] = ones;                                                                                                  \
    __asm__ volatile("" : "+v"(x), "+v"(y));                                                                           \
    const double start = seconds();                                                                                    \
    for (int n = 0; n < ROUNDS; n++) {                                                                                 \
      _Pragma("GCC unroll 12") for (int i = 0; i < CHAINS; i++) {                                                      \
        sums[i] = multiply(sums[i], x, y);                                                                             \
        __asm__ volatile("" : "+v"(sums[i]));                                                                          \
      }                                                                                                                \
    }                                                                                                                  \
    return (double)ROUNDS * CHAINS * sizeof(vector) / (seconds() - start);                                             \
  }
PEAK(peak_512, "avx512f,avx512vnni", __m512i, _mm512_set1_epi32(1), _mm512_dpbusd_epi32)
PEAK(peak_256, "avx2,avxvnni", __m256i, _mm256_set1_epi32(1), _mm256_dpbusd_avx_epi32)
#endif

typedef struct {
  const akin_kernels *kernels;
  akin_matmul_q8_0 product;
  size_t matrices, panel_bytes;
} q8_case;

static void run_q8(q8_case *task, size_t run) {
  akin_matmul_q8_0 product = task->product;
  product.panels = (const char *)product.panels + run % task->matrices * task->panel_bytes;
  task->kernels->matmul_q8_0(&product);
}

// `matrices` of them in turn: one stays in cache, twenty come from the last level or from memory.
static void time_q8(const akin_kernels *kernels, size_t rows, size_t depth, size_t columns, size_t matrices) {
  const size_t blocks = depth / AKIN_Q8_BLOCK;
  float *x = floats(rows * depth), *bias = floats(columns), *output = floats(rows * columns);
  uint8_t *weights = allocate(columns * blocks * AKIN_Q8_BLOCK_BYTES);
  for (size_t i = 0; i < columns * blocks * AKIN_Q8_BLOCK_BYTES; i++)
    weights[i] = i % AKIN_Q8_BLOCK_BYTES == 1 ? 0x1c : (uint8_t)rand();
  const size_t panels = (columns + kernels->q8_panel_columns - 1) / kernels->q8_panel_columns;
  q8_case task = {.kernels = kernels, .matrices = matrices};
  task.panel_bytes = panels * akin_q8_0_panel_bytes(kernels, blocks);
  char *packed = allocate(matrices * task.panel_bytes);
  for (size_t i = 0; i < matrices; i++)
    kernels->pack_q8_0(weights, columns, blocks, packed + i * task.panel_bytes);
  void *quantized = allocate(akin_q8_0_rows_bytes(kernels, rows, blocks));
  const akin_quantize_q8_0 quantize = {x, quantized, depth, rows, depth, 0, blocks};
  kernels->quantize_q8_0(&quantize);
  task.product = (akin_matmul_q8_0){quantized, packed, bias, output, columns, rows, columns, blocks};
  double times[RUNS], shares[RUNS];
  const double work = (double)rows * (double)depth * (double)columns;
  const size_t runs = strcmp(kernels->name, "scalar") ? RUNS : 5;
  for (size_t i = 0; i < runs; i++) {
    const double before = peak ? peak() : 0, start = seconds();
    run_q8(&task, i);
    times[i] = seconds() - start;
    const double after = peak ? peak() : 0;
    shares[i] = peak ? work / times[i] / ((before + after) / 2) : 0;
  }
  qsort(times, runs, sizeof *times, ascending);
  qsort(shares, runs, sizeof *shares, ascending);
  printf("| %s | q8_0 %zu x %zu x %zu%s | %.1f | %.1f | %.0f |\n", kernels->name, rows, depth, columns,
         matrices > 1 ? ", weights not in cache" : "", work / times[runs / 2] * 1e-9, work / times[0] * 1e-9,
         100 * shares[runs / 2]);
  free(x);
  free(bias);
  free(output);
  free(weights);
  free(packed);
  free(quantized);
}

static void time_f32(const akin_kernels *kernels, size_t rows, size_t depth, size_t columns) {
  float *x = floats(rows * depth), *weights = floats(columns * depth), *output = floats(rows * columns);
  float *panels = floats((columns + AKIN_F32_PANEL - 1) / AKIN_F32_PANEL * AKIN_F32_PANEL * depth);
  akin_pack_f32(weights, columns, depth, depth, 1, panels);
  const akin_matmul_f32 product = {x, panels, NULL, output, depth, columns, rows, columns, depth};
  double times[RUNS];
  const double work = (double)rows * (double)depth * (double)columns;
  const size_t runs = strcmp(kernels->name, "scalar") ? 50 : 5;
  for (size_t i = 0; i < runs; i++) {
    const double start = seconds();
    kernels->matmul_f32(&product);
    times[i] = seconds() - start;
  }
  qsort(times, runs, sizeof *times, ascending);
  printf("| %s | f32 %zu x %zu x %zu | %.1f | %.1f | |\n", kernels->name, rows, depth, columns,
         work / times[runs / 2] * 1e-9, work / times[0] * 1e-9);
  free(x);
  free(weights);
  free(output);
  free(panels);
}

static void time_attention(const akin_kernels *kernels, size_t tokens, size_t head_size, int narrow, int biased) {
  const size_t hidden = 12 * head_size;
  float *qkv = floats(tokens * 3 * hidden), *output = floats(tokens * hidden);
  float *scratch = floats(akin_attention_scratch(tokens, head_size)), *bias = floats(2 * tokens - 1);
  double times[RUNS];
  const size_t runs = strcmp(kernels->name, "scalar") ? 50 : 5;
  for (size_t i = 0; i < runs; i++) {
    const double start = seconds();
    for (size_t head = 0; head < hidden; head += head_size) {
      const akin_attention attention = {qkv + head,
                                        qkv + hidden + head,
                                        qkv + 2 * hidden + head,
                                        output + head,
                                        scratch,
                                        3 * hidden,
                                        hidden,
                                        tokens,
                                        head_size,
                                        0.2f,
                                        biased ? bias + tokens - 1 : NULL,
                                        SIZE_MAX,
                                        SIZE_MAX};
      if (narrow)
        kernels->attention_q8(&attention);
      else
        akin_attention_f32(kernels, &attention);
    }
    times[i] = seconds() - start;
  }
  qsort(times, runs, sizeof *times, ascending);
  const double work = 2.0 * (double)tokens * (double)tokens * (double)hidden;
  printf("| %s | attention %s, %zu tokens, heads of %zu%s | %.1f | %.1f | |\n", kernels->name, narrow ? "q8_0" : "f32",
         tokens, head_size, biased ? ", biased" : "", work / times[runs / 2] * 1e-9, work / times[0] * 1e-9);
  free(qkv);
  free(output);
  free(scratch);
  free(bias);
}

int main(void) {
  for (size_t i = 0; akin_cpu_feature(i); i++) {
#if defined(__x86_64__)
    if (strcmp(akin_cpu_feature(i), "avx512vnni") == 0)
      peak = peak_512;
    else if (!peak && strcmp(akin_cpu_feature(i), "avxvnni") == 0)
      peak = peak_256;
#endif
  }
  printf("One thread, its CPU time; %% is of vpdpbusd's peak, measured before and after each run.\n\n");
  printf("| kernels | work | GMAC/s, median | best | %% |\n|---|---|---|---|---|\n");
  const akin_kernels *kernels;
  for (size_t i = 0; (kernels = akin_kernels_at(i)); i++) {
    time_q8(kernels, 240, 384, 1536, 1);
    time_q8(kernels, 240, 1536, 384, 1);
    time_q8(kernels, 64, 384, 1536, 20);
    time_q8(kernels, 13, 384, 1536, 1);
    time_q8(kernels, 13, 384, 1536, 20);
    // BERT-base's hidden size.
    time_q8(kernels, 240, 768, 3072, 1);
    time_q8(kernels, 240, 3072, 768, 1);
    time_q8(kernels, 64, 768, 3072, 12);
    time_f32(kernels, 240, 384, 1536);
    time_f32(kernels, 240, 768, 3072);
    for (int narrow = 0; narrow < (kernels->attention_q8 ? 2 : 1); narrow++) {
      time_attention(kernels, 189, 32, narrow, 0);
      time_attention(kernels, 189, 64, narrow, 0);
      // As MPNet has it.
      time_attention(kernels, 189, 64, narrow, 1);
    }
  }
  return 0;
}
