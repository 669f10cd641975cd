// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A whole .cfg -> a graph that still lacks its weights.
#ifndef YOLO_MODEL_DARKNET_GRAPH_H_
#define YOLO_MODEL_DARKNET_GRAPH_H_

#include <span>
#include <string_view>

#include "base/log.h"
#include "base/status.h"
#include "model/cfg.h"
#include "model/darknet_layers.h"

namespace yolo {

// Size of the network's input in pixels; 0 x 0: the .cfg's own.
struct NetworkSize {
  int width = 0;
  int height = 0;
};

// Builds the graph of `sections`, which ParseCfg made of the file `name`.
// Errors: BAD_MODEL, UNSUPPORTED_MODEL, LIMIT, and INVALID_ARGUMENT when
// `size` does not suit the model.
Status BuildDarknetGraph(std::span<const CfgSection> sections,
                         std::string_view name, NetworkSize size,
                         const Log& log, DarknetGraph* out);

}  // namespace yolo

#endif  // YOLO_MODEL_DARKNET_GRAPH_H_
