// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Greedy by size: large tensors first, each in the tightest hole that is free
// for its whole life.
#include "device/memory_plan.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>

#include "base/memory.h"

namespace yolo {
namespace {

struct Placed {
  size_t begin, end;  // bytes
  int first, last;
};

// The smallest hole of at least `bytes` between the tensors of `placed` that
// share a step with `tensor`, or the end of the last of them. `placed` is
// sorted by begin.
size_t FindHole(const std::vector<Placed>& placed, const Interval& tensor,
                size_t bytes) {
  size_t best = 0;
  size_t best_size = std::numeric_limits<size_t>::max();
  size_t end = 0;  // of the tensors seen so far
  for (const Placed& p : placed) {
    if (p.last < tensor.first || tensor.last < p.first) continue;
    if (p.begin >= end + bytes && p.begin - end < best_size) {
      best = end;
      best_size = p.begin - end;
    }
    end = std::max(end, p.end);
  }
  return best_size == std::numeric_limits<size_t>::max() ? end : best;
}

}  // namespace

std::vector<size_t> PlanOffsets(std::span<const Interval> intervals,
                                size_t* total) {
  std::vector<size_t> order(intervals.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return intervals[a].bytes > intervals[b].bytes;
  });

  std::vector<size_t> offsets(intervals.size(), 0);
  std::vector<Placed> placed;
  placed.reserve(intervals.size());
  *total = 0;
  for (const size_t i : order) {
    const Interval& tensor = intervals[i];
    assert(tensor.first <= tensor.last);
    const size_t bytes = AlignUp(tensor.bytes);
    if (bytes == 0) continue;
    offsets[i] = FindHole(placed, tensor, bytes);
    const Placed p{offsets[i], offsets[i] + bytes, tensor.first, tensor.last};
    placed.insert(std::upper_bound(placed.begin(), placed.end(), p,
                                   [](const Placed& a, const Placed& b) {
                                     return a.begin < b.begin;
                                   }),
                  p);
    *total = std::max(*total, p.end);
  }
  return offsets;
}

}  // namespace yolo
