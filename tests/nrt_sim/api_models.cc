// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Functions of libnrt that concern models: load, describe, execute.
#include <alloca.h>
#include <sys/prctl.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <new>
#include <thread>
#include <type_traits>

#include "nrt_sim/nrt_sim.h"
#include "nrt_sim/simulator.h"

using namespace yolo::nrt;
using yolo::DataType;
using yolo::nrt_sim::Break;
using yolo::nrt_sim::Clock;
using yolo::nrt_sim::Core;
using yolo::nrt_sim::ExecutionSettings;
using yolo::nrt_sim::Kind;
using yolo::nrt_sim::Network;
using yolo::nrt_sim::Simulator;
using yolo::nrt_sim::Storage;
using yolo::nrt_sim::TensorSet;
using yolo::nrt_sim::TensorSpec;
using yolo::nrt_sim::Turn;

namespace {

constexpr size_t kMostTensors = 16;
constexpr uint64_t kKnownFeatures = 0x7FFFFFF;

template <class Number>
Number At(const void* bytes, size_t offset) {
  Number value;
  std::memcpy(&value, static_cast<const char*>(bytes) + offset, sizeof(value));
  return value;
}

NRT_STATUS CheckHeader(const void* neff, size_t size, int visible) {
  if (size < 1024 || At<uint64_t>(neff, 8) >= size ||
      At<uint64_t>(neff, 16) > size - 1024) {
    return NRT_INVALID;
  }
  const auto package = At<uint64_t>(neff, 0);
  if (At<uint64_t>(neff, 24) > 2 || package < 1 || package > 2 ||
      (At<uint64_t>(neff, 544) & ~kKnownFeatures) != 0) {
    return NRT_UNSUPPORTED_NEFF_VERSION;
  }
  if (At<uint32_t>(neff, 476) > static_cast<uint32_t>(visible)) {
    return NRT_LOAD_NOT_ENOUGH_NC;
  }
  return NRT_SUCCESS;
}

NRT_STATUS LoadOn(const void* neff, size_t size, int index,
                  nrt_model_t** model) {
  Simulator& simulator = Simulator::Get();
  const std::shared_ptr<Core> core = simulator.CoreAt(index);
  if (!core) return NRT_INVALID;
  const NRT_STATUS header = CheckHeader(neff, size, simulator.NumVisible());
  if (header != NRT_SUCCESS) return header;
  auto made = std::make_unique<nrt_model_t>();
  made->network = Network::Get({static_cast<const uint8_t*>(neff), size});
  if (!made->network || made->network->tensors().size() > kMostTensors) {
    return NRT_INVALID;
  }
  made->lane = made->network->NewLane();
  if (!made->lane) return NRT_FAIL_HOST_MEM_ALLOC;
  if (!simulator.TakeMemory(core.get(), size)) return NRT_RESOURCE;
  made->core = index;
  made->on = core;
  made->bytes = size;
  simulator.Add(Kind::kModel, made.get());
  *model = made.release();
  return NRT_SUCCESS;
}

nrt_dtype_t Number(DataType type, bool is_new) {
  switch (type) {
    case DataType::kF32:
      return is_new ? nrt_dtype_t{new_dtype::kFloat32} : old_dtype::kFloat32;
    case DataType::kF16:
      return is_new ? nrt_dtype_t{new_dtype::kFloat16} : old_dtype::kFloat16;
    case DataType::kBf16:
      return is_new ? nrt_dtype_t{new_dtype::kBfloat16} : old_dtype::kBfloat16;
    case DataType::kU8:
      break;
  }
  return is_new ? nrt_dtype_t{new_dtype::kUint8} : old_dtype::kUint8;
}

// As the real one does when it reads a core's notifications.
__attribute__((noinline)) void TouchStack(size_t bytes) {
  if (bytes == 0) return;
  auto* deep = static_cast<volatile char*>(alloca(bytes));
  for (size_t i = bytes; i > 4096; i -= 4096) deep[i - 1] = 1;
  deep[0] = 1;
}

// More exact than the 50 us that Linux allows itself.
void SleepUntil(Clock::time_point end) {
  if (Clock::now() >= end) return;
  const int slack = prctl(PR_GET_TIMERSLACK);
  prctl(PR_SET_TIMERSLACK, 1);
  std::this_thread::sleep_until(end);
  prctl(PR_SET_TIMERSLACK, slack < 0 ? 0 : slack);
}

// The tensors of one execution, marked as in use while this lives.
class Operands {
 public:
  Operands() = default;
  Operands(const Operands&) = delete;
  ~Operands() {
    for (size_t i = 0; i < size_; ++i) {
      --(i == 0 ? storages_[i]->read_by : storages_[i]->written_by);
    }
  }

  // NRT_INVALID when one is missing or does not fit.
  NRT_STATUS Find(const nrt_model_t& model, const void* inputs,
                  const void* outputs) {
    std::array<nrt_tensor_t*, kMostTensors> found;
    const std::vector<TensorSpec>& specs = model.network->tensors();
    for (size_t i = 0; i < specs.size(); ++i) {
      const auto* set =
          static_cast<const TensorSet*>(specs[i].is_input ? inputs : outputs);
      const auto entry = set->tensors.find(specs[i].name);
      if (entry == set->tensors.end()) return NRT_INVALID;
      found[i] = entry->second;
      Simulator::Get().Check(Kind::kTensor, found[i]);
      if (!found[i]->storage || found[i]->size != specs[i].bytes() ||
          (found[i]->core != -1 && found[i]->core != model.core)) {
        return NRT_INVALID;
      }
    }
    for (size_t i = 0; i < specs.size(); ++i) Use(found[i]);
    return NRT_SUCCESS;
  }

  std::span<uint8_t* const> memory() const { return {memory_.data(), size_}; }

 private:
  void Use(nrt_tensor_t* tensor) {
    Storage* storage = tensor->storage.get();
    // The input comes first.
    const bool shared = size_ == 0
                            ? ++storage->read_by > 0 && storage->written_by > 0
                            : ++storage->written_by > 1 || storage->read_by > 0;
    if (shared) Break("two executions use a tensor that one of them writes");
    storages_[size_] = storage;
    memory_[size_++] = tensor->data();
  }

  std::array<Storage*, kMostTensors> storages_;
  std::array<uint8_t*, kMostTensors> memory_;
  size_t size_ = 0;
};

// Waits for the core and keeps it for its time.
NRT_STATUS Occupy(nrt_model_t* model, const Operands& operands,
                  NRT_STATUS injected) {
  const ExecutionSettings settings = Simulator::Get().execution(model->core);
  const Clock::time_point arrival = Clock::now();
  const Turn turn(model->on.get());
  if (injected == NRT_STATUS{NRT_SIM_STUCK}) {
    Simulator::Get().Stick();
    return NRT_TIMEOUT;
  }
  // A core that had work waiting went on with it at once, however late this
  // thread woke up.
  const Clock::time_point begin = std::max(arrival, model->on->free_at);
  if (settings.replay) {
    model->network->Replay(model->lane.get(), operands.memory());
  } else {
    model->network->Run(model->lane.get(), operands.memory());
  }
  const Clock::time_point end = begin + settings.time;
  SleepUntil(end);
  model->on->free_at = settings.time.count() > 0 ? end : Clock::now();
  return injected;
}

// The execution takes place and then says that something went wrong.
bool IsCompleted(NRT_STATUS status) {
  return status == NRT_SUCCESS || status == NRT_EXEC_COMPLETED_WITH_NUM_ERR ||
         status == NRT_EXEC_COMPLETED_WITH_ERR ||
         status == NRT_STATUS{NRT_SIM_STUCK};
}

}  // namespace

extern "C" {

NRT_SIM_API NRT_STATUS nrt_load(const void* neff, size_t size, int32_t vnc,
                                int32_t, nrt_model_t** model) {
  Simulator& simulator = Simulator::Get();
  const int index = vnc < 0 ? 0 : vnc;
  const NRT_STATUS status = simulator.Enter("nrt_load", index);
  if (status != NRT_SUCCESS) return status;
  simulator.BeginLoad();
  NRT_STATUS result = NRT_FAIL_HOST_MEM_ALLOC;
  try {
    std::this_thread::sleep_for(
        std::chrono::microseconds(simulator.config().load_us));
    result = LoadOn(neff, size, index, model);
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "simulated libnrt: out of host memory\n");
  }
  simulator.EndLoad();
  return result;
}

NRT_SIM_API NRT_STATUS nrt_unload(nrt_model_t* model) {
  Simulator& simulator = Simulator::Get();
  NRT_STATUS status = simulator.Enter("nrt_unload", Kind::kModel, model);
  if (status == NRT_SUCCESS)
    status = simulator.Count("nrt_unload", model->core);
  if (status != NRT_SUCCESS) return status;
  simulator.Remove(Kind::kModel, model);
  if (model->executions != 0) Break("nrt_unload of a model that executes");
  model->on->bytes_used -= model->bytes;
  delete model;
  return NRT_SUCCESS;
}

NRT_SIM_API NRT_STATUS
nrt_get_model_tensor_info(nrt_model_t* model, nrt_tensor_info_array_t** info) {
  const NRT_STATUS status = Simulator::Get().Enter("nrt_get_model_tensor_info");
  if (status != NRT_SUCCESS) return status;
  Simulator::Get().Check(Kind::kModel, model);
  const yolo::nrt_sim::Config config = Simulator::Get().config();
  const std::vector<TensorSpec>& specs = model->network->tensors();
  const size_t bytes = sizeof(nrt_tensor_info_array_t) +
                       specs.size() * sizeof(nrt_tensor_info_t);
  auto* made = static_cast<nrt_tensor_info_array_t*>(::operator new(bytes));
  std::memset(made, 0, bytes);
  made->tensor_count = specs.size();
  for (size_t i = 0; i < specs.size(); ++i) {
    nrt_tensor_info_t& tensor = made->tensors()[i];
    specs[i].name.copy(tensor.name, sizeof(tensor.name) - 1);
    tensor.usage =
        specs[i].is_input ? NRT_TENSOR_USAGE_INPUT : NRT_TENSOR_USAGE_OUTPUT;
    tensor.size = specs[i].bytes();
    tensor.dtype =
        config.dtype_unknown ? 0 : Number(specs[i].type, config.NewDtypes());
    const std::vector<uint32_t> shape = specs[i].dimensions();
    tensor.ndim = static_cast<uint32_t>(shape.size());
    tensor.shape = new uint32_t[shape.size()];
    std::memcpy(tensor.shape, shape.data(), shape.size() * sizeof(uint32_t));
  }
  Simulator::Get().Add(Kind::kInfo, made);
  *info = made;
  return NRT_SUCCESS;
}

NRT_SIM_API NRT_STATUS
nrt_free_model_tensor_info(nrt_tensor_info_array_t* info) {
  Simulator::Get().Remove(Kind::kInfo, info);
  for (uint64_t i = 0; i < info->tensor_count; ++i) {
    delete[] info->tensors()[i].shape;
  }
  ::operator delete(info);
  return NRT_SUCCESS;
}

NRT_SIM_API NRT_STATUS nrt_execute(nrt_model_t* model,
                                   const nrt_tensor_set_t* inputs,
                                   nrt_tensor_set_t* outputs) {
  Simulator& simulator = Simulator::Get();
  NRT_STATUS status = simulator.Enter("nrt_execute", Kind::kModel, model);
  if (status != NRT_SUCCESS) return status;
  status = simulator.Count("nrt_execute", model->core);
  TouchStack(simulator.execution(model->core).stack_bytes);
  if (!IsCompleted(status)) return status;
  simulator.Check(Kind::kSet, inputs);
  simulator.Check(Kind::kSet, outputs);
  Operands operands;
  const NRT_STATUS found = operands.Find(*model, inputs, outputs);
  if (found != NRT_SUCCESS) return found;
  ++model->executions;
  status = Occupy(model, operands, status);
  --model->executions;
  return status;
}

}  // extern "C"

#define SAME_TYPE(name) static_assert(std::is_same_v<decltype(name), name##_fn>)
SAME_TYPE(nrt_load);
SAME_TYPE(nrt_unload);
SAME_TYPE(nrt_get_model_tensor_info);
SAME_TYPE(nrt_free_model_tensor_info);
SAME_TYPE(nrt_execute);
