// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Heads, or decoded rows -> boxes: the last stage of an image's way.
#ifndef YOLO_EXTRACT_H_
#define YOLO_EXTRACT_H_

#include <vector>

#include "base/memory.h"
#include "base/status.h"
#include "device/device.h"
#include "image/placement.h"
#include "model/graph.h"

namespace yolo {

// Checked and resolved: no field means "the default" any more.
struct ExtractOptions {
  std::vector<float> thresholds;  // [classes]; a class not allowed: infinity
  float iou_threshold = 0.45f;
  int32_t nms = YOLO_NMS_PER_CLASS;
  uint32_t max_candidates = 4096;
  uint32_t max_detections = 300;
  bool ignore_scale_x_y = false;  // YOLO_PROFILE_TF1_LEGACY
};

// What Extract found out besides the boxes.
struct Extracted {
  uint32_t count = 0;
  uint32_t found = 0;
  uint32_t truncated = 0;  // YOLO_TRUNCATED_DETECTIONS | _CANDIDATES
};

// Decodes heads, suppresses, maps to image pixels, clips. All memory is made
// when it is created. One thread at a time; `graph` and `options` outlive it.
class Extractor {
 public:
  // Status of creation through Init: LIMIT, OUT_OF_MEMORY.
  Extractor(const Graph& graph, const ExtractOptions& options,
            Allocator* allocator);
  ~Extractor();
  Extractor(const Extractor&) = delete;
  Extractor& operator=(const Extractor&) = delete;
  Status Init();

  // Reads the heads of the graph from `lane`, or what it has decoded instead.
  // Writes at most min(capacity, max_detections) boxes, highest score first;
  // equal scores by class, then by head, row, column, anchor, or by decoded
  // row. NaN is never a detection.
  // width, height: the upright image, pixels. Cannot fail; allocates nothing.
  //
  // Time is bounded whatever the heads hold: an exp() for each class of each
  // cell, a constant for each box offered, and max_candidates^2 / 2 overlaps
  // where all boxes are of one class (or NMS_AGNOSTIC) and none suppresses
  // another. YOLOv4 at 608 x 608 with everything above the threshold and the
  // best cells last takes 40 ms of one Zen 5 core with 4096 candidates, 30 ms
  // with 65536, and 300 ms with NMS_AGNOSTIC and 65536 survivors
  // (tests/bench/extract_bench.cc); a photo takes 0.1 to 0.2 ms at threshold
  // 0.001.
  Extracted Extract(const DeviceLane& lane, const Placement& placement,
                    int width, int height, yolo_detection* out,
                    size_t capacity);

 private:
  struct State;
  State* state_ = nullptr;
};

}  // namespace yolo

#endif  // YOLO_EXTRACT_H_
