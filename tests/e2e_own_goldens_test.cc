// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The project's own model on its own photos, against OpenCV. Needs no data.
#include <doctest/doctest.h>

#include "support/golden.h"

namespace yolo::testing {
namespace {

void CheckOwnModel(int32_t device, int32_t precision) {
  CheckGoldens(ReadGolden("yolov4-nano"), NanoOptions(), device, precision,
               SamplePhoto);
}

TEST_CASE("device portable agrees with OpenCV on the project's own model") {
  CheckOwnModel(YOLO_DEVICE_PORTABLE, YOLO_PRECISION_F32);
}

TEST_CASE("device cpu in f32 agrees with OpenCV on the project's own model" *
          doctest::skip(!YOLO_ONEDNN)) {
  CheckOwnModel(YOLO_DEVICE_CPU, YOLO_PRECISION_F32);
}

TEST_CASE("device cpu in bf16 stays near OpenCV on the project's own model" *
          doctest::skip(!YOLO_ONEDNN)) {
  CheckOwnModel(YOLO_DEVICE_CPU, YOLO_PRECISION_BF16);
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
