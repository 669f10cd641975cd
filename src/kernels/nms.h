// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Greedy non-maximum suppression.
#ifndef YOLO_KERNELS_NMS_H_
#define YOLO_KERNELS_NMS_H_

#include <cstddef>
#include <cstdint>

namespace yolo {

// Every array of BoxArrays has room for a multiple of this many floats.
inline constexpr size_t kBoxPadding = 64;

// Corners, one array each. x0 <= x1, y0 <= y1, all finite.
struct BoxArrays {
  float* x0;
  float* y0;
  float* x1;
  float* y1;
  float* area;  // scratch
};

enum class Overlap {
  kIou,
  kDiou,  // Zheng et al. 2020: IoU - d^2 / c^2
};

// Walks the boxes in order, best first, and keeps each that overlaps none of
// those kept before it. Kept boxes move to the front of the arrays; kept[k] is
// where the k-th was. Returns how many. At most count * (count - 1) / 2 pairs
// are compared.
//
// Overlap of a and b, in single precision, in this order, nothing fused:
//
//   area         = (x1 - x0) * (y1 - y0)
//   intersection = max(min(a.x1, b.x1) - max(a.x0, b.x0), 0) *
//                  max(min(a.y1, b.y1) - max(a.y0, b.y0), 0)
//   union        = (a.area + b.area) - intersection
//   kIou         : intersection > threshold * union
//   dx           = ((a.x0 + a.x1) - (b.x0 + b.x1)) / 2, dy likewise
//   cx           = max(a.x1, b.x1) - min(a.x0, b.x0), cy likewise
//   kDiou        : intersection / union -
//                  (dx * dx + dy * dy) / (cx * cx + cy * cy) > threshold
//
// so that a box without area overlaps nothing.
//
//   threshold  > 0
//   kept       room for count
size_t KeepBest(const BoxArrays& boxes, size_t count, Overlap overlap,
                float threshold, uint32_t* kept);

}  // namespace yolo

#endif  // YOLO_KERNELS_NMS_H_
