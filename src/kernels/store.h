// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Values of [0, 1] -> the network's input, in its type and layout.
#ifndef YOLO_KERNELS_STORE_H_
#define YOLO_KERNELS_STORE_H_

#include <cstddef>
#include <cstdint>

#include "kernels/tensor.h"

namespace yolo {

// A network's input: three channels, R first, in somebody else's memory. In
// kBlocked the channels from the fourth on are zero.
struct InputTensor {
  void* data = nullptr;
  DataType type = DataType::kF32;
  Layout layout = Layout::kPlanar;
  size_t block = 1;  // kBlocked only; at least 3
  size_t width = 0;
  size_t height = 0;
};

// Writes `count` pixels of row y from column x on. Rounding: f16 and bf16 to
// nearest, ties to even; u8 is floor(255 v + 0.5) in single precision.
//
//   planes  R, G, B: [count] floats of [0, 1], finite
void StoreRow(const float* const planes[3], size_t count, size_t x, size_t y,
              const InputTensor& tensor);

}  // namespace yolo

#endif  // YOLO_KERNELS_STORE_H_
