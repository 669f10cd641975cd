// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A detection head as each kind of device would leave it in memory.
#ifndef YOLO_TESTS_SUPPORT_HEAD_MEMORY_H_
#define YOLO_TESTS_SUPPORT_HEAD_MEMORY_H_

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/tensor.h"

namespace yolo::testing {

struct HeadForm {
  DataType type = DataType::kF32;
  Layout layout = Layout::kPlanar;
  int block = 1;  // kBlocked
};

inline constexpr HeadForm kPlanarF32 = {};
inline constexpr HeadForm kInterleavedF32 = {DataType::kF32,
                                             Layout::kInterleaved};
inline constexpr HeadForm kBlockedF32 = {DataType::kF32, Layout::kBlocked, 16};
inline constexpr HeadForm kBlockedBf16 = {DataType::kBf16, Layout::kBlocked,
                                          16};

inline constexpr HeadForm kHeadForms[] = {
    kPlanarF32,
    kInterleavedF32,
    {DataType::kF32, Layout::kBlocked, 8},
    kBlockedF32,
    {DataType::kBf16, Layout::kPlanar},
    {DataType::kBf16, Layout::kInterleaved},
    {DataType::kBf16, Layout::kBlocked, 8},
    kBlockedBf16,
    {DataType::kF16, Layout::kPlanar},
    {DataType::kF16, Layout::kInterleaved},
    {DataType::kF16, Layout::kBlocked, 8},
    {DataType::kF16, Layout::kBlocked, 16}};

inline std::string NameOf(HeadForm form) {
  const char* const type = form.type == DataType::kF32   ? "f32"
                           : form.type == DataType::kF16 ? "f16"
                                                         : "bf16";
  const char* const layout = form.layout == Layout::kPlanar ? " planar"
                             : form.layout == Layout::kInterleaved
                                 ? " interleaved"
                                 : " blocked by ";
  return std::string(type) + layout +
         (form.layout == Layout::kBlocked ? std::to_string(form.block) : "");
}

// Not inlined: GCC 12.2 drops the mask where another branch has none.
[[gnu::noinline]] inline float CutToBf16(float value) {
  return std::bit_cast<float>(std::bit_cast<uint32_t>(value) & 0xFFFF0000);
}

// The next value towards zero that the type holds, but infinity stays what it
// is. NaN for a NaN: those of the tests have their payload in the upper half.
inline float CutTo(DataType type, float value) {
  if (type == DataType::kBf16) return CutToBf16(value);
  if (type != DataType::kF16 || !std::isfinite(value)) return value;
  if (std::abs(value) > 65504) return std::copysign(65504.0f, value);
  // A unit of the last place: 11 bits of any normal number.
  const int exponent = std::abs(value) < 0x1p-14f ? -14 : std::ilogb(value);
  return std::ldexp(std::trunc(std::ldexp(value, 10 - exponent)),
                    exponent - 10);
}

// The binary16 of a number that has one.
inline uint16_t F16Bits(float value) {
  const uint32_t sign = std::signbit(value) ? 0x8000 : 0;
  const float magnitude = std::abs(value);
  uint32_t bits = 0;
  if (std::isnan(value)) {
    bits = 0x7C00 | (std::bit_cast<uint32_t>(value) >> 13 & 0x3FF);
  } else if (std::isinf(value)) {
    bits = 0x7C00;
  } else if (magnitude < 0x1p-14f) {
    bits = static_cast<uint32_t>(magnitude * 0x1p24f);
  } else {
    const int exponent = std::ilogb(magnitude);
    const float fraction = std::ldexp(magnitude, -exponent) - 1;
    bits = static_cast<uint32_t>(exponent + 15) << 10 |
           static_cast<uint32_t>(fraction * 1024);
  }
  return static_cast<uint16_t>(sign | bits);
}

class HeadMemory {
 public:
  // values: [channels][positions]; a half keeps what CutTo() makes of them.
  // Exactly as large as the form needs; lanes past the last channel hold a
  // huge number.
  HeadMemory(const std::vector<float>& values, size_t channels,
             size_t positions, HeadForm form)
      : form_(form) {
    const size_t block = form.layout == Layout::kPlanar ? 1
                         : form.layout == Layout::kInterleaved
                             ? channels
                             : static_cast<size_t>(form.block);
    const size_t blocks = (channels + block - 1) / block;
    floats_.assign(blocks * positions * block, CutTo(form.type, 1e30f));
    for (size_t c = 0; c < channels; ++c) {
      for (size_t p = 0; p < positions; ++p) {
        floats_[(c / block * positions + p) * block + c % block] =
            CutTo(form.type, values[c * positions + p]);
      }
    }
    if (form.type == DataType::kF32) return;
    halves_.reserve(floats_.size());
    for (const float f : floats_) {
      halves_.push_back(
          form.type == DataType::kF16
              ? F16Bits(f)
              : static_cast<uint16_t>(std::bit_cast<uint32_t>(f) >> 16));
    }
  }

  void* data() {
    return form_.type == DataType::kF32 ? floats_.data()
                                        : static_cast<void*>(halves_.data());
  }
  HeadForm form() const { return form_; }

 private:
  HeadForm form_;
  std::vector<float> floats_;
  std::vector<uint16_t> halves_;
};

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_HEAD_MEMORY_H_
