// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What an image may cost, and how it is said that it costs too much.
#ifndef YOLO_IMAGE_LIMITS_H_
#define YOLO_IMAGE_LIMITS_H_

#include <cstdint>

#include "base/status.h"

namespace yolo {

// What a decoder keeps between images, bytes: the RGB pixels of 22 megapixels,
// or of 11 and their turned copy. A larger picture takes 100 ms and more to
// decode, so asking for its memory anew each time costs little beside it, while
// one that came once would otherwise cost hundreds of MiB on its lane for ever.
inline constexpr size_t kKeepBytes = size_t{64} << 20;

// max_pixels: 0 is no limit.
inline Status CheckPixels(uint64_t width, uint64_t height,
                          uint64_t max_pixels) {
  // Both factors are below 2^32: the product fits.
  if (width * height <= max_pixels) return Status::Ok();
  return Status::Error(YOLO_ERROR_LIMIT, "image has ", width, " x ", height,
                       " = ", width * height,
                       " pixels; yolo_options.max_pixels is ", max_pixels);
}

}  // namespace yolo

#endif  // YOLO_IMAGE_LIMITS_H_
