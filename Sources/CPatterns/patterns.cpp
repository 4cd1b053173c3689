#include "CPatterns.h"

#include <string.h>

#include <re2/re2.h>

struct akin_pattern {
  RE2 expression;
};

// What RE2 takes and gives texts as; later versions call it absl::string_view.
using Text = re2::StringPiece;

akin_pattern *akin_pattern_new(const char *bytes, size_t count, size_t memory, char *problem, size_t capacity) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(static_cast<int64_t>(memory));
  auto *pattern = new akin_pattern{{Text(bytes, count), options}};
  if (pattern->expression.ok()) return pattern;
  const auto &error = pattern->expression.error();
  size_t length = error.size() < capacity ? error.size() : capacity - 1;
  memcpy(problem, error.data(), length);
  problem[length] = 0;
  delete pattern;
  return nullptr;
}

void akin_pattern_free(akin_pattern *pattern) { delete pattern; }

int akin_pattern_find(
    const akin_pattern *pattern, int group, const char *text, size_t count, size_t start, size_t *first, size_t *end) {
  Text found[2];
  if (group > 1 || group > pattern->expression.NumberOfCapturingGroups()) return 0;
  if (!pattern->expression.Match(Text(text, count), start, count, RE2::UNANCHORED, found, group + 1)) return 0;
  *first = static_cast<size_t>(found[group].data() - text);
  *end = *first + found[group].size();
  return 1;
}
