// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What fuzzers share. Each is one file with LLVMFuzzerTestOneInput(): libFuzzer
// drives it in preset `fuzz`, replay.cc in all others.
#ifndef YOLO_TESTS_FUZZ_FUZZ_H_
#define YOLO_TESTS_FUZZ_FUZZ_H_

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "base/memory.h"
#include "yolo/yolo.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace yolo::fuzz {

// A law of the library. What breaks it ends the program, as a sanitizer does.
inline void Require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", law);
  std::abort();
}

// Numbers from the end of an input, the last byte first; 0 when it is used up.
// Files whose readers ignore what follows them can be seeds as they are.
class Choices {
 public:
  Choices(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  uint8_t Byte() { return size_ > 0 ? data_[--size_] : 0; }
  uint32_t Word() {
    const uint32_t high = Byte();
    return high << 8 | Byte();
  }
  int Below(int count) { return Byte() % count; }
  size_t left() const { return size_; }

 private:
  const uint8_t* data_;
  size_t size_;
};

// Deletes what malloc gave.
struct Freed {
  void operator()(void* memory) const { std::free(memory); }
};

// A host with a limit that nothing may come near: a request that would is a
// defect, not a refusal.
class Host {
 public:
  explicit Host(size_t most) : most_(most) {}
  ~Host() { Require(live_ == 0, "all memory is given back"); }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  static void* Alloc(void* user, size_t size, size_t alignment) {
    auto* host = static_cast<Host*>(user);
    Require((host->live_ += size) <= host->most_, "memory is bounded");
    return std::aligned_alloc(alignment, AlignUp(size));
  }
  static void Free(void* user, void* memory, size_t size) {
    static_cast<Host*>(user)->live_ -= size;
    std::free(memory);
  }

 private:
  const size_t most_;  // bytes
  std::atomic<size_t> live_{0};
};

// A status of this library other than the one that says it is broken.
inline void RequireStatus(yolo_status status) {
  Require(status >= YOLO_OK && status < YOLO_ERROR_INTERNAL,
          "a status other than YOLO_ERROR_INTERNAL");
}

// What the header promises of boxes.
inline void RequireBoxes(const yolo_detection* boxes, const yolo_result& result,
                         int32_t num_classes) {
  const auto width = static_cast<float>(result.width);
  const auto height = static_cast<float>(result.height);
  for (uint32_t i = 0; i < result.count; ++i) {
    const yolo_detection& b = boxes[i];
    Require(0 <= b.x0 && b.x0 <= b.x1 && b.x1 <= width, "x in the image");
    Require(0 <= b.y0 && b.y0 <= b.y1 && b.y1 <= height, "y in the image");
    Require(b.score > 0 && b.score <= 1, "a score in (0, 1]");
    Require(b.class_id >= 0 && b.class_id < num_classes, "a class of ours");
    Require(i == 0 || boxes[i - 1].score >= b.score, "the best first");
  }
}

}  // namespace yolo::fuzz

#endif  // YOLO_TESTS_FUZZ_FUZZ_H_
