#ifndef AKIN_CMINIZIP_SHIM_H
#define AKIN_CMINIZIP_SHIM_H

#include <stdlib.h>
#include <string.h>

#include <minizip/ioapi.h>
#include <minizip/unzip.h>

// An archive that is in memory, read by minizip's own interface for files.
struct cminizip_memory {
  const unsigned char *bytes;
  ZPOS64_T count, position;
};

static inline voidpf cminizip_open_memory(voidpf memory, const void *name, int mode) {
  (void)name, (void)mode;
  ((struct cminizip_memory *)memory)->position = 0;
  return memory;
}

static inline uLong cminizip_read(voidpf memory, voidpf stream, void *into, uLong wanted) {
  (void)stream;
  struct cminizip_memory *archive = (struct cminizip_memory *)memory;
  ZPOS64_T left = archive->count - archive->position;
  uLong count = wanted < left ? wanted : (uLong)left;
  memcpy(into, archive->bytes + archive->position, count);
  archive->position += count;
  return count;
}

static inline ZPOS64_T cminizip_tell(voidpf memory, voidpf stream) {
  (void)stream;
  return ((struct cminizip_memory *)memory)->position;
}

static inline long cminizip_seek(voidpf memory, voidpf stream, ZPOS64_T offset, int origin) {
  (void)stream;
  struct cminizip_memory *archive = (struct cminizip_memory *)memory;
  ZPOS64_T start = origin == ZLIB_FILEFUNC_SEEK_CUR   ? archive->position
                   : origin == ZLIB_FILEFUNC_SEEK_END ? archive->count
                                                      : 0;
  if (offset > archive->count - start) return -1;
  archive->position = start + offset;
  return 0;
}

static inline int cminizip_close_memory(voidpf memory, voidpf stream) {
  (void)memory, (void)stream;
  return 0;
}

static inline int cminizip_error(voidpf memory, voidpf stream) {
  (void)memory, (void)stream;
  return 0;
}

// Opens an archive whose bytes stay where they are while it is open; NULL where they are none.
static inline unzFile cminizip_open(struct cminizip_memory *memory) {
  zlib_filefunc64_def functions = {
      .zopen64_file = cminizip_open_memory,
      .zread_file = cminizip_read,
      .ztell64_file = cminizip_tell,
      .zseek64_file = cminizip_seek,
      .zclose_file = cminizip_close_memory,
      .zerror_file = cminizip_error,
      .opaque = memory,
  };
  return unzOpen2_64(NULL, &functions);
}

#endif
