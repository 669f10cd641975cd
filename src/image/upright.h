// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Turning stored pixels the right way up.
#ifndef YOLO_IMAGE_UPRIGHT_H_
#define YOLO_IMAGE_UPRIGHT_H_

#include "base/memory.h"
#include "base/status.h"
#include "image/image.h"

namespace yolo {

// Writes `stored`, turned by an EXIF orientation of 2 to 8, into `buffer`,
// which grows from `allocator` when it is too small, and points `out` at it.
// Errors: LIMIT, OUT_OF_MEMORY.
Status MakeUpright(const RgbView& stored, int orientation, Allocator* allocator,
                   Buffer* buffer, RgbView* out);

}  // namespace yolo

#endif  // YOLO_IMAGE_UPRIGHT_H_
