// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What a simulated core computes: the network of a simulated NEFF, run by our
// portable device, its tensors rounded to the types that the NEFF declares.
#ifndef YOLO_TESTS_NRT_SIM_NETWORK_H_
#define YOLO_TESTS_NRT_SIM_NETWORK_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/memory.h"
#include "device/device.h"
#include "kernels/tensor.h"
#include "model/graph.h"
#include "nrt_sim/make_neff.h"

namespace yolo::nrt_sim {

struct TensorSpec {
  std::string name;
  bool is_input = false;
  DataType type = DataType::kF32;
  Layout layout = Layout::kPlanar;
  uint32_t batch = 1;
  Shape shape;         // of one image
  bool table = false;  // of decoded boxes: shape.h of them, w is not told

  size_t bytes() const { return batch * shape.count() * SizeOf(type); }
  std::vector<uint32_t> dimensions() const;
};

// Immutable but for what it remembers; any thread.
class Network {
 public:
  // nullptr when the bytes hold no model that we can run; stderr says why.
  // Copies of a NEFF share one.
  static std::shared_ptr<Network> Get(std::span<const uint8_t> neff);

  // The input, then the heads or what they are decoded to.
  const std::vector<TensorSpec>& tensors() const { return tensors_; }

  std::unique_ptr<DeviceLane> NewLane() const;

  // Reads and writes the memory of tensors()[0], ...; one thread for a lane.
  void Run(DeviceLane* lane, std::span<uint8_t* const> memory) const;

  // As Run the first time, whose results are then repeated whatever the input.
  void Replay(DeviceLane* lane, std::span<uint8_t* const> memory);

 private:
  bool Load(std::span<const uint8_t> neff);
  void AddOutputs();

  Graph graph_;
  NeffTensors wanted_;
  std::vector<TensorSpec> tensors_;
  std::unique_ptr<Device> device_;
  std::mutex mutex_;
  std::vector<std::vector<uint8_t>> remembered_;  // memory of outputs
};

}  // namespace yolo::nrt_sim

#endif  // YOLO_TESTS_NRT_SIM_NETWORK_H_
