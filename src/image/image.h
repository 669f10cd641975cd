// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The files' bytes -> upright RGB pixels: the one entrance to image/.
#ifndef YOLO_IMAGE_IMAGE_H_
#define YOLO_IMAGE_IMAGE_H_

#include <cstdint>

#include "base/memory.h"
#include "base/status.h"

namespace yolo {

// Upright pixels, three bytes each, R first. Somebody else's memory.
struct RgbView {
  const uint8_t* data = nullptr;
  int width = 0;  // pixels
  int height = 0;
  size_t stride = 0;  // bytes from row to row
};

struct ImageOptions {
  int32_t decode = YOLO_DECODE_FAST;
  int32_t exif = YOLO_EXIF_APPLY;
  uint64_t max_pixels = 0;
  uint32_t max_scans = 0;
  int network_width = 0;  // for YOLO_DECODE_FAST: the smallest useful size
  int network_height = 0;
};

struct DecodedImage {
  RgbView pixels;  // may be smaller than width x height (YOLO_DECODE_FAST)
  int width = 0;   // of the upright image, full size
  int height = 0;
  int orientation = 1;     // EXIF, 1 to 8, whether applied or not
  bool truncated = false;  // the JPEG ended early; the rest is grey
};

// Turns images into RGB, one at a time, in memory it keeps: no allocation once
// images no larger than the largest so far come in. After an image that needed
// more than 64 MiB it gives the memory back. One thread at a time.
class ImageDecoder {
 public:
  ImageDecoder(const ImageOptions& options, Allocator* allocator);
  ~ImageDecoder();
  ImageDecoder(const ImageDecoder&) = delete;
  ImageDecoder& operator=(const ImageDecoder&) = delete;

  // `image` has been checked for NULL only. `out` is valid until the next
  // call, and may point into the image's own memory (tight or strided RGB).
  // Errors: INVALID_ARGUMENT (raw sizes), BAD_IMAGE, UNSUPPORTED_IMAGE, LIMIT,
  // OUT_OF_MEMORY.
  Status Decode(const yolo_image& image, DecodedImage* out);

  // Gives pixel buffers beyond 64 MiB back now instead of at the next Decode,
  // which may be long in coming; what Decode gave out is then void.
  void Trim();

 private:
  struct State;
  State* state_ = nullptr;
};

// "libjpeg-turbo 2.1.5"
const char* JpegLibraryName();

}  // namespace yolo

#endif  // YOLO_IMAGE_IMAGE_H_
