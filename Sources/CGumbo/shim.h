#ifndef AKIN_CGUMBO_SHIM_H
#define AKIN_CGUMBO_SHIM_H

#include <gumbo.h>

// The options of a parse that keeps no list of errors.
static inline GumboOptions cgumbo_options(void) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  return options;
}

#endif
