// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// dlopen and dlsym, with messages that name what was missing.
#include "device/nrt_library.h"

#include <dlfcn.h>

#include <initializer_list>

namespace yolo {
namespace {

constexpr const char* kUsualPath = "/opt/aws/neuron/lib/libnrt.so.1";
constexpr const char* kName = "libnrt.so.1";  // the dynamic linker searches

// dlopen's handle, or nullptr. Never closed.
void* TryOpen(const char* path) { return dlopen(path, RTLD_NOW | RTLD_LOCAL); }

const char* LastError() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): each thread has its own
  const char* error = dlerror();
  return error ? error : "no reason given";
}

Status OpenHandle(const std::string& path, void** handle, std::string* opened) {
  if (!path.empty()) {
    *handle = TryOpen(path.c_str());
    *opened = path;
    if (*handle) return Status::Ok();
    return Status::Error(YOLO_ERROR_DEVICE_UNAVAILABLE,
                         "cannot open the Neuron runtime: ", LastError());
  }
  for (const char* candidate : {kUsualPath, kName}) {
    *handle = TryOpen(candidate);
    *opened = candidate;
    if (*handle) return Status::Ok();
  }
  return Status::Error(YOLO_ERROR_DEVICE_UNAVAILABLE,
                       "no Neuron runtime: looked for ", kUsualPath, " and ",
                       kName, " (", LastError(), ")");
}

template <class Function>
bool Look(void* handle, const char* name, Function** out) {
  *out = reinterpret_cast<Function*>(dlsym(handle, name));
  return *out != nullptr;
}

}  // namespace

Status OpenNrtLibrary(const std::string& path, NrtLibrary* out) {
  void* handle = nullptr;
  NrtLibrary library;
  YOLO_TRY(OpenHandle(path, &handle, &library.path));
  std::string missing;
#define YOLO_NRT_REQUIRE(name) \
  if (!Look(handle, #name, &library.name)) missing += " " #name;
  YOLO_NRT_REQUIRED(YOLO_NRT_REQUIRE)
#undef YOLO_NRT_REQUIRE
#define YOLO_NRT_LOOK(name) Look(handle, #name, &library.name);
  YOLO_NRT_OPTIONAL(YOLO_NRT_LOOK)
#undef YOLO_NRT_LOOK
  if (!library.nrt_get_visible_vnc_count && !library.nrt_get_visible_nc_count) {
    missing += " nrt_get_visible_vnc_count (or nrt_get_visible_nc_count)";
  }
  if (!missing.empty()) {
    return Status::Error(YOLO_ERROR_DEVICE_UNAVAILABLE, library.path,
                         ": not a usable libnrt, it lacks", missing);
  }
  *out = std::move(library);
  return Status::Ok();
}

}  // namespace yolo
