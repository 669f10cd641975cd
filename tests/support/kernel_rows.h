// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Inputs and outputs for tests of kernels that work on rows.
#ifndef YOLO_TESTS_SUPPORT_KERNEL_ROWS_H_
#define YOLO_TESTS_SUPPORT_KERNEL_ROWS_H_

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "support/for_each_target.h"
#include "support/random.h"

namespace yolo::testing {

// Room for values between guards, all of it filled with one pattern. The values
// have the alignment of a float and no greater.
template <class T>
class Guarded {
 public:
  explicit Guarded(size_t count)
      : count_(count), memory_(kGuard + count + kGuard) {
    std::memset(memory_.data(), 0xA5, memory_.size() * sizeof(T));
  }

  T* data() { return memory_.data() + kGuard; }
  const T* data() const { return memory_.data() + kGuard; }

  // The values have these bits, and the guards are as they were.
  bool Is(const std::vector<T>& want) const {
    if (want.size() != count_) return false;
    Guarded copy(count_);
    if (count_ != 0) {
      std::memcpy(copy.data(), want.data(), count_ * sizeof(T));
    }
    return std::memcmp(copy.memory_.data(), memory_.data(),
                       memory_.size() * sizeof(T)) == 0;
  }

 private:
  static constexpr size_t kGuard = 68 / sizeof(T);
  size_t count_;
  std::vector<T> memory_;
};

// `count` bytes, a quarter of them 0 or 255. The block ends with the last one,
// so that AddressSanitizer sees reads beyond.
inline std::vector<uint8_t> RandomBytes(Random* random, size_t count) {
  std::vector<uint8_t> bytes(count);
  for (uint8_t& b : bytes) {
    b = static_cast<uint8_t>(random->Chance(25) ? 255 * random->Int(0, 1)
                                                : random->Int(0, 255));
  }
  return bytes;
}

// body(width) on every target: widths from `first` to 70, and some that end
// anywhere in a vector.
template <class Body>
void ForEachWidth(size_t first, const Body& body) {
  ForEachTarget([&](const char* name) {
    const std::string target = name;
    CAPTURE(target);
    const auto run = [&](size_t width) {
      CAPTURE(width);
      body(width);
    };
    for (size_t width = first; width <= 70; ++width) run(width);
    for (const size_t width : {95, 127, 129, 191, 193, 255, 257, 1001}) {
      run(width);
    }
  });
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_KERNEL_ROWS_H_
