// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Everything one image needs, and its way from bytes to boxes.
#ifndef YOLO_LANE_H_
#define YOLO_LANE_H_

#include <memory>

#include "base/team.h"
#include "device/device.h"
#include "extract.h"
#include "image/image.h"
#include "model/graph.h"

namespace yolo {

// What all lanes of a detector share; read only while they run.
struct LaneModel {
  Graph graph;
  std::unique_ptr<Device> device;
  ImageOptions image;
  ExtractOptions extract;
  int32_t profile = YOLO_PROFILE_DARKNET;  // never AUTO
};

// Decoder, tensors and scratch of one image in flight; all allocated by Init,
// except what a larger picture than ever before makes grow. One thread.
class Lane {
 public:
  Lane(LaneModel* model, Allocator* allocator);

  Status Init();

  // Fills `result` but for its struct_size and ns_wait; result->status is the
  // outcome. Writes at most `capacity` detections. `open_team` is called when
  // the network is about to run: other members may join `team` from then on.
  template <class OpenTeam>
  void Detect(const yolo_image& image, yolo_detection* detections,
              size_t capacity, yolo_result* result, Team* team,
              const OpenTeam& open_team) {
    Placement placement;
    if (!Prepare(image, &placement, result)) return;
    open_team();
    Finish(placement, detections, capacity, result, team);
  }

 private:
  // Bytes to the network's input. False: result says why not.
  bool Prepare(const yolo_image& image, Placement* placement,
               yolo_result* result);
  // The network's input to boxes.
  void Finish(const Placement& placement, yolo_detection* detections,
              size_t capacity, yolo_result* result, Team* team);

  LaneModel& model_;
  ImageReader reader_;
  Extractor extractor_;
  std::unique_ptr<DeviceLane> device_lane_;
};

}  // namespace yolo

#endif  // YOLO_LANE_H_
