// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/rgb_rows.h"

#include <algorithm>
#include <cstring>

#include "image/pieces.h"
#include "image/yuv.h"
#include "kernels/color.h"
#include "kernels/upsample.h"

namespace yolo {
namespace {

int Expansion(double expand) { return static_cast<int>(expand); }

void Invert(uint8_t* row, size_t width) {
  for (size_t i = 0; i < width; ++i) row[i] = static_cast<uint8_t>(~row[i]);
}

}  // namespace

Status RgbRows::Begin(const Picture& picture, SampleRows* samples) {
  picture_ = &picture;
  samples_ = samples;
  gray_ = picture.model == ColorModel::kGray;
  converted_[0] = converted_[1] = -1;
  return MakePieces(allocator_, &memory_, [&](Pieces* pieces) {
    if (gray_) return;
    for (int slot = 0; slot < 2; ++slot) {
      for (uint8_t*& row : rows_[slot]) {
        pieces->Take(static_cast<size_t>(picture.width), &row);
      }
      for (int c = 0; c < picture.num_components; ++c) {
        // Whole samples: up to 3 pixels more than the picture is wide.
        const Component& component = picture.components[c];
        pieces->Take(static_cast<size_t>(component.width) *
                         static_cast<size_t>(Expansion(component.expand_x)),
                     &full_[slot][c]);
      }
    }
  });
}

// libjpeg interpolates between samples only where it is cheap; video formats
// are copied, as OpenCV does.
bool RgbRows::IsSmooth(const Component& c) const {
  if (picture_->model == ColorModel::kYuv) return false;
  const int x = Expansion(c.expand_x), y = Expansion(c.expand_y);
  if (x == 2 && (y == 1 || y == 2)) return c.width > 2;
  return x == 1 && y == 2;
}

// The row of component c beyond the one that covers row r.
int RgbRows::FarRow(int c, int r) const {
  const int far = r % 2 == 0 ? r / 2 - 1 : r / 2 + 1;
  return std::clamp(far, 0, picture_->components[c].height - 1);
}

bool RgbRows::IsReady(int r, const RowsReady& ready) const {
  for (int c = 0; c < picture_->num_components; ++c) {
    const Component& component = picture_->components[c];
    const int y = Expansion(component.expand_y);
    int last = r / y;
    if (y == 2 && IsSmooth(component)) last = std::max(last, FarRow(c, r));
    if (last >= ready.rows[c]) return false;
  }
  return true;
}

const uint8_t* RgbRows::FullRow(int c, int r) {
  const Component& component = picture_->components[c];
  const int x = Expansion(component.expand_x);
  const int y = Expansion(component.expand_y);
  const auto width = static_cast<size_t>(component.width);
  const uint8_t* near = samples_->Row(c, r / y);
  uint8_t* out = full_[r % 2][c];
  if (IsSmooth(component)) {
    if (y == 1) {
      UpsampleAcross(near, width, out);
      return out;
    }
    const uint8_t* far = samples_->Row(c, FarRow(c, r));
    if (x == 2) {
      UpsampleBoth(near, far, width, out);
    } else {
      UpsampleDown(near, far, /*bias=*/r % 2 == 0 ? 1 : 2, width, out);
    }
    return out;
  }
  if (x == 1) return near;
  Replicate(near, width, static_cast<size_t>(x), out);
  return out;
}

void RgbRows::Convert(int r, uint8_t* const to[3]) {
  const auto width = static_cast<size_t>(picture_->width);
  const uint8_t* from[kMaxComponents] = {};
  for (int c = 0; c < picture_->num_components; ++c) from[c] = FullRow(c, r);
  const RgbPlanes rows = {to[0], to[1], to[2]};
  switch (picture_->model) {
    case ColorModel::kYuv:
      return YuvToRgb(from[0], from[1], from[2], YuvMatrixOf(picture_->yuv),
                      width, rows);
    case ColorModel::kYcc:
      return YccToRgb(from[0], from[1], from[2], width, rows);
    case ColorModel::kYcck:
      // What libjpeg calls CMY is the inverse of the RGB that comes out.
      YccToRgb(from[0], from[1], from[2], width, rows);
      for (int c = 0; c < 3; ++c) Invert(to[c], width);
      break;
    case ColorModel::kCmyk:
      // Four components, so that `from` has no nullptr.
      // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker)
      for (int c = 0; c < 3; ++c) std::memcpy(to[c], from[c], width);
      break;
    case ColorModel::kGray:
    case ColorModel::kRgb:
      return;  // see Row
  }
  MultiplyInk(from[3], width, rows);
}

void RgbRows::Row(int r, const uint8_t* out[3]) {
  if (picture_->model == ColorModel::kGray ||
      picture_->model == ColorModel::kRgb) {
    for (int c = 0; c < num_planes(); ++c) out[c] = FullRow(c, r);
    return;
  }
  uint8_t* const* rows = rows_[r % 2];
  if (converted_[r % 2] != r) Convert(r, rows);
  converted_[r % 2] = r;
  std::copy_n(rows, 3, out);
}

}  // namespace yolo
