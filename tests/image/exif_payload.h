// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// APP1 payloads with an orientation in them.
#ifndef YOLO_TESTS_IMAGE_EXIF_PAYLOAD_H_
#define YOLO_TESTS_IMAGE_EXIF_PAYLOAD_H_

#include <cstdint>
#include <vector>

namespace yolo::testing {

struct ExifSpec {
  bool little = true;
  uint32_t orientation = 6;
  uint32_t type = 3;  // SHORT
  uint32_t count = 1;
  uint32_t directory = 8;    // offset of IFD0 from the TIFF header
  uint32_t num_entries = 2;  // as claimed; two are written
  uint32_t tag = 0x0112;
};

inline std::vector<uint8_t> ExifPayload(const ExifSpec& spec) {
  std::vector<uint8_t> out = {'E', 'x', 'i', 'f', 0, 0};
  const auto put = [&](uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
      const int shift = 8 * (spec.little ? i : bytes - 1 - i);
      out.push_back(static_cast<uint8_t>(value >> shift));
    }
  };
  out.insert(out.end(), 2, spec.little ? 'I' : 'M');
  put(42, 2);
  put(spec.directory, 4);
  put(spec.num_entries, 2);
  put(0x010F, 2), put(2, 2), put(4, 4), put(0x616263, 4);  // maker: "abc"
  put(spec.tag, 2), put(spec.type, 2), put(spec.count, 4);
  put(spec.orientation, 2), put(0, 2);
  put(0, 4);  // no further directory
  return out;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_IMAGE_EXIF_PAYLOAD_H_
