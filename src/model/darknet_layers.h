// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// One section of a .cfg -> one layer: what Darknet's keys mean.
#ifndef YOLO_MODEL_DARKNET_LAYERS_H_
#define YOLO_MODEL_DARKNET_LAYERS_H_

#include <cstddef>
#include <vector>

#include "base/status.h"
#include "model/cfg.h"
#include "model/graph.h"

namespace yolo {

// Beyond these a file is wrong or hostile; each is several times what any
// published model needs.
inline constexpr int kMaxSide = 8192;      // pixels of the network's input
inline constexpr int kMaxFilters = 65536;  // of one convolution
inline constexpr int kMaxWindow = 1024;    // size, stride, dilation, factor
inline constexpr int kMaxSources = 256;    // layers that one layer reads
inline constexpr int kMaxAnchors = 1024;   // of one model
inline constexpr int kMaxClasses = 65536;
inline constexpr size_t kMaxLayerValues = 0x7FFFFFFF;  // activations or weights
inline constexpr size_t kMaxActivations = size_t{1} << 34;  // of all layers
inline constexpr size_t kMaxWeights = size_t{1} << 32;      // of all layers

// A convolution as the .weights file holds it: [filters] biases; with
// batch_normalize also [filters] scales, means and variances; then
// [filters][input.c / groups][size][size] weights.
struct StoredConvolution {
  int layer = 0;  // index into Graph::layers
  bool batch_normalize = false;
};

// A graph whose weights are still in their file.
struct DarknetGraph {
  Graph graph;
  std::vector<StoredConvolution> stored;  // in the file's order
  size_t num_floats = 0;                  // of Graph::weights, gaps included
};

// Each reads a section into `layer`, whose inputs are the layer before it when
// the call is made, and leaves type and line alone. Errors: BAD_MODEL,
// UNSUPPORTED_MODEL, LIMIT.
Status ReadConvolution(SectionReader* in, DarknetGraph* model, Layer* layer);
Status ReadMaxPool(SectionReader* in, DarknetGraph* model, Layer* layer);
Status ReadAveragePool(SectionReader* in, DarknetGraph* model, Layer* layer);
Status ReadUpsample(SectionReader* in, DarknetGraph* model, Layer* layer);
Status ReadRoute(SectionReader* in, DarknetGraph* model, Layer* layer);
Status ReadShortcut(SectionReader* in, DarknetGraph* model, Layer* layer);
Status ReadScaleChannels(SectionReader* in, DarknetGraph* model, Layer* layer);
Status ReadSam(SectionReader* in, DarknetGraph* model, Layer* layer);
Status ReadIdentity(SectionReader* in, DarknetGraph* model, Layer* layer);
Status ReadYolo(SectionReader* in, DarknetGraph* model, Layer* layer);

}  // namespace yolo

#endif  // YOLO_MODEL_DARKNET_LAYERS_H_
