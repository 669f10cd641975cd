// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers as people read them; the same in the terminal and in the report.
#ifndef YOLO_SAMPLES_CLI_BENCH_FORMAT_H_
#define YOLO_SAMPLES_CLI_BENCH_FORMAT_H_

#include <cstdint>
#include <string>

namespace cli::bench {

// At most 511 bytes.
__attribute__((format(printf, 1, 2))) std::string Format(const char* format,
                                                         ...);

// "1,234,567"
std::string Thousands(uint64_t value);

// Three to four significant digits, thousands separated: "0.123", "12.3",
// "1,234".
std::string Number(double value);

// "+0.4", "-1.2", "0.0" (never "-0.0"): a change in percent.
std::string Signed(double percent);

std::string Mib(uint64_t bytes);

}  // namespace cli::bench

#endif  // YOLO_SAMPLES_CLI_BENCH_FORMAT_H_
