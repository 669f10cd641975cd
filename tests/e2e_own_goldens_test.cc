// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The project's own model on its own photos, against OpenCV. Needs no data.
#include <doctest/doctest.h>

#include "support/golden.h"

namespace yolo::testing {
namespace {

constexpr float kThreshold = 0.01f;

void CheckOwnModel(int32_t device, int32_t precision,
                   const Tolerance& tolerance) {
  yolo_options options = NanoOptions();
  SeeAsOpenCv(&options, kThreshold);
  options.device = device;
  options.precision = precision;
  yolo_detector* created = nullptr;
  const yolo_status status = yolo_create(&options, &created);
  if (status == YOLO_ERROR_DEVICE_UNAVAILABLE) {
    MESSAGE("not on this machine: " << yolo_last_error());
    return;
  }
  INFO(std::string(yolo_last_error()));
  REQUIRE(status == YOLO_OK);
  const Detector detector(created);
  for (const GoldenPhoto& photo : ReadGolden("yolov4-nano").photos) {
    CHECK(photo.threshold == kThreshold);
    const Comparison c = CheckGolden(
        photo, Detect(detector.get(), SamplePhoto(photo.name), 65536),
        tolerance);
    MESSAGE(photo.name << ": " << c.looked_for << " candidates, at most "
                       << c.score << " in score and " << c.pixels
                       << " pixels away");
  }
}

TEST_CASE("device portable agrees with OpenCV on the project's own model") {
  CheckOwnModel(YOLO_DEVICE_PORTABLE, YOLO_PRECISION_F32, kF32Tolerance);
}

TEST_CASE("device cpu in f32 agrees with OpenCV on the project's own model" *
          doctest::skip(!YOLO_ONEDNN)) {
  CheckOwnModel(YOLO_DEVICE_CPU, YOLO_PRECISION_F32, kF32Tolerance);
}

TEST_CASE("device cpu in bf16 stays near OpenCV on the project's own model" *
          doctest::skip(!YOLO_ONEDNN)) {
  CheckOwnModel(YOLO_DEVICE_CPU, YOLO_PRECISION_BF16, kBf16Tolerance);
}

TEST_CASE("with every default the model finds the astronaut") {
  const yolo_options options = NanoOptions();
  const Detector detector = Create(options);
  const Outcome out = Detect(detector.get(), SamplePhoto("astronaut"));
  REQUIRE(out.boxes.size() >= 1);
  CHECK(std::string(yolo_label(detector.get(), out.boxes[0].class_id)) ==
        "person");
  // OpenCV: 0.58, resized by another rule.
  CHECK(out.boxes[0].score == doctest::Approx(0.57).epsilon(0.08));
}

}  // namespace
}  // namespace yolo::testing
