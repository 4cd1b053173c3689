#ifndef AKIN_CCONFINEMENT_H
#define AKIN_CCONFINEMENT_H

#include <stddef.h>
#include <stdint.h>

// What is taken from a process, and from all that it starts, before it reads a file that a stranger has made. It cannot be
// given back. Descriptors that are open stay.

// What may still be opened.
typedef enum {
  // No file, and no program is started.
  CCONFINEMENT_NOTHING,
  // The system's libraries and tables are read, where Landlock can tell them from other files; else nothing. No program is started.
  CCONFINEMENT_LIBRARIES,
  // The system's programs are started, and what they need of the system is read.
  CCONFINEMENT_PROGRAMS,
  // The same for a program that opens /dev/null for writing: Landlock alone tells that from other files.
  CCONFINEMENT_PROGRAMS_WITH_NULL,
} cconfinement_scope;

// What it may cost.
typedef struct {
  // Of CPU time, for each process.
  uint64_t seconds;
  // Bytes of address space.
  uint64_t bytes;
  // Open files.
  uint64_t descriptors;
} cconfinement_limits;

// What holds.
enum {
  // Limits of time, memory and files, no core dump, and the root as the folder.
  CCONFINEMENT_LIMITS = 1,
  // Files by Landlock.
  CCONFINEMENT_FILES = 2,
  // System calls by seccomp: no network, nothing written to a disk, no other process touched.
  CCONFINEMENT_CALLS = 4,
};

// Takes it from the calling process, before it has other threads that matter. What is at `paths`, `count` of them, and below is read
// besides, unless the scope is nothing. Returns what holds.
int cconfinement_begin(cconfinement_scope scope, cconfinement_limits limits, char *const *paths, size_t count);

#endif
