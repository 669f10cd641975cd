// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/exact_lines.h"

#include <algorithm>

#include "image/pieces.h"
#include "yolo/yolo.h"

namespace yolo {
namespace {

// Position `p` on an axis of `pixels` that is stored the other way round.
Position Mirrored(Position p, int pixels) {
  p.low = pixels - 1 - p.low;
  p.high = pixels - 1 - p.high;
  return p;
}

// One weight for all values, or each its own.
Weights<float> Pick(const float* one, const float* each) {
  return one ? Weights<float>{one, false} : Weights<float>{each, true};
}
Weights<int32_t> Pick(const int32_t* one, const int32_t* each) {
  return one ? Weights<int32_t>{one, false} : Weights<int32_t>{each, true};
}

}  // namespace

Status ExactLines::Begin(const Picture& picture, const Resize& resize,
                         SampleRows* samples) {
  YOLO_TRY(rgb_.Begin(picture, samples));
  across_row_[0] = across_row_[1] = -1;
  num_planes_ = rgb_.num_planes();
  if (width_ == picture.width && resize == resize_) return Status::Ok();
  width_ = 0;
  resize_ = resize;
  YOLO_TRY(MakeTables(picture.width));
  width_ = picture.width;
  return Status::Ok();
}

void ExactLines::Release() {
  rgb_.Release();
  memory_.Reset();
  width_ = 0;
}

Status ExactLines::MakeTables(int stored_width) {
  const Resize& r = resize_;
  arithmetic_ = ArithmeticOf(r.profile, r.from_w, r.from_h, r.to_w, r.to_h);
  length_ = RoundUpToGroup(static_cast<size_t>(r.line_length()));
  pairs_.count = length_;
  const auto lines = static_cast<size_t>(r.longest);
  const size_t length = RoundUpToGroup(lines);
  // Of one plane across the stored picture, or of three across a line.
  const size_t across =
      r.turn.transposed
          ? std::max(3 * length, static_cast<size_t>(stored_width))
          : 3 * length;
  YOLO_TRY(MakePieces(allocator_, &memory_, [&](Pieces* pieces) {
    pieces->Take(lines, &rows_);
    pieces->Take(length, &pairs_.left);
    pieces->Take(length, &pairs_.right);
    pieces->Take(length / 4, &pairs_.window);
    pieces->Take(length * 4, &pairs_.shuffle);
    pieces->Take(3 * length, &each_.a);
    pieces->Take(3 * length, &each_.b);
    pieces->Take(3 * length, &each_.fixed_a);
    pieces->Take(3 * length, &each_.fixed_b);
    pieces->Take(3 * length, &lefts_);
    pieces->Take(3 * length, &rights_);
    for (void*& row : across_) {
      float* values = nullptr;
      pieces->Take(across, &values);
      row = values;
    }
    pieces->Take(3 * length, &tops_);
    pieces->Take(3 * length, &bottoms_);
    for (float*& plane : planes_) pieces->Take(length, &plane);
  }));
  FillTables(stored_width);
  return Status::Ok();
}

void ExactLines::FillTables(int stored_width) {
  const Resize& r = resize_;
  const auto column = [&](int i) {
    const Position p = ColumnPosition(arithmetic_, i, r.from_w, r.to_w);
    return r.turn.mirror_x ? Mirrored(p, r.from_w) : p;
  };
  const auto row = [&](int i) {
    const Position p = RowPosition(arithmetic_, i, r.from_h, r.to_h);
    return r.turn.mirror_y ? Mirrored(p, r.from_h) : p;
  };
  for (int i = 0; i < r.num_lines(); ++i) {
    // MakeTables has taken them.
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage)
    rows_[i] = r.turn.transposed ? column(i) : row(i);
  }
  for (size_t i = 0; i < length_; ++i) {
    const int at = std::min(static_cast<int>(i), r.line_length() - 1);
    const Position p = r.turn.transposed ? row(at) : column(at);
    pairs_.left[i] = p.low;
    pairs_.right[i] = p.high;
    for (size_t c = 0; c < 3; ++c) {
      each_.a[c * length_ + i] = p.a;
      each_.b[c * length_ + i] = p.b;
      each_.fixed_a[c * length_ + i] = p.fixed_a;
      each_.fixed_b[c * length_ + i] = p.fixed_b;
    }
  }
  MakeWindows(static_cast<size_t>(stored_width), &pairs_);
}

bool ExactLines::IsReady(int i, const RowsReady& ready) const {
  return rgb_.IsReady(std::max(rows_[i].low, rows_[i].high), ready);
}

// one: the position of all values; nullptr: each its own.
void ExactLines::Across(const uint8_t* left, const uint8_t* right,
                        const Position* one, size_t count, void* out) const {
  switch (arithmetic_) {
    case Arithmetic::kDarknet:
      return DarknetAcross(left, right, Pick(one ? &one->b : nullptr, each_.b),
                           count, static_cast<float*>(out));
    case Arithmetic::kOpenCv:
      return OpenCvAcross(left, right,
                          Pick(one ? &one->fixed_a : nullptr, each_.fixed_a),
                          Pick(one ? &one->fixed_b : nullptr, each_.fixed_b),
                          count, static_cast<int32_t*>(out));
    case Arithmetic::kHalve:
      return HalveAcross(left, right, count, static_cast<int32_t*>(out));
    case Arithmetic::kTensorFlow:
      return TensorFlowAcross(left, right,
                              Pick(one ? &one->b : nullptr, each_.b), count,
                              static_cast<float*>(out));
  }
}

// `count` values of a line from value `begin` on, of all planes one after the
// other.
void ExactLines::BetweenValues(const void* top, const void* bottom,
                               const Position* one, size_t begin, size_t count,
                               float* out) const {
  const auto* ftop = static_cast<const float*>(top) + begin;
  const auto* fbottom = static_cast<const float*>(bottom) + begin;
  const auto* itop = static_cast<const int32_t*>(top) + begin;
  const auto* ibottom = static_cast<const int32_t*>(bottom) + begin;
  const Unit unit = resize_.profile == YOLO_PROFILE_ULTRALYTICS
                        ? Unit::kDivided
                        : Unit::kTimesReciprocal;
  switch (arithmetic_) {
    case Arithmetic::kDarknet:
      return DarknetBetween(
          ftop, fbottom, Pick(one ? &one->a : nullptr, each_.a + begin),
          Pick(one ? &one->b : nullptr, each_.b + begin), count, out);
    case Arithmetic::kOpenCv:
      return OpenCvBetween(
          itop, ibottom,
          Pick(one ? &one->fixed_a : nullptr, each_.fixed_a + begin),
          Pick(one ? &one->fixed_b : nullptr, each_.fixed_b + begin), unit,
          count, out);
    case Arithmetic::kHalve:
      return HalveBetween(itop, ibottom, unit, count, out);
    case Arithmetic::kTensorFlow:
      return TensorFlowBetween(ftop, fbottom,
                               Pick(one ? &one->b : nullptr, each_.b + begin),
                               count, out);
  }
}

void ExactLines::Between(const void* top, const void* bottom,
                         const Position* one, float* const planes[3]) const {
  const auto count = static_cast<size_t>(resize_.line_length());
  for (int c = 0; c < num_planes_; ++c) {
    BetweenValues(top, bottom, one, static_cast<size_t>(c) * length_, count,
                  planes[c]);
  }
}

// Stored row r at the length of a line.
const void* ExactLines::AcrossRow(int r) {
  const int slot = r % 2;
  if (across_row_[slot] == r) return across_[slot];
  across_row_[slot] = r;
  const uint8_t* rgb[3];
  rgb_.Row(r, rgb);
  for (int c = 0; c < num_planes_; ++c) {
    const size_t at = static_cast<size_t>(c) * length_;
    GatherPairs(rgb[c], pairs_, lefts_ + at, rights_ + at);
  }
  Across(lefts_, rights_, nullptr, static_cast<size_t>(num_planes_) * length_,
         across_[slot]);
  return across_[slot];
}

void ExactLines::MakeUpright(const Position& row, float* const planes[3]) {
  const void* top = AcrossRow(row.low);
  const void* bottom = AcrossRow(row.high);
  Between(top, bottom, &row, planes);
}

void ExactLines::MakeTransposed(const Position& row, float* const planes[3]) {
  const uint8_t* left[3];
  const uint8_t* right[3];
  rgb_.Row(row.low, left);
  rgb_.Row(row.high, right);
  for (int c = 0; c < num_planes_; ++c) {
    const size_t at = static_cast<size_t>(c) * length_;
    Across(left[c], right[c], &row, static_cast<size_t>(width_), across_[0]);
    GatherPairs32(static_cast<const uint32_t*>(across_[0]), pairs_, tops_ + at,
                  bottoms_ + at);
  }
  Between(tops_, bottoms_, nullptr, planes);
}

Line ExactLines::Make(int i, LineRoom room) {
  float* const* planes = room ? room : planes_;
  if (resize_.turn.transposed) {
    MakeTransposed(rows_[i], planes);
  } else {
    MakeUpright(rows_[i], planes);
  }
  if (num_planes_ == 1) return {{planes[0], planes[0], planes[0]}};
  return {{planes[0], planes[1], planes[2]}};
}

}  // namespace yolo
