// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The file that the simulated libnrt takes for a NEFF: a genuine header, then
// not a program for a chip but a Darknet model and how its tensors lie.
#ifndef YOLO_TESTS_NRT_SIM_MAKE_NEFF_H_
#define YOLO_TESTS_NRT_SIM_MAKE_NEFF_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "device/device.h"
#include "kernels/tensor.h"

namespace yolo::nrt_sim {

// Outputs that are decoded. Boxes come head by head, in it anchor by anchor,
// row by row; N of them.
enum class Decoding : uint32_t {
  kNone,        // heads
  kTable,       // "boxes": [batch, N, 5 + classes] when the heads' layout is
                // kInterleaved, else [batch, 5 + classes, N]
  kFinalTable,  // the same without objectness, which the classes contain
  kSplit,  // "boxes": [batch, N, 1, 4]; "scores": [batch, N, classes], that
           // contain the objectness
};

// Tensors are called "image" and "head_0", "head_1", ... in the cfg's order.
// Shapes: [batch, h, w, c] when kInterleaved, [batch, c, h, w] when kPlanar.
struct NeffTensors {
  DataType input_type = DataType::kF16;
  Layout input_layout = Layout::kInterleaved;
  DataType head_type = DataType::kF16;  // not kU8
  Layout head_layout = Layout::kInterleaved;
  uint32_t batch = 1;
  uint32_t width = 0;  // of the input in pixels; 0: the cfg's
  uint32_t height = 0;
  Decoding decoding = Decoding::kNone;
  BoxForm box_form = BoxForm::kCentreSize;
  bool fractions = false;  // of the network's input; else its pixels
};

std::vector<uint8_t> MakeNeff(std::string_view cfg,
                              std::span<const uint8_t> weights,
                              const NeffTensors& tensors = {});

// Into the bytes that ParseNeff was given.
struct NeffContents {
  NeffTensors tensors;
  std::string_view cfg;
  std::span<const uint8_t> weights;
};

// False when what follows the header was not made by MakeNeff.
bool ParseNeff(std::span<const uint8_t> neff, NeffContents* out);

}  // namespace yolo::nrt_sim

#endif  // YOLO_TESTS_NRT_SIM_MAKE_NEFF_H_
