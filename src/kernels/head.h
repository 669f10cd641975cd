// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds the few values of a detection head that are worth a look.
#ifndef YOLO_KERNELS_HEAD_H_
#define YOLO_KERNELS_HEAD_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/tensor.h"

namespace yolo {

// The float with the same value; a NaN keeps its payload.
constexpr float FloatFromF16(uint16_t half) {
  const uint32_t sign = (half & 0x8000u) << 16;
  const uint32_t exponent = half >> 10 & 31;
  const uint32_t fraction = half & 0x3FFu;
  if (exponent == 0) {  // zero and subnormals: so many 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return std::bit_cast<float>(std::bit_cast<uint32_t>(magnitude) | sign);
  }
  const uint32_t biased = exponent == 31 ? 255 : exponent + (127 - 15);
  return std::bit_cast<float>(sign | biased << 23 | fraction << 13);
}

constexpr float FloatFromBf16(uint16_t upper) {
  return std::bit_cast<float>(uint32_t{upper} << 16);
}

// One head of one image, in somebody else's memory. Channel c of position p
// (row * width + column) is element
//   (c / block * positions + p) * block + c % block
// so that a block of 1 is planar: [c][h][w], and a block of all channels is
// interleaved: [h][w][c].
struct HeadTensor {
  const void* data = nullptr;
  DataType type = DataType::kF32;  // not kU8
  size_t channels = 0;
  size_t positions = 0;  // height * width
  size_t block = 1;      // 1, `channels`, or a multiple of 8; a whole last
                         // block is there

  size_t Index(size_t channel, size_t position) const {
    return (channel / block * positions + position) * block + channel % block;
  }
  float Value(size_t channel, size_t position) const {
    const size_t i = Index(channel, position);
    if (type == DataType::kF32) return static_cast<const float*>(data)[i];
    const uint16_t half = static_cast<const uint16_t*>(data)[i];
    return type == DataType::kF16 ? FloatFromF16(half) : FloatFromBf16(half);
  }
};

// Positions whose value in `channel` is greater than `bound`, ascending; NaN
// never is. Returns how many.
//
//   positions  room for head.positions
size_t FindPositions(const HeadTensor& head, size_t channel, float bound,
                     uint32_t* positions);

// Classes [first, first + count).
struct ClassRun {
  uint32_t first, count;
};

// The positions to look at, each with its own bound. A bound may be infinite,
// not NaN.
struct HeadProbes {
  const uint32_t* positions;
  const float* bounds;
  size_t count;
};

// A class that passed, and the index of its probe.
struct ClassHit {
  uint32_t probe;
  uint32_t class_id;
};

// Classes whose value, in channel first_channel + class, is greater than the
// bound of its probe; NaN never is. In no particular order. Returns how many.
//
//   hits  room for probes.count * (sum of the runs' counts)
size_t FindClasses(const HeadTensor& head, size_t first_channel,
                   std::span<const ClassRun> runs, const HeadProbes& probes,
                   ClassHit* hits);

}  // namespace yolo

#endif  // YOLO_KERNELS_HEAD_H_
