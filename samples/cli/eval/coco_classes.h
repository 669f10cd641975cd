// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Which category of the annotations each class of a model is.
#ifndef YOLO_SAMPLES_CLI_EVAL_COCO_CLASSES_H_
#define YOLO_SAMPLES_CLI_EVAL_COCO_CLASSES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "eval/coco_files.h"

namespace cli {

// A class that the model may report.
struct ModelClass {
  int32_t id = 0;
  std::string label;  // "" without one
};

// The index of the category of each class, in the order of `classes`.
//
// By name: letters and digits decide, whatever their case, and Darknet's names
// for four of COCO's categories are known ("sofa" is "couch"). Where the model
// has 80 classes and the annotations have COCO's 80 ids, a class without a
// label is the category at its place. Throws Error(kUsage) that names every
// label that is no category, or a name that two categories share.
std::vector<size_t> FindCategories(const std::vector<ModelClass>& classes,
                                   size_t num_model_classes,
                                   const CocoAnnotations& truth);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_EVAL_COCO_CLASSES_H_
