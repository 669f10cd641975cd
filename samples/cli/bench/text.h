// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What `yolo bench` prints.
#ifndef YOLO_SAMPLES_CLI_BENCH_TEXT_H_
#define YOLO_SAMPLES_CLI_BENCH_TEXT_H_

#include <string>

#include "bench/run.h"

namespace cli::bench {

// What is about to be measured, and the head of the windows' lines.
std::string HeadingText(const Run& run);

// One line.
std::string WindowText(const Window& window);

// All numbers of a run.
std::string SummaryText(const Run& run);

// A table with a line for each of several runs.
std::string ComparisonText(const std::vector<Run>& runs);

// "closed loop" or "open loop, 50 images/s".
std::string LoopText(const LoadOptions& load);

}  // namespace cli::bench

#endif  // YOLO_SAMPLES_CLI_BENCH_TEXT_H_
