// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The caller's bytes -> the network's input: the one entrance to image/.
#ifndef YOLO_IMAGE_IMAGE_H_
#define YOLO_IMAGE_IMAGE_H_

#include <cstdint>

#include "base/memory.h"
#include "base/status.h"
#include "image/placement.h"
#include "kernels/store.h"
#include "yolo/yolo.h"

namespace yolo {

struct ImageOptions {
  int32_t profile = YOLO_PROFILE_DARKNET;  // never AUTO
  int32_t decode = YOLO_DECODE_FAST;
  int32_t exif = YOLO_EXIF_APPLY;
  uint64_t max_pixels = UINT64_MAX;
  uint32_t max_scans = UINT32_MAX;
};

// What is known once an image's header has been read.
struct ImageInfo {
  int width = 0;  // upright, full size, pixels
  int height = 0;
  int orientation = 1;  // EXIF, 1 to 8, whether applied or not
};

// How packing went.
struct ImageOutcome {
  bool truncated = false;  // the JPEG ended early; the rest is grey
  uint64_t ns_decode = 0;  // nanoseconds, both summed over the bands
  uint64_t ns_pack = 0;
};

// Reads images, one at a time: Open, then Pack. Keeps its memory: no allocation
// once images no larger than the largest so far come in. After an image that
// needed more than 64 MiB it gives the memory back. One thread at a time.
class ImageReader {
 public:
  ImageReader(const ImageOptions& options, Allocator* allocator);
  ~ImageReader();
  // Of its creation. Errors: OUT_OF_MEMORY; no JPEG can be read then.
  Status Created() const;
  ImageReader(const ImageReader&) = delete;
  ImageReader& operator=(const ImageReader&) = delete;

  // Looks at the header, or checks the sizes of a raw frame. `image` has been
  // checked for NULL only; its memory is read until Pack returns.
  // Errors: INVALID_ARGUMENT (raw sizes), BAD_IMAGE, UNSUPPORTED_IMAGE, LIMIT,
  // OUT_OF_MEMORY.
  Status Open(const yolo_image& image, ImageInfo* info);

  // Decodes what was opened and writes it, upright, to `placement` in `tensor`;
  // around it the border of the profile's letterbox. May fail late: `tensor`
  // then holds a part of the image. Errors: as Open.
  Status Pack(const Placement& placement, const InputTensor& tensor,
              ImageOutcome* outcome);

 private:
  struct State;
  State* state_ = nullptr;
};

// "libjpeg-turbo 2.1.5"
const char* JpegLibraryName();

}  // namespace yolo

#endif  // YOLO_IMAGE_IMAGE_H_
