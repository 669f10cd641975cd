// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What the numbers of a network's outputs mean: probabilities and boxes.
#ifndef YOLO_DECODE_H_
#define YOLO_DECODE_H_

#include <cstddef>
#include <cstdint>

#include "candidates.h"
#include "device/device.h"
#include "image/placement.h"
#include "kernels/head.h"
#include "model/graph.h"

namespace yolo {

// What maps one axis of the network's input to the same axis of the image.
struct Axis {
  double network;  // pixels of the network's input
  double offset;   // network pixels; see Placement
  double scale;    // image pixels a network pixel
  float image;     // pixels of the upright image
};

// Places of an output where boxes may be: one anchor of a head in every cell,
// or the rows of an output that the network decoded itself.
struct BoxSource {
  static constexpr size_t kNone = ~size_t{0};

  HeadTensor scores;
  size_t objectness = kNone;   // its channel
  size_t classes = 0;          // channel of the first
  bool probabilities = false;  // no logistic any more

  // A candidate's order is order + position * step (2^32 of them would fill
  // 100 GB).
  uint32_t order = 0, step = 1;

  HeadTensor boxes;
  Axis x = {}, y = {};

  // Of a head; nullptr: decoded.
  const YoloHead* head = nullptr;
  size_t anchor = 0;
  size_t rows = 0, columns = 0;  // cells
  double scale_x_y = 1;

  // Decoded: `form` of channels 0 to 3 of `boxes`, in pixels or in fractions
  // of the network's input.
  BoxForm form = BoxForm::kCentreSize;
  bool fractions = false;
};

// Anchor `anchor` of a head; `order` is that of the head's first box.
BoxSource HeadSource(const YoloHead& head, const TensorView& view,
                     size_t anchor, uint32_t order, bool ignore_scale_x_y,
                     const Axis& x, const Axis& y);
BoxSource DecodedSource(const DecodedView& view, const Axis& x, const Axis& y);

// Rounded once, so that it hardly depends on whose exp() it is.
float Probability(float value, bool is_probability);

// Every value whose probability times `objectness` exceeds `floor` is greater
// than this. The margins are far above the error of any rounding on the way
// from value to score, and far below what would let many others through.
float LowerBound(double floor, double objectness, bool is_probability);

// In pixels of the upright image, not clipped; NaN comes out where NaN goes in,
// and a decoded box may be inside out. Areas are finite.
Box DecodeBox(const BoxSource& source, size_t position);

}  // namespace yolo

#endif  // YOLO_DECODE_H_
