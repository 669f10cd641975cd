// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo bench.
#ifndef YOLO_SAMPLES_CLI_BENCH_H_
#define YOLO_SAMPLES_CLI_BENCH_H_

#include "error.h"
#include "options.h"

namespace cli {

// Throws Error for what concerns more than one image.
ExitCode Bench(const Options& options);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_BENCH_H_
