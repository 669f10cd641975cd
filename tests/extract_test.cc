// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "extract.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "support/count_news.h"
#include "support/extract_definition.h"
#include "support/for_each_target.h"
#include "support/heads.h"
#include "support/random.h"

namespace yolo::testing {
namespace {

TEST_CASE(
    "boxes equal their definition, bit for bit, in every layout, on every "
    "target") {
  Random random(1);
  for (const bool new_coords : {false, true}) {
    for (const int classes : {1, 3, 80}) {
      const Graph graph = MakeGraph(160, 96, classes, 3, new_coords);
      const Values values = RandomValues(&random, graph);
      const Picture picture = classes == 3 ? Letterboxed(graph, 333, 500)
                                           : Stretched(graph, 1000, 431);
      for (const int32_t nms : {YOLO_NMS_PER_CLASS, YOLO_NMS_AGNOSTIC,
                                YOLO_NMS_DIOU, YOLO_NMS_NONE}) {
        ExtractOptions options = Options(graph, 0.3f);
        options.nms = nms;
        options.max_candidates = 700;
        options.max_detections = 500;
        const Output want = Define(graph, values, options, picture);
        REQUIRE(want.summary.count > 20);
        for (const HeadForm form : kHeadForms) {
          const FakeLane lane(graph, values, form);
          ForEachTarget([&](const char* target) {
            CAPTURE(target);
            CAPTURE(NameOf(form));
            CAPTURE(classes);
            CAPTURE(nms);
            CheckSame(Run(graph, options, lane, picture), want);
          });
        }
      }
    }
  }
}

TEST_CASE("no threshold, however odd, loses a box that its definition keeps") {
  Random random(2);
  for (const bool new_coords : {false, true}) {
    const Graph graph = MakeGraph(96, 96, 3, 1, new_coords);
    Values values = RandomValues(&random, graph);
    const Picture picture = Stretched(graph, 640, 480);
    const FakeLane lane(graph, values, kPlanarF32);
    ExtractOptions options = Options(graph, 0.001f);
    options.nms = YOLO_NMS_NONE;
    options.max_detections = 4096;
    const auto all = DefineCandidates(graph, values, options, picture);
    std::vector<float> thresholds = {1e-45f, 1e-38f, 1e-10f, 0.999999f, 1};
    for (size_t i = 0; i < all.size(); i += 3) {
      thresholds.push_back(std::nextafter(all[i].score, 0.0f));
      thresholds.push_back(all[i].score);
      thresholds.push_back(std::nextafter(all[i].score, 1.0f));
    }
    for (const float threshold : thresholds) {
      CAPTURE(threshold);
      options.thresholds.assign(3, threshold);
      CheckSame(Run(graph, options, lane, picture),
                Define(graph, values, options, picture));
    }
  }
}

TEST_CASE("equal scores come by class, then by head, row, column, anchor") {
  const Graph graph = MakeGraph(64, 64, 3, 2, false);
  const Values values = Filled(graph, 1.0f);
  const FakeLane lane(graph, values, kBlockedF32);
  ExtractOptions options = Options(graph, 0.1f);
  options.nms = YOLO_NMS_NONE;
  const Picture picture = Stretched(graph, 64, 64);
  const Output all = Run(graph, options, lane, picture);
  const size_t cells = 2 * (2 * 2 + 4 * 4);
  REQUIRE(all.boxes.size() == 3 * cells);
  const auto defined = DefineCandidates(graph, values, options, picture);
  for (size_t i = 0; i < all.boxes.size(); ++i) {
    CHECK(all.boxes[i].class_id == static_cast<int>(i / cells));
    CHECK(defined[i].order == i % cells);
    CHECK(all.boxes[i].x1 == Clipped(defined[i], picture).x1);
  }
}

TEST_CASE("max_candidates keeps the best, whatever their order in the heads") {
  Random random(3);
  const Graph graph = MakeGraph(160, 160, 5, 3, false);
  const Picture picture = Stretched(graph, 300, 200);
  for (int round = 0; round < 4; ++round) {
    Values values = RandomValues(&random, graph);
    if (round == 3) values = Filled(graph, 0.5f);  // nothing but ties
    const FakeLane lane(graph, values, round % 2 ? kBlockedF32 : kPlanarF32);
    ExtractOptions options = Options(graph, 0.02f);
    options.nms = YOLO_NMS_NONE;
    options.max_candidates = options.max_detections = 65536;
    const Output all = Run(graph, options, lane, picture);
    const size_t n = all.boxes.size();
    REQUIRE(n > 1000);
    CHECK(all.summary.truncated == 0);
    for (const size_t max :
         {size_t{1}, size_t{2}, size_t{7}, size_t{300}, n - 1, n, n + 1}) {
      CAPTURE(max);
      options.max_candidates = static_cast<uint32_t>(max);
      const Output best = Run(graph, options, lane, picture);
      CHECK(Equal(best.boxes,
                  {all.boxes.begin(),
                   all.boxes.begin() + static_cast<long>(std::min(max, n))}));
      CHECK(best.summary.truncated ==
            (max < n ? YOLO_TRUNCATED_CANDIDATES : 0));
    }
  }
}

TEST_CASE("capacity and max_detections cut the list and nothing else") {
  Random random(4);
  const Graph graph = MakeGraph(160, 160, 5, 3, false);
  const Picture picture = Letterboxed(graph, 300, 200);
  const Values values = RandomValues(&random, graph);
  const FakeLane lane(graph, values, kBlockedBf16);
  ExtractOptions options = Options(graph, 0.2f);
  options.max_detections = 4096;
  const Output all = Run(graph, options, lane, picture);
  const uint32_t found = all.summary.found;
  REQUIRE(found > 50);
  CHECK(all.summary.count == found);
  CHECK(all.summary.truncated == 0);

  Allocator allocator;
  for (const uint32_t max : {1u, 10u, found, found + 1}) {
    options.max_detections = max;
    Extractor extractor(graph, options, &allocator);
    REQUIRE(extractor.Init().ok());
    for (const uint32_t capacity : {0u, 1u, 9u, 10u, found, found + 3}) {
      CAPTURE(max);
      CAPTURE(capacity);
      const yolo_detection untouched = {-1, -1, -1, -1, -1, -1};
      std::vector<yolo_detection> out(capacity + 1, untouched);
      const Extracted cut = extractor.Extract(
          lane, picture.placement, picture.width, picture.height,
          capacity ? out.data() : nullptr, capacity);
      const uint32_t count = std::min({max, capacity, found});
      CHECK(cut.count == count);
      CHECK(cut.found == found);
      CHECK(cut.truncated == (count < found ? YOLO_TRUNCATED_DETECTIONS : 0));
      CHECK(Equal({out.begin(), out.begin() + count},
                  {all.boxes.begin(), all.boxes.begin() + count}));
      CHECK(Equal({out.begin() + count, out.begin() + count + 1}, {untouched}));
    }
  }
}

TEST_CASE("each class has its own threshold, and infinity reports none") {
  Random random(5);
  const Graph graph = MakeGraph(96, 160, 20, 2, false);
  const Picture picture = Stretched(graph, 300, 200);
  const Values values = RandomValues(&random, graph);
  ExtractOptions options = Options(graph, kInf);
  for (const HeadForm form : kHeadForms) {
    const FakeLane lane(graph, values, form);
    options.thresholds.assign(20, kInf);
    CheckSame(Run(graph, options, lane, picture), Output{});
    options.thresholds[19] = 0.3f;
    options.thresholds[3] = 0.1f;
    options.thresholds[4] = 0.6f;
    options.max_detections = 4096;
    const Output some = Run(graph, options, lane, picture);
    CheckSame(some, Define(graph, values, options, picture));
    int seen[20] = {};
    for (const yolo_detection& d : some.boxes) {
      ++seen[d.class_id];
      CHECK(d.score > options.thresholds[static_cast<size_t>(d.class_id)]);
    }
    CHECK(seen[3] > seen[19]);
    CHECK(seen[19] > seen[4]);
    CHECK(seen[3] + seen[4] + seen[19] == some.summary.count);
  }
}

TEST_CASE("when everything passes, the work is bounded and the result right") {
  Random random(7);
  const Graph graph = MakeGraph(416, 416, 80, 3, false);
  Values values = Filled(graph, 0);
  for (auto& head : values) {
    for (float& v : head) v = random.Uniform(-4, 1);
  }
  const Picture picture = Stretched(graph, 1920, 1080);
  for (const int32_t nms : {YOLO_NMS_PER_CLASS, YOLO_NMS_AGNOSTIC}) {
    ExtractOptions options = Options(graph, 1e-6f);
    options.nms = nms;
    options.max_detections = options.max_candidates;
    // Of half a million boxes no more than these enter suppression, which
    // compares each pair of them once at most.
    REQUIRE(DefineCandidates(graph, values, options, picture).size() > 500000);
    const Output want = Define(graph, values, options, picture);
    CHECK(want.summary.found <= options.max_candidates);
    for (const HeadForm form : {kPlanarF32, kInterleavedF32, kBlockedF32}) {
      const FakeLane lane(graph, values, form);
      CheckSame(Run(graph, options, lane, picture), want);
    }
  }
}

TEST_CASE("thousands of classes") {
  Random random(8);
  const Graph graph = MakeGraph(64, 64, 9418, 1, false);
  const Values values = RandomValues(&random, graph);
  const Picture picture = Stretched(graph, 640, 480);
  ExtractOptions options = Options(graph, 0.5f);
  for (const HeadForm form : kHeadForms) {
    const FakeLane lane(graph, values, form);
    CheckSame(Run(graph, options, lane, picture),
              Define(graph, values, options, picture));
  }
}

TEST_CASE("Extract allocates nothing and repeats itself") {
  Random random(9);
  const Graph graph = MakeGraph(160, 160, 20, 3, false);
  const Picture picture = Stretched(graph, 640, 480);
  const Values a = RandomValues(&random, graph);
  const Values b = RandomValues(&random, graph);
  const FakeLane lane_a(graph, a, kBlockedF32), lane_b(graph, b, kBlockedF32);
  for (const int32_t nms :
       {YOLO_NMS_PER_CLASS, YOLO_NMS_AGNOSTIC, YOLO_NMS_DIOU, YOLO_NMS_NONE}) {
    ExtractOptions options = Options(graph, 0.05f);
    options.nms = nms;
    options.max_candidates = 500;
    Allocator allocator;
    Extractor extractor(graph, options, &allocator);
    REQUIRE(extractor.Init().ok());
    std::vector<yolo_detection> out(300), again(300);
    const auto extract = [&](const DeviceLane& lane, auto* boxes) {
      return extractor
          .Extract(lane, picture.placement, 640, 480, boxes->data(), 300)
          .count;
    };
    const uint64_t held = allocator.bytes_held();
    const size_t news = num_news;
    const uint32_t count = extract(lane_a, &out);
    extract(lane_b, &again);
    CHECK(extract(lane_a, &again) == count);
    CHECK(num_news == news);
    CHECK(allocator.bytes_held() == held);
    CHECK(count > 10);
    CHECK(std::memcmp(out.data(), again.data(), count * sizeof(out[0])) == 0);
  }
}

TEST_CASE("without memory Init says so, and what it held is given back") {
  const Graph graph = MakeGraph(160, 160, 20, 3, false);
  const ExtractOptions options = Options(graph, 0.25f);
  uint64_t needed = 0;
  {
    Allocator allocator;
    Extractor extractor(graph, options, &allocator);
    REQUIRE(extractor.Init().ok());
    needed = allocator.bytes_held();
  }
  for (uint64_t limit = 1; limit < needed; limit += needed / 97) {
    Allocator allocator(nullptr, nullptr, nullptr, limit);
    {
      Extractor extractor(graph, options, &allocator);
      CHECK(extractor.Init().code() == YOLO_ERROR_LIMIT);
    }
    CHECK(allocator.bytes_held() == 0);
  }
}

}  // namespace
}  // namespace yolo::testing
