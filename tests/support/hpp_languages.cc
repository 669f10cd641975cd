// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The C++ header alone, in each language that it promises. Compiling is the
// test.
#include <array>

#include "yolo/yolo.hpp"

yolo_status Use(const yolo::Detector& detector, const std::string& jpeg) {
  const auto found = detector.Detect(jpeg);
  return found.status();
}

yolo_status UseBatch(const yolo::Detector& detector,
                     const std::vector<yolo::Image>& images) {
  std::vector<yolo::Detection> boxes(images.size() * 10);
  std::vector<yolo_result> results(images.size());
  const auto all = detector.DetectBatch(images);
  if (!all) return all.status();
  return detector.DetectBatchInto(images, boxes, results);
}
