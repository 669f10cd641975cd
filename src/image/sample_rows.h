// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of one component's samples side by side, however they are stored.
#ifndef YOLO_IMAGE_SAMPLE_ROWS_H_
#define YOLO_IMAGE_SAMPLE_ROWS_H_

#include "base/memory.h"
#include "base/status.h"
#include "image/picture.h"

namespace yolo {

// Gives rows out where they lie when it can, else takes pixels apart and
// shrinks them, one row at a time and no row twice in a row. One thread.
class SampleRows {
 public:
  explicit SampleRows(Allocator* allocator) : allocator_(allocator) {}

  // Shrinks components to the mean of boxes (powers of two, 1 to 8, of full
  // pixels) as it goes, and changes `picture`'s components accordingly; it must
  // outlive the rows. Errors: LIMIT, OUT_OF_MEMORY.
  Status Begin(Picture* picture, int shrink_x, int shrink_y);

  // Row r of component c; of components that share a plane, and of one, the
  // last two rows asked for stay valid if they are neighbours.
  const uint8_t* Row(int c, int r);

  size_t bytes() const { return memory_.size(); }
  void Release() { memory_.Reset(); }

 private:
  struct Source {  // of one component
    int plane = 0;
    bool direct = true;  // rows are given out where they lie
    int shrink_x = 1, shrink_y = 1;
    uint8_t* rows[2] = {};     // by parity
    uint8_t* parts = nullptr;  // [shrink_y][stored width], before shrinking
    int stored_width = 0, stored_height = 0;
  };

  Status Reserve();
  const uint8_t* StoredRow(const Plane& plane, int r) const;
  void Fill(int plane, int r);
  void TakeApart(const Plane& plane, const uint8_t* packed, int k,
                 bool shrinking, int r);

  Allocator* allocator_;
  const Picture* picture_ = nullptr;
  Source sources_[kMaxComponents];
  int filled_[kMaxComponents][2] = {};  // by plane and parity; -1: none
  uint16_t* sums_ = nullptr;
  uint8_t* chroma_ = nullptr;  // U and V by turns
  uint8_t* nobody_ = nullptr;  // for channels that nobody wants
  Buffer memory_;
};

}  // namespace yolo

#endif  // YOLO_IMAGE_SAMPLE_ROWS_H_
