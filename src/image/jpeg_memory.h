// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// libjpeg's memory manager on the detector's allocator, kept between images.
#ifndef YOLO_IMAGE_JPEG_MEMORY_H_
#define YOLO_IMAGE_JPEG_MEMORY_H_

// jpeglib.h needs size_t and FILE to be there before it.
// clang-format off
#include <cstddef>
#include <cstdio>
#include <jpeglib.h>
// clang-format on

#include "base/memory.h"

namespace yolo {

// Memory that is taken piece by piece and given up all at once. What one use
// takes, the next use of the same or a smaller total gets from one block
// without asking the allocator.
class Arena {
 public:
  explicit Arena(Allocator* allocator) : allocator_(allocator) {}
  ~Arena() { Release(); }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // `size` bytes aligned to kAlignment, uninitialised; nullptr when there is
  // no memory.
  void* Take(size_t size);

  // Everything taken is void. Keeps as much as was taken since the last
  // Reset, unless that is more than `keep_bytes`: then nothing.
  void Reset(size_t keep_bytes);

  // Everything taken is void, and nothing is kept.
  void Release();

  // Held from the allocator.
  size_t bytes() const { return block_.size() + chunk_bytes_; }

 private:
  // Memory beyond the block, taken while the arena still grows.
  struct Chunk {
    Chunk* next;
    size_t size;  // bytes, this header included
    size_t used;
  };

  void FreeChunks();

  Allocator* allocator_;
  Buffer block_;
  size_t used_ = 0;   // bytes of block_
  size_t taken_ = 0;  // bytes since Reset, in block_ and chunks
  Chunk* chunks_ = nullptr;
  size_t chunk_bytes_ = 0;
};

// Stands in for the memory manager that jpeg_create_decompress makes, whose
// malloc for every image would break the promise that nothing is allocated in
// the steady state, and which max_bytes could not bound.
//
// Pools: JPOOL_PERMANENT holds what libjpeg keeps from one image to the next
// (quantisation and Huffman tables), JPOOL_IMAGE everything else.
class JpegMemory : public jpeg_memory_mgr {
 public:
  explicit JpegMemory(Allocator* allocator);
  JpegMemory(const JpegMemory&) = delete;
  JpegMemory& operator=(const JpegMemory&) = delete;

  // That of a decompressor whose `mem` is a JpegMemory.
  static JpegMemory* Of(j_common_ptr cinfo) {
    return static_cast<JpegMemory*>(cinfo->mem);
  }

  Arena* pool(int id) { return &pools_[id]; }
  size_t bytes() const { return pools_[0].bytes() + pools_[1].bytes(); }

  // Size of the request that could not be met; 0 when there is none.
  size_t refused_bytes() const { return refused_bytes_; }
  void ClearRefused() { refused_bytes_ = 0; }

  // `size` bytes, or libjpeg's error exit.
  void* Take(j_common_ptr cinfo, int pool_id, size_t size);

  // Arrays promised to libjpeg, until realize_virt_arrays gives them rows.
  jvirt_sarray_ptr sample_arrays = nullptr;
  jvirt_barray_ptr block_arrays = nullptr;

 private:
  Arena pools_[JPOOL_NUMPOOLS];
  size_t refused_bytes_ = 0;
};

}  // namespace yolo

#endif  // YOLO_IMAGE_JPEG_MEMORY_H_
