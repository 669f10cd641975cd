// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Six trained models on nine photos, against OpenCV.
#include <doctest/doctest.h>

#include "support/golden.h"

namespace yolo::testing {
namespace {

const std::string kModels[] = {"MobileNetV2-YOLOv3-Nano-coco",
                               "yolo-fastest",
                               "yolo-fastest-xl",
                               "yolo-fastest-1.1",
                               "yolo-fastest-1.1-xl",
                               "yolo-fastest-1.1_body"};

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

void CheckModels(int32_t device, int32_t precision) {
  for (const std::string& name : kModels) {
    const RealModel model(name);
    CheckGoldens(ReadGolden(name), model.Options(), device, precision,
                 DemoPhoto);
  }
}

TEST_CASE("device cpu in f32 agrees with OpenCV on every candidate" *
          doctest::skip(!YOLO_ONEDNN)) {
  CheckModels(YOLO_DEVICE_CPU, YOLO_PRECISION_F32);
}

TEST_CASE("device cpu in bf16 stays near OpenCV where the score counts" *
          doctest::skip(!YOLO_ONEDNN)) {
  CheckModels(YOLO_DEVICE_CPU, YOLO_PRECISION_BF16);
}

TEST_CASE("device portable agrees with OpenCV on every candidate") {
  CheckModels(YOLO_DEVICE_PORTABLE, YOLO_PRECISION_F32);
}

struct Expected {
  const char* label;
  float score;
};

// The best box of each expected label scores what is expected.
void CheckFinds(const std::string& model_name, const std::string& photo,
                yolo_options options, float tolerance,
                const std::vector<Expected>& expected) {
  const RealModel model(model_name);
  const yolo_options files = model.Options();
  options.model_path = files.model_path;
  options.weights_path = files.weights_path;
  options.labels_path = files.labels_path;
  options.score_threshold = 0.3f;
  const Detector detector = Create(options);
  const Outcome out = Detect(detector.get(), DemoPhoto(photo));
  for (const Expected& e : expected) {
    CAPTURE(std::string(e.label));
    const auto found = std::find_if(
        out.boxes.begin(), out.boxes.end(), [&](const yolo_detection& box) {
          return std::string(yolo_label(detector.get(), box.class_id)) ==
                 e.label;
        });
    REQUIRE(found != out.boxes.end());
    CHECK(std::abs(found->score - e.score) < tolerance);
  }
}

// Scores of OpenCV's DNN with its NMS, which lets the dog's box suppress the
// best of the bicycle's (IoU 0.47): 0.65 is what the next one scores.
const std::vector<Expected> kDog = {
    {"dog", 0.96f}, {"car", 0.84f}, {"bicycle", 0.65f}};
const std::vector<Expected> kPerson = {
    {"person", 0.98f}, {"dog", 0.91f}, {"horse", 0.76f}};

TEST_CASE("OpenCV's way finds dog, car and bicycle; person, dog and horse") {
  yolo_options options = YOLO_OPTIONS_INIT;
  options.precision = YOLO_PRECISION_F32;
  options.profile = YOLO_PROFILE_OPENCV;
  options.decode = YOLO_DECODE_EXACT;
  options.nms = YOLO_NMS_AGNOSTIC;
  CheckFinds("yolo-fastest-1.1-xl", "dog", options, 0.005f, kDog);
  CheckFinds("MobileNetV2-YOLOv3-Nano-coco", "person", options, 0.005f,
             kPerson);
}

TEST_CASE("the defaults find dog, car and bicycle; person, dog and horse") {
  // Darknet's resizing, NMS per class, and bf16 where there is bf16.
  const yolo_options options = YOLO_OPTIONS_INIT;
  CheckFinds("yolo-fastest-1.1-xl", "dog", options, 0.1f,
             {{"dog", 0.96f}, {"car", 0.84f}, {"bicycle", 0.89f}});
  CheckFinds("MobileNetV2-YOLOv3-Nano-coco", "person", options, 0.1f, kPerson);
}

}  // namespace
}  // namespace yolo::testing
