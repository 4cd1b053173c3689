// What this CPU can run. x86-64 is asked by CPUID and XGETBV (Intel SDM volume 1, 14.3 and 14.7: the system must save
// the upper halves of the registers), Arm on Linux by the auxiliary vector, on macOS by sysctl.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE // for sched_getaffinity
#endif
#include "internal.h"

#include <stdatomic.h>
#if defined(__linux__)
#include <sched.h>
#endif

#if defined(__x86_64__)
#include <cpuid.h>

static uint64_t extended_control_register(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static unsigned probe(void) {
  unsigned a, b, c, d, features = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d))
    return 0;
  const unsigned saves_registers = 1u << 27, avx = 1u << 28;
  const uint64_t sse_and_avx_state = 0x6, avx512_state = 0xe6;
  if (!(c & saves_registers) || !(c & avx) || (extended_control_register() & sse_and_avx_state) != sse_and_avx_state)
    return 0;
  if (c & 1u << 12)
    features |= AKIN_CPU_FMA;
  if (c & 1u << 29)
    features |= AKIN_CPU_F16C;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
    return features;
  if (b & 1u << 5)
    features |= AKIN_CPU_AVX2;
  const unsigned foundation = 1u << 16, doubleword = 1u << 17, byte_and_word = 1u << 30, vector_length = 1u << 31;
  const unsigned avx512 = foundation | doubleword | byte_and_word | vector_length;
  if ((b & avx512) == avx512 && (extended_control_register() & avx512_state) == avx512_state)
    features |= AKIN_CPU_AVX512 | (c & 1u << 11 ? AKIN_CPU_AVX512_VNNI : 0);
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 1u << 4))
    features |= AKIN_CPU_AVX_VNNI;
  return features;
}

#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

static unsigned probe(void) {
  const unsigned long hwcap_asimddp = 1ul << 20, hwcap2_i8mm = 1ul << 13; // from the kernel's uapi/asm/hwcap.h
  return (getauxval(AT_HWCAP) & hwcap_asimddp ? AKIN_CPU_DOTPROD : 0) |
         (getauxval(AT_HWCAP2) & hwcap2_i8mm ? AKIN_CPU_I8MM : 0);
}

#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>

static int has(const char *feature) {
  int present = 0;
  size_t size = sizeof present;
  return sysctlbyname(feature, &present, &size, NULL, 0) == 0 && present;
}

static unsigned probe(void) {
  return (has("hw.optional.arm.FEAT_DotProd") ? AKIN_CPU_DOTPROD : 0) |
         (has("hw.optional.arm.FEAT_I8MM") ? AKIN_CPU_I8MM : 0);
}

#else
static unsigned probe(void) {
  return 0;
}
#endif

// Threads that come here together probe twice and store the same value, so a relaxed atomic is enough.
unsigned akin_cpu_features(void) {
  static _Atomic unsigned known;
  unsigned features = atomic_load_explicit(&known, memory_order_relaxed);
  if (!features) {
    features = probe() | AKIN_CPU_PROBED;
    atomic_store_explicit(&known, features, memory_order_relaxed);
  }
  return features;
}

const char *akin_cpu_feature(size_t index) {
  static const struct {
    unsigned flag;
    const char *name;
  } names[] = {{AKIN_CPU_AVX2, "avx2"},
               {AKIN_CPU_FMA, "fma"},
               {AKIN_CPU_F16C, "f16c"},
               {AKIN_CPU_AVX512, "avx512"},
               {AKIN_CPU_AVX512_VNNI, "avx512vnni"},
               {AKIN_CPU_AVX_VNNI, "avxvnni"},
               {AKIN_CPU_DOTPROD, "dotprod"},
               {AKIN_CPU_I8MM, "i8mm"}};
  const unsigned features = akin_cpu_features();
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (features & names[i].flag && index-- == 0)
      return names[i].name;
  return NULL;
}

size_t akin_cpu_affinity(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    return (size_t)CPU_COUNT(&set);
#endif
  return 0;
}
