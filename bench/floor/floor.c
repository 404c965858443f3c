/*
 * What the system's calls cost without any runtime, between two processes over a Unix socket pair. Prints one line of JSON:
 * microseconds of a round trip of 100 bytes, and at most how many of them are for copying; seconds of 64 MiB one way, and
 * of the same 64 MiB copied in memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SMALL = 100, PIECE = 32 * 1024, LARGE = 64 * 1024 * 1024, BATCHES = 20, ROUNDS = 500 };

static char piece[PIECE];
/* Called through a variable, so that the compiler does not drop the copy. */
static void *(*volatile copy)(void *, const void *, size_t) = memcpy;

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static void failed(const char *what) {
  perror(what);
  exit(1);
}

static void send_all(int to, size_t bytes) {
  for (size_t sent = 0; sent < bytes;) {
    ssize_t count = write(to, piece + sent, bytes - sent);
    if (count <= 0) failed("write");
    sent += count;
  }
}

/* Returns 0 at the end of the stream. */
static int receive_all(int from, size_t bytes) {
  for (size_t received = 0; received < bytes;) {
    ssize_t count = read(from, piece + received, bytes - received);
    if (count < 0) failed("read");
    if (count == 0) return 0;
    received += count;
  }
  return 1;
}

static int ascending(const void *one, const void *other) {
  double difference = *(const double *)one - *(const double *)other;
  return (difference > 0) - (difference < 0);
}

/* Returns the median of the batches, in microseconds of a round trip. */
static double round_trip(int peer) {
  double batches[BATCHES];
  for (int batch = 0; batch < BATCHES; batch++) {
    double start = seconds();
    for (int round = 0; round < ROUNDS; round++) {
      send_all(peer, SMALL);
      if (!receive_all(peer, SMALL)) failed("the peer has ended");
    }
    batches[batch] = (seconds() - start) * 1e6 / ROUNDS;
  }
  qsort(batches, BATCHES, sizeof *batches, ascending);
  return batches[BATCHES / 2];
}

static double one_way(int peer) {
  double start = seconds();
  for (int sent = 0; sent < LARGE; sent += PIECE) send_all(peer, PIECE);
  if (!receive_all(peer, 1)) failed("the peer has ended");
  return seconds() - start;
}

static double copied(void) {
  char *from = malloc(LARGE), *to = malloc(LARGE);
  if (from == NULL || to == NULL) failed("malloc");
  memset(from, 1, LARGE);
  memset(to, 2, LARGE);
  double start = seconds();
  copy(to, from, LARGE);
  double taken = seconds() - start;
  free(from);
  free(to);
  return taken;
}

static void be_peer(int socket) {
  for (int round = 0; round < BATCHES * ROUNDS && receive_all(socket, SMALL); round++) send_all(socket, SMALL);
  for (int received = 0; received < LARGE; received += PIECE) receive_all(socket, PIECE);
  send_all(socket, 1);
  exit(0);
}

int main(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) failed("socketpair");
  pid_t child = fork();
  if (child < 0) failed("fork");
  if (child == 0) {
    close(ends[0]);
    be_peer(ends[1]);
  }
  close(ends[1]);
  double small = round_trip(ends[0]);
  double stream = one_way(ends[0]);
  waitpid(child, NULL, 0);
  /* Each byte of the stream is copied as often as one of a message: into the kernel, and out of it. */
  double copying_us = stream / LARGE * SMALL * 2 * 1e6;
  printf("{\"smallUs\":%.3f,\"copyingUs\":%.4f,\"streamS\":%.4f,\"copyS\":%.4f}\n", small, copying_us, stream, copied());
  return 0;
}
