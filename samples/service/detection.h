// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What detection answers and what it counts.
#ifndef SAMPLES_SERVICE_DETECTION_H_
#define SAMPLES_SERVICE_DETECTION_H_

#include <yolo/yolo.hpp>

#include "http_service.h"

// The fields of `yolo detect --json`.
Answer Boxes(const yolo::Detector& detector, const yolo::Detections& found);

// 400 or 422 where the image is to blame.
Answer Failure(const yolo::Error& error);

// The detector must outlive `metrics`' last use.
class DetectionMetrics {
 public:
  DetectionMetrics(const yolo::Detector& detector, Metrics* metrics);

  // Called from many threads at once.
  void Count(const yolo::Result<yolo::Detections>& found);

 private:
  prometheus::Family<prometheus::Counter>& images_;
  prometheus::Counter& boxes_;
  prometheus::Family<prometheus::Counter>& stages_;
};

#endif  // SAMPLES_SERVICE_DETECTION_H_
