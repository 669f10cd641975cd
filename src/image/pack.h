// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of a stored picture -> the network's input.
#ifndef YOLO_IMAGE_PACK_H_
#define YOLO_IMAGE_PACK_H_

#include <cstdint>

#include "base/memory.h"
#include "base/status.h"
#include "image/exact_lines.h"
#include "image/fast_lines.h"
#include "image/picture.h"
#include "image/placement.h"
#include "image/sample_rows.h"
#include "kernels/store.h"

namespace yolo {

// Turns, resizes, converts, normalises and lays out a picture whose rows come
// in bit by bit; no more of it than two rows is ever held in RGB. Keeps tables
// of the last sizes, so that images of one size allocate nothing. One thread.
class Packer {
 public:
  // quality: YOLO_DECODE_...
  Packer(int32_t profile, int32_t quality, Allocator* allocator);
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  // `picture`, which may be a smaller version of a width x height one, fills
  // its placement in `tensor`, and the border of a letterbox is drawn. Shrinks
  // pictures that allow it first (YOLO_DECODE_FAST). All outlive the packing.
  // Errors: LIMIT, OUT_OF_MEMORY.
  Status Begin(const Picture& picture, const Placement& placement,
               const InputTensor& tensor, bool may_shrink);

  // Packs as far as the rows that are there allow.
  void Advance(const RowsReady& ready);

  // All rows were there.
  void Finish();

  size_t bytes() const;
  void Release();

 private:
  void FillBorder(const InputTensor& tensor);
  LineRoom RoomFor(int i, float* rows[3]) const;
  void Emit(int i, const Line& line);
  void FlushTile();

  const int32_t profile_;
  const int32_t quality_;
  Allocator* allocator_;
  Picture picture_;
  SampleRows samples_;
  FastLines fast_;
  ExactLines exact_;
  Resize resize_;
  Placement placement_;
  InputTensor tensor_;
  int next_ = 0;  // lines that were made, in the order of stored rows

  // Transposed: columns of the input wait here until a tile of them is full.
  int tile_ = -1;             // its index; -1: empty
  float* columns_ = nullptr;  // [3][kTileColumns][longest]
  float* rows_ = nullptr;     // [3][kTileColumns]
  Buffer memory_;
};

}  // namespace yolo

#endif  // YOLO_IMAGE_PACK_H_
