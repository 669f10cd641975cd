// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Convolution of each channel with a filter of its own, on blocked activations.
#ifndef YOLO_KERNELS_DEPTHWISE_H_
#define YOLO_KERNELS_DEPTHWISE_H_

#include <cstddef>
#include <limits>

#include "kernels/blocked.h"

namespace yolo {

// Few weights make an output, so the rounding of a weight does not average
// out: weights and sums are f32 whatever type the activations have.
struct Depthwise {
  size_t size = 3;  // kernel height and width
  size_t stride_y = 1, stride_x = 1;
  size_t pad = 0;       // zeros on the top and on the left
  size_t dilation = 1;  // 1: dense
  // Of the sum s remains min(max(s, slope * s), limit).
  float slope = 1;
  float limit = std::numeric_limits<float>::infinity();
  // Of the first block of src and dst; zero in lanes past the last channel.
  const float* weights = nullptr;  // [blocks][size][size][block]
  const float* bias = nullptr;     // [blocks][block]
};

// The output at (y, x) is the bias, plus weight times input for each tap that
// lies inside the input, row by row, every product and every sum rounded: the
// same bits on every instruction set. src and dst may differ in type; they
// have the same block, 8 or 16, and do not overlap.
void ConvolveDepthwise(const BlockedView& src, const BlockedView& dst,
                       const Depthwise& op, Range blocks);

}  // namespace yolo

#endif  // YOLO_KERNELS_DEPTHWISE_H_
