// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// f16 and bf16 by the book, one value at a time.
#ifndef YOLO_TESTS_NRT_SIM_HALF_H_
#define YOLO_TESTS_NRT_SIM_HALF_H_

#include <bit>
#include <cstdint>

namespace yolo::nrt_sim {

// Both round to nearest, ties to even; NaN stays NaN.
inline uint16_t ToBf16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) {
    return static_cast<uint16_t>(bits >> 16 | 0x40);
  }
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

inline uint16_t ToF16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = bits >> 16 & 0x8000;
  uint32_t magnitude = bits & 0x7FFFFFFF;
  if (magnitude > 0x7F800000) return static_cast<uint16_t>(sign | 0x7E00);
  // From half a unit above 65504, the largest, on.
  if (magnitude >= 0x477FF000) return static_cast<uint16_t>(sign | 0x7C00);
  if (magnitude < 0x38800000) {
    // Below 2^-14. A unit of 0.5 in f32 is the unit of these, 2^-24.
    const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    magnitude = std::bit_cast<uint32_t>(shifted) - 0x3F000000;
    return static_cast<uint16_t>(sign | magnitude);
  }
  // The exponent's bias goes from 127 to 15.
  magnitude += 0xFFF + (magnitude >> 13 & 1) - (112u << 23);
  return static_cast<uint16_t>(sign | magnitude >> 13);
}

inline float FromBf16(uint16_t bits) {
  return std::bit_cast<float>(uint32_t{bits} << 16);
}

inline float FromF16(uint16_t bits) {
  const uint32_t sign = (bits & 0x8000u) << 16;
  const uint32_t exponent = bits >> 10 & 0x1F;
  const uint32_t fraction = bits & 0x3FF;
  if (exponent == 0) {
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -value : value;
  }
  const uint32_t wide = exponent == 0x1F ? 0xFF : exponent + 112;
  return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

}  // namespace yolo::nrt_sim

#endif  // YOLO_TESTS_NRT_SIM_HALF_H_
