// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Models, tensors and executions: each call checked, made, and its status put
// into words.
#include <unistd.h>

#include <cstring>
#include <utility>

#include "base/memory.h"
#include "device/neff.h"
#include "device/nrt.h"

namespace yolo {
namespace {

using nrt::NRT_STATUS;

// For calls that must not reach libnrt.
template <class... Parts>
NrtStatus Refused(yolo_status code, const Parts&... parts) {
  return {Status::Error(code, parts...), nrt::NRT_INVALID};
}

// False when [offset, offset + size) is not inside `memory`.
bool Inside(const NrtMemory& memory, size_t offset, size_t size) {
  return offset <= memory.size && size <= memory.size - offset;
}

NrtStatus OutsideTensor(const char* what, const NrtMemory& memory,
                        size_t offset, size_t size) {
  return Refused(YOLO_ERROR_INTERNAL, what, " of ", size, " bytes at ", offset,
                 " of a tensor of ", memory.size);
}

// libnrt's description of a model's tensors, given back at the end.
struct FreeTensorInfo {
  nrt::nrt_free_model_tensor_info_fn* free;
  void operator()(nrt::nrt_tensor_info_array_t* info) const { free(info); }
};

// 0 when the shape and the size contradict each other.
size_t ElementBytes(const nrt::nrt_tensor_info_t& info) {
  size_t count = 1;
  for (uint32_t i = 0; i < info.ndim; ++i) {
    if (!Multiply(count, info.shape[i], &count)) return 0;
  }
  return count != 0 && info.size % count == 0 ? info.size / count : 0;
}

// "float16", or "unknown (42)".
std::string DtypeText(const NrtDtype& dtype, nrt::nrt_dtype_t code) {
  std::string text = dtype.name;
  if (text == "unknown") text += " (" + std::to_string(code) + ")";
  return text;
}

Status CheckOverrides(std::span<const NrtTypeOverride> overrides,
                      const std::vector<NrtTensor>& tensors) {
  for (const NrtTypeOverride& override : overrides) {
    const NrtTensor* named = nullptr;
    size_t count = 1;
    for (const NrtTensor& tensor : tensors) {
      if (tensor.name == override.name) named = &tensor;
    }
    if (!named) {
      return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "no tensor '",
                           override.name, "', whose type is given");
    }
    for (const uint32_t n : named->shape) {
      if (!Multiply(count, n, &count)) count = 0;
    }
    if (count * SizeOf(override.type) != named->size) {
      return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "tensor '",
                           override.name, "' has ", named->size,
                           " bytes, the type given would need ",
                           count * SizeOf(override.type));
    }
  }
  return Status::Ok();
}

}  // namespace

bool Nrt::InChild() const { return getpid() != pid_; }

NrtStatus Nrt::Forked() const {
  return {Status::Error(YOLO_ERROR_FORKED, "libnrt was initialised in process ",
                        pid_, " and does not survive fork()"),
          nrt::NRT_FAILURE};
}

NrtStatus Nrt::Result(NrtCall call, NRT_STATUS code, const char* function,
                      int core) const {
  const yolo_status error = NrtErrorCode(call, code);
  if (error == YOLO_OK) return {Status::Ok(), code};
  const Message where = core < 0 ? Message() : Message(" on core ", core);
  return {Status::Error(error, function, where.view(), ": ", StatusName(code),
                        " (", uint32_t{code}, "): ", NrtMeaning(call, code)),
          code};
}

NrtStatus Nrt::Load(std::span<const uint8_t> neff, int core, NrtModel* out) {
  if (InChild()) return Forked();
  NeffHeader header;
  for (const Status& status : {ReadNeffHeader(neff, "the NEFF", &header),
                               CheckNeffCores(header, "the NEFF")}) {
    if (!status.ok()) return {status, nrt::NRT_INVALID};
  }
  if (core < 0 || core >= num_cores_) {
    return Refused(YOLO_ERROR_INVALID_ARGUMENT, "no core ", core,
                   ", there are ", num_cores_);
  }
  nrt::nrt_model_t* handle = nullptr;
  NRT_STATUS code;
  {
    const std::lock_guard lock(load_mutex_);
    code = library_.nrt_load(neff.data(), neff.size(), core, -1, &handle);
  }
  if (code != nrt::NRT_SUCCESS) return LoadError(header, core, code);
  *out = {handle, core};
  return Result(NrtCall::kLoad, code, "nrt_load", core);
}

// With what the user needs to know beside the status.
NrtStatus Nrt::LoadError(const NeffHeader& header, int core, NRT_STATUS code) {
  Message detail;
  NrtMemoryStats stats;
  if (code == nrt::NRT_UNSUPPORTED_NEFF_VERSION) {
    detail = Message(" (NEFF ", header.version_major, '.', header.version_minor,
                     ", unknown feature bits ", header.unknown_features(),
                     ", compiler ", header.compiler, ")");
  } else if ((code == nrt::NRT_RESOURCE ||
              code == nrt::NRT_FAIL_DEVICE_MEM_ALLOC) &&
             HasMemoryStats() && MemoryStats(core, &stats).ok()) {
    detail = Message(" (", stats.used, " of ", stats.limit,
                     " bytes of device memory are in use)");
  }
  const NrtStatus plain = Result(NrtCall::kLoad, code, "nrt_load", core);
  return {Status::Error(plain.status().code(), plain.message(), detail.view()),
          code};
}

NrtStatus Nrt::Unload(NrtModel* model) {
  if (InChild()) return Forked();
  NRT_STATUS code;
  {
    const std::lock_guard lock(load_mutex_);
    code = library_.nrt_unload(model->handle);
  }
  const int core = model->core;
  *model = {};
  return Result(NrtCall::kOther, code, "nrt_unload", core);
}

NrtStatus Nrt::TensorInfo(const NrtModel& model, std::vector<NrtTensor>* out,
                          std::span<const NrtTypeOverride> overrides) {
  if (InChild()) return Forked();
  nrt::nrt_tensor_info_array_t* info = nullptr;
  const NRT_STATUS code =
      library_.nrt_get_model_tensor_info(model.handle, &info);
  if (code != nrt::NRT_SUCCESS) {
    return Result(NrtCall::kOther, code, "nrt_get_model_tensor_info",
                  model.core);
  }
  const std::unique_ptr<nrt::nrt_tensor_info_array_t, FreeTensorInfo> owned(
      info, {library_.nrt_free_model_tensor_info});
  std::vector<NrtTensor> tensors;
  for (const bool inputs : {true, false}) {
    for (uint64_t i = 0; i < info->tensor_count; ++i) {
      const nrt::nrt_tensor_info_t& tensor = info->tensors()[i];
      if ((tensor.usage == nrt::NRT_TENSOR_USAGE_INPUT) != inputs) continue;
      tensors.push_back(Describe(tensor, overrides));
    }
  }
  const Status status = CheckOverrides(overrides, tensors);
  if (!status.ok()) return {status, nrt::NRT_INVALID};
  *out = std::move(tensors);
  return {Status::Ok(), code};
}

NrtTensor Nrt::Describe(const nrt::nrt_tensor_info_t& info,
                        std::span<const NrtTypeOverride> overrides) const {
  NrtTensor tensor;
  tensor.name.assign(info.name, strnlen(info.name, sizeof(info.name)));
  tensor.is_input = info.usage == nrt::NRT_TENSOR_USAGE_INPUT;
  if (info.ndim != 0) tensor.shape.assign(info.shape, info.shape + info.ndim);
  tensor.size = info.size;
  const NrtDtype dtype =
      ResolveNrtDtype(info.dtype, numbering_, ElementBytes(info));
  tensor.type = dtype.type;
  tensor.dtype = DtypeText(dtype, info.dtype);
  for (const NrtTypeOverride& override : overrides) {
    if (override.name == tensor.name) tensor.type = override.type;
  }
  return tensor;
}

NrtStatus Nrt::AllocateTensor(int core, nrt::nrt_tensor_placement_t placement,
                              size_t size, const char* name, NrtMemory* out) {
  if (InChild()) return Forked();
  nrt::nrt_tensor_t* handle = nullptr;
  const NRT_STATUS code =
      library_.nrt_tensor_allocate(placement, core, size, name, &handle);
  if (code == nrt::NRT_SUCCESS) *out = {handle, size, core};
  return Result(NrtCall::kAllocate, code, "nrt_tensor_allocate", core);
}

NrtStatus Nrt::AttachTensor(void* buffer, size_t size, const char* name,
                            NrtMemory* out) {
  if (InChild()) return Forked();
  if (!library_.nrt_tensor_allocate_empty ||
      !library_.nrt_tensor_attach_buffer) {
    return Refused(YOLO_ERROR_DEVICE, "this libnrt attaches no buffers");
  }
  nrt::nrt_tensor_t* handle = nullptr;
  NRT_STATUS code = library_.nrt_tensor_allocate_empty(name, &handle);
  if (code != nrt::NRT_SUCCESS) {
    return Result(NrtCall::kAllocate, code, "nrt_tensor_allocate_empty", -1);
  }
  code = library_.nrt_tensor_attach_buffer(handle, buffer, size);
  if (code != nrt::NRT_SUCCESS) {
    // Libraries before 2.29.40 crash when an empty tensor is freed.
    if (std::pair(version_.minor, version_.patch) >= std::pair(29ul, 40ul)) {
      library_.nrt_tensor_free(&handle);
    }
  } else {
    *out = {handle, size, -1};
  }
  return Result(NrtCall::kAllocate, code, "nrt_tensor_attach_buffer", -1);
}

NrtStatus Nrt::Free(NrtMemory* memory) {
  if (InChild()) return Forked();
  if (memory->handle) library_.nrt_tensor_free(&memory->handle);
  *memory = {};
  return {Status::Ok(), nrt::NRT_SUCCESS};
}

NrtStatus Nrt::Write(const NrtMemory& memory, const void* from, size_t offset,
                     size_t size) {
  if (InChild()) return Forked();
  if (!Inside(memory, offset, size)) {
    return OutsideTensor("write", memory, offset, size);
  }
  return Result(NrtCall::kTransfer,
                library_.nrt_tensor_write(memory.handle, from, offset, size),
                "nrt_tensor_write", memory.core);
}

NrtStatus Nrt::Read(const NrtMemory& memory, void* to, size_t offset,
                    size_t size) {
  if (InChild()) return Forked();
  if (!Inside(memory, offset, size)) {
    return OutsideTensor("read", memory, offset, size);
  }
  return Result(NrtCall::kTransfer,
                library_.nrt_tensor_read(memory.handle, to, offset, size),
                "nrt_tensor_read", memory.core);
}

NrtStatus Nrt::AllocateSet(NrtSet* out) {
  if (InChild()) return Forked();
  nrt::nrt_tensor_set_t* handle = nullptr;
  const NRT_STATUS code = library_.nrt_allocate_tensor_set(&handle);
  if (code == nrt::NRT_SUCCESS) out->handle = handle;
  return Result(NrtCall::kAllocate, code, "nrt_allocate_tensor_set", -1);
}

NrtStatus Nrt::AddToSet(const NrtSet& set, const char* name,
                        const NrtMemory& memory) {
  if (InChild()) return Forked();
  return Result(
      NrtCall::kOther,
      library_.nrt_add_tensor_to_tensor_set(set.handle, name, memory.handle),
      "nrt_add_tensor_to_tensor_set", memory.core);
}

NrtStatus Nrt::DestroySet(NrtSet* set) {
  if (InChild()) return Forked();
  if (set->handle) library_.nrt_destroy_tensor_set(&set->handle);
  *set = {};
  return {Status::Ok(), nrt::NRT_SUCCESS};
}

NrtStatus Nrt::Execute(const NrtModel& model, const NrtSet& inputs,
                       const NrtSet& outputs) {
  if (InChild()) return Forked();
  return Result(
      NrtCall::kExecute,
      library_.nrt_execute(model.handle, inputs.handle, outputs.handle),
      "nrt_execute", model.core);
}

NrtStatus Nrt::MemoryStats(int core, NrtMemoryStats* out) {
  if (InChild()) return Forked();
  if (!HasMemoryStats()) {
    return Refused(YOLO_ERROR_DEVICE, "this libnrt does not tell its memory");
  }
  nrt::nrt_vnc_memory_stats_t stats = {};
  size_t size = 0;
  const NRT_STATUS code = library_.nrt_get_vnc_memory_stats(
      static_cast<uint32_t>(core), &stats, sizeof(stats), &size);
  if (code == nrt::NRT_SUCCESS) *out = {stats.bytes_used, stats.bytes_limit};
  return Result(NrtCall::kOther, code, "nrt_get_vnc_memory_stats", core);
}

}  // namespace yolo
