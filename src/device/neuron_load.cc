// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// NeuronCores made and taken apart: models, tensors, threads.
#include <utility>

#include "device/neuron_cores.h"

namespace yolo {
namespace {

constexpr size_t kPage = 4096;

constexpr size_t Pages(size_t bytes) {
  return (bytes + kPage - 1) / kPage * kPage;
}

}  // namespace

bool NeuronHost::Allocate(const NeuronPlan& plan, Allocator* allocator) {
  heads.resize(plan.heads.size());
  size_t bytes = Pages(plan.input.size);
  for (const NeuronTensor& head : plan.heads) bytes += Pages(head.size);
  if (!memory.Allocate(allocator, bytes + kPage)) return false;
  // Buffers are aligned to less than a page.
  const auto address = reinterpret_cast<uintptr_t>(memory.as());
  uint8_t* next = memory.as() + (Pages(address) - address);
  input = next;
  next += Pages(plan.input.size);
  for (size_t i = 0; i < heads.size(); ++i) {
    heads[i] = next;
    next += Pages(plan.heads[i].size);
  }
  return true;
}

NeuronCores::NeuronCores(std::shared_ptr<Nrt> nrt,
                         std::span<const uint8_t> neff,
                         const NeuronCoresOptions& options)
    : nrt_(std::move(nrt)), neff_(neff), options_(options) {}

NeuronCores::~NeuronCores() = default;

Status NeuronCores::Load(const Graph& graph,
                         std::span<const NrtTypeOverride> types) {
  for (int i = 0; i < options_.num_cores; ++i) {
    cores_.push_back(std::make_unique<Core>());
    cores_.back()->number = options_.first_core + i;
  }
  num_ready_ = cores_.size();
  for (const auto& core : cores_) {
    const Status status = LoadCore(core.get(), graph, types);
    if (status.ok()) continue;
    // What is wrong with the model is wrong with all copies of it.
    if (status.code() != YOLO_ERROR_DEVICE) return status;
    const Lock lock(mutex_);
    Latch(core.get(), YOLO_CORE_FAILED, status, core->code);
  }
  return IsLost() ? cores_.front()->error : Status::Ok();
}

// The status, whose number the core keeps.
Status NeuronCores::Note(Core* core, const NrtStatus& status) {
  core->code = status.raw();
  return status.status();
}

Status NeuronCores::LoadCore(Core* core, const Graph& graph,
                             std::span<const NrtTypeOverride> types) {
  YOLO_TRY(Note(core, nrt_->Load(neff_, core->number, &core->model)));
  if (!planned_) {
    std::vector<NrtTensor> tensors;
    YOLO_TRY(Note(core, nrt_->TensorInfo(core->model, &tensors, types)));
    YOLO_TRY(PlanNeuron(graph, tensors, &plan_));
    on_device_ = nrt_->InstanceFamily() != nrt::NRT_INSTANCE_INF1;
    planned_ = true;
  }
  for (size_t i = 0; i < options_.seats_per_core; ++i) {
    YOLO_TRY(MakeSeat(core));
  }
  for (const auto& seat : core->seats) {
    if (!seat->thread.Start([this, s = seat.get()] { Work(s); })) {
      return Status::Error(YOLO_ERROR_OUT_OF_MEMORY,
                           "cannot start a thread of device neuron");
    }
  }
  return Status::Ok();
}

Status NeuronCores::MakeSeat(Core* core) {
  core->seats.push_back(std::make_unique<Seat>());
  Seat* const seat = core->seats.back().get();
  seat->core = core;
  Status status = AllocateTensors(core, seat);
  // Where libnrt does not take the kind of memory that its family of chips is
  // said to want, it may take the other: found out once, with the first tensor.
  if (!status.ok() && core == cores_.front().get() && core->seats.size() == 1) {
    FreeSeat(seat);
    on_device_ = !on_device_;
    if (AllocateTensors(core, seat).ok()) {
      status = Status::Ok();
    } else {
      on_device_ = !on_device_;
    }
  }
  YOLO_TRY(status);
  YOLO_TRY(Note(core, nrt_->AllocateSet(&seat->inputs)));
  YOLO_TRY(Note(core, nrt_->AllocateSet(&seat->outputs)));
  YOLO_TRY(Note(core, nrt_->AddToSet(seat->inputs, plan_.input.name.c_str(),
                                     seat->input)));
  for (size_t i = 0; i < plan_.heads.size(); ++i) {
    YOLO_TRY(
        Note(core, nrt_->AddToSet(seat->outputs, plan_.heads[i].name.c_str(),
                                  seat->heads[i])));
  }
  return Status::Ok();
}

Status NeuronCores::AllocateTensors(Core* core, Seat* seat) {
  const auto placement = on_device_ ? nrt::NRT_TENSOR_PLACEMENT_DEVICE
                                    : nrt::NRT_TENSOR_PLACEMENT_VIRTUAL;
  const int at = on_device_ ? core->number : -1;
  YOLO_TRY(
      Note(core, nrt_->AllocateTensor(at, placement, plan_.input.size,
                                      plan_.input.name.c_str(), &seat->input)));
  seat->heads.resize(plan_.heads.size());
  seat->to.resize(plan_.heads.size());
  for (size_t i = 0; i < seat->heads.size(); ++i) {
    const NeuronTensor& head = plan_.heads[i];
    YOLO_TRY(
        Note(core, nrt_->AllocateTensor(at, placement, head.size,
                                        head.name.c_str(), &seat->heads[i])));
  }
  return Status::Ok();
}

// Errors are ignored: nothing can be done about them here.
void NeuronCores::FreeSeat(Seat* seat) {
  if (seat->inputs.handle) static_cast<void>(nrt_->DestroySet(&seat->inputs));
  if (seat->outputs.handle) static_cast<void>(nrt_->DestroySet(&seat->outputs));
  if (seat->input.handle) static_cast<void>(nrt_->Free(&seat->input));
  for (NrtMemory& head : seat->heads) {
    if (head.handle) static_cast<void>(nrt_->Free(&head));
  }
  seat->heads.clear();
}

bool NeuronCores::Close() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
    for (const auto& core : cores_) {
      for (const auto& seat : core->seats) seat->given.notify_one();
    }
  }
  bool all = true;
  for (const auto& core : cores_) {
    if (!StopThreads(core.get())) {
      // Whatever else is asked of this core may be stuck too.
      all = false;
      continue;
    }
    if (core->model.handle) static_cast<void>(nrt_->Unload(&core->model));
    for (const auto& seat : core->seats) FreeSeat(seat.get());
  }
  return all;
}

// False when one of them is inside libnrt and does not come back.
bool NeuronCores::StopThreads(Core* core) {
  bool all = true;
  for (const auto& seat : core->seats) {
    bool stuck;
    {
      const Lock lock(mutex_);
      stuck = seat->phase == Seat::Phase::kLeft;
    }
    if (stuck) {
      seat->thread.Detach();
      all = false;
    } else {
      seat->thread.Join();
    }
  }
  return all;
}

}  // namespace yolo
