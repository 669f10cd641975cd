// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// getenv and setenv.
#include "device/nrt_environment.h"

#include <cstdlib>
#include <string_view>

namespace yolo {
namespace {

constexpr const char* kAsync = "NEURON_RT_ASYNC_EXEC_MAX_INFLIGHT_REQUESTS";
constexpr const char* kNumCores = "NEURON_RT_NUM_CORES";
constexpr const char* kVisibleCores = "NEURON_RT_VISIBLE_CORES";

// "" when it is not set.
std::string_view Variable(const char* name) {
  const char* value = getenv(name);  // NOLINT(concurrency-mt-unsafe): below
  return value ? value : "";
}

}  // namespace

Status RefuseAsyncExecution() {
  const std::string_view value = Variable(kAsync);
  if (value.empty() || value == "0") return Status::Ok();
  return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, kAsync, "=", value,
                       " would make libnrt return before the results are "
                       "there; unset it, lanes keep the cores busy anyway");
}

Status SetCores(const std::string& visible_cores, int num_cores, const Log& log,
                std::string* variable) {
  variable->clear();
  if (visible_cores.empty() && num_cores == 0) return Status::Ok();
  for (const char* name : {kVisibleCores, kNumCores}) {
    const std::string_view value = Variable(name);
    if (value.empty()) continue;
    log.Info("neuron: the environment's ", name, "=", value,
             " decides which cores are used, not the options");
    return Status::Ok();
  }
  const bool visible = !visible_cores.empty();
  const char* name = visible ? kVisibleCores : kNumCores;
  const std::string value = visible ? visible_cores : std::to_string(num_cores);
  // libnrt has no other way, and reads it in nrt_init, before it has threads.
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  if (setenv(name, value.c_str(), 1) != 0) {
    return Status::Error(YOLO_ERROR_OUT_OF_MEMORY, "cannot set ", name);
  }
  *variable = name;
  return Status::Ok();
}

void UnsetCores(const std::string& variable) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): above
  if (!variable.empty()) unsetenv(variable.c_str());
}

}  // namespace yolo
