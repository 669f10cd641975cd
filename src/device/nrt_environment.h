// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// libnrt's settings, which live in environment variables. Nothing else in
// libyolo reads or writes the environment.
#ifndef YOLO_DEVICE_NRT_ENVIRONMENT_H_
#define YOLO_DEVICE_NRT_ENVIRONMENT_H_

#include <string>

#include "base/log.h"
#include "base/status.h"

namespace yolo {

// INVALID_ARGUMENT, with an explanation, when libnrt is told to return from
// nrt_execute before the results are there.
Status RefuseAsyncExecution();

// Sets NEURON_RT_VISIBLE_CORES to `visible_cores`, or if that is empty
// NEURON_RT_NUM_CORES to `num_cores` unless that is 0, if the user has set
// neither. `variable` receives the name of what was set, or "".
Status SetCores(const std::string& visible_cores, int num_cores, const Log& log,
                std::string* variable);

// Takes back what SetCores() set; "" is nothing.
void UnsetCores(const std::string& variable);

}  // namespace yolo

#endif  // YOLO_DEVICE_NRT_ENVIRONMENT_H_
