// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Where tensors are: on a core, in libnrt's memory of the host, or in ours.
#include <unistd.h>

#include <array>
#include <utility>

#include "device/neuron_cores.h"
#include "device/neuron_stack.h"

namespace yolo {
namespace {

constexpr size_t kPage = 4096;

constexpr size_t Pages(size_t bytes) {
  return (bytes + kPage - 1) / kPage * kPage;
}

}  // namespace

bool NeuronHost::Allocate(const NeuronPlan& plan, Allocator* allocator) {
  outputs.resize(plan.outputs.size());
  size_t bytes = Pages(plan.input.size);
  for (const NeuronTensor& output : plan.outputs) bytes += Pages(output.size);
  if (!memory.Allocate(allocator, bytes + kPage)) return false;
  // Buffers are aligned to less than a page.
  const auto address = reinterpret_cast<uintptr_t>(memory.as());
  uint8_t* next = memory.as() + (Pages(address) - address);
  input = next;
  next += Pages(plan.input.size);
  for (size_t i = 0; i < outputs.size(); ++i) {
    outputs[i] = next;
    next += Pages(plan.outputs[i].size);
  }
  return true;
}

const char* NeuronCores::MemoryText() const {
  switch (memory_) {
    case Memory::kDevice:
      return "the device's";
    case Memory::kHost:
      return "the host's, copied";
    case Memory::kAttached:
      break;
  }
  return "the host's, attached";
}

// The kind that the family of chips is said to want, or else the first that
// this libnrt takes. Makes the tensors of the first seat, unless they
// are attached.
Status NeuronCores::ChooseMemory(Core* core, NeuronTensors* tensors) {
  using M = Memory;
  const bool is_inf1 = nrt_->InstanceFamily() == nrt::NRT_INSTANCE_INF1;
  Status first = Status::Ok();
  nrt::NRT_STATUS code = nrt::NRT_SUCCESS;
  for (const M memory : is_inf1
                            ? std::array{M::kAttached, M::kHost, M::kDevice}
                            : std::array{M::kDevice, M::kAttached, M::kHost}) {
    memory_ = memory;
    const Status status = memory == M::kAttached
                              ? TryAttached(core)
                              : AllocateTensors(core, tensors);
    memory_chosen_ = status.ok();
    if (memory_chosen_) return status;
    FreeTensors(tensors);
    if (!first.ok()) continue;
    first = status;
    code = core->code;
  }
  core->code = code;
  return first;
}

// Attaches a lane's memory, and looks whether libnrt means that memory.
Status NeuronCores::TryAttached(Core* core) {
  NeuronHost host;
  if (!host.Allocate(plan_, options_.allocator)) {
    return RefusedMemory(*options_.allocator, plan_.input.size,
                         "a lane of neuron");
  }
  Status status = Note(core, Attach(&host));
  if (status.ok()) {
    const NrtMemory& input = host.tensors.input;
    uint8_t seen = 0;
    const uint8_t other = 0xA5;
    host.input[0] = 0x5A;
    status = Note(core, nrt_->Read(input, &seen, 0, 1));
    if (status.ok()) status = Note(core, nrt_->Write(input, &other, 0, 1));
    if (status.ok() && (seen != 0x5A || host.input[0] != other)) {
      status = Status::Error(YOLO_ERROR_DEVICE,
                             "an attached tensor is not the buffer's memory");
    }
  }
  FreeTensors(&host.tensors);
  return status;
}

Status NeuronCores::AllocateTensors(Core* core, NeuronTensors* tensors) {
  const bool on_device = memory_ == Memory::kDevice;
  const auto placement = on_device ? nrt::NRT_TENSOR_PLACEMENT_DEVICE
                                   : nrt::NRT_TENSOR_PLACEMENT_VIRTUAL;
  const int at = on_device ? core->number : -1;
  const auto allocate = [&](const NeuronTensor& tensor, NrtMemory* out) {
    return Note(core, nrt_->AllocateTensor(at, placement, tensor.size,
                                           tensor.name.c_str(), out));
  };
  YOLO_TRY(allocate(plan_.input, &tensors->input));
  tensors->outputs.resize(plan_.outputs.size());
  for (size_t i = 0; i < plan_.outputs.size(); ++i) {
    YOLO_TRY(allocate(plan_.outputs[i], &tensors->outputs[i]));
  }
  return Note(core, FillSets(tensors));
}

NrtStatus NeuronCores::FillSets(NeuronTensors* tensors) {
  NrtStatus status = nrt_->AllocateSet(&tensors->in);
  if (status.ok()) status = nrt_->AllocateSet(&tensors->out);
  if (!status.ok()) return status;
  status =
      nrt_->AddToSet(tensors->in, plan_.input.name.c_str(), tensors->input);
  for (size_t i = 0; status.ok() && i < plan_.outputs.size(); ++i) {
    status = nrt_->AddToSet(tensors->out, plan_.outputs[i].name.c_str(),
                            tensors->outputs[i]);
  }
  return status;
}

// Once in the life of the memory: an attachment may cost libnrt a little memory
// for ever.
NrtStatus NeuronCores::Attach(NeuronHost* host) {
  NeuronTensors* const tensors = &host->tensors;
  NrtStatus status = nrt_->AttachTensor(
      host->input, plan_.input.size, plan_.input.name.c_str(), &tensors->input);
  tensors->outputs.resize(plan_.outputs.size());
  for (size_t i = 0; status.ok() && i < plan_.outputs.size(); ++i) {
    const NeuronTensor& output = plan_.outputs[i];
    status = nrt_->AttachTensor(host->outputs[i], output.size,
                                output.name.c_str(), &tensors->outputs[i]);
  }
  return status.ok() ? FillSets(tensors) : status;
}

// Errors are ignored: nothing can be done about them here.
void NeuronCores::FreeTensors(NeuronTensors* tensors) {
  if (tensors->in.handle) static_cast<void>(nrt_->DestroySet(&tensors->in));
  if (tensors->out.handle) static_cast<void>(nrt_->DestroySet(&tensors->out));
  if (tensors->input.handle) static_cast<void>(nrt_->Free(&tensors->input));
  for (NrtMemory& output : tensors->outputs) {
    if (output.handle) static_cast<void>(nrt_->Free(&output));
  }
  tensors->outputs.clear();
}

Status NeuronCores::NewHost(NeuronHost* host) {
  if (!host->Allocate(plan_, options_.allocator)) {
    return RefusedMemory(*options_.allocator, plan_.input.size,
                         "a lane of neuron");
  }
  if (memory_ != Memory::kAttached) return Status::Ok();
  Status status = Status::Ok();
  OnDeepStack([&] {
    status = Attach(host);
    if (!status.ok()) FreeTensors(&host->tensors);
  });
  if (!status.ok()) *host = {};
  return status;
}

void NeuronCores::FreeHost(NeuronHost* host) {
  // Threads do not survive fork(), and libnrt is not touched in a child.
  if (!host->tensors.input.handle || getpid() != pid_) return;
  OnDeepStack([&] { FreeTensors(&host->tensors); });
}

}  // namespace yolo
