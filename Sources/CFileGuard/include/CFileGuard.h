/* Mapped files that another program cuts while they are in use.
 *
 * Reading a mapped page that is no longer in its file raises SIGBUS, which ends a process. For the ranges that are named
 * here the signal is answered by pages of zeros in the missing ones' place, and the range remembers it: whoever has read it
 * asks, and throws away what came of it. Any other SIGBUS does what it did before. */
#ifndef AKIN_FILE_GUARD_H
#define AKIN_FILE_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* Guards a range of whole pages until it is forgotten. Not from two threads at once. Returns its number, or -1 where as
 * many ranges as there may be are guarded, or the signal cannot be caught; such a range is mapped as any other. */
int akin_guard_add(void *base, size_t length);

/* Forgets a range, before it is unmapped. Not at the same time as akin_guard_add. */
void akin_guard_remove(int number);

/* Whether a page of the range was missing when it was read. From any thread. */
bool akin_guard_was_cut(int number);

#endif
