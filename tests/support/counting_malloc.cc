// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A program's own malloc and operator new go before those of libc and
// libstdc++, for every library that is loaded. Who calls is told from the
// return address.
#include "support/counting_malloc.h"

#include <cstdlib>  // __GLIBC__

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)

#include <link.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

namespace {

std::atomic<bool> counting{false};
std::atomic<int> ours{0}, onednn{0};
uintptr_t onednn_begin = 0, onednn_end = 0;  // its code

void Count(const void* caller) {
  if (!counting) return;
  const auto address = reinterpret_cast<uintptr_t>(caller);
  ++(onednn_begin <= address && address < onednn_end ? onednn : ours);
}

int FindOneDnn(dl_phdr_info* library, size_t, void*) {
  if (!std::strstr(library->dlpi_name, "libdnnl")) return 0;
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const auto& part = library->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || !(part.p_flags & PF_X)) continue;
    onednn_begin = library->dlpi_addr + part.p_vaddr;
    onednn_end = onednn_begin + part.p_memsz;
  }
  return 1;
}

}  // namespace

extern "C" {

// glibc's own names for what is replaced here.
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* memory);

void* malloc(size_t size) {
  Count(__builtin_return_address(0));
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  Count(__builtin_return_address(0));
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) {
  Count(__builtin_return_address(0));
  return __libc_realloc(memory, size);
}
void* memalign(size_t alignment, size_t size) {
  Count(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  Count(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) {
  Count(__builtin_return_address(0));
  void* const memory = __libc_memalign(alignment, size);
  if (!memory) return ENOMEM;
  *out = memory;
  return 0;
}
void free(void* memory) { __libc_free(memory); }

}  // extern "C"

// The other forms of operator new come down to these or to malloc. Not
// inlined: the caller is what counts.
[[gnu::noinline]] void* operator new(size_t size) {
  Count(__builtin_return_address(0));
  if (void* const memory = __libc_malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new[](size_t size) {
  Count(__builtin_return_address(0));
  if (void* const memory = __libc_malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  __libc_free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  __libc_free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory) noexcept {
  __libc_free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory, size_t) noexcept {
  __libc_free(memory);
}

namespace yolo::testing {

bool AllocationsAreCounted() { return true; }

AllocationCount::AllocationCount() {
  dl_iterate_phdr(FindOneDnn, nullptr);
  ::ours = ::onednn = 0;
  counting = true;
}

void AllocationCount::Stop() {
  counting = false;
  ours = ::ours;
  onednn = ::onednn;
}

}  // namespace yolo::testing

#else

namespace yolo::testing {

bool AllocationsAreCounted() { return false; }
AllocationCount::AllocationCount() = default;
void AllocationCount::Stop() {}

}  // namespace yolo::testing

#endif
