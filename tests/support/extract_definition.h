// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What Extractor::Extract means, one plain loop after the other.
#ifndef YOLO_TESTS_SUPPORT_EXTRACT_DEFINITION_H_
#define YOLO_TESTS_SUPPORT_EXTRACT_DEFINITION_H_

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/heads.h"

namespace yolo::testing {

struct Defined {
  float score;
  int class_id;
  size_t order;  // head, row, column, anchor
  float x0, y0, x1, y1;
};

inline double Logistic(double t) { return 1 / (1 + std::exp(-t)); }

inline float Probability(float v, bool new_coords) {
  if (new_coords) return v < 0 ? 0 : v > 1 ? 1 : v;
  return static_cast<float>(Logistic(v));
}

// Pixels of the image where one side of a box begins and ends.
inline void DefineSide(const YoloHead& head, double scale_x_y, float t,
                       float t_size, float anchor, int cell, int cells,
                       int network, float offset, float scale, float* lo,
                       float* hi) {
  const double at = head.new_coords ? t : Logistic(t);
  double middle = (at * scale_x_y - (scale_x_y - 1) / 2 + cell) / cells;
  double size = head.new_coords ? 4.0 * t_size * t_size
                                : std::exp(static_cast<double>(t_size));
  size = size * anchor / network;
  if (middle < -1e6) middle = -1e6;
  if (middle > 1e6) middle = 1e6;
  if (size > 1e6) size = 1e6;
  *lo = static_cast<float>(((middle - size / 2) * network - offset) * scale);
  *hi = static_cast<float>(((middle + size / 2) * network - offset) * scale);
}

inline float ClipTo(float v, int size) {
  return v > 0 ? std::min(v, static_cast<float>(size)) : 0.0f;
}

inline yolo_detection Clipped(const Defined& d, const Picture& picture) {
  return {ClipTo(d.x0, picture.width),
          ClipTo(d.y0, picture.height),
          ClipTo(d.x1, picture.width),
          ClipTo(d.y1, picture.height),
          d.score,
          d.class_id};
}

inline void SortDefined(std::vector<Defined>* all) {
  std::sort(all->begin(), all->end(), [](const Defined& a, const Defined& b) {
    if (a.score != b.score) return a.score > b.score;
    if (a.class_id != b.class_id) return a.class_id < b.class_id;
    return a.order < b.order;
  });
}

// Every box of every class above its threshold, best first.
inline std::vector<Defined> DefineCandidates(const Graph& graph,
                                             const Values& values,
                                             const ExtractOptions& options,
                                             const Picture& picture) {
  std::vector<Defined> all;
  size_t order = 0;
  const Placement& p = picture.placement;
  for (size_t i = 0; i < values.size(); ++i) {
    const YoloHead& head = HeadOf(graph, i);
    const Shape& shape = graph.layers[i].shape;
    const double s = options.ignore_scale_x_y ? 1.0 : head.scale_x_y;
    for (int row = 0; row < shape.h; ++row) {
      for (int column = 0; column < shape.w; ++column) {
        for (size_t a = 0; a < head.anchors.size(); ++a, ++order) {
          const auto value = [&](size_t k) {
            const size_t c = a * (5 + static_cast<size_t>(head.classes)) + k;
            return values[i][(c * static_cast<size_t>(shape.h) +
                              static_cast<size_t>(row)) *
                                 static_cast<size_t>(shape.w) +
                             static_cast<size_t>(column)];
          };
          Defined d{0, 0, order, 0, 0, 0, 0};
          DefineSide(head, s, value(0), value(2), head.anchors[a].w, column,
                     shape.w, graph.input.w, p.offset_x, p.scale_x, &d.x0,
                     &d.x1);
          DefineSide(head, s, value(1), value(3), head.anchors[a].h, row,
                     shape.h, graph.input.h, p.offset_y, p.scale_y, &d.y0,
                     &d.y1);
          if (!(d.x0 <= d.x1 && d.y0 <= d.y1)) continue;
          const yolo_detection c = Clipped(d, picture);
          const bool visible = c.x0 < c.x1 && c.y0 < c.y1;
          if (options.nms != YOLO_NMS_NONE && !visible) continue;
          const float objectness = Probability(value(4), head.new_coords);
          for (int k = 0; k < head.classes; ++k) {
            const auto class_id = static_cast<size_t>(k);
            d.class_id = k;
            d.score =
                objectness * Probability(value(5 + class_id), head.new_coords);
            if (d.score > options.thresholds[class_id]) all.push_back(d);
          }
        }
      }
    }
  }
  SortDefined(&all);
  return all;
}

inline bool Suppresses(const Defined& a, const Defined& b,
                       const ExtractOptions& options) {
  if (options.nms == YOLO_NMS_NONE) return false;
  if (options.nms != YOLO_NMS_AGNOSTIC && a.class_id != b.class_id) {
    return false;
  }
  const float w = std::min(a.x1, b.x1) - std::max(a.x0, b.x0);
  const float h = std::min(a.y1, b.y1) - std::max(a.y0, b.y0);
  const float both = std::max(w, 0.0f) * std::max(h, 0.0f);
  const float area_a = (a.x1 - a.x0) * (a.y1 - a.y0);
  const float area_b = (b.x1 - b.x0) * (b.y1 - b.y0);
  const float either = (area_a + area_b) - both;
  if (options.nms != YOLO_NMS_DIOU) {
    return both > options.iou_threshold * either;
  }
  const float dx = ((a.x0 + a.x1) - (b.x0 + b.x1)) / 2;
  const float dy = ((a.y0 + a.y1) - (b.y0 + b.y1)) / 2;
  const float cx = std::max(a.x1, b.x1) - std::min(a.x0, b.x0);
  const float cy = std::max(a.y1, b.y1) - std::min(a.y0, b.y0);
  return both / either - (dx * dx + dy * dy) / (cx * cx + cy * cy) >
         options.iou_threshold;
}

// What becomes of candidates that are sorted.
inline Output DefineOutput(std::vector<Defined> all,
                           const ExtractOptions& options,
                           const Picture& picture, size_t capacity = 100000) {
  Output output;
  if (all.size() > options.max_candidates) {
    all.resize(options.max_candidates);
    output.summary.truncated |= YOLO_TRUNCATED_CANDIDATES;
  }
  std::vector<Defined> kept;
  for (const Defined& d : all) {
    if (std::none_of(kept.begin(), kept.end(), [&](const Defined& k) {
          return Suppresses(d, k, options);
        })) {
      kept.push_back(d);
    }
  }
  const size_t count =
      std::min({kept.size(), capacity, size_t{options.max_detections}});
  output.summary.found = static_cast<uint32_t>(kept.size());
  output.summary.count = static_cast<uint32_t>(count);
  if (count < kept.size()) {
    output.summary.truncated |= YOLO_TRUNCATED_DETECTIONS;
  }
  for (size_t i = 0; i < count; ++i) {
    output.boxes.push_back(Clipped(kept[i], picture));
  }
  return output;
}

inline Output Define(const Graph& graph, const Values& values,
                     const ExtractOptions& options, const Picture& picture,
                     size_t capacity = 100000) {
  return DefineOutput(DefineCandidates(graph, values, options, picture),
                      options, picture, capacity);
}

inline void CheckSame(const Output& got, const Output& want) {
  CHECK(got.summary.count == want.summary.count);
  CHECK(got.summary.found == want.summary.found);
  CHECK(got.summary.truncated == want.summary.truncated);
  CHECK(Equal(got.boxes, want.boxes));
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_EXTRACT_DEFINITION_H_
