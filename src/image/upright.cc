// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// All orientations are one walk over the stored pixels with other steps.
#include "image/upright.h"

#include <algorithm>
#include <cstddef>

#include "image/limits.h"

namespace yolo {
namespace {

// Where the upright picture's first pixel is stored, and how far its right and
// lower neighbours are from it, bytes.
struct Walk {
  const uint8_t* first;
  ptrdiff_t right, down;
};

// Exif 2.32, tag 274: the side of the scene that stored row 0 and column 0
// show. 5 to 8 swap rows and columns.
Walk WalkOf(const RgbView& stored, int orientation) {
  const ptrdiff_t x = 3;
  const auto y = static_cast<ptrdiff_t>(stored.stride);
  const ptrdiff_t last_x = (stored.width - 1) * x;
  const ptrdiff_t last_y = (stored.height - 1) * y;
  const uint8_t* p = stored.data;
  switch (orientation) {
    case 2:  // row 0 is the top, column 0 the right side
      return {p + last_x, -x, y};
    case 3:  // bottom, right
      return {p + last_y + last_x, -x, -y};
    case 4:  // bottom, left
      return {p + last_y, x, -y};
    case 5:  // left, top
      return {p, y, x};
    case 6:  // right, top
      return {p + last_y, -y, x};
    case 7:  // right, bottom
      return {p + last_y + last_x, -y, -x};
    case 8:  // left, bottom
      return {p + last_x, y, -x};
    default:
      return {p, x, y};
  }
}

}  // namespace

Status MakeUpright(const RgbView& stored, int orientation, Allocator* allocator,
                   Buffer* buffer, RgbView* out) {
  const bool swapped = orientation >= 5;
  const int width = swapped ? stored.height : stored.width;
  const int height = swapped ? stored.width : stored.height;
  const size_t stride = AlignUp(static_cast<size_t>(width) * 3);
  size_t bytes;
  if (!Multiply(stride, static_cast<size_t>(height), &bytes) ||
      !buffer->Reserve(allocator, bytes)) {
    return RefusedMemory(
        *allocator, uint64_t{stride} * static_cast<uint64_t>(height), "image");
  }
  const Walk walk = WalkOf(stored, orientation);
  // 32 x 32 pixels touch 32 lines of either picture, 4 KiB together: both
  // stay in the first-level cache whichever way the walk goes.
  constexpr int kTile = 32;
  for (int top = 0; top < height; top += kTile) {
    const int bottom = std::min(top + kTile, height);
    for (int left = 0; left < width; left += kTile) {
      const int right = std::min(left + kTile, width);
      for (int y = top; y < bottom; ++y) {
        const uint8_t* from = walk.first + left * walk.right + y * walk.down;
        uint8_t* to = buffer->as() + static_cast<size_t>(y) * stride +
                      static_cast<size_t>(left) * 3;
        for (int x = left; x < right; ++x, from += walk.right, to += 3) {
          to[0] = from[0];
          to[1] = from[1];
          to[2] = from[2];
        }
      }
    }
  }
  *out = {buffer->as(), width, height, stride};
  return Status::Ok();
}

}  // namespace yolo
