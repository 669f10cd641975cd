// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A model, its device, its lanes: what yolo_detector is.
#ifndef YOLO_DETECTOR_H_
#define YOLO_DETECTOR_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "lane.h"
#include "lane_pool.h"

namespace yolo {

class Detector {
 public:
  // Reads the model, plans it on a device, makes lanes and threads.
  static Status Create(const yolo_options& options,
                       std::unique_ptr<Detector>* out);
  ~Detector();
  Detector(const Detector&) = delete;
  Detector& operator=(const Detector&) = delete;

  // Any thread. Errors: FORKED; those of images are in their results.
  Status Detect(const Job& job);

  void GetInfo(yolo_detector_info* info) const;
  // Errors: INVALID_ARGUMENT.
  Status GetLayerInfo(uint32_t index, yolo_layer_info* info) const;
  // Errors: INVALID_ARGUMENT, FORKED.
  Status GetCoreStats(uint32_t index, yolo_core_stats* stats) const;
  const char* Label(int32_t class_id) const;

 private:
  explicit Detector(const yolo_options& options);

  Status LoadModel();
  Status LoadLabels();
  Status ChooseDevice();
  Status MakeDevice(const DeviceKind& kind, std::unique_ptr<Device>* out);
  Status MakeSpare();
  Status MakeLanes();
  Status CheckNotForked() const;
  bool Forked() const;

  // Resolved; pointers valid during Create only.
  yolo_options options_;
  yolo_neuron_options neuron_ = YOLO_NEURON_OPTIONS_INIT;
  const pid_t pid_;
  const Log log_;
  Allocator allocator_;
  std::vector<std::string> labels_;
  LaneModel model_;
  const DeviceKind* device_kind_ = nullptr;
  uint64_t bytes_lane_ = 0;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::unique_ptr<LanePool> pool_;
};

}  // namespace yolo

#endif  // YOLO_DETECTOR_H_
