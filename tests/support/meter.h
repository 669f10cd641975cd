// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#ifndef YOLO_TESTS_SUPPORT_METER_H_
#define YOLO_TESTS_SUPPORT_METER_H_

#include <algorithm>
#include <atomic>
#include <cstdlib>

#include "yolo/yolo.h"

namespace yolo::testing {

// A host's allocator that counts bytes. Give it to one detector at a time.
struct Meter {
  std::atomic<size_t> live{0}, peak{0};
  size_t largest = ~size_t{0};  // block that is given

  void Use(yolo_options* options) {
    options->alloc_user = this;
    options->alloc = [](void* user, size_t size, size_t alignment) -> void* {
      auto* meter = static_cast<Meter*>(user);
      void* memory = nullptr;
      if (size > meter->largest) return nullptr;
      if (posix_memalign(&memory, alignment, size) != 0) return nullptr;
      const size_t now = meter->live += size;
      size_t before = meter->peak;
      while (before < now && !meter->peak.compare_exchange_weak(before, now)) {
      }
      return memory;
    };
    options->free = [](void* user, void* memory, size_t size) {
      static_cast<Meter*>(user)->live -= size;
      std::free(memory);
    };
  }
};

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_METER_H_
