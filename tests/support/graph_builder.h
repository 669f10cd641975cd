// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Graphs made by hand, with seeded random weights; no model file involved.
#ifndef YOLO_TESTS_SUPPORT_GRAPH_BUILDER_H_
#define YOLO_TESTS_SUPPORT_GRAPH_BUILDER_H_

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/graph.h"
#include "support/random.h"

namespace yolo::testing {

// Blocks that TestAllocator() has given out.
inline std::atomic<uint64_t> num_test_allocations{0};

// Where test graphs keep their weights and devices their tensors; outlives them
// all. Its memory begins as NaNs (as f32 and as bf16): whatever reads a value
// that nobody wrote shows it.
inline Allocator* TestAllocator() {
  static Allocator allocator(
      [](void*, size_t size, size_t alignment) {
        ++num_test_allocations;
        void* const memory = std::aligned_alloc(alignment, AlignUp(size));
        return memory ? std::memset(memory, 0xFF, size) : nullptr;
      },
      [](void*, void* memory, size_t) { std::free(memory); }, nullptr, 0);
  return &allocator;
}

// Example: a residual block and a head.
//   GraphBuilder b({3, 13, 17});
//   const int x = b.Add(Convolution{.filters = 8, .size = 3, .pad = 1});
//   const int y = b.Add(Convolution{.filters = 8});
//   b.Add(Shortcut{}, {x, y});
//   b.Head();
//   Graph graph = b.Build();
class GraphBuilder {
 public:
  explicit GraphBuilder(const Shape& input, uint64_t seed = 1) : random_(seed) {
    graph_.input = input;
  }

  // Appends a layer whose only input is the layer before (or the network's
  // input) and returns its index.
  int Add(Operation op) { return Add(std::move(op), {last()}); }

  // As above, with any inputs. A convolution gets its weights here.
  int Add(Operation op, std::vector<int> inputs) {
    Layer layer;
    layer.inputs = std::move(inputs);
    layer.line = static_cast<uint32_t>(graph_.layers.size()) + 1;
    if (auto* c = std::get_if<Convolution>(&op)) AddWeights(layer, c);
    layer.op = std::move(op);
    layer.shape = OutputShape(layer);
    std::visit([&](const auto& o) { layer.type = TypeName(o); }, layer.op);
    graph_.layers.push_back(std::move(layer));
    if (std::holds_alternative<YoloHead>(graph_.layers.back().op)) {
      graph_.heads.push_back(last());
    }
    return last();
  }

  // A head that only makes its input visible: it fits any number of channels.
  int Head(int input) {
    YoloHead head;
    head.anchors = {{10, 10}};
    head.classes = std::max(shape(input).c - 5, 0);
    return Add(head, {input});
  }
  int Head() { return Head(last()); }

  // The next convolutions' outputs are about `gain` times their inputs.
  void set_gain(float gain) { gain_ = gain; }

  int last() const { return static_cast<int>(graph_.layers.size()) - 1; }
  const Shape& shape(int layer) const {
    return layer == kNetworkInput
               ? graph_.input
               : graph_.layers[static_cast<size_t>(layer)].shape;
  }

  // A graph of its own each time.
  Graph Build() const {
    Graph graph;
    graph.input = graph_.input;
    graph.layers = graph_.layers;
    graph.heads = graph_.heads;
    for (const Layer& layer : graph.layers) {
      graph.num_parameters += layer.num_parameters;
      graph.gflop += layer.gflop;
      if (const auto* head = std::get_if<YoloHead>(&layer.op)) {
        graph.num_classes = head->classes;
      }
    }
    const size_t bytes = weights_.size() * sizeof(float);
    if (bytes > 0 && graph.weights.Allocate(TestAllocator(), bytes)) {
      std::memcpy(graph.weights.as(), weights_.data(), bytes);
    }
    return graph;
  }

 private:
  // So that the output's variance is gain^2 times that of the input: with n
  // products in a sum, weights of variance gain^2 / n, that is evenly in
  // +-gain * sqrt(3 / n).
  void AddWeights(Layer& layer, Convolution* c) {
    const int n = graph_.InputShape(layer, 0).c / c->groups * c->size * c->size;
    const float most = gain_ * std::sqrt(3.0f / static_cast<float>(n));
    const size_t count =
        static_cast<size_t>(c->filters) * static_cast<size_t>(n);
    c->weights = Append(random_.Floats(count, -most, most));
    c->bias = Append(random_.Floats(static_cast<size_t>(c->filters),
                                    -0.3f * gain_, 0.3f * gain_));
    layer.num_parameters = count + static_cast<size_t>(c->filters);
  }

  size_t Append(const std::vector<float>& values) {
    const size_t offset = weights_.size();
    weights_.insert(weights_.end(), values.begin(), values.end());
    return offset;
  }

  Shape OutputShape(const Layer& layer) const {
    return std::visit([&](const auto& op) { return OutputOf(op, layer); },
                      layer.op);
  }

  Shape OutputOf(const Convolution& op, const Layer& layer) const {
    const Shape in = graph_.InputShape(layer, 0);
    const int reach = op.dilation * (op.size - 1) + 1;
    return {op.filters, (in.h + 2 * op.pad - reach) / op.stride_y + 1,
            (in.w + 2 * op.pad - reach) / op.stride_x + 1};
  }
  Shape OutputOf(const MaxPool& op, const Layer& layer) const {
    const Shape in = graph_.InputShape(layer, 0);
    return {in.c, (in.h + op.padding - op.size) / op.stride_y + 1,
            (in.w + op.padding - op.size) / op.stride_x + 1};
  }
  Shape OutputOf(const GlobalAveragePool&, const Layer& layer) const {
    return {graph_.InputShape(layer, 0).c, 1, 1};
  }
  Shape OutputOf(const Upsample& op, const Layer& layer) const {
    const Shape in = graph_.InputShape(layer, 0);
    return {in.c, in.h * op.factor, in.w * op.factor};
  }
  Shape OutputOf(const Route& op, const Layer& layer) const {
    Shape out = graph_.InputShape(layer, 0);
    out.c = 0;
    for (size_t i = 0; i < layer.inputs.size(); ++i) {
      out.c += graph_.InputShape(layer, i).c / op.groups;
    }
    return out;
  }
  Shape OutputOf(const ScaleChannels&, const Layer& layer) const {
    return graph_.InputShape(layer, 1);
  }
  // Shortcut, Multiplication, Identity, YoloHead: that of the first input.
  template <class Op>
  Shape OutputOf(const Op&, const Layer& layer) const {
    return graph_.InputShape(layer, 0);
  }

  static const char* TypeName(const Convolution&) { return "convolutional"; }
  static const char* TypeName(const MaxPool&) { return "maxpool"; }
  static const char* TypeName(const GlobalAveragePool&) { return "avgpool"; }
  static const char* TypeName(const Upsample&) { return "upsample"; }
  static const char* TypeName(const Route&) { return "route"; }
  static const char* TypeName(const Shortcut&) { return "shortcut"; }
  static const char* TypeName(const ScaleChannels&) { return "scale_channels"; }
  static const char* TypeName(const Multiplication&) { return "sam"; }
  static const char* TypeName(const Identity&) { return "dropout"; }
  static const char* TypeName(const YoloHead&) { return "yolo"; }

  Random random_;
  float gain_ = 1;
  Graph graph_;
  std::vector<float> weights_;
};

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_GRAPH_BUILDER_H_
