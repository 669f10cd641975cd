// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What a NEFF's tensors are to the model: its input, its heads or boxes, its
// batch.
#ifndef YOLO_DEVICE_NEURON_PLAN_H_
#define YOLO_DEVICE_NEURON_PLAN_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "device/device.h"
#include "device/nrt.h"
#include "kernels/tensor.h"
#include "model/graph.h"

namespace yolo {

// One tensor of the NEFF; its images lie one after the other.
struct NeuronTensor {
  std::string name;
  size_t size = 0;         // bytes, whole batch
  size_t image_bytes = 0;  // size / batch
  DataType type = DataType::kF32;
  Layout layout = Layout::kPlanar;  // or kInterleaved
  Shape shape;                      // of one image
};

// What the outputs mean where they are not the heads.
struct NeuronDecoded {
  size_t boxes = 0;     // into the plan's outputs
  size_t scores = 0;    // the same, or the other
  int objectness = -1;  // as in DecodedView
  int classes = 0;
  BoxForm form = BoxForm::kCentreSize;
  bool fractions = false;
};

struct NeuronPlan {
  size_t batch = 1;
  NeuronTensor input;
  std::vector<NeuronTensor> outputs;     // as Graph::heads unless decoded
  std::optional<NeuronDecoded> decoded;  // shapes are columns x boxes x 1
};

// Finds the graph's input and heads among the tensors by their shapes; heads of
// the same shape come in the order of the tensors. One or two outputs may be
// decoded boxes instead, which `options` describe. BAD_MODEL names the first
// tensor that does not fit, and how.
Status PlanNeuron(const Graph& graph, std::span<const NrtTensor> tensors,
                  const yolo_neuron_options& options, NeuronPlan* out);

// "image=u8,head_19=f16"; NULL: none. Errors: INVALID_ARGUMENT.
Status ReadTensorTypes(const char* text, std::vector<NrtTypeOverride>* out);

// "f16"
const char* TypeName(DataType type);

// "[1, 3, 416, 416]"
std::string ShapeText(std::span<const uint32_t> shape);

}  // namespace yolo

#endif  // YOLO_DEVICE_NEURON_PLAN_H_
