// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads tests/golden/opencv/*.json and compares detections with them.
#ifndef YOLO_TESTS_SUPPORT_GOLDEN_H_
#define YOLO_TESTS_SUPPORT_GOLDEN_H_

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/detector.h"

namespace yolo::testing {

// One photo of a golden file; golden/README.md says how it was made.
struct GoldenPhoto {
  std::string name;
  uint32_t width = 0, height = 0;
  float threshold = 0;
  // Candidates that score above the threshold plus, and minus, 0.001.
  uint32_t count_at_least = 0, count_at_most = 0;
  bool complete = false;  // `candidates` are all, not a part
  std::vector<yolo_detection> candidates;
};

struct Golden {
  std::string model;
  std::string cfg;  // random weights only, as the next two
  double gain = 1;
  uint64_t weights_tail = 0;  // FNV-1a of the last 4096 bytes of the weights
  std::vector<GoldenPhoto> photos;
};

inline Golden ReadGolden(const std::string& model) {
  const std::string path = SourcePath("tests/golden/opencv/" + model + ".json");
  std::ifstream file(path);
  REQUIRE_MESSAGE(file.good(), path);
  const auto json = nlohmann::json::parse(file);
  Golden golden;
  golden.model = json.at("model");
  golden.cfg = json.value("cfg", "");
  golden.gain = json.value("gain", 1.0);
  golden.weights_tail =
      std::stoull(json.value("weights_tail_fnv1a", "0"), nullptr, 16);
  for (const auto& p : json.at("photos")) {
    GoldenPhoto photo;
    photo.name = p.at("photo");
    photo.width = p.at("width");
    photo.height = p.at("height");
    photo.threshold = p.at("threshold");
    photo.count_at_least = p.at("count_at_least");
    photo.count_at_most = p.at("count_at_most");
    for (const auto& c : p.at("candidates")) {
      photo.candidates.push_back({c[2], c[3], c[4], c[5], c[1], c[0]});
    }
    photo.complete = photo.candidates.size() == p.at("count");
    golden.photos.push_back(std::move(photo));
  }
  return golden;
}

// How far boxes may be from their goldens.
struct Tolerance {
  float score;
  float pixels;      // each edge
  float from_score;  // goldens below are not looked for
};
inline constexpr Tolerance kF32Tolerance = {1e-3f, 0.5f, 0};
inline constexpr Tolerance kBf16Tolerance = {0.03f, 3, 0.1f};

inline float EdgeDistance(const yolo_detection& a, const yolo_detection& b) {
  return std::max({std::abs(a.x0 - b.x0), std::abs(a.y0 - b.y0),
                   std::abs(a.x1 - b.x1), std::abs(a.y1 - b.y1)});
}

// Of `wanted`, what `boxes` do not have, and the largest distance of the rest.
struct Comparison {
  size_t looked_for = 0;
  size_t missing = 0;
  yolo_detection first_missing = {};
  float score = 0, pixels = 0;
};

// A box is its golden's when the class is the same and both distances are
// within the tolerance; of several, the nearest.
inline Comparison Find(const std::vector<yolo_detection>& wanted,
                       const std::vector<yolo_detection>& boxes,
                       const Tolerance& tolerance, float from_score) {
  Comparison out;
  for (const yolo_detection& w : wanted) {
    if (w.score < from_score) continue;
    ++out.looked_for;
    float best = std::numeric_limits<float>::infinity();
    float score = 0, pixels = 0;
    for (const yolo_detection& b : boxes) {
      if (b.class_id != w.class_id) continue;
      const float s = std::abs(b.score - w.score), p = EdgeDistance(b, w);
      const float distance =
          std::max(s / tolerance.score, p / tolerance.pixels);
      if (distance >= best) continue;
      best = distance;
      score = s;
      pixels = p;
    }
    if (best > 1) {
      if (out.missing++ == 0) out.first_missing = w;
      continue;
    }
    out.score = std::max(out.score, score);
    out.pixels = std::max(out.pixels, pixels);
  }
  return out;
}

inline std::string Describe(const yolo_detection& d) {
  std::string text = "class " + std::to_string(d.class_id);
  for (const float v : {d.score, d.x0, d.y0, d.x1, d.y1}) {
    text += ' ' + std::to_string(v);
  }
  return text;
}

// Goldens are found, nothing else is, and there are as many as there should be.
inline Comparison CheckGolden(const GoldenPhoto& golden, const Outcome& out,
                              const Tolerance& tolerance) {
  CAPTURE(golden.name);
  INFO(std::string(out.result.message));
  REQUIRE(out.result.status == YOLO_OK);
  CHECK(out.result.width == golden.width);
  CHECK(out.result.height == golden.height);
  CHECK(out.result.truncated == 0);
  const Comparison found =
      Find(golden.candidates, out.boxes, tolerance, tolerance.from_score);
  CAPTURE(Describe(found.first_missing));
  CHECK(found.missing == 0);
  if (golden.complete) {
    const float sure = std::max(golden.threshold, tolerance.from_score);
    const Comparison back =
        Find(out.boxes, golden.candidates, tolerance, sure + tolerance.score);
    CAPTURE(Describe(back.first_missing));
    CHECK(back.missing == 0);
  }
  if (tolerance.from_score == 0) {
    CHECK(out.result.found >= golden.count_at_least);
    CHECK(out.result.found <= golden.count_at_most);
  }
  return found;
}

// The options under which a detector sees what OpenCV saw.
inline void SeeAsOpenCv(yolo_options* options, float threshold) {
  options->profile = YOLO_PROFILE_OPENCV;
  options->decode = YOLO_DECODE_EXACT;
  options->nms = YOLO_NMS_NONE;
  options->score_threshold = threshold;
  options->max_candidates = 65536;
  options->max_detections = 65536;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_GOLDEN_H_
