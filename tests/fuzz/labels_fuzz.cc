// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A file of class names.
#include <string>

#include "fuzz/model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto weights =
      yolo::fuzz::WeightsFile(yolo::fuzz::kSmallWeights);
  yolo_options options = yolo::fuzz::ModelOptions(
      yolo::fuzz::kSmallCfg, weights.data(), weights.size());
  options.labels_data = size > 0 ? data : nullptr;
  options.labels_size = size;
  yolo_detector* detector = nullptr;
  const yolo_status status = yolo_create(&options, &detector);
  yolo::fuzz::RequireStatus(status);
  if (!detector) return 0;

  yolo_detector_info info = YOLO_DETECTOR_INFO_INIT;
  yolo::fuzz::RequireStatus(yolo_get_detector_info(detector, &info));
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t lines = 1;
  for (const char c : text) lines += c == '\n';
  yolo::fuzz::Require(info.num_labels <= lines, "a label is a line");
  size_t bytes = 0;
  for (int32_t i = -1; i <= static_cast<int32_t>(info.num_labels); ++i) {
    const std::string label = yolo_label(detector, i);
    yolo::fuzz::Require(label.find('\n') == std::string::npos, "one line");
    const bool is_one = i >= 0 && i < static_cast<int32_t>(info.num_labels);
    yolo::fuzz::Require(is_one || label.empty(), "no label without a line");
    bytes += label.size();
  }
  yolo::fuzz::Require(bytes <= size, "labels are the file's bytes");
  yolo_destroy(detector);
  return 0;
}
