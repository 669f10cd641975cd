// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The best of the boxes that an image's heads offer, and their order.
#ifndef YOLO_CANDIDATES_H_
#define YOLO_CANDIDATES_H_

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "base/memory.h"

namespace yolo {

// One side of a box, or of the image.
struct Interval {
  float lo, hi;
};

struct Box {
  Interval x, y;  // pixels of the upright image, not clipped
};

struct Candidate {
  float score;  // in (0, 1]
  int32_t class_id;
  uint32_t order;  // by head, row, column, anchor
  Box box;
};

// Whether `a` is reported before `b`. Total: no two candidates share both
// class and order.
inline bool Before(const Candidate& a, const Candidate& b) {
  if (a.score != b.score) return a.score > b.score;
  if (a.class_id != b.class_id) return a.class_id < b.class_id;
  return a.order < b.order;
}

// Twice the room that is needed, halved whenever it is full: each candidate
// costs the same however many there are, which a heap cannot offer.
class Candidates {
 public:
  // Keeps the best `max` > 0. False when there is no memory, and then `refused`
  // is how many bytes there were not.
  bool Init(Allocator* allocator, size_t max, size_t* refused);

  void Clear() {
    size_ = 0;
    overflow_ = false;
  }

  // Boxes have been turned away: a candidate that is not before worst() is of
  // no use any more.
  bool overflow() const { return overflow_; }
  const Candidate& worst() const { return worst_; }

  void Add(const Candidate& candidate) {
    if (overflow_ && !Before(candidate, worst_)) return;
    if (size_ == 2 * max_) Halve();
    all()[size_++] = candidate;
  }

  // After the last Add: the best come to be [0], [1], ...
  void Rank();

  // At most `max` once they are ranked.
  size_t size() const { return size_; }
  const Candidate& operator[](size_t rank) const {
    return candidates_.as<Candidate>()[keys_.as<uint64_t>()[rank] & 0xFFFFFFFF];
  }

 private:
  Candidate* all() { return candidates_.as<Candidate>(); }
  void Halve();
  void SortTies(uint64_t* keys);

  size_t max_ = 0;
  size_t size_ = 0;
  bool overflow_ = false;
  Candidate worst_ = {};
  Buffer candidates_;  // Candidate [2 * max], in no order
  Buffer keys_;        // uint64_t [2][max]: best first in the first half;
                       // the lower half of a key: index of a candidate
};

}  // namespace yolo

#endif  // YOLO_CANDIDATES_H_
