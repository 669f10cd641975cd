/* SPDX-FileCopyrightText: 2026 The libyolo authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A library in the place of libmimalloc, with what libyolo looks up in it,
 * that fails when it is told to. */
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static atomic_int armed, num, num_failed, live;
static int64_t first_to_fail;
static int fails_onwards;

void fake_mimalloc_arm(int64_t first, int onwards) {
  num = num_failed = 0;
  first_to_fail = first;
  fails_onwards = onwards;
  armed = 1;
}
int64_t fake_mimalloc_disarm(void) {
  armed = 0;
  return num_failed;
}
int64_t fake_mimalloc_live(void) { return live; }

int mi_version(void) { return 987; }

void* mi_malloc_aligned(size_t size, size_t alignment) {
  if (armed) {
    const int64_t index = num++;
    if (fails_onwards ? index >= first_to_fail : index == first_to_fail) {
      ++num_failed;
      return NULL;
    }
  }
  void* memory = NULL;
  if (posix_memalign(&memory, alignment, size) != 0) return NULL;
  ++live;
  return memory;
}

void mi_free(void* memory) {
  if (memory) --live;
  free(memory);
}
