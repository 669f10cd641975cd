// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers that look random and are the same on every machine.
#ifndef YOLO_TESTS_SUPPORT_RANDOM_H_
#define YOLO_TESTS_SUPPORT_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace yolo::testing {

// std's distributions differ between C++ libraries; these do not.
class Random {
 public:
  explicit Random(uint64_t seed) : bits_(seed) {}

  // Any of lo, ..., hi.
  int Int(int lo, int hi) {
    const auto range = static_cast<uint64_t>(int64_t{hi} - lo + 1);
    return static_cast<int>(lo + static_cast<int64_t>(bits_() % range));
  }

  // In [lo, hi).
  float Uniform(float lo, float hi) {
    const auto unit = static_cast<double>(bits_() >> 11) * 0x1p-53;
    return static_cast<float>(lo + (double{hi} - lo) * unit);
  }

  bool Chance(int percent) { return Int(0, 99) < percent; }

  template <class T>
  const T& Pick(const std::vector<T>& choices) {
    return choices[bits_() % choices.size()];
  }

  std::vector<float> Floats(size_t count, float lo, float hi) {
    std::vector<float> values(count);
    for (float& v : values) v = Uniform(lo, hi);
    return values;
  }

 private:
  std::mt19937_64 bits_;
};

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_RANDOM_H_
