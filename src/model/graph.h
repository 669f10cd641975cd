// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What a model is once it has been read: layers with shapes, and weights.
#ifndef YOLO_MODEL_GRAPH_H_
#define YOLO_MODEL_GRAPH_H_

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/memory.h"

namespace yolo {

// Of one image's activations; n is always 1.
struct Shape {
  int c = 0, h = 0, w = 0;

  size_t count() const {
    return static_cast<size_t>(c) * static_cast<size_t>(h) *
           static_cast<size_t>(w);
  }
  bool operator==(const Shape&) const = default;
};

enum class Activation {
  kLinear,
  kRelu,      // max(x, 0)
  kLeaky,     // x > 0 ? x : 0.1 x
  kRelu6,     // min(max(x, 0), 6)
  kLogistic,  // 1 / (1 + exp(-x))
  kMish,      // x tanh(ln(1 + exp(x)))
  kSwish,     // x / (1 + exp(-x))
  kTanh,
};

// Cross-correlation, zero padding, batch norm already folded in.
struct Convolution {
  int filters = 0;
  int size = 1;  // kernel height and width
  int stride_y = 1, stride_x = 1;
  int pad = 0;       // on all four sides
  int dilation = 1;  // 1: dense
  int groups = 1;
  Activation activation = Activation::kLinear;
  // Into Graph::weights, in floats.
  size_t weights = 0;  // [filters][input.c / groups][size][size]
  size_t bias = 0;     // [filters]
};

// Maximum over the part of the window that lies inside the input. The window
// of output (y, x) begins at (y * stride_y - padding / 2, likewise x);
// output height = (h + padding - size) / stride_y + 1 (Darknet's rule).
struct MaxPool {
  int size = 2;
  int stride_y = 2, stride_x = 2;
  int padding = 1;  // total of both sides
};

// Mean over the whole plane: c x 1 x 1.
struct GlobalAveragePool {};

// Nearest neighbour, each pixel `factor` times in both directions.
struct Upsample {
  int factor = 2;
  float scale = 1;  // multiplies every value
};

// Part `group` of `groups` equal parts of the channels of every input, one
// after the other.
struct Route {
  int groups = 1;
  int group = 0;
};

// activation(inputs[0] + inputs[1] + ...). All have the height and width of
// inputs[0]; where channels differ, the first min(c) take part and the output
// has those of inputs[0].
struct Shortcut {
  Activation activation = Activation::kLinear;
};

// activation(inputs[1] * inputs[0]); inputs[0] is c x 1 x 1.
struct ScaleChannels {
  Activation activation = Activation::kLinear;
};

// activation(inputs[0] * inputs[1]), element by element ([sam]).
struct Multiplication {
  Activation activation = Activation::kLinear;
};

// The input itself (dropout; a shape-only step).
struct Identity {};

// A detection head. Its input holds, for anchor a of `anchors`, channels
// a * (5 + classes) + {0: x, 1: y, 2: w, 3: h, 4: objectness, 5...: classes}.
struct YoloHead {
  struct Anchor {
    float w, h;  // pixels of the network's input
  };
  std::vector<Anchor> anchors;  // those of this head's mask, in its order
  int classes = 0;
  float scale_x_y = 1;
  // false: x, y, objectness, classes through the logistic, w and h through exp
  // true: the layer before applied the logistic; w = (2 t)^2 * anchor
  bool new_coords = false;
};

using Operation =
    std::variant<Convolution, MaxPool, GlobalAveragePool, Upsample, Route,
                 Shortcut, ScaleChannels, Multiplication, Identity, YoloHead>;

// The network's input, where a layer names its inputs.
inline constexpr int kNetworkInput = -1;

struct Layer {
  std::string type;         // as the file calls it: "convolutional"
  uint32_t line = 0;        // of the section in the file, from 1
  std::vector<int> inputs;  // earlier layers, or kNetworkInput
  Shape shape;              // of the output
  Operation op;
  uint64_t num_parameters = 0;
  double gflop = 0;  // 2 * multiply-adds / 1e9
};

// Layers in an order in which they can run; every input comes earlier.
struct Graph {
  Shape input;  // 3 x height x width, RGB / 255
  std::vector<Layer> layers;
  std::vector<int> heads;  // indices of the YoloHead layers, in file order
  int num_classes = 0;     // of every head
  int max_stride = 32;     // input height and width are multiples of it
  bool letterbox = false;  // the model asks for letterbox_image
  uint64_t num_parameters = 0;
  double gflop = 0;
  Buffer weights;  // floats; see Convolution

  const Shape& InputShape(const Layer& layer, size_t i) const {
    const int source = layer.inputs[i];
    return source == kNetworkInput ? input
                                   : layers[static_cast<size_t>(source)].shape;
  }
};

// One for each cell and anchor of a YoloHead's layer.
inline size_t CountBoxes(const Layer& head) {
  return static_cast<size_t>(head.shape.h) * static_cast<size_t>(head.shape.w) *
         std::get<YoloHead>(head.op).anchors.size();
}

// Of all heads.
inline size_t CountBoxes(const Graph& graph) {
  size_t count = 0;
  for (const int head : graph.heads) {
    count += CountBoxes(graph.layers[static_cast<size_t>(head)]);
  }
  return count;
}

}  // namespace yolo

#endif  // YOLO_MODEL_GRAPH_H_
