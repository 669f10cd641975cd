// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Which detections of an image find which of its objects, by COCO's rules.
#ifndef YOLO_SAMPLES_CLI_EVAL_COCO_MATCHING_H_
#define YOLO_SAMPLES_CLI_EVAL_COCO_MATCHING_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "eval/coco_files.h"

namespace cli {

// IoU 0.50, 0.55, ... 0.95.
inline constexpr size_t kNumCocoIous = 10;
std::array<double, kNumCocoIous> CocoIous();

// Detections of a category that count in an image.
inline constexpr size_t kMaxCocoDetections = 100;

// Square pixels, both ends included.
struct CocoAreaRange {
  const char* name;
  double least, most;
};
inline constexpr size_t kNumCocoAreas = 4;
inline constexpr CocoAreaRange kCocoAreas[kNumCocoAreas] = {
    {"all", 0, 1e10},
    {"small", 0, 32.0 * 32.0},
    {"medium", 32.0 * 32.0, 96.0 * 96.0},
    {"large", 96.0 * 96.0, 1e10}};

// Intersection over union; of a crowd, over the detection's own area.
double CocoIou(const CocoBox& detection, const CocoBox& object, bool crowd);

// Indices of the best detections, best first, equal ones in their order.
std::vector<size_t> BestFirst(const std::vector<CocoDetection>& detections);

// What became of a detection; bit i is at the i-th IoU.
struct CocoVerdict {
  double score = 0;
  uint16_t found = 0;    // an object
  uint16_t ignored = 0;  // neither right nor wrong: a crowd, or out of the area
};

// Of one category in one image, in one area range.
struct CocoMatches {
  std::vector<CocoVerdict>
      detections;          // best first, kMaxCocoDetections at most
  size_t num_objects = 0;  // to be found
};

// One category in one image.
class CocoMatcher {
 public:
  CocoMatcher(std::vector<CocoObject> objects,
              const std::vector<CocoDetection>& detections);
  CocoMatches Match(const CocoAreaRange& area) const;

 private:
  struct Offer {
    size_t object;
    bool ignored;
  };
  std::vector<Offer> OffersIn(const CocoAreaRange& area) const;
  Offer Choose(size_t detection, double least, const std::vector<Offer>& offers,
               const std::vector<bool>& taken) const;

  std::vector<CocoObject> objects_;
  std::vector<CocoDetection> detections_;  // best first
  std::vector<double> ious_;               // [detections_][objects_]
};

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_EVAL_COCO_MATCHING_H_
