// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Text -> sections -> graph -> weights.
#include "model/darknet.h"

#include <utility>
#include <vector>

#include "model/cfg.h"
#include "model/darknet_graph.h"
#include "model/weights.h"

namespace yolo {

Status ReadDarknet(const DarknetSource& source, const Log& log,
                   Allocator* allocator, Graph* out) {
  std::vector<CfgSection> sections;
  YOLO_TRY(ParseCfg(source.cfg, source.cfg_name, &sections));
  DarknetGraph model;
  YOLO_TRY(BuildDarknetGraph(sections, source.cfg_name,
                             {source.width, source.height}, log, &model));
  if (source.reads_weights) {
    MemoryReader block(source.weights);
    InputFile file;
    if (source.weights_path) YOLO_TRY(file.Open(source.weights_path));
    ByteReader* in = &block;
    if (source.weights_path) in = &file;
    YOLO_TRY(ReadWeights(in, source.weights_name, log, allocator, &model));
  }
  *out = std::move(model.graph);
  return Status::Ok();
}

}  // namespace yolo
