// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "candidates.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace yolo {
namespace {

// Below this many std::sort is faster than clearing the tables of digits.
constexpr size_t kFewKeys = 256;

// Scores of (0, 1] are kDigits digits.
constexpr uint32_t kOneBits = std::bit_cast<uint32_t>(1.0f);
constexpr int kDigits = 3, kDigitBits = 10;
static_assert(kOneBits < 1u << kDigits * kDigitBits);

size_t DigitOf(uint64_t key, int digit) {
  return key >> (32 + digit * kDigitBits) & ((1 << kDigitBits) - 1);
}

// By the upper halves of the keys, ascending; by counting, digit by digit.
// `other`: room for as many.
void SortByUpper(uint64_t* keys, uint64_t* other, size_t count) {
  uint32_t ends[kDigits][1 << kDigitBits] = {};
  for (size_t i = 0; i < count; ++i) {
    for (int d = 0; d < kDigits; ++d) ++ends[d][DigitOf(keys[i], d)];
  }
  uint64_t *from = keys, *to = other;
  for (int d = 0; d < kDigits; ++d) {
    uint32_t begin = 0;
    for (uint32_t& end : ends[d]) begin += std::exchange(end, begin);
    for (size_t i = 0; i < count; ++i) {
      to[ends[d][DigitOf(from[i], d)]++] = from[i];
    }
    std::swap(from, to);
  }
  static_assert(kDigits % 2 == 1);
  std::copy(other, other + count, keys);
}

}  // namespace

bool Candidates::Init(Allocator* allocator, size_t max, size_t* refused) {
  assert(max > 0);
  max_ = max;
  *refused = 2 * max * sizeof(Candidate);
  if (!candidates_.Allocate(allocator, *refused)) return false;
  *refused = 2 * max * sizeof(uint64_t);
  return keys_.Allocate(allocator, *refused);
}

// Drops all but the best max_.
void Candidates::Halve() {
  std::nth_element(all(), all() + max_ - 1, all() + size_, Before);
  worst_ = all()[max_ - 1];
  size_ = max_;
  overflow_ = true;
}

// Scores are in order; candidates that share one are not yet.
void Candidates::SortTies(uint64_t* keys) {
  for (size_t i = 0; i < size_;) {
    size_t end = i + 1;
    while (end < size_ && keys[end] >> 32 == keys[i] >> 32) ++end;
    if (end - i > 1) {
      std::sort(keys + i, keys + end, [this](uint64_t a, uint64_t b) {
        return Before(all()[a & 0xFFFFFFFF], all()[b & 0xFFFFFFFF]);
      });
    }
    i = end;
  }
}

void Candidates::Rank() {
  if (size_ > max_) Halve();
  uint64_t* const keys = keys_.as<uint64_t>();
  for (size_t i = 0; i < size_; ++i) {
    const uint32_t behind_one =
        kOneBits - std::bit_cast<uint32_t>(all()[i].score);
    keys[i] = uint64_t{behind_one} << 32 | i;
  }
  if (size_ < kFewKeys) {
    std::sort(keys, keys + size_);
  } else {
    SortByUpper(keys, keys + max_, size_);
  }
  SortTies(keys);
}

}  // namespace yolo
