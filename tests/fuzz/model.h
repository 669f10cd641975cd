// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Detectors of models that fit in a few hundred bytes, and one image for them.
#ifndef YOLO_TESTS_FUZZ_MODEL_H_
#define YOLO_TESTS_FUZZ_MODEL_H_

#include <cstring>
#include <string_view>
#include <vector>

#include "fuzz/fuzz.h"

namespace yolo::fuzz {

// 24 numbers: 3 inputs to one anchor of one class, strides 8.
inline constexpr std::string_view kSmallCfg = R"([net]
width=32
height=32
channels=3
[convolutional]
filters=6
size=1
stride=8
activation=linear
[yolo]
mask=0
anchors=8,8
num=1
classes=1
)";
inline constexpr size_t kHeaderBytes = 20;  // of a weights file, version 0.2
inline constexpr size_t kSmallWeights = 24;

// The bytes of a weights file with `count` numbers, small and not all alike.
inline std::vector<uint8_t> WeightsFile(size_t count) {
  std::vector<uint8_t> bytes(kHeaderBytes + count * sizeof(float));
  const int32_t version[] = {0, 2, 5, 0, 0};
  std::memcpy(bytes.data(), version, sizeof(version));
  for (size_t i = 0; i < count; ++i) {
    const float value = 0.125f * static_cast<float>(1 + i % 7);
    std::memcpy(bytes.data() + kHeaderBytes + i * sizeof(float), &value,
                sizeof(value));
  }
  return bytes;
}

inline yolo_options ModelOptions(std::string_view cfg, const uint8_t* weights,
                                 size_t size) {
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_data = cfg.data();
  options.model_size = cfg.size();
  options.weights_data = weights;
  options.weights_size = size;
  options.device = YOLO_DEVICE_PORTABLE;
  options.num_lanes = 1;
  options.threads_per_lane = 1;
  return options;
}

// Boxes of a grey picture, by the laws, whatever the model makes of it.
inline void DetectGrey(yolo_detector* detector) {
  uint8_t pixels[16 * 24];
  std::memset(pixels, 99, sizeof(pixels));
  yolo_detection boxes[50];
  yolo_result result = YOLO_RESULT_INIT;
  RequireStatus(yolo_detect(detector, YOLO_FORMAT_GRAY, pixels, sizeof(pixels),
                            24, 16, 0, boxes, 50, &result));
  yolo_detector_info info = YOLO_DETECTOR_INFO_INIT;
  RequireStatus(yolo_get_detector_info(detector, &info));
  if (result.status != YOLO_OK) return;
  RequireBoxes(boxes, result, static_cast<int32_t>(info.num_classes));
}

}  // namespace yolo::fuzz

#endif  // YOLO_TESTS_FUZZ_MODEL_H_
