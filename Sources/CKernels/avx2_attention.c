// AVX2: self-attention of one head in integers, each product of pairs and its sum two instructions.
#if defined(__x86_64__)
#define PAIRS_TARGET __attribute__((target("avx2,fma,f16c")))
#define PAIRS_ATTENTION akin_attention_q8_avx2
#define PAIRS_ADD(sum, x, y) _mm256_add_epi32(sum, _mm256_madd_epi16(x, y))
#include "pairs_attention.h"
#endif
