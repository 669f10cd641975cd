// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Pixels -> the network's input, by the arithmetic of a profile, and back.
#ifndef YOLO_IMAGE_PACK_H_
#define YOLO_IMAGE_PACK_H_

#include <cstdint>

#include "base/memory.h"
#include "base/status.h"
#include "image/image.h"

namespace yolo {

// Where the picture lies in the network's input, and so how boxes come back.
struct Placement {
  // Pixels of the network's input that the picture covers.
  int x = 0, y = 0, w = 0, h = 0;
  // Network pixels -> upright image pixels: image = (network - offset) * scale.
  float offset_x = 0, offset_y = 0;
  float scale_x = 1, scale_y = 1;
};

// The placement of a width x height image under `profile`.
Placement Place(int32_t profile, int width, int height, int network_width,
                int network_height);

// The network's input: planar [3][height][width], RGB.
struct PackTarget {
  void* data = nullptr;
  bool bf16 = false;  // else f32
  int width = 0;
  int height = 0;
};

// Resizes, normalises and lays out pixels. Keeps tables of the last sizes and
// row buffers, so that images of one size allocate nothing. One thread.
class Packer {
 public:
  Packer(int32_t profile, Allocator* allocator);
  ~Packer();
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  // `placement` is that of the full-size image; `pixels` may be a smaller
  // version of it. Fills the whole target, border included.
  // Errors: LIMIT, OUT_OF_MEMORY.
  Status Pack(const RgbView& pixels, const Placement& placement,
              const PackTarget& target);

 private:
  struct State;
  State* state_ = nullptr;
};

}  // namespace yolo

#endif  // YOLO_IMAGE_PACK_H_
