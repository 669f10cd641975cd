// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/upsample.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "support/kernel_rows.h"

namespace yolo::testing {
namespace {

using Bytes = std::vector<uint8_t>;

// Triangle filter on any samples: (3 s[i] + neighbour + bias) / divisor, to the
// left with `even`, to the right with `odd`.
Bytes Triangle(const std::vector<int>& s, int even, int odd, int divisor) {
  const auto width = static_cast<ptrdiff_t>(s.size());
  const auto at = [&](ptrdiff_t i) {
    return s[static_cast<size_t>(std::clamp<ptrdiff_t>(i, 0, width - 1))];
  };
  Bytes out(2 * s.size());
  for (ptrdiff_t i = 0; i < width; ++i) {
    uint8_t* const two = out.data() + 2 * i;
    two[0] = static_cast<uint8_t>((3 * at(i) + at(i - 1) + even) / divisor);
    two[1] = static_cast<uint8_t>((3 * at(i) + at(i + 1) + odd) / divisor);
  }
  return out;
}

std::vector<int> Weighted(const Bytes& near, const Bytes& far) {
  std::vector<int> s(near.size());
  for (size_t i = 0; i < s.size(); ++i) s[i] = 3 * near[i] + far[i];
  return s;
}

TEST_CASE("UpsampleAcross is the triangle filter on every target") {
  Random random(1);
  ForEachWidth(1, [&](size_t width) {
    const Bytes row = RandomBytes(&random, width);
    Guarded<uint8_t> got(2 * width);
    UpsampleAcross(row.data(), width, got.data());
    CHECK(got.Is(Triangle({row.begin(), row.end()}, 1, 2, 4)));
  });
}

TEST_CASE("UpsampleDown weights two rows 3 to 1 on every target") {
  Random random(2);
  ForEachWidth(1, [&](size_t width) {
    const Bytes near = RandomBytes(&random, width);
    const Bytes far = RandomBytes(&random, width);
    for (const int bias : {1, 2}) {
      CAPTURE(bias);
      Bytes want(width);
      for (size_t i = 0; i < width; ++i) {
        want[i] = static_cast<uint8_t>((3 * near[i] + far[i] + bias) / 4);
      }
      Guarded<uint8_t> got(width);
      UpsampleDown(near.data(), far.data(), bias, width, got.data());
      CHECK(got.Is(want));
    }
  });
}

TEST_CASE("UpsampleBoth is the triangle filter both ways on every target") {
  Random random(3);
  ForEachWidth(1, [&](size_t width) {
    const Bytes near = RandomBytes(&random, width);
    const Bytes far = RandomBytes(&random, width);
    Guarded<uint8_t> got(2 * width);
    UpsampleBoth(near.data(), far.data(), width, got.data());
    CHECK(got.Is(Triangle(Weighted(near, far), 8, 7, 16)));
  });
}

TEST_CASE("a row of one value stays one value") {
  ForEachWidth(1, [](size_t width) {
    for (const uint8_t value : {uint8_t{0}, uint8_t{1}, uint8_t{255}}) {
      const Bytes row(width, value);
      Guarded<uint8_t> across(2 * width), both(2 * width), down(width);
      UpsampleAcross(row.data(), width, across.data());
      UpsampleBoth(row.data(), row.data(), width, both.data());
      UpsampleDown(row.data(), row.data(), 2, width, down.data());
      CHECK(across.Is(Bytes(2 * width, value)));
      CHECK(both.Is(Bytes(2 * width, value)));
      CHECK(down.Is(row));
    }
  });
}

// Every pair of neighbours, and every sum of four, once.
TEST_CASE("rounding is right for all pairs of samples") {
  ForEachTarget([](const char* target) {
    CAPTURE(std::string(target));
    Bytes row(512), far(512);
    for (int a = 0; a < 256; ++a) {
      for (size_t i = 0; i < row.size(); ++i) {
        row[i] = static_cast<uint8_t>(i % 2 == 0 ? size_t(a) : i / 2);
        far[i] = static_cast<uint8_t>(255 - i / 2);
      }
      Guarded<uint8_t> across(1024), both(1024);
      UpsampleAcross(row.data(), row.size(), across.data());
      UpsampleBoth(row.data(), far.data(), row.size(), both.data());
      CHECK(across.Is(Triangle({row.begin(), row.end()}, 1, 2, 4)));
      CHECK(both.Is(Triangle(Weighted(row, far), 8, 7, 16)));
    }
  });
}

TEST_CASE("Replicate repeats every sample") {
  Random random(4);
  for (size_t width = 0; width <= 70; ++width) {
    const Bytes row = RandomBytes(&random, width);
    for (size_t factor = 1; factor <= 4; ++factor) {
      CAPTURE(width);
      CAPTURE(factor);
      Bytes want(factor * width);
      for (size_t i = 0; i < want.size(); ++i) want[i] = row[i / factor];
      Guarded<uint8_t> got(factor * width);
      Replicate(row.data(), width, factor, got.data());
      CHECK(got.Is(want));
    }
  }
}

}  // namespace
}  // namespace yolo::testing
