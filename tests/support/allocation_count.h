// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Counts every allocation of the program from the C library's heap, whoever
// makes it. Include in one file of a test program: it defines malloc.
#ifndef YOLO_TESTS_SUPPORT_ALLOCATION_COUNT_H_
#define YOLO_TESTS_SUPPORT_ALLOCATION_COUNT_H_

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>

// Sanitizers have a malloc of their own: nothing is counted under them.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define YOLO_COUNTS_ALLOCATIONS 1
#else
#define YOLO_COUNTS_ALLOCATIONS 0
#endif

namespace yolo::testing {

inline std::atomic<uint64_t> num_allocations{0};
inline std::atomic<size_t> largest_uncounted{0};  // bytes

// From now on blocks of at most `bytes` are not counted.
inline void CountAllocationsAbove(size_t bytes) { largest_uncounted = bytes; }

inline void CountAllocation(size_t bytes) {
  if (bytes > largest_uncounted) ++num_allocations;
}

}  // namespace yolo::testing

#if YOLO_COUNTS_ALLOCATIONS
#pragma GCC visibility push(default)
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

// operator new and delete end here, too; free() is the C library's.
void* malloc(size_t size) {
  yolo::testing::CountAllocation(size);
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  yolo::testing::CountAllocation(count * size);
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) {
  yolo::testing::CountAllocation(size);
  return __libc_realloc(memory, size);
}
void* memalign(size_t alignment, size_t size) {
  yolo::testing::CountAllocation(size);
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) {
  void* const memory = memalign(alignment, size);
  if (!memory) return ENOMEM;
  *out = memory;
  return 0;
}
}  // extern "C"
#pragma GCC visibility pop
#endif

#endif  // YOLO_TESTS_SUPPORT_ALLOCATION_COUNT_H_
