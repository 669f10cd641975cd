// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The walk over a picture's lines, and where they go.
#include "image/pack.h"

#include <algorithm>

#include "image/pieces.h"
#include "yolo/yolo.h"

namespace yolo {
namespace {

constexpr int kTileColumns = 32;

// The border around the picture, and around letterboxes only.
float BorderOf(int32_t profile) {
  return profile == YOLO_PROFILE_ULTRALYTICS ? 114.0f / 255.0f : 0.5f;
}

}  // namespace

Packer::Packer(int32_t profile, int32_t quality, Allocator* allocator)
    : profile_(profile),
      quality_(quality),
      allocator_(allocator),
      samples_(allocator),
      fast_(allocator),
      exact_(allocator) {}

size_t Packer::bytes() const {
  return samples_.bytes() + fast_.bytes() + exact_.bytes() + memory_.size();
}

void Packer::Release() {
  samples_.Release();
  fast_.Release();
  exact_.Release();
  memory_.Reset();
}

Status Packer::Begin(const Picture& picture, const Placement& placement,
                     const InputTensor& tensor, bool may_shrink) {
  picture_ = picture;
  placement_ = placement;
  tensor_ = tensor;
  next_ = 0;
  tile_ = -1;
  const Turn turn = Turn::Of(picture.orientation);
  const int from_w = turn.transposed ? picture.height : picture.width;
  const int from_h = turn.transposed ? picture.width : picture.height;
  resize_ = {profile_,
             turn,
             from_w,
             from_h,
             placement.w,
             placement.h,
             static_cast<int>(std::max(tensor.width, tensor.height))};
  FillBorder(tensor);

  const bool fast = quality_ == YOLO_DECODE_FAST;
  const bool shrink = fast && may_shrink;
  YOLO_TRY(samples_.Begin(
      &picture_,
      shrink ? ShrinkFactor(picture.width, resize_.line_length()) : 1,
      shrink ? ShrinkFactor(picture.height, resize_.num_lines()) : 1));
  YOLO_TRY(fast ? fast_.Begin(picture_, resize_, &samples_)
                : exact_.Begin(picture_, resize_, &samples_));
  if (!turn.transposed) return Status::Ok();
  const auto longest = static_cast<size_t>(resize_.longest);
  return MakePieces(allocator_, &memory_, [&](Pieces* pieces) {
    pieces->Take(size_t{3} * kTileColumns * longest, &columns_);
    pieces->Take(size_t{3} * kTileColumns, &rows_);
  });
}

void Packer::Advance(const RowsReady& ready) {
  const bool fast = quality_ == YOLO_DECODE_FAST;
  const int lines = resize_.num_lines();
  for (; next_ < lines; ++next_) {
    const int i = resize_.backwards() ? lines - 1 - next_ : next_;
    if (!(fast ? fast_.IsReady(i, ready) : exact_.IsReady(i, ready))) return;
    float* rows[3];
    const LineRoom room = RoomFor(i, rows);
    const Line line = fast ? fast_.Make(i, room) : exact_.Make(i, room);
    // All of it, or the planes that repeat a grey one.
    if (!room || line.planes[1] == line.planes[0]) Emit(i, line);
  }
}

void Packer::Finish() {
  RowsReady all;
  for (int c = 0; c < kMaxComponents; ++c) {
    all.rows[c] = picture_.components[c].height;
  }
  Advance(all);
  if (tile_ >= 0) FlushTile();
}

// Where line i belongs, if it can be made there.
LineRoom Packer::RoomFor(int i, float* rows[3]) const {
  if (resize_.turn.transposed || tensor_.type != DataType::kF32 ||
      tensor_.layout != Layout::kPlanar) {
    return nullptr;
  }
  const size_t y = static_cast<size_t>(placement_.y + i);
  const size_t at = y * tensor_.width + static_cast<size_t>(placement_.x);
  for (size_t c = 0; c < 3; ++c) {
    rows[c] = static_cast<float*>(tensor_.data) +
              c * tensor_.width * tensor_.height + at;
  }
  return rows;
}

// Line i: a row of the input, or a column of it.
void Packer::Emit(int i, const Line& line) {
  const auto length = static_cast<size_t>(resize_.line_length());
  if (!resize_.turn.transposed) {
    StoreRow(line.planes, length, static_cast<size_t>(placement_.x),
             static_cast<size_t>(placement_.y + i), tensor_);
    return;
  }
  if (tile_ >= 0 && tile_ != i / kTileColumns) FlushTile();
  tile_ = i / kTileColumns;
  const auto column = static_cast<size_t>(i % kTileColumns);
  for (size_t c = 0; c < 3; ++c) {
    std::copy_n(line.planes[c], length,
                columns_ + (c * kTileColumns + column) * length);
  }
}

void Packer::FlushTile() {
  const auto length = static_cast<size_t>(resize_.line_length());
  const int first = tile_ * kTileColumns;
  const auto count =
      static_cast<size_t>(std::min(kTileColumns, resize_.num_lines() - first));
  const float* planes[3];
  for (size_t c = 0; c < 3; ++c) planes[c] = rows_ + c * kTileColumns;
  for (size_t y = 0; y < length; ++y) {
    for (size_t c = 0; c < 3; ++c) {
      const float* from = columns_ + c * kTileColumns * length + y;
      float* to = rows_ + c * kTileColumns;
      for (size_t k = 0; k < count; ++k) to[k] = from[k * length];
    }
    StoreRow(planes, count, static_cast<size_t>(placement_.x + first),
             static_cast<size_t>(placement_.y) + y, tensor_);
  }
  tile_ = -1;
}

void Packer::FillBorder(const InputTensor& tensor) {
  float value[256];
  std::fill(std::begin(value), std::end(value), BorderOf(profile_));
  const float* const planes[3] = {value, value, value};
  const auto fill = [&](int y, int begin, int end) {
    for (; begin < end; begin += 256) {
      StoreRow(planes, static_cast<size_t>(std::min(end - begin, 256)),
               static_cast<size_t>(begin), static_cast<size_t>(y), tensor);
    }
  };
  const Placement& p = placement_;
  const auto width = static_cast<int>(tensor.width);
  const auto height = static_cast<int>(tensor.height);
  if (p.w == width && p.h == height) return;
  for (int y = 0; y < height; ++y) {
    if (y < p.y || y >= p.y + p.h) {
      fill(y, 0, width);
    } else {
      fill(y, 0, p.x);
      fill(y, p.x + p.w, width);
    }
  }
}

}  // namespace yolo
