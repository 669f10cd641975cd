// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The steps of device portable: what a layer does to planar floats. Each step
// is immutable and knows its shapes; Run() gets the memory.
#ifndef YOLO_DEVICE_PORTABLE_LAYERS_H_
#define YOLO_DEVICE_PORTABLE_LAYERS_H_

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "base/team.h"
#include "model/graph.h"

namespace yolo::portable {

// Memory of one step of one lane. What a step writes overlaps nothing that it
// reads.
struct Operands {
  std::span<const float* const> in;
  float* out;
  float* workspace;      // workspace_floats() of the step, any contents
  const float* weights;  // what Pack() wrote; convolutions only
};

// Elements of one channel.
inline size_t PlaneOf(const Shape& s) {
  return static_cast<size_t>(s.h) * static_cast<size_t>(s.w);
}

// Calls body(begin, end) for ranges that cover [0, count). How they are cut
// does not depend on the team, so neither does a result.
template <class Body>
void ForEachRange(Team* team, size_t count, size_t length, const Body& body) {
  team->ForEach((count + length - 1) / length, [&](size_t i) {
    body(i * length, std::min(count, (i + 1) * length));
  });
}

// As above, over channels of `plane` elements each, some 16K elements a range:
// long beside the cost of handing it over.
template <class Body>
void ForEachChannelRange(Team* team, size_t channels, size_t plane,
                         const Body& body) {
  const size_t length = std::max<size_t>(1, 16384 / std::max<size_t>(1, plane));
  ForEachRange(team, channels, length, body);
}

// Positions in [begin, end) of the output.
struct Span {
  int begin, end;
};

// The outputs o in [0, out) whose input o * stride + offset is in [0, in).
inline Span Inside(int offset, int stride, int in, int out) {
  const int begin = offset < 0 ? (-offset + stride - 1) / stride : 0;
  const int end =
      offset < in ? std::min(out, (in - 1 - offset) / stride + 1) : 0;
  return {std::min(begin, end), end};
}

// Maximum of a window: of its rows first, then of its columns.
struct Max {
  static constexpr const char* kName = "max";
  MaxPool op;
  Shape in, out;

  size_t workspace_floats() const;
  void Run(const Operands& operands, Team* team) const;
};

// Mean of a plane.
struct Mean {
  static constexpr const char* kName = "mean";
  Shape in;

  void Run(const Operands& operands, Team* team) const;
};

// Each pixel factor x factor times.
struct Repeat {
  static constexpr const char* kName = "repeat";
  Upsample op;
  Shape in;

  void Run(const Operands& operands, Team* team) const;
};

// The inputs of a concatenation that could not be written in place.
struct Copy {
  static constexpr const char* kName = "copy";
  struct Part {
    size_t begin, count;  // floats of the output
  };
  std::vector<Part> parts;  // of each input

  void Run(const Operands& operands, Team* team) const;
};

struct Sum {
  static constexpr const char* kName = "sum";
  Activation activation;
  size_t count;              // floats of the output and of input 0
  std::vector<size_t> more;  // floats of inputs 1... that take part

  void Run(const Operands& operands, Team* team) const;
};

// Input 1, each plane times its value of input 0.
struct Scale {
  static constexpr const char* kName = "scale";
  Activation activation;
  Shape out;

  void Run(const Operands& operands, Team* team) const;
};

// Element by element.
struct Product {
  static constexpr const char* kName = "product";
  Activation activation;
  size_t count;

  void Run(const Operands& operands, Team* team) const;
};

}  // namespace yolo::portable

#endif  // YOLO_DEVICE_PORTABLE_LAYERS_H_
