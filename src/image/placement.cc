// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Where each tool puts the picture, and how it gets its boxes back.
#include "image/placement.h"

#include <algorithm>
#include <cmath>

#include "yolo/yolo.h"

namespace yolo {
namespace {

struct Size {
  int w, h;
};

Placement Stretch(Size image, Size network) {
  Placement p;
  p.w = network.w;
  p.h = network.h;
  p.scale_x = static_cast<float>(image.w) / static_cast<float>(network.w);
  p.scale_y = static_cast<float>(image.h) / static_cast<float>(network.h);
  return p;
}

// value * numerator / denominator as Darknet computes it, in integers; at
// least one pixel, where Darknet would make an empty picture of a very long
// one.
int Scaled(int value, int numerator, int denominator) {
  const int64_t scaled = int64_t{value} * numerator / denominator;
  return static_cast<int>(std::max<int64_t>(scaled, 1));
}

// AlexeyAB's Darknet: letterbox_image (src/image.c) puts the picture at whole
// pixels, correct_yolo_boxes (src/yolo_layer.c) takes the exact half of the
// border away. Where the border is odd they differ by half a pixel.
Placement DarknetLetterbox(Size image, Size network) {
  Placement p;
  const float ratio_w =
      static_cast<float>(network.w) / static_cast<float>(image.w);
  const float ratio_h =
      static_cast<float>(network.h) / static_cast<float>(image.h);
  if (ratio_w < ratio_h) {
    p.w = network.w;
    p.h = Scaled(image.h, network.w, image.w);
  } else {
    p.w = Scaled(image.w, network.h, image.h);
    p.h = network.h;
  }
  p.x = (network.w - p.w) / 2;
  p.y = (network.h - p.h) / 2;
  p.offset_x = static_cast<float>(network.w - p.w) / 2;
  p.offset_y = static_cast<float>(network.h - p.h) / 2;
  p.scale_x = static_cast<float>(image.w) / static_cast<float>(p.w);
  p.scale_y = static_cast<float>(image.h) / static_cast<float>(p.h);
  return p;
}

// Python's round(): half to even.
int Round(double value) { return static_cast<int>(std::nearbyint(value)); }

// Ultralytics 8: LetterBox (data/augment.py) with its defaults for one fixed
// size, and scale_boxes (utils/ops.py), whose border comes from the picture's
// size before it is rounded to pixels.
Placement Ultralytics(Size image, Size network) {
  Placement p;
  const double gain = std::min(static_cast<double>(network.h) / image.h,
                               static_cast<double>(network.w) / image.w);
  p.w = std::clamp(Round(image.w * gain), 1, network.w);
  p.h = std::clamp(Round(image.h * gain), 1, network.h);
  p.x = std::max(Round((network.w - p.w) / 2.0 - 0.1), 0);
  p.y = std::max(Round((network.h - p.h) / 2.0 - 0.1), 0);
  p.offset_x =
      static_cast<float>(Round((network.w - image.w * gain) / 2 - 0.1));
  p.offset_y =
      static_cast<float>(Round((network.h - image.h * gain) / 2 - 0.1));
  p.scale_x = p.scale_y = static_cast<float>(1 / gain);
  return p;
}

}  // namespace

Placement Place(int32_t profile, int width, int height, int network_width,
                int network_height) {
  const Size image = {width, height};
  const Size network = {network_width, network_height};
  switch (profile) {
    case YOLO_PROFILE_DARKNET_LETTERBOX:
      return DarknetLetterbox(image, network);
    case YOLO_PROFILE_ULTRALYTICS:
      return Ultralytics(image, network);
    default:  // darknet, opencv, tf1-legacy
      return Stretch(image, network);
  }
}

}  // namespace yolo
