// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Shapes against shapes, before anything runs.
#include "device/neuron_plan.h"

#include <algorithm>
#include <utility>

namespace yolo {
namespace {

constexpr struct {
  const char* name;
  DataType type;
} kTypes[] = {{"u8", DataType::kU8},
              {"f16", DataType::kF16},
              {"bf16", DataType::kBf16},
              {"f32", DataType::kF32}};

template <class... Parts>
Status Bad(const Parts&... parts) {
  return Status::Error(YOLO_ERROR_BAD_MODEL, "the NEFF's ", parts...);
}

// "input 'image', f16 [1, 416, 416, 3]"
std::string Text(const NrtTensor& tensor) {
  return std::string(tensor.is_input ? "input '" : "output '") + tensor.name +
         "', " + tensor.dtype + " " + ShapeText(tensor.shape);
}

// A shape without the batch. One dimension more than h and w may have been
// split: channels into anchors and their values, which lie as before.
struct ImageShape {
  uint32_t batch = 1;
  std::vector<uint32_t> rest;
};

ImageShape WithoutBatch(const NrtTensor& tensor) {
  ImageShape out;
  out.rest = tensor.shape;
  if (out.rest.size() < 4) return out;
  out.batch = out.rest.front();
  out.rest.erase(out.rest.begin());
  return out;
}

bool Is(std::span<const uint32_t> dims, int a, int b, int c) {
  return dims.size() == 3 && dims[0] == static_cast<uint32_t>(a) &&
         dims[1] == static_cast<uint32_t>(b) &&
         dims[2] == static_cast<uint32_t>(c);
}

// Whether `dims` are those of `shape`, and in which order. Where both orders
// fit (c = h = w), it is that of `otherwise`.
bool Fits(std::vector<uint32_t> dims, const Shape& shape, int anchors,
          Layout otherwise, Layout* layout) {
  const auto split = static_cast<uint32_t>(anchors);
  const auto values = static_cast<uint32_t>(shape.c / anchors);
  if (dims.size() == 4 && dims[0] == split && dims[1] == values) {
    dims = {split * values, dims[2], dims[3]};
  } else if (dims.size() == 4 && dims[2] == split && dims[3] == values) {
    dims = {dims[0], dims[1], split * values};
  }
  const bool planar = Is(dims, shape.c, shape.h, shape.w);
  const bool interleaved = Is(dims, shape.h, shape.w, shape.c);
  if (planar && interleaved) {
    *layout = otherwise;
  } else {
    *layout = planar ? Layout::kPlanar : Layout::kInterleaved;
  }
  return planar || interleaved;
}

// Type and size, of a tensor whose shape fits.
Status Describe(const NrtTensor& tensor, size_t batch, Layout layout,
                const Shape& shape, NeuronTensor* out) {
  if (!tensor.type) {
    return Bad(Text(tensor),
               " has a type that is not known; say which with tensor_types");
  }
  if (*tensor.type == DataType::kU8 && !tensor.is_input) {
    return Bad(Text(tensor), " must be f16, bf16 or f32");
  }
  *out = {tensor.name,  tensor.size, shape.count() * SizeOf(*tensor.type),
          *tensor.type, layout,      shape};
  if (out->size == out->image_bytes * batch) return Status::Ok();
  return Bad(Text(tensor), " has ", tensor.size, " bytes; ",
             out->image_bytes * batch, " were expected");
}

Status PlanInput(const Graph& graph, const NrtTensor& tensor,
                 NeuronPlan* plan) {
  const ImageShape image = WithoutBatch(tensor);
  const Shape& shape = graph.input;
  Layout layout;
  if (image.batch == 0 || image.batch > 1024) {
    return Bad(Text(tensor), " has a batch of ", image.batch);
  }
  if (!Fits(image.rest, shape, 1, Layout::kInterleaved, &layout)) {
    return Bad(Text(tensor), " does not fit the model's ", shape.w, " x ",
               shape.h,
               " pixels, which it must as [B, H, W, 3] or [B, 3, H, W]");
  }
  plan->batch = image.batch;
  return Describe(tensor, plan->batch, layout, shape, &plan->input);
}

// "16 x 3 x 3, 16 x 6 x 6"
std::string HeadsText(const Graph& graph) {
  std::string text;
  for (const int head : graph.heads) {
    const Shape& s = graph.layers[static_cast<size_t>(head)].shape;
    text += (text.empty() ? "" : ", ") + std::to_string(s.c) + " x " +
            std::to_string(s.h) + " x " + std::to_string(s.w);
  }
  return text;
}

Status CheckBatch(const NrtTensor& tensor, size_t batch,
                  const NeuronPlan& plan) {
  if (batch == plan.batch) return Status::Ok();
  return Bad(Text(tensor), " has a batch of ", batch, ", the input one of ",
             plan.batch);
}

Status PlanHead(const Graph& graph, const NrtTensor& tensor,
                std::vector<bool>* taken, NeuronPlan* plan) {
  const ImageShape image = WithoutBatch(tensor);
  for (size_t i = 0; i < graph.heads.size(); ++i) {
    const Layer& layer = graph.layers[static_cast<size_t>(graph.heads[i])];
    const auto anchors =
        static_cast<int>(std::get<YoloHead>(layer.op).anchors.size());
    Layout layout;
    if ((*taken)[i] || !Fits(image.rest, layer.shape, std::max(anchors, 1),
                             plan->input.layout, &layout)) {
      continue;
    }
    YOLO_TRY(CheckBatch(tensor, image.batch, *plan));
    (*taken)[i] = true;
    return Describe(tensor, plan->batch, layout, layer.shape,
                    &plan->outputs[i]);
  }
  return Bad(Text(tensor), " is none of the model's heads (", HeadsText(graph),
             "), and no decoded boxes: those would be [B, ", CountBoxes(graph),
             ", ", 5 + graph.num_classes, "], see yolo/neuron.h");
}

Status PlanHeads(const Graph& graph, std::span<const NrtTensor> outputs,
                 NeuronPlan* plan) {
  plan->outputs.resize(graph.heads.size());
  std::vector<bool> taken(graph.heads.size());
  for (const NrtTensor& tensor : outputs) {
    YOLO_TRY(PlanHead(graph, tensor, &taken, plan));
  }
  if (std::count(taken.begin(), taken.end(), false) == 0) return Status::Ok();
  return Bad("outputs are ", outputs.size(), "; the model has ",
             graph.heads.size(), " heads: ", HeadsText(graph));
}

// ---- Decoded boxes ---------------------------------------------------------

// Whether the tensor is a table of `count` boxes and `columns` values for each,
// and how it lies: [B, count, columns], with a 1 before the columns perhaps, or
// [B, columns, count]; B may be absent where it is 1.
struct Table {
  bool fits = false;
  size_t batch = 1;
  Layout layout = Layout::kInterleaved;  // a box's values are neighbours
};

Table AsTable(const NrtTensor& tensor, size_t count, size_t columns) {
  std::vector<uint32_t> dims = tensor.shape;
  Table table;
  if (dims.size() == 4 && dims[2] == 1) dims.erase(dims.begin() + 2);
  if (dims.size() == 3) {
    table.batch = dims.front();
    dims.erase(dims.begin());
  }
  if (dims.size() != 2) return table;
  if (dims[0] == count && dims[1] == columns) {
    table.fits = true;
  } else if (dims[0] == columns && dims[1] == count) {
    table.fits = true;
    table.layout = Layout::kPlanar;
  }
  return table;
}

// False when `outputs` are something else.
bool FindTables(const Graph& graph, std::span<const NrtTensor> outputs,
                std::vector<Table>* tables, NeuronDecoded* decoded) {
  const size_t count = CountBoxes(graph);
  const auto classes = static_cast<size_t>(graph.num_classes);
  if (outputs.size() == 1) {
    for (const size_t before : {size_t{5}, size_t{4}}) {
      const Table table = AsTable(outputs[0], count, before + classes);
      if (!table.fits) continue;
      *tables = {table};
      *decoded = {0, 0, before == 5 ? 4 : -1, static_cast<int>(before)};
      return true;
    }
  }
  if (outputs.size() != 2) return false;
  // With four classes both fit both ways: [B, N, 1, 4] are the boxes then, or
  // else what comes first.
  const size_t likely = outputs[1].shape.size() > outputs[0].shape.size();
  for (const size_t boxes : {likely, 1 - likely}) {
    *tables = {AsTable(outputs[0], count, boxes == 0 ? 4 : classes),
               AsTable(outputs[1], count, boxes == 0 ? classes : 4)};
    if (!tables->front().fits || !tables->back().fits) continue;
    *decoded = {boxes, 1 - boxes};
    return true;
  }
  return false;
}

Status SetDecodedOptions(const yolo_neuron_options& o, NeuronDecoded* decoded) {
  const bool split = decoded->boxes != decoded->scores;
  switch (o.decoded_boxes) {
    case YOLO_DECODED_BOXES_XYWH:
      decoded->form = BoxForm::kCentreSize;
      break;
    case YOLO_DECODED_BOXES_XYXY:
      decoded->form = BoxForm::kCorners;
      break;
    case YOLO_DECODED_BOXES_YXYX:
      decoded->form = BoxForm::kCornersYx;
      break;
    default:
      decoded->form = split ? BoxForm::kCorners : BoxForm::kCentreSize;
  }
  decoded->fractions = o.decoded_units == YOLO_DECODED_UNITS_DEFAULT
                           ? split
                           : o.decoded_units == YOLO_DECODED_UNITS_FRACTIONS;
  if (o.decoded_scores == YOLO_DECODED_SCORES_PRODUCT &&
      decoded->objectness < 0) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT,
                         "options.neuron->decoded_scores is PRODUCT, but the "
                         "NEFF gives no objectness");
  }
  if (o.decoded_scores == YOLO_DECODED_SCORES_FINAL) decoded->objectness = -1;
  return Status::Ok();
}

Status PlanDecoded(const Graph& graph, std::span<const NrtTensor> outputs,
                   const std::vector<Table>& tables,
                   const NeuronDecoded& decoded, NeuronPlan* plan) {
  const auto count = static_cast<int>(CountBoxes(graph));
  for (size_t i = 0; i < outputs.size(); ++i) {
    const int columns =
        i == decoded.scores ? decoded.classes + graph.num_classes : 4;
    YOLO_TRY(CheckBatch(outputs[i], tables[i].batch, *plan));
    YOLO_TRY(Describe(outputs[i], plan->batch, tables[i].layout,
                      {columns, count, 1}, &plan->outputs.emplace_back()));
  }
  plan->decoded = decoded;
  return Status::Ok();
}

}  // namespace

const char* TypeName(DataType type) {
  for (const auto& row : kTypes) {
    if (row.type == type) return row.name;
  }
  return "";
}

std::string ShapeText(std::span<const uint32_t> shape) {
  std::string text = "[";
  for (const uint32_t n : shape) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(n);
  }
  return text + "]";
}

Status PlanNeuron(const Graph& graph, std::span<const NrtTensor> tensors,
                  const yolo_neuron_options& options, NeuronPlan* out) {
  *out = {};
  std::vector<NrtTensor> outputs;
  for (const NrtTensor& tensor : tensors) {
    if (!tensor.is_input) outputs.push_back(tensor);
  }
  const size_t num_inputs = tensors.size() - outputs.size();
  if (num_inputs != 1) {
    return Bad("inputs are ", num_inputs, "; one was expected");
  }
  for (const NrtTensor& tensor : tensors) {
    if (tensor.is_input) YOLO_TRY(PlanInput(graph, tensor, out));
  }
  NeuronPlan heads = *out;
  const Status status = PlanHeads(graph, outputs, &heads);
  std::vector<Table> tables;
  NeuronDecoded decoded;
  if (status.ok() || !FindTables(graph, outputs, &tables, &decoded)) {
    *out = std::move(heads);
    return status;
  }
  YOLO_TRY(SetDecodedOptions(options, &decoded));
  return PlanDecoded(graph, outputs, tables, decoded, out);
}

Status ReadTensorTypes(const char* text, std::vector<NrtTypeOverride>* out) {
  std::string_view rest = text ? text : "";
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    // Names may hold '='; types do not.
    const size_t equals = item.rfind('=');
    const std::string_view type =
        equals == item.npos ? "" : item.substr(equals + 1);
    const auto* const row =
        std::find_if(std::begin(kTypes), std::end(kTypes),
                     [type](const auto& r) { return type == r.name; });
    if (row == std::end(kTypes) || equals == 0) {
      return Status::Error(YOLO_ERROR_INVALID_ARGUMENT,
                           "options.neuron->tensor_types: '", item,
                           "' is not a name, '=', and u8, f16, bf16 or f32");
    }
    out->push_back({std::string(item.substr(0, equals)), row->type});
  }
  return Status::Ok();
}

}  // namespace yolo
