// What a confined process can still do: for each scope a line of words, each a thing that worked. Compiled and read by
// document_attacks.py.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CConfinement.h"

static void *nothing(void *argument) { return argument; }

static int opens(const char *path, int flags) {
  int file = open(path, flags, 0600);
  if (file >= 0) close(file);
  return file >= 0;
}

static int runs(const char *path) {
  pid_t child = fork();
  if (child < 0) return 0;
  if (child == 0) {
    execl(path, path, (char *)NULL);
    _exit(9);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0;
}

static void probe(cconfinement_scope scope, const char *folder) {
  char other[4096], inside[4200];
  snprintf(other, sizeof other, "%s/granted", folder);
  char *paths[] = {other};
  cconfinement_limits limits = {.seconds = 20, .bytes = (uint64_t)1 << 30, .descriptors = 64};
  int held = cconfinement_begin(scope, limits, paths, 1);
  char path[4096];
  snprintf(path, sizeof path, "%s/secret", folder);
  if (held & CCONFINEMENT_LIMITS) printf("limits ");
  if (held & CCONFINEMENT_FILES) printf("files ");
  if (held & CCONFINEMENT_CALLS) printf("calls ");
  if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0) printf("network ");
  if (opens(path, O_RDONLY)) printf("reads ");
  if (opens(path, O_WRONLY)) printf("writes ");
  snprintf(path, sizeof path, "%s/new", folder);
  if (opens(path, O_WRONLY | O_CREAT)) printf("creates ");
  snprintf(path, sizeof path, "%s/secret", folder);
  char moved[4096];
  snprintf(moved, sizeof moved, "%s/moved", folder);
  if (rename(path, moved) == 0) printf("renames ");
  if (chmod(path, 0644) == 0) printf("modes ");
  if (unlink(path) == 0) printf("deletes ");
  if (kill(getppid(), 0) == 0) printf("signals ");
  if (opens("/usr/bin/env", O_RDONLY)) printf("system ");
  if (opens("/dev/null", O_RDWR)) printf("null ");
  snprintf(inside, sizeof inside, "%s/file", other);
  if (opens(inside, O_RDONLY)) printf("granted ");
  if (opens(inside, O_WRONLY)) printf("overwrites ");
  if (runs("/bin/true")) printf("programs ");
  pthread_t thread;
  if (pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0) printf("threads ");
  if (mmap(NULL, (size_t)2 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) printf("memory ");
  char here[8] = "";
  if (getcwd(here, sizeof here) && strcmp(here, "/") == 0) printf("root ");
  printf("\n");
  fflush(stdout);
}

int main(int count, char **words) {
  if (count != 2) return 64;
  for (int scope = CCONFINEMENT_NOTHING; scope <= CCONFINEMENT_PROGRAMS_WITH_NULL; scope++) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      probe((cconfinement_scope)scope, words[1]);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) printf("ended %d\n", status);
  }
  return 0;
}
