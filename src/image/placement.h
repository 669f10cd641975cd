// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Where a picture lies in the network's input, and so how boxes come back.
#ifndef YOLO_IMAGE_PLACEMENT_H_
#define YOLO_IMAGE_PLACEMENT_H_

#include <cstdint>

namespace yolo {

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

}  // namespace yolo

#endif  // YOLO_IMAGE_PLACEMENT_H_
