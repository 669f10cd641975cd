// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Detection heads without a network.
#ifndef YOLO_TESTS_SUPPORT_FAKE_LANE_H_
#define YOLO_TESTS_SUPPORT_FAKE_LANE_H_

#include <algorithm>
#include <vector>

#include "extract.h"
#include "support/head_memory.h"

namespace yolo::testing {

// Heads at strides 32, 16, 8, ... with two anchors each.
inline Graph MakeGraph(int width, int height, int classes, int num_heads,
                       bool new_coords) {
  Graph graph;
  graph.input = {3, height, width};
  graph.num_classes = classes;
  for (int i = 0; i < num_heads; ++i) {
    const int stride = 32 >> i;
    YoloHead head;
    const auto size = static_cast<float>(stride);
    head.anchors = {{size * 2, size * 3}, {size * 4.5f, size * 1.5f}};
    head.classes = classes;
    head.scale_x_y = new_coords ? 2.0f : 1 + 0.05f * static_cast<float>(i);
    head.new_coords = new_coords;
    Layer layer;
    layer.type = "yolo";
    layer.shape = {2 * (5 + classes), height / stride, width / stride};
    layer.op = head;
    graph.heads.push_back(i);
    graph.layers.push_back(layer);
  }
  return graph;
}

inline const YoloHead& HeadOf(const Graph& graph, size_t i) {
  return std::get<YoloHead>(graph.layers[i].op);
}

// [head][channel * positions + position]
using Values = std::vector<std::vector<float>>;

inline Values Filled(const Graph& graph, float value) {
  Values values;
  for (const Layer& layer : graph.layers) {
    values.emplace_back(layer.shape.count(), value);
  }
  return values;
}

class FakeLane : public DeviceLane {
 public:
  FakeLane(const Graph& graph, const Values& values, HeadForm form)
      : graph_(graph) {
    for (size_t i = 0; i < values.size(); ++i) {
      const Shape& s = graph.layers[i].shape;
      heads_.emplace_back(values[i], static_cast<size_t>(s.c),
                          static_cast<size_t>(s.h) * static_cast<size_t>(s.w),
                          form);
    }
  }
  TensorView Input() override { return {}; }
  Status Run(Team*) override { return Status::Ok(); }
  TensorView Head(size_t i) const override {
    const HeadForm form = heads_[i].form();
    return {const_cast<HeadMemory&>(heads_[i]).data(), form.type, form.layout,
            form.block, graph_.layers[i].shape};
  }

 private:
  const Graph& graph_;
  std::vector<HeadMemory> heads_;
};

// An image, and how it was put into the network.
struct Picture {
  int width, height;
  Placement placement;
};

inline Picture Stretched(const Graph& graph, int width, int height) {
  Placement p;
  p.w = graph.input.w;
  p.h = graph.input.h;
  p.scale_x = static_cast<float>(width) / static_cast<float>(p.w);
  p.scale_y = static_cast<float>(height) / static_cast<float>(p.h);
  return {width, height, p};
}

inline Picture Letterboxed(const Graph& graph, int width, int height) {
  const auto w = static_cast<float>(width), h = static_cast<float>(height);
  const auto net_w = static_cast<float>(graph.input.w);
  const auto net_h = static_cast<float>(graph.input.h);
  const float scale = std::max(w / net_w, h / net_h);
  Placement p;
  p.scale_x = p.scale_y = scale;
  p.offset_x = (net_w - w / scale) / 2;
  p.offset_y = (net_h - h / scale) / 2;
  return {width, height, p};
}

inline ExtractOptions Options(const Graph& graph, float threshold) {
  ExtractOptions options;
  options.thresholds.assign(static_cast<size_t>(graph.num_classes), threshold);
  return options;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_FAKE_LANE_H_
