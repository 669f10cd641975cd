// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Where layers meet: concatenations, slices, residuals, and the memory that
// devices share between them.
#include <doctest/doctest.h>

#include "support/device_runs.h"

namespace yolo {
namespace {

using testing::CheckAgainstDefinition;
using testing::GraphBuilder;

int AddSource(GraphBuilder* b, int channels, int input = kNetworkInput) {
  return b->Add(Convolution{.filters = channels,
                            .size = 3,
                            .pad = 1,
                            .activation = Activation::kLeaky},
                {input});
}

// Overwrites memory that a device believes to be free.
int AddChain(GraphBuilder* b, int channels, int length, int input) {
  for (int i = 0; i < length; ++i) input = AddSource(b, channels, input);
  return input;
}

TEST_CASE("a route of one layer is that layer") {
  GraphBuilder b({3, 9, 11});
  const int x = AddSource(&b, 17);
  AddChain(&b, 17, 3, x);
  b.Head(b.Add(Route{}, {x}));
  b.Head(b.Add(Convolution{.filters = 8}, {b.last() - 1}));
  CheckAgainstDefinition(b);
}

TEST_CASE("a route of several layers has their channels in order") {
  for (const int c0 : {1, 5, 8, 16, 24, 255}) {
    for (const int c1 : {1, 7, 16, 48}) {
      CAPTURE(c0);
      CAPTURE(c1);
      GraphBuilder b({3, 5, 7});
      const int x = AddSource(&b, c0);
      const int y = AddSource(&b, c1);
      const int z = AddSource(&b, 16);
      const int two = b.Add(Route{}, {x, y});
      b.Head(b.Add(Convolution{.filters = 24, .size = 3, .pad = 1}, {two}));
      const int three = b.Add(Route{}, {z, y, x});
      b.Head(b.Add(Convolution{.filters = 24}, {three}));
      b.Head(three);
      CheckAgainstDefinition(b);
    }
  }
}

TEST_CASE("a route takes its group of channels of every input") {
  for (const int groups : {2, 3, 4}) {
    for (const int part : {1, 5, 8, 16}) {
      for (int group = 0; group < groups; ++group) {
        CAPTURE(groups);
        CAPTURE(part);
        CAPTURE(group);
        GraphBuilder b({3, 5, 7});
        const int x = AddSource(&b, part * groups);
        const int y = AddSource(&b, 2 * part * groups);
        const int one = b.Add(Route{groups, group}, {x});
        b.Head(one);
        b.Head(b.Add(Convolution{.filters = 9, .size = 3, .pad = 1}, {one}));
        b.Head(b.Add(MaxPool{2, 2, 2, 1}, {one}));
        b.Head(b.Add(Route{groups, group}, {x, y}));
        b.Head(b.Add(Convolution{.filters = 16}, {b.last() - 1}));
        CheckAgainstDefinition(b);
      }
    }
  }
}

TEST_CASE("a group of a group is a slice of a slice") {
  GraphBuilder b({3, 9, 11});
  const int x = AddSource(&b, 60);
  const int third = b.Add(Route{3, 1}, {x});
  const int fifth = b.Add(Route{5, 3}, {third});
  b.Head(fifth);
  b.Head(b.Add(Convolution{.filters = 8, .size = 3, .pad = 1}, {fifth}));
  b.Head(b.Add(Route{}, {fifth, third}));
  CheckAgainstDefinition(b);
}

TEST_CASE("a concatenation of concatenations keeps every part") {
  for (const int channels : {5, 16}) {
    CAPTURE(channels);
    GraphBuilder b({3, 9, 11});
    const int x = AddSource(&b, channels);
    const int y = AddSource(&b, 2 * channels);
    const int xy = b.Add(Route{}, {x, y});
    const int z = AddSource(&b, 8, xy);
    const int w = AddSource(&b, channels, z);
    const int zw = b.Add(Route{}, {z, w});
    const int all = b.Add(Route{}, {zw, xy});
    const int more = b.Add(Route{}, {all, xy, z});
    b.Head(all);
    b.Head(b.Add(Convolution{.filters = 16}, {all}));
    b.Head(b.Add(Convolution{.filters = 16, .size = 3, .pad = 1}, {more}));
    b.Head(b.Add(Convolution{.filters = 16}, {xy}));
    CheckAgainstDefinition(b);
  }
}

TEST_CASE("a layer may be part of two concatenations") {
  for (const int channels : {5, 16}) {
    CAPTURE(channels);
    GraphBuilder b({3, 9, 11});
    const int x = AddSource(&b, channels);
    const int y = AddSource(&b, channels);
    const int z = AddSource(&b, channels);
    b.Head(b.Add(Convolution{.filters = 8}, {b.Add(Route{}, {x, y})}));
    b.Head(b.Add(Convolution{.filters = 8}, {b.Add(Route{}, {z, x})}));
    b.Head(b.Add(Convolution{.filters = 8}, {b.Add(Route{}, {y, x, z})}));
    CheckAgainstDefinition(b);
  }
}

TEST_CASE("a layer may come twice in one route") {
  for (const int channels : {5, 16}) {
    CAPTURE(channels);
    GraphBuilder b({3, 9, 11});
    const int x = AddSource(&b, channels);
    const int y = AddSource(&b, channels);
    const int route = b.Add(Route{}, {x, y, x, x});
    b.Head(route);
    b.Head(b.Add(Convolution{.filters = 8}, {route}));
    CheckAgainstDefinition(b);
  }
}

TEST_CASE("the network's input may be part of a concatenation") {
  GraphBuilder b({3, 9, 11});
  const int x = AddSource(&b, 16);
  const int route = b.Add(Route{}, {kNetworkInput, x, kNetworkInput});
  b.Head(route);
  b.Head(b.Add(Convolution{.filters = 8, .size = 3, .pad = 1}, {route}));
  b.Head(b.Add(Route{3, 1}, {kNetworkInput}));
  CheckAgainstDefinition(b);
}

TEST_CASE("every kind of layer may write into a concatenation") {
  for (const int channels : {8, 17}) {
    CAPTURE(channels);
    GraphBuilder b({3, 8, 12});
    const int x = AddSource(&b, channels);
    const int half = b.Add(MaxPool{2, 2, 2, 1}, {x});
    const int mean = b.Add(GlobalAveragePool{}, {x});
    const int y = AddSource(&b, channels);
    const std::vector<int> parts = {
        b.Add(MaxPool{5, 1, 1, 4}, {x}),
        b.Add(Upsample{2, 1}, {half}),
        b.Add(Shortcut{}, {x, y}),
        b.Add(ScaleChannels{}, {mean, x}),
        b.Add(Multiplication{}, {x, y}),
        b.Add(Convolution{.filters = channels, .groups = channels}, {y}),
        b.Add(Convolution{.filters = channels, .size = 3, .pad = 1}, {y}),
        b.Add(Identity{}, {x}),
        b.Add(Route{}, {x, y}),
    };
    const int route = b.Add(Route{}, parts);
    b.Head(route);
    b.Head(b.Add(Convolution{.filters = 8}, {route}));
    CheckAgainstDefinition(b);
  }
}

TEST_CASE("spatial pyramid pooling keeps its four inputs") {
  GraphBuilder b({3, 13, 17});
  const int x = AddSource(&b, 24);
  const int p5 = b.Add(MaxPool{5, 1, 1, 4}, {x});
  const int p9 = b.Add(MaxPool{9, 1, 1, 8}, {x});
  const int p13 = b.Add(MaxPool{13, 1, 1, 12}, {x});
  b.Add(Route{}, {p13, p9, p5, x});
  b.Add(Convolution{.filters = 17});
  b.Head();
  CheckAgainstDefinition(b);
}

TEST_CASE("a cross-stage partial block splits, works and joins") {
  // As in YOLOv4-tiny: the group of a layer, and that layer again at the end.
  for (const int channels : {10, 32}) {
    CAPTURE(channels);
    GraphBuilder b({3, 12, 16});
    int x = AddSource(&b, channels);
    for (int i = 0; i < 2; ++i) {
      const int c = b.shape(x).c;
      const int half = b.Add(Route{2, 1}, {x});
      const int y = AddSource(&b, c / 2, half);
      const int z = AddSource(&b, c / 2, y);
      const int zy = b.Add(Route{}, {z, y});
      const int joined = b.Add(
          Convolution{.filters = c, .activation = Activation::kLeaky}, {zy});
      const int both = b.Add(Route{}, {x, joined});
      b.Head(joined);
      x = b.Add(MaxPool{2, 2, 2, 1}, {both});
    }
    b.Head(x);
    CheckAgainstDefinition(b);
  }
}

TEST_CASE("a chain of residuals equals its definition") {
  for (const int channels : {5, 16, 24}) {
    CAPTURE(channels);
    GraphBuilder b({3, 9, 11});
    int x = AddSource(&b, channels);
    for (int i = 0; i < 5; ++i) {
      const int narrow = b.Add(
          Convolution{.filters = 8, .activation = Activation::kMish}, {x});
      x = b.Add(Shortcut{}, {AddSource(&b, channels, narrow), x});
    }
    b.Head(x);
    CheckAgainstDefinition(b);
  }
}

// Expands, filters each channel, projects, adds: the block of light networks.
int AddInvertedResidual(GraphBuilder* b, int channels, Activation outer,
                        int x) {
  b->Add(Convolution{.filters = 6 * channels, .activation = Activation::kLeaky},
         {x});
  b->Add(Convolution{.filters = 6 * channels,
                     .size = 3,
                     .pad = 1,
                     .groups = 6 * channels,
                     .activation = Activation::kRelu6});
  const int y = b->Add(Convolution{.filters = channels});
  return b->Add(Shortcut{outer}, {b->Add(Identity{}, {y}), x});
}

// What reads the sums besides decides which of them may be kept in f32.
TEST_CASE("inverted residuals equal their definition whoever reads them") {
  enum Reader { kNone, kHead, kRoute, kPool, kWide, kGate };
  for (const int channels : {4, 16, 27, 28}) {
    for (const Activation outer :
         {Activation::kLinear, Activation::kLeaky, Activation::kMish}) {
      for (const Reader reader : {kNone, kHead, kRoute, kPool, kWide, kGate}) {
        CAPTURE(channels);
        CAPTURE(static_cast<int>(outer));
        CAPTURE(static_cast<int>(reader));
        GraphBuilder b({3, 8, 12});
        const int stem = AddSource(&b, channels);
        const int first = AddInvertedResidual(&b, channels, outer, stem);
        const int second = AddInvertedResidual(&b, channels, outer, first);
        b.Head(b.Add(Convolution{.filters = 7}, {second}));
        if (reader == kHead) b.Head(first);
        if (reader == kRoute) b.Head(b.Add(Route{}, {stem, first, second}));
        if (reader == kPool) b.Head(b.Add(MaxPool{2, 2, 2, 1}, {first}));
        if (reader == kWide) b.Head(AddSource(&b, 24, first));
        if (reader == kGate) {
          const int mean = b.Add(GlobalAveragePool{}, {second});
          b.Head(b.Add(ScaleChannels{}, {mean, first}));
        }
        CheckAgainstDefinition(b);
      }
    }
  }
}

TEST_CASE("a residual of depthwise convolutions equals its definition") {
  for (const int channels : {8, 17}) {
    for (const Activation inner : {Activation::kRelu, Activation::kSwish}) {
      CAPTURE(channels);
      CAPTURE(static_cast<int>(inner));
      GraphBuilder b({3, 9, 11});
      int x = AddSource(&b, channels);
      for (int i = 0; i < 3; ++i) {
        const int y = b.Add(Convolution{.filters = channels,
                                        .size = 3,
                                        .pad = 1,
                                        .groups = channels,
                                        .activation = inner},
                            {x});
        x = b.Add(Shortcut{Activation::kLeaky}, {y, x});
      }
      b.Head(x);
      CheckAgainstDefinition(b);
    }
  }
}

TEST_CASE("the image may be read by few products and by many") {
  for (const bool many : {false, true}) {
    for (const bool depthwise : {false, true}) {
      CAPTURE(many);
      CAPTURE(depthwise);
      GraphBuilder b({3, 9, 11});
      b.Add(Convolution{.filters = 5, .size = 3, .pad = 1}, {kNetworkInput});
      b.Head(b.Add(Convolution{.filters = 6}));
      if (many) {
        b.Head(b.Add(Convolution{.filters = 9, .size = 5}, {kNetworkInput}));
      }
      if (depthwise) {
        b.Head(b.Add(Convolution{.filters = 3, .size = 3, .groups = 3},
                     {kNetworkInput}));
      }
      CheckAgainstDefinition(b);
    }
  }
}

TEST_CASE("a residual applies the activations of its layers and its own") {
  const Activation some[] = {Activation::kLinear, Activation::kRelu,
                             Activation::kLeaky, Activation::kMish};
  for (const Activation inner : some) {
    for (const Activation outer : some) {
      for (const bool swapped : {false, true}) {
        for (const int channels : {16, 17}) {
          CAPTURE(static_cast<int>(inner));
          CAPTURE(static_cast<int>(outer));
          CAPTURE(swapped);
          CAPTURE(channels);
          GraphBuilder b({3, 9, 11});
          const int x = AddSource(&b, channels);
          const int y = b.Add(Convolution{.filters = channels,
                                          .size = 3,
                                          .pad = 1,
                                          .activation = inner},
                              {x});
          const int sum = swapped ? b.Add(Shortcut{outer}, {y, x})
                                  : b.Add(Shortcut{outer}, {x, y});
          b.Head(AddSource(&b, 8, sum));
          const int mean = b.Add(GlobalAveragePool{}, {sum});
          b.Head(b.Add(ScaleChannels{}, {mean, sum}));
          CheckAgainstDefinition(b);
        }
      }
    }
  }
}

TEST_CASE("a residual leaves an input that is used later untouched") {
  for (const int channels : {5, 16}) {
    for (const bool swapped : {false, true}) {
      CAPTURE(channels);
      CAPTURE(swapped);
      GraphBuilder b({3, 9, 11});
      const int x = AddSource(&b, channels);
      const int y = AddSource(&b, channels, x);
      const int sum =
          swapped ? b.Add(Shortcut{}, {y, x}) : b.Add(Shortcut{}, {x, y});
      const int later = AddChain(&b, channels, 3, sum);
      b.Head(b.Add(Route{}, {x, y, later}));
      b.Head(b.Add(Convolution{.filters = 8}, {b.last() - 1}));
      b.Head(sum);
      CheckAgainstDefinition(b);
    }
  }
}

TEST_CASE("a residual leaves a head's input untouched") {
  GraphBuilder b({3, 9, 11});
  const int x = AddSource(&b, 16);
  b.Head(x);
  const int y = AddSource(&b, 16, x);
  b.Head(y);
  const int sum = b.Add(Shortcut{}, {y, x});
  b.Head(AddChain(&b, 16, 4, sum));
  CheckAgainstDefinition(b);
}

TEST_CASE("a shortcut of a shortcut equals its definition") {
  for (const int channels : {5, 16}) {
    CAPTURE(channels);
    GraphBuilder b({3, 9, 11});
    const int x = AddSource(&b, channels);
    const int y = AddSource(&b, channels, x);
    const int first = b.Add(Shortcut{}, {y, x});
    const int second = b.Add(Shortcut{Activation::kRelu}, {first, x});
    const int third = b.Add(Shortcut{}, {first, second, y});
    b.Head(AddSource(&b, 8, third));
    b.Head(second);
    CheckAgainstDefinition(b);
  }
}

TEST_CASE("a shortcut of slices and concatenations equals its definition") {
  for (const int channels : {5, 16}) {
    CAPTURE(channels);
    GraphBuilder b({3, 9, 11});
    const int x = AddSource(&b, 2 * channels);
    const int lower = b.Add(Route{2, 0}, {x});
    const int upper = b.Add(Route{2, 1}, {x});
    const int sum = b.Add(Shortcut{}, {lower, upper});
    const int joined = b.Add(Route{}, {sum, lower});
    b.Head(b.Add(Shortcut{}, {joined, x}));
    b.Head(b.Add(Shortcut{}, {upper, joined}));
    CheckAgainstDefinition(b);
  }
}

TEST_CASE("a head fed by a route sees what the route holds") {
  GraphBuilder b({3, 9, 11});
  const int x = AddSource(&b, 18);
  const int y = AddSource(&b, 18);
  b.Head(b.Add(Route{}, {x, y}));
  b.Head(b.Add(Route{2, 1}, {x}));
  b.Head(b.Add(Route{}, {y}));
  b.Head(AddChain(&b, 40, 4, y));
  CheckAgainstDefinition(b);
}

TEST_CASE("a long skip survives everything between") {
  GraphBuilder b({3, 16, 16});
  const int early = AddSource(&b, 16);
  int x = early;
  for (int i = 0; i < 3; ++i) {
    x = b.Add(MaxPool{2, 2, 2, 1}, {AddChain(&b, 24, 2, x)});
  }
  for (int i = 0; i < 3; ++i) {
    x = b.Add(Upsample{2, 1}, {AddChain(&b, 24, 2, x)});
  }
  b.Head(AddSource(&b, 17, b.Add(Route{}, {x, early})));
  CheckAgainstDefinition(b);
}

TEST_CASE("layers that no head needs change nothing") {
  GraphBuilder b({3, 9, 11});
  const int x = AddSource(&b, 16);
  const int y = AddSource(&b, 16);
  b.Head(x);
  b.Add(Route{}, {x, y});
  AddChain(&b, 16, 2, b.last());
  CheckAgainstDefinition(b);
}

}  // namespace
}  // namespace yolo
