#include "CFolderEvents.h"

#ifdef __APPLE__

#include <CoreServices/CoreServices.h>
#include <dispatch/dispatch.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

struct akin_folder_events {
  FSEventStreamRef stream;
  /// Where the system calls; one call at a time.
  dispatch_queue_t queue;
  /// A pipe's end that is read, and that which is written.
  int ends[2];
};

/// Seconds in which events are gathered after the first, which is told at once.
static const CFTimeInterval LATENCY = 0.1;

static void came(
    ConstFSEventStreamRef stream, void *info, size_t count, void *paths, const FSEventStreamEventFlags *flags,
    const FSEventStreamEventId *ids) {
  (void)stream, (void)paths, (void)ids;
  const akin_folder_events *events = info;
  for (size_t i = 0; i < count; i++) {
    // It closes the list of what was before the beginning, and is no change.
    if (flags[i] & kFSEventStreamEventFlagHistoryDone) continue;
    // A full pipe says enough.
    ssize_t written = write(events->ends[1], "", 1);
    (void)written;
    return;
  }
}

static int make_pipe(int ends[2]) {
  if (pipe(ends) != 0) return 0;
  for (int i = 0; i < 2; i++) {
    if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) == -1 || fcntl(ends[i], F_SETFL, O_NONBLOCK) == -1) {
      close(ends[0]);
      close(ends[1]);
      return 0;
    }
  }
  return 1;
}

static FSEventStreamRef make_stream(akin_folder_events *events, const char *root) {
  // Paths are compared as the file system has them: without links.
  char real[PATH_MAX];
  if (!realpath(root, real)) return NULL;
  CFStringRef path = CFStringCreateWithFileSystemRepresentation(NULL, real);
  if (!path) return NULL;
  CFArrayRef paths = CFArrayCreate(NULL, (const void **)&path, 1, &kCFTypeArrayCallBacks);
  CFRelease(path);
  if (!paths) return NULL;
  FSEventStreamContext context = {0, events, NULL, NULL, NULL};
  FSEventStreamRef stream = FSEventStreamCreate(
      NULL, came, &context, paths, kFSEventStreamEventIdSinceNow, LATENCY,
      kFSEventStreamCreateFlagNoDefer | kFSEventStreamCreateFlagWatchRoot);
  CFRelease(paths);
  return stream;
}

/// On the queue, so that no call of the system is going on.
static void stop(void *context) {
  akin_folder_events *events = context;
  FSEventStreamStop(events->stream);
  FSEventStreamInvalidate(events->stream);
}

/// Of a stream that has a queue.
static void release(akin_folder_events *events) {
  FSEventStreamRelease(events->stream);
  dispatch_release(events->queue);
  close(events->ends[0]);
  close(events->ends[1]);
  free(events);
}

akin_folder_events *akin_folder_events_begin(const char *root) {
  akin_folder_events *events = calloc(1, sizeof *events);
  if (!events) return NULL;
  if (!make_pipe(events->ends)) {
    free(events);
    return NULL;
  }
  events->stream = make_stream(events, root);
  if (!events->stream) {
    close(events->ends[0]);
    close(events->ends[1]);
    free(events);
    return NULL;
  }
  events->queue = dispatch_queue_create("akin.folder-events", DISPATCH_QUEUE_SERIAL);
  FSEventStreamSetDispatchQueue(events->stream, events->queue);
  if (!FSEventStreamStart(events->stream)) {
    FSEventStreamInvalidate(events->stream);
    release(events);
    return NULL;
  }
  return events;
}

int akin_folder_events_descriptor(const akin_folder_events *events) { return events->ends[0]; }

void akin_folder_events_end(akin_folder_events *events) {
  dispatch_sync_f(events->queue, events, stop);
  release(events);
}

#endif
