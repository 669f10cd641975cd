// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Decode -> Pack -> Run -> Extract.
#include "lane.h"

#include <cstring>

#include "base/stage_clock.h"

namespace yolo {
namespace {

bool Failed(const Status& status, yolo_result* result) {
  if (status.ok()) return false;
  result->status = status.code();
  std::memcpy(result->message, status.message(),
              std::strlen(status.message()) + 1);
  return true;
}

}  // namespace

Lane::Lane(LaneModel* model, Allocator* allocator)
    : model_(*model),
      reader_(model->image, allocator),
      extractor_(model->graph, model->extract, allocator) {}

Status Lane::Init() {
  YOLO_TRY(extractor_.Init());
  return model_.device->NewLane(&device_lane_);
}

bool Lane::Prepare(const yolo_image& image, Placement* placement,
                   yolo_result* result) {
  StageClock clock;
  ImageInfo info;
  const Status opened = reader_.Open(image, &info);
  clock.AddTo(&result->ns_decode);
  if (Failed(opened, result)) return false;
  result->width = static_cast<uint32_t>(info.width);
  result->height = static_cast<uint32_t>(info.height);
  result->orientation = static_cast<uint32_t>(info.orientation);

  const Shape& input = model_.graph.input;
  *placement = Place(model_.profile, info.width, info.height, input.w, input.h);
  const TensorView view = device_lane_->Input();
  const InputTensor tensor = {view.data,
                              view.type,
                              view.layout,
                              static_cast<size_t>(view.block),
                              static_cast<size_t>(input.w),
                              static_cast<size_t>(input.h)};
  ImageOutcome outcome;
  const Status packed = reader_.Pack(*placement, tensor, &outcome);
  result->ns_decode += outcome.ns_decode;
  result->ns_pack = outcome.ns_pack;
  if (outcome.truncated) result->truncated |= YOLO_TRUNCATED_IMAGE;
  return !Failed(packed, result);
}

void Lane::Finish(const Placement& placement, yolo_detection* detections,
                  size_t capacity, yolo_result* result, Team* team) {
  StageClock clock;
  const Status status = device_lane_->Run(team);
  clock.AddTo(&result->ns_run);
  if (Failed(status, result)) return;
  const Extracted extracted = extractor_.Extract(
      *device_lane_, placement, static_cast<int>(result->width),
      static_cast<int>(result->height), detections, capacity);
  clock.AddTo(&result->ns_extract);
  result->count = extracted.count;
  result->found = extracted.found;
  result->truncated |= extracted.truncated;
}

}  // namespace yolo
