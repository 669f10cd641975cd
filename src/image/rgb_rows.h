// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of a stored picture as planar RGB at full resolution, as libjpeg (or,
// for video, OpenCV) would convert them.
#ifndef YOLO_IMAGE_RGB_ROWS_H_
#define YOLO_IMAGE_RGB_ROWS_H_

#include "base/memory.h"
#include "base/status.h"
#include "image/lines.h"
#include "image/picture.h"
#include "image/sample_rows.h"

namespace yolo {

class RgbRows {
 public:
  explicit RgbRows(Allocator* allocator) : allocator_(allocator) {}

  // `samples` have begun with `picture`, not shrunk; both outlive the rows.
  // Errors: LIMIT, OUT_OF_MEMORY.
  Status Begin(const Picture& picture, SampleRows* samples);

  int num_planes() const { return gray_ ? 1 : 3; }

  // Points out[num_planes()] at row r. Two neighbouring rows stay valid.
  void Row(int r, const uint8_t* out[3]);

  // Whether the samples that row r needs are there.
  bool IsReady(int r, const RowsReady& ready) const;

  size_t bytes() const { return memory_.size(); }
  void Release() { memory_.Reset(); }

 private:
  const uint8_t* FullRow(int c, int r);
  int FarRow(int c, int r) const;
  bool IsSmooth(const Component& component) const;
  void Convert(int r, uint8_t* const to[3]);

  Allocator* allocator_;
  const Picture* picture_ = nullptr;
  SampleRows* samples_ = nullptr;
  bool gray_ = false;
  int converted_[2] = {-1, -1};            // row in each slot, by parity
  uint8_t* rows_[2][3] = {};               // [width]
  uint8_t* full_[2][kMaxComponents] = {};  // [width + 8]: upsampled
  Buffer memory_;
};

}  // namespace yolo

#endif  // YOLO_IMAGE_RGB_ROWS_H_
