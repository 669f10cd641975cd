// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Functions of libnrt that concern tensors and sets of them.
#include <cstring>
#include <type_traits>

#include "nrt_sim/nrt_sim.h"
#include "nrt_sim/simulator.h"

using namespace yolo::nrt;
using yolo::nrt_sim::Break;
using yolo::nrt_sim::Core;
using yolo::nrt_sim::Kind;
using yolo::nrt_sim::Simulator;
using yolo::nrt_sim::Storage;
using yolo::nrt_sim::TensorSet;

namespace {

constexpr size_t kMostHostBytes = size_t{4} << 20;

NRT_STATUS Give(nrt_tensor_t tensor, nrt_tensor_t** out) {
  auto* made = new nrt_tensor_t(std::move(tensor));
  Simulator::Get().Add(Kind::kTensor, made);
  *out = made;
  return NRT_SUCCESS;
}

// A transfer of the host, or a status.
NRT_STATUS EnterTransfer(const char* function, const nrt_tensor_t* tensor,
                         size_t offset, size_t size, bool writes) {
  Simulator& simulator = Simulator::Get();
  NRT_STATUS status = simulator.Enter(function, Kind::kTensor, tensor);
  if (status == NRT_SUCCESS) status = simulator.Count(function, tensor->core);
  if (status != NRT_SUCCESS) return status;
  if (!tensor->storage) return NRT_INVALID;
  if (offset > tensor->size || size > tensor->size - offset) {
    Break("a transfer out of the tensor's bounds");
  }
  if (tensor->storage->written_by != 0) {
    Break("a transfer of a tensor that a core writes");
  }
  if (writes && tensor->storage->read_by != 0) {
    Break("a write to a tensor that a core reads");
  }
  return NRT_SUCCESS;
}

TensorSet* SetOf(void* set) {
  Simulator::Get().Check(Kind::kSet, set);
  return static_cast<TensorSet*>(set);
}

}  // namespace

extern "C" {

NRT_SIM_API NRT_STATUS nrt_tensor_allocate(nrt_tensor_placement_t placement,
                                           int vnc, size_t size,
                                           const char* name,
                                           nrt_tensor_t** tensor) {
  Simulator& simulator = Simulator::Get();
  const NRT_STATUS status = simulator.Enter("nrt_tensor_allocate", vnc);
  if (status != NRT_SUCCESS) return status;
  const bool on_device = placement == NRT_TENSOR_PLACEMENT_DEVICE;
  const std::shared_ptr<Core> core = simulator.CoreAt(vnc);
  if (size == 0 || (on_device && !core)) return NRT_INVALID;
  if (placement == NRT_TENSOR_PLACEMENT_HOST && size > kMostHostBytes) {
    return NRT_INVALID;
  }
  if (placement == NRT_TENSOR_PLACEMENT_VIRTUAL &&
      !simulator.config().VirtualTensors()) {
    return NRT_INVALID;
  }
  if (placement > NRT_TENSOR_PLACEMENT_VIRTUAL) return NRT_INVALID;
  nrt_tensor_t made;
  made.storage = simulator.NewStorage(on_device ? core : nullptr, size);
  if (!made.storage) return NRT_RESOURCE;
  made.size = size;
  made.core = on_device ? vnc : -1;
  made.name = name ? name : "";
  return Give(std::move(made), tensor);
}

NRT_SIM_API NRT_STATUS nrt_tensor_allocate_empty(const char* name,
                                                 nrt_tensor_t** tensor) {
  const NRT_STATUS status = Simulator::Get().Enter("nrt_tensor_allocate_empty");
  if (status != NRT_SUCCESS) return status;
  nrt_tensor_t made;
  made.name = name ? name : "";
  return Give(std::move(made), tensor);
}

NRT_SIM_API NRT_STATUS nrt_tensor_attach_buffer(nrt_tensor_t* tensor,
                                                void* buffer, size_t size) {
  Simulator& simulator = Simulator::Get();
  const NRT_STATUS status = simulator.Enter("nrt_tensor_attach_buffer");
  if (status != NRT_SUCCESS) return status;
  simulator.Check(Kind::kTensor, tensor);
  if (!simulator.config().VirtualTensors() || !buffer || size == 0) {
    return NRT_INVALID;
  }
  auto storage = std::make_shared<Storage>();
  storage->data = static_cast<uint8_t*>(buffer);
  storage->size = size;
  storage->attached = true;
  tensor->storage = std::move(storage);
  tensor->offset = 0;
  tensor->size = size;
  tensor->core = -1;
  return NRT_SUCCESS;
}

NRT_SIM_API NRT_STATUS nrt_tensor_allocate_slice(const nrt_tensor_t* source,
                                                 size_t offset, size_t size,
                                                 const char* name,
                                                 nrt_tensor_t** slice) {
  Simulator& simulator = Simulator::Get();
  const NRT_STATUS status = simulator.Enter("nrt_tensor_allocate_slice");
  if (status != NRT_SUCCESS) return status;
  simulator.Check(Kind::kTensor, source);
  if (offset > source->size || size > source->size - offset) {
    Break("a slice out of the tensor's bounds");
  }
  return Give({source->storage, source->offset + offset, size, source->core,
               name ? name : ""},
              slice);
}

NRT_SIM_API void nrt_tensor_free(nrt_tensor_t** tensor) {
  nrt_tensor_t* freed = *tensor;
  if (!freed) return;
  Simulator::Get().Remove(Kind::kTensor, freed);
  if (!freed->storage && !Simulator::Get().config().FreesEmpty()) {
    Break("nrt_tensor_free of an empty tensor, before 2.29.40");
  }
  if (freed->storage && freed->storage.use_count() == 1 &&
      (freed->storage->read_by != 0 || freed->storage->written_by != 0)) {
    Break("nrt_tensor_free while a core uses the tensor");
  }
  delete freed;
  *tensor = nullptr;
}

NRT_SIM_API NRT_STATUS nrt_tensor_read(const nrt_tensor_t* tensor, void* buffer,
                                       size_t offset, size_t size) {
  const NRT_STATUS status =
      EnterTransfer("nrt_tensor_read", tensor, offset, size, false);
  if (status != NRT_SUCCESS) return status;
  std::memcpy(buffer, tensor->data() + offset, size);
  return NRT_SUCCESS;
}

NRT_SIM_API NRT_STATUS nrt_tensor_write(nrt_tensor_t* tensor,
                                        const void* buffer, size_t offset,
                                        size_t size) {
  const NRT_STATUS status =
      EnterTransfer("nrt_tensor_write", tensor, offset, size, true);
  if (status != NRT_SUCCESS) return status;
  std::memcpy(tensor->data() + offset, buffer, size);
  return NRT_SUCCESS;
}

NRT_SIM_API NRT_STATUS nrt_tensor_read_batch(const nrt_tensor_batch_t* batches,
                                             uint64_t num_batches, bool) {
  for (uint64_t i = 0; i < num_batches; ++i) {
    for (uint32_t j = 0; j < batches[i].num_ops; ++j) {
      const nrt_tensor_batch_op_t& op = batches[i].ops[j];
      const NRT_STATUS status =
          nrt_tensor_read(batches[i].tensor, op.buffer, op.offset, op.size);
      if (status != NRT_SUCCESS) return status;
    }
  }
  return NRT_SUCCESS;
}

NRT_SIM_API NRT_STATUS nrt_tensor_write_batch(const nrt_tensor_batch_t* batches,
                                              uint64_t num_batches, bool) {
  for (uint64_t i = 0; i < num_batches; ++i) {
    for (uint32_t j = 0; j < batches[i].num_ops; ++j) {
      const nrt_tensor_batch_op_t& op = batches[i].ops[j];
      const NRT_STATUS status =
          nrt_tensor_write(const_cast<nrt_tensor_t*>(batches[i].tensor),
                           op.buffer, op.offset, op.size);
      if (status != NRT_SUCCESS) return status;
    }
  }
  return NRT_SUCCESS;
}

NRT_SIM_API size_t nrt_tensor_get_size(const nrt_tensor_t* tensor) {
  Simulator::Get().Check(Kind::kTensor, tensor);
  return tensor->size;
}

NRT_SIM_API void* nrt_tensor_get_va(const nrt_tensor_t* tensor) {
  Simulator::Get().Check(Kind::kTensor, tensor);
  return tensor->data();
}

NRT_SIM_API NRT_STATUS nrt_allocate_tensor_set(nrt_tensor_set_t** set) {
  const NRT_STATUS status = Simulator::Get().Enter("nrt_allocate_tensor_set");
  if (status != NRT_SUCCESS) return status;
  auto* made = new TensorSet;
  Simulator::Get().Add(Kind::kSet, made);
  *set = made;
  return NRT_SUCCESS;
}

NRT_SIM_API void nrt_destroy_tensor_set(nrt_tensor_set_t** set) {
  if (!*set) return;
  Simulator::Get().Remove(Kind::kSet, *set);
  delete static_cast<TensorSet*>(*set);
  *set = nullptr;
}

NRT_SIM_API NRT_STATUS nrt_add_tensor_to_tensor_set(nrt_tensor_set_t* set,
                                                    const char* name,
                                                    nrt_tensor_t* tensor) {
  const NRT_STATUS status =
      Simulator::Get().Enter("nrt_add_tensor_to_tensor_set");
  if (status != NRT_SUCCESS) return status;
  Simulator::Get().Check(Kind::kTensor, tensor);
  SetOf(set)->tensors[name] = tensor;
  return NRT_SUCCESS;
}

NRT_SIM_API NRT_STATUS nrt_get_tensor_from_tensor_set(nrt_tensor_set_t* set,
                                                      const char* name,
                                                      nrt_tensor_t** tensor) {
  const NRT_STATUS status =
      Simulator::Get().Enter("nrt_get_tensor_from_tensor_set");
  if (status != NRT_SUCCESS) return status;
  const auto found = SetOf(set)->tensors.find(name);
  if (found == SetOf(set)->tensors.end()) return NRT_FAILURE;
  *tensor = found->second;
  return NRT_SUCCESS;
}

}  // extern "C"

#define SAME_TYPE(name) static_assert(std::is_same_v<decltype(name), name##_fn>)
SAME_TYPE(nrt_tensor_allocate);
SAME_TYPE(nrt_tensor_allocate_empty);
SAME_TYPE(nrt_tensor_attach_buffer);
SAME_TYPE(nrt_tensor_allocate_slice);
SAME_TYPE(nrt_tensor_free);
SAME_TYPE(nrt_tensor_read);
SAME_TYPE(nrt_tensor_write);
SAME_TYPE(nrt_tensor_read_batch);
SAME_TYPE(nrt_tensor_write_batch);
SAME_TYPE(nrt_tensor_get_size);
SAME_TYPE(nrt_tensor_get_va);
SAME_TYPE(nrt_allocate_tensor_set);
SAME_TYPE(nrt_destroy_tensor_set);
SAME_TYPE(nrt_add_tensor_to_tensor_set);
SAME_TYPE(nrt_get_tensor_from_tensor_set);
