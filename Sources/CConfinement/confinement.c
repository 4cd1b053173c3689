#define _GNU_SOURCE
#include "CConfinement.h"

#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

static int limit(int resource, uint64_t soft, uint64_t hard) {
  struct rlimit now;
  if (getrlimit(resource, &now) != 0) return -1;
  struct rlimit wanted = {.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};
  if (now.rlim_max != RLIM_INFINITY && wanted.rlim_max > now.rlim_max) wanted.rlim_max = now.rlim_max;
  if (wanted.rlim_cur > wanted.rlim_max) wanted.rlim_cur = wanted.rlim_max;
  return setrlimit(resource, &wanted);
}

static int set_limits(cconfinement_limits limits) {
  int failed = chdir("/");
  // The soft limit of CPU time is a signal that ends the process, the hard one a second later is not to be caught.
  failed |= limit(RLIMIT_CPU, limits.seconds, limits.seconds + 1);
  failed |= limit(RLIMIT_CORE, 0, 0);
  failed |= limit(RLIMIT_FSIZE, 0, 0);
  failed |= limit(RLIMIT_NOFILE, limits.descriptors, limits.descriptors);
  // macOS counts no address space.
#ifdef __linux__
  failed |= limit(RLIMIT_AS, limits.bytes, limits.bytes);
#endif
  return failed == 0;
}

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

// MARK: Files

// Landlock (landlock(7)), whose header is newer than many systems'.
enum { LANDLOCK_CREATE = 444, LANDLOCK_ADD = 445, LANDLOCK_RESTRICT = 446 };
enum { EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_FOLDER = 1 << 3 };
struct ruleset { uint64_t files, network, scoped; };
struct beneath { uint64_t allowed; int32_t parent; } __attribute__((packed));

// Rights over files that each version of Landlock knows of.
static uint64_t known_rights(long version) {
  if (version >= 5) return 0xFFFF;
  if (version >= 3) return 0x7FFF;
  return version == 2 ? 0x3FFF : 0x1FFF;
}

static void allow(int rules, const char *path, uint64_t rights) {
  int folder = open(path, O_PATH | O_CLOEXEC);
  if (folder < 0) return;
  struct beneath rule = {.allowed = rights, .parent = folder};
  syscall(LANDLOCK_ADD, rules, 1, &rule, 0);
  close(folder);
}

// A right over folders is refused for a file.
static void allow_reading(int rules, const char *path) {
  allow(rules, path, READ_FILE);
  allow(rules, path, READ_FILE | READ_FOLDER);
}

static int restrict_files(cconfinement_scope scope, char *const *paths, size_t count) {
  long version = syscall(LANDLOCK_CREATE, NULL, 0, 1);
  if (version < 1) return 0;
  struct ruleset set = {.files = known_rights(version), .network = version >= 4 ? 3 : 0, .scoped = version >= 6 ? 3 : 0};
  size_t size = version >= 6 ? sizeof set : version >= 4 ? 16 : 8;
  int rules = (int)syscall(LANDLOCK_CREATE, &set, size, 0);
  if (rules < 0) return 0;
  // What programs and libraries of a system are made of. No home, no place where anyone may write.
  static const char *const system[] = {
      "/usr", "/bin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store", "/run/current-system", "/opt/homebrew",
  };
  static const char *const tables[] = {"/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives", "/etc/localtime", "/dev/null"};
  if (scope != CCONFINEMENT_NOTHING) {
    uint64_t rights = READ_FILE | READ_FOLDER | (scope >= CCONFINEMENT_PROGRAMS ? EXECUTE : 0);
    for (size_t index = 0; index < sizeof system / sizeof *system; index++) allow(rules, system[index], rights);
    for (size_t index = 0; index < sizeof tables / sizeof *tables; index++) allow_reading(rules, tables[index]);
    for (size_t index = 0; index < count; index++) allow_reading(rules, paths[index]);
    if (scope == CCONFINEMENT_PROGRAMS_WITH_NULL) allow(rules, "/dev/null", READ_FILE | WRITE_FILE);
  }
  int failed = syscall(LANDLOCK_RESTRICT, rules, 0) != 0;
  close(rules);
  return !failed;
}

// MARK: System calls

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, value)
#define REFUSED ANSWER(SECCOMP_RET_ERRNO | EPERM)
#define MISSING ANSWER(SECCOMP_RET_ERRNO | ENOSYS)
#define GRANTED ANSWER(SECCOMP_RET_ALLOW)
// One answer for one call.
#define CALL(number, answer) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), answer
#define REFUSE(name) CALL(__NR_##name, REFUSED)
// The low half of an argument; all architectures here are little-endian.
#define ARGUMENT(index) \
  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + (index) * sizeof(uint64_t))
#define WRITES (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)
// A file is opened for reading alone: the argument of that index has none of the flags that write.
#define READ_ONLY(number, index) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4), ARGUMENT(index), \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, WRITES, 0, 1), REFUSED, GRANTED

// What nothing here needs: the network, other processes, the system's settings, and every change of a disk.
#define NEVER \
  REFUSE(socket), REFUSE(socketpair), REFUSE(connect), REFUSE(bind), REFUSE(listen), REFUSE(accept), REFUSE(accept4), \
      REFUSE(sendto), REFUSE(sendmsg), REFUSE(sendmmsg), REFUSE(ptrace), REFUSE(process_vm_readv), \
      REFUSE(process_vm_writev), REFUSE(kill), REFUSE(tkill), REFUSE(rt_sigqueueinfo), REFUSE(setns), REFUSE(unshare), \
      REFUSE(mount), REFUSE(umount2), REFUSE(pivot_root), REFUSE(chroot), REFUSE(add_key), REFUSE(request_key), \
      REFUSE(keyctl), REFUSE(bpf), REFUSE(perf_event_open), REFUSE(userfaultfd), REFUSE(name_to_handle_at), \
      REFUSE(open_by_handle_at), REFUSE(memfd_create), REFUSE(shmget), REFUSE(mknodat), REFUSE(mkdirat), \
      REFUSE(unlinkat), REFUSE(linkat), REFUSE(symlinkat), REFUSE(renameat2), REFUSE(fchmod), REFUSE(fchmodat), \
      REFUSE(fchown), REFUSE(fchownat), REFUSE(truncate), REFUSE(ftruncate), REFUSE(utimensat), REFUSE(setxattr), \
      REFUSE(lsetxattr), REFUSE(fsetxattr), REFUSE(init_module), REFUSE(finit_module), REFUSE(kexec_load), \
      REFUSE(reboot), REFUSE(setpriority), CALL(425, MISSING), CALL(426, MISSING), CALL(427, MISSING), \
      CALL(424, REFUSED), CALL(434, REFUSED), CALL(437, MISSING), CALL(438, REFUSED)
#ifdef __x86_64__
#define NEVER_OLD \
  REFUSE(mknod), REFUSE(mkdir), REFUSE(rmdir), REFUSE(unlink), REFUSE(link), REFUSE(symlink), REFUSE(rename), \
      REFUSE(renameat), REFUSE(chmod), REFUSE(chown), REFUSE(lchown), REFUSE(creat), REFUSE(utime), REFUSE(utimes), \
      REFUSE(futimesat), REFUSE(modify_ldt)
#define OPENS_READ_ONLY READ_ONLY(__NR_open, 1), READ_ONLY(__NR_openat, 2)
#define OPENS_NOTHING REFUSE(open), REFUSE(openat)
#define STARTS_NOTHING REFUSE(execve), REFUSE(execveat), REFUSE(fork), REFUSE(vfork)
#else
#define NEVER_OLD REFUSE(renameat)
#define OPENS_READ_ONLY READ_ONLY(__NR_openat, 2)
#define OPENS_NOTHING REFUSE(openat)
#define STARTS_NOTHING REFUSE(execve), REFUSE(execveat)
#endif
// Threads are no processes. The C library does without the newer call, whose flags a filter cannot see.
#define STARTS_THREADS \
  CALL(435, MISSING), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 4), ARGUMENT(0), \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0), REFUSED, GRANTED
// Another architecture's calls have other numbers, and on x86-64 those of x32 have a bit set.
#define HEAD \
  LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0), ANSWER(SECCOMP_RET_KILL_PROCESS), LOAD(nr), \
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), ANSWER(SECCOMP_RET_KILL_PROCESS)

static int filter_calls(cconfinement_scope scope) {
  static struct sock_filter nothing[] = {
      HEAD, NEVER, NEVER_OLD, OPENS_NOTHING, STARTS_NOTHING, STARTS_THREADS, GRANTED};
  static struct sock_filter libraries[] = {
      HEAD, NEVER, NEVER_OLD, STARTS_NOTHING, STARTS_THREADS, LOAD(nr), OPENS_READ_ONLY, GRANTED};
  static struct sock_filter programs[] = {HEAD, NEVER, NEVER_OLD, OPENS_READ_ONLY, GRANTED};
  static struct sock_filter with_null[] = {HEAD, NEVER, NEVER_OLD, GRANTED};
  struct sock_fprog filter = {.len = sizeof nothing / sizeof *nothing, .filter = nothing};
  if (scope == CCONFINEMENT_LIBRARIES) {
    filter = (struct sock_fprog){.len = sizeof libraries / sizeof *libraries, .filter = libraries};
  } else if (scope == CCONFINEMENT_PROGRAMS) {
    filter = (struct sock_fprog){.len = sizeof programs / sizeof *programs, .filter = programs};
  } else if (scope == CCONFINEMENT_PROGRAMS_WITH_NULL) {
    filter = (struct sock_fprog){.len = sizeof with_null / sizeof *with_null, .filter = with_null};
  }
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

#else

static int filter_calls(cconfinement_scope scope) {
  (void)scope;
  return 0;
}

#endif

int cconfinement_begin(cconfinement_scope scope, cconfinement_limits limits, char *const *paths, size_t count) {
  int held = 0;
  // The process ends with the one that asked for it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_DUMPABLE, 0);
  if (set_limits(limits)) held |= CCONFINEMENT_LIMITS;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return held;
  if (restrict_files(scope, paths, count)) {
    held |= CCONFINEMENT_FILES;
  } else if (scope == CCONFINEMENT_LIBRARIES) {
    scope = CCONFINEMENT_NOTHING;
  }
  if (filter_calls(scope)) held |= CCONFINEMENT_CALLS;
  return held;
}

#else

int cconfinement_begin(cconfinement_scope scope, cconfinement_limits limits, char *const *paths, size_t count) {
  (void)scope, (void)paths, (void)count;
  return set_limits(limits) ? CCONFINEMENT_LIMITS : 0;
}

#endif
