#ifndef AKIN_CJANSSON_SHIM_H
#define AKIN_CJANSSON_SHIM_H

#include <jansson.h>

// jansson's accessors that are macros, as functions, since Swift imports no function-like macro.
// Every pointer here is borrowed: none of these changes a reference count.

/// The kind of `value`, which must not be null.
static inline json_type cjansson_typeof(const json_t *value) { return json_typeof(value); }

/// Whether a boolean `value` is true.
static inline int cjansson_is_true(const json_t *value) { return json_is_true(value); }

#endif
