// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What yolo eval prints; described in docs/cli.md.
#ifndef YOLO_SAMPLES_CLI_EVAL_EVAL_REPORT_H_
#define YOLO_SAMPLES_CLI_EVAL_EVAL_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "eval/coco_confusion.h"
#include "eval/coco_files.h"
#include "eval/coco_summary.h"
#include "eval/eval_run.h"
#include "model.h"

namespace cli {

struct EvalReport {
  std::string annotations;  // the file
  CocoAnnotations truth;
  std::vector<CocoDetection> detections;
  CocoSummary summary;
  std::optional<CocoConfusion> confusion;
  std::optional<Model> model;  // none when the detections are a file's
  std::optional<EvalRun> run;
};

std::string EvalText(const EvalReport& report, bool per_class);

// One line, without its newline.
std::string EvalJson(const EvalReport& report);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_EVAL_EVAL_REPORT_H_
