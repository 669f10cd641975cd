// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Profile tf1-legacy against AWS's YOLOv4 demo on TensorFlow 1: what its graph
// does behind the network, step by step, written out in plain loops.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "image/placement.h"
#include "support/detector.h"
#include "support/heads.h"

namespace yolo::testing {
namespace {

constexpr int kSize = 608;  // of the demo's network
constexpr int kClasses = 80;
constexpr float kConfidence = 0.001f;
constexpr float kIou = 0.45f;
constexpr size_t kMaxBoxes = 100;  // of a class, and of all

struct OriginalBox {
  float x0, y0, x1, y1;  // pixels of the photo
  std::vector<float> scores;
};

struct OriginalDetection {
  float x0, y0, x1, y1;
  float score;
  int class_id;
};

// The demo's heads: grids of 19, 38 and 76 cells. As in YOLOv4's own .cfg,
// they have a scale_x_y, which the demo leaves out.
Graph DemoGraph() {
  constexpr YoloHead::Anchor kAnchors[3][3] = {
      {{142, 110}, {192, 243}, {459, 401}},
      {{36, 75}, {76, 55}, {72, 146}},
      {{12, 16}, {19, 36}, {40, 28}}};
  constexpr float kScales[] = {1.05f, 1.1f, 1.2f};
  Graph graph;
  graph.input = {3, kSize, kSize};
  graph.num_classes = kClasses;
  for (int i = 0; i < 3; ++i) {
    YoloHead head;
    head.anchors.assign(std::begin(kAnchors[i]), std::end(kAnchors[i]));
    head.classes = kClasses;
    head.scale_x_y = kScales[i];
    Layer layer;
    layer.type = "yolo";
    layer.shape = {3 * (5 + kClasses), 19 << i, 19 << i};
    layer.op = head;
    graph.heads.push_back(i);
    graph.layers.push_back(layer);
  }
  return graph;
}

// Heads in which about one box in `rarity` has an objectness to speak of, and
// three classes are likely.
Values DemoHeads(const Graph& graph, uint32_t seed, int rarity) {
  Random random(seed);
  Values values = Filled(graph, 0);
  for (size_t i = 0; i < values.size(); ++i) {
    const Shape& shape = graph.layers[i].shape;
    const auto plane = static_cast<size_t>(shape.h) * shape.w;
    for (size_t k = 0; k < values[i].size(); ++k) {
      const size_t channel = k / plane % (5 + kClasses);
      float v = random.Uniform(-2, 2);
      if (channel == 4) {
        v = random.Int(0, rarity - 1) == 0 ? random.Uniform(-3, 3) : -20;
      }
      if (channel > 4) v = channel < 8 ? random.Uniform(-3, 3) : -20;
      values[i][k] = CutTo(DataType::kF16, v);
    }
  }
  return values;
}

float Sigmoid(float t) { return 1 / (1 + std::exp(-t)); }

// Every box of every head, in float32 as in the demo's graph.
std::vector<OriginalBox> OriginalDecodeHeads(const Graph& graph,
                                             const Values& values, int width,
                                             int height) {
  std::vector<OriginalBox> boxes;
  for (size_t i = 0; i < values.size(); ++i) {
    const int grid = graph.layers[i].shape.w;
    for (int row = 0; row < grid; ++row) {
      for (int column = 0; column < grid; ++column) {
        for (int a = 0; a < 3; ++a) {
          const auto t = [&](int k) {
            const int c = a * (5 + kClasses) + k;
            return values[i][static_cast<size_t>((c * grid + row) * grid +
                                                 column)];
          };
          const auto& anchor = HeadOf(graph, i).anchors[static_cast<size_t>(a)];
          const auto g = static_cast<float>(grid);
          const float x = (Sigmoid(t(0)) + static_cast<float>(column)) / g;
          const float y = (Sigmoid(t(1)) + static_cast<float>(row)) / g;
          const float w = std::exp(t(2)) * anchor.w / kSize;
          const float h = std::exp(t(3)) * anchor.h / kSize;
          const auto pw = static_cast<float>(width);
          const auto ph = static_cast<float>(height);
          OriginalBox box{(x - w / 2) * pw,
                          (y - h / 2) * ph,
                          (x + w / 2) * pw,
                          (y + h / 2) * ph,
                          {}};
          for (int k = 0; k < kClasses; ++k) {
            box.scores.push_back(Sigmoid(t(4)) * Sigmoid(t(5 + k)));
          }
          boxes.push_back(std::move(box));
        }
      }
    }
  }
  return boxes;
}

// Boxes whose best class is above the confidence.
std::vector<OriginalBox> OriginalFilter(std::vector<OriginalBox> boxes,
                                        float confidence) {
  std::erase_if(boxes, [=](const OriginalBox& box) {
    return !(*std::max_element(box.scores.begin(), box.scores.end()) >
             confidence);
  });
  return boxes;
}

float OriginalIou(const OriginalDetection& a, const OriginalDetection& b) {
  const float area_a = (a.x1 - a.x0) * (a.y1 - a.y0);
  const float area_b = (b.x1 - b.x0) * (b.y1 - b.y0);
  if (area_a <= 0 || area_b <= 0) return 0;
  const float w = std::max(std::min(a.x1, b.x1) - std::max(a.x0, b.x0), 0.0f);
  const float h = std::max(std::min(a.y1, b.y1) - std::max(a.y0, b.y0), 0.0f);
  return w * h / (area_a + area_b - w * h);
}

// TensorFlow's combined suppression: each class for itself, best first, then
// the best of all classes.
std::vector<OriginalDetection> OriginalSuppress(
    const std::vector<OriginalBox>& boxes, float confidence) {
  const auto better = [](const OriginalDetection& a,
                         const OriginalDetection& b) {
    return a.score > b.score;
  };
  std::vector<OriginalDetection> all;
  for (int k = 0; k < kClasses; ++k) {
    std::vector<OriginalDetection> candidates, kept;
    for (const OriginalBox& b : boxes) {
      const float score = b.scores[static_cast<size_t>(k)];
      if (score > confidence) {
        candidates.push_back({b.x0, b.y0, b.x1, b.y1, score, k});
      }
    }
    std::stable_sort(candidates.begin(), candidates.end(), better);
    for (const OriginalDetection& c : candidates) {
      if (kept.size() == kMaxBoxes) break;
      const bool free =
          std::none_of(kept.begin(), kept.end(),
                       [&](const auto& b) { return OriginalIou(c, b) > kIou; });
      if (free) kept.push_back(c);
    }
    all.insert(all.end(), kept.begin(), kept.end());
  }
  std::stable_sort(all.begin(), all.end(), better);
  if (all.size() > kMaxBoxes) all.resize(kMaxBoxes);
  return all;
}

ExtractOptions ExtractAsOriginal(const Graph& graph, float confidence) {
  ExtractOptions options = Options(graph, confidence);
  options.iou_threshold = kIou;
  options.nms = YOLO_NMS_PER_CLASS;
  options.max_candidates = 65536;
  options.max_detections = kMaxBoxes;
  options.ignore_scale_x_y = true;
  return options;
}

// Our boxes are theirs cut to the photo. Float32 there and double here: the
// last digits differ.
bool SameBox(const yolo_detection& ours, const OriginalDetection& theirs,
             int width, int height) {
  const auto near = [](float a, float b, int size) {
    const float clipped = std::clamp(b, 0.0f, static_cast<float>(size));
    return std::abs(a - clipped) < 0.01f;
  };
  return ours.class_id == theirs.class_id &&
         std::abs(ours.score - theirs.score) < 1e-6f &&
         near(ours.x0, theirs.x0, width) && near(ours.x1, theirs.x1, width) &&
         near(ours.y0, theirs.y0, height) && near(ours.y1, theirs.y1, height);
}

// One box at cell (row, column) of the coarse grid, its class 7.
Values OneBox(const Graph& graph, float tx, float ty, float tw, float th,
              float objectness, float class_logit, int row, int column) {
  Values values = Filled(graph, -30);
  const float t[5] = {tx, ty, tw, th, objectness};
  const auto put = [&](int channel, float v) {
    const int at = (channel * 19 + row) * 19 + column;
    values[0][static_cast<size_t>(at)] = CutTo(DataType::kF16, v);
  };
  for (int k = 0; k < 5; ++k) put(k, t[k]);
  put(5 + 7, class_logit);
  return values;
}

constexpr HeadForm kDemoForm = {DataType::kF16, Layout::kInterleaved};

Output Extracted(const Graph& graph, const Values& values, float confidence,
                 int width, int height) {
  const FakeLane lane(graph, values, kDemoForm);
  const Picture picture{
      width, height,
      Place(YOLO_PROFILE_TF1_LEGACY, width, height, kSize, kSize)};
  return Run(graph, ExtractAsOriginal(graph, confidence), lane, picture);
}

TEST_CASE("head decode: centre without scale_x_y, size by the anchor / 608") {
  const Graph graph = DemoGraph();
  for (const float t : {-3.0f, -0.5f, 0.0f, 1.25f, 3.0f}) {
    CAPTURE(t);
    const Values values = OneBox(graph, t, -t, -1, -1.5f, 2, 2, 7, 11);
    const Output got = Extracted(graph, values, 0.25f, kSize, kSize);
    REQUIRE(got.boxes.size() == 1);
    const yolo_detection& d = got.boxes[0];
    CHECK((d.x0 + d.x1) / 2 ==
          doctest::Approx((Sigmoid(t) + 11) * 32).epsilon(1e-5));
    CHECK((d.y0 + d.y1) / 2 ==
          doctest::Approx((Sigmoid(-t) + 7) * 32).epsilon(1e-5));
    CHECK(d.x1 - d.x0 == doctest::Approx(std::exp(-1.0) * 142).epsilon(1e-5));
    CHECK(d.y1 - d.y0 == doctest::Approx(std::exp(-1.5) * 110).epsilon(1e-5));
    CHECK(d.class_id == 7);
    CHECK(d.score == doctest::Approx(Sigmoid(2) * Sigmoid(2)));
  }
}

TEST_CASE("thresholds: objectness times class, strictly above") {
  const Graph graph = DemoGraph();
  const Values values = OneBox(graph, 0, 0, 0, 0, 1, 0.5f, 9, 9);
  const Output all = Extracted(graph, values, kConfidence, 640, 480);
  REQUIRE(all.boxes.size() == 1);
  const float score = all.boxes[0].score;
  CHECK(score == doctest::Approx(Sigmoid(1) * Sigmoid(0.5f)));
  CHECK(Extracted(graph, values, score, 640, 480).boxes.empty());
  CHECK(Extracted(graph, values, std::nextafter(score, 0.0f), 640, 480)
            .boxes.size() == 1);
}

TEST_CASE("box mapping: fractions of the photo's sides; ours are clipped") {
  const Graph graph = DemoGraph();
  for (const auto& size :
       {std::pair(640, 480), {300, 451}, {1, 1}, {4000, 333}}) {
    const int width = size.first, height = size.second;
    CAPTURE(width);
    const Values values = OneBox(graph, 0.3f, 0.2f, 1, 1, 2, 2, 3, 17);
    const auto boxes = OriginalFilter(
        OriginalDecodeHeads(graph, values, width, height), 0.25f);
    REQUIRE(boxes.size() == 1);
    CHECK(boxes[0].x1 > static_cast<float>(width));  // beyond the photo
    const Output got = Extracted(graph, values, 0.25f, width, height);
    REQUIRE(got.boxes.size() == 1);
    CHECK(got.boxes[0].x1 == static_cast<float>(width));
    CHECK(SameBox(got.boxes[0], OriginalSuppress(boxes, 0.25f).at(0), width,
                  height));
  }
}

TEST_CASE("suppression and the cut to 100: the same boxes in the same order") {
  const Graph graph = DemoGraph();
  const int width = 640, height = 427;
  bool cut = false, whole = false;
  size_t suppressed = 0;
  const struct {
    unsigned seed;
    int rarity;
    float confidence;
  } cases[] = {{1, 40, 0.2f},
               {2, 400, 0.001f},
               {3, 20, 0.05f},
               {4, 2000, 0.001f},
               {5, 800, 0.3f}};
  for (const auto& c : cases) {
    CAPTURE(c.seed);
    const auto [seed, rarity, confidence] = c;
    const Values values = DemoHeads(graph, seed, rarity);
    const auto boxes = OriginalFilter(
        OriginalDecodeHeads(graph, values, width, height), confidence);
    const auto want = OriginalSuppress(boxes, confidence);
    const Output got = Extracted(graph, values, confidence, width, height);
    REQUIRE((got.summary.truncated & YOLO_TRUNCATED_CANDIDATES) == 0);
    REQUIRE(want.size() > 5);
    REQUIRE(got.boxes.size() == want.size());
    for (size_t i = 0; i < want.size(); ++i) {
      CAPTURE(i);
      CHECK(SameBox(got.boxes[i], want[i], width, height));
    }
    (want.size() == kMaxBoxes ? cut : whole) = true;
    size_t candidates = 0;
    for (const OriginalBox& b : boxes) {
      for (const float s : b.scores) candidates += s > confidence;
    }
    suppressed += candidates - got.summary.found;
  }
  CHECK(cut);
  CHECK(whole);
  CHECK(suppressed > 100);
}

TEST_CASE("the profile of a detector leaves scale_x_y out") {
  const Model plain = TinyModel();
  Model scaled = plain;
  for (size_t at = 0;
       (at = scaled.cfg.find("classes=3\n", at)) != std::string::npos;
       at += 10) {
    scaled.cfg.insert(at, "scale_x_y=1.2\n");
    at += 14;
  }
  const auto detect = [](const Model& model, int32_t profile) {
    yolo_options options = model.Options();
    options.profile = profile;
    options.decode = YOLO_DECODE_EXACT;
    options.score_threshold = 0.05f;
    options.nms = YOLO_NMS_NONE;
    const Detector detector = Create(options);
    Outcome out = Detect(detector.get(), Waves(120, 70, 1));
    REQUIRE(out.boxes.size() > 10);
    return out;
  };
  CHECK(SameBoxes(detect(plain, YOLO_PROFILE_TF1_LEGACY),
                  detect(scaled, YOLO_PROFILE_TF1_LEGACY)));
  CHECK_FALSE(SameBoxes(detect(plain, YOLO_PROFILE_DARKNET),
                        detect(scaled, YOLO_PROFILE_DARKNET)));
}

}  // namespace
}  // namespace yolo::testing
