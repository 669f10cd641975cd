// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "model/darknet.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "model/darknet_files.h"

namespace yolo {
namespace {

using testing::Build;
using testing::kFullCfg;

// Layer 0 is on line 5.
constexpr const char* kNet = "[net]\nwidth=32\nheight=24\nchannels=3\n";

// A last head that is right after anything.
constexpr const char* kHead =
    "[conv]\nfilters=6\nactivation=linear\n"
    "[yolo]\nnum=1\nanchors=1,1\nclasses=1\n";

DarknetGraph Read(const std::string& layers) {
  DarknetGraph model;
  const Status status = Build(kNet + layers + kHead, &model);
  INFO(std::string(status.message()));
  REQUIRE(status.ok());
  return model;
}

template <class Op>
const Op& Get(const DarknetGraph& model, size_t layer) {
  return std::get<Op>(model.graph.layers.at(layer).op);
}

Shape ShapeOf(const DarknetGraph& model, size_t layer) {
  return model.graph.layers.at(layer).shape;
}

// How many windows of `extent` lie in [-before, side + after) when the first
// begins at -before and each next one `stride` further.
int CountWindows(int side, int before, int after, int extent, int stride) {
  int count = 0;
  for (int at = -before; at + extent <= side + after; at += stride) ++count;
  return count;
}

TEST_CASE("defaults of a convolution are Darknet's") {
  const DarknetGraph model = Read("[convolutional]\n");
  const auto& op = Get<Convolution>(model, 0);
  CHECK(op.filters == 1);
  CHECK(op.size == 1);
  CHECK(op.stride_x == 1);
  CHECK(op.stride_y == 1);
  CHECK(op.pad == 0);
  CHECK(op.dilation == 1);
  CHECK(op.groups == 1);
  CHECK(op.activation == Activation::kLogistic);
  CHECK(model.graph.layers[0].type == "convolutional");
  CHECK(model.graph.layers[0].line == 5);
  CHECK(model.graph.layers[0].inputs == std::vector<int>{kNetworkInput});
  CHECK(ShapeOf(model, 0) == Shape{1, 24, 32});
}

TEST_CASE("a convolution's output has as many rows as windows fit") {
  for (const int size : {1, 2, 3, 5, 6, 7}) {
    for (const int stride : {1, 2, 3}) {
      for (int padding = 0; padding < size; ++padding) {
        const DarknetGraph model =
            Read("[conv]\nfilters=5\nsize=" + std::to_string(size) +
                 "\nstride=" + std::to_string(stride) +
                 "\npadding=" + std::to_string(padding) + "\n");
        CHECK(Get<Convolution>(model, 0).pad == padding);
        CHECK(ShapeOf(model, 0) ==
              Shape{5, CountWindows(24, padding, padding, size, stride),
                    CountWindows(32, padding, padding, size, stride)});
      }
    }
  }
}

TEST_CASE("pad=1 is half the window and wins over padding") {
  for (const int size : {1, 2, 3, 4, 5}) {
    const DarknetGraph model =
        Read("[conv]\npad=1\npadding=0\nsize=" + std::to_string(size) + "\n");
    CHECK(Get<Convolution>(model, 0).pad == size / 2);
  }
}

TEST_CASE("a dilated convolution with half padding keeps the sides") {
  for (const int size : {3, 5}) {
    for (const int dilation : {1, 2, 4}) {
      for (const int stride : {1, 2}) {
        const DarknetGraph model =
            Read("[conv]\npad=1\nsize=" + std::to_string(size) +
                 "\ndilation=" + std::to_string(dilation) +
                 "\nstride=" + std::to_string(stride) + "\n");
        const int pad = size / 2 * dilation;
        const int extent = dilation * (size - 1) + 1;
        CHECK(Get<Convolution>(model, 0).pad == pad);
        CHECK(Get<Convolution>(model, 0).dilation == dilation);
        CHECK(ShapeOf(model, 0) ==
              Shape{1, CountWindows(24, pad, pad, extent, stride),
                    CountWindows(32, pad, pad, extent, stride)});
      }
    }
  }
  const DarknetGraph model = Read("[conv]\ndilation=7\n");
  CHECK(Get<Convolution>(model, 0).dilation == 1);
}

TEST_CASE("stride_x and stride_y stand for stride, each alone") {
  const DarknetGraph model = Read(
      "[conv]\nstride=2\n[conv]\nstride=2\nstride_x=1\n"
      "[conv]\nstride_y=3\n");
  CHECK(ShapeOf(model, 0) == Shape{1, 12, 16});
  CHECK(ShapeOf(model, 1) == Shape{1, 6, 16});
  CHECK(ShapeOf(model, 2) == Shape{1, 2, 16});
}

TEST_CASE("every activation has its name") {
  const std::pair<const char*, Activation> names[] = {
      {"linear", Activation::kLinear},     {"relu", Activation::kRelu},
      {"leaky", Activation::kLeaky},       {"relu6", Activation::kRelu6},
      {"logistic", Activation::kLogistic}, {"mish", Activation::kMish},
      {"swish", Activation::kSwish},       {"tanh", Activation::kTanh}};
  for (const auto& [name, activation] : names) {
    const DarknetGraph model =
        Read(std::string("[conv]\nactivation=") + name + "\n");
    CHECK(Get<Convolution>(model, 0).activation == activation);
  }
}

TEST_CASE("parameters are the numbers in the file, work is the products") {
  const DarknetGraph model = Read(
      "[conv]\nfilters=8\n"
      "[conv]\nfilters=12\ngroups=4\nsize=3\npad=1\nbatch_normalize=1\n"
      "[conv]\ncbn=1\n");
  const auto& layers = model.graph.layers;
  CHECK(layers[0].num_parameters == 8 * 3 + 8);
  CHECK(layers[1].num_parameters == 12 * (8 / 4) * 3 * 3 + 4 * 12);
  CHECK(layers[2].num_parameters == 12 + 4);
  CHECK(layers[1].gflop == doctest::Approx(2e-9 * 12 * 2 * 9 * 24 * 32));
  CHECK(layers[4].num_parameters == 0);
  uint64_t parameters = 0;
  double gflop = 0;
  for (const Layer& layer : layers) {
    parameters += layer.num_parameters;
    gflop += layer.gflop;
  }
  CHECK(model.graph.num_parameters == parameters);
  CHECK(model.graph.gflop == doctest::Approx(gflop));
  CHECK(model.stored.size() == 4);
  CHECK_FALSE(model.stored[0].batch_normalize);
  CHECK(model.stored[1].batch_normalize);
  CHECK(model.stored[2].batch_normalize);
  CHECK(model.stored[3].layer == 3);
}

TEST_CASE("weights and biases have places of their own on cache lines") {
  const DarknetGraph model = Read("[conv]\nfilters=7\nsize=3\n[conv]\n");
  const auto& a = Get<Convolution>(model, 0);
  const auto& b = Get<Convolution>(model, 1);
  for (const size_t at : {a.weights, a.bias, b.weights, b.bias}) {
    CHECK(at % (kAlignment / sizeof(float)) == 0);
  }
  CHECK(a.bias >= a.weights + 7 * 3 * 3 * 3);
  CHECK(b.weights >= a.bias + 7);
  CHECK(b.bias >= b.weights + 7);
  CHECK(model.num_floats >= b.bias + 1);
}

TEST_CASE(
    "a maxpool has Darknet's defaults and counts windows in the total "
    "padding") {
  const DarknetGraph plain = Read("[maxpool]\n");
  CHECK(Get<MaxPool>(plain, 0).size == 1);
  CHECK(Get<MaxPool>(plain, 0).stride_x == 1);
  CHECK(Get<MaxPool>(plain, 0).padding == 0);
  CHECK(Get<MaxPool>(Read("[max]\nstride=3\n"), 0).size == 3);
  for (const int size : {1, 2, 3, 5, 13}) {
    for (const int stride : {1, 2, 3}) {
      const std::string keys = "[maxpool]\nsize=" + std::to_string(size) +
                               "\nstride=" + std::to_string(stride) + "\n";
      const DarknetGraph model = Read(keys);
      CHECK(Get<MaxPool>(model, 0).padding == size - 1);
      CHECK(ShapeOf(model, 0) ==
            Shape{3, CountWindows(24, 0, size - 1, size, stride),
                  CountWindows(32, 0, size - 1, size, stride)});
      for (int padding = 0; padding < 2 * size - 1; ++padding) {
        const DarknetGraph padded =
            Read(keys + "padding=" + std::to_string(padding) + "\n");
        CHECK(Get<MaxPool>(padded, 0).padding == padding);
        CHECK(ShapeOf(padded, 0) ==
              Shape{3, CountWindows(24, 0, padding, size, stride),
                    CountWindows(32, 0, padding, size, stride)});
      }
    }
  }
}

TEST_CASE("avgpool, upsample and dropout have the shapes of their names") {
  const DarknetGraph model = Read(
      "[upsample]\n[upsample]\nstride=3\nscale=.5\n[dropout]\n[silence]\n"
      "[avgpool]\n");
  CHECK(ShapeOf(model, 0) == Shape{3, 48, 64});
  CHECK(Get<Upsample>(model, 0).scale == 1);
  CHECK(ShapeOf(model, 1) == Shape{3, 144, 192});
  CHECK(Get<Upsample>(model, 1).factor == 3);
  CHECK(Get<Upsample>(model, 1).scale == 0.5f);
  CHECK(ShapeOf(model, 2) == ShapeOf(model, 1));
  CHECK(std::holds_alternative<Identity>(model.graph.layers[3].op));
  CHECK(ShapeOf(model, 4) == Shape{3, 1, 1});
}

TEST_CASE("a route joins parts of its inputs, counted from either end") {
  const DarknetGraph model = Read(
      "[conv]\nfilters=8\n[conv]\nfilters=12\n[route]\nlayers=-1,0\n"
      "[route]\nlayers=1, -3,\ngroups=4\ngroup_id=3\n");
  CHECK(model.graph.layers[2].inputs == std::vector<int>{1, 0});
  CHECK(ShapeOf(model, 2) == Shape{20, 24, 32});
  CHECK(model.graph.layers[3].inputs == std::vector<int>{1, 0});
  CHECK(ShapeOf(model, 3) == Shape{5, 24, 32});
  CHECK(Get<Route>(model, 3).groups == 4);
  CHECK(Get<Route>(model, 3).group == 3);
}

TEST_CASE("a shortcut adds to the layer before, whose shape it keeps") {
  const DarknetGraph model = Read(
      "[conv]\nfilters=8\n[conv]\nfilters=12\n"
      "[shortcut]\nfrom=-2\n[shortcut]\nfrom=0,1\nactivation=mish\n");
  CHECK(model.graph.layers[2].inputs == std::vector<int>{1, 0});
  CHECK(ShapeOf(model, 2) == Shape{12, 24, 32});
  CHECK(Get<Shortcut>(model, 2).activation == Activation::kLinear);
  CHECK(model.graph.layers[3].inputs == std::vector<int>{2, 0, 1});
  CHECK(Get<Shortcut>(model, 3).activation == Activation::kMish);
}

TEST_CASE("scale_channels and sam multiply by the layer before") {
  const DarknetGraph model = Read(
      "[conv]\nfilters=8\n[avgpool]\n[scale_channels]\nfrom=-2\n"
      "[conv]\nfilters=8\n[sam]\nfrom=2\nactivation=relu\n");
  CHECK(model.graph.layers[2].inputs == std::vector<int>{1, 0});
  CHECK(ShapeOf(model, 2) == Shape{8, 24, 32});
  CHECK(Get<ScaleChannels>(model, 2).activation == Activation::kLinear);
  CHECK(model.graph.layers[4].inputs == std::vector<int>{3, 2});
  CHECK(ShapeOf(model, 4) == Shape{8, 24, 32});
  CHECK(Get<Multiplication>(model, 4).activation == Activation::kRelu);
}

TEST_CASE("a head has the anchors of its mask, all of them without one") {
  DarknetGraph model;
  REQUIRE(Build(kFullCfg, &model).ok());
  CHECK(model.graph.heads == std::vector<int>{12, 18});
  CHECK(model.graph.num_classes == 4);
  const auto& first = Get<YoloHead>(model, 12);
  REQUIRE(first.anchors.size() == 2);
  CHECK(first.anchors[1].w == 3);
  CHECK(first.anchors[1].h == 4);
  CHECK(first.scale_x_y == 1.05f);
  CHECK_FALSE(first.new_coords);
  const auto& second = Get<YoloHead>(model, 18);
  REQUIRE(second.anchors.size() == 2);
  CHECK(second.anchors[0].w == 5);
  CHECK(second.anchors[1].h == 8);
  CHECK(second.scale_x_y == 1);
  CHECK(second.new_coords);
  CHECK(ShapeOf(model, 12) == ShapeOf(model, 11));
  const DarknetGraph all = Read(
      "[conv]\nfilters=12\n[yolo]\nnum=2\nanchors=1,2,3,4,9,9\nclasses=1\n"
      "[route]\nlayers=0\n");
  CHECK(Get<YoloHead>(all, 1).anchors.size() == 2);
}

TEST_CASE("the largest stride is that of the deepest point of any path") {
  DarknetGraph model;
  REQUIRE(Build(kFullCfg, &model).ok());
  CHECK(model.graph.max_stride == 8);
  CHECK(Read("").graph.max_stride == 1);
  CHECK(Read("[conv]\nstride=2\n[maxpool]\nstride=3\n[upsample]\n")
            .graph.max_stride == 6);
  CHECK(Read("[conv]\nstride=2\n[upsample]\n[conv]\nstride=2\n")
            .graph.max_stride == 2);
  CHECK(Read("[conv]\nstride=2\n[conv]\nstride=4\n[route]\nlayers=0\n"
             "[conv]\nstride_y=2\n")
            .graph.max_stride == 8);
  // Pooling to 1 x 1 and multiplying is no stride.
  CHECK(Read("[conv]\nfilters=4\nstride=2\n[avgpool]\n"
             "[scale_channels]\nfrom=0\n[conv]\nstride=2\n")
            .graph.max_stride == 4);
}

TEST_CASE("another network size gives the same layers with other shapes") {
  DarknetGraph own, other;
  REQUIRE(Build(kFullCfg, &own).ok());
  REQUIRE(Build(kFullCfg, &other, {128, 72}).ok());
  CHECK(own.graph.input == Shape{3, 64, 64});
  CHECK(other.graph.input == Shape{3, 72, 128});
  CHECK(ShapeOf(other, 12) == Shape{18, 9, 16});
  CHECK(other.graph.num_parameters == own.graph.num_parameters);
  CHECK(other.graph.letterbox);
  CHECK(other.graph.gflop > own.graph.gflop);
}

TEST_CASE("a network size that does not suit is refused by number and stride") {
  const std::pair<NetworkSize, const char*> cases[] = {
      {{100, 64},
       "network width 100 must be a multiple of 8, the model's largest stride, "
       "from 8 to 8192"},
      {{64, 4},
       "network height 4 must be a multiple of 8, the model's largest stride, "
       "from 8 to 8192"},
      {{8200, 64},
       "network width 8200 must be a multiple of 8, the model's largest "
       "stride, from 8 to 8192"},
      {{-8, 64},
       "network width -8 must be a multiple of 8, the model's largest stride, "
       "from 8 to 8192"},
      {{64, 0}, "network size 64 x 0: give both width and height, or neither"},
  };
  for (const auto& [size, message] : cases) {
    DarknetGraph model;
    const Status status = Build(kFullCfg, &model, size);
    CHECK(status.code() == YOLO_ERROR_INVALID_ARGUMENT);
    CHECK(std::string(status.message()) == message);
  }
  // The window of 30 fits the file's own size only.
  DarknetGraph model;
  const std::string cfg = std::string(
                              "[net]\nwidth=32\nheight=32\nchannels=3\n"
                              "[conv]\nsize=30\n") +
                          kHead;
  CHECK(Build(cfg, &model, {32, 32}).ok());
  const Status status = Build(cfg, &model, {31, 16});
  CHECK(status.code() == YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(std::string(status.message()) ==
        "network size 31 x 16: m.cfg:5: layer 0 [conv]: an input of 3 x 16 x "
        "31 gives an output of 1 x 0 x 2");
}

TEST_CASE("a key that nobody knows is told once, a training key never") {
  std::string told;
  const Log log{[](void* user, int32_t, const char* message) {
                  *static_cast<std::string*>(user) +=
                      message + std::string("|");
                },
                &told};
  DarknetGraph model;
  REQUIRE(Build(kFullCfg, &model, {}, log).ok());
  CHECK(told == "");
  const std::string cfg = std::string(
                              "[net]\nwidth=8\nheight=8\nchannels=3\n"
                              "wdth=9\n[conv]\nstopbackward=1\n"
                              "filtres=9\n") +
                          kHead;
  REQUIRE(Build(cfg, &model, {16, 16}, log).ok());
  CHECK(told ==
        "m.cfg:5: [net]: wdth=9 is ignored: the key is not known|"
        "m.cfg:8: layer 0 [conv]: filtres=9 is ignored: the key is not known|");
}

TEST_CASE("a file cut anywhere is read or refused, never more") {
  for (size_t size = 0; size <= kFullCfg.size(); ++size) {
    // A copy, so that a read past its end is found.
    const std::string cut(kFullCfg.substr(0, size));
    DarknetGraph model;
    const Status status = Build(cut, &model);
    CAPTURE(cut);
    CHECK((status.code() == YOLO_OK || status.code() == YOLO_ERROR_BAD_MODEL ||
           status.code() == YOLO_ERROR_UNSUPPORTED_MODEL));
    CHECK((status.ok() || status.message()[0] == 'm'));
  }
}

TEST_CASE("a whole model is read through the door that users come in by") {
  DarknetGraph model;
  REQUIRE(Build(kFullCfg, &model).ok());
  const auto weights = testing::WeightsFile(model.graph.num_parameters);
  Allocator allocator;
  Graph graph;
  const DarknetSource source{kFullCfg, "m.cfg", weights, "m.weights", 128, 64};
  const Status status = ReadDarknet(source, Log(), &allocator, &graph);
  CHECK(std::string(status.message()) == "");
  CHECK(graph.input == Shape{3, 64, 128});
  CHECK(graph.layers.size() == 19);
  CHECK(graph.weights.size() == model.num_floats * sizeof(float));
  CHECK(allocator.bytes_held() == graph.weights.size());
}

}  // namespace
}  // namespace yolo
