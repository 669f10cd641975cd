// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// One runtime for the process: opened, initialised, closed.
#include "device/nrt.h"

#include <unistd.h>

#include <atomic>
#include <cstring>
#include <utility>

#include "device/nrt_environment.h"

namespace yolo {
namespace {

struct Process {
  std::mutex mutex;
  std::shared_ptr<Nrt> runtime;  // nullptr: not initialised
};

// Never destroyed: detectors may go after static objects do.
Process& ThisProcess() {
  static Process* const process = new Process;
  return *process;
}

// The process that initialised libnrt, or does so now; 0: none. Beside the
// mutex, which the child of a fork may find locked for good.
std::atomic<pid_t> initialised_by{0};

Status CheckNotForked() {
  const pid_t pid = initialised_by.load();
  if (pid == 0 || pid == getpid()) return Status::Ok();
  return Status::Error(YOLO_ERROR_FORKED, "libnrt was initialised in process ",
                       pid, " and does not survive fork()");
}

std::string Text(const char* text, size_t size) {
  return std::string(text, strnlen(text, size));
}

}  // namespace

Status Nrt::Open(const NrtOptions& options, const Log& log,
                 std::shared_ptr<Nrt>* out) {
  YOLO_TRY(CheckNotForked());
  Process& process = ThisProcess();
  const std::lock_guard lock(process.mutex);
  if (process.runtime) {
    const std::string& path = process.runtime->library_path();
    if (!options.library.empty() && options.library != path) {
      return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "this process uses ",
                           path, " already, ", options.library,
                           " cannot be used beside it");
    }
    *out = process.runtime;
    return Status::Ok();
  }
  YOLO_TRY(RefuseAsyncExecution());
  NrtLibrary library;
  YOLO_TRY(OpenNrtLibrary(options.library, &library));
  std::shared_ptr<Nrt> runtime(new Nrt(std::move(library)));
  initialised_by = getpid();
  const Status status = runtime->Initialise(options, log);
  if (!status.ok()) {
    UnsetCores(runtime->variable_);
    initialised_by = 0;
    return status;
  }
  process.runtime = std::move(runtime);
  *out = process.runtime;
  return Status::Ok();
}

Status Nrt::Shutdown() {
  YOLO_TRY(CheckNotForked());
  Process& process = ThisProcess();
  const std::lock_guard lock(process.mutex);
  if (!process.runtime) return Status::Ok();
  if (process.runtime.use_count() > 1) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT,
                         "the Neuron runtime is still in use");
  }
  process.runtime->library_.nrt_close();
  UnsetCores(process.runtime->variable_);
  process.runtime.reset();
  initialised_by = 0;
  return Status::Ok();
}

Status Nrt::Initialise(const NrtOptions& options, const Log& log) {
  pid_ = getpid();
  AskVersion();
  YOLO_TRY(SetCores(options.visible_cores, options.num_cores, log, &variable_));
  const nrt::NRT_STATUS code =
      library_.nrt_init(nrt::NRT_FRAMEWORK_TYPE_NO_FW, "", "");
  if (code != nrt::NRT_SUCCESS) return InitError(code);
  const Status status = CountCores();
  if (!status.ok()) {
    library_.nrt_close();
    return status;
  }
  AskInstance();
  log.Info("neuron: libnrt ", version_.Text(), " ", version_.detail, ", ",
           num_cores_, " cores, ", library_.path);
  return Status::Ok();
}

void Nrt::AskVersion() {
  nrt::nrt_version_t version;
  std::memset(&version, 0, sizeof(version));
  if (library_.nrt_get_version(&version, sizeof(version)) != nrt::NRT_SUCCESS) {
    return;  // the widths of elements will tell the numbering
  }
  version_.known = true;
  version_.major = version.rt_major;
  version_.minor = version.rt_minor;
  version_.patch = version.rt_patch;
  version_.maintenance = version.rt_maintenance;
  version_.detail = Text(version.rt_detail, sizeof(version.rt_detail));
  numbering_ = NrtNumberingOf(version_.major, version_.minor);
}

Status Nrt::CountCores() {
  uint32_t count = 0;
  nrt::NRT_STATUS code = nrt::NRT_FAILURE;
  if (library_.nrt_get_visible_vnc_count) {
    code = library_.nrt_get_visible_vnc_count(&count);
  }
  if (code != nrt::NRT_SUCCESS && library_.nrt_get_visible_nc_count) {
    code = library_.nrt_get_visible_nc_count(&count);
  }
  if (code != nrt::NRT_SUCCESS) {
    return Status::Error(YOLO_ERROR_DEVICE_UNAVAILABLE,
                         "libnrt does not tell its cores: ", StatusName(code),
                         " (", uint32_t{code}, ")");
  }
  constexpr uint32_t kMostCores = 4096;
  if (count == 0 || count > kMostCores) {
    return Status::Error(YOLO_ERROR_DEVICE_UNAVAILABLE, "libnrt tells of ",
                         count, " Neuron cores");
  }
  num_cores_ = static_cast<int>(count);
  return Status::Ok();
}

void Nrt::AskInstance() {
  if (!library_.nrt_get_instance_info) return;
  nrt::nrt_instance_info_t info;
  std::memset(&info, 0, sizeof(info));
  // Libraries before 2.30 know no more than family and size.
  constexpr size_t kShort = 8;
  const bool is_long =
      version_.major > 2 || (version_.major == 2 && version_.minor >= 30);
  if (library_.nrt_get_instance_info(&info, is_long ? sizeof(info) : kShort) !=
      nrt::NRT_SUCCESS) {
    return;
  }
  instance_family_ = info.family;
  instance_name_ = Text(info.arch_name, sizeof(info.arch_name));
}

Status Nrt::InitError(nrt::NRT_STATUS code) const {
  return Status::Error(NrtErrorCode(NrtCall::kInit, code),
                       "nrt_init: ", StatusName(code), " (", uint32_t{code},
                       "): ", NrtMeaning(NrtCall::kInit, code));
}

const char* Nrt::StatusName(nrt::NRT_STATUS code) const {
  const char* name = library_.nrt_get_status_as_str
                         ? library_.nrt_get_status_as_str(code)
                         : nullptr;
  return name ? name : NrtRuleFor(code).name;
}

std::string NrtVersion::Text() const {
  if (!known) return "unknown";
  std::string text = std::to_string(major);
  for (const uint64_t part : {minor, patch, maintenance}) {
    text += '.' + std::to_string(part);
  }
  return text;
}

}  // namespace yolo
