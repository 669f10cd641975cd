// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A function for each kind of section. Defaults, shapes and order of operands
// are those of AlexeyAB's Darknet (parser.c and the make_..._layer functions).
#include "model/darknet_layers.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "base/memory.h"

namespace yolo {
namespace {

// Weights of each convolution begin on a cache line.
constexpr size_t kFloatsPerLine = kAlignment / sizeof(float);

// Numbers in "anchors": two sides each.
constexpr size_t kMaxSides = size_t{2} * kMaxAnchors;

constexpr size_t RoundUpFloats(size_t n) {
  return (n + kFloatsPerLine - 1) / kFloatsPerLine * kFloatsPerLine;
}

// How often a window of `size` fits when it moves by `stride`. 0: never.
int64_t Windows(int64_t side, int64_t padding, int64_t size, int64_t stride) {
  return side + padding < size ? 0 : (side + padding - size) / stride + 1;
}

Message Dimensions(int64_t c, int64_t h, int64_t w) {
  return Message(c, " x ", h, " x ", w);
}

Message Dimensions(const Shape& s) { return Dimensions(s.c, s.h, s.w); }

// Sets the output's shape, channels first, when there can be such a tensor.
Status SetShape(const SectionReader& in, const Shape& input, Layer* layer,
                int64_t c, int64_t h, int64_t w) {
  if (c < 1 || h < 1 || w < 1) {
    return in.Error(YOLO_ERROR_BAD_MODEL, "an input of ",
                    Dimensions(input).view(), " gives an output of ",
                    Dimensions(c, h, w).view());
  }
  size_t count = 0;
  if (!Multiply(static_cast<size_t>(c), static_cast<size_t>(h), &count) ||
      !Multiply(count, static_cast<size_t>(w), &count) ||
      count > kMaxLayerValues) {
    return in.Error(YOLO_ERROR_LIMIT, "an output of ",
                    Dimensions(c, h, w).view(), "; the limit is ",
                    kMaxLayerValues, " values");
  }
  layer->shape = {static_cast<int>(c), static_cast<int>(h),
                  static_cast<int>(w)};
  return Status::Ok();
}

Activation ReadActivation(SectionReader* in, std::string_view fallback) {
  static constexpr struct {
    std::string_view name;
    Activation value;
  } kNames[] = {
      {"linear", Activation::kLinear},     {"relu", Activation::kRelu},
      {"leaky", Activation::kLeaky},       {"relu6", Activation::kRelu6},
      {"logistic", Activation::kLogistic}, {"mish", Activation::kMish},
      {"swish", Activation::kSwish},       {"tanh", Activation::kTanh},
  };
  const std::string_view text = in->Text("activation", fallback);
  for (const auto& row : kNames) {
    if (row.name == text) return row.value;
  }
  // Darknet takes ReLU for a name that it does not know, and says so.
  in->FailKey(YOLO_ERROR_UNSUPPORTED_MODEL, "activation",
              "is not one of linear, relu, leaky, relu6, logistic, mish, "
              "swish, tanh");
  return Activation::kLinear;
}

// Earlier layers that `key` names: by index, or relative when negative.
std::vector<int> ReadSources(SectionReader* in, std::string_view key,
                             size_t max_count) {
  std::vector<int> sources = in->Ints(key, max_count);
  if (sources.empty()) in->FailKey(YOLO_ERROR_BAD_MODEL, key, "is missing");
  for (int& source : sources) {
    if (source < 0) source += in->index();
    if (source >= 0 && source < in->index()) continue;
    in->FailKey(YOLO_ERROR_BAD_MODEL, key, "names layer ", source,
                ", which does not come before layer ", in->index());
    return {};
  }
  return sources;
}

// Reads what needs no shapes; `padding` is Darknet's, before dilation.
Convolution ReadConvolutionKeys(SectionReader* in, int* padding) {
  Convolution op;
  op.filters = in->Int("filters", 1, 1, kMaxFilters);
  op.size = in->Int("size", 1, 1, kMaxWindow);
  const int stride = in->Int("stride", 1, 1, kMaxWindow);
  op.stride_x = in->Int("stride_x", stride, 1, kMaxWindow);
  op.stride_y = in->Int("stride_y", stride, 1, kMaxWindow);
  op.groups = in->Int("groups", 1, 1, kMaxFilters);
  op.dilation = in->Int("dilation", 1, 1, kMaxWindow);
  if (op.size == 1) op.dilation = 1;
  *padding = in->Int("padding", 0, 0, kMaxWindow);
  if (in->Int("pad", 0, 0, kMaxWindow) != 0) *padding = op.size / 2;
  op.activation = ReadActivation(in, "logistic");
  in->Refuse("antialiasing", 0, "a blur follows the convolution");
  in->Refuse("binary", 0, "binary weights");
  in->Refuse("xnor", 0, "binary weights and inputs");
  in->Refuse("bin_output", 0, "binary outputs");
  in->Refuse("flipped", 0, "transposed weights");
  in->Refuse("coordconv", 0, "coordinates as channels");
  for (const char* key : {"sway", "rotate", "stretch", "stretch_sway"}) {
    in->Refuse(key, 0, "deformed weights");
  }
  if (in->Has("share_index")) {
    in->FailKey(YOLO_ERROR_UNSUPPORTED_MODEL, "share_index",
                "is not supported: weights of another layer");
  }
  if (*padding >= op.size && *padding != 0) {
    in->FailKey(YOLO_ERROR_UNSUPPORTED_MODEL, "padding",
                "is not supported: wider than the window of ", op.size);
  }
  // Darknet computes the output's size as if dilation were 1, and the
  // convolution with a padding of padding * dilation: that fits for "same"
  // padding only.
  if (op.dilation > 1 && 2 * *padding != op.size - 1) {
    in->FailKey(YOLO_ERROR_UNSUPPORTED_MODEL, "dilation",
                "is not supported without a padding of half the window");
  }
  op.pad = *padding * op.dilation;
  return op;
}

// Takes room for the weights in Graph::weights and counts what the file holds.
Status PlaceWeights(const SectionReader& in, const Shape& input,
                    bool batch_normalize, DarknetGraph* model, Layer* layer,
                    Convolution* op) {
  const auto filters = static_cast<size_t>(op->filters);
  size_t count = static_cast<size_t>(op->size) * static_cast<size_t>(op->size);
  if (!Multiply(count, static_cast<size_t>(input.c / op->groups), &count) ||
      !Multiply(count, filters, &count) || count > kMaxLayerValues) {
    return in.Error(YOLO_ERROR_LIMIT, op->filters, " filters of ",
                    Dimensions(input.c / op->groups, op->size, op->size).view(),
                    "; the limit is ", kMaxLayerValues, " weights");
  }
  op->weights = model->num_floats;
  op->bias = op->weights + RoundUpFloats(count);
  model->num_floats = op->bias + RoundUpFloats(filters);
  if (model->num_floats > kMaxWeights) {
    return in.Error(YOLO_ERROR_LIMIT, "the model has more than ", kMaxWeights,
                    " weights");
  }
  model->stored.push_back({in.index(), batch_normalize});
  layer->num_parameters = count + (batch_normalize ? 4 : 1) * filters;
  layer->gflop =
      2e-9 * static_cast<double>(count) * layer->shape.h * layer->shape.w;
  return Status::Ok();
}

// Says which two layers do not fit together.
Status Mismatch(const SectionReader& in, yolo_status code, const Graph& graph,
                std::pair<int, int> layers) {
  const auto describe = [&](int i) {
    return i == kNetworkInput
               ? Message("the input (", Dimensions(graph.input).view(), ')')
               : Message("layer ", i, " (",
                         Dimensions(graph.layers[static_cast<size_t>(i)].shape)
                             .view(),
                         ')');
  };
  return in.Error(code, describe(layers.first).view(), " and ",
                  describe(layers.second).view(), " do not fit together");
}

bool SameSides(const Shape& a, const Shape& b) {
  return a.h == b.h && a.w == b.w;
}

// The activation of [sam] and [scale_channels]: Darknet has these two not.
Activation ReadProductActivation(SectionReader* in) {
  const Activation activation = ReadActivation(in, "linear");
  if (activation == Activation::kMish || activation == Activation::kSwish) {
    in->FailKey(YOLO_ERROR_UNSUPPORTED_MODEL, "activation",
                "is not supported here, nor by Darknet");
  }
  return activation;
}

// The anchors that `mask` picks from the list of the whole model.
std::vector<YoloHead::Anchor> ReadAnchors(SectionReader* in) {
  const int num = in->Int("num", 1, 1, kMaxAnchors);
  std::vector<int> mask = in->Ints("mask", kMaxAnchors);
  if (mask.empty() && !in->Has("mask")) {
    mask.resize(static_cast<size_t>(num));
    std::iota(mask.begin(), mask.end(), 0);
  }
  const std::vector<float> sides = in->Floats("anchors", kMaxSides);
  std::vector<YoloHead::Anchor> anchors;
  for (const int i : mask) {
    if (i < 0 || i >= num) {
      in->FailKey(YOLO_ERROR_BAD_MODEL, "mask", "names anchor ", i, " of ",
                  num);
      return anchors;
    }
    const auto at = 2 * static_cast<size_t>(i);
    if (at + 1 >= sides.size()) {
      in->FailKey(YOLO_ERROR_BAD_MODEL, "anchors", "has ", sides.size(),
                  " numbers; num=", num, " asks for ", 2 * num);
      return anchors;
    }
    if (!(sides[at] > 0 && sides[at + 1] > 0)) {
      in->FailKey(YOLO_ERROR_BAD_MODEL, "anchors", "has a side of 0 or less");
    }
    anchors.push_back({sides[at], sides[at + 1]});
  }
  return anchors;
}

}  // namespace

Status ReadConvolution(SectionReader* in, DarknetGraph* model, Layer* layer) {
  const Shape input = model->graph.InputShape(*layer, 0);
  int padding = 0;
  Convolution op = ReadConvolutionKeys(in, &padding);
  const int batch_normalize = in->Int("batch_normalize", 0, 0, 2);
  const int cbn = in->Int("cbn", 0, 0, 1);  // differs in training only
  if (input.c % op.groups != 0 || op.filters % op.groups != 0) {
    in->FailKey(YOLO_ERROR_BAD_MODEL, "groups", "does not divide ", input.c,
                " channels and ", op.filters, " filters");
  }
  YOLO_TRY(in->status());
  const int64_t added = int64_t{2} * padding;
  YOLO_TRY(SetShape(*in, input, layer, op.filters,
                    Windows(input.h, added, op.size, op.stride_y),
                    Windows(input.w, added, op.size, op.stride_x)));
  YOLO_TRY(
      PlaceWeights(*in, input, batch_normalize + cbn > 0, model, layer, &op));
  layer->op = op;
  return Status::Ok();
}

Status ReadMaxPool(SectionReader* in, DarknetGraph* model, Layer* layer) {
  const Shape& input = model->graph.InputShape(*layer, 0);
  MaxPool op;
  const int stride = in->Int("stride", 1, 1, kMaxWindow);
  op.stride_x = in->Int("stride_x", stride, 1, kMaxWindow);
  op.stride_y = in->Int("stride_y", stride, 1, kMaxWindow);
  op.size = in->Int("size", stride, 1, kMaxWindow);
  op.padding = in->Int("padding", op.size - 1, 0, 2 * kMaxWindow);
  in->Refuse("maxpool_depth", 0, "a maximum over channels");
  in->Refuse("maxpool_zero_nonmax", 0, "zeros where there is no maximum");
  in->Refuse("antialiasing", 0, "a blur follows the maximum");
  // A window that lies in the padding alone has no maximum.
  if ((op.padding + 1) / 2 >= op.size && op.padding != 0) {
    in->FailKey(YOLO_ERROR_UNSUPPORTED_MODEL, "padding",
                "is not supported: half of it is no less than the window of ",
                op.size);
  }
  YOLO_TRY(in->status());
  layer->op = op;
  return SetShape(*in, input, layer, input.c,
                  Windows(input.h, op.padding, op.size, op.stride_y),
                  Windows(input.w, op.padding, op.size, op.stride_x));
}

Status ReadAveragePool(SectionReader* in, DarknetGraph* model, Layer* layer) {
  const Shape& input = model->graph.InputShape(*layer, 0);
  layer->op = GlobalAveragePool{};
  return SetShape(*in, input, layer, input.c, 1, 1);
}

Status ReadUpsample(SectionReader* in, DarknetGraph* model, Layer* layer) {
  const Shape& input = model->graph.InputShape(*layer, 0);
  Upsample op;
  op.factor = in->Int("stride", 2, -kMaxWindow, kMaxWindow);
  op.scale = in->Float("scale", 1, -1e6f, 1e6f);
  if (op.factor < 1) {
    in->FailKey(YOLO_ERROR_UNSUPPORTED_MODEL, "stride",
                "is not supported: a reverse upsample");
  }
  YOLO_TRY(in->status());
  layer->op = op;
  return SetShape(*in, input, layer, input.c, int64_t{input.h} * op.factor,
                  int64_t{input.w} * op.factor);
}

Status ReadRoute(SectionReader* in, DarknetGraph* model, Layer* layer) {
  const Graph& graph = model->graph;
  Route op;
  op.groups = in->Int("groups", 1, 1, kMaxFilters);
  op.group = in->Int("group_id", 0, 0, op.groups - 1);
  layer->inputs = ReadSources(in, "layers", kMaxSources);
  YOLO_TRY(in->status());
  const Shape& first = graph.InputShape(*layer, 0);
  int64_t channels = 0;
  for (size_t i = 0; i < layer->inputs.size(); ++i) {
    const Shape& shape = graph.InputShape(*layer, i);
    if (!SameSides(first, shape)) {
      return Mismatch(*in, YOLO_ERROR_BAD_MODEL, graph,
                      {layer->inputs[0], layer->inputs[i]});
    }
    if (shape.c % op.groups != 0) {
      in->FailKey(YOLO_ERROR_BAD_MODEL, "groups", "does not divide the ",
                  shape.c, " channels of layer ", layer->inputs[i]);
    }
    channels += shape.c / op.groups;
  }
  YOLO_TRY(in->status());
  layer->op = op;
  return SetShape(*in, first, layer, channels, first.h, first.w);
}

Status ReadShortcut(SectionReader* in, DarknetGraph* model, Layer* layer) {
  const Graph& graph = model->graph;
  Shortcut op;
  op.activation = ReadActivation(in, "linear");
  if (in->Text("weights_type", "none") != "none") {
    in->FailKey(YOLO_ERROR_UNSUPPORTED_MODEL, "weights_type",
                "is not supported: weighted inputs");
  }
  const std::vector<int> sources = ReadSources(in, "from", kMaxSources);
  YOLO_TRY(in->status());
  layer->inputs.insert(layer->inputs.end(), sources.begin(), sources.end());
  const Shape& first = graph.InputShape(*layer, 0);
  for (size_t i = 1; i < layer->inputs.size(); ++i) {
    if (!SameSides(first, graph.InputShape(*layer, i))) {
      // Darknet adds the first values of both, whatever their place.
      return Mismatch(*in, YOLO_ERROR_UNSUPPORTED_MODEL, graph,
                      {layer->inputs[0], layer->inputs[i]});
    }
  }
  layer->op = op;
  return SetShape(*in, first, layer, first.c, first.h, first.w);
}

Status ReadScaleChannels(SectionReader* in, DarknetGraph* model, Layer* layer) {
  const Graph& graph = model->graph;
  const std::vector<int> from = ReadSources(in, "from", 1);
  const ScaleChannels op{ReadProductActivation(in)};
  in->Refuse("scale_wh", 0, "one factor for each pixel");
  YOLO_TRY(in->status());
  layer->inputs.push_back(from[0]);
  const Shape& factors = graph.InputShape(*layer, 0);
  const Shape& values = graph.InputShape(*layer, 1);
  if (factors != Shape{values.c, 1, 1}) {
    return Mismatch(*in, YOLO_ERROR_BAD_MODEL, graph,
                    {layer->inputs[0], layer->inputs[1]});
  }
  layer->op = op;
  return SetShape(*in, factors, layer, values.c, values.h, values.w);
}

Status ReadSam(SectionReader* in, DarknetGraph* model, Layer* layer) {
  const Graph& graph = model->graph;
  const std::vector<int> from = ReadSources(in, "from", 1);
  const Multiplication op{ReadProductActivation(in)};
  YOLO_TRY(in->status());
  layer->inputs.push_back(from[0]);
  const Shape& a = graph.InputShape(*layer, 0);
  if (a != graph.InputShape(*layer, 1)) {
    return Mismatch(*in, YOLO_ERROR_BAD_MODEL, graph,
                    {layer->inputs[0], layer->inputs[1]});
  }
  layer->op = op;
  return SetShape(*in, a, layer, a.c, a.h, a.w);
}

Status ReadIdentity(SectionReader* in, DarknetGraph* model, Layer* layer) {
  const Shape& input = model->graph.InputShape(*layer, 0);
  layer->op = Identity{};
  return SetShape(*in, input, layer, input.c, input.h, input.w);
}

Status ReadYolo(SectionReader* in, DarknetGraph* model, Layer* layer) {
  const Shape& input = model->graph.InputShape(*layer, 0);
  YoloHead op;
  op.anchors = ReadAnchors(in);
  op.classes = in->Int("classes", 20, 1, kMaxClasses);
  op.scale_x_y = in->Float("scale_x_y", 1, 0.01f, 100);
  op.new_coords = in->Int("new_coords", 0, 0, 1) != 0;
  in->Refuse("embedding_layer", 999999, "embeddings for tracking");
  YOLO_TRY(in->status());
  const auto num_anchors = static_cast<int64_t>(op.anchors.size());
  const int64_t channels = num_anchors * (5 + op.classes);
  if (input.c != channels) {
    return in->Error(YOLO_ERROR_BAD_MODEL, "the layer before has ", input.c,
                     " channels; ", num_anchors, " anchors of 5 + ", op.classes,
                     " values need ", channels);
  }
  layer->op = std::move(op);
  return SetShape(*in, input, layer, input.c, input.h, input.w);
}

}  // namespace yolo
