// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The two ways in which device portable convolves.
#ifndef YOLO_DEVICE_PORTABLE_CONVOLUTION_H_
#define YOLO_DEVICE_PORTABLE_CONVOLUTION_H_

#include <cstddef>

#include "device/portable_layers.h"
#include "model/graph.h"

namespace yolo::portable {

// out [filters][pixels] = weights [filters][depth] * columns [depth][pixels],
// where a column holds the input under one output pixel's window, so depth is
// channels * size * size. Columns are made for some tiles of pixels at a time,
// straight into the order that the product reads.
//
//   workspace   [tiles in a chunk][groups][depth * kTile]
//   weights     [groups][filter blocks][depth blocks], packed; bias [filters]
class Gemm {
 public:
  static constexpr const char* kName = "gemm";

  Gemm(const Convolution& op, const Shape& in, const Shape& out);

  size_t weight_floats() const;
  size_t workspace_floats() const;

  // weights: Graph's; packed: [weight_floats()], aligned to kAlignment.
  void Pack(const float* weights, float* packed) const;

  void Run(const Operands& operands, Team* team) const;

 private:
  // Part of the work on one tile and one group.
  struct Piece {
    size_t slot;   // of the tile in its chunk
    size_t pixel;  // first of the tile
    size_t num_pixels;
    size_t group;
    size_t block;  // of depth or of filters
  };

  Piece PieceAt(size_t tile, size_t i, size_t num_blocks) const;
  float* Columns(float* workspace, const Piece& piece) const;
  size_t group_floats() const;
  void MakeColumns(const Operands& operands, const Piece& piece) const;
  void FillColumns(const float* in, size_t depth, const Piece& piece,
                   float* row) const;
  void MultiplyColumns(const Operands& operands, const Piece& piece) const;

  Convolution op_;
  Shape in_, out_;
  size_t pixels_, groups_;
  size_t depth_, filters_;  // of one group
  size_t num_tiles_, chunk_tiles_;
};

// Each filter sees one channel of the input: groups as many as channels.
//
//   weights   [filters][size][size]; bias [filters]
class Depthwise {
 public:
  static constexpr const char* kName = "depthwise";

  Depthwise(const Convolution& op, const Shape& in, const Shape& out)
      : op_(op), in_(in), out_(out) {}

  size_t weight_floats() const;
  void Pack(const float* weights, float* packed) const;
  void Run(const Operands& operands, Team* team) const;

 private:
  void ConvolvePlane(const float* in, const float* weights, float bias,
                     float* out) const;

  Convolution op_;
  Shape in_, out_;
};

}  // namespace yolo::portable

#endif  // YOLO_DEVICE_PORTABLE_CONVOLUTION_H_
