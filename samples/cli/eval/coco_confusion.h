// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Which categories are taken for which.
#ifndef YOLO_SAMPLES_CLI_EVAL_COCO_CONFUSION_H_
#define YOLO_SAMPLES_CLI_EVAL_COCO_CONFUSION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "eval/coco_files.h"

namespace cli {

// An object and a detection belong together from this IoU on.
inline constexpr double kConfusionIou = 0.5;
// Detections must score more: below it nearly all of them are background.
inline constexpr double kConfusionScore = 0.25;

// Rows: category of the object, then "none"; columns: category of the
// detection, then "none". Crowds and what lies in them are not counted.
struct CocoConfusion {
  size_t num_categories = 0;
  std::vector<size_t> counts;  // [num_categories + 1][num_categories + 1]

  size_t at(size_t object, size_t detection) const {
    return counts[object * (num_categories + 1) + detection];
  }
};

// Detections choose, best first, the free object of any category with the
// highest IoU; of several such objects one of its own category.
CocoConfusion Confuse(const CocoAnnotations& truth,
                      const std::vector<CocoDetection>& detections);

// Totals, then the most frequent mistakes.
std::string ConfusionText(const CocoConfusion& confusion,
                          const CocoAnnotations& truth);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_EVAL_COCO_CONFUSION_H_
