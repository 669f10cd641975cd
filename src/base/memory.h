// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Bulk memory: where every tensor, weight and pixel of a detector comes from.
#ifndef YOLO_BASE_MEMORY_H_
#define YOLO_BASE_MEMORY_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/status.h"
#include "yolo/yolo.h"

namespace yolo {

// Every block is aligned to this: a cache line, and the widest vector.
inline constexpr size_t kAlignment = 64;

// Rounds up to a multiple of kAlignment.
constexpr size_t AlignUp(size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// a * b, or false when that does not fit.
[[nodiscard]] inline bool Multiply(size_t a, size_t b, size_t* out) {
  return !__builtin_mul_overflow(a, b, out);
}

// The detector's source of memory: the host's hooks, or mimalloc (see
// docs/design.md for how it is reached). Counts the bytes held and enforces
// yolo_options.max_bytes. Any thread. Outlives every Buffer made from it.
class Allocator {
 public:
  // Default memory, no limit. For tests and programs inside the project.
  Allocator() : Allocator(nullptr, nullptr, nullptr, 0) {}
  Allocator(yolo_alloc_fn alloc, yolo_free_fn free, void* user,
            uint64_t max_bytes);
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;

  // `size` > 0 bytes aligned to kAlignment, or nullptr when there is no memory
  // or max_bytes would be passed.
  void* Allocate(size_t size);
  void Free(void* memory, size_t size);

  uint64_t bytes_held() const { return held_.load(std::memory_order_relaxed); }
  uint64_t max_bytes() const { return max_bytes_; }

 private:
  yolo_alloc_fn alloc_;
  yolo_free_fn free_;
  void* user_;
  uint64_t max_bytes_;  // UINT64_MAX: no limit
  std::atomic<uint64_t> held_{0};
};

// Why `allocator` refused `bytes`: LIMIT when yolo_options.max_bytes would be
// passed, else OUT_OF_MEMORY. `what` says what they were for.
template <class... Parts>
Status RefusedMemory(const Allocator& allocator, uint64_t bytes,
                     const Parts&... what) {
  const uint64_t held = allocator.bytes_held();
  const uint64_t limit = allocator.max_bytes();
  if (held >= limit || bytes > limit - held) {
    return Status::Error(YOLO_ERROR_LIMIT, what..., ": ", bytes,
                         " bytes more than the ", held,
                         " held; yolo_options.max_bytes is ", limit);
  }
  return Status::Error(YOLO_ERROR_OUT_OF_MEMORY, what..., ": no memory for ",
                       bytes, " bytes");
}

// "mimalloc 2.0.9" when it is used for default memory, "aligned_alloc" if not.
const char* DefaultMemoryName();

// Owns `size` bytes, uninitialised. Moving keeps the address.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { *this = std::move(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(allocator_, other.allocator_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Buffer() { Reset(); }

  // Replaces the memory (contents are lost). False when there is none; the
  // buffer is then empty. A size of 0 is an empty buffer.
  [[nodiscard]] bool Allocate(Allocator* allocator, size_t size);

  // As Allocate, but only when the buffer is smaller than `size`.
  [[nodiscard]] bool Reserve(Allocator* allocator, size_t size) {
    return size <= size_ || Allocate(allocator, size);
  }

  void Reset();

  template <class T = uint8_t>
  T* as() {
    return static_cast<T*>(data_);
  }
  template <class T = uint8_t>
  const T* as() const {
    return static_cast<const T*>(data_);
  }
  size_t size() const { return size_; }

 private:
  Allocator* allocator_ = nullptr;
  void* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace yolo

#endif  // YOLO_BASE_MEMORY_H_
