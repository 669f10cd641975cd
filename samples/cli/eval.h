// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo eval.
#ifndef YOLO_SAMPLES_CLI_EVAL_H_
#define YOLO_SAMPLES_CLI_EVAL_H_

#include "error.h"
#include "options.h"

namespace cli {

// Throws Error for what concerns more than one image.
ExitCode Eval(const Options& options);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_EVAL_H_
