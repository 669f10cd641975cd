// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// An image reader whose network is as large as the image, so that what it
// packs are the image's own pixels.
#ifndef YOLO_TESTS_IMAGE_READ_PICTURE_H_
#define YOLO_TESTS_IMAGE_READ_PICTURE_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "image/image.h"

namespace yolo::testing {

using Bytes = std::vector<uint8_t>;

// Full size, bit by bit, and the limits that yolo_options has by default.
inline ImageOptions Exact() {
  ImageOptions options;
  options.decode = YOLO_DECODE_EXACT;
  options.max_pixels = 1 << 26;
  options.max_scans = 500;
  return options;
}

inline yolo_image JpegOf(const Bytes& file) {
  yolo_image image = YOLO_IMAGE_INIT;
  image.data = file.data();
  image.size = file.size();
  return image;
}

// Any image as upright RGB bytes, rows adjacent, in `rgb`.
struct PictureReader {
  explicit PictureReader(const ImageOptions& options = Exact(),
                         Allocator* from = nullptr)
      : reader(options, from ? from : &allocator) {}

  Status Read(const yolo_image& image) {
    YOLO_TRY(reader.Open(image, &info));
    const auto width = static_cast<size_t>(info.width);
    const auto height = static_cast<size_t>(info.height);
    rgb.assign(3 * width * height, 0);
    Placement whole;
    whole.w = info.width;
    whole.h = info.height;
    return reader.Pack(
        whole,
        {rgb.data(), DataType::kU8, Layout::kInterleaved, 1, width, height},
        &outcome);
  }
  Status Read(const Bytes& file) { return Read(JpegOf(file)); }

  Allocator allocator;
  ImageReader reader;
  ImageInfo info;
  ImageOutcome outcome;
  Bytes rgb;
};

// Whether the message has this in it.
inline bool Contains(const Status& status, const std::string& text) {
  return std::string(status.message()).find(text) != std::string::npos;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_IMAGE_READ_PICTURE_H_
