// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A pool of lanes behind a mutex.
#include "device/spare.h"

#include <utility>

namespace yolo {

Status SpareDevice::Init(std::unique_ptr<Device> device, size_t num_lanes) {
  device_ = std::move(device);
  free_.reserve(num_lanes);
  for (size_t i = 0; i < num_lanes; ++i) {
    std::unique_ptr<DeviceLane> lane;
    YOLO_TRY(device_->NewLane(&lane));
    free_.push_back(lane.get());
    lanes_.push_back(std::move(lane));
  }
  return Status::Ok();
}

DeviceLane* SpareDevice::Take() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return !free_.empty(); });
  DeviceLane* const lane = free_.back();
  free_.pop_back();
  return lane;
}

void SpareDevice::Give(DeviceLane* lane) {
  const std::lock_guard<std::mutex> lock(mutex_);
  free_.push_back(lane);
  changed_.notify_one();
}

}  // namespace yolo
