// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The methods of libjpeg's memory manager. They are called from C and leave by
// longjmp when memory is out: no object with a destructor may live in them.
#include "image/jpeg_memory.h"

#include <jerror.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

#include "image/limits.h"

// A two-dimensional array that libjpeg asks for before it knows how many it
// needs. Ours lie in memory as a whole: a coefficient array of the largest
// image that max_pixels lets through is bounded by the allocator.
template <class Row>
struct VirtualArray {
  Row* rows;  // nullptr until realised
  JDIMENSION num_rows;
  JDIMENSION row_length;  // samples or blocks
  JDIMENSION max_access;  // rows asked for at once
  JDIMENSION num_zeroed;  // rows [0, num_zeroed) have been cleared
  int pool_id;
  boolean pre_zero;
};

// libjpeg declares these names for its users and leaves the contents to the
// memory manager.
struct jvirt_sarray_control : VirtualArray<JSAMPROW> {
  jvirt_sarray_control* next;
};
struct jvirt_barray_control : VirtualArray<JBLOCKROW> {
  jvirt_barray_control* next;
};

namespace yolo {
namespace {

// Growing takes a few steps for a photo: a row of blocks of one component of a
// 2000-pixel row fills one chunk.
constexpr size_t kChunkBytes = 65536;

// SIMD code of libjpeg-turbo reads and writes past the end of a row by up to
// two vectors (64 bytes with AVX2).
constexpr size_t kSlackBytes = 64;

size_t RowBytes(const JSAMPROW*, size_t samples) {
  return AlignUp(samples * sizeof(JSAMPLE));
}
size_t RowBytes(const JBLOCKROW*, size_t blocks) {
  return blocks * sizeof(JBLOCK);  // 128: a multiple of the alignment
}

// An array of rows that lie one after the other.
template <class Row>
Row* TakeRows(j_common_ptr cinfo, int pool_id, JDIMENSION length,
              JDIMENSION num_rows) {
  JpegMemory* memory = JpegMemory::Of(cinfo);
  Row* rows = static_cast<Row*>(
      memory->Take(cinfo, pool_id, size_t{num_rows} * sizeof(Row)));
  const size_t row_bytes = RowBytes(rows, length);
  size_t bytes;
  if (!Multiply(row_bytes, num_rows, &bytes) ||
      bytes > std::numeric_limits<size_t>::max() - kSlackBytes) {
    bytes = std::numeric_limits<size_t>::max() - kSlackBytes;  // refused below
  }
  auto* data = static_cast<unsigned char*>(
      memory->Take(cinfo, pool_id, bytes + kSlackBytes));
  for (size_t i = 0; i < num_rows; ++i) {
    rows[i] = reinterpret_cast<Row>(data + i * row_bytes);
  }
  return rows;
}

void* TakeObject(j_common_ptr cinfo, int pool_id, size_t size) {
  return JpegMemory::Of(cinfo)->Take(cinfo, pool_id, size);
}

JSAMPARRAY TakeSamples(j_common_ptr cinfo, int pool_id, JDIMENSION samples,
                       JDIMENSION num_rows) {
  return TakeRows<JSAMPROW>(cinfo, pool_id, samples, num_rows);
}

JBLOCKARRAY TakeBlocks(j_common_ptr cinfo, int pool_id, JDIMENSION blocks,
                       JDIMENSION num_rows) {
  return TakeRows<JBLOCKROW>(cinfo, pool_id, blocks, num_rows);
}

template <class Control>
Control* Request(j_common_ptr cinfo, int pool_id, boolean pre_zero,
                 JDIMENSION length, JDIMENSION num_rows) {
  auto* array = static_cast<Control*>(
      JpegMemory::Of(cinfo)->Take(cinfo, pool_id, sizeof(Control)));
  std::memset(static_cast<void*>(array), 0, sizeof(*array));
  array->num_rows = num_rows;
  array->row_length = length;
  array->pool_id = pool_id;
  array->pre_zero = pre_zero;
  return array;
}

jvirt_sarray_ptr RequestSamples(j_common_ptr cinfo, int pool_id,
                                boolean pre_zero, JDIMENSION samples,
                                JDIMENSION num_rows, JDIMENSION max_access) {
  auto* array = Request<jvirt_sarray_control>(cinfo, pool_id, pre_zero, samples,
                                              num_rows);
  array->max_access = max_access;
  array->next = JpegMemory::Of(cinfo)->sample_arrays;
  return JpegMemory::Of(cinfo)->sample_arrays = array;
}

jvirt_barray_ptr RequestBlocks(j_common_ptr cinfo, int pool_id,
                               boolean pre_zero, JDIMENSION blocks,
                               JDIMENSION num_rows, JDIMENSION max_access) {
  auto* array =
      Request<jvirt_barray_control>(cinfo, pool_id, pre_zero, blocks, num_rows);
  array->max_access = max_access;
  array->next = JpegMemory::Of(cinfo)->block_arrays;
  return JpegMemory::Of(cinfo)->block_arrays = array;
}

template <class Row>
void Realize(j_common_ptr cinfo, VirtualArray<Row>* array) {
  if (array->rows) return;
  array->rows =
      TakeRows<Row>(cinfo, array->pool_id, array->row_length, array->num_rows);
}

void RealizeAll(j_common_ptr cinfo) {
  JpegMemory* memory = JpegMemory::Of(cinfo);
  for (auto* a = memory->sample_arrays; a; a = a->next) Realize(cinfo, a);
  for (auto* a = memory->block_arrays; a; a = a->next) Realize(cinfo, a);
}

// Rows are cleared when they are first reached, not all at once: a picture
// that ends early never touches the memory of the rows it does not have.
template <class Row>
Row* Access(j_common_ptr cinfo, VirtualArray<Row>* array, JDIMENSION first,
            JDIMENSION count) {
  if (!array->rows || count > array->max_access || first > array->num_rows ||
      count > array->num_rows - first) {
    ERREXIT(cinfo, JERR_BAD_VIRTUAL_ACCESS);
  }
  if (array->pre_zero && first + count > array->num_zeroed) {
    const size_t row_bytes = RowBytes(array->rows, array->row_length);
    // ERREXIT has not returned: there are rows.
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference)
    std::memset(static_cast<void*>(array->rows[array->num_zeroed]), 0,
                row_bytes * (first + count - array->num_zeroed));
    array->num_zeroed = first + count;
  }
  return array->rows + first;
}

JSAMPARRAY AccessSamples(j_common_ptr cinfo, jvirt_sarray_ptr array,
                         JDIMENSION first, JDIMENSION count, boolean) {
  return Access<JSAMPROW>(cinfo, array, first, count);
}

JBLOCKARRAY AccessBlocks(j_common_ptr cinfo, jvirt_barray_ptr array,
                         JDIMENSION first, JDIMENSION count, boolean) {
  return Access<JBLOCKROW>(cinfo, array, first, count);
}

void FreePool(j_common_ptr cinfo, int pool_id) {
  JpegMemory* memory = JpegMemory::Of(cinfo);
  if (pool_id == JPOOL_IMAGE) {
    memory->sample_arrays = nullptr;
    memory->block_arrays = nullptr;
  }
  memory->pool(pool_id)->Reset(kKeepBytes);
}

void SelfDestruct(j_common_ptr cinfo) {
  FreePool(cinfo, JPOOL_IMAGE);
  FreePool(cinfo, JPOOL_PERMANENT);
}

}  // namespace

void* Arena::Take(size_t size) {
  if (size > std::numeric_limits<size_t>::max() - 2 * kAlignment) {
    return nullptr;
  }
  size = AlignUp(size);
  if (size <= block_.size() - used_) {
    void* memory = block_.as() + used_;
    used_ += size;
    taken_ += size;
    return memory;
  }
  constexpr size_t kHeader = AlignUp(sizeof(Chunk));
  if (!chunks_ || size > chunks_->size - chunks_->used) {
    size_t bytes = std::max(size + kHeader, kChunkBytes);
    void* chunk = allocator_->Allocate(bytes);
    if (!chunk && bytes > size + kHeader) {
      bytes = size + kHeader;  // near the limit: no more than is needed
      chunk = allocator_->Allocate(bytes);
    }
    if (!chunk) return nullptr;
    chunks_ = new (chunk) Chunk{chunks_, bytes, kHeader};
    chunk_bytes_ += bytes;
  }
  void* memory = reinterpret_cast<unsigned char*>(chunks_) + chunks_->used;
  chunks_->used += size;
  taken_ += size;
  return memory;
}

void Arena::Reset(size_t keep_bytes) {
  if (taken_ > keep_bytes) return Release();
  const bool grew = chunks_ != nullptr;
  FreeChunks();
  if (grew && !block_.Allocate(allocator_, taken_)) {
    // Only now there is no memory: the next image grows by chunks again.
    block_.Reset();
  }
  used_ = 0;
  taken_ = 0;
}

void Arena::Release() {
  FreeChunks();
  block_.Reset();
  used_ = 0;
  taken_ = 0;
}

void Arena::FreeChunks() {
  while (chunks_) {
    Chunk* next = chunks_->next;
    allocator_->Free(chunks_, chunks_->size);
    chunks_ = next;
  }
  chunk_bytes_ = 0;
}

JpegMemory::JpegMemory(Allocator* allocator)
    : jpeg_memory_mgr{}, pools_{Arena(allocator), Arena(allocator)} {
  static_assert(JPOOL_PERMANENT == 0 && JPOOL_IMAGE == 1 &&
                JPOOL_NUMPOOLS == 2);
  alloc_small = TakeObject;
  alloc_large = TakeObject;
  alloc_sarray = TakeSamples;
  alloc_barray = TakeBlocks;
  request_virt_sarray = RequestSamples;
  request_virt_barray = RequestBlocks;
  realize_virt_arrays = RealizeAll;
  access_virt_sarray = AccessSamples;
  access_virt_barray = AccessBlocks;
  free_pool = FreePool;
  self_destruct = SelfDestruct;
  // Advice to a manager with backing store, and a limit on single requests.
  max_memory_to_use = std::numeric_limits<long>::max();
  max_alloc_chunk = std::numeric_limits<long>::max();
}

void* JpegMemory::Take(j_common_ptr cinfo, int pool_id, size_t size) {
  void* memory = pools_[pool_id == JPOOL_IMAGE].Take(size);
  if (!memory) {
    refused_bytes_ = size;
    ERREXIT1(cinfo, JERR_OUT_OF_MEMORY, 0);
  }
  return memory;
}

}  // namespace yolo
