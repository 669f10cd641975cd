// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo_detect and yolo_detect_batch: arguments, results, and what options do.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "support/detector.h"

namespace yolo::testing {
namespace {

Detector TinyDetector() {
  const Model model = TinyModel();
  return Create(model.Options());
}

TEST_CASE("one image: every wrong argument is refused with a message") {
  const Detector detector = TinyDetector();
  const Image rgb = Waves(40, 30, 1);
  const uint8_t* const data = rgb.bytes.data();
  const size_t size = rgb.bytes.size();
  yolo_detection boxes[4];
  yolo_result result = YOLO_RESULT_INIT;
  struct Call {
    const char* what;
    yolo_detector* detector;
    int32_t format;
    const void* data;
    size_t size;
    uint32_t width, height;
    size_t stride;
    yolo_detection* boxes;
    size_t capacity;
  };
  yolo_detector* const d = detector.get();
  const int32_t kRgb = YOLO_FORMAT_RGB;
  const size_t kMax = std::numeric_limits<size_t>::max();
  const uint32_t kWide = std::numeric_limits<uint32_t>::max();
  const Call calls[] = {
      {"detector", nullptr, kRgb, data, size, 40, 30, 0, boxes, 4},
      {"format", d, -1, data, size, 40, 30, 0, boxes, 4},
      {"format", d, 11, data, size, 40, 30, 0, boxes, 4},
      {"data NULL", d, kRgb, nullptr, size, 40, 30, 0, boxes, 4},
      {"JPEG NULL", d, YOLO_FORMAT_JPEG, nullptr, 10, 0, 0, 0, boxes, 4},
      {"width 0", d, kRgb, data, size, 0, 30, 0, boxes, 4},
      {"height 0", d, kRgb, data, size, 40, 0, 0, boxes, 4},
      {"stride", d, kRgb, data, size, 40, 30, 119, boxes, 4},
      {"size", d, kRgb, data, size - 1, 40, 30, 0, boxes, 4},
      {"size", d, kRgb, data, size, 40, 30, 121, boxes, 4},
      {"overflow", d, kRgb, data, size, 40, 30, kMax, boxes, 4},
      {"overflow", d, kRgb, data, size, 40, 30, kMax / 29, boxes, 4},
      {"detections NULL", d, kRgb, data, size, 40, 30, 0, nullptr, 4},
  };
  for (const Call& c : calls) {
    CAPTURE(std::string(c.what));
    const yolo_status status =
        yolo_detect(c.detector, c.format, c.data, c.size, c.width, c.height,
                    c.stride, c.boxes, c.capacity, &result);
    CHECK(status == YOLO_ERROR_INVALID_ARGUMENT);
    CHECK(std::string(yolo_last_error()) != "");
    CHECK(result.status == status);
  }
  // Over max_pixels, and far over what memory there is.
  const yolo_status huge =
      yolo_detect(d, kRgb, data, size, kWide, kWide, 0, boxes, 4, &result);
  CHECK((huge == YOLO_ERROR_INVALID_ARGUMENT || huge == YOLO_ERROR_LIMIT));
  CHECK(yolo_detect(d, YOLO_FORMAT_JPEG, data, 0, 0, 0, 0, boxes, 4, &result) !=
        YOLO_OK);

  for (const uint32_t wrong : {0u, 8u, uint32_t{sizeof(yolo_result)} - 1}) {
    result.struct_size = wrong;
    CHECK(yolo_detect(d, kRgb, data, size, 40, 30, 0, boxes, 4, &result) ==
          YOLO_ERROR_INVALID_ARGUMENT);
  }
  // No result is wanted; none is needed.
  CHECK(yolo_detect(d, kRgb, data, size, 40, 30, 0, boxes, 4, nullptr) ==
        YOLO_OK);
  CHECK(yolo_detect(d, kRgb, data, size, 40, 30, 0, nullptr, 0, nullptr) ==
        YOLO_OK);
}

TEST_CASE("a batch: every wrong argument is refused with a message") {
  const Detector detector = TinyDetector();
  const Image rgb = Waves(40, 30, 1);
  const yolo_image images[2] = {rgb.View(), rgb.View()};
  yolo_result results[2] = {YOLO_RESULT_INIT, YOLO_RESULT_INIT};
  yolo_detection boxes[8];
  yolo_detector* const d = detector.get();
  const auto refused = [](yolo_status status) {
    CHECK(status == YOLO_ERROR_INVALID_ARGUMENT);
    CHECK(std::string(yolo_last_error()) != "");
  };
  refused(yolo_detect_batch(nullptr, images, 2, boxes, 4, results));
  refused(yolo_detect_batch(d, nullptr, 2, boxes, 4, results));
  refused(yolo_detect_batch(d, images, 2, nullptr, 4, results));
  refused(yolo_detect_batch(d, images, 2, boxes, 4, nullptr));
  refused(yolo_detect_batch(d, images, 2, boxes,
                            std::numeric_limits<size_t>::max(), results));
  yolo_image odd[2] = {rgb.View(), rgb.View()};
  odd[0].struct_size = 4;
  refused(yolo_detect_batch(d, odd, 2, boxes, 4, results));
  results[0].struct_size = 4;
  refused(yolo_detect_batch(d, images, 2, boxes, 4, results));
  results[0].struct_size = sizeof(yolo_result);

  CHECK(yolo_detect_batch(d, images, 2, boxes, 4, results) == YOLO_OK);
  CHECK(yolo_detect_batch(d, images, 2, nullptr, 0, results) == YOLO_OK);
  CHECK(yolo_detect_batch(d, nullptr, 0, nullptr, 0, nullptr) == YOLO_OK);
}

TEST_CASE("arrays of structs step by the first element's struct_size") {
  const Detector detector = TinyDetector();
  struct NewerImage {
    yolo_image known;
    uint64_t tail;
  };
  struct NewerResult {
    yolo_result known;
    uint64_t tail[3];
  };
  const Image a = Waves(40, 30, 1), b = Waves(33, 50, 2), c = Waves(20, 20, 3);
  NewerImage images[] = {{a.View(), 0}, {b.View(), 0}, {c.View(), 0}};
  NewerResult results[3];
  std::memset(results, 0x55, sizeof(results));
  images[0].known.struct_size = sizeof(NewerImage);
  for (NewerImage& image : images) image.known.struct_size = sizeof(NewerImage);
  for (NewerResult& r : results) r.known.struct_size = sizeof(NewerResult);
  std::vector<yolo_detection> boxes(3 * 50);
  REQUIRE(yolo_detect_batch(detector.get(), &images[0].known, 3, boxes.data(),
                            50, &results[0].known) == YOLO_OK);
  const Image* const inputs[] = {&a, &b, &c};
  for (size_t i = 0; i < 3; ++i) {
    const Outcome alone = Detect(detector.get(), *inputs[i], 50);
    REQUIRE(results[i].known.status == YOLO_OK);
    CHECK(results[i].known.count == alone.result.count);
    CHECK(results[i].known.width == inputs[i]->width);
    CHECK(results[i].known.message[0] == '\0');
    CHECK(std::memcmp(&boxes[i * 50], alone.boxes.data(),
                      alone.boxes.size() * sizeof(yolo_detection)) == 0);
  }

  images[1].tail = 1;  // asks for something this library does not know
  const yolo_status status = yolo_detect_batch(
      detector.get(), &images[0].known, 3, boxes.data(), 50, &results[0].known);
  CHECK((status == YOLO_ERROR_INVALID_ARGUMENT ||
         results[1].known.status == YOLO_ERROR_INVALID_ARGUMENT));
}

TEST_CASE("no byte is written past the capacity or the struct_size") {
  const Detector detector = TinyDetector();
  const Image image = Waves(40, 30, 1);
  struct {
    yolo_result result = YOLO_RESULT_INIT;
    uint8_t guard[64];
  } out;
  std::memset(out.guard, 0xa5, sizeof(out.guard));
  std::vector<yolo_detection> boxes(5);
  std::memset(boxes.data(), 0xa5, 5 * sizeof(yolo_detection));
  REQUIRE(yolo_detect(detector.get(), image.format, image.bytes.data(),
                      image.bytes.size(), 40, 30, 0, boxes.data(), 3,
                      &out.result) == YOLO_OK);
  CHECK(out.result.count == 3);
  const auto* tail = reinterpret_cast<const uint8_t*>(&boxes[3]);
  CHECK(std::all_of(tail, tail + 2 * sizeof(yolo_detection),
                    [](uint8_t b) { return b == 0xa5; }));
  CHECK(std::all_of(out.guard, out.guard + sizeof(out.guard),
                    [](uint8_t b) { return b == 0xa5; }));
}

TEST_CASE("boxes are sorted, in range, inside the image, and timed") {
  const Detector detector = TinyDetector();
  for (uint32_t seed = 1; seed < 6; ++seed) {
    const Image image = Waves(30 * seed + 7, 200 / seed + 1, seed);
    const Outcome out = Detect(detector.get(), image);
    REQUIRE(out.result.status == YOLO_OK);
    CHECK(out.result.width == image.width);
    CHECK(out.result.height == image.height);
    CHECK(out.result.orientation == 1);
    CHECK(out.result.truncated == 0);
    CHECK(out.result.found == out.result.count);
    CHECK(out.result.count > 0);
    CHECK(out.result.ns_run > 0);
    CHECK(out.result.ns_extract > 0);
    const auto width = static_cast<float>(image.width);
    const auto height = static_cast<float>(image.height);
    float last = 1;
    for (const yolo_detection& box : out.boxes) {
      CHECK(box.score > 0.25f);
      CHECK(box.score <= last);
      last = box.score;
      CHECK(box.class_id >= 0);
      CHECK(box.class_id < kTinyClasses);
      CHECK(0 <= box.x0);
      CHECK(box.x0 <= box.x1);
      CHECK(box.x1 <= width);
      CHECK(0 <= box.y0);
      CHECK(box.y0 <= box.y1);
      CHECK(box.y1 <= height);
    }
  }
}

TEST_CASE("what is cut is counted and flagged, and the best remain") {
  const Model model = TinyModel();
  const Image image = Waves(90, 70, 4);
  const Detector detector = Create(model.Options());
  const Outcome all = Detect(detector.get(), image);
  REQUIRE(all.boxes.size() >= 4);
  for (const size_t capacity : {size_t{0}, size_t{1}, size_t{3}}) {
    const Outcome cut = Detect(detector.get(), image, capacity);
    CHECK(cut.result.count == capacity);
    CHECK(cut.result.found == all.result.found);
    CHECK(cut.result.truncated == YOLO_TRUNCATED_DETECTIONS);
    CHECK(
        (capacity == 0 || std::memcmp(cut.boxes.data(), all.boxes.data(),
                                      capacity * sizeof(yolo_detection)) == 0));
  }
  yolo_options options = model.Options();
  options.max_detections = 2;
  const Outcome two = Detect(Create(options).get(), image);
  CHECK(two.result.count == 2);
  CHECK(two.result.found == all.result.found);
  CHECK(two.result.truncated == YOLO_TRUNCATED_DETECTIONS);

  options.max_candidates = 2;
  options.nms = YOLO_NMS_NONE;
  const Outcome few = Detect(Create(options).get(), image);
  CHECK(few.result.count == 2);
  CHECK((few.result.truncated & YOLO_TRUNCATED_CANDIDATES) != 0);
  CHECK(std::memcmp(few.boxes.data(), all.boxes.data(),
                    sizeof(yolo_detection)) == 0);
}

TEST_CASE("thresholds per class replace the one for all, 0 means that one") {
  const Model model = TinyModel();
  const Image image = Waves(90, 70, 5);
  yolo_options options = model.Options();
  options.nms = YOLO_NMS_NONE;
  const Outcome all = Detect(Create(options).get(), image);
  std::vector<float> scores;
  for (const yolo_detection& box : all.boxes) {
    if (box.class_id == 1) scores.push_back(box.score);
  }
  REQUIRE(scores.size() >= 2);
  const float middle = scores[scores.size() / 2];
  const float thresholds[] = {0, middle, 1};
  options.class_thresholds = thresholds;
  options.num_class_thresholds = 3;
  const Outcome some = Detect(Create(options).get(), image);
  // By definition: those of `all` that score more than their class's threshold.
  std::vector<yolo_detection> expected;
  for (const yolo_detection& box : all.boxes) {
    const float threshold = box.class_id == 0   ? 0.25f
                            : box.class_id == 1 ? middle
                                                : 1.0f;
    if (box.score > threshold) expected.push_back(box);
  }
  REQUIRE(some.boxes.size() == expected.size());
  CHECK(std::memcmp(some.boxes.data(), expected.data(),
                    expected.size() * sizeof(yolo_detection)) == 0);
}

TEST_CASE("only allowed classes are reported") {
  const Model model = TinyModel();
  const Image image = Waves(90, 70, 5);
  yolo_options options = model.Options();
  const Outcome all = Detect(Create(options).get(), image);
  const int32_t allow[] = {2, 0};
  options.class_allow = allow;
  options.num_class_allow = 2;
  const Outcome some = Detect(Create(options).get(), image);
  std::vector<yolo_detection> expected;
  for (const yolo_detection& box : all.boxes) {
    if (box.class_id != 1) expected.push_back(box);
  }
  CHECK(expected.size() < all.boxes.size());
  REQUIRE(some.boxes.size() == expected.size());
  CHECK(std::memcmp(some.boxes.data(), expected.data(),
                    expected.size() * sizeof(yolo_detection)) == 0);
}

double Iou(const yolo_detection& a, const yolo_detection& b) {
  const double w = std::min(a.x1, b.x1) - double{std::max(a.x0, b.x0)};
  const double h = std::min(a.y1, b.y1) - double{std::max(a.y0, b.y0)};
  if (w <= 0 || h <= 0) return 0;
  const auto area = [](const yolo_detection& d) {
    return (double{d.x1} - d.x0) * (double{d.y1} - d.y0);
  };
  return w * h / (area(a) + area(b) - w * h);
}

TEST_CASE("the kinds of NMS: who may suppress whom") {
  const Model model = TinyModel();
  // As large as the network: no box of it is changed by clipping much.
  const Image image = Waves(96, 96, 6);
  yolo_options options = model.Options();
  const auto run = [&](int32_t nms) {
    options.nms = nms;
    return Detect(Create(options).get(), image);
  };
  const Outcome none = run(YOLO_NMS_NONE), per_class = run(YOLO_NMS_PER_CLASS);
  const Outcome agnostic = run(YOLO_NMS_AGNOSTIC), diou = run(YOLO_NMS_DIOU);
  CHECK(agnostic.boxes.size() < per_class.boxes.size());
  CHECK(per_class.boxes.size() < none.boxes.size());
  // DIoU is never more than IoU: it suppresses no more.
  CHECK(diou.boxes.size() >= per_class.boxes.size());
  for (const Outcome* kept : {&per_class, &agnostic, &diou}) {
    for (const yolo_detection& box : kept->boxes) {
      CHECK(std::any_of(none.boxes.begin(), none.boxes.end(),
                        [&](const yolo_detection& candidate) {
                          return std::memcmp(&candidate, &box, sizeof(box)) ==
                                 0;
                        }));
    }
    CHECK(std::memcmp(&kept->boxes[0], &none.boxes[0],
                      sizeof(yolo_detection)) == 0);
  }
}

TEST_CASE("a suppressed pair overlaps more than the threshold, by its class") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.iou_threshold = 0.3f;
  options.network_width = options.network_height = 256;
  const Image image = Waves(256, 256, 7);
  for (const int32_t nms : {YOLO_NMS_PER_CLASS, YOLO_NMS_AGNOSTIC}) {
    options.nms = nms;
    const Outcome out = Detect(Create(options).get(), image);
    CHECK(out.boxes.size() > 4);
    for (size_t i = 0; i < out.boxes.size(); ++i) {
      for (size_t k = 0; k < i; ++k) {
        const yolo_detection &a = out.boxes[i], &b = out.boxes[k];
        const bool inside = a.x0 > 0 && a.y0 > 0 && a.x1 < 256 && a.y1 < 256 &&
                            b.x0 > 0 && b.y0 > 0 && b.x1 < 256 && b.y1 < 256;
        const bool rivals =
            nms == YOLO_NMS_AGNOSTIC || a.class_id == b.class_id;
        // Clipped boxes may overlap more than those that NMS saw.
        if (inside && rivals) CHECK(Iou(a, b) <= 0.3001);
      }
    }
  }
}

}  // namespace
}  // namespace yolo::testing
