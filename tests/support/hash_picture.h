// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Pictures of noise by a formula that golden scripts have too.
#ifndef YOLO_TESTS_SUPPORT_HASH_PICTURE_H_
#define YOLO_TESTS_SUPPORT_HASH_PICTURE_H_

#include <cstdint>
#include <vector>

namespace yolo::testing {

// Channel c of pixel (x, y); the same as hash_picture() of
// tests/golden/make_resize_goldens.py.
inline uint8_t HashByte(uint32_t x, uint32_t y, uint32_t c) {
  uint32_t h = x * 0x9E3779B1u ^ y * 0x85EBCA77u ^ c * 0xC2B2AE3Du;
  h ^= h >> 15;
  h *= 0x2C1B3C6Du;
  h ^= h >> 13;
  return static_cast<uint8_t>(h >> 7);
}

// [height][width][3]
inline std::vector<uint8_t> HashPicture(int width, int height) {
  std::vector<uint8_t> rgb;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (uint32_t c = 0; c < 3; ++c) {
        rgb.push_back(
            HashByte(static_cast<uint32_t>(x), static_cast<uint32_t>(y), c));
      }
    }
  }
  return rgb;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_HASH_PICTURE_H_
