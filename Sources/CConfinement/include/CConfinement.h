#ifndef AKIN_CCONFINEMENT_H
#define AKIN_CCONFINEMENT_H

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
} cconfinement_scope;

// What holds.
enum {
  // Limits of time, memory and files, no core dump, and the root as the folder.
  CCONFINEMENT_LIMITS = 1,
  // Files by Landlock.
  CCONFINEMENT_FILES = 2,
  // System calls by seccomp: no network, nothing written to a disk, no other process touched.
  CCONFINEMENT_CALLS = 4,
};

// Takes it from the calling process, before it has other threads that matter. `seconds` of CPU time for each process;
// `bytes` of address space. Returns what holds.
int cconfinement_begin(cconfinement_scope scope, uint64_t seconds, uint64_t bytes);

#endif
