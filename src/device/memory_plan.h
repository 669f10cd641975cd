// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Places tensors in one block so that those never alive together share bytes.
#ifndef YOLO_DEVICE_MEMORY_PLAN_H_
#define YOLO_DEVICE_MEMORY_PLAN_H_

#include <cstddef>
#include <span>
#include <vector>

namespace yolo {

// A tensor that must keep its bytes from step `first` to step `last`, both
// included; first <= last.
struct Interval {
  int first, last;
  size_t bytes;
};

// The offset of each interval in a block of *total bytes, both multiples of
// kAlignment. Two intervals that share a step never share a byte. The same
// input gives the same plan. The rounded sizes must add up within a size_t.
//
//   step 0   |<--- a --->|
//   step 1   |<--- a --->|<-- b -->|
//   step 2   |<- c ->|   |<-- b -->|     c takes the place of a, which is dead
std::vector<size_t> PlanOffsets(std::span<const Interval> intervals,
                                size_t* total);

}  // namespace yolo

#endif  // YOLO_DEVICE_MEMORY_PLAN_H_
