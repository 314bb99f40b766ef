// Makes writing fail now and then, for the files of one folder only: preloaded into a gateway by kill_nine.py.
//   CARPORT_FAULTS_FOLDER  the folder; CARPORT_FAULTS_EVERY  about one call in so many fails; CARPORT_FAULTS_SEED
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_uint_fast64_t g_state;

static uint64_t next_random(void) {
  uint64_t x = atomic_fetch_add(&g_state, 0x9e3779b97f4a7c15ull) + 0x9e3779b97f4a7c15ull;  // splitmix64
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

// Whether this call is to fail; errno says how.
static int fails(int fd) {
  static const char* folder;
  static uint64_t every;
  static atomic_int ready;
  if (!atomic_load(&ready)) {
    const char* number = getenv("CARPORT_FAULTS_EVERY");
    const char* seed = getenv("CARPORT_FAULTS_SEED");
    folder = getenv("CARPORT_FAULTS_FOLDER");
    every = number ? strtoull(number, NULL, 10) : 0;
    atomic_store(&g_state, seed ? strtoull(seed, NULL, 10) : 1);
    atomic_store(&ready, 1);
  }
  if (!folder || every == 0 || next_random() % every != 0) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = '\0';
  if (strncmp(path, folder, strlen(folder)) != 0) return 0;
  errno = next_random() % 2 == 0 ? EIO : ENOSPC;
  return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void* data, size_t size) { return fails(fd) ? -1 : NEXT(write)(fd, data, size); }
ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  if (!fails(fd)) return NEXT(pwrite)(fd, data, size, at);
  // Half of the failures leave half of the data behind.
  if (size > 1 && next_random() % 2 == 0) return NEXT(pwrite)(fd, data, size / 2, at);
  return -1;
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  if (!fails(fd)) return NEXT(pwrite64)(fd, data, size, at);
  if (size > 1 && next_random() % 2 == 0) return NEXT(pwrite64)(fd, data, size / 2, at);
  return -1;
}
int fsync(int fd) { return fails(fd) ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return fails(fd) ? -1 : NEXT(fdatasync)(fd); }
int ftruncate(int fd, off_t size) { return fails(fd) ? -1 : NEXT(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { return fails(fd) ? -1 : NEXT(ftruncate64)(fd, size); }
