// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The checksum of goldens; Python has it as zlib.crc32.
#ifndef YOLO_TESTS_SUPPORT_CRC32_H_
#define YOLO_TESTS_SUPPORT_CRC32_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace yolo::testing {

// CRC-32 (polynomial 0xEDB88320, reflected) of more bytes after `crc`.
inline uint32_t Crc32(const void* data, size_t size, uint32_t crc = 0) {
  static const auto table = [] {
    std::array<uint32_t, 256> t{};
    for (uint32_t i = 0; i < 256; ++i) {
      t[i] = i;
      for (int bit = 0; bit < 8; ++bit) {
        t[i] = t[i] >> 1 ^ (t[i] & 1 ? 0xEDB88320u : 0);
      }
    }
    return t;
  }();
  const auto* bytes = static_cast<const uint8_t*>(data);
  crc = ~crc;
  for (size_t i = 0; i < size; ++i) {
    crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xFF];
  }
  return ~crc;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_CRC32_H_
