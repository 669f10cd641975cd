// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/sample_rows.h"

#include <algorithm>

#include "image/pieces.h"
#include "kernels/color.h"
#include "kernels/resample.h"

namespace yolo {
namespace {

int CeilDivide(int a, int b) { return (a + b - 1) / b; }

// How much of a box of `shrink` pixels one sample covers already.
int Remaining(int shrink, double expand) {
  return std::max(1, static_cast<int>(shrink / expand));
}

}  // namespace

Status SampleRows::Begin(Picture* picture, int shrink_x, int shrink_y) {
  picture_ = picture;
  for (int p = 0; p < picture->num_planes; ++p) {
    const Plane& plane = picture->planes[p];
    filled_[p][0] = filled_[p][1] = -1;
    for (int k = 0; k < kMaxComponents; ++k) {
      const bool used = plane.chroma_channel >= 0 ? k < 3 : k < plane.channels;
      const int c = plane.components[k];
      if (!used || c < 0) continue;
      Component& component = picture->components[c];
      Source& source = sources_[c];
      source = {};
      source.plane = p;
      source.shrink_x = Remaining(shrink_x, component.expand_x);
      source.shrink_y = Remaining(shrink_y, component.expand_y);
      source.stored_width = component.width;
      source.stored_height = component.height;
      source.direct =
          plane.channels == 1 && source.shrink_x == 1 && source.shrink_y == 1;
      component.width = CeilDivide(component.width, source.shrink_x);
      component.height = CeilDivide(component.height, source.shrink_y);
      component.expand_x *= source.shrink_x;
      component.expand_y *= source.shrink_y;
    }
  }
  return Reserve();
}

Status SampleRows::Reserve() {
  return MakePieces(allocator_, &memory_, [this](Pieces* pieces) {
    size_t widest = 0;
    for (int c = 0; c < picture_->num_components; ++c) {
      Source& s = sources_[c];
      if (s.direct) continue;
      const auto width = static_cast<size_t>(s.stored_width);
      widest = std::max(widest, width);
      // Taken apart in pairs: one more than an odd width.
      for (uint8_t*& row : s.rows) pieces->Take(width + 8, &row);
      pieces->Take(static_cast<size_t>(s.shrink_y) * (width + 8), &s.parts);
    }
    if (widest == 0) return;
    pieces->Take(widest + 8, &sums_);
    pieces->Take(widest + 8, &chroma_);
    pieces->Take(widest + 8, &nobody_);
  });
}

const uint8_t* SampleRows::StoredRow(const Plane& plane, int r) const {
  return plane.data + static_cast<size_t>(r % plane.rows) * plane.stride;
}

const uint8_t* SampleRows::Row(int c, int r) {
  const Source& source = sources_[c];
  if (source.direct) return StoredRow(picture_->planes[source.plane], r);
  if (filled_[source.plane][r % 2] != r) Fill(source.plane, r);
  return source.rows[r % 2];
}

// Puts row r of every component of a plane into its slot.
void SampleRows::Fill(int p, int r) {
  const Plane& plane = picture_->planes[p];
  filled_[p][r % 2] = r;
  const Source& first = sources_[plane.components[0]];
  const bool shrinking = first.shrink_x > 1 || first.shrink_y > 1;
  const uint8_t* direct[8];
  for (int k = 0; k < first.shrink_y; ++k) {
    const int row = std::min(r * first.shrink_y + k, first.stored_height - 1);
    direct[k] = StoredRow(plane, row);
    if (plane.channels > 1) TakeApart(plane, direct[k], k, shrinking, r);
  }
  if (!shrinking) return;
  for (int c = 0; c < picture_->num_components; ++c) {
    const Source& s = sources_[c];
    if (s.plane != p) continue;
    const auto width = static_cast<size_t>(s.stored_width);
    const uint8_t* rows[8];
    for (int k = 0; k < s.shrink_y; ++k) {
      // The components of a plane shrink alike: `direct` has as many rows.
      // NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign)
      rows[k] = plane.channels == 1
                    ? direct[k]
                    : s.parts + static_cast<size_t>(k) * (width + 8);
    }
    ShrinkRows(rows, static_cast<size_t>(s.shrink_y), width,
               static_cast<size_t>(s.shrink_x), sums_, s.rows[r % 2]);
  }
}

// One stored row, the k-th of those that become row r, to its components.
void SampleRows::TakeApart(const Plane& plane, const uint8_t* packed, int k,
                           bool shrinking, int r) {
  const auto destination = [&](int c) {
    if (c < 0) return nobody_;
    const Source& s = sources_[c];
    return shrinking ? s.parts + static_cast<size_t>(k) *
                                     (static_cast<size_t>(s.stored_width) + 8)
                     : s.rows[r % 2];
  };
  uint8_t* to[kMaxComponents];
  if (plane.chroma_channel >= 0) {
    const int luma = 1 - plane.chroma_channel;
    const auto pairs =
        static_cast<size_t>(sources_[plane.components[1]].stored_width);
    to[luma] = destination(plane.components[0]);
    to[plane.chroma_channel] = chroma_;
    Deinterleave(packed, 2 * pairs, 2, to);
    to[0] = destination(plane.components[1]);
    to[1] = destination(plane.components[2]);
    Deinterleave(chroma_, pairs, 2, to);
    return;
  }
  for (int i = 0; i < plane.channels; ++i) {
    to[i] = destination(plane.components[i]);
  }
  const int c = *std::find_if(plane.components, plane.components + 4,
                              [](int id) { return id >= 0; });
  Deinterleave(packed, static_cast<size_t>(sources_[c].stored_width),
               static_cast<size_t>(plane.channels), to);
}

}  // namespace yolo
