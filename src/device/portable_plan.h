// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A graph as device portable runs it: steps, and where their operands lie.
#ifndef YOLO_DEVICE_PORTABLE_PLAN_H_
#define YOLO_DEVICE_PORTABLE_PLAN_H_

#include <cstddef>
#include <variant>
#include <vector>

#include "device/portable_convolution.h"
#include "device/portable_layers.h"
#include "model/graph.h"

namespace yolo::portable {

using Kernel =
    std::variant<Gemm, Depthwise, Max, Mean, Repeat, Copy, Sum, Scale, Product>;

// Offsets are in floats from the start of a lane's block.
struct Step {
  Kernel kernel;
  std::vector<size_t> inputs;
  size_t output;
  size_t workspace;
  size_t weights;  // offset in floats into the packed weights
};

struct Place {
  size_t offset;
  Shape shape;
};

struct Plan {
  std::vector<Step> steps;
  Place input;                               // of the network
  std::vector<Place> heads;                  // their inputs
  size_t block_bytes = 0;                    // of a lane
  size_t weight_floats = 0;                  // packed
  std::vector<const char*> implementations;  // of the layers
};

// Layers that no head needs take no part. Concatenations cost nothing where
// their inputs can be written in place, slices of channels nothing ever. No
// step overwrites the network's input, nor a head's once it is made.
Plan MakePlan(const Graph& graph);

}  // namespace yolo::portable

#endif  // YOLO_DEVICE_PORTABLE_PLAN_H_
