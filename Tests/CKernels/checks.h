// What the tests of the kernels share: two tables, a count of checks, seeded random numbers, and the tests themselves.
#ifndef CHECKS_H
#define CHECKS_H

#include "CKernels.h"

#include <stddef.h>
#include <stdint.h>

extern const akin_kernels *scalar, *tested;
extern int checks, failures;
// The random numbers' state: a seed before the first.
extern uint64_t state;

// Counts a check, and prints a failed one with the shape that it failed at.
void check(int holds, const char *what, size_t a, size_t b, size_t c);

uint64_t next(void);
float uniform(float low, float high);
// Memory of any bytes but zeros; the program ends where there is none.
void *allocate(size_t bytes);
float *floats(size_t count, float low, float high);
float *copy(const float *values, size_t count);
// Blocks of any bytes: -128 is among them, and scales are zero, denormal or ordinary.
uint8_t *foreign_blocks(size_t count);

int same_bits(const float *a, const float *b, size_t count);
// Not a number counts as larger than any.
float largest_difference(const float *a, const float *b, size_t count);
size_t divide_up(size_t count, size_t unit);

void test_q8_product(size_t rows, size_t columns, size_t depth);
void test_q8_extremes(void);
void test_quantized_rows(void);
void test_byte_rows(size_t count, size_t dimensions);

void test_f32_product(size_t rows, size_t columns, size_t depth);
void test_softmax(size_t rows, size_t columns);
void test_layer_norm(size_t rows, size_t columns);
void test_activations(size_t count);
void test_vectors(size_t count);
void test_portable_rows(size_t rows, size_t columns);

void test_attention(size_t tokens, size_t head_size);

void test_same_bits(void);

void test_formats(void);
void test_weights(void);

#endif
