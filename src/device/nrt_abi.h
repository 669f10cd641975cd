// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The C ABI of libnrt.so.1, the AWS Neuron runtime, as far as it is used here:
// our own declarations of its facts. Names are libnrt's, for whoever reads its
// documentation beside this.
#ifndef YOLO_DEVICE_NRT_ABI_H_
#define YOLO_DEVICE_NRT_ABI_H_

#include <cstddef>
#include <cstdint>

namespace yolo::nrt {

// Libraries newer than this list return further numbers: never switch over it
// without a default.
enum NRT_STATUS : uint32_t {
  NRT_SUCCESS = 0,
  NRT_FAILURE = 1,
  NRT_INVALID = 2,  // a bad argument or NEFF; from nrt_init: no device
  NRT_INVALID_HANDLE = 3,
  NRT_RESOURCE = 4,  // no device memory, no DMA rings
  NRT_TIMEOUT = 5,
  NRT_HW_ERROR = 6,
  NRT_QUEUE_FULL = 7,
  NRT_LOAD_NOT_ENOUGH_NC = 9,
  NRT_UNSUPPORTED_NEFF_VERSION = 10,
  NRT_FAIL_HOST_MEM_ALLOC = 11,
  NRT_FAIL_DEVICE_MEM_ALLOC = 12,  // libraries of 2022; since then NRT_RESOURCE
  NRT_UNINITIALIZED = 13,
  NRT_CLOSED = 14,
  NRT_QUEUE_EMPTY = 15,
  NRT_EXEC_UNIT_UNRECOVERABLE = 101,
  NRT_EXEC_BAD_INPUT = 1002,
  NRT_EXEC_COMPLETED_WITH_NUM_ERR = 1003,  // a NaN appeared
  NRT_EXEC_COMPLETED_WITH_ERR = 1004,
  NRT_EXEC_NC_BUSY = 1005,
  NRT_EXEC_OOB = 1006,
  NRT_COLL_PENDING = 1100,
  NRT_EXEC_HW_ERR_COLLECTIVES = 1200,
  NRT_EXEC_HW_ERR_HBM_UE = 1201,
  NRT_EXEC_HW_ERR_NC_UE = 1202,
  NRT_EXEC_HW_ERR_DMA_ABORT = 1203,
  NRT_EXEC_SW_NQ_OVERFLOW = 1204,
  NRT_EXEC_HW_ERR_REPAIRABLE_HBM_UE = 1205,
  NRT_NETWORK_PROXY_FAILURE = 1206,
};

enum nrt_framework_type_t : uint32_t { NRT_FRAMEWORK_TYPE_NO_FW = 1 };

enum nrt_tensor_placement_t : uint32_t {
  NRT_TENSOR_PLACEMENT_DEVICE = 0,
  NRT_TENSOR_PLACEMENT_HOST = 1,     // deprecated, at most 4 MB
  NRT_TENSOR_PLACEMENT_VIRTUAL = 2,  // gone since library 2.32
};

enum nrt_tensor_usage_t : uint32_t {
  NRT_TENSOR_USAGE_INPUT = 0,
  NRT_TENSOR_USAGE_OUTPUT = 1,
};

// What a tensor's dtype means depends on the library: see nrt_dtype.h.
using nrt_dtype_t = uint32_t;

// Libraries up to 2.29.
namespace old_dtype {
enum : nrt_dtype_t {
  kUnknown = 0,
  kFloat32 = 1,
  kFloat16 = 2,
  kBfloat16 = 3,
  kInt8 = 4,
  kUint8 = 5,
  kInt16 = 6,
  kUint16 = 7,
  kInt32 = 8,
  kUint32 = 9,
  kInt64 = 10,
  kUint64 = 11,
};
}  // namespace old_dtype

// Libraries from 2.30.
namespace new_dtype {
enum : nrt_dtype_t {
  kUnknown = 0,
  kUint64 = 1,
  kInt8 = 2,
  kUint8 = 3,
  kInt16 = 4,
  kUint16 = 5,
  kBfloat16 = 6,
  kFloat16 = 7,
  kInt32 = 8,
  kUint32 = 9,
  kFloat32 = 10,
  kFp32r = 11,
  kInt64 = 12,
  kFp8E3 = 13,
  kFp8E4 = 14,
  kFp8E5 = 15,
};
}  // namespace new_dtype

struct nrt_model_t;   // opaque
struct nrt_tensor_t;  // opaque
using nrt_tensor_set_t = void;

inline constexpr size_t NRT_TENSOR_NAME_MAX = 256;

struct nrt_tensor_info_t {
  char name[NRT_TENSOR_NAME_MAX];
  nrt_tensor_usage_t usage;
  size_t size;  // bytes
  nrt_dtype_t dtype;
  uint32_t* shape;  // [ndim]
  uint32_t ndim;
};

// Followed by tensor_count entries, inputs first.
struct nrt_tensor_info_array_t {
  uint64_t tensor_count;

  nrt_tensor_info_t* tensors() {
    return reinterpret_cast<nrt_tensor_info_t*>(this + 1);
  }
};

struct nrt_version_t {
  uint64_t rt_major;
  uint64_t rt_minor;
  uint64_t rt_patch;
  uint64_t rt_maintenance;
  char rt_detail[128];
  char git_hash[64];
};

// Libraries before 2.30 know the first two fields only; the size that is passed
// along tells them so.
struct nrt_instance_info_t {
  uint32_t family;
  uint32_t size;
  char arch_name[16];
  char device_revision[8];
};

enum nrt_instance_family : uint32_t {
  NRT_INSTANCE_UNKNOWN = 0,
  NRT_INSTANCE_INF1 = 1,
  NRT_INSTANCE_TRN1 = 2,
  NRT_INSTANCE_TRN1N = 3,
  NRT_INSTANCE_INF2 = 4,
  NRT_INSTANCE_TRN2 = 5,
};

struct nrt_vnc_memory_stats_t {
  size_t bytes_used;
  size_t bytes_limit;
};

struct nrt_tensor_batch_op_t {
  uint64_t offset;
  uint64_t size;
  void* buffer;
};

struct nrt_tensor_batch_t {
  const nrt_tensor_t* tensor;
  const nrt_tensor_batch_op_t* ops;
  uint32_t num_ops;
};

#if defined(__LP64__)
static_assert(sizeof(NRT_STATUS) == 4);
static_assert(sizeof(nrt_tensor_info_t) == 296);
static_assert(offsetof(nrt_tensor_info_t, usage) == 256);
static_assert(offsetof(nrt_tensor_info_t, size) == 264);
static_assert(offsetof(nrt_tensor_info_t, dtype) == 272);
static_assert(offsetof(nrt_tensor_info_t, shape) == 280);
static_assert(offsetof(nrt_tensor_info_t, ndim) == 288);
static_assert(sizeof(nrt_tensor_info_array_t) == 8);
static_assert(sizeof(nrt_version_t) == 224);
static_assert(offsetof(nrt_version_t, rt_detail) == 32);
static_assert(offsetof(nrt_version_t, git_hash) == 160);
static_assert(sizeof(nrt_instance_info_t) == 32);
static_assert(offsetof(nrt_instance_info_t, arch_name) == 8);
static_assert(offsetof(nrt_instance_info_t, device_revision) == 24);
static_assert(sizeof(nrt_vnc_memory_stats_t) == 16);
static_assert(sizeof(nrt_tensor_batch_op_t) == 24);
static_assert(sizeof(nrt_tensor_batch_t) == 24);
static_assert(offsetof(nrt_tensor_batch_t, num_ops) == 16);
#endif

// Types of the functions; nrt_x_fn is that of nrt_x.
using nrt_init_fn = NRT_STATUS(nrt_framework_type_t framework,
                               const char* fw_version, const char* fal_version);
using nrt_close_fn = void();
using nrt_get_version_fn = NRT_STATUS(nrt_version_t* version, size_t size);
using nrt_get_instance_info_fn = NRT_STATUS(nrt_instance_info_t* info,
                                            size_t size);
using nrt_get_status_as_str_fn = const char*(NRT_STATUS status);
using nrt_get_total_nc_count_fn = NRT_STATUS(uint32_t* count);
using nrt_get_visible_nc_count_fn = NRT_STATUS(uint32_t* count);
using nrt_get_total_vnc_count_fn = NRT_STATUS(uint32_t* count);
using nrt_get_visible_vnc_count_fn = NRT_STATUS(uint32_t* count);

// vnc: a core, from 0 within the visible ones. vnc_count: deprecated, -1. The
// bytes must stay as long as the model.
using nrt_load_fn = NRT_STATUS(const void* neff, size_t size, int32_t vnc,
                               int32_t vnc_count, nrt_model_t** model);
using nrt_unload_fn = NRT_STATUS(nrt_model_t* model);
using nrt_get_model_tensor_info_fn = NRT_STATUS(nrt_model_t* model,
                                                nrt_tensor_info_array_t** info);
using nrt_free_model_tensor_info_fn = NRT_STATUS(nrt_tensor_info_array_t* info);

// A set does not own its tensors; they must outlive it.
using nrt_allocate_tensor_set_fn = NRT_STATUS(nrt_tensor_set_t** set);
using nrt_destroy_tensor_set_fn = void(nrt_tensor_set_t** set);
using nrt_add_tensor_to_tensor_set_fn = NRT_STATUS(nrt_tensor_set_t* set,
                                                   const char* name,
                                                   nrt_tensor_t* tensor);
using nrt_get_tensor_from_tensor_set_fn = NRT_STATUS(nrt_tensor_set_t* set,
                                                     const char* name,
                                                     nrt_tensor_t** tensor);

using nrt_tensor_allocate_fn = NRT_STATUS(nrt_tensor_placement_t placement,
                                          int vnc, size_t size,
                                          const char* name,
                                          nrt_tensor_t** tensor);
using nrt_tensor_free_fn = void(nrt_tensor_t** tensor);
// Reads and writes outside the tensor may abort the process.
using nrt_tensor_read_fn = NRT_STATUS(const nrt_tensor_t* tensor, void* buffer,
                                      size_t offset, size_t size);
using nrt_tensor_write_fn = NRT_STATUS(nrt_tensor_t* tensor, const void* buffer,
                                       size_t offset, size_t size);
using nrt_tensor_get_size_fn = size_t(const nrt_tensor_t* tensor);
using nrt_tensor_get_va_fn = void*(const nrt_tensor_t* tensor);
using nrt_tensor_allocate_empty_fn = NRT_STATUS(const char* name,
                                                nrt_tensor_t** tensor);
// The buffer stays the caller's and must outlive the tensor.
using nrt_tensor_attach_buffer_fn = NRT_STATUS(nrt_tensor_t* tensor,
                                               void* buffer, size_t size);
using nrt_tensor_allocate_slice_fn = NRT_STATUS(const nrt_tensor_t* source,
                                                size_t offset, size_t size,
                                                const char* name,
                                                nrt_tensor_t** slice);
// Libraries from 2.34 take no `unsafe`; one register too many does no harm.
using nrt_tensor_read_batch_fn = NRT_STATUS(const nrt_tensor_batch_t* batches,
                                            uint64_t num_batches, bool unsafe);
using nrt_tensor_write_batch_fn = NRT_STATUS(const nrt_tensor_batch_t* batches,
                                             uint64_t num_batches, bool unsafe);

using nrt_execute_fn = NRT_STATUS(nrt_model_t* model,
                                  const nrt_tensor_set_t* inputs,
                                  nrt_tensor_set_t* outputs);
using nrt_get_vnc_memory_stats_fn = NRT_STATUS(uint32_t vnc,
                                               nrt_vnc_memory_stats_t* stats,
                                               size_t size, size_t* size_out);

}  // namespace yolo::nrt

#endif  // YOLO_DEVICE_NRT_ABI_H_
