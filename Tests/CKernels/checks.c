#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const akin_kernels *scalar, *tested;
int checks, failures;

void check(int holds, const char *what, size_t a, size_t b, size_t c) {
  checks++;
  if (!holds && failures++ < 20)
    printf("FAILED %s: %s (%zu, %zu, %zu)\n", tested->name, what, a, b, c);
}

// SplitMix64 (Steele, Lea and Flood 2014).
uint64_t state;
uint64_t next(void) {
  uint64_t z = (state += 0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}
float uniform(float low, float high) {
  return low + (high - low) * (float)(next() >> 40) * 0x1p-24f;
}

void *allocate(size_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (!memory)
    exit(2);
  memset(memory, 0xEE, bytes);
  return memory;
}
float *floats(size_t count, float low, float high) {
  float *values = allocate(count * sizeof *values);
  for (size_t i = 0; i < count; i++)
    values[i] = uniform(low, high);
  return values;
}
float *copy(const float *values, size_t count) {
  float *result = allocate(count * sizeof *result);
  memcpy(result, values, count * sizeof *result);
  return result;
}

int same_bits(const float *a, const float *b, size_t count) {
  return memcmp(a, b, count * sizeof *a) == 0;
}
float largest_difference(const float *a, const float *b, size_t count) {
  float largest = 0;
  for (size_t i = 0; i < count; i++)
    if (!(fabsf(a[i] - b[i]) <= largest))
      largest = fabsf(a[i] - b[i]);
  return largest;
}
size_t divide_up(size_t count, size_t unit) {
  return (count + unit - 1) / unit;
}
