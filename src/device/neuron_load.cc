// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// NeuronCores made and taken apart: models, tensors, threads.
#include <unistd.h>

#include <utility>

#include "device/neuron_cores.h"

namespace yolo {
NeuronCores::NeuronCores(std::shared_ptr<Nrt> nrt,
                         std::span<const uint8_t> neff,
                         const NeuronCoresOptions& options)
    : nrt_(std::move(nrt)), neff_(neff), options_(options), pid_(getpid()) {}

NeuronCores::~NeuronCores() = default;

Status NeuronCores::Load(const Graph& graph, const yolo_neuron_options& options,
                         std::span<const NrtTypeOverride> types) {
  for (int i = 0; i < options_.num_cores; ++i) {
    cores_.push_back(std::make_unique<Core>());
    cores_.back()->number = options_.first_core + i;
  }
  num_ready_ = cores_.size();
  for (const auto& core : cores_) {
    const Status status = LoadCore(core.get(), graph, options, types);
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
                             const yolo_neuron_options& options,
                             std::span<const NrtTypeOverride> types) {
  YOLO_TRY(Note(core, nrt_->Load(neff_, core->number, &core->model)));
  if (!planned_) {
    std::vector<NrtTensor> tensors;
    YOLO_TRY(Note(core, nrt_->TensorInfo(core->model, &tensors, types)));
    YOLO_TRY(PlanNeuron(graph, tensors, options, &plan_));
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
  seat->to.resize(plan_.outputs.size());
  if (!memory_chosen_) return ChooseMemory(core, &seat->tensors);
  if (memory_ == Memory::kAttached) return Status::Ok();
  return AllocateTensors(core, &seat->tensors);
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
    for (const auto& seat : core->seats) {
      FreeTensors(&seat->tensors);
      FreeTensors(&seat->kept.tensors);
    }
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
