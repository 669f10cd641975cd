// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Counts what the C++ runtime allocates in a test program. Include it once.
#ifndef YOLO_TESTS_SUPPORT_COUNT_NEWS_H_
#define YOLO_TESTS_SUPPORT_COUNT_NEWS_H_

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace yolo::testing {
inline std::atomic<size_t> num_news{0};
}  // namespace yolo::testing

// Not inlined: GCC would see free() meet what operator new returned.
[[gnu::noinline]] void* operator new(size_t size) {
  ++yolo::testing::num_news;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

#endif  // YOLO_TESTS_SUPPORT_COUNT_NEWS_H_
