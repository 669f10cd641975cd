// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo_detect_batch: the input as a JPEG file and as a camera's frame, between
// good pictures whose boxes must not change. The last bytes choose the options.
#include <array>
#include <memory>

#include "fuzz/model.h"

namespace {

using yolo::fuzz::Choices;
using yolo::fuzz::Require;

constexpr size_t kCapacity = 20;
constexpr size_t kImages = 4;
constexpr uint32_t kGoodSide = 24;

struct Batch {
  std::array<yolo_detection, kImages * kCapacity> boxes;
  std::array<yolo_result, kImages> results;
};

struct Destroy {
  void operator()(yolo_detector* detector) const { yolo_destroy(detector); }
};

// One detector for each way to read images, made when it is first needed; two
// lanes, so that a bad image and a good one are in flight together.
yolo_detector* DetectorOf(int way) {
  static const auto weights =
      yolo::fuzz::WeightsFile(yolo::fuzz::kSmallWeights);
  static std::unique_ptr<yolo_detector, Destroy> detectors[20];
  auto& detector = detectors[way];
  if (detector) return detector.get();
  yolo_options options = yolo::fuzz::ModelOptions(
      yolo::fuzz::kSmallCfg, weights.data(), weights.size());
  options.num_lanes = 2;
  options.profile = YOLO_PROFILE_DARKNET + way % 5;
  options.decode = way / 5 % 2;
  options.exif = way / 10;
  options.max_pixels = 1 << 18;
  options.max_scans = 20;
  options.score_threshold = 0.01f;
  yolo_detector* made = nullptr;
  Require(yolo_create(&options, &made) == YOLO_OK, "the model is good");
  detector.reset(made);
  return made;
}

yolo_image Frame(int32_t format, const void* data, size_t size, uint32_t width,
                 uint32_t height) {
  yolo_image image = YOLO_IMAGE_INIT;
  image.format = format;
  image.data = data;
  image.size = size;
  image.width = width;
  image.height = height;
  return image;
}

void Detect(yolo_detector* detector, const yolo_image (&images)[kImages],
            Batch* out) {
  out->results.fill(YOLO_RESULT_INIT);
  Require(yolo_detect_batch(detector, images, kImages, out->boxes.data(),
                            kCapacity, out->results.data()) == YOLO_OK,
          "every image is tried");
  for (size_t i = 0; i < kImages; ++i) {
    const yolo_result& result = out->results[i];
    yolo::fuzz::RequireStatus(result.status);
    Require((result.status == YOLO_OK) == (result.message[0] == '\0'),
            "a message where there is an error");
    if (result.status != YOLO_OK) continue;
    yolo::fuzz::RequireBoxes(&out->boxes[i * kCapacity], result, 1);
  }
}

void RequireSame(const Batch& a, size_t i, const Batch& b, size_t j) {
  const yolo_result& x = a.results[i];
  const yolo_result& y = b.results[j];
  Require(x.status == y.status, "the same status in any batch");
  if (x.status != YOLO_OK) return;
  Require(x.count == y.count && x.found == y.found &&
              x.truncated == y.truncated &&
              std::memcmp(&a.boxes[i * kCapacity], &b.boxes[j * kCapacity],
                          x.count * sizeof(yolo_detection)) == 0,
          "the same boxes in any batch");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const uint8_t kNothing = 0;
  if (size == 0) data = &kNothing;
  Choices choices(data, size);
  yolo_detector* detector = DetectorOf(choices.Below(20));
  std::array<uint8_t, kGoodSide * kGoodSide * 3> pixels;
  for (size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = static_cast<uint8_t>(i * 37 + i / 72 * 11);
  }
  const yolo_image good = Frame(YOLO_FORMAT_RGB, pixels.data(), pixels.size(),
                                kGoodSide, kGoodSide);
  const yolo_image jpeg = Frame(YOLO_FORMAT_JPEG, data, size, 0, 0);
  const yolo_image frame = Frame(YOLO_FORMAT_RGB + choices.Below(10), data,
                                 size, choices.Byte(), choices.Byte());

  Batch forwards, backwards;
  Detect(detector, {good, jpeg, frame, good}, &forwards);
  Detect(detector, {frame, good, good, jpeg}, &backwards);
  Require(forwards.results[0].status == YOLO_OK, "a good picture is read");
  RequireSame(forwards, 0, forwards, 3);
  RequireSame(forwards, 0, backwards, 1);
  RequireSame(forwards, 1, backwards, 3);
  RequireSame(forwards, 2, backwards, 0);
  return 0;
}
