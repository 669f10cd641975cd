// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Stored pixels -> lines of the network's input, values of [0, 1].
//
// The picture is walked in the order in which its rows are stored, whatever its
// orientation. A line is what two neighbouring stored rows contribute: a row of
// the input, or, when the picture lies on its side, a column.
#ifndef YOLO_IMAGE_LINES_H_
#define YOLO_IMAGE_LINES_H_

#include "base/memory.h"
#include "base/status.h"
#include "image/geometry.h"
#include "image/picture.h"
#include "image/sample_rows.h"

namespace yolo {

// The resize to be done.
struct Resize {
  int32_t profile = 0;
  Turn turn;
  int from_w = 0, from_h = 0;  // upright picture at full size, pixels
  int to_w = 0, to_h = 0;      // network pixels that it covers
  int longest = 0;  // side of the network's input: tables have room for it, so
                    // that pictures of any shape share their memory

  int num_lines() const { return turn.transposed ? to_w : to_h; }
  int line_length() const { return turn.transposed ? to_h : to_w; }
  // Lines run against the stored rows.
  bool backwards() const {
    return turn.transposed ? turn.mirror_x : turn.mirror_y;
  }
  bool operator==(const Resize&) const = default;
};

// Rows of each component that are there, of those from 0 on.
struct RowsReady {
  int rows[kMaxComponents];
};

// A line's R, G and B: [length] each; of a grey picture all three are the same.
struct Line {
  const float* planes[3];
};

// Where a line may be written: room for its values in each plane. nullptr:
// wherever its maker likes.
using LineRoom = float* const*;

}  // namespace yolo

#endif  // YOLO_IMAGE_LINES_H_
