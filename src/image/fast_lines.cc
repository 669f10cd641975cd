// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/fast_lines.h"

#include <algorithm>
#include <cmath>

#include "image/pieces.h"
#include "image/yuv.h"
#include "kernels/unit.h"

namespace yolo {
namespace {

bool SameGrid(const Component& a, const Component& b) {
  return a.width == b.width && a.height == b.height &&
         a.expand_x == b.expand_x && a.expand_y == b.expand_y;
}

// Where along a component's stored axis: neighbours and the share of the
// second.
struct Place1d {
  int low, high;
  double share;
};

// at: of the upright full-size picture, whose axis has `pixels` of them.
Place1d PlaceOn(double at, int pixels, bool mirrored, double expand,
                int samples) {
  if (mirrored) at = pixels - 1 - at;
  const double sample =
      std::clamp((at + 0.5) / expand - 0.5, 0.0, samples - 1.0);
  const int low = static_cast<int>(sample);
  return {low, std::min(low + 1, samples - 1), sample - low};
}

}  // namespace

bool FastLines::SameAsBefore(const Picture& picture,
                             const Resize& resize) const {
  if (picture.num_components != num_components_ || !(resize == resize_)) {
    return false;
  }
  for (int c = 0; c < num_components_; ++c) {
    if (!SameGrid(picture.components[c], grids_[grid_of_[c]].component)) {
      return false;
    }
  }
  return true;
}

Status FastLines::Begin(const Picture& picture, const Resize& resize,
                        SampleRows* samples) {
  samples_ = samples;
  model_ = picture.model;
  yuv_ = picture.yuv;
  if (SameAsBefore(picture, resize)) return Status::Ok();
  num_components_ = 0;
  resize_ = resize;
  FindGrids(picture);
  YOLO_TRY(MakeTables());
  num_components_ = picture.num_components;
  return Status::Ok();
}

void FastLines::Release() {
  memory_.Reset();
  num_components_ = 0;
}

void FastLines::FindGrids(const Picture& picture) {
  num_grids_ = 0;
  for (int c = 0; c < picture.num_components; ++c) {
    const Component& component = picture.components[c];
    int g = 0;
    while (g < num_grids_ && !SameGrid(grids_[g].component, component)) ++g;
    if (g == num_grids_) grids_[num_grids_++].component = component;
    grid_of_[c] = g;
  }
}

Status FastLines::MakeTables() {
  const auto lines = static_cast<size_t>(resize_.longest);
  const size_t length = RoundUpToGroup(lines);
  YOLO_TRY(MakePieces(allocator_, &memory_, [&](Pieces* pieces) {
    for (int g = 0; g < num_grids_; ++g) {
      Grid& grid = grids_[g];
      grid.pairs.count =
          RoundUpToGroup(static_cast<size_t>(resize_.line_length()));
      pieces->Take(lines, &grid.rows);
      pieces->Take(length, &grid.pairs.left);
      pieces->Take(length, &grid.pairs.right);
      pieces->Take(length / 4, &grid.pairs.window);
      pieces->Take(length * 4, &grid.pairs.shuffle);
      pieces->Take(length, &grid.t);
      pieces->Take(static_cast<size_t>(grid.component.width), &grid.blend);
    }
    for (int16_t*& line : line_) pieces->Take(length, &line);
    for (float*& plane : planes_) pieces->Take(length, &plane);
  }));
  for (int g = 0; g < num_grids_; ++g) FillTables(&grids_[g]);
  return Status::Ok();
}

void FastLines::FillTables(Grid* grid) {
  const Resize& r = resize_;
  const Arithmetic arithmetic =
      ArithmeticOf(r.profile, r.from_w, r.from_h, r.to_w, r.to_h);
  const Component& c = grid->component;
  // Along upright x, then y; the expansion is that of the stored axis.
  const auto place_x = [&](int i, double expand, int samples) {
    return PlaceOn(PositionOf(arithmetic, i, r.from_w, r.to_w), r.from_w,
                   r.turn.mirror_x, expand, samples);
  };
  const auto place_y = [&](int i, double expand, int samples) {
    return PlaceOn(PositionOf(arithmetic, i, r.from_h, r.to_h), r.from_h,
                   r.turn.mirror_y, expand, samples);
  };
  const bool transposed = r.turn.transposed;
  for (int i = 0; i < r.num_lines(); ++i) {
    const Place1d p = transposed ? place_x(i, c.expand_y, c.height)
                                 : place_y(i, c.expand_y, c.height);
    grid->rows[i] = {p.low, p.high,
                     static_cast<int32_t>(std::lround(p.share * kSampleScale))};
  }
  for (size_t i = 0; i < grid->pairs.count; ++i) {
    const int at = std::min(static_cast<int>(i), r.line_length() - 1);
    const Place1d p = transposed ? place_y(at, c.expand_x, c.width)
                                 : place_x(at, c.expand_x, c.width);
    grid->pairs.left[i] = p.low;
    grid->pairs.right[i] = p.high;
    grid->t[i] = static_cast<int16_t>(std::lround(p.share * kSampleScale));
  }
  MakeWindows(static_cast<size_t>(c.width), &grid->pairs);
}

bool FastLines::IsReady(int i, const RowsReady& ready) const {
  for (int c = 0; c < num_components_; ++c) {
    if (grids_[grid_of_[c]].rows[i].high >= ready.rows[c]) return false;
  }
  return true;
}

const int16_t* FastLines::MakeSamples(int c, int i) {
  const Grid& grid = grids_[grid_of_[c]];
  const Grid::Row& row = grid.rows[i];
  const uint8_t* samples = samples_->Row(c, row.low);
  if (row.weight != 0) {
    BlendRows(samples, samples_->Row(c, row.high), row.weight,
              static_cast<size_t>(grid.component.width), grid.blend);
    samples = grid.blend;
  }
  InterpolateRow(samples, grid.pairs, grid.t, line_[c]);
  return line_[c];
}

Line FastLines::Make(int i, LineRoom room) {
  float* const* planes = room ? room : planes_;
  const auto length = static_cast<size_t>(resize_.line_length());
  for (int c = 0; c < num_components_; ++c) MakeSamples(c, i);
  switch (model_) {
    case ColorModel::kGray:
      SamplesToUnit(line_[0], length, planes[0]);
      return {{planes[0], planes[0], planes[0]}};
    case ColorModel::kRgb:
    case ColorModel::kCmyk:
      for (int c = 0; c < 3; ++c) SamplesToUnit(line_[c], length, planes[c]);
      break;
    case ColorModel::kYcc:
    case ColorModel::kYcck:
      YuvToUnit(line_[0], line_[1], line_[2],
                UnitMatrixOf(YuvStandard::kBt601Full), length, planes);
      break;
    case ColorModel::kYuv:
      YuvToUnit(line_[0], line_[1], line_[2], UnitMatrixOf(yuv_), length,
                planes);
      break;
  }
  if (model_ == ColorModel::kYcck) {
    // It holds the inverse of what ink leaves.
    for (size_t c = 0; c < 3; ++c) {
      for (size_t k = 0; k < length; ++k) planes[c][k] = 1 - planes[c][k];
    }
  }
  if (num_components_ == 4) {
    for (size_t c = 0; c < 3; ++c) MultiplyUnit(line_[3], length, planes[c]);
  }
  return {{planes[0], planes[1], planes[2]}};
}

}  // namespace yolo
