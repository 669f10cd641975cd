// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo info.
#ifndef YOLO_SAMPLES_CLI_INFO_H_
#define YOLO_SAMPLES_CLI_INFO_H_

#include "error.h"
#include "options.h"

namespace cli {

ExitCode Info(const Options& options);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_INFO_H_
