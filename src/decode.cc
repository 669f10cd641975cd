// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "decode.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace yolo {
namespace {

// Centres and extents end here, in network widths: further than any picture,
// and near enough for areas to stay finite when exp() of a wild value did not.
constexpr double kFarthest = 1e6;

constexpr size_t kClasses = 5;  // channel of the first class, in an anchor's
constexpr size_t kObjectness = 4;

HeadTensor TensorOf(const TensorView& view) {
  HeadTensor tensor;
  tensor.data = view.data;
  tensor.type = view.type;
  tensor.channels = static_cast<size_t>(view.shape.c);
  tensor.positions =
      static_cast<size_t>(view.shape.h) * static_cast<size_t>(view.shape.w);
  if (view.layout == Layout::kInterleaved) tensor.block = tensor.channels;
  if (view.layout == Layout::kBlocked) {
    tensor.block = static_cast<size_t>(view.block);
    assert(tensor.block > 0 && tensor.block % 8 == 0);
  }
  return tensor;
}

double Logistic(double t) { return 1 / (1 + std::exp(-t)); }

// NaN comes out when NaN goes in, here and below: the order of arguments of min
// and max.
double Near(double at) { return std::min(std::max(at, -kFarthest), kFarthest); }

// lo, hi: fractions of the network's input.
Interval Pixels(const Axis& axis, double lo, double hi) {
  const auto pixel = [&](double at) {
    return static_cast<float>((at * axis.network - axis.offset) * axis.scale);
  };
  return {pixel(lo), pixel(hi)};
}

Interval Around(const Axis& axis, double middle, double extent) {
  middle = Near(middle);
  extent = std::min(extent, kFarthest);
  return Pixels(axis, middle - extent / 2, middle + extent / 2);
}

// One side of a head's box: t, t_size, the anchor's size.
Interval DecodeSide(const BoxSource& source, const Axis& axis, size_t cell,
                    size_t cells, double t, double t_size, double anchor) {
  const bool new_coords = source.head->new_coords;
  const double s = source.scale_x_y;
  const double at = new_coords ? t : Logistic(t);
  const double growth = new_coords ? 4 * t_size * t_size : std::exp(t_size);
  return Around(axis,
                (at * s - (s - 1) / 2 + static_cast<double>(cell)) /
                    static_cast<double>(cells),
                growth * anchor / axis.network);
}

Box DecodeHeadBox(const BoxSource& source, size_t position) {
  // x, y, w, h lie before the objectness.
  const size_t first = source.objectness - kObjectness;
  const auto value = [&](size_t k) {
    return source.boxes.Value(first + k, position);
  };
  const YoloHead::Anchor& size = source.head->anchors[source.anchor];
  return {DecodeSide(source, source.x, position % source.columns,
                     source.columns, value(0), value(2), size.w),
          DecodeSide(source, source.y, position / source.columns, source.rows,
                     value(1), value(3), size.h)};
}

Box DecodeRow(const BoxSource& source, size_t position) {
  const Axis &x = source.x, &y = source.y;
  const auto across = [&](size_t k) {
    const double v = source.boxes.Value(k, position);
    return source.fractions ? v : v / x.network;
  };
  const auto down = [&](size_t k) {
    const double v = source.boxes.Value(k, position);
    return source.fractions ? v : v / y.network;
  };
  switch (source.form) {
    case BoxForm::kCorners:
      return {Pixels(x, Near(across(0)), Near(across(2))),
              Pixels(y, Near(down(1)), Near(down(3)))};
    case BoxForm::kCornersYx:
      return {Pixels(x, Near(across(1)), Near(across(3))),
              Pixels(y, Near(down(0)), Near(down(2)))};
    case BoxForm::kCentreSize:
      break;
  }
  return {Around(x, across(0), Near(across(2))),
          Around(y, down(1), Near(down(3)))};
}

}  // namespace

BoxSource HeadSource(const YoloHead& head, const TensorView& view,
                     size_t anchor, uint32_t order, bool ignore_scale_x_y,
                     const Axis& x, const Axis& y) {
  const size_t first = anchor * (kClasses + static_cast<size_t>(head.classes));
  BoxSource source;
  source.scores = source.boxes = TensorOf(view);
  source.objectness = first + kObjectness;
  source.classes = first + kClasses;
  source.probabilities = head.new_coords;
  source.order = order + static_cast<uint32_t>(anchor);
  source.step = static_cast<uint32_t>(head.anchors.size());
  source.x = x;
  source.y = y;
  source.head = &head;
  source.anchor = anchor;
  source.rows = static_cast<size_t>(view.shape.h);
  source.columns = static_cast<size_t>(view.shape.w);
  source.scale_x_y = ignore_scale_x_y ? 1 : head.scale_x_y;
  return source;
}

BoxSource DecodedSource(const DecodedView& view, const Axis& x, const Axis& y) {
  BoxSource source;
  source.scores = TensorOf(view.scores);
  source.boxes = TensorOf(view.boxes);
  if (view.objectness >= 0) {
    source.objectness = static_cast<size_t>(view.objectness);
  }
  source.classes = static_cast<size_t>(view.classes);
  source.probabilities = true;
  source.x = x;
  source.y = y;
  source.form = view.form;
  source.fractions = view.fractions;
  return source;
}

float Probability(float value, bool is_probability) {
  if (!is_probability) return static_cast<float>(Logistic(value));
  return std::clamp(value, 0.0f, 1.0f);
}

float LowerBound(double floor, double objectness, bool is_probability) {
  const double p = std::min(floor / objectness, 1.0) * (1 - 1e-6) -
                   static_cast<double>(std::numeric_limits<float>::min());
  if (is_probability) return static_cast<float>(p);
  if (p <= 0) return -std::numeric_limits<float>::infinity();
  return static_cast<float>(std::log(p / (1 - p)) - 1e-4);
}

Box DecodeBox(const BoxSource& source, size_t position) {
  return source.head ? DecodeHeadBox(source, position)
                     : DecodeRow(source, position);
}

}  // namespace yolo
