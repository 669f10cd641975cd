// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// COCO's twelve box metrics, and those of each category.
#ifndef YOLO_SAMPLES_CLI_EVAL_COCO_SUMMARY_H_
#define YOLO_SAMPLES_CLI_EVAL_COCO_SUMMARY_H_

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "eval/coco_files.h"

namespace cli {

// -1 where there is nothing to be found.
struct CocoCategoryScore {
  double ap = -1;    // mean of IoU 0.50 to 0.95; 100 detections, any area
  double ap50 = -1;  // at IoU 0.50
  double ap75 = -1;
  double ar = -1;      // average recall, as ap
  size_t objects = 0;  // crowds not counted
  size_t detections = 0;
};

struct CocoSummary {
  std::array<double, 12> stats = {};  // in COCO's order
  std::vector<CocoCategoryScore> categories;
};

CocoSummary Summarise(const CocoAnnotations& truth,
                      const std::vector<CocoDetection>& detections);

// Twelve lines in the words of COCO's own tool.
std::string CocoText(const CocoSummary& summary);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_EVAL_COCO_SUMMARY_H_
