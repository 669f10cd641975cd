// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Small Darknet models for tests, made on the spot.
#ifndef YOLO_TESTS_MODEL_DARKNET_FILES_H_
#define YOLO_TESTS_MODEL_DARKNET_FILES_H_

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/darknet_graph.h"

namespace yolo::testing {

// Every section and nearly every key that is read; 64 x 64, stride 8.
inline constexpr std::string_view kFullCfg = R"([net]
width=64
height=64
channels=3
letter_box=1
hue=.1
[convolutional]
batch_normalize=1
filters=8
size=3
stride=2
pad=1
activation=leaky
[conv]
filters=8
groups=8
size=3
padding=1
activation=mish
[maxpool]
size=2
stride=2
[convolutional]
batch_normalize=1
filters=8
size=3
pad=1
dilation=2
activation=swish
[shortcut]
from=-2,0002
activation=relu
[avgpool]
[convolutional]
filters=8
activation=logistic
[scale_channels]
from=4
[convolutional]
filters=8
size=1
activation=tanh
[sam]
from=-2
activation=relu6
[route]
layers=-1
groups=2
group_id=1
[convolutional]
filters=18
size=3
stride_x=2
stride_y=2
pad=1
activation=linear
[yolo]
mask=0,1
anchors=1,2, 3,4, 5,6, 7,8,
num=4
classes=4
scale_x_y=1.05
[route]
layers=11
[upsample]
stride=2
scale=0.5
[route]
layers=-1,10
[dropout]
probability=.5
[convolutional]
batch_normalize=1
filters=18
activation=logistic
[yolo]
mask=2,3
anchors=1,2, 3,4, 5,6, 7,8
num=4
classes=4
new_coords=1
jitter=.3
)";

inline Status Build(std::string_view cfg, DarknetGraph* out,
                    NetworkSize size = {}, const Log& log = Log()) {
  std::vector<CfgSection> sections;
  YOLO_TRY(ParseCfg(cfg, "m.cfg", &sections));
  return BuildDarknetGraph(sections, "m.cfg", size, log, out);
}

// A .weights file of `count` numbers after the header. Positive, so that they
// are variances too.
inline std::vector<uint8_t> WeightsFile(size_t count, uint32_t seed = 1) {
  const int32_t version[3] = {0, 2, 5};
  std::vector<uint8_t> bytes(20 + count * sizeof(float));
  std::memcpy(bytes.data(), version, sizeof(version));
  std::mt19937 random(seed);
  for (size_t i = 0; i < count; ++i) {
    const float value = static_cast<float>(random() % 1000 + 1) / 1000;
    std::memcpy(&bytes[20 + i * sizeof(float)], &value, sizeof(value));
  }
  return bytes;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_MODEL_DARKNET_FILES_H_
