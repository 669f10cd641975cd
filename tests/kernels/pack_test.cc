// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/pack.h"

#include <doctest/doctest.h>

#include <vector>

#include "support/kernel_rows.h"

namespace yolo::testing {
namespace {

using Bytes = std::vector<uint8_t>;
using Floats = std::vector<float>;
using Ints = std::vector<int32_t>;

// `count` values of [0, highest], a quarter of them at an end.
Ints RandomInts(Random* random, size_t count, int highest) {
  Ints ints(count);
  for (int32_t& v : ints) {
    v = random->Chance(25) ? highest * random->Int(0, 1)
                           : random->Int(0, highest);
  }
  return ints;
}

Floats RandomFloats(Random* random, size_t count, float highest) {
  Floats floats = random->Floats(count, 0, highest);
  for (float& v : floats) {
    if (random->Chance(25)) v = random->Chance(50) ? highest : 0;
  }
  return floats;
}

// 1 - t and 2048 - t.
Floats Rest(const Floats& t) {
  Floats rest;
  for (const float v : t) rest.push_back(1 - v);
  return rest;
}
Ints Rest(const Ints& t) {
  Ints rest;
  for (const int32_t v : t) rest.push_back(2048 - v);
  return rest;
}

// body(width, each): one weight for all values, then one for each.
template <class Body>
void ForEachWeights(const Body& body) {
  ForEachWidth(0, [&](size_t width) {
    for (const bool each : {false, true}) {
      CAPTURE(each);
      body(width, each);
    }
  });
}

template <class T>
Weights<T> AsWeights(const std::vector<T>& values, bool each) {
  return {values.data(), each};
}

float ToUnit(int32_t byte, Unit unit) {
  const auto value = static_cast<float>(byte);
  return unit == Unit::kDivided ? value / 255.0f : value * (1 / 255.0f);
}

float FloatOf(int value) { return static_cast<float>(value); }

TEST_CASE("DarknetAcross is its definition on every target") {
  Random random(1);
  ForEachWeights([&](size_t width, bool each) {
    const Bytes left = RandomBytes(&random, width);
    const Bytes right = RandomBytes(&random, width);
    const Floats t = RandomFloats(&random, each ? width : 1, 1);
    Floats want(width);
    for (size_t i = 0; i < width; ++i) {
      const float b = t[each ? i : 0];
      want[i] = (1 - b) * (left[i] / 255.0f) + b * (right[i] / 255.0f);
    }
    Guarded<float> got(width);
    DarknetAcross(left.data(), right.data(), AsWeights(t, each), width,
                  got.data());
    CHECK(got.Is(want));
  });
}

TEST_CASE("DarknetAcross divides all bytes by 255 exactly") {
  Bytes bytes(256), zeros(256);
  Floats want(256);
  for (size_t i = 0; i < 256; ++i) {
    bytes[i] = static_cast<uint8_t>(i);
    want[i] = static_cast<float>(i) / 255.0f;
    // Darknet divides in double and rounds once more: the same float.
    CHECK(want[i] == static_cast<float>(static_cast<float>(i) / 255.));
  }
  ForEachTarget([&](const char* target) {
    CAPTURE(std::string(target));
    const float ends[] = {0, 1};
    Guarded<float> lefts(256), rights(256);
    DarknetAcross(bytes.data(), zeros.data(), {&ends[0], false}, 256,
                  lefts.data());
    DarknetAcross(zeros.data(), bytes.data(), {&ends[1], false}, 256,
                  rights.data());
    CHECK(lefts.Is(want));
    CHECK(rights.Is(want));
  });
}

TEST_CASE("OpenCvAcross is its definition on every target") {
  Random random(2);
  ForEachWeights([&](size_t width, bool each) {
    const Bytes left = RandomBytes(&random, width);
    const Bytes right = RandomBytes(&random, width);
    const Ints b = RandomInts(&random, each ? width : 1, 2048);
    const Ints a = Rest(b);
    Ints want(width);
    for (size_t i = 0; i < width; ++i) {
      const size_t w = each ? i : 0;
      want[i] = left[i] * a[w] + right[i] * b[w];
    }
    Guarded<int32_t> got(width);
    OpenCvAcross(left.data(), right.data(), AsWeights(a, each),
                 AsWeights(b, each), width, got.data());
    CHECK(got.Is(want));
  });
}

TEST_CASE("HalveAcross adds neighbours on every target") {
  Random random(3);
  ForEachWidth(0, [&](size_t width) {
    const Bytes left = RandomBytes(&random, width);
    const Bytes right = RandomBytes(&random, width);
    Ints want(width);
    for (size_t i = 0; i < width; ++i) want[i] = left[i] + right[i];
    Guarded<int32_t> got(width);
    HalveAcross(left.data(), right.data(), width, got.data());
    CHECK(got.Is(want));
  });
}

TEST_CASE("TensorFlowAcross is its definition on every target") {
  Random random(4);
  ForEachWeights([&](size_t width, bool each) {
    const Bytes left = RandomBytes(&random, width);
    const Bytes right = RandomBytes(&random, width);
    const Floats t = RandomFloats(&random, each ? width : 1, 1);
    Floats want(width);
    for (size_t i = 0; i < width; ++i) {
      want[i] =
          FloatOf(left[i]) + FloatOf(right[i] - left[i]) * t[each ? i : 0];
    }
    Guarded<float> got(width);
    TensorFlowAcross(left.data(), right.data(), AsWeights(t, each), width,
                     got.data());
    CHECK(got.Is(want));
  });
}

TEST_CASE("DarknetBetween is a weighted sum on every target") {
  Random random(5);
  ForEachWeights([&](size_t width, bool each) {
    const Floats top = RandomFloats(&random, width, 1);
    const Floats bottom = RandomFloats(&random, width, 1);
    const Floats b = RandomFloats(&random, each ? width : 1, 1);
    const Floats a = Rest(b);
    Floats want(width);
    for (size_t i = 0; i < width; ++i) {
      const size_t w = each ? i : 0;
      want[i] = a[w] * top[i] + b[w] * bottom[i];
    }
    Guarded<float> got(width);
    DarknetBetween(top.data(), bottom.data(), AsWeights(a, each),
                   AsWeights(b, each), width, got.data());
    CHECK(got.Is(want));
  });
}

constexpr Unit kUnits[] = {Unit::kTimesReciprocal, Unit::kDivided};

TEST_CASE("OpenCvBetween is OpenCV's fixed-point sum on every target") {
  Random random(6);
  ForEachWeights([&](size_t width, bool each) {
    const Ints top = RandomInts(&random, width, 255 * 2048);
    const Ints bottom = RandomInts(&random, width, 255 * 2048);
    const Ints b = RandomInts(&random, each ? width : 1, 2048);
    const Ints a = Rest(b);
    for (const Unit unit : kUnits) {
      Floats want(width);
      for (size_t i = 0; i < width; ++i) {
        const size_t w = each ? i : 0;
        const int32_t sum = ((a[w] * (top[i] >> 4)) >> 16) +
                            ((b[w] * (bottom[i] >> 4)) >> 16) + 2;
        want[i] = ToUnit(sum >> 2, unit);
      }
      Guarded<float> got(width);
      OpenCvBetween(top.data(), bottom.data(), AsWeights(a, each),
                    AsWeights(b, each), unit, width, got.data());
      CHECK(got.Is(want));
    }
  });
}

TEST_CASE("HalveBetween is the rounded mean of four on every target") {
  Random random(7);
  ForEachWidth(0, [&](size_t width) {
    const Ints top = RandomInts(&random, width, 510);
    const Ints bottom = RandomInts(&random, width, 510);
    for (const Unit unit : kUnits) {
      Floats want(width);
      for (size_t i = 0; i < width; ++i) {
        want[i] = ToUnit((top[i] + bottom[i] + 2) / 4, unit);
      }
      Guarded<float> got(width);
      HalveBetween(top.data(), bottom.data(), unit, width, got.data());
      CHECK(got.Is(want));
    }
  });
}

TEST_CASE("both ways from a byte to [0, 1] are exact for all bytes") {
  Ints fours(256), zeros(256);
  for (int32_t i = 0; i < 256; ++i) fours[static_cast<size_t>(i)] = 4 * i;
  ForEachTarget([&](const char* target) {
    CAPTURE(std::string(target));
    for (const Unit unit : kUnits) {
      Floats want(256);
      for (int32_t i = 0; i < 256; ++i) {
        want[static_cast<size_t>(i)] = ToUnit(i, unit);
      }
      Guarded<float> got(256);
      HalveBetween(fours.data(), zeros.data(), unit, 256, got.data());
      CHECK(got.Is(want));
    }
  });
}

TEST_CASE("the two ways from a byte to [0, 1] really differ") {
  int num_different = 0;
  for (int byte = 0; byte < 256; ++byte) {
    num_different +=
        ToUnit(byte, Unit::kDivided) != ToUnit(byte, Unit::kTimesReciprocal);
  }
  CHECK(num_different > 0);
}

TEST_CASE("TensorFlowBetween steps from the top row on every target") {
  Random random(8);
  ForEachWeights([&](size_t width, bool each) {
    const Floats top = RandomFloats(&random, width, 255);
    const Floats bottom = RandomFloats(&random, width, 255);
    const Floats t = RandomFloats(&random, each ? width : 1, 1);
    Floats want(width);
    for (size_t i = 0; i < width; ++i) {
      const float step = (bottom[i] - top[i]) * t[each ? i : 0];
      want[i] = (top[i] + step) / 255.0f;
    }
    Guarded<float> got(width);
    TensorFlowBetween(top.data(), bottom.data(), AsWeights(t, each), width,
                      got.data());
    CHECK(got.Is(want));
  });
}

}  // namespace
}  // namespace yolo::testing
