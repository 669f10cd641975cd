// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// libnrt.so.1 found, opened, and its functions looked up.
#ifndef YOLO_DEVICE_NRT_LIBRARY_H_
#define YOLO_DEVICE_NRT_LIBRARY_H_

#include <string>

#include "base/status.h"
#include "device/nrt_abi.h"

// Functions that every library since 2022 has.
#define YOLO_NRT_REQUIRED(X)      \
  X(nrt_init)                     \
  X(nrt_close)                    \
  X(nrt_get_version)              \
  X(nrt_load)                     \
  X(nrt_unload)                   \
  X(nrt_get_model_tensor_info)    \
  X(nrt_free_model_tensor_info)   \
  X(nrt_tensor_allocate)          \
  X(nrt_tensor_free)              \
  X(nrt_tensor_read)              \
  X(nrt_tensor_write)             \
  X(nrt_tensor_get_size)          \
  X(nrt_allocate_tensor_set)      \
  X(nrt_destroy_tensor_set)       \
  X(nrt_add_tensor_to_tensor_set) \
  X(nrt_execute)

// Functions that may be missing. Of the two that count visible cores, one must
// be there.
#define YOLO_NRT_OPTIONAL(X)   \
  X(nrt_get_status_as_str)     \
  X(nrt_get_instance_info)     \
  X(nrt_get_visible_nc_count)  \
  X(nrt_get_visible_vnc_count) \
  X(nrt_tensor_allocate_empty) \
  X(nrt_tensor_attach_buffer)  \
  X(nrt_get_vnc_memory_stats)

namespace yolo {

// Pointers to libnrt's functions under their own names; nullptr where an
// optional one is missing. Copies share the library, which is never unloaded:
// its threads and at-exit handlers run on.
struct NrtLibrary {
// NOLINTNEXTLINE(bugprone-macro-parentheses): the name of a declaration
#define YOLO_NRT_POINTER(name) nrt::name##_fn* name = nullptr;
  YOLO_NRT_REQUIRED(YOLO_NRT_POINTER)
  YOLO_NRT_OPTIONAL(YOLO_NRT_POINTER)
#undef YOLO_NRT_POINTER
  std::string path;  // as it was opened
};

// Opens `path`, or looks in the usual places when it is empty. Errors:
// DEVICE_UNAVAILABLE, naming what was looked for or the missing functions.
Status OpenNrtLibrary(const std::string& path, NrtLibrary* out);

}  // namespace yolo

#endif  // YOLO_DEVICE_NRT_LIBRARY_H_
