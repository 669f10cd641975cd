// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Decode -> Pack -> Run -> Extract.
#include "lane.h"

#include <algorithm>
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
  YOLO_TRY(reader_.Created());
  YOLO_TRY(extractor_.Init());
  return model_.device->NewLane(&device_lane_);
}

size_t Lane::PrepareAll(std::span<LaneImage> images) {
  size_t num_prepared = 0;
  const bool uses_spare = UsesSpare();
  for (LaneImage& image : images) {
    image.prepared = false;
    if (image.finished) continue;
    if (uses_spare) {
      ++num_prepared;  // it is packed where it will run
      continue;
    }
    device_lane_->Select(num_prepared);
    image.prepared = Prepare(device_lane_.get(), &image);
    image.finished = !image.prepared;
    if (image.prepared) ++num_prepared;
  }
  return num_prepared;
}

// Into the input that `lane` has selected. False: the result says why not.
bool Lane::Prepare(DeviceLane* lane, LaneImage* image) {
  yolo_result* const result = &image->result;
  StageClock clock;
  ImageInfo info;
  const Status opened = reader_.Open(image->image, &info);
  clock.AddTo(&result->ns_decode);
  if (Failed(opened, result)) return false;
  result->width = static_cast<uint32_t>(info.width);
  result->height = static_cast<uint32_t>(info.height);
  result->orientation = static_cast<uint32_t>(info.orientation);

  const Shape& input = model_.graph.input;
  image->placement =
      Place(model_.profile, info.width, info.height, input.w, input.h);
  const TensorView view = lane->Input();
  if (!view.data) {
    return !Failed(Status::Error(YOLO_ERROR_OUT_OF_MEMORY,
                                 "no memory for the network's input"),
                   result);
  }
  const InputTensor tensor = {view.data,
                              view.type,
                              view.layout,
                              static_cast<size_t>(view.block),
                              static_cast<size_t>(input.w),
                              static_cast<size_t>(input.h)};
  ImageOutcome outcome;
  const Status packed = reader_.Pack(image->placement, tensor, &outcome);
  result->ns_decode += outcome.ns_decode;
  result->ns_pack = outcome.ns_pack;
  if (outcome.truncated) result->truncated |= YOLO_TRUNCATED_IMAGE;
  return !Failed(packed, result);
}

void Lane::Finish(std::span<LaneImage> images, size_t num_prepared,
                  Team* team) {
  const bool runs = std::any_of(images.begin(), images.end(),
                                [](const LaneImage& i) { return i.prepared; });
  StageClock clock;
  uint64_t ns_run = 0;
  Status status = Status::Ok();
  if (runs) status = device_lane_->RunBatch(num_prepared, team);
  clock.AddTo(&ns_run);
  const bool lost = !runs || (!status.ok() && UsesSpare());
  const RunNotes notes = device_lane_->notes();
  size_t slot = 0;
  for (LaneImage& image : images) {
    if (image.finished) continue;
    if (lost) {
      RunOnSpare(&image, team);
    } else {
      image.result.ns_run = ns_run;
      image.result.core = notes.core;
      image.result.notes |= notes.notes;
      device_lane_->Select(slot++);
      if (!Failed(status, &image.result)) Extract(*device_lane_, &image);
    }
    image.finished = true;
  }
}

// From the start: the other device's input has another form.
void Lane::RunOnSpare(LaneImage* image, Team* team) {
  struct Loan {
    explicit Loan(SpareDevice* from) : spare(from), lane(from->Take()) {}
    ~Loan() { spare->Give(lane); }
    SpareDevice* const spare;
    DeviceLane* const lane;
  } const loan(model_.spare.get());
  image->result.notes |= YOLO_NOTE_FALLBACK;
  if (!Prepare(loan.lane, image)) return;
  StageClock clock;
  const Status status = loan.lane->Run(team);
  clock.AddTo(&image->result.ns_run);
  if (!Failed(status, &image->result)) Extract(*loan.lane, image);
}

void Lane::Extract(const DeviceLane& lane, LaneImage* image) {
  yolo_result* const result = &image->result;
  StageClock clock;
  const Extracted extracted = extractor_.Extract(
      lane, image->placement, static_cast<int>(result->width),
      static_cast<int>(result->height), image->detections, image->capacity);
  clock.AddTo(&result->ns_extract);
  result->count = extracted.count;
  result->found = extracted.found;
  result->truncated |= extracted.truncated;
}

}  // namespace yolo
