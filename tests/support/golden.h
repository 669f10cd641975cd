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

// How far a box may be from its golden. golden/README.md has the reasons.
struct Tolerance {
  float score;
  float pixels;  // each edge, in the photo
};
inline constexpr Tolerance kF32Tolerance = {1e-3f, 0.5f};
// bf16, for goldens that score more than kBf16FromScore: a share of them is
// within kBf16Tolerance, and all are within a bound.
inline constexpr Tolerance kBf16Tolerance = {0.03f, 3};
inline constexpr float kBf16FromScore = 0.1f;
struct Bf16Law {
  double share;
  Tolerance bound;
};
inline constexpr Bf16Law kBf16Trained = {1, kBf16Tolerance};
// Random weights carry errors on that training would damp, and boxes of theirs
// are as large as the picture.
inline constexpr Bf16Law kBf16Random = {0.8, {0.1f, 15}};

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

// What a detector makes of all photos of a golden file.
struct GoldenTotals {
  size_t looked_for = 0;
  size_t near = 0;  // within the tolerance of the precision
  float score = 0, pixels = 0;

  void Add(const Comparison& found, const Comparison& bounded) {
    looked_for += found.looked_for;
    near += found.looked_for - found.missing;
    score = std::max(score, bounded.score);
    pixels = std::max(pixels, bounded.pixels);
  }
};

// f32: every golden is found, nothing else is, and there are as many
// candidates as there should be.
inline void CheckF32(const GoldenPhoto& golden, const Outcome& out,
                     GoldenTotals* totals) {
  CHECK(out.result.truncated == 0);
  const Comparison found = Find(golden.candidates, out.boxes, kF32Tolerance, 0);
  CAPTURE(Describe(found.first_missing));
  CHECK(found.missing == 0);
  CHECK(out.result.found >= golden.count_at_least);
  CHECK(out.result.found <= golden.count_at_most);
  if (golden.complete) {
    const Comparison back = Find(out.boxes, golden.candidates, kF32Tolerance,
                                 golden.threshold + kF32Tolerance.score);
    CAPTURE(Describe(back.first_missing));
    CHECK(back.missing == 0);
  }
  totals->Add(found, found);
}

// bf16: every golden that counts is found, if not as near, and where the list
// is complete nothing else is.
inline void CheckBf16(const GoldenPhoto& golden, const Outcome& out,
                      const Bf16Law& law, GoldenTotals* totals) {
  const Comparison found =
      Find(golden.candidates, out.boxes, kBf16Tolerance, kBf16FromScore);
  const Comparison bounded =
      Find(golden.candidates, out.boxes, law.bound, kBf16FromScore);
  CAPTURE(Describe(bounded.first_missing));
  CHECK(bounded.missing == 0);
  if (golden.complete) {
    const Comparison back = Find(out.boxes, golden.candidates, law.bound,
                                 kBf16FromScore + law.bound.score);
    CAPTURE(Describe(back.first_missing));
    CHECK(back.missing == 0);
  }
  totals->Add(found, bounded);
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

// One model on one device in one precision, against all of its photos, which
// `load` reads by name. Says so and returns where the machine cannot do it.
template <class Load>
void CheckGoldens(const Golden& golden, yolo_options options, int32_t device,
                  int32_t precision, const Load& load,
                  const Bf16Law& law = kBf16Trained) {
  const bool bf16 = precision == YOLO_PRECISION_BF16;
  const float threshold = golden.photos.at(0).threshold;
  // A golden just above the threshold may fall below it in bf16.
  SeeAsOpenCv(&options,
              bf16 ? std::max(threshold - kBf16Tolerance.score, threshold / 2)
                   : threshold);
  options.device = device;
  options.precision = precision;
  yolo_detector* created = nullptr;
  const yolo_status status = yolo_create(&options, &created);
  INFO((golden.model + ": " + yolo_last_error()));
  if (status == YOLO_ERROR_DEVICE_UNAVAILABLE) {
    MESSAGE("not on this machine");
    return;
  }
  REQUIRE(status == YOLO_OK);
  const Detector detector(created);
  GoldenTotals totals;
  for (const GoldenPhoto& photo : golden.photos) {
    CAPTURE(photo.name);
    CHECK(photo.threshold == threshold);
    const Outcome out = Detect(detector.get(), load(photo.name), 65536);
    REQUIRE(out.result.status == YOLO_OK);
    CHECK(out.result.width == photo.width);
    CHECK(out.result.height == photo.height);
    if (bf16) {
      CheckBf16(photo, out, law, &totals);
    } else {
      CheckF32(photo, out, &totals);
    }
  }
  if (bf16) {
    CHECK(static_cast<double>(totals.near) >=
          law.share * static_cast<double>(totals.looked_for));
  }
  MESSAGE(golden.model << (bf16 ? " bf16: " : " f32: ") << totals.near << " of "
                       << totals.looked_for << " within the tolerance; at most "
                       << totals.score << " in score and " << totals.pixels
                       << " pixels away");
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_GOLDEN_H_
