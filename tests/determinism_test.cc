// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The same image gives the same bits, whichever way it went.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "support/detector.h"

namespace yolo::testing {
namespace {

// What runs the model; not all are on every machine.
struct Way {
  const char* name;
  int32_t device, precision;
};
constexpr Way kWays[] = {
    {"cpu f32", YOLO_DEVICE_CPU, YOLO_PRECISION_F32},
    {"cpu bf16", YOLO_DEVICE_CPU, YOLO_PRECISION_BF16},
    {"portable", YOLO_DEVICE_PORTABLE, YOLO_PRECISION_F32},
};

// nullptr when the device or the precision is not here.
Detector CreateIfHere(yolo_options options, const Way& way) {
  options.device = way.device;
  options.precision = way.precision;
  yolo_detector* detector = nullptr;
  const yolo_status status = yolo_create(&options, &detector);
  INFO(std::string(yolo_last_error()));
  REQUIRE((status == YOLO_OK || status == YOLO_ERROR_DEVICE_UNAVAILABLE));
  return Detector(detector);
}

std::vector<Image> Photos() {
  return {SamplePhoto("astronaut"), Waves(320, 320, 1), SamplePhoto("cat"),
          Waves(17, 201, 2), SamplePhoto("coffee")};
}

void CheckEveryWay(yolo_options options, size_t batch_of_many) {
  options.score_threshold = 0.05f;
  const std::vector<Image> images = Photos();
  for (const Way& way : kWays) {
    CAPTURE(std::string(way.name));
    options.num_lanes = options.threads_per_lane = 1;
    const Detector one = CreateIfHere(options, way);
    if (!one) {
      MESSAGE(way.name << " is not on this machine");
      continue;
    }
    std::vector<Outcome> expected;
    size_t num_boxes = 0;
    for (const Image& image : images) {
      expected.push_back(Detect(one.get(), image));
      num_boxes += expected.back().boxes.size();
    }
    CHECK(num_boxes > images.size());
    for (const uint32_t lanes : {1u, 2u, 4u}) {
      for (const uint32_t threads : {1u, 2u, 4u}) {
        CAPTURE(lanes);
        CAPTURE(threads);
        options.num_lanes = lanes;
        options.threads_per_lane = threads;
        const Detector detector = CreateIfHere(options, way);
        REQUIRE(detector);
        for (size_t i = 0; i < images.size(); ++i) {
          CHECK(SameBoxes(expected[i], Detect(detector.get(), images[i])));
        }
        std::mt19937 random(lanes * 10 + threads);
        for (const size_t size :
             {size_t{1}, size_t{2}, size_t{5}, batch_of_many}) {
          std::vector<size_t> order(size);
          for (size_t& i : order) i = random() % images.size();
          std::vector<Image> batch;
          for (const size_t i : order) batch.push_back(images[i]);
          const std::vector<Outcome> out = DetectBatch(detector.get(), batch);
          for (size_t i = 0; i < size; ++i) {
            CHECK(SameBoxes(expected[order[i]], out[i]));
          }
        }
      }
    }
  }
}

TEST_CASE("a small model: the same bits in every batch, on any lanes") {
  const Model model = TinyModel();
  CheckEveryWay(model.Options(), 64);
}

TEST_CASE("the own model: the same bits in every batch, on any lanes") {
  // Sanitizers slow our own code down, not what is looked for.
  CheckEveryWay(NanoOptions(), kSanitizer.empty() ? 64 : 7);
}

TEST_CASE("two detectors of one model give the same bits") {
  const yolo_options options = NanoOptions();
  const Detector a = Create(options), b = Create(options);
  for (const Image& image : Photos()) {
    CHECK(SameBoxes(Detect(a.get(), image), Detect(b.get(), image)));
  }
}

TEST_CASE("what ran before on a lane leaves no trace") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 1;
  const Detector fresh = Create(options), used = Create(options);
  const Image image = SamplePhoto("cat");
  Detect(used.get(), SamplePhoto("astronaut"));
  Detect(used.get(), Waves(1000, 3, 1));
  Image broken = SamplePhoto("coffee");
  broken.bytes.resize(broken.bytes.size() / 3);
  Detect(used.get(), broken);
  CHECK(SameBoxes(Detect(fresh.get(), image), Detect(used.get(), image)));
}

}  // namespace
}  // namespace yolo::testing
