// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Decode -> Pack -> Run -> Extract.
#include "lane.h"

#include <chrono>
#include <cstring>

namespace yolo {
namespace {

// Adds the time since it was made, or since the last call, to a stage.
class StageClock {
 public:
  void Stop(uint64_t* nanoseconds) {
    const auto now = std::chrono::steady_clock::now();
    *nanoseconds =
        static_cast<uint64_t>(std::chrono::nanoseconds(now - last_).count());
    last_ = now;
  }

 private:
  std::chrono::steady_clock::time_point last_ =
      std::chrono::steady_clock::now();
};

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
      decoder_(model->image, allocator),
      packer_(model->profile, allocator),
      extractor_(model->graph, model->extract, allocator) {}

Status Lane::Init() {
  YOLO_TRY(extractor_.Init());
  return model_.device->NewLane(&device_lane_);
}

bool Lane::Prepare(const yolo_image& image, DecodedImage* decoded,
                   Placement* placement, yolo_result* result) {
  StageClock clock;
  const Status status = decoder_.Decode(image, decoded);
  clock.Stop(&result->ns_decode);
  if (Failed(status, result)) return false;
  result->width = static_cast<uint32_t>(decoded->width);
  result->height = static_cast<uint32_t>(decoded->height);
  result->orientation = static_cast<uint32_t>(decoded->orientation);
  if (decoded->truncated) result->truncated |= YOLO_TRUNCATED_IMAGE;

  const Shape& input = model_.graph.input;
  *placement =
      Place(model_.profile, decoded->width, decoded->height, input.w, input.h);
  const TensorView tensor = device_lane_->Input();
  const Status packed = packer_.Pack(
      decoded->pixels, *placement,
      {tensor.data, tensor.type == DataType::kBf16, input.w, input.h});
  decoder_.Trim();
  clock.Stop(&result->ns_pack);
  return !Failed(packed, result);
}

void Lane::Finish(const DecodedImage& decoded, const Placement& placement,
                  yolo_detection* detections, size_t capacity,
                  yolo_result* result, Team* team) {
  StageClock clock;
  const Status status = device_lane_->Run(team);
  clock.Stop(&result->ns_run);
  if (Failed(status, result)) return;
  const Extracted extracted =
      extractor_.Extract(*device_lane_, placement, decoded.width,
                         decoded.height, detections, capacity);
  clock.Stop(&result->ns_extract);
  result->count = extracted.count;
  result->found = extracted.found;
  result->truncated |= extracted.truncated;
}

}  // namespace yolo
