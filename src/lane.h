// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Everything one image needs, and its way from bytes to boxes.
#ifndef YOLO_LANE_H_
#define YOLO_LANE_H_

#include <memory>
#include <span>

#include "base/team.h"
#include "device/device.h"
#include "device/spare.h"
#include "extract.h"
#include "image/image.h"
#include "model/graph.h"

namespace yolo {

// What all lanes of a detector share; read only while they run.
struct LaneModel {
  Graph graph;
  std::unique_ptr<Device> device;
  std::unique_ptr<SpareDevice> spare;  // when the device is lost; may be none
  ImageOptions image;
  ExtractOptions extract;
  int32_t profile = YOLO_PROFILE_DARKNET;  // never AUTO
};

// One image on its way through a lane.
struct LaneImage {
  yolo_image image = {};
  yolo_detection* detections = nullptr;  // [capacity]
  size_t capacity = 0;
  yolo_result result = {};  // Detect leaves struct_size and ns_wait alone
  bool finished = false;    // the result is complete

  // The lane's own:
  bool prepared = false;  // is in the device's input
  Placement placement;
};

// Decoder, tensors and scratch of the images that run together, most often one;
// all allocated by Init, except what a larger picture than ever before makes
// grow. One thread.
class Lane {
 public:
  Lane(LaneModel* model, Allocator* allocator);

  Status Init();

  // Images that one call of Detect takes; after Init.
  size_t batch() const { return device_lane_->batch(); }

  // Detects in [1, batch()] images. Each has its outcome in result.status; one
  // that is finished already is left alone. `open_team` is called when the
  // network is about to run: other members may join `team` from then on.
  template <class OpenTeam>
  void Detect(std::span<LaneImage> images, Team* team,
              const OpenTeam& open_team) {
    const size_t num_prepared = PrepareAll(images);
    if (num_prepared == 0) return;
    open_team();
    Finish(images, num_prepared, team);
  }

 private:
  // Bytes to the network's input. Returns how many there are to run; the
  // results of the others say why not.
  size_t PrepareAll(std::span<LaneImage> images);
  bool Prepare(DeviceLane* lane, LaneImage* image);
  // The network's input to boxes.
  void Finish(std::span<LaneImage> images, size_t num_prepared, Team* team);
  void RunOnSpare(LaneImage* image, Team* team);
  void Extract(const DeviceLane& lane, LaneImage* image);
  bool UsesSpare() const { return model_.spare && model_.device->IsLost(); }

  LaneModel& model_;
  ImageReader reader_;
  Extractor extractor_;
  std::unique_ptr<DeviceLane> device_lane_;
};

}  // namespace yolo

#endif  // YOLO_LANE_H_
