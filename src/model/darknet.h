// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Darknet's .cfg and .weights -> Graph. Trusts nothing in either.
#ifndef YOLO_MODEL_DARKNET_H_
#define YOLO_MODEL_DARKNET_H_

#include <span>
#include <string_view>

#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/graph.h"

namespace yolo {

struct DarknetSource {
  std::string_view cfg;
  std::string_view cfg_name;  // a path, or "model_data"; for messages
  std::span<const uint8_t> weights;
  std::string_view weights_name;
  int width = 0;  // pixels; 0: the cfg's own
  int height = 0;
  bool reads_weights = true;           // false: Graph::weights stays empty
  const char* weights_path = nullptr;  // a file to read instead of `weights`
};

// Errors: BAD_MODEL, UNSUPPORTED_MODEL (naming section, index and line),
// INVALID_ARGUMENT (a size that is no multiple of the stride), IO, LIMIT,
// OUT_OF_MEMORY. `log` receives a warning for each key that is not known.
Status ReadDarknet(const DarknetSource& source, const Log& log,
                   Allocator* allocator, Graph* out);

}  // namespace yolo

#endif  // YOLO_MODEL_DARKNET_H_
