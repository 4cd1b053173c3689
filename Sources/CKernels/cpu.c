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
  const uint64_t sse_and_avx_state = 6;
  if (!(c & saves_registers) || !(c & avx) || (extended_control_register() & sse_and_avx_state) != sse_and_avx_state)
    return 0;
  if (c & 1u << 12)
    features |= AKIN_CPU_FMA;
  if (c & 1u << 29)
    features |= AKIN_CPU_F16C;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 5))
    features |= AKIN_CPU_AVX2;
  return features;
}

#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

static unsigned probe(void) {
  const unsigned long hwcap_asimddp = 1ul << 20; // from the kernel's uapi/asm/hwcap.h
  return getauxval(AT_HWCAP) & hwcap_asimddp ? AKIN_CPU_DOTPROD : 0;
}

#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>

static unsigned probe(void) {
  int present = 0;
  size_t size = sizeof present;
  const int failed = sysctlbyname("hw.optional.arm.FEAT_DotProd", &present, &size, NULL, 0);
  return !failed && present ? AKIN_CPU_DOTPROD : 0;
}

#else
static unsigned probe(void) { return 0; }
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
  } names[] = {{AKIN_CPU_AVX2, "avx2"}, {AKIN_CPU_FMA, "fma"}, {AKIN_CPU_F16C, "f16c"}, {AKIN_CPU_DOTPROD, "dotprod"}};
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
