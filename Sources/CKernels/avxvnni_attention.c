// AVX-VNNI: self-attention of one head in integers, each product of pairs and its sum one instruction.
#if defined(__x86_64__)
#define PAIRS_TARGET __attribute__((target("avxvnni,avx2,fma,f16c")))
#define PAIRS_ATTENTION akin_attention_q8_avxvnni
#define PAIRS_ADD(sum, x, y) _mm256_dpwssd_avx_epi32(sum, x, y)
#include "pairs_attention.h"
#endif
