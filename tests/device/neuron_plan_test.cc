// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Which tensors of a NEFF fit a model, and what is said of those that do not.
#include "device/neuron_plan.h"

#include <doctest/doctest.h>

#include <numeric>

#include "support/graph_builder.h"

namespace yolo {
namespace {

using Shapes = std::vector<uint32_t>;

// 64 x 96 pixels; heads of 255 channels at 4 x 6 and 8 x 12.
Graph TwoHeads() {
  testing::GraphBuilder b({3, 64, 96});
  int x = b.last();
  for (int i = 0; i < 3; ++i) {
    x = b.Add(
        Convolution{
            .filters = 8, .size = 3, .stride_y = 2, .stride_x = 2, .pad = 1},
        {x});
  }
  const int fine = x;
  x = b.Add(Convolution{
      .filters = 8, .size = 3, .stride_y = 2, .stride_x = 2, .pad = 1});
  const YoloHead head{.anchors = {{1, 1}, {2, 2}, {3, 3}}, .classes = 80};
  b.Add(head, {b.Add(Convolution{.filters = 255}, {x})});
  b.Add(head, {b.Add(Convolution{.filters = 255}, {fine})});
  return b.Build();
}

NrtTensor Tensor(const char* name, bool is_input, const Shapes& shape,
                 DataType type) {
  NrtTensor tensor;
  tensor.name = name;
  tensor.is_input = is_input;
  tensor.shape = shape;
  tensor.type = type;
  tensor.dtype = TypeName(type);
  tensor.size = std::accumulate(shape.begin(), shape.end(), SizeOf(type),
                                std::multiplies<size_t>());
  return tensor;
}

std::vector<NrtTensor> Tensors(const Shapes& input, const Shapes& coarse,
                               const Shapes& fine) {
  return {Tensor("image", true, input, DataType::kF16),
          Tensor("a", false, fine, DataType::kF16),
          Tensor("b", false, coarse, DataType::kBf16)};
}

constexpr yolo_neuron_options kDefaults = YOLO_NEURON_OPTIONS_INIT;

std::string Refusal(const std::vector<NrtTensor>& tensors,
                    const yolo_neuron_options& options = kDefaults) {
  NeuronPlan plan;
  const Status status = PlanNeuron(TwoHeads(), tensors, options, &plan);
  CHECK(status.code() == YOLO_ERROR_BAD_MODEL);
  return status.message();
}

bool Contains(const std::string& text, const char* part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

TEST_CASE("heads are found by shape, whatever the order, layout and batch") {
  struct Case {
    Shapes input, coarse, fine;
    size_t batch;
    Layout input_layout, coarse_layout;
  };
  constexpr Layout kPlanar = Layout::kPlanar, kMixed = Layout::kInterleaved;
  const Case cases[] = {
      {{1, 64, 96, 3}, {1, 4, 6, 255}, {1, 8, 12, 255}, 1, kMixed, kMixed},
      {{1, 3, 64, 96}, {1, 255, 4, 6}, {1, 8, 12, 255}, 1, kPlanar, kPlanar},
      {{64, 96, 3}, {4, 6, 255}, {255, 8, 12}, 1, kMixed, kMixed},
      {{5, 3, 64, 96}, {5, 4, 6, 3, 85}, {5, 3, 85, 8, 12}, 5, kPlanar, kMixed},
  };
  for (const Case& c : cases) {
    NeuronPlan plan;
    const Status status = PlanNeuron(
        TwoHeads(), Tensors(c.input, c.coarse, c.fine), kDefaults, &plan);
    REQUIRE_MESSAGE(status.ok(), status.message());
    CHECK(plan.batch == c.batch);
    CHECK(plan.input.layout == c.input_layout);
    CHECK(plan.input.image_bytes == 64 * 96 * 3 * 2);
    REQUIRE(plan.outputs.size() == 2);
    CHECK(plan.outputs[0].name == "b");
    CHECK(plan.outputs[0].type == DataType::kBf16);
    CHECK(plan.outputs[0].layout == c.coarse_layout);
    CHECK(plan.outputs[0].shape == Shape{255, 4, 6});
    CHECK(plan.outputs[0].size == c.batch * 255 * 4 * 6 * 2);
    CHECK(plan.outputs[1].name == "a");
  }
}

TEST_CASE("every mismatch is named") {
  const auto good = Tensors({1, 64, 96, 3}, {1, 4, 6, 255}, {1, 8, 12, 255});
  auto bad = good;
  bad[0].shape = {1, 96, 64, 3};
  CHECK(Contains(Refusal(bad), "input 'image', f16 [1, 96, 64, 3]"));
  CHECK(Contains(Refusal(bad), "96 x 64 pixels"));

  bad = good;
  bad[0].is_input = false;
  CHECK(Contains(Refusal(bad), "inputs are 0"));
  bad[0].is_input = bad[1].is_input = true;
  CHECK(Contains(Refusal(bad), "inputs are 2"));

  bad = good;
  bad.pop_back();
  CHECK(Contains(Refusal(bad), "outputs are 1; the model has 2 heads"));
  bad = good;
  bad.push_back(Tensor("c", false, {1, 4, 6, 255}, DataType::kF16));
  CHECK(Contains(Refusal(bad), "'c'"));

  bad = good;
  bad[1].shape = {1, 22743, 85};
  CHECK(Contains(Refusal(bad), "decoded boxes: those would be [B, 360, 85]"));
  bad[1].shape = {2, 8, 12, 255};
  CHECK(Contains(Refusal(bad), "batch of 2"));

  bad = good;
  bad[2].type.reset();
  bad[2].dtype = "int32";
  CHECK(Contains(Refusal(bad), "'b', int32"));
  CHECK(Contains(Refusal(bad), "tensor_types"));
  bad = good;
  bad[2].type = DataType::kU8;
  CHECK(Contains(Refusal(bad), "must be f16"));
  bad = good;
  bad[2].size -= 2;
  CHECK(Contains(Refusal(bad), "bytes"));
}

// 3 anchors in 4 x 6 and 8 x 12 cells are 360 boxes.
std::vector<NrtTensor> Outputs(const std::vector<Shapes>& shapes,
                               uint32_t batch = 1) {
  std::vector<NrtTensor> tensors = {
      Tensor("image", true, {batch, 64, 96, 3}, DataType::kF16)};
  for (const Shapes& shape : shapes) {
    const std::string name = "out" + std::to_string(tensors.size());
    tensors.push_back(Tensor(name.c_str(), false, shape, DataType::kF16));
  }
  return tensors;
}

TEST_CASE("decoded boxes: in one tensor or two, lying either way") {
  struct Case {
    std::vector<Shapes> outputs;
    uint32_t batch;
    Layout layout;  // of the scores
    NeuronDecoded want;
  };
  constexpr Layout kPlanar = Layout::kPlanar, kMixed = Layout::kInterleaved;
  constexpr auto kCentre = BoxForm::kCentreSize, kCorners = BoxForm::kCorners;
  const Case cases[] = {
      {{{1, 360, 85}}, 1, kMixed, {0, 0, 4, 5, kCentre, false}},
      {{{360, 85}}, 1, kMixed, {0, 0, 4, 5, kCentre, false}},
      {{{2, 360, 1, 85}}, 2, kMixed, {0, 0, 4, 5, kCentre, false}},
      {{{2, 85, 360}}, 2, kPlanar, {0, 0, 4, 5, kCentre, false}},
      {{{1, 360, 84}}, 1, kMixed, {0, 0, -1, 4, kCentre, false}},
      {{{1, 360, 1, 4}, {1, 360, 80}},
       1,
       kMixed,
       {0, 1, -1, 0, kCorners, true}},
      {{{3, 80, 360}, {3, 360, 4}}, 3, kPlanar, {1, 0, -1, 0, kCorners, true}},
  };
  for (const Case& c : cases) {
    NeuronPlan plan;
    const Status status =
        PlanNeuron(TwoHeads(), Outputs(c.outputs, c.batch), kDefaults, &plan);
    REQUIRE_MESSAGE(status.ok(), status.message());
    REQUIRE(plan.decoded);
    CHECK(plan.batch == c.batch);
    CHECK(plan.decoded->boxes == c.want.boxes);
    CHECK(plan.decoded->scores == c.want.scores);
    CHECK(plan.decoded->objectness == c.want.objectness);
    CHECK(plan.decoded->classes == c.want.classes);
    CHECK(plan.decoded->form == c.want.form);
    CHECK(plan.decoded->fractions == c.want.fractions);
    REQUIRE(plan.outputs.size() == c.outputs.size());
    const NeuronTensor& scores = plan.outputs[c.want.scores];
    CHECK(scores.layout == c.layout);
    CHECK(scores.shape == Shape{c.want.classes + 80, 360, 1});
    CHECK(scores.image_bytes * c.batch == scores.size);
    if (c.outputs.size() == 2) {
      CHECK(plan.outputs[c.want.boxes].shape == Shape{4, 360, 1});
    }
  }
}

TEST_CASE("decoded boxes: what the options say of them") {
  NeuronPlan plan;
  yolo_neuron_options options = kDefaults;
  options.decoded_boxes = YOLO_DECODED_BOXES_YXYX;
  options.decoded_units = YOLO_DECODED_UNITS_FRACTIONS;
  options.decoded_scores = YOLO_DECODED_SCORES_FINAL;
  REQUIRE(PlanNeuron(TwoHeads(), Outputs({{1, 360, 85}}), options, &plan).ok());
  CHECK(plan.decoded->form == BoxForm::kCornersYx);
  CHECK(plan.decoded->fractions);
  CHECK(plan.decoded->objectness == -1);
  CHECK(plan.decoded->classes == 5);
  options.decoded_boxes = YOLO_DECODED_BOXES_XYWH;
  options.decoded_units = YOLO_DECODED_UNITS_PIXELS;
  const auto split = Outputs({{1, 360, 4}, {1, 360, 80}});
  REQUIRE(PlanNeuron(TwoHeads(), split, options, &plan).ok());
  CHECK(plan.decoded->form == BoxForm::kCentreSize);
  CHECK_FALSE(plan.decoded->fractions);
  options.decoded_scores = YOLO_DECODED_SCORES_PRODUCT;
  CHECK(PlanNeuron(TwoHeads(), split, options, &plan).code() ==
        YOLO_ERROR_INVALID_ARGUMENT);
  const auto heads = Tensors({1, 64, 96, 3}, {1, 4, 6, 255}, {1, 8, 12, 255});
  REQUIRE(PlanNeuron(TwoHeads(), heads, options, &plan).ok());
  CHECK_FALSE(plan.decoded);
}

TEST_CASE("decoded boxes: every mismatch is named") {
  for (const Shapes& shape : std::vector<Shapes>{
           {1, 359, 85}, {1, 360, 86}, {1, 360, 4}, {1, 360, 2, 85}, {85}}) {
    CHECK(Contains(Refusal(Outputs({shape})), "output 'out1', f16 ["));
    CHECK(Contains(Refusal(Outputs({shape})), "[B, 360, 85]"));
  }
  CHECK(Contains(Refusal(Outputs({{1, 360, 4}, {1, 360, 79}})), "'out1'"));
  CHECK(Contains(Refusal(Outputs({{2, 360, 85}})), "batch of 2"));
  auto bad = Outputs({{1, 360, 85}});
  bad[1].size -= 2;
  CHECK(Contains(Refusal(bad), "bytes"));
  bad = Outputs({{1, 360, 85}});
  bad[1].type = DataType::kU8;
  CHECK(Contains(Refusal(bad), "must be f16"));
  bad[1].type.reset();
  CHECK(Contains(Refusal(bad), "tensor_types"));
}

TEST_CASE("types of tensors are read from text") {
  std::vector<NrtTypeOverride> types;
  REQUIRE(ReadTensorTypes(nullptr, &types).ok());
  REQUIRE(ReadTensorTypes("", &types).ok());
  CHECK(types.empty());
  REQUIRE(ReadTensorTypes("image=u8,a=b=bf16", &types).ok());
  REQUIRE(types.size() == 2);
  CHECK(types[0].name == "image");
  CHECK(types[0].type == DataType::kU8);
  CHECK(types[1].name == "a=b");
  CHECK(types[1].type == DataType::kBf16);
  for (const char* text :
       {"image", "image=", "=f16", "image=int8", ",", "a=f16,,"}) {
    CHECK(ReadTensorTypes(text, &types).code() == YOLO_ERROR_INVALID_ARGUMENT);
  }
}

}  // namespace
}  // namespace yolo
