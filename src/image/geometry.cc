// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/geometry.h"

#include <algorithm>
#include <cmath>

#include "yolo/yolo.h"

namespace yolo {
namespace {

float Scale(int from, int to) {
  return static_cast<float>(from) / static_cast<float>(to);
}

Position Between(int low, int high, float a, float b) {
  return {low, high, a, b, 0, 0};
}

// Darknet: corners on corners. The last column is the last pixel.
Position DarknetColumn(int i, int from, int to) {
  if (i == to - 1 || from == 1) return Between(from - 1, from - 1, 1, 0);
  const float at = static_cast<float>(i) * Scale(from - 1, to - 1);
  const int low = static_cast<int>(at);
  const float t = at - static_cast<float>(low);
  return Between(low, std::min(low + 1, from - 1), 1 - t, t);
}

// Darknet's rows differ from its columns: the last row has no lower neighbour
// but keeps the weight of its upper one, so where rounding puts it just above
// the last row of the picture it comes out almost black. So it does here.
Position DarknetRow(int i, int from, int to) {
  if (to == 1) return Between(0, 0, 1, 0);  // Darknet divides by zero
  const float at = static_cast<float>(i) * Scale(from - 1, to - 1);
  const int top = std::min(static_cast<int>(at), from - 1);
  const float t = at - static_cast<float>(top);
  if (i == to - 1 || from == 1) return Between(top, top, 1 - t, 0);
  return Between(top, std::min(top + 1, from - 1), 1 - t, t);
}

// TensorFlow 1.15: left edges on left edges; the upper neighbour is clamped.
Position TensorFlowPosition(int i, int from, int to) {
  const float at = static_cast<float>(i) * Scale(from, to);
  const int low = std::min(static_cast<int>(at), from - 1);
  return Between(low, std::min(low + 1, from - 1), 0, at - std::floor(at));
}

// OpenCV's weights: 11 bits, rounded half to even.
int32_t Fixed(float weight) {
  return static_cast<int32_t>(std::nearbyint(weight * 2048));
}

// OpenCV: pixel centres on pixel centres; may lie outside of [0, from).
Position OpenCvPosition(int i, int from, int to) {
  const double scale = 1.0 / (static_cast<double>(to) / from);
  const auto at = static_cast<float>((i + 0.5) * scale - 0.5);
  const auto low = static_cast<int>(std::floor(at));
  const float t = at - static_cast<float>(low);
  return {low, low + 1, 1 - t, t, Fixed(1 - t), Fixed(t)};
}

// Outside of the picture: all of its nearest column.
Position OpenCvColumn(int i, int from, int to) {
  const Position p = OpenCvPosition(i, from, to);
  if (p.low < 0) return {0, 0, 1, 0, Fixed(1), 0};
  if (p.low >= from - 1) return {from - 1, from - 1, 1, 0, Fixed(1), 0};
  return p;
}

// Outside of the picture both are its nearest row; the weights stay.
Position OpenCvRow(int i, int from, int to) {
  Position p = OpenCvPosition(i, from, to);
  p.low = std::clamp(p.low, 0, from - 1);
  p.high = std::clamp(p.high, 0, from - 1);
  return p;
}

}  // namespace

Arithmetic ArithmeticOf(int32_t profile, int from_w, int from_h, int to_w,
                        int to_h) {
  switch (profile) {
    case YOLO_PROFILE_OPENCV:
    case YOLO_PROFILE_ULTRALYTICS:
      return from_w == 2 * to_w && from_h == 2 * to_h ? Arithmetic::kHalve
                                                      : Arithmetic::kOpenCv;
    case YOLO_PROFILE_TF1_LEGACY:
      return Arithmetic::kTensorFlow;
    default:  // darknet, darknet-letterbox
      return Arithmetic::kDarknet;
  }
}

Position ColumnPosition(Arithmetic arithmetic, int i, int from, int to) {
  switch (arithmetic) {
    case Arithmetic::kDarknet:
      return DarknetColumn(i, from, to);
    case Arithmetic::kHalve:
      return Between(2 * i, 2 * i + 1, 0, 0);
    case Arithmetic::kTensorFlow:
      return TensorFlowPosition(i, from, to);
    case Arithmetic::kOpenCv:
      break;
  }
  return OpenCvColumn(i, from, to);
}

Position RowPosition(Arithmetic arithmetic, int i, int from, int to) {
  switch (arithmetic) {
    case Arithmetic::kDarknet:
      return DarknetRow(i, from, to);
    case Arithmetic::kHalve:
      return Between(2 * i, 2 * i + 1, 0, 0);
    case Arithmetic::kTensorFlow:
      return TensorFlowPosition(i, from, to);
    case Arithmetic::kOpenCv:
      break;
  }
  return OpenCvRow(i, from, to);
}

double PositionOf(Arithmetic arithmetic, int i, int from, int to) {
  switch (arithmetic) {
    case Arithmetic::kDarknet:
      return to == 1 ? 0 : static_cast<double>(i) * (from - 1) / (to - 1);
    case Arithmetic::kTensorFlow:
      return static_cast<double>(i) * from / to;
    case Arithmetic::kHalve:
    case Arithmetic::kOpenCv:
      break;
  }
  return (i + 0.5) * from / to - 0.5;
}

int ShrinkFactor(int pixels, int needed) {
  for (int factor = 8; factor > 1; factor /= 2) {
    if ((pixels + factor - 1) / factor >= needed) return factor;
  }
  return 1;
}

}  // namespace yolo
