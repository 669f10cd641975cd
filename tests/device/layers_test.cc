// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Each layer type, on each device, against its definition in
// support/reference_network.h.
#include <doctest/doctest.h>

#include "support/device_runs.h"

namespace yolo {
namespace {

using testing::CheckAgainstDefinition;
using testing::GraphBuilder;
using testing::Random;

constexpr Activation kActivations[] = {
    Activation::kLinear, Activation::kRelu,     Activation::kLeaky,
    Activation::kRelu6,  Activation::kLogistic, Activation::kMish,
    Activation::kSwish,  Activation::kTanh};

// A layer with `channels` channels, values of both signs.
int AddSource(GraphBuilder* b, int channels, int input = kNetworkInput) {
  return b->Add(Convolution{.filters = channels, .size = 3, .pad = 1}, {input});
}

TEST_CASE("a convolution equals its definition for every size and stride") {
  for (const int size : {1, 3, 5, 7}) {
    for (const int stride_y : {1, 2, 3}) {
      for (const int stride_x : {1, 2, 3}) {
        for (const int pad : {0, 1, 2, 3}) {
          CAPTURE(size);
          CAPTURE(stride_y);
          CAPTURE(stride_x);
          CAPTURE(pad);
          GraphBuilder b({3, 13, 17});
          const int x = AddSource(&b, 5);
          b.Add(Convolution{.filters = 8,
                            .size = size,
                            .stride_y = stride_y,
                            .stride_x = stride_x,
                            .pad = pad},
                {x});
          b.Head();
          CheckAgainstDefinition(b);
        }
      }
    }
  }
}

TEST_CASE("a convolution equals its definition for every number of channels") {
  const int counts[] = {1, 3, 5, 8, 17, 24, 48, 136, 255};
  for (const int in : counts) {
    for (const int out : counts) {
      for (const int size : {1, 3}) {
        CAPTURE(in);
        CAPTURE(out);
        CAPTURE(size);
        GraphBuilder b({3, 5, 7});
        AddSource(&b, in);
        b.Add(Convolution{.filters = out, .size = size, .pad = size / 2});
        b.Head();
        CheckAgainstDefinition(b);
      }
    }
  }
}

TEST_CASE("the first convolution reads the network's input") {
  for (const int filters : {1, 8, 16, 17, 32}) {
    for (const int size : {1, 3, 7}) {
      for (const int stride : {1, 2}) {
        CAPTURE(filters);
        CAPTURE(size);
        CAPTURE(stride);
        GraphBuilder b({3, 19, 23});
        b.Add(Convolution{.filters = filters,
                          .size = size,
                          .stride_y = stride,
                          .stride_x = stride,
                          .pad = size / 2});
        b.Head();
        CheckAgainstDefinition(b);
      }
    }
  }
}

TEST_CASE("a convolution equals its definition for more than one tile") {
  // 31 x 37 pixels, 1152 and 2304 products in a sum, 136 filters.
  GraphBuilder b({3, 31, 37});
  AddSource(&b, 128);
  b.Add(Convolution{.filters = 256, .size = 3, .stride_y = 2, .pad = 1});
  b.Add(Convolution{.filters = 136, .size = 3, .stride_x = 2, .pad = 1});
  b.Head();
  CheckAgainstDefinition(b);
}

TEST_CASE("a dilated convolution equals its definition") {
  for (const int dilation : {2, 3}) {
    for (const int pad : {0, 2, 4}) {
      for (const int stride : {1, 2}) {
        CAPTURE(dilation);
        CAPTURE(pad);
        CAPTURE(stride);
        GraphBuilder b({3, 13, 17});
        const int x = AddSource(&b, 24);
        const Convolution op{.filters = 17,
                             .size = 3,
                             .stride_y = stride,
                             .stride_x = stride,
                             .pad = pad,
                             .dilation = dilation};
        b.Head(b.Add(op, {x}));
        Convolution depthwise = op;
        depthwise.filters = depthwise.groups = 24;
        b.Head(b.Add(depthwise, {x}));
        CheckAgainstDefinition(b);
      }
    }
  }
}

TEST_CASE("a depthwise convolution equals its definition") {
  for (const int channels : {1, 3, 8, 17, 48, 136}) {
    for (const int size : {1, 3, 5}) {
      for (const int stride : {1, 2}) {
        for (const int multiplier : {1, 2}) {
          CAPTURE(channels);
          CAPTURE(size);
          CAPTURE(stride);
          CAPTURE(multiplier);
          GraphBuilder b({3, 9, 11});
          AddSource(&b, channels);
          b.Add(Convolution{.filters = channels * multiplier,
                            .size = size,
                            .stride_y = stride,
                            .stride_x = stride,
                            .pad = size / 2,
                            .groups = channels,
                            .activation = Activation::kRelu6});
          b.Head();
          CheckAgainstDefinition(b);
        }
      }
    }
  }
}

TEST_CASE("a grouped convolution equals its definition") {
  struct Case {
    int in, out, groups;
  };
  for (const Case& c :
       {Case{4, 6, 2}, Case{15, 10, 5}, Case{24, 48, 3}, Case{34, 51, 17},
        Case{64, 64, 2}, Case{136, 272, 2}, Case{128, 128, 32}}) {
    for (const int size : {1, 3}) {
      for (const int stride : {1, 2}) {
        CAPTURE(c.in);
        CAPTURE(c.out);
        CAPTURE(c.groups);
        CAPTURE(size);
        CAPTURE(stride);
        GraphBuilder b({3, 9, 13});
        AddSource(&b, c.in);
        b.Add(Convolution{.filters = c.out,
                          .size = size,
                          .stride_y = stride,
                          .stride_x = stride,
                          .pad = size / 2,
                          .groups = c.groups,
                          .activation = Activation::kLeaky});
        b.Head();
        CheckAgainstDefinition(b);
      }
    }
  }
}

TEST_CASE("every activation equals its definition after every layer") {
  for (const Activation activation : kActivations) {
    // Values about 1, and so large that exp would overflow or vanish.
    for (const float gain : {1.0f, 100.0f}) {
      CAPTURE(static_cast<int>(activation));
      CAPTURE(gain);
      GraphBuilder b({3, 9, 11});
      const int x = AddSource(&b, 24);
      b.set_gain(gain);
      const int y =
          b.Add(Convolution{.filters = 24, .activation = activation}, {x});
      b.Head(y);
      b.Head(b.Add(Convolution{.filters = 24,
                               .size = 3,
                               .pad = 1,
                               .groups = 24,
                               .activation = activation},
                   {x}));
      const int z = b.Add(Convolution{.filters = 24}, {x});
      b.Head(b.Add(Shortcut{activation}, {z, x}));
      b.Head(b.Add(Multiplication{activation}, {z, x}));
      const int gate = b.Add(GlobalAveragePool{}, {z});
      b.Head(b.Add(ScaleChannels{activation}, {gate, x}));
      CheckAgainstDefinition(b);
    }
  }
}

TEST_CASE("a maxpool equals its definition for every size and padding") {
  for (const int size : {2, 3, 5, 9, 13}) {
    for (const int stride_y : {1, 2}) {
      for (const int stride_x : {1, 2}) {
        for (const int padding : {0, 1, size / 2, size - 1, size}) {
          CAPTURE(size);
          CAPTURE(stride_y);
          CAPTURE(stride_x);
          CAPTURE(padding);
          GraphBuilder b({3, 13, 17});
          AddSource(&b, 21);
          b.Add(MaxPool{size, stride_y, stride_x, padding});
          b.Head();
          CheckAgainstDefinition(b);
        }
      }
    }
  }
}

TEST_CASE("a maxpool larger than its input covers all of it") {
  GraphBuilder b({3, 4, 6});
  AddSource(&b, 16);
  b.Add(MaxPool{13, 1, 1, 12});
  b.Head();
  CheckAgainstDefinition(b);
}

TEST_CASE("a global average pool equals its definition") {
  for (const int channels : {1, 17, 48}) {
    CAPTURE(channels);
    GraphBuilder b({3, 13, 17});
    AddSource(&b, channels);
    b.Add(GlobalAveragePool{});
    b.Head();
    b.Add(Convolution{.filters = channels}, {b.last() - 1});
    b.Head();
    CheckAgainstDefinition(b);
  }
}

TEST_CASE("an upsample equals its definition") {
  for (const int factor : {1, 2, 4}) {
    for (const float scale : {1.0f, 0.5f, -3.0f}) {
      for (const int channels : {1, 16, 17}) {
        CAPTURE(factor);
        CAPTURE(scale);
        CAPTURE(channels);
        GraphBuilder b({3, 5, 7});
        AddSource(&b, channels);
        b.Add(Upsample{factor, scale});
        b.Head();
        CheckAgainstDefinition(b);
      }
    }
  }
}

TEST_CASE("a shortcut adds the channels that all its inputs have") {
  for (const int c0 : {5, 16, 24, 48}) {
    for (const int c1 : {5, 16, 17, 48}) {
      for (const Activation activation :
           {Activation::kLinear, Activation::kLeaky, Activation::kMish}) {
        CAPTURE(c0);
        CAPTURE(c1);
        CAPTURE(static_cast<int>(activation));
        GraphBuilder b({3, 9, 11});
        const int x = AddSource(&b, c0);
        const int y = AddSource(&b, c1);
        const int z = AddSource(&b, 33);
        b.Head(b.Add(Shortcut{activation}, {x, y}));
        b.Head(b.Add(Shortcut{activation}, {x, y, z}));
        b.Head(b.Add(Shortcut{activation}, {z, x, y, x}));
        CheckAgainstDefinition(b);
      }
    }
  }
}

TEST_CASE("a shortcut may add a layer to itself") {
  GraphBuilder b({3, 9, 11});
  const int x = AddSource(&b, 16);
  b.Head(b.Add(Shortcut{}, {x, x}));
  CheckAgainstDefinition(b);
}

TEST_CASE("scale_channels multiplies each plane by its value") {
  for (const int channels : {1, 8, 17, 48}) {
    CAPTURE(channels);
    GraphBuilder b({3, 9, 11});
    const int x = AddSource(&b, channels);
    b.Add(GlobalAveragePool{}, {x});
    b.Add(Convolution{.filters = 4, .activation = Activation::kRelu});
    const int gate = b.Add(
        Convolution{.filters = channels, .activation = Activation::kLogistic});
    b.Head(b.Add(ScaleChannels{}, {gate, x}));
    CheckAgainstDefinition(b);
  }
}

TEST_CASE("sam multiplies element by element") {
  for (const int channels : {1, 8, 17, 48}) {
    CAPTURE(channels);
    GraphBuilder b({3, 9, 11});
    const int x = AddSource(&b, channels);
    const int gate = b.Add(
        Convolution{.filters = channels, .activation = Activation::kLogistic},
        {x});
    b.Head(b.Add(Multiplication{}, {gate, x}));
    b.Head(b.Add(Multiplication{}, {x, x}));
    CheckAgainstDefinition(b);
  }
}

TEST_CASE("an identity is its input wherever it is used") {
  GraphBuilder b({3, 9, 11});
  const int x = AddSource(&b, 17);
  const int same = b.Add(Identity{}, {x});
  const int again = b.Add(Identity{}, {same});
  b.Head(again);
  b.Head(b.Add(Convolution{.filters = 5}, {same}));
  b.Head(b.Add(Route{}, {same, x, again}));
  b.Head(b.Add(Identity{}, {kNetworkInput}));
  CheckAgainstDefinition(b);
}

TEST_CASE("heads may share an input, be empty of classes or see the image") {
  GraphBuilder b({3, 9, 11});
  const int x = AddSource(&b, 255);
  b.Head(x);
  b.Head(x);
  b.Head(kNetworkInput);
  b.Head(b.Add(Convolution{.filters = 1}, {x}));
  b.Head(x);
  CheckAgainstDefinition(b);
}

}  // namespace
}  // namespace yolo
