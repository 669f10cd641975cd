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

std::string Refusal(const std::vector<NrtTensor>& tensors) {
  NeuronPlan plan;
  const Status status = PlanNeuron(TwoHeads(), tensors, &plan);
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
    const Status status =
        PlanNeuron(TwoHeads(), Tensors(c.input, c.coarse, c.fine), &plan);
    REQUIRE_MESSAGE(status.ok(), status.message());
    CHECK(plan.batch == c.batch);
    CHECK(plan.input.layout == c.input_layout);
    CHECK(plan.input.image_bytes == 64 * 96 * 3 * 2);
    REQUIRE(plan.heads.size() == 2);
    CHECK(plan.heads[0].name == "b");
    CHECK(plan.heads[0].type == DataType::kBf16);
    CHECK(plan.heads[0].layout == c.coarse_layout);
    CHECK(plan.heads[0].shape == Shape{255, 4, 6});
    CHECK(plan.heads[0].size == c.batch * 255 * 4 * 6 * 2);
    CHECK(plan.heads[1].name == "a");
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
  CHECK(Contains(Refusal(bad), "decoded"));
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
