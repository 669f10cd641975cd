// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Every step but the convolutions.
#include "device/portable_layers.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "device/portable_math.h"

namespace yolo::portable {
namespace {

// Elements of a range of element-wise work: 64 KiB of each operand.
constexpr size_t kElements = 16384;

// most[x] = the maximum of column x over rows [begin, end) of `plane`.
void MaxOfRows(const float* plane, int width, Span rows, float* most) {
  std::fill_n(most, width, std::numeric_limits<float>::lowest());
  for (int y = rows.begin; y < rows.end; ++y) {
    const float* row =
        plane + static_cast<size_t>(y) * static_cast<size_t>(width);
    for (int x = 0; x < width; ++x) most[x] = std::max(most[x], row[x]);
  }
}

}  // namespace

size_t Max::workspace_floats() const {
  return static_cast<size_t>(in.c) * static_cast<size_t>(in.w);
}

void Max::Run(const Operands& operands, Team* team) const {
  const int before = op.padding / 2;
  const auto one_row = [&](const float* plane, int y, float* most, float* row) {
    const int top = y * op.stride_y - before;
    MaxOfRows(plane, in.w, {std::max(0, top), std::min(in.h, top + op.size)},
              most);
    std::fill_n(row, out.w, std::numeric_limits<float>::lowest());
    for (int dx = 0; dx < op.size; ++dx) {
      const Span span = Inside(dx - before, op.stride_x, in.w, out.w);
      for (int x = span.begin; x < span.end; ++x) {
        row[x] = std::max(row[x], most[x * op.stride_x + dx - before]);
      }
    }
  };
  ForEachChannelRange(team, static_cast<size_t>(in.c), PlaneOf(in),
                      [&](size_t begin, size_t end) {
                        for (size_t c = begin; c < end; ++c) {
                          const float* plane = operands.in[0] + c * PlaneOf(in);
                          float* most = operands.workspace +
                                        c * static_cast<size_t>(in.w);
                          float* row = operands.out + c * PlaneOf(out);
                          for (int y = 0; y < out.h; ++y, row += out.w) {
                            one_row(plane, y, most, row);
                          }
                        }
                      });
}

void Mean::Run(const Operands& operands, Team* team) const {
  const size_t plane = PlaneOf(in);
  ForEachChannelRange(
      team, static_cast<size_t>(in.c), plane, [&](size_t begin, size_t end) {
        for (size_t c = begin; c < end; ++c) {
          const float* values = operands.in[0] + c * plane;
          double sum = 0;
          for (size_t i = 0; i < plane; ++i) sum += double{values[i]};
          operands.out[c] =
              static_cast<float>(sum / static_cast<double>(plane));
        }
      });
}

void Repeat::Run(const Operands& operands, Team* team) const {
  const auto factor = static_cast<size_t>(op.factor);
  const auto width = static_cast<size_t>(in.w);
  const auto rows = static_cast<size_t>(in.c) * static_cast<size_t>(in.h);
  ForEachChannelRange(
      team, rows, width * factor * factor, [&](size_t begin, size_t end) {
        for (size_t y = begin; y < end; ++y) {
          const float* from = operands.in[0] + y * width;
          float* const first = operands.out + y * factor * width * factor;
          for (size_t x = 0; x < width; ++x) {
            std::fill_n(first + x * factor, factor, op.scale * from[x]);
          }
          for (size_t i = 1; i < factor; ++i) {
            std::memcpy(first + i * width * factor, first,
                        width * factor * sizeof(float));
          }
        }
      });
}

void Copy::Run(const Operands& operands, Team* team) const {
  for (size_t i = 0; i < parts.size(); ++i) {
    ForEachRange(
        team, parts[i].count, kElements, [&](size_t begin, size_t end) {
          std::memcpy(operands.out + parts[i].begin + begin,
                      operands.in[i] + begin, (end - begin) * sizeof(float));
        });
  }
}

void Sum::Run(const Operands& operands, Team* team) const {
  ForEachRange(team, count, kElements, [&](size_t begin, size_t end) {
    float* const out = operands.out;
    std::memcpy(out + begin, operands.in[0] + begin,
                (end - begin) * sizeof(float));
    for (size_t k = 0; k < more.size(); ++k) {
      const float* const in = operands.in[k + 1];
      const size_t last = std::min(end, more[k]);
      for (size_t i = begin; i < last; ++i) out[i] += in[i];
    }
    Activate(activation, out + begin, end - begin);
  });
}

void Scale::Run(const Operands& operands, Team* team) const {
  const size_t plane = PlaneOf(out);
  ForEachChannelRange(team, static_cast<size_t>(out.c), plane,
                      [&](size_t begin, size_t end) {
                        for (size_t c = begin; c < end; ++c) {
                          const float factor = operands.in[0][c];
                          const float* from = operands.in[1] + c * plane;
                          float* to = operands.out + c * plane;
                          for (size_t i = 0; i < plane; ++i)
                            to[i] = factor * from[i];
                          Activate(activation, to, plane);
                        }
                      });
}

void Product::Run(const Operands& operands, Team* team) const {
  ForEachRange(team, count, kElements, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      operands.out[i] = operands.in[0][i] * operands.in[1][i];
    }
    Activate(activation, operands.out + begin, end - begin);
  });
}

}  // namespace yolo::portable
