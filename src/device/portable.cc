// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Device portable: any CPU, f32, everything planned when the model is loaded.
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "device/device.h"
#include "device/portable_math.h"
#include "device/portable_plan.h"

namespace yolo {
namespace {

using portable::Operands;
using portable::Place;
using portable::Plan;
using portable::Step;

class PortableLane : public DeviceLane {
 public:
  PortableLane(const Plan& plan, const float* weights, Buffer block)
      : plan_(plan), block_(std::move(block)), base_(block_.as<float>()) {
    size_t num_inputs = 0;
    for (const Step& step : plan.steps) num_inputs += step.inputs.size();
    inputs_.reserve(num_inputs);  // spans of it must stay valid
    for (const Step& step : plan.steps) {
      const size_t first = inputs_.size();
      for (const size_t offset : step.inputs) inputs_.push_back(base_ + offset);
      operands_.push_back({{inputs_.data() + first, step.inputs.size()},
                           base_ + step.output,
                           base_ + step.workspace,
                           weights + step.weights});
    }
  }

  TensorView Input() override { return View(plan_.input); }

  Status Run(Team* team) override {
    for (size_t i = 0; i < operands_.size(); ++i) {
      std::visit([&](const auto& kernel) { kernel.Run(operands_[i], team); },
                 plan_.steps[i].kernel);
    }
    return Status::Ok();
  }

  TensorView Head(size_t i) const override { return View(plan_.heads[i]); }

 private:
  TensorView View(const Place& place) const {
    TensorView view;
    view.data = base_ + place.offset;
    view.shape = place.shape;
    return view;
  }

  const Plan& plan_;
  Buffer block_;
  float* base_;                       // of block_
  std::vector<const float*> inputs_;  // of all steps, one after the other
  std::vector<Operands> operands_;    // of each step
};

class PortableDevice : public Device {
 public:
  explicit PortableDevice(Allocator* allocator) : allocator_(allocator) {}

  Status Load(const Graph& graph) {
    plan_ = portable::MakePlan(graph);
    const size_t bytes = plan_.weight_floats * sizeof(float);
    if (!weights_.Allocate(allocator_, bytes)) {
      return RefusedMemory(*allocator_, bytes, "weights");
    }
    for (const Step& step : plan_.steps) {
      std::visit(
          [&](const auto& kernel) {
            if constexpr (requires { kernel.weight_floats(); }) {
              kernel.Pack(graph.weights.as<float>(),
                          weights_.as<float>() + step.weights);
            }
          },
          step.kernel);
    }
    return Status::Ok();
  }

  int32_t precision() const override { return YOLO_PRECISION_F32; }
  const char* instruction_set() const override {
    return portable::InstructionSet();
  }
  uint64_t bytes_weights() const override { return weights_.size(); }
  const char* Implementation(size_t i) const override {
    return plan_.implementations[i];
  }

  Status NewLane(std::unique_ptr<DeviceLane>* out) override {
    Buffer block;
    if (!block.Allocate(allocator_, plan_.block_bytes)) {
      return RefusedMemory(*allocator_, plan_.block_bytes, "a lane");
    }
    *out = std::make_unique<PortableLane>(plan_, weights_.as<float>(),
                                          std::move(block));
    return Status::Ok();
  }

 private:
  Allocator* allocator_;
  Plan plan_;
  Buffer weights_;  // packed, of all steps
};

}  // namespace

bool PortableAvailable(const DeviceOptions&) { return true; }

Status CreatePortableDevice(Graph* graph, const DeviceOptions& options,
                            std::unique_ptr<Device>* out) {
  if (options.precision != YOLO_PRECISION_AUTO &&
      options.precision != YOLO_PRECISION_F32) {
    return Status::Error(YOLO_ERROR_DEVICE_UNAVAILABLE,
                         "device portable runs f32 only");
  }
  auto device = std::make_unique<PortableDevice>(options.allocator);
  YOLO_TRY(device->Load(*graph));
  graph->weights.Reset();
  *out = std::move(device);
  return Status::Ok();
}

const char* PortableLibraryName() { return portable::MathLibraryName(); }

}  // namespace yolo
