// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Raw frames as callers describe them.
#ifndef YOLO_IMAGE_FRAME_H_
#define YOLO_IMAGE_FRAME_H_

#include "base/status.h"
#include "image/picture.h"
#include "yolo/yolo.h"

namespace yolo {

// Checks formats, sizes and strides; `picture` then points at the caller's
// memory. Errors: INVALID_ARGUMENT, LIMIT.
Status DescribeFrame(const yolo_image& image, uint64_t max_pixels,
                     Picture* picture);

}  // namespace yolo

#endif  // YOLO_IMAGE_FRAME_H_
