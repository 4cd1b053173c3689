#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A regular expression that is matched in time linear in the text (RE2). Several threads may use it at once.
typedef struct akin_pattern akin_pattern;

/// Compiles a pattern in UTF-8. NULL where it is none, or would take more than `memory` bytes; then `problem`, which has
/// room for `capacity` bytes, says why.
akin_pattern *akin_pattern_new(const char *bytes, size_t count, size_t memory, char *problem, size_t capacity);

void akin_pattern_free(akin_pattern *pattern);

/// The first match at `start` or behind it. Gives 1 and where the part of it is that `group` took (0 for all), or 0.
int akin_pattern_find(
    const akin_pattern *pattern, int group, const char *text, size_t count, size_t start, size_t *first, size_t *end);

#ifdef __cplusplus
}
#endif
