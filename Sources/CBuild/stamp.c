#include "CBuild.h"

#include <unistd.h>

__attribute__((weak)) const char *akin_build_stamp(void) {
  return "";
}

#if defined(__linux__)
// Swift's runtime reads the arguments from /proc, and without it ends the process by a trap that says nothing.
__attribute__((constructor)) static void require_proc(void) {
  static const char message[] = "akin: /proc is not mounted here, and Swift's runtime cannot do without it\n";
  if (access("/proc/self/cmdline", F_OK) == 0) return;
  if (write(STDERR_FILENO, message, sizeof message - 1) < 0) _exit(70);
  _exit(69);
}
#endif
