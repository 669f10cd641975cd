// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The report of yolo bench: one HTML file that loads nothing and runs nothing.
#ifndef YOLO_SAMPLES_CLI_BENCH_HTML_H_
#define YOLO_SAMPLES_CLI_BENCH_HTML_H_

#include <string>
#include <vector>

#include "bench/run.h"

namespace cli::bench {

// The page for one run, or for several in the same charts; at least one.
std::string HtmlReport(const std::vector<Run>& runs);

// Its parts.
std::string FiguresHtml(const std::vector<Run>& runs);
std::string TablesHtml(const std::vector<Run>& runs);
extern const char kStyleSheet[];

}  // namespace cli::bench

#endif  // YOLO_SAMPLES_CLI_BENCH_HTML_H_
