// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What is printed for an image.
#ifndef YOLO_SAMPLES_CLI_REPORT_H_
#define YOLO_SAMPLES_CLI_REPORT_H_

#include <nlohmann/json.hpp>
#include <string>

#include "model.h"
#include "photo.h"

namespace cli {

// As printf; at most 511 characters.
__attribute__((format(printf, 1, 2))) std::string Format(const char* format,
                                                         ...);

// Six decimals: a float as it was written, a thousandth of a megaflop.
double Round6(double value);

// On one line, invalid UTF-8 replaced.
std::string OneLine(const nlohmann::ordered_json& json);

// The line of `yolo detect --json`, without its newline.
std::string JsonReport(const Photo& photo, const Model& model);

// The lines of `yolo detect`.
std::string TextReport(const Photo& photo, const Model& model);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_REPORT_H_
