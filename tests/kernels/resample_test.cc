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
  // element: bytes of an element in the windows.
  Pairs(size_t count, size_t element)
      : left(count),
        right(count),
        window(count * element / 8, -1),
        shuffle(2 * count * element) {
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

// Whether 16 bytes that lie within the row hold the neighbours of each group of
// outputs that share a window.
bool FitsWindows(const Pairs& pairs, size_t element, size_t from) {
  if (from * element < 16) return false;
  const size_t group = 8 / element;
  for (size_t i = 0; i < pairs.left.size(); ++i) {
    const size_t begin = i / group * group;
    for (size_t k = begin; k < begin + group; ++k) {
      for (const int32_t a : {pairs.left[i], pairs.right[i]}) {
        for (const int32_t b : {pairs.left[k], pairs.right[k]}) {
          if (static_cast<size_t>(std::abs(a - b)) >= 16 / element)
            return false;
        }
      }
    }
  }
  return true;
}

// MakeWindows tells the truth, and no window leaves the row.
void CheckWindows(size_t element, size_t from, Pairs* pairs) {
  const bool want = FitsWindows(*pairs, element, from);
  CHECK(MakeWindows(element, from, &pairs->table) == want);
  CHECK(pairs->table.windowed == want);
  if (!want) return;
  for (const int32_t w : pairs->window) {
    REQUIRE(w >= 0);
    REQUIRE((static_cast<size_t>(w) * element + 16) <= from * element);
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

void CheckInterpolate(const Samples& row, const Pairs& pairs,
                      const Samples& t) {
  const size_t count = pairs.left.size();
  Samples want(count);
  for (size_t i = 0; i < count; ++i) {
    const int l = row[static_cast<size_t>(pairs.left[i])];
    const int r = row[static_cast<size_t>(pairs.right[i])];
    want[i] = static_cast<int16_t>(l + (((r - l) * t[i] + (1 << 14)) >> 15));
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
  size_t num_windowed = 0, num_other = 0;
  ForEachScale([&](size_t from, size_t to) {
    const Bytes row = RandomBytes(&random, from);
    for (const bool mirrored : {false, true}) {
      CAPTURE(from);
      CAPTURE(to);
      CAPTURE(mirrored);
      Pairs pairs(RoundUpToGroup(to), 1);
      FillLinear(from, to, mirrored, &pairs);
      CheckWindows(1, from, &pairs);
      ++(pairs.table.windowed ? num_windowed : num_other);
      ForEachTarget([&](const char* target) {
        CAPTURE(std::string(target));
        CheckGather(row, pairs);
        const bool windowed = pairs.table.windowed;
        pairs.table.windowed = false;
        CheckGather(row, pairs);
        pairs.table.windowed = windowed;
      });
    }
  });
  CHECK(num_windowed > 100);
  CHECK(num_other > 100);
}

TEST_CASE("InterpolateRow is its definition at every scale and target") {
  Random random(2);
  size_t num_windowed = 0, num_other = 0;
  ForEachScale([&](size_t from, size_t to) {
    const Samples row = RandomSamples(&random, from, 255 * kSampleScale);
    for (const bool mirrored : {false, true}) {
      CAPTURE(from);
      CAPTURE(to);
      CAPTURE(mirrored);
      Pairs pairs(RoundUpToGroup(to), 2);
      const Samples t = RandomSamples(&random, pairs.left.size(), 32767);
      FillLinear(from, to, mirrored, &pairs);
      CheckWindows(2, from, &pairs);
      ++(pairs.table.windowed ? num_windowed : num_other);
      ForEachTarget([&](const char* target) {
        CAPTURE(std::string(target));
        CheckInterpolate(row, pairs, t);
      });
    }
  });
  CHECK(num_windowed > 100);
  CHECK(num_other > 100);
}

// Neighbours in any order within a window's reach, not only side by side.
TEST_CASE("windows hold any neighbours that are near enough") {
  Random random(3);
  ForEachTarget([&](const char* target) {
    CAPTURE(std::string(target));
    for (int round = 0; round < 200; ++round) {
      const auto from = static_cast<size_t>(random.Int(1, 60));
      const int reach = std::min(random.Int(12, 18), static_cast<int>(from));
      Pairs bytes(32, 1), shorts(32, 2);
      for (Pairs* pairs : {&bytes, &shorts}) {
        int low = 0;
        for (size_t i = 0; i < 32; ++i) {
          const int limit = pairs == &bytes ? reach : (reach + 1) / 2;
          if (i % 4 == 0) low = random.Int(0, static_cast<int>(from) - limit);
          pairs->left[i] = random.Int(low, low + limit - 1);
          pairs->right[i] = random.Int(low, low + limit - 1);
        }
      }
      CheckWindows(1, from, &bytes);
      CheckGather(RandomBytes(&random, from), bytes);
      CheckWindows(2, from, &shorts);
      CheckInterpolate(RandomSamples(&random, from, 32640), shorts,
                       RandomSamples(&random, 32, 32767));
    }
  });
}

TEST_CASE("a window at either end of the row, and one element too far") {
  for (const size_t element : {1, 2}) {
    CAPTURE(element);
    const size_t fit = 16 / element;
    Pairs pairs(16, element);
    const auto last = static_cast<int32_t>(fit) - 1;
    for (size_t i = 0; i < 16; ++i) pairs.right[i] = last;
    CHECK(!MakeWindows(element, fit - 1, &pairs.table));
    CHECK(MakeWindows(element, fit, &pairs.table));
    CHECK(pairs.window == std::vector<int32_t>(pairs.window.size(), 0));
    for (size_t i = 0; i < 16; ++i) pairs.left[i] = pairs.right[i] = 99;
    CHECK(MakeWindows(element, 100, &pairs.table));
    CHECK(pairs.window == std::vector<int32_t>(pairs.window.size(), 99 - last));
    pairs.left[15] = 99 - last - 1;
    CHECK(!MakeWindows(element, 100, &pairs.table));
    CHECK(!pairs.table.windowed);
  }
}

TEST_CASE("InterpolateRow at the ends of its ranges") {
  const std::vector<int16_t> values = {0,     1,     127,   128,  16383,
                                       16384, 16385, 32639, 32640};
  const std::vector<int16_t> weights = {0,     1,     2,     16383,
                                        16384, 16385, 32766, 32767};
  ForEachTarget([&](const char* target) {
    CAPTURE(std::string(target));
    for (const int16_t l : values) {
      for (const int16_t r : values) {
        const Samples row = {l, r, l, r, l, r, l, r};
        Samples t = weights;
        t.insert(t.end(), weights.rbegin(), weights.rend());
        Pairs pairs(16, 2);
        for (size_t i = 0; i < 16; ++i) pairs.right[i] = 1;
        CheckWindows(2, row.size(), &pairs);
        CheckInterpolate(row, pairs, t);
        pairs.table.windowed = false;
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
  Pairs pairs(48, 1);
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
      Samples want(width);
      for (size_t i = 0; i < width; ++i) {
        want[i] =
            static_cast<int16_t>((128 - weight) * top[i] + weight * bottom[i]);
      }
      Guarded<int16_t> got(width);
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
