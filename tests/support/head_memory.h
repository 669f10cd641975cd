// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A detection head as each kind of device would leave it in memory.
#ifndef YOLO_TESTS_SUPPORT_HEAD_MEMORY_H_
#define YOLO_TESTS_SUPPORT_HEAD_MEMORY_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace yolo::testing {

struct HeadForm {
  bool bf16;
  int block;  // 1: planar
};

inline constexpr HeadForm kHeadForms[] = {{false, 1}, {false, 8}, {false, 16},
                                          {true, 1},  {true, 8},  {true, 16}};

// The bfloat16 next to `value` towards zero. For a NaN as for any number: those
// of the tests have their payload in the upper half.
inline float CutToBf16(float value) {
  return std::bit_cast<float>(std::bit_cast<uint32_t>(value) >> 16 << 16);
}

class HeadMemory {
 public:
  // values: [channels][positions]; bf16 keeps their upper halves. Exactly as
  // large as the form needs; lanes past the last channel hold a huge number.
  HeadMemory(const std::vector<float>& values, size_t channels,
             size_t positions, HeadForm form)
      : form_(form) {
    const auto block = static_cast<size_t>(form.block);
    const size_t blocks = (channels + block - 1) / block;
    floats_.assign(blocks * positions * block, 1e30f);
    for (size_t c = 0; c < channels; ++c) {
      for (size_t p = 0; p < positions; ++p) {
        floats_[(c / block * positions + p) * block + c % block] =
            values[c * positions + p];
      }
    }
    if (!form.bf16) return;
    for (const float f : floats_) {
      halves_.push_back(
          static_cast<uint16_t>(std::bit_cast<uint32_t>(f) >> 16));
    }
  }

  void* data() {
    return form_.bf16 ? static_cast<void*>(halves_.data()) : floats_.data();
  }
  HeadForm form() const { return form_; }

 private:
  HeadForm form_;
  std::vector<float> floats_;
  std::vector<uint16_t> halves_;
};

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_HEAD_MEMORY_H_
