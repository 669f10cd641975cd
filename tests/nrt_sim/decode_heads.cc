// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Darknet's formulas in f32, as a framework would trace them; nothing of the
// library's own decoding.
#include "nrt_sim/decode_heads.h"

#include <cmath>

namespace yolo::nrt_sim {
namespace {

float Logistic(float t) { return 1 / (1 + std::exp(-t)); }

struct Box {
  float x, y, w, h;  // centre and size, in fractions of the network's input
};

// In the NEFF's form and units.
void Put(const Box& box, const NeffTensors& tensors, const Shape& input,
         float out[4]) {
  float x = box.x, y = box.y, w = box.w, h = box.h;
  if (!tensors.fractions) {
    x *= static_cast<float>(input.w), w *= static_cast<float>(input.w);
    y *= static_cast<float>(input.h), h *= static_cast<float>(input.h);
  }
  const float left = x - w / 2, top = y - h / 2;
  const float right = x + w / 2, bottom = y + h / 2;
  switch (tensors.box_form) {
    case BoxForm::kCentreSize:
      out[0] = x, out[1] = y, out[2] = w, out[3] = h;
      break;
    case BoxForm::kCorners:
      out[0] = left, out[1] = top, out[2] = right, out[3] = bottom;
      break;
    case BoxForm::kCornersYx:
      out[0] = top, out[1] = left, out[2] = bottom, out[3] = right;
      break;
  }
}

// The row of one box: four numbers, objectness, classes.
std::vector<float> Row(const YoloHead& head, const YoloHead::Anchor& anchor,
                       const Shape& cells, int row, int column,
                       const std::vector<float>& raw, const Shape& input,
                       const NeffTensors& tensors) {
  const auto probability = [&](float t) {
    return head.new_coords ? t : Logistic(t);
  };
  const auto centre = [&](float t, int cell, int count) {
    const float s = head.scale_x_y;
    return (probability(t) * s - (s - 1) / 2 + static_cast<float>(cell)) /
           static_cast<float>(count);
  };
  const auto extent = [&](float t, float size, int network) {
    const float growth = head.new_coords ? 4 * t * t : std::exp(t);
    return growth * size / static_cast<float>(network);
  };
  std::vector<float> out(raw.size());
  Put({centre(raw[0], column, cells.w), centre(raw[1], row, cells.h),
       extent(raw[2], anchor.w, input.w), extent(raw[3], anchor.h, input.h)},
      tensors, input, out.data());
  for (size_t k = 4; k < raw.size(); ++k) out[k] = probability(raw[k]);
  return out;
}

}  // namespace

std::vector<std::vector<float>> DecodeHeads(const Graph& graph,
                                            const NeffTensors& tensors,
                                            const DeviceLane& lane) {
  const bool is_split = tensors.decoding == Decoding::kSplit;
  const bool has_objectness = tensors.decoding == Decoding::kTable;
  const size_t count = CountBoxes(graph);
  const auto classes = static_cast<size_t>(graph.num_classes);
  std::vector<std::vector<float>> out(is_split ? 2 : 1);
  out.front().resize(count * (is_split ? 4 : 4 + has_objectness + classes));
  if (is_split) out.back().resize(count * classes);
  const size_t first_class = is_split ? 0 : 4 + has_objectness;
  size_t n = 0;
  for (size_t i = 0; i < graph.heads.size(); ++i) {
    const Layer& layer = graph.layers[static_cast<size_t>(graph.heads[i])];
    const auto& head = std::get<YoloHead>(layer.op);
    const auto* values = static_cast<const float*>(lane.Head(i).data);
    const auto w = static_cast<size_t>(layer.shape.w);
    const size_t plane = w * static_cast<size_t>(layer.shape.h);
    std::vector<float> raw(5 + classes);
    for (size_t a = 0; a < head.anchors.size(); ++a) {
      for (size_t cell = 0; cell < plane; ++cell, ++n) {
        for (size_t k = 0; k < raw.size(); ++k) {
          raw[k] = values[(a * raw.size() + k) * plane + cell];
        }
        const auto row =
            Row(head, head.anchors[a], layer.shape, static_cast<int>(cell / w),
                static_cast<int>(cell % w), raw, graph.input, tensors);
        for (size_t k = 0; k < 4u + has_objectness; ++k) {
          out.front()[k * count + n] = row[k];
        }
        for (size_t k = 0; k < classes; ++k) {
          out.back()[(first_class + k) * count + n] =
              row[5 + k] * (has_objectness ? 1 : row[4]);
        }
      }
    }
  }
  return out;
}

}  // namespace yolo::nrt_sim
