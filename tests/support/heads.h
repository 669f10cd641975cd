// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Heads of random numbers, and an Extractor's run on heads.
#ifndef YOLO_TESTS_SUPPORT_HEADS_H_
#define YOLO_TESTS_SUPPORT_HEADS_H_

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "support/fake_lane.h"
#include "support/random.h"

namespace yolo::testing {

inline constexpr float kInf = std::numeric_limits<float>::infinity();
inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

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

// Logits, or probabilities, with ties and with what may surprise; numbers that
// every type of a head holds.
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
      v = CutTo(DataType::kBf16, CutTo(DataType::kF16, v));
    }
  }
  return values;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_HEADS_H_
