// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Hooks, mimalloc, and the count of bytes held.
#include "base/memory.h"

#include <dlfcn.h>

#include <cstdlib>
#include <limits>

#include "mimalloc.h"

namespace yolo {
namespace {

// Debian's libmimalloc.so defines malloc and free: to link it would replace
// the host's malloc. Opened locally it gives us mi_* and touches nobody.
struct Mimalloc {
  decltype(&mi_malloc_aligned) alloc = nullptr;
  decltype(&mi_free) free = nullptr;
  Message name{"aligned_alloc"};

  Mimalloc() {
    void* lib = dlopen(YOLO_MIMALLOC_SONAME, RTLD_NOW | RTLD_LOCAL);
    if (!lib) return;
    const auto a =
        reinterpret_cast<decltype(alloc)>(dlsym(lib, "mi_malloc_aligned"));
    const auto f = reinterpret_cast<decltype(free)>(dlsym(lib, "mi_free"));
    const auto v =
        reinterpret_cast<decltype(&mi_version)>(dlsym(lib, "mi_version"));
    if (!a || !f || !v) return;
    alloc = a;
    free = f;
    const int version = v();
    name = Message("mimalloc ", version / 100, '.', version / 10 % 10, '.',
                   version % 10);
  }
};

// Opened on first use, never closed.
const Mimalloc& DefaultMemory() {
  static const Mimalloc mimalloc;
  return mimalloc;
}

void* DefaultAlloc(void*, size_t size, size_t alignment) {
  const Mimalloc& m = DefaultMemory();
  return m.alloc ? m.alloc(size, alignment)
                 : std::aligned_alloc(alignment, AlignUp(size));
}

void DefaultFree(void*, void* memory, size_t) {
  const Mimalloc& m = DefaultMemory();
  if (m.alloc) {
    m.free(memory);
  } else {
    std::free(memory);
  }
}

}  // namespace

const char* DefaultMemoryName() { return DefaultMemory().name.c_str(); }

Allocator::Allocator(yolo_alloc_fn alloc, yolo_free_fn free, void* user,
                     uint64_t max_bytes)
    : alloc_(alloc ? alloc : DefaultAlloc),
      free_(alloc ? free : DefaultFree),
      user_(user),
      max_bytes_(max_bytes ? max_bytes : std::numeric_limits<uint64_t>::max()) {
}

void* Allocator::Allocate(size_t size) {
  const uint64_t before = held_.fetch_add(size, std::memory_order_relaxed);
  if (size <= max_bytes_ && before <= max_bytes_ - size) {
    // A host's hook may be C++ that throws, and libjpeg's C is in between.
    try {
      if (void* memory = alloc_(user_, size, kAlignment)) return memory;
    } catch (...) {
    }
  }
  held_.fetch_sub(size, std::memory_order_relaxed);
  return nullptr;
}

void Allocator::Free(void* memory, size_t size) {
  if (!memory) return;
  free_(user_, memory, size);
  held_.fetch_sub(size, std::memory_order_relaxed);
}

Status RefusedMemory(const Allocator& allocator, uint64_t bytes,
                     std::string_view what) {
  const uint64_t held = allocator.bytes_held();
  const uint64_t limit = allocator.max_bytes();
  if (held >= limit || bytes > limit - held) {
    return Status::Error(YOLO_ERROR_LIMIT, what, " needs ", bytes,
                         " bytes more than the ", held,
                         " held; yolo_options.max_bytes is ", limit);
  }
  return Status::Error(YOLO_ERROR_OUT_OF_MEMORY, what, ": no memory for ",
                       bytes, " bytes");
}

bool Buffer::Allocate(Allocator* allocator, size_t size) {
  Reset();
  if (size == 0) return true;
  data_ = allocator->Allocate(size);
  if (!data_) return false;
  allocator_ = allocator;
  size_ = size;
  return true;
}

void Buffer::Reset() {
  if (data_) allocator_->Free(data_, size_);
  allocator_ = nullptr;
  data_ = nullptr;
  size_ = 0;
}

}  // namespace yolo
