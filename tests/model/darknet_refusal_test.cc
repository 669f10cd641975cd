// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <span>
#include <string>
#include <utility>

#include "model/darknet_files.h"

namespace yolo {
namespace {

using testing::Build;

// What is wrong comes after these; layer 0 is on line 5.
constexpr const char* kNet = "[net]\nwidth=32\nheight=24\nchannels=3\n";

// A last head that is right after anything.
constexpr const char* kHead =
    "[conv]\nfilters=6\nactivation=linear\n"
    "[yolo]\nnum=1\nanchors=1,1\nclasses=1\n";

struct Refusal {
  const char* layers;  // from line 5 on
  yolo_status code;
  const char* message;  // after "m.cfg:"
};

void CheckRefused(std::span<const Refusal> refusals) {
  for (const Refusal& r : refusals) {
    CAPTURE(r.layers);
    DarknetGraph model;
    const Status status = Build(std::string(kNet) + r.layers, &model);
    CHECK(status.code() == r.code);
    CHECK(std::string(status.message()) == std::string("m.cfg:") + r.message);
  }
}

constexpr yolo_status kBad = YOLO_ERROR_BAD_MODEL;
constexpr yolo_status kUnsupported = YOLO_ERROR_UNSUPPORTED_MODEL;
constexpr yolo_status kLimit = YOLO_ERROR_LIMIT;

TEST_CASE("a section that is not read is refused by line, index and reason") {
  const std::pair<const char*, const char*> cases[] = {
      {"Gaussian_yolo", "is not supported: a head with variances is not built"},
      {"region",
       "is not supported: the head of YOLOv1 and v2; only [yolo] is read"},
      {"detection",
       "is not supported: the head of YOLOv1 and v2; only [yolo] is read"},
      {"contrastive", "is not supported: a loss of training with embeddings"},
      {"cost", "is not supported: it belongs to classifiers"},
      {"softmax", "is not supported: it belongs to classifiers"},
      {"soft", "is not supported: it belongs to classifiers"},
      {"connected", "is not supported: fully connected layers are not built"},
      {"conn", "is not supported: fully connected layers are not built"},
      {"local", "is not supported: weights of their own for each pixel"},
      {"crop", "is not supported: augmentation inside the network"},
      {"reorg", "is not supported: space to depth is not built"},
      {"reorg3d", "is not supported: space to depth is not built"},
      {"local_avgpool",
       "is not supported: average pooling in windows is not built"},
      {"local_avg",
       "is not supported: average pooling in windows is not built"},
      {"batchnorm",
       "is not supported: only batch norm of a convolution is built"},
      {"normalization", "is not supported: local response norm is not built"},
      {"lrn", "is not supported: local response norm is not built"},
      {"activation",
       "is not supported: only an activation of a layer is built"},
      {"implicit", "is not supported: learned constants are not built"},
      {"rnn", "is not supported: it keeps state between images"},
      {"crnn", "is not supported: it keeps state between images"},
      {"gru", "is not supported: it keeps state between images"},
      {"lstm", "is not supported: it keeps state between images"},
      {"conv_lstm", "is not supported: it keeps state between images"},
      {"history", "is not supported: it keeps state between images"},
      {"net", "is not a known section"},
      {"YOLO", "is not a known section"},
      {"attention_is_all_you_need_and_a_lot_more_than_that",
       "is not a known section"},
  };
  for (const auto& [type, reason] : cases) {
    DarknetGraph model;
    const Status status =
        Build(std::string(kNet) + "[dropout]\n\n[" + type + "]\n", &model);
    CHECK(status.code() == YOLO_ERROR_UNSUPPORTED_MODEL);
    CHECK(std::string(status.message()) ==
          "m.cfg:7: layer 1 [" + std::string(Excerpt::Value(type)) +
              "]: " + reason);
  }
}

TEST_CASE("a key whose value changes the arithmetic is refused") {
  const std::pair<const char*, const char*> cases[] = {
      {"conv antialiasing", "a blur follows the convolution"},
      {"conv binary", "binary weights"},
      {"conv xnor", "binary weights and inputs"},
      {"conv bin_output", "binary outputs"},
      {"conv flipped", "transposed weights"},
      {"conv coordconv", "coordinates as channels"},
      {"conv sway", "deformed weights"},
      {"conv rotate", "deformed weights"},
      {"conv stretch", "deformed weights"},
      {"conv stretch_sway", "deformed weights"},
      {"conv share_index", "weights of another layer"},
      {"conv dontload", "a layer that is not in the weights file"},
      {"conv dontloadscales", "batch norm that is not in the weights file"},
      {"maxpool maxpool_depth", "a maximum over channels"},
      {"maxpool maxpool_zero_nonmax", "zeros where there is no maximum"},
      {"maxpool antialiasing", "a blur follows the maximum"},
  };
  for (const auto& [what, reason] : cases) {
    const std::string text = what;
    const std::string type = text.substr(0, text.find(' '));
    const std::string key = text.substr(text.find(' ') + 1);
    DarknetGraph model;
    const std::string cfg = std::string(kNet) + "[" + type + "]\n" + key;
    const Status status = Build(cfg + "=1\n", &model);
    CHECK(status.code() == YOLO_ERROR_UNSUPPORTED_MODEL);
    CHECK(std::string(status.message()) ==
          "m.cfg:6: layer 0 [" + type + "]: " + key +
              "=1 is not supported: " + reason);
    if (key != "share_index") CHECK(Build(cfg + "=0\n" + kHead, &model).ok());
  }
}

TEST_CASE("a convolution that Darknet does not define is refused") {
  const Refusal refusals[] = {
      {"[conv]\nfilters=0\n", kBad,
       "6: layer 0 [conv]: filters=0 must be from 1 to 65536"},
      {"[conv]\nfilters=65537\n", kBad,
       "6: layer 0 [conv]: filters=65537 must be from 1 to 65536"},
      {"[conv]\nsize=0\n", kBad,
       "6: layer 0 [conv]: size=0 must be from 1 to 1024"},
      {"[conv]\nstride=0\n", kBad,
       "6: layer 0 [conv]: stride=0 must be from 1 to 1024"},
      {"[conv]\nstride_x=-1\n", kBad,
       "6: layer 0 [conv]: stride_x=-1 must be from 1 to 1024"},
      {"[conv]\nsize=3.5\n", kBad,
       "6: layer 0 [conv]: size=3.5 is not an integer"},
      {"[conv]\ngroups=2\n", kBad,
       "6: layer 0 [conv]: groups=2 does not divide 3 channels and 1 filters"},
      {"[conv]\ngroups=3\nfilters=4\n", kBad,
       "6: layer 0 [conv]: groups=3 does not divide 3 channels and 4 filters"},
      {"[conv]\nactivation=elu\n", kUnsupported,
       "6: layer 0 [conv]: activation=elu is not one of linear, relu, leaky, "
       "relu6, logistic, mish, swish, tanh"},
      {"[conv]\nsize=3\npadding=3\n", kUnsupported,
       "7: layer 0 [conv]: padding=3 is not supported: wider than the window "
       "of 3"},
      {"[conv]\nsize=3\ndilation=2\n", kUnsupported,
       "7: layer 0 [conv]: dilation=2 is not supported without a padding of "
       "half the window"},
      {"[conv]\nsize=4\npad=1\ndilation=2\n", kUnsupported,
       "8: layer 0 [conv]: dilation=2 is not supported without a padding of "
       "half the window"},
      {"[conv]\nsize=25\n", kBad,
       "5: layer 0 [conv]: an input of 3 x 24 x 32 gives an output of 1 x 0 x "
       "8"},
      {"[conv]\nsize=1024\npad=1\nfilters=65536\n", kLimit,
       "5: layer 0 [conv]: 65536 filters of 3 x 1024 x 1024; the limit is "
       "2147483647 weights"},
  };
  CheckRefused(refusals);
}

TEST_CASE("pooling and upsampling beyond sense is refused") {
  const Refusal refusals[] = {
      {"[maxpool]\nsize=2\npadding=3\n", kUnsupported,
       "7: layer 0 [maxpool]: padding=3 is not supported: half of it is no "
       "less than the window of 2"},
      {"[maxpool]\nsize=2\npadding=-1\n", kBad,
       "7: layer 0 [maxpool]: padding=-1 must be from 0 to 2048"},
      {"[maxpool]\nsize=25\npadding=0\n", kBad,
       "5: layer 0 [maxpool]: an input of 3 x 24 x 32 gives an output of 3 x 0 "
       "x 8"},
      {"[upsample]\nstride=-2\n", kUnsupported,
       "6: layer 0 [upsample]: stride=-2 is not supported: a reverse upsample"},
      {"[upsample]\nstride=512\n[upsample]\nstride=512\n", kLimit,
       "7: layer 1 [upsample]: an output of 3 x 6291456 x 8388608; the limit "
       "is "
       "2147483647 values"},
      {"[upsample]\nscale=x\n", kBad,
       "6: layer 0 [upsample]: scale=x is not a number"},
  };
  CheckRefused(refusals);
}

TEST_CASE("an index that is not of an earlier layer is refused") {
  const Refusal refusals[] = {
      {"[route]\nlayers=0\n", kBad,
       "6: layer 0 [route]: layers=0 names layer 0, which does not come before "
       "layer 0"},
      {"[dropout]\n[route]\nlayers=1\n", kBad,
       "7: layer 1 [route]: layers=1 names layer 1, which does not come before "
       "layer 1"},
      {"[dropout]\n[route]\nlayers=-1,-2\n", kBad,
       "7: layer 1 [route]: layers=-1,-2 names layer -1, which does not come "
       "before layer 1"},
      {"[dropout]\n[route]\nlayers=2000000000\n", kBad,
       "7: layer 1 [route]: layers=2000000000 names layer 2000000000, which "
       "does not come before layer 1"},
      {"[dropout]\n[route]\nlayers=-2147483648\n", kBad,
       "7: layer 1 [route]: layers=-2147483648 names layer -2147483647, which "
       "does not come before layer 1"},
      {"[dropout]\n[route]\nlayers=99999999999\n", kBad,
       "7: layer 1 [route]: layers=99999999999 has \"99999999999\", which is "
       "not an integer"},
      {"[dropout]\n[route]\n", kBad, "6: layer 1 [route]: layers is missing"},
      {"[dropout]\n[shortcut]\n", kBad,
       "6: layer 1 [shortcut]: from is missing"},
      {"[dropout]\n[shortcut]\nfrom=3\n", kBad,
       "7: layer 1 [shortcut]: from=3 names layer 3, which does not come "
       "before layer 1"},
      {"[dropout]\n[sam]\nfrom=-2\n", kBad,
       "7: layer 1 [sam]: from=-2 names layer -1, which does not come before "
       "layer 1"},
      {"[dropout]\n[scale_channels]\nfrom=0,0\n", kBad,
       "7: layer 1 [scale_channels]: from=0,0 has more than 1 number(s)"},
  };
  CheckRefused(refusals);
}

TEST_CASE("layers that do not fit together are named with their shapes") {
  const Refusal refusals[] = {
      {"[dropout]\n[conv]\nstride=2\n[route]\nlayers=-1,0\n", kBad,
       "8: layer 2 [route]: layer 1 (1 x 12 x 16) and layer 0 (3 x 24 x 32) do "
       "not fit together"},
      {"[dropout]\n[conv]\nstride=2\n[shortcut]\nfrom=0\n", kUnsupported,
       "8: layer 2 [shortcut]: layer 1 (1 x 12 x 16) and layer 0 (3 x 24 x 32) "
       "do not fit together"},
      {"[dropout]\n[conv]\n[sam]\nfrom=0\n", kBad,
       "7: layer 2 [sam]: layer 1 (1 x 24 x 32) and layer 0 (3 x 24 x 32) do "
       "not fit together"},
      {"[dropout]\n[dropout]\n[scale_channels]\nfrom=0\n", kBad,
       "7: layer 2 [scale_channels]: layer 1 (3 x 24 x 32) and layer 0 (3 x 24 "
       "x 32) do not fit together"},
      {"[dropout]\n[route]\nlayers=0\ngroups=2\n", kBad,
       "8: layer 1 [route]: groups=2 does not divide the 3 channels of layer "
       "0"},
      {"[dropout]\n[route]\nlayers=0\ngroups=3\ngroup_id=3\n", kBad,
       "9: layer 1 [route]: group_id=3 must be from 0 to 2"},
      {"[dropout]\n[shortcut]\nfrom=0\nweights_type=per_feature\n",
       kUnsupported,
       "8: layer 1 [shortcut]: weights_type=per_feature is not supported: "
       "weighted inputs"},
      {"[dropout]\n[avgpool]\n[scale_channels]\nfrom=0\nscale_wh=1\n",
       kUnsupported,
       "9: layer 2 [scale_channels]: scale_wh=1 is not supported: one factor "
       "for each pixel"},
      {"[dropout]\n[sam]\nfrom=0\nactivation=mish\n", kUnsupported,
       "8: layer 1 [sam]: activation=mish is not supported here, nor by "
       "Darknet"},
  };
  CheckRefused(refusals);
}

TEST_CASE("a head that contradicts itself or the others is refused") {
  const Refusal refusals[] = {
      {"[yolo]\nanchors=1,1\nclasses=1\n", kBad,
       "5: layer 0 [yolo]: the layer before has 3 channels; 1 anchors of 5 + 1 "
       "values need 6"},
      {"[yolo]\nclasses=1\n", kBad,
       "5: layer 0 [yolo]: anchors has 0 numbers; num=1 asks for 2"},
      {"[yolo]\nnum=2\nanchors=1,2,3\n", kBad,
       "7: layer 0 [yolo]: anchors=1,2,3 has 3 numbers; num=2 asks for 4"},
      {"[yolo]\nanchors=1,0\n", kBad,
       "6: layer 0 [yolo]: anchors=1,0 has a side of 0 or less"},
      {"[yolo]\nanchors=1,inf\n", kBad,
       "6: layer 0 [yolo]: anchors=1,inf has \"inf\", which is not a number"},
      {"[yolo]\nnum=2\nmask=0,2\nanchors=1,2,3,4\n", kBad,
       "7: layer 0 [yolo]: mask=0,2 names anchor 2 of 2"},
      {"[yolo]\nnum=2\nmask=-1\nanchors=1,2,3,4\n", kBad,
       "7: layer 0 [yolo]: mask=-1 names anchor -1 of 2"},
      {"[yolo]\nclasses=0\nanchors=1,1\n", kBad,
       "6: layer 0 [yolo]: classes=0 must be from 1 to 65536"},
      {"[yolo]\nnew_coords=2\nanchors=1,1\n", kBad,
       "6: layer 0 [yolo]: new_coords=2 must be from 0 to 1"},
      {"[yolo]\nscale_x_y=0\nanchors=1,1\n", kBad,
       "6: layer 0 [yolo]: scale_x_y=0 must be from 0.01 to 100"},
      {"[yolo]\nembedding_layer=3\nanchors=1,1\n", kUnsupported,
       "6: layer 0 [yolo]: embedding_layer=3 is not supported: embeddings for "
       "tracking"},
      {"[conv]\nfilters=6\n[yolo]\nanchors=1,1\nclasses=1\n[dropout]\n",
       kUnsupported,
       "10: layer 2 [dropout]: reads layer 1, which is a detection head"},
      {"[conv]\nfilters=6\n[yolo]\nanchors=1,1\nclasses=1\n[route]\nlayers=1\n",
       kUnsupported,
       "10: layer 2 [route]: reads layer 1, which is a detection head"},
      {"[conv]\nfilters=6\n[yolo]\nanchors=1,1\nclasses=1\n[route]\nlayers=0\n"
       "[conv]\nfilters=7\n[yolo]\nanchors=1,1\nclasses=2\n",
       kUnsupported,
       "14: layer 4 [yolo]: has 2 classes, the head of layer 1 has 1"},
      {"[dropout]\n", kUnsupported, " no [yolo] section among 1 layers"},
      {"", kUnsupported, " no [yolo] section among 0 layers"},
  };
  CheckRefused(refusals);
}

TEST_CASE("a [net] that is not a picture of three channels is refused") {
  const Refusal refusals[] = {
      {"[dropout]\n", kBad, "1: [dropout]: the first section must be [net]"},
      {"[net]\nheight=32\nchannels=3\n", kBad,
       "1: [net]: width is missing: the input must be a picture"},
      {"[net]\ninputs=256\n", kUnsupported,
       "1: [net]: width is missing: the input must be a picture"},
      {"[net]\nwidth=32\nheight=0\nchannels=3\n", kBad,
       "3: [net]: height=0 must be from 1 to 8192"},
      {"[net]\nwidth=8193\nheight=32\nchannels=3\n", kBad,
       "2: [net]: width=8193 must be from 1 to 8192"},
      {"[network]\nwidth=32\nheight=32\nchannels=1\n", kUnsupported,
       "4: [network]: channels=1 is not supported: a picture has 3, RGB"},
      {"[net]\nwidth=32\nheight=32\nchannels=3\nletter_box=yes\n", kBad,
       "5: [net]: letter_box=yes is not an integer"},
  };
  for (const auto& [text, code, message] : refusals) {
    DarknetGraph model;
    const Status status = Build(text, &model);
    CHECK(status.code() == code);
    CHECK(std::string(status.message()) == std::string("m.cfg:") + message);
  }
}

TEST_CASE("sizes are refused before there is memory for them") {
  // 8192 x 8192 x 31 is just below the limit of one layer.
  std::string cfg = "[net]\nwidth=8192\nheight=8192\nchannels=3\n";
  for (int i = 0; i < 9; ++i) cfg += "[conv]\nfilters=31\n";
  DarknetGraph model;
  Status status = Build(cfg, &model);
  CHECK(status.code() == YOLO_ERROR_LIMIT);
  CHECK(std::string(status.message()) ==
        "m.cfg:21: layer 8 [conv]: the layers so far have 18723373056 outputs; "
        "the limit is 17179869184");
  // Channels double with each route.
  cfg = kNet;
  cfg += "[dropout]\n";
  for (int i = 0; i < 60; ++i) cfg += "[route]\nlayers=-1,-1\n";
  status = Build(cfg, &model);
  CHECK(status.code() == YOLO_ERROR_LIMIT);
  CHECK(std::string(status.message()) ==
        "m.cfg:44: layer 20 [route]: an output of 3145728 x 24 x 32; the limit "
        "is 2147483647 values");
  cfg = kNet;
  for (int i = 0; i < 6; ++i) cfg += "[conv]\nfilters=32768\nsize=1\n";
  status = Build(cfg, &model);
  CHECK(status.code() == YOLO_ERROR_LIMIT);
  CHECK(std::string(status.message()) ==
        "m.cfg:17: layer 4 [conv]: the model has more than 4294967296 weights");
}

}  // namespace
}  // namespace yolo
