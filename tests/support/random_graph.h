// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Graphs that nobody would draw.
#ifndef YOLO_TESTS_SUPPORT_RANDOM_GRAPH_H_
#define YOLO_TESTS_SUPPORT_RANDOM_GRAPH_H_

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "support/graph_builder.h"
#include "support/random.h"

namespace yolo::testing {

// Appends 5 to 40 random layers that fit. Inputs may be any earlier layer, the
// newest ones most often, so that lifetimes are long and short.
class RandomGraph {
 public:
  explicit RandomGraph(uint64_t seed)
      : random_(seed),
        builder_({3, random_.Int(6, 16), random_.Int(6, 16)}, seed) {}

  GraphBuilder Make() && {
    const int num_layers = random_.Int(5, 40);
    Convolve();
    while (builder_.last() + 1 < num_layers) AddAny();
    builder_.Head();
    for (int i = random_.Int(0, 3); i > 0; --i) builder_.Head(AnyLayer());
    return std::move(builder_);
  }

 private:
  void AddAny() {
    switch (random_.Int(0, 13)) {
      case 0:
      case 1:
      case 2:
        return Convolve();
      case 3:
        return ConvolveGroups();
      case 4:
        return Pool();
      case 5:
        return Resample();
      case 6:
      case 7:
        return Concatenate();
      case 8:
        return Slice();
      case 9:
      case 10:
        return AddShortcut();
      case 11:
        return ScaleByMean();
      case 12:
        return MultiplyByGate();
      default:
        if (random_.Chance(30)) builder_.Head(AnyLayer());
        Add(Identity{}, {AnyLayer()}, 1);
    }
  }

  // Any layer that is no head, or the input of the network.
  int AnyLayer() {
    for (;;) {
      const int back = random_.Chance(60) ? random_.Int(0, 2)
                                          : random_.Int(0, builder_.last() + 1);
      const int i = std::max(builder_.last() - back, kNetworkInput);
      if (i == kNetworkInput ? random_.Chance(30) : magnitude_.contains(i)) {
        return i;
      }
    }
  }

  // Like AnyLayer(), with the height and width of layer `like`.
  int LayerLike(int like) {
    const Shape s = builder_.shape(like);
    for (int tries = 0; tries < 20; ++tries) {
      const int i = AnyLayer();
      if (builder_.shape(i).h == s.h && builder_.shape(i).w == s.w) return i;
    }
    return like;
  }

  // About how large a layer's values are: sums and products of sums and
  // products must not leave f32.
  double MagnitudeOf(int layer) const {
    return layer == kNetworkInput ? 1 : magnitude_.at(layer);
  }

  int Add(Operation op, std::vector<int> inputs, double magnitude) {
    const int i = builder_.Add(std::move(op), std::move(inputs));
    magnitude_[i] = magnitude;
    return i;
  }

  Activation AnyActivation() {
    return static_cast<Activation>(random_.Int(0, 7));
  }

  // Brings values of any size back to about 1.
  int AddConvolution(Convolution op, int input) {
    builder_.set_gain(static_cast<float>(2 / MagnitudeOf(input)));
    return Add(op, {input}, 2);
  }

  void Convolve() {
    const int input = AnyLayer();
    const Shape in = builder_.shape(input);
    Convolution op;
    op.filters = random_.Pick<int>({1, 3, 5, 8, 16, 16, 16, 17, 24, 32, 48});
    op.size = random_.Pick<int>({1, 1, 3, 3, 5});
    op.pad = random_.Chance(90) ? op.size / 2 : 0;
    if (op.pad == 0 && std::min(in.h, in.w) < op.size) op.pad = op.size / 2;
    if (random_.Chance(15)) op.stride_y = op.stride_x = 2;
    op.activation = AnyActivation();
    AddConvolution(op, input);
  }

  void ConvolveGroups() {
    const int input = AnyLayer();
    const int channels = builder_.shape(input).c;
    Convolution op;
    op.groups = random_.Chance(50) ? channels : AnyDivisor(channels);
    op.filters = op.groups * random_.Int(1, std::max(1, 32 / op.groups));
    if (op.groups == channels) op.filters = channels;
    op.size = 3;
    op.pad = 1;
    op.activation = AnyActivation();
    AddConvolution(op, input);
  }

  int AnyDivisor(int n) {
    for (;;) {
      const int d = random_.Int(1, n);
      if (n % d == 0) return d;
    }
  }

  void Pool() {
    const int input = AnyLayer();
    const int size = random_.Pick<int>({2, 2, 3, 5, 9});
    const int stride = random_.Chance(30) ? 2 : 1;
    Add(MaxPool{size, stride, stride, size - 1}, {input}, MagnitudeOf(input));
  }

  // Down by a stride when it cannot go up.
  void Resample() {
    const int input = AnyLayer();
    const Shape in = builder_.shape(input);
    if (in.h > 10 || in.w > 10) {
      AddConvolution(
          {.filters = 16, .size = 3, .stride_y = 2, .stride_x = 2, .pad = 1},
          input);
    } else {
      Add(Upsample{2, random_.Chance(50) ? 1.0f : 0.5f}, {input},
          MagnitudeOf(input));
    }
  }

  void Concatenate() {
    std::vector<int> inputs = {AnyLayer()};
    const int count = random_.Int(2, 4);
    while (static_cast<int>(inputs.size()) < count) {
      inputs.push_back(LayerLike(inputs[0]));
    }
    Route op;
    double magnitude = 0;
    int channels = 0;
    if (random_.Chance(30)) op.groups = 2;
    for (const int i : inputs) {
      if (builder_.shape(i).c % op.groups != 0) op.groups = 1;
      magnitude = std::max(magnitude, MagnitudeOf(i));
      channels += builder_.shape(i).c;
    }
    if (channels > 160) return;
    op.group = random_.Int(0, op.groups - 1);
    Add(op, std::move(inputs), magnitude);
  }

  void Slice() {
    const int input = AnyLayer();
    const int groups = std::min(AnyDivisor(builder_.shape(input).c), 4);
    if (builder_.shape(input).c % groups != 0) return;
    Add(Route{groups, random_.Int(0, groups - 1)}, {input}, MagnitudeOf(input));
  }

  void AddShortcut() {
    std::vector<int> inputs = {AnyLayer()};
    double magnitude = MagnitudeOf(inputs[0]);
    for (int more = random_.Chance(70) ? 1 : 2; more > 0; --more) {
      inputs.push_back(LayerLike(inputs[0]));
      magnitude += MagnitudeOf(inputs.back());
    }
    if (magnitude > 1e4) return;
    Add(Shortcut{random_.Chance(60) ? Activation::kLinear : AnyActivation()},
        std::move(inputs), magnitude);
  }

  void ScaleByMean() {
    const int input = AnyLayer();
    const int mean = Add(GlobalAveragePool{}, {input}, MagnitudeOf(input));
    const int gate = AddConvolution({.filters = builder_.shape(input).c,
                                     .activation = Activation::kLogistic},
                                    mean);
    Add(ScaleChannels{random_.Chance(60) ? Activation::kLinear
                                         : AnyActivation()},
        {gate, input}, MagnitudeOf(input));
  }

  void MultiplyByGate() {
    const int input = AnyLayer();
    const int other = LayerLike(input);
    if (random_.Chance(30) && MagnitudeOf(input) * MagnitudeOf(other) < 1e4 &&
        builder_.shape(input) == builder_.shape(other)) {
      Add(Multiplication{}, {input, other},
          MagnitudeOf(input) * MagnitudeOf(other));
      return;
    }
    const int gate = AddConvolution({.filters = builder_.shape(input).c,
                                     .activation = Activation::kLogistic},
                                    other);
    Add(Multiplication{AnyActivation()}, {input, gate}, MagnitudeOf(input));
  }

  Random random_;
  GraphBuilder builder_;
  std::map<int, double> magnitude_;  // of all layers but heads
};

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_RANDOM_GRAPH_H_
