// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Which pixels of the picture each pixel of the network's input lies between,
// by the rule of a profile, along one axis at a time.
#ifndef YOLO_IMAGE_GEOMETRY_H_
#define YOLO_IMAGE_GEOMETRY_H_

#include <cstdint>

namespace yolo {

// The arithmetic of a resize. The tools round differently, and people compare.
enum class Arithmetic {
  kDarknet,     // AlexeyAB's Darknet, src/image.c, resize_image
  kOpenCv,      // OpenCV 4.6, cv::resize, INTER_LINEAR on bytes
  kHalve,       // the same, where it takes INTER_AREA: exactly half the size
  kTensorFlow,  // TensorFlow 1.15, ResizeBilinear, neither corner-aligned nor
                // half-pixel
};

// Of a profile, resizing from_w x from_h pixels to to_w x to_h.
Arithmetic ArithmeticOf(int32_t profile, int from_w, int from_h, int to_w,
                        int to_h);

// One position along an axis: between pixels `low` and `high`, both inside.
struct Position {
  int low, high;
  float a, b;                // weights of low and high; kTensorFlow: b only
  int32_t fixed_a, fixed_b;  // kOpenCv: weights in 1/2048
};

// Pixel i of `to` pixels that show `from` pixels of the upright picture. Tools
// treat the ends of columns and of rows differently.
Position ColumnPosition(Arithmetic arithmetic, int i, int from, int to);
Position RowPosition(Arithmetic arithmetic, int i, int from, int to);

// The same as a number, without the tool's rounding: 0 is the centre of the
// first pixel. Not clamped to the picture.
double PositionOf(Arithmetic arithmetic, int i, int from, int to);

// The largest of 8, 4, 2 and 1 by which `pixels` can be divided and still be
// `needed` or more.
int ShrinkFactor(int pixels, int needed);

// How a stored picture is turned upright.
struct Turn {
  bool transposed = false;  // upright columns are stored rows
  bool mirror_x = false;    // upright x runs against the stored axis
  bool mirror_y = false;

  bool operator==(const Turn&) const = default;

  // orientation: EXIF, 1 to 8.
  static Turn Of(int orientation) {
    constexpr unsigned kMirrorX = 1u << 2 | 1u << 3 | 1u << 6 | 1u << 7;
    constexpr unsigned kMirrorY = 1u << 3 | 1u << 4 | 1u << 7 | 1u << 8;
    return {orientation >= 5, (kMirrorX >> orientation & 1) != 0,
            (kMirrorY >> orientation & 1) != 0};
  }
};

}  // namespace yolo

#endif  // YOLO_IMAGE_GEOMETRY_H_
