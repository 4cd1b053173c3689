#ifndef AKIN_CUCHARDET_SHIM_H
#define AKIN_CUCHARDET_SHIM_H

#include <errno.h>
#include <iconv.h>
#include <stddef.h>
#include <string.h>

#include <uchardet/uchardet.h>

// Writes the name of the encoding that `count` bytes are in; an empty one where it is not recognised.
static inline void cuchardet_detect(const char *bytes, size_t count, char *name, size_t capacity) {
  name[0] = 0;
  uchardet_t detector = uchardet_new();
  if (!detector) return;
  if (uchardet_handle_data(detector, bytes, count) == 0) {
    uchardet_data_end(detector);
    const char *found = uchardet_get_charset(detector);
    if (found && strlen(found) < capacity) strcpy(name, found);
  }
  uchardet_delete(detector);
}

// Turns bytes of an encoding into UTF-8 with iconv(3). Returns how many were written; -1 where they are not in it, the encoding
// is not known here, or `capacity` is too small.
static inline ptrdiff_t cuchardet_decode(
    const char *encoding, const char *bytes, size_t count, char *output, size_t capacity) {
#ifdef AKIN_STATIC
  // The C library would load its converters from the system, which may be of another version than the one that is linked.
  (void)encoding, (void)bytes, (void)count, (void)output, (void)capacity;
  return -1;
#else
  iconv_t converter = iconv_open("UTF-8", encoding);
  if (converter == (iconv_t)-1) return -1;
  char *in = (char *)bytes;
  char *out = output;
  size_t left = count;
  size_t space = capacity;
  // A count above zero is of characters that were replaced by others.
  size_t result = iconv(converter, &in, &left, &out, &space);
  if (result == 0) result = iconv(converter, NULL, NULL, &out, &space);
  iconv_close(converter);
  return result == 0 && left == 0 ? (ptrdiff_t)(capacity - space) : -1;
#endif
}

#endif
