// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Detection heads without a network, and an Extractor's run on them.
#ifndef YOLO_TESTS_SUPPORT_HEADS_H_
#define YOLO_TESTS_SUPPORT_HEADS_H_

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "extract.h"
#include "support/head_memory.h"
#include "support/random.h"

namespace yolo::testing {

inline constexpr float kInf = std::numeric_limits<float>::infinity();
inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

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
    return {const_cast<HeadMemory&>(heads_[i]).data(),
            form.bf16 ? DataType::kBf16 : DataType::kF32,
            form.block == 1 ? Layout::kPlanar : Layout::kBlocked, form.block,
            graph_.layers[i].shape};
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

struct Output {
  Extracted summary;
  std::vector<yolo_detection> boxes;
};

inline Output Run(const Graph& graph, const ExtractOptions& options,
                  const DeviceLane& lane, const Picture& picture,
                  size_t capacity = 100000) {
  Allocator allocator;
  Extractor extractor(graph, options, &allocator);
  REQUIRE(extractor.Init().ok());
  Output output;
  output.boxes.resize(capacity);
  output.summary =
      extractor.Extract(lane, picture.placement, picture.width, picture.height,
                        output.boxes.data(), capacity);
  output.boxes.resize(output.summary.count);
  return output;
}

inline bool Equal(const std::vector<yolo_detection>& a,
                  const std::vector<yolo_detection>& b) {
  return a.size() == b.size() &&
         (a.empty() ||
          std::memcmp(a.data(), b.data(), a.size() * sizeof(a[0])) == 0);
}

// Logits, or probabilities, with ties and with everything that may surprise.
inline Values RandomValues(Random* random, const Graph& graph) {
  const std::vector<float> odd = {0,    kInf,  -kInf,  kNan,  88.75f,
                                  -200, 1e38f, -1e38f, 1e-40f};
  Values values = Filled(graph, 0);
  for (size_t i = 0; i < values.size(); ++i) {
    const bool new_coords = HeadOf(graph, i).new_coords;
    for (float& v : values[i]) {
      v = new_coords ? random->Uniform(-0.1f, 1.1f) : random->Uniform(-5, 3);
      if (random->Chance(30)) v = std::round(v * 4) / 4;
      if (random->Chance(2)) v = random->Pick(odd);
      v = CutToBf16(v);
    }
  }
  return values;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_HEADS_H_
