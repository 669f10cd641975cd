// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Photos as a camera would have handed them over.
#ifndef YOLO_TESTS_SUPPORT_NV12_H_
#define YOLO_TESTS_SUPPORT_NV12_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace yolo::testing {

// rgb [height][width][3] as an NV12 frame, rows adjacent: BT.601 in limited
// range; chroma of the first pixel of four.
inline std::vector<uint8_t> RgbToNv12(const std::vector<uint8_t>& rgb,
                                      size_t width, size_t height) {
  const auto byte = [](double value) {
    return static_cast<uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
  };
  const auto luma = [](const uint8_t* p) {
    return 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
  };
  std::vector<uint8_t> out;
  for (size_t i = 0; i < width * height; ++i) {
    out.push_back(byte(16 + luma(&rgb[3 * i]) * 219 / 255));
  }
  for (size_t y = 0; y < height; y += 2) {
    for (size_t x = 0; x < width; x += 2) {
      const uint8_t* p = &rgb[3 * (y * width + x)];
      const double l = luma(p), range = 224.0 / 255;
      out.push_back(byte(128 + (p[2] - l) / 1.772 * range));
      out.push_back(byte(128 + (p[0] - l) / 1.402 * range));
    }
  }
  return out;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_NV12_H_
