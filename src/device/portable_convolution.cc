// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Convolution as a matrix product, and one plane at a time.
#include "device/portable_convolution.h"

#include <algorithm>
#include <cstring>

#include "base/memory.h"
#include "device/portable_math.h"

namespace yolo::portable {
namespace {

// A piece of work multiplies weights [kFilters][kDepth], 32 KiB, which stay in
// the first-level cache, by columns of kTile pixels. kTile is a multiple of
// every height of Eigen's product kernel (8, 12, 24 or 48 pixels).
constexpr size_t kTile = 96;
constexpr size_t kDepth = 128;
constexpr size_t kFilters = 64;
static_assert(kTile * sizeof(float) % kAlignment == 0 &&
              kFilters * sizeof(float) % kAlignment == 0);

// Columns that are made before they are multiplied: enough pieces for a team,
// little enough for the second-level cache to hold some of them.
constexpr size_t kChunkFloats = size_t{2} << 18;  // 2 MiB

constexpr size_t kAlignedFloats = kAlignment / sizeof(float);

size_t CeilDivide(size_t a, size_t b) { return (a + b - 1) / b; }

size_t FloatsOf(const Convolution& op, const Shape& in) {
  return static_cast<size_t>(op.filters) *
         static_cast<size_t>(in.c / op.groups) * static_cast<size_t>(op.size) *
         static_cast<size_t>(op.size);
}

// row[i] = the input that output pixel (y, x + i) multiplies by the weight at
// (tap_y, tap_x), or 0 outside the input.
struct Tap {
  const Convolution& op;
  Shape in;
  Span inside;         // outputs of a row whose input is inside
  int offset_y;        // input row of output row 0
  int offset_x;        // likewise
  const float* plane;  // of the input

  Tap(const Convolution& c, const Shape& in_shape, const Shape& out, int tap_y,
      int tap_x, const float* p)
      : op(c),
        in(in_shape),
        offset_y(tap_y * c.dilation - c.pad),
        offset_x(tap_x * c.dilation - c.pad),
        plane(p) {
    inside = Inside(offset_x, op.stride_x, in.w, out.w);
  }

  void FillRow(int y, int x, int count, float* row) const {
    const int in_y = y * op.stride_y + offset_y;
    const bool empty = in_y < 0 || in_y >= in.h;
    const int begin = empty ? x : std::clamp(inside.begin, x, x + count);
    const int end = empty ? x : std::clamp(inside.end, begin, x + count);
    std::fill(row, row + (begin - x), 0.0f);
    std::fill(row + (end - x), row + count, 0.0f);
    if (begin == end) return;
    const float* from = plane + static_cast<ptrdiff_t>(in_y) * in.w +
                        static_cast<ptrdiff_t>(begin) * op.stride_x + offset_x;
    float* to = row + (begin - x);
    if (op.stride_x == 1) {
      std::memcpy(to, from, static_cast<size_t>(end - begin) * sizeof(float));
      return;
    }
    for (int i = 0; i < end - begin; ++i)
      to[i] = from[static_cast<ptrdiff_t>(i) * op.stride_x];
  }
};

}  // namespace

Gemm::Gemm(const Convolution& op, const Shape& in, const Shape& out)
    : op_(op),
      in_(in),
      out_(out),
      pixels_(PlaneOf(out)),
      groups_(static_cast<size_t>(op.groups)),
      depth_(FloatsOf(op, in) / static_cast<size_t>(op.filters)),
      filters_(static_cast<size_t>(op.filters / op.groups)),
      num_tiles_(CeilDivide(pixels_, kTile)) {
  const size_t tile_floats = groups_ * depth_ * kTile;
  chunk_tiles_ = std::clamp<size_t>(kChunkFloats / tile_floats, 1, num_tiles_);
}

size_t Gemm::group_floats() const {
  return CeilDivide(filters_ * depth_, kAlignedFloats) * kAlignedFloats;
}

size_t Gemm::weight_floats() const {
  return groups_ * group_floats() + groups_ * filters_;
}

size_t Gemm::workspace_floats() const {
  return chunk_tiles_ * groups_ * depth_ * kTile;
}

void Gemm::Pack(const float* weights, float* packed) const {
  for (size_t g = 0; g < groups_; ++g) {
    const float* const from = weights + op_.weights + g * filters_ * depth_;
    float* to = packed + g * group_floats();
    for (size_t f = 0; f < filters_; f += kFilters) {
      const size_t filters = std::min(kFilters, filters_ - f);
      for (size_t k = 0; k < depth_; k += kDepth) {
        const size_t depth = std::min(kDepth, depth_ - k);
        PackWeights(from + f * depth_ + k, depth_, {0, filters, depth}, to);
        to += filters * depth;
      }
    }
  }
  std::copy_n(weights + op_.bias, groups_ * filters_,
              packed + groups_ * group_floats());
}

Gemm::Piece Gemm::PieceAt(size_t tile, size_t i, size_t num_blocks) const {
  Piece piece;
  piece.block = i % num_blocks;
  piece.group = i / num_blocks % groups_;
  piece.slot = i / num_blocks / groups_;
  piece.pixel = (tile + piece.slot) * kTile;
  piece.num_pixels = std::min(kTile, pixels_ - piece.pixel);
  return piece;
}

float* Gemm::Columns(float* workspace, const Piece& piece) const {
  return workspace + (piece.slot * groups_ + piece.group) * depth_ * kTile;
}

void Gemm::Run(const Operands& operands, Team* team) const {
  const size_t depth_blocks = CeilDivide(depth_, kDepth);
  const size_t filter_blocks = CeilDivide(filters_, kFilters);
  for (size_t tile = 0; tile < num_tiles_; tile += chunk_tiles_) {
    const size_t tiles = std::min(chunk_tiles_, num_tiles_ - tile);
    team->ForEach(tiles * groups_ * depth_blocks, [&](size_t i) {
      MakeColumns(operands, PieceAt(tile, i, depth_blocks));
    });
    team->ForEach(tiles * groups_ * filter_blocks, [&](size_t i) {
      MultiplyColumns(operands, PieceAt(tile, i, filter_blocks));
    });
  }
}

void Gemm::MakeColumns(const Operands& operands, const Piece& piece) const {
  const size_t k = piece.block * kDepth;
  const size_t depth = std::min(kDepth, depth_ - k);
  const float* const in = operands.in[0] + piece.group *
                                               static_cast<size_t>(in_.c) /
                                               groups_ * PlaneOf(in_);
  float* const packed = Columns(operands.workspace, piece) + k * kTile;
  const ProductSize size{piece.num_pixels, 0, depth};
  if (op_.size == 1 && op_.stride_x == 1 && op_.stride_y == 1 && op_.pad == 0) {
    PackColumns(in + k * pixels_ + piece.pixel, pixels_, size, packed);
    return;
  }
  alignas(kAlignment) float columns[kDepth * kTile];  // 48 KiB
  for (size_t i = 0; i < depth; ++i) {
    FillColumns(in, k + i, piece, columns + i * kTile);
  }
  PackColumns(columns, kTile, size, packed);
}

// Row `k` of the columns.
void Gemm::FillColumns(const float* in, size_t k, const Piece& piece,
                       float* row) const {
  const auto size = static_cast<size_t>(op_.size);
  const Tap tap(op_, in_, out_, static_cast<int>(k / size % size),
                static_cast<int>(k % size),
                in + k / (size * size) * PlaneOf(in_));
  const auto width = static_cast<size_t>(out_.w);
  const size_t end = piece.pixel + piece.num_pixels;
  for (size_t p = piece.pixel; p < end;) {
    const size_t x = p % width;
    const size_t count = std::min(width - x, end - p);
    tap.FillRow(static_cast<int>(p / width), static_cast<int>(x),
                static_cast<int>(count), row);
    row += count;
    p += count;
  }
}

void Gemm::MultiplyColumns(const Operands& operands, const Piece& piece) const {
  const size_t f = piece.block * kFilters;  // of its group
  const size_t filters = std::min(kFilters, filters_ - f);
  const size_t first = piece.group * filters_ + f;
  float* const out = operands.out + first * pixels_ + piece.pixel;
  const float* const bias = operands.weights + groups_ * group_floats() + first;
  for (size_t i = 0; i < filters; ++i) {
    std::fill_n(out + i * pixels_, piece.num_pixels, bias[i]);
  }
  const float* const columns = Columns(operands.workspace, piece);
  const float* const weights =
      operands.weights + piece.group * group_floats() + f * depth_;
  for (size_t k = 0; k < depth_; k += kDepth) {
    const size_t depth = std::min(kDepth, depth_ - k);
    MultiplyAdd(columns + k * kTile, weights + k * filters,
                {piece.num_pixels, filters, depth}, out, pixels_);
  }
  for (size_t i = 0; i < filters; ++i) {
    Activate(op_.activation, out + i * pixels_, piece.num_pixels);
  }
}

size_t Depthwise::weight_floats() const {
  return FloatsOf(op_, in_) + static_cast<size_t>(op_.filters);
}

void Depthwise::Pack(const float* weights, float* packed) const {
  const size_t count = FloatsOf(op_, in_);
  std::copy_n(weights + op_.weights, count, packed);
  std::copy_n(weights + op_.bias, static_cast<size_t>(op_.filters),
              packed + count);
}

void Depthwise::Run(const Operands& operands, Team* team) const {
  const auto filters = static_cast<size_t>(op_.filters);
  const size_t filters_of_channel = filters / static_cast<size_t>(in_.c);
  const size_t taps = FloatsOf(op_, in_) / filters;
  const float* const bias = operands.weights + filters * taps;
  ForEachChannelRange(
      team, filters, PlaneOf(out_), [&](size_t begin, size_t end) {
        for (size_t f = begin; f < end; ++f) {
          ConvolvePlane(operands.in[0] + f / filters_of_channel * PlaneOf(in_),
                        operands.weights + f * taps, bias[f],
                        operands.out + f * PlaneOf(out_));
        }
      });
}

void Depthwise::ConvolvePlane(const float* in, const float* weights, float bias,
                              float* out) const {
  std::fill_n(out, PlaneOf(out_), bias);
  for (int tap = 0; tap < op_.size * op_.size; ++tap) {
    const int offset_y = tap / op_.size * op_.dilation - op_.pad;
    const int offset_x = tap % op_.size * op_.dilation - op_.pad;
    const Span rows = Inside(offset_y, op_.stride_y, in_.h, out_.h);
    const Span columns = Inside(offset_x, op_.stride_x, in_.w, out_.w);
    for (int y = rows.begin; y < rows.end; ++y) {
      const float* from =
          in + static_cast<ptrdiff_t>(y * op_.stride_y + offset_y) * in_.w;
      float* to = out + static_cast<ptrdiff_t>(y) * out_.w;
      for (int x = columns.begin; x < columns.end; ++x) {
        to[x] += weights[tap] * from[x * op_.stride_x + offset_x];
      }
    }
  }
  Activate(op_.activation, out, PlaneOf(out_));
}

}  // namespace yolo::portable
