// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Many threads on one detector, and fork.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "support/detector.h"
#include "support/process.h"

namespace yolo::testing {
namespace {

std::vector<Image> MixedImages() {
  Image broken;
  broken.bytes = {0xff, 0xd8, 0xff, 0xd9};
  return {SamplePhoto("cat"),
          Waves(200, 150, 1),
          SamplePhoto("astronaut"),
          Waves(33, 66, 2),
          broken,
          SamplePhoto("coffee"),
          Waves(1, 1, 3)};
}

std::vector<Outcome> OneByOne(yolo_detector* detector,
                              const std::vector<Image>& images) {
  std::vector<Outcome> out;
  for (const Image& image : images) out.push_back(Detect(detector, image));
  return out;
}

// Every caller detects every image, alone and in batches, `rounds` times.
// Counts the differences from `expected`; doctest stays on the test's thread.
int Hammer(yolo_detector* detector, const std::vector<Image>& images,
           const std::vector<Outcome>& expected, int num_callers, int rounds) {
  std::atomic<int> differences{0};
  const auto caller = [&](size_t id) {
    std::vector<yolo_image> views;
    for (const Image& image : images) views.push_back(image.View());
    const size_t capacity = 300;
    std::vector<yolo_detection> boxes(images.size() * capacity);
    std::vector<yolo_result> results(images.size(), YOLO_RESULT_INIT);
    const auto differs = [&](size_t i, size_t at) {
      Outcome out;
      out.result = results[at];
      const auto first = boxes.begin() + static_cast<ptrdiff_t>(at * capacity);
      if (results[at].status == YOLO_OK) {
        out.boxes.assign(first, first + results[at].count);
      }
      return !SameBoxes(expected[i], out);
    };
    for (int round = 0; round < rounds; ++round) {
      for (size_t k = 0; k < images.size(); ++k) {
        const size_t i = (k + id) % images.size();
        const yolo_image& v = views[i];
        yolo_detect(detector, v.format, v.data, v.size, v.width, v.height,
                    v.stride, boxes.data(), capacity, results.data());
        if (differs(i, 0)) ++differences;
      }
      if (yolo_detect_batch(detector, views.data(), views.size(), boxes.data(),
                            capacity, results.data()) != YOLO_OK) {
        ++differences;
      }
      for (size_t i = 0; i < images.size(); ++i) {
        if (differs(i, i)) ++differences;
      }
    }
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < num_callers; ++i) {
    callers.emplace_back(caller, static_cast<size_t>(i));
  }
  for (std::thread& thread : callers) thread.join();
  return differences;
}

TEST_CASE("eight threads on one detector see what one thread sees") {
  const Model model = TinyModel();
  const std::vector<Image> images = MixedImages();
  for (const int32_t device : {YOLO_DEVICE_AUTO, YOLO_DEVICE_PORTABLE}) {
    yolo_options options = model.Options();
    options.device = device;
    for (const uint32_t lanes : {1u, 2u, 3u, 8u}) {
      for (const uint32_t threads : {1u, 2u}) {
        CAPTURE(lanes);
        CAPTURE(threads);
        options.num_lanes = lanes;
        options.threads_per_lane = threads;
        const Detector detector = Create(options);
        const std::vector<Outcome> expected = OneByOne(detector.get(), images);
        CHECK(expected[0].boxes.size() > 0);
        CHECK(expected[4].result.status == YOLO_ERROR_BAD_IMAGE);
        CHECK(Hammer(detector.get(), images, expected, 8, 3) == 0);
      }
    }
  }
}

TEST_CASE("callers of the own model share two lanes") {
  yolo_options options = NanoOptions();
  options.num_lanes = 2;
  options.score_threshold = 0.05f;
  const Detector detector = Create(options);
  const std::vector<Image> images = MixedImages();
  const std::vector<Outcome> expected = OneByOne(detector.get(), images);
  CHECK(Hammer(detector.get(), images, expected, 5, 2) == 0);
}

TEST_CASE("detectors come and go while another one works") {
  const Model model = TinyModel();
  const std::vector<Image> images = MixedImages();
  const Detector detector = Create(model.Options());
  const std::vector<Outcome> expected = OneByOne(detector.get(), images);
  std::atomic<bool> stop{false};
  std::atomic<int> failures{0};
  std::thread other([&] {
    while (!stop) {
      yolo_options options = model.Options();
      options.num_lanes = 2;
      yolo_detector* shortlived = nullptr;
      if (yolo_create(&options, &shortlived) != YOLO_OK) ++failures;
      yolo_destroy(shortlived);
    }
  });
  CHECK(Hammer(detector.get(), images, expected, 3, 3) == 0);
  stop = true;
  other.join();
  CHECK(failures == 0);
}

TEST_CASE("a child of fork() is told so, may destroy, and may start anew") {
  if (kSanitizer == "ThreadSanitizer") {
    MESSAGE("left out: ThreadSanitizer does not follow threads across fork");
    return;
  }
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 2;
  const Image image = Waves(60, 60, 1);
  yolo_detector* const detector = Create(options).release();
  const Outcome before = Detect(detector, image);
  const yolo_image view = image.View();
  const int status = InChild([&] {
    yolo_detection boxes[10];
    yolo_result result = YOLO_RESULT_INIT;
    if (yolo_detect(detector, image.format, image.bytes.data(),
                    image.bytes.size(), 60, 60, 0, boxes, 10,
                    &result) != YOLO_ERROR_FORKED) {
      return 1;
    }
    if (std::string(yolo_last_error()).empty()) return 2;
    if (yolo_detect_batch(detector, &view, 1, boxes, 10, &result) !=
        YOLO_ERROR_FORKED) {
      return 3;
    }
    yolo_destroy(detector);
    yolo_detector* own = nullptr;
    if (yolo_create(&options, &own) != YOLO_OK) return 4;
    if (yolo_detect(own, image.format, image.bytes.data(), image.bytes.size(),
                    60, 60, 0, boxes, 10, &result) != YOLO_OK) {
      return 5;
    }
    if (result.found != before.result.found) return 6;
    yolo_destroy(own);
    return 0;
  });
  CHECK(status == 0);
  // The parent has noticed nothing.
  CHECK(SameBoxes(before, Detect(detector, image)));
  yolo_destroy(detector);
}

}  // namespace
}  // namespace yolo::testing
