// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// [net], then layer after layer; then what must hold for all of them.
#include "model/darknet_graph.h"

#include <algorithm>
#include <utility>

#include "model/darknet_sections.h"

namespace yolo {
namespace {

// Beyond every size that a network may have.
constexpr int kEndlessStride = 1 << 20;

Status ReadNet(std::string_view name, const CfgSection& section,
               NetworkSize size, const Log& log, Graph* graph) {
  SectionReader in(name, section, SectionReader::kNoIndex);
  if (section.type != "net" && section.type != "network") {
    return in.Error(YOLO_ERROR_BAD_MODEL, "the first section must be [net]");
  }
  for (const char* key : {"width", "height", "channels"}) {
    if (in.Has(key)) continue;
    in.FailKey(
        in.Has("inputs") ? YOLO_ERROR_UNSUPPORTED_MODEL : YOLO_ERROR_BAD_MODEL,
        key, "is missing: the input must be a picture");
  }
  const int width = in.Int("width", 1, 1, kMaxSide);
  const int height = in.Int("height", 1, 1, kMaxSide);
  if (in.Int("channels", 3, 1, kMaxFilters) != 3) {
    in.FailKey(YOLO_ERROR_UNSUPPORTED_MODEL, "channels",
               "is not supported: a picture has 3, RGB");
  }
  graph->letterbox = in.Int("letter_box", 0, 0, 1) != 0;
  YOLO_TRY(in.status());
  graph->input = {3, size.height ? size.height : height,
                  size.width ? size.width : width};
  in.WarnUnread({IgnoredInNet()}, log);
  return Status::Ok();
}

// How many pixels of the network's input a step in the output of `layer` is,
// from those of the layers before; Identity for what has no stride.
int LayerStride(const Layer& layer, std::span<const int> strides) {
  int64_t stride = 1;
  // [scale_channels] multiplies by what was pooled to 1 x 1.
  const bool skip = std::holds_alternative<ScaleChannels>(layer.op);
  for (size_t i = skip ? 1 : 0; i < layer.inputs.size(); ++i) {
    if (layer.inputs[i] == kNetworkInput) continue;
    stride = std::max<int64_t>(stride,
                               strides[static_cast<size_t>(layer.inputs[i])]);
  }
  if (const auto* conv = std::get_if<Convolution>(&layer.op)) {
    stride *= std::max(conv->stride_x, conv->stride_y);
  } else if (const auto* pool = std::get_if<MaxPool>(&layer.op)) {
    stride *= std::max(pool->stride_x, pool->stride_y);
  } else if (const auto* up = std::get_if<Upsample>(&layer.op)) {
    stride = std::max<int64_t>(stride / up->factor, 1);
  }
  return static_cast<int>(std::min<int64_t>(stride, kEndlessStride));
}

Status ReadLayer(SectionReader* in, const Log& log, DarknetGraph* model) {
  const SectionType* type = FindSectionType(in->type());
  if (!type) {
    return in->Error(YOLO_ERROR_UNSUPPORTED_MODEL, "is not a known section");
  }
  if (!type->read) {
    return in->Error(YOLO_ERROR_UNSUPPORTED_MODEL,
                     "is not supported: ", type->refusal);
  }
  Graph* graph = &model->graph;
  Layer layer;
  layer.type = in->type();
  layer.line = in->line();
  layer.inputs = {in->index() - 1};
  static_assert(kNetworkInput == -1, "the layer before layer 0");
  in->Refuse("dontload", 0, "a layer that is not in the weights file");
  in->Refuse("dontloadscales", 0, "batch norm that is not in the weights file");
  YOLO_TRY(type->read(in, model, &layer));
  for (const int source : layer.inputs) {
    if (source != kNetworkInput &&
        std::holds_alternative<YoloHead>(
            graph->layers[static_cast<size_t>(source)].op)) {
      return in->Error(YOLO_ERROR_UNSUPPORTED_MODEL, "reads layer ", source,
                       ", which is a detection head");
    }
  }
  in->WarnUnread({type->ignored, IgnoredEverywhere()}, log);
  graph->layers.push_back(std::move(layer));
  return Status::Ok();
}

// Notes a head that was just read; all have the same classes.
Status AddHead(const SectionReader& in, Graph* graph) {
  const auto* head = std::get_if<YoloHead>(&graph->layers.back().op);
  if (!head) return Status::Ok();
  if (!graph->heads.empty() && head->classes != graph->num_classes) {
    return in.Error(YOLO_ERROR_UNSUPPORTED_MODEL, "has ", head->classes,
                    " classes, the head of layer ", graph->heads.front(),
                    " has ", graph->num_classes);
  }
  graph->num_classes = head->classes;
  graph->heads.push_back(in.index());
  return Status::Ok();
}

Status Build(std::span<const CfgSection> sections, std::string_view name,
             NetworkSize size, const Log& log, DarknetGraph* model) {
  Graph* graph = &model->graph;
  YOLO_TRY(ReadNet(name, sections[0], size, log, graph));
  std::vector<int> strides;  // [layers]
  graph->max_stride = 1;
  size_t values = 0;  // in the outputs of all layers
  for (size_t i = 1; i < sections.size(); ++i) {
    SectionReader in(name, sections[i], static_cast<int>(i - 1));
    YOLO_TRY(ReadLayer(&in, log, model));
    YOLO_TRY(AddHead(in, graph));
    const Layer& layer = graph->layers.back();
    values += layer.shape.count();
    if (values > kMaxActivations) {
      return in.Error(YOLO_ERROR_LIMIT, "the layers so far have ", values,
                      " outputs; the limit is ", kMaxActivations);
    }
    strides.push_back(LayerStride(layer, strides));
    graph->max_stride = std::max(graph->max_stride, strides.back());
    graph->num_parameters += layer.num_parameters;
    graph->gflop += layer.gflop;
  }
  if (graph->heads.empty()) {
    return Status::Error(YOLO_ERROR_UNSUPPORTED_MODEL, Excerpt::Path(name),
                         ": no [yolo] section among ", graph->layers.size(),
                         " layers");
  }
  return Status::Ok();
}

Status CheckSide(std::string_view what, int side, int stride) {
  if (side >= 1 && side <= kMaxSide && side % stride == 0) return Status::Ok();
  return Status::Error(
      YOLO_ERROR_INVALID_ARGUMENT, what, ' ', side, " must be a multiple of ",
      stride, ", the model's largest stride, from ", stride, " to ", kMaxSide);
}

}  // namespace

Status BuildDarknetGraph(std::span<const CfgSection> sections,
                         std::string_view name, NetworkSize size,
                         const Log& log, DarknetGraph* out) {
  *out = DarknetGraph();
  YOLO_TRY(Build(sections, name, {}, log, out));
  if (size.width == 0 && size.height == 0) return Status::Ok();
  if (size.width == 0 || size.height == 0) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "network size ",
                         size.width, " x ", size.height,
                         ": give both width and height, or neither");
  }
  YOLO_TRY(CheckSide("network width", size.width, out->graph.max_stride));
  YOLO_TRY(CheckSide("network height", size.height, out->graph.max_stride));
  // The same layers with other shapes; the warnings have been given.
  *out = DarknetGraph();
  const Status status = Build(sections, name, size, Log(), out);
  if (status.ok() || status.code() == YOLO_ERROR_LIMIT) return status;
  return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "network size ", size.width,
                       " x ", size.height, ": ", status.message());
}

}  // namespace yolo
