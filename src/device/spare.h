// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Another device for the images of one that is lost.
#ifndef YOLO_DEVICE_SPARE_H_
#define YOLO_DEVICE_SPARE_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "device/device.h"

namespace yolo {

// A device of the CPU with a few lanes, which are lent for one image each: a
// lost device may have had many more images in flight than there are CPUs.
class SpareDevice {
 public:
  // Makes `num_lanes` lanes on `device`.
  Status Init(std::unique_ptr<Device> device, size_t num_lanes);

  // Waits until a lane is free. Any thread.
  DeviceLane* Take();
  void Give(DeviceLane* lane);

  Device* device() { return device_.get(); }

 private:
  std::unique_ptr<Device> device_;
  std::vector<std::unique_ptr<DeviceLane>> lanes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<DeviceLane*> free_;
};

}  // namespace yolo

#endif  // YOLO_DEVICE_SPARE_H_
