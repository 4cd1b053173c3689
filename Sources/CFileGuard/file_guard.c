#define _GNU_SOURCE
#include "CFileGuard.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* A model has a file or a few; each of a hundred models may be open. */
enum { RANGES = 1024 };

/* `start` is 0 where the place is free. The handler reads both without a lock: `end` is written before `start`. */
static struct {
  _Atomic uintptr_t start, end;
  atomic_bool was_cut;
} ranges[RANGES];

static struct sigaction before;
static uintptr_t page_size;
static bool is_installed;

/* Only system calls that a handler may make, and mmap, which is one system call in every C library that Akin is built for. */
static void answer(int signal, siginfo_t *information, void *context) {
  uintptr_t address = (uintptr_t)information->si_addr;
  for (int i = 0; i < RANGES; i++) {
    uintptr_t start = atomic_load(&ranges[i].start), end = atomic_load(&ranges[i].end);
    if (start == 0 || address < start || address >= end) continue;
    atomic_store(&ranges[i].was_cut, true);
    uintptr_t page = address - address % page_size;
    void *zeros = mmap((void *)page, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (zeros != MAP_FAILED) return;
  }
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(signal, information, context);
  } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    before.sa_handler(signal);
  } else {
    /* The access is made again, and ends the process as it would have. */
    sigaction(SIGBUS, &before, NULL);
  }
}

static bool install(void) {
  if (is_installed) return true;
  page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
  struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  is_installed = sigaction(SIGBUS, &action, &before) == 0;
  return is_installed;
}

int akin_guard_add(void *base, size_t length) {
  if (!install()) return -1;
  for (int i = 0; i < RANGES; i++) {
    if (atomic_load(&ranges[i].start) != 0) continue;
    uintptr_t pages = (length + page_size - 1) / page_size;
    atomic_store(&ranges[i].was_cut, false);
    atomic_store(&ranges[i].end, (uintptr_t)base + pages * page_size);
    atomic_store(&ranges[i].start, (uintptr_t)base);
    return i;
  }
  return -1;
}

void akin_guard_remove(int number) {
  if (number >= 0) atomic_store(&ranges[number].start, 0);
}

bool akin_guard_was_cut(int number) { return number >= 0 && atomic_load(&ranges[number].was_cut); }
