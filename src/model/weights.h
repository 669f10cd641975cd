// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Darknet's .weights: a header, then floats in the order of the layers.
#ifndef YOLO_MODEL_WEIGHTS_H_
#define YOLO_MODEL_WEIGHTS_H_

#include <cstdint>
#include <string_view>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/darknet_layers.h"

namespace yolo {

// Added to a variance before its root is taken: 1e-6 inside the root, which
// is what OpenCV's DNN 4.6 computes for Darknet's models. Darknet itself has
// (x - mean) / (sqrt(variance) + 1e-6) in its first edition and
// (x - mean) / sqrt(variance + 1e-5) in AlexeyAB's. See docs/models.md.
inline constexpr double kVarianceEpsilon = 1e-6;

// Reads the file `name` from its start into model->graph.weights, with batch
// norm folded into weights and biases:
//   factor = scale / sqrt(variance + kVarianceEpsilon)
//   weight' = weight * factor; bias' = bias - mean * factor
// `log` is warned of each layer with a number that is infinite or NaN; such
// numbers are kept. The length is compared before anything else is done; of a
// pipe one byte more than is right is read. Errors: BAD_MODEL when the length
// is not exactly right, IO, LIMIT, OUT_OF_MEMORY.
Status ReadWeights(ByteReader* in, std::string_view name, const Log& log,
                   Allocator* allocator, DarknetGraph* model);

}  // namespace yolo

#endif  // YOLO_MODEL_WEIGHTS_H_
