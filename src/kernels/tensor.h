// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// How the numbers of a tensor lie in memory.
#ifndef YOLO_KERNELS_TENSOR_H_
#define YOLO_KERNELS_TENSOR_H_

#include <cstddef>

namespace yolo {

enum class DataType {
  kF32,
  kBf16,  // the upper half of a float
  kF16,   // IEEE 754 binary16
  kU8,    // a network's input only: 255 is 1
};

constexpr size_t SizeOf(DataType type) {
  switch (type) {
    case DataType::kF32:
      return 4;
    case DataType::kBf16:
    case DataType::kF16:
      return 2;
    case DataType::kU8:
      break;
  }
  return 1;
}

enum class Layout {
  kPlanar,       // [c][h][w]
  kInterleaved,  // [h][w][c]
  kBlocked,      // [ceil(c / block)][h][w][block]
};

}  // namespace yolo

#endif  // YOLO_KERNELS_TENSOR_H_
