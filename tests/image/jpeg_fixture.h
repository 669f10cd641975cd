// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A JPEG decoder with the memory around it.
#ifndef YOLO_TESTS_IMAGE_JPEG_FIXTURE_H_
#define YOLO_TESTS_IMAGE_JPEG_FIXTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "image/jpeg.h"

namespace yolo::testing {

using Bytes = std::vector<uint8_t>;

// Full size, and the limits that yolo_options has by default.
inline ImageOptions Exact() {
  ImageOptions options;
  options.decode = YOLO_DECODE_EXACT;
  options.max_pixels = 1 << 26;
  options.max_scans = 500;
  return options;
}

struct JpegFixture {
  explicit JpegFixture(uint64_t max_bytes = 0)
      : allocator(nullptr, nullptr, nullptr, max_bytes), decoder(&allocator) {}

  Status Decode(const Bytes& file, const ImageOptions& options = Exact()) {
    return decoder.Decode(file, options, &pixels, &image);
  }
  // The pixels of the last image, rows adjacent.
  Bytes Pixels() const {
    Bytes tight;
    for (int y = 0; y < image.pixels.height; ++y) {
      const uint8_t* row =
          image.pixels.data + static_cast<size_t>(y) * image.pixels.stride;
      tight.insert(tight.end(), row, row + 3 * image.pixels.width);
    }
    return tight;
  }

  Allocator allocator;
  JpegDecoder decoder;
  Buffer pixels;
  JpegImage image;
};

// Whether the message has this in it.
inline bool Contains(const Status& status, const char* text) {
  return std::string(status.message()).find(text) != std::string::npos;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_IMAGE_JPEG_FIXTURE_H_
