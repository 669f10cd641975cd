// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Many small arrays in one block.
#ifndef YOLO_IMAGE_PIECES_H_
#define YOLO_IMAGE_PIECES_H_

#include "base/memory.h"
#include "base/status.h"

namespace yolo {

// Hands out successive, aligned pieces of a block; without one it only counts
// what they would take.
class Pieces {
 public:
  explicit Pieces(uint8_t* block) : block_(block) {}

  template <class T>
  void Take(size_t count, T** out) {
    *out = block_ ? reinterpret_cast<T*>(block_ + used_) : nullptr;
    used_ += AlignUp(count * sizeof(T));
  }
  size_t used() const { return used_; }

 private:
  uint8_t* block_;
  size_t used_ = 0;
};

// Calls lay_out(Pieces*) twice: to count, and with a block that is large
// enough, which `buffer` owns. Errors: LIMIT, OUT_OF_MEMORY.
template <class LayOut>
Status MakePieces(Allocator* allocator, Buffer* buffer, const LayOut& lay_out) {
  Pieces count(nullptr);
  lay_out(&count);
  if (!buffer->Reserve(allocator, count.used())) {
    return RefusedMemory(*allocator, count.used(), "image");
  }
  Pieces pieces(buffer->as());
  lay_out(&pieces);
  return Status::Ok();
}

}  // namespace yolo

#endif  // YOLO_IMAGE_PIECES_H_
