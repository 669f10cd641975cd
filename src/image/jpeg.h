// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A JPEG file's bytes -> RGB pixels as stored, by libjpeg-turbo.
#ifndef YOLO_IMAGE_JPEG_H_
#define YOLO_IMAGE_JPEG_H_

#include <cstdint>
#include <span>

#include "base/memory.h"
#include "base/status.h"
#include "image/image.h"

namespace yolo {

// A decoded JPEG before EXIF orientation is applied.
struct JpegImage {
  RgbView pixels;  // in the buffer given to Decode
  int width = 0;   // as the file says; pixels may be smaller
  int height = 0;
  int orientation = 1;
  bool truncated = false;
};

struct JpegSession;

// One libjpeg decompressor that lives across images. One thread at a time.
class JpegDecoder {
 public:
  explicit JpegDecoder(Allocator* allocator);
  ~JpegDecoder();
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  // Reads `file` in place. `pixels` grows when it is too small.
  // Errors: BAD_IMAGE, UNSUPPORTED_IMAGE, LIMIT, OUT_OF_MEMORY.
  Status Decode(std::span<const uint8_t> file, const ImageOptions& options,
                Buffer* pixels, JpegImage* out);

  // Held from the allocator for libjpeg itself.
  size_t bytes() const;
  // Gives that back.
  void Release();

 private:
  JpegSession* session_;
};

}  // namespace yolo

#endif  // YOLO_IMAGE_JPEG_H_
