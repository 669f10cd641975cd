// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A model on the images of annotations.
#ifndef YOLO_SAMPLES_CLI_EVAL_EVAL_RUN_H_
#define YOLO_SAMPLES_CLI_EVAL_EVAL_RUN_H_

#include <yolo/yolo.h>

#include <cstdint>
#include <string>
#include <vector>

#include "eval/coco_files.h"
#include "model.h"
#include "options.h"

namespace cli {

// An image in which nothing was found because it could not be read.
struct EvalFailure {
  std::string path;
  std::string status;  // "YOLO_ERROR_IO"
  std::string message;
};

// An image whose size is not what the annotations say.
struct EvalMisfit {
  std::string path;
  uint32_t width, height;  // pixels, upright
  int64_t annotated_width, annotated_height;
};

// Sums over the images that did not fail, nanoseconds.
struct EvalStages {
  uint64_t decode = 0, pack = 0, run = 0, extract = 0;
};

struct EvalRun {
  std::vector<CocoDetection> detections;  // by image, best first
  std::vector<EvalFailure> failures;      // by image
  std::vector<EvalMisfit> misfits;        // by image
  size_t num_images = 0;
  size_t num_cut = 0;  // images in which more was found than is reported
  uint32_t callers = 0;
  uint32_t batch = 0;
  double seconds = 0;  // wall clock, from the first file to the last box
  EvalStages stages;
};

// categories: index of each class of the model. Shows a progress bar.
EvalRun RunEval(const Model& model, const EvalOptions& options,
                const CocoAnnotations& truth,
                const std::vector<size_t>& categories);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_EVAL_EVAL_RUN_H_
