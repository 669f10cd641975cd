// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Six trained models on nine photos, against OpenCV.
#include <doctest/doctest.h>

#include "support/golden.h"

namespace yolo::testing {
namespace {

constexpr const char* kModels[] = {"MobileNetV2-YOLOv3-Nano-coco",
                                   "yolo-fastest",
                                   "yolo-fastest-xl",
                                   "yolo-fastest-1.1",
                                   "yolo-fastest-1.1-xl",
                                   "yolo-fastest-1.1_body"};
constexpr float kThreshold = 0.01f;

// A trained model of the test data, with its own settings.
class RealModel {
 public:
  explicit RealModel(const std::string& name)
      : cfg_(DataPath("weights/" + name + ".cfg")),
        weights_(DataPath("weights/" + name + ".weights")),
        labels_(DataPath("cfg/coco.names")) {}

  yolo_options Options() const {
    yolo_options options = YOLO_OPTIONS_INIT;
    options.model_path = cfg_.c_str();
    options.weights_path = weights_.c_str();
    options.labels_path = labels_.c_str();
    return options;
  }

 private:
  std::string cfg_, weights_, labels_;
};

Image DemoPhoto(const std::string& name) {
  return JpegFile(DataPath("demo/" + name + ".jpg"));
}

void CheckModels(int32_t device, int32_t precision,
                 const Tolerance& tolerance) {
  for (const char* name : kModels) {
    CAPTURE(name);
    const RealModel model(name);
    yolo_options options = model.Options();
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
    Comparison worst;
    for (const GoldenPhoto& photo : ReadGolden(name).photos) {
      CHECK(photo.threshold == kThreshold);
      const Comparison c = CheckGolden(
          photo, Detect(detector.get(), DemoPhoto(photo.name), 65536),
          tolerance);
      worst.looked_for += c.looked_for;
      worst.score = std::max(worst.score, c.score);
      worst.pixels = std::max(worst.pixels, c.pixels);
    }
    MESSAGE(name << ": " << worst.looked_for << " candidates, at most "
                 << worst.score << " in score and " << worst.pixels
                 << " pixels away");
  }
}

TEST_CASE("device cpu in f32 agrees with OpenCV on every candidate" *
          doctest::skip(!YOLO_ONEDNN)) {
  CheckModels(YOLO_DEVICE_CPU, YOLO_PRECISION_F32, kF32Tolerance);
}

TEST_CASE("device cpu in bf16 stays near OpenCV where the score counts" *
          doctest::skip(!YOLO_ONEDNN)) {
  CheckModels(YOLO_DEVICE_CPU, YOLO_PRECISION_BF16, kBf16Tolerance);
}

TEST_CASE("device portable agrees with OpenCV on every candidate") {
  CheckModels(YOLO_DEVICE_PORTABLE, YOLO_PRECISION_F32, kF32Tolerance);
}

struct Expected {
  const char* label;
  float score;
};

// The best box of each expected label, near the score OpenCV gives it.
void CheckFinds(const char* model_name, const char* photo, int32_t profile,
                float tolerance, std::vector<Expected> expected) {
  CAPTURE(model_name);
  CAPTURE(profile);
  const RealModel model(model_name);
  yolo_options options = model.Options();
  options.score_threshold = 0.3f;
  options.profile = profile;
  const Detector detector = Create(options);
  const Outcome out = Detect(detector.get(), DemoPhoto(photo));
  for (const Expected& e : expected) {
    CAPTURE(e.label);
    const auto found = std::find_if(
        out.boxes.begin(), out.boxes.end(), [&](const yolo_detection& box) {
          return std::string(yolo_label(detector.get(), box.class_id)) ==
                 e.label;
        });
    REQUIRE(found != out.boxes.end());
    CHECK(std::abs(found->score - e.score) < tolerance);
  }
}

TEST_CASE("dog, car and bicycle; person, dog and horse") {
  const std::vector<Expected> dog = {
      {"dog", 0.96f}, {"car", 0.84f}, {"bicycle", 0.65f}};
  const std::vector<Expected> person = {
      {"person", 0.98f}, {"dog", 0.91f}, {"horse", 0.76f}};
  // The scores are OpenCV's; Darknet's own resizing moves them somewhat.
  CheckFinds("yolo-fastest-1.1-xl", "dog", YOLO_PROFILE_OPENCV, 0.03f, dog);
  CheckFinds("yolo-fastest-1.1-xl", "dog", YOLO_PROFILE_AUTO, 0.15f, dog);
  CheckFinds("MobileNetV2-YOLOv3-Nano-coco", "person", YOLO_PROFILE_OPENCV,
             0.03f, person);
  CheckFinds("MobileNetV2-YOLOv3-Nano-coco", "person", YOLO_PROFILE_AUTO, 0.15f,
             person);
}

}  // namespace
}  // namespace yolo::testing
