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

namespace yolo {

// One head of one image, in somebody else's memory. Channel c of position p
// (row * width + column) is element
//   (c / block * positions + p) * block + c % block
// so that a block of 1 is planar: [c][h][w].
struct HeadTensor {
  const void* data = nullptr;
  bool bf16 = false;     // the upper halves of floats; else floats
  size_t block = 1;      // 1, or a multiple of 8; a whole last block is there
  size_t positions = 0;  // height * width

  size_t Index(size_t channel, size_t position) const {
    return (channel / block * positions + position) * block + channel % block;
  }
  float Value(size_t channel, size_t position) const {
    const size_t i = Index(channel, position);
    if (!bf16) return static_cast<const float*>(data)[i];
    const uint32_t upper = static_cast<const uint16_t*>(data)[i];
    return std::bit_cast<float>(upper << 16);
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
