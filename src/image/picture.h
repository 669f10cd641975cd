// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A picture as it is stored: components of their own resolution, in the file's
// or the camera's colour model, any way up.
#ifndef YOLO_IMAGE_PICTURE_H_
#define YOLO_IMAGE_PICTURE_H_

#include <cstddef>
#include <cstdint>

namespace yolo {

// What the components are, in order.
enum class ColorModel {
  kGray,
  kRgb,
  kYcc,   // JPEG's YCbCr: BT.601, full range
  kYuv,   // video's YCbCr, by Picture::matrix
  kCmyk,  // inverted: 255 is no ink
  kYcck,  // YCbCr of the inverse of CMY, and K
};

inline constexpr int kMaxComponents = 4;

// Luma weights and range of video.
enum class YuvStandard { kBt601Limited, kBt601Full, kBt709Limited, kBt709Full };

// One component's samples. `expand` pixels of the picture, in each direction,
// share one; the centres of both grids coincide.
struct Component {
  int width = 0;  // samples
  int height = 0;
  double expand_x = 1;
  double expand_y = 1;
};

// Where rows of samples lie: one component, or several of which each pixel's
// are neighbours.
struct Plane {
  const uint8_t* data = nullptr;
  size_t stride = 0;  // bytes from row to row
  int rows = 0;       // that are in memory: row r is the one at r % rows
  int channels = 1;
  // Of each channel; -1: nobody wants it.
  int components[kMaxComponents] = {0, 1, 2, 3};
  // YUYV, UYVY: of two channels this one holds U and V, by turns.
  int chroma_channel = -1;
};

struct Picture {
  ColorModel model = ColorModel::kGray;
  YuvStandard yuv = YuvStandard::kBt601Limited;
  int num_components = 1;
  Component components[kMaxComponents];
  int num_planes = 1;
  Plane planes[kMaxComponents];
  int width = 0;  // as stored, pixels, at full size
  int height = 0;
  int orientation = 1;  // EXIF: 1 to 8
};

}  // namespace yolo

#endif  // YOLO_IMAGE_PICTURE_H_
