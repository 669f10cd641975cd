// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A program's own malloc goes before libc's, for every library it loads.
#include "support/counting_malloc.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include "support/detector.h"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)

namespace {
std::atomic<int> num_allocations{0};
}  // namespace

extern "C" {

// glibc's own names for what is replaced here.
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* memory);

void* malloc(size_t size) {
  ++num_allocations;
  return __libc_malloc(size);
}

void* calloc(size_t count, size_t size) {
  ++num_allocations;
  return __libc_calloc(count, size);
}

void* realloc(void* memory, size_t size) {
  ++num_allocations;
  return __libc_realloc(memory, size);
}

void* memalign(size_t alignment, size_t size) {
  ++num_allocations;
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}

int posix_memalign(void** out, size_t alignment, size_t size) {
  *out = memalign(alignment, size);
  return *out ? 0 : ENOMEM;
}

void free(void* memory) { __libc_free(memory); }

}  // extern "C"

namespace yolo::testing {

AllocationCount::AllocationCount() { num_allocations = 0; }
int AllocationCount::Stop() const { return num_allocations; }

}  // namespace yolo::testing

#else

namespace yolo::testing {

AllocationCount::AllocationCount() {
  SkipProgram(std::string("malloc cannot be counted under ") +
              (kSanitizer ? kSanitizer : "this C library"));
}
int AllocationCount::Stop() const { return 0; }

}  // namespace yolo::testing

#endif
