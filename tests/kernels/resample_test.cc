// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/resample.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "support/kernel_rows.h"

namespace yolo::testing {
namespace {

using Bytes = std::vector<uint8_t>;
using Samples = std::vector<int16_t>;

// A table and its memory. Copies would point into the original.
struct Pairs {
  Pairs(const Pairs&) = delete;
  explicit Pairs(size_t count)
      : left(count), right(count), window(count / 4, -1), shuffle(4 * count) {
    table.count = count;
    table.left = left.data();
    table.right = right.data();
    table.window = window.data();
    table.shuffle = shuffle.data();
  }

  std::vector<int32_t> left, right, window;
  Bytes shuffle;
  PairTable table;
};

// Neighbours for a row of `from` elements resized to `to`, as tables are made
// in earnest: the outputs past `to` repeat the last.
void FillLinear(size_t from, size_t to, bool mirrored, Pairs* pairs) {
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const auto last = static_cast<int32_t>(from) - 1;
  for (size_t i = 0; i < pairs->left.size(); ++i) {
    const auto out = static_cast<double>(std::min(i, to - 1));
    double at = std::clamp((out + 0.5) * scale - 0.5, 0.0, last + 0.0);
    if (mirrored) at = last - at;
    pairs->left[i] = static_cast<int32_t>(at);
    pairs->right[i] = std::min(pairs->left[i] + 1, last);
  }
}

// Whether 16 bytes that lie within the row hold the neighbours of each `group`
// of outputs.
bool FitsWindows(const Pairs& pairs, size_t group, size_t from) {
  if (from < 16) return false;
  for (size_t i = 0; i < pairs.left.size(); ++i) {
    const size_t begin = i / group * group;
    for (size_t k = begin; k < begin + group; ++k) {
      for (const int32_t a : {pairs.left[i], pairs.right[i]}) {
        for (const int32_t b : {pairs.left[k], pairs.right[k]}) {
          if (std::abs(a - b) >= 16) return false;
        }
      }
    }
  }
  return true;
}

// MakeWindows takes the largest group that fits, and no window leaves the row.
void CheckWindows(size_t from, Pairs* pairs) {
  const size_t want = FitsWindows(*pairs, 8, from)   ? 8
                      : FitsWindows(*pairs, 4, from) ? 4
                                                     : 0;
  MakeWindows(from, &pairs->table);
  CHECK(pairs->table.window_pairs == want);
  if (want == 0) return;
  for (size_t k = 0; k < pairs->left.size() / want; ++k) {
    REQUIRE(pairs->window[k] >= 0);
    REQUIRE(static_cast<size_t>(pairs->window[k]) + 16 <= from);
  }
}

void CheckGather(const Bytes& row, const Pairs& pairs) {
  const size_t count = pairs.left.size();
  Bytes lefts(count), rights(count);
  for (size_t i = 0; i < count; ++i) {
    lefts[i] = row[static_cast<size_t>(pairs.left[i])];
    rights[i] = row[static_cast<size_t>(pairs.right[i])];
  }
  Guarded<uint8_t> got_lefts(count), got_rights(count);
  GatherPairs(row.data(), pairs.table, got_lefts.data(), got_rights.data());
  CHECK(got_lefts.Is(lefts));
  CHECK(got_rights.Is(rights));
}

void CheckInterpolate(const Bytes& row, const Pairs& pairs, const Samples& t) {
  const size_t count = pairs.left.size();
  Samples want(count);
  for (size_t i = 0; i < count; ++i) {
    const int l = row[static_cast<size_t>(pairs.left[i])];
    const int r = row[static_cast<size_t>(pairs.right[i])];
    want[i] = static_cast<int16_t>(128 * l + (r - l) * t[i]);
  }
  Guarded<int16_t> got(count);
  InterpolateRow(row.data(), pairs.table, t.data(), got.data());
  CHECK(got.Is(want));
}

// Samples of [0, highest], a quarter of them at an end.
Samples RandomSamples(Random* random, size_t count, int highest) {
  Samples samples(count);
  for (int16_t& s : samples) {
    s = static_cast<int16_t>(random->Chance(25) ? highest * random->Int(0, 1)
                                                : random->Int(0, highest));
  }
  return samples;
}

// body(from, to): widths before and after, with windows that fit and do not.
template <class Body>
void ForEachScale(const Body& body) {
  for (size_t to = 1; to <= 70; to += to < 20 ? 1 : 7) {
    for (size_t from = 1; from <= 40; ++from) body(from, to);
    for (const size_t times : {2, 3, 4, 5, 8}) body(times * to, to);
    body(2 * to + 1, to);
    body(9 * to / 5 + 1, to);
  }
  body(1920, 608);
  body(608, 1920);
  body(1001, 999);
}

TEST_CASE("both neighbours of every output, at every scale and target") {
  Random random(1);
  size_t num[9] = {};
  ForEachScale([&](size_t from, size_t to) {
    const Bytes row = RandomBytes(&random, from);
    for (const bool mirrored : {false, true}) {
      CAPTURE(from);
      CAPTURE(to);
      CAPTURE(mirrored);
      Pairs pairs(RoundUpToGroup(to));
      const Samples t = RandomSamples(&random, pairs.left.size(), 128);
      FillLinear(from, to, mirrored, &pairs);
      CheckWindows(from, &pairs);
      ++num[pairs.table.window_pairs];
      ForEachTarget([&](const char* target) {
        CAPTURE(std::string(target));
        CheckGather(row, pairs);
        CheckInterpolate(row, pairs, t);
        const size_t window_pairs = pairs.table.window_pairs;
        pairs.table.window_pairs = 0;
        CheckGather(row, pairs);
        CheckInterpolate(row, pairs, t);
        pairs.table.window_pairs = window_pairs;
      });
    }
  });
  for (const size_t pairs : {0, 4, 8}) CHECK(num[pairs] > 50);
}

// Neighbours in any order within a window's reach, not only side by side.
TEST_CASE("windows hold any neighbours that are near enough") {
  Random random(3);
  ForEachTarget([&](const char* target) {
    CAPTURE(std::string(target));
    for (int round = 0; round < 200; ++round) {
      const auto from = static_cast<size_t>(random.Int(1, 60));
      const int reach = std::min(random.Int(12, 18), static_cast<int>(from));
      Pairs pairs(32);
      int low = 0;
      for (size_t i = 0; i < 32; ++i) {
        if (i % 4 == 0) low = random.Int(0, static_cast<int>(from) - reach);
        pairs.left[i] = random.Int(low, low + reach - 1);
        pairs.right[i] = random.Int(low, low + reach - 1);
      }
      CheckWindows(from, &pairs);
      const Bytes row = RandomBytes(&random, from);
      CheckGather(row, pairs);
      CheckInterpolate(row, pairs, RandomSamples(&random, 32, 128));
    }
  });
}

TEST_CASE("a window at either end of the row, and one element too far") {
  Pairs pairs(16);
  for (size_t i = 0; i < 16; ++i) pairs.right[i] = 15;
  MakeWindows(15, &pairs.table);
  CHECK(pairs.table.window_pairs == 0);
  MakeWindows(16, &pairs.table);
  CHECK(pairs.table.window_pairs == 8);
  CHECK(pairs.window[0] == 0);
  CHECK(pairs.window[1] == 0);
  for (size_t i = 0; i < 16; ++i) pairs.left[i] = pairs.right[i] = 99;
  MakeWindows(100, &pairs.table);
  CHECK(pairs.table.window_pairs == 8);
  CHECK(pairs.window[1] == 84);
  pairs.left[15] = 83;
  MakeWindows(100, &pairs.table);
  CHECK(pairs.table.window_pairs == 0);
}

TEST_CASE("InterpolateRow at the ends of its ranges") {
  ForEachTarget([&](const char* target) {
    CAPTURE(std::string(target));
    for (const uint8_t l : {0, 1, 127, 128, 254, 255}) {
      for (const uint8_t r : {0, 1, 127, 128, 254, 255}) {
        Bytes row(16, l);
        row[1] = r;
        const Samples t = {0,   1,   2,   63,  64, 65, 126, 127,
                           128, 127, 100, 128, 0,  31, 32,  33};
        Pairs pairs(16);
        for (size_t i = 0; i < 16; ++i) pairs.right[i] = 1;
        CheckWindows(row.size(), &pairs);
        CheckInterpolate(row, pairs, t);
      }
    }
  });
}

TEST_CASE("GatherPairs32 copies both elements of every pair") {
  Random random(4);
  std::vector<uint32_t> row(57);
  for (uint32_t& v : row) {
    v = static_cast<uint32_t>(random.Int(0, 0x7FFFFFFF)) * 2 + 1;
  }
  Pairs pairs(48);
  FillLinear(row.size(), 41, false, &pairs);
  std::vector<uint32_t> lefts(48), rights(48);
  for (size_t i = 0; i < 48; ++i) {
    lefts[i] = row[static_cast<size_t>(pairs.left[i])];
    rights[i] = row[static_cast<size_t>(pairs.right[i])];
  }
  Guarded<uint32_t> got_lefts(48), got_rights(48);
  GatherPairs32(row.data(), pairs.table, got_lefts.data(), got_rights.data());
  CHECK(got_lefts.Is(lefts));
  CHECK(got_rights.Is(rights));
}

TEST_CASE("BlendRows is its definition for all weights and targets") {
  Random random(5);
  ForEachWidth(0, [&](size_t width) {
    const Bytes top = RandomBytes(&random, width);
    const Bytes bottom = RandomBytes(&random, width);
    for (int weight = 0; weight <= 128; weight += width <= 70 ? 1 : 16) {
      CAPTURE(weight);
      Bytes want(width);
      for (size_t i = 0; i < width; ++i) {
        want[i] = static_cast<uint8_t>(
            ((128 - weight) * top[i] + weight * bottom[i] + 64) >> 7);
      }
      Guarded<uint8_t> got(width);
      BlendRows(top.data(), bottom.data(), weight, width, got.data());
      CHECK(got.Is(want));
    }
  });
}

void CheckShrink(const std::vector<Bytes>& rows, size_t width, size_t factor) {
  const size_t count = (width + factor - 1) / factor;
  const auto area = static_cast<int>(rows.size() * factor);
  Bytes want(count);
  for (size_t i = 0; i < count; ++i) {
    int sum = 0;
    for (const Bytes& row : rows) {
      for (size_t k = 0; k < factor; ++k) {
        sum += row[std::min(factor * i + k, width - 1)];
      }
    }
    want[i] = static_cast<uint8_t>((2 * sum + area) / (2 * area));
  }
  std::vector<const uint8_t*> pointers;
  for (const Bytes& row : rows) pointers.push_back(row.data());
  std::vector<uint16_t> scratch(width + 8, 0xA5A5);
  Guarded<uint8_t> got(count);
  ShrinkRows(pointers.data(), rows.size(), width, factor, scratch.data(),
             got.data());
  CHECK(got.Is(want));
}

TEST_CASE("ShrinkRows is the rounded mean of every box on every target") {
  Random random(6);
  ForEachWidth(1, [&](size_t width) {
    for (const size_t num_rows : {1, 2, 4, 8}) {
      std::vector<Bytes> rows;
      for (size_t k = 0; k < num_rows; ++k) {
        rows.push_back(RandomBytes(&random, width));
      }
      for (const size_t factor : {1, 2, 4, 8}) {
        CAPTURE(num_rows);
        CAPTURE(factor);
        CheckShrink(rows, width, factor);
        CheckShrink({num_rows, Bytes(width, 255)}, width, factor);
      }
    }
  });
}

}  // namespace
}  // namespace yolo::testing
