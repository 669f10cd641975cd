// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/pack.h"

#include <doctest/doctest.h>

#include <bit>
#include <cstring>
#include <vector>

#include "support/for_each_target.h"
#include "support/hash_picture.h"

namespace yolo {
namespace {

using testing::ForEachTarget;
using testing::HashByte;

constexpr size_t kWidths[] = {0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100};

// Every byte occurs, in no order.
std::vector<uint8_t> Bytes(size_t count, uint32_t seed) {
  std::vector<uint8_t> out(count);
  for (size_t i = 0; i < count; ++i) {
    out[i] = HashByte(static_cast<uint32_t>(i), seed, 0);
  }
  return out;
}

// Floats of [0, limit], all bits in use.
std::vector<float> Floats(size_t count, uint32_t seed, float limit) {
  std::vector<float> out(count);
  for (size_t i = 0; i < count; ++i) {
    const auto x = static_cast<uint32_t>(i);
    const auto bits =
        static_cast<uint32_t>(HashByte(x, seed, 1) << 16 |
                              HashByte(x, seed, 2) << 8 | HashByte(x, seed, 3));
    out[i] = static_cast<float>(bits) / 16777215.0f * limit;
  }
  return out;
}

// Integers of [0, limit].
std::vector<int32_t> Ints(size_t count, uint32_t seed, int32_t limit) {
  std::vector<int32_t> out(count);
  const std::vector<float> floats = Floats(count, seed, 1);
  for (size_t i = 0; i < count; ++i) {
    out[i] = static_cast<int32_t>(floats[i] * static_cast<float>(limit));
  }
  return out;
}

// Nearest bf16, ties to even, by trying both neighbours.
uint16_t NearestBf16(float value) {
  const auto low = static_cast<uint16_t>(std::bit_cast<uint32_t>(value) >> 16);
  const auto high = static_cast<uint16_t>(low + 1);
  const auto widen = [](uint16_t b) {
    return double{std::bit_cast<float>(uint32_t{b} << 16)};
  };
  const double below = value - widen(low), above = widen(high) - value;
  if (below != above) return below < above ? low : high;
  return low % 2 == 0 ? low : high;
}

// A row of three planes that ends in guards.
struct Output {
  explicit Output(size_t n, bool is_bf16)
      : width(n), bf16(is_bf16), bytes(3 * (n + 1) * 4, 0xA5) {}

  PlanarRow Row(Unit unit) {
    const size_t stride = (width + 1) * (bf16 ? 2 : 4);
    return {{bytes.data(), bytes.data() + stride, bytes.data() + 2 * stride},
            width,
            bf16,
            unit};
  }
  // Of the same values, written one by one.
  void Write(const std::vector<float>& values) {
    const size_t size = bf16 ? 2 : 4;
    for (size_t i = 0; i < 3 * width; ++i) {
      const size_t at = (i / width * (width + 1) + i % width) * size;
      const uint16_t half = NearestBf16(values[i]);
      std::memcpy(bytes.data() + at,
                  bf16 ? static_cast<const void*>(&half) : &values[i], size);
    }
  }

  size_t width;
  bool bf16;
  std::vector<uint8_t> bytes;
};

// Runs kernel(width, row) and compares with definition(i, unit) for all values.
template <class Kernel, class Definition>
void CheckBetween(const Kernel& kernel, const Definition& definition) {
  ForEachTarget([&](const char* target) {
    for (const size_t width : kWidths) {
      for (const bool bf16 : {false, true}) {
        for (const Unit unit : {Unit::kTimesReciprocal, Unit::kDivided}) {
          CAPTURE(target);
          CAPTURE(width);
          CAPTURE(bf16);
          Output want(width, bf16), got(width, bf16);
          std::vector<float> values(3 * width);
          for (size_t i = 0; i < values.size(); ++i) {
            values[i] = definition(i, unit);
          }
          want.Write(values);
          kernel(got.Row(unit));
          CHECK(got.bytes == want.bytes);
        }
      }
    }
  });
}

float ToUnit(int32_t byte, Unit unit) {
  const auto value = static_cast<float>(byte);
  return unit == Unit::kDivided ? value / 255.0f : value * (1 / 255.0f);
}

TEST_CASE("GatherNeighbours copies both pixels of every place") {
  const size_t width = 50;
  const std::vector<uint8_t> row = Bytes(300, 1);
  std::vector<int32_t> left(width), right(width);
  for (size_t x = 0; x < width; ++x) {
    left[x] = static_cast<int32_t>(x * 17 % 100 * 3);
    right[x] = static_cast<int32_t>(x * 31 % 100 * 3);
  }
  std::vector<uint8_t> lefts(3 * width), rights(3 * width);
  GatherNeighbours(row.data(), left.data(), right.data(), width, lefts.data(),
                   rights.data());
  for (size_t i = 0; i < 3 * width; ++i) {
    const size_t c = i / width, x = i % width;
    CHECK(lefts[i] == row[static_cast<size_t>(left[x]) + c]);
    CHECK(rights[i] == row[static_cast<size_t>(right[x]) + c]);
  }
}

TEST_CASE("kernels across a row equal their definitions on every target") {
  ForEachTarget([](const char* target) {
    for (const size_t n : kWidths) {
      CAPTURE(target);
      CAPTURE(n);
      const auto left = Bytes(n, 1), right = Bytes(n, 2);
      const auto t = Floats(n, 3, 1);
      const auto a = Ints(n, 4, 2048);
      std::vector<int32_t> b(n);
      for (size_t i = 0; i < n; ++i) b[i] = 2048 - a[i];

      std::vector<float> want(n + 1, -1), got(n + 1, -1);
      std::vector<int32_t> iwant(n + 1, -1), igot(n + 1, -1);
      for (size_t i = 0; i < n; ++i) {
        want[i] = (1 - t[i]) * (left[i] / 255.0f) + t[i] * (right[i] / 255.0f);
      }
      DarknetAcross(left.data(), right.data(), t.data(), n, got.data());
      CHECK(got == want);

      for (size_t i = 0; i < n; ++i) {
        want[i] = static_cast<float>(left[i]) +
                  static_cast<float>(right[i] - left[i]) * t[i];
      }
      TensorFlowAcross(left.data(), right.data(), t.data(), n, got.data());
      CHECK(got == want);

      for (size_t i = 0; i < n; ++i)
        iwant[i] = left[i] * a[i] + right[i] * b[i];
      OpenCvAcross(left.data(), right.data(), a.data(), b.data(), n,
                   igot.data());
      CHECK(igot == iwant);

      for (size_t i = 0; i < n; ++i) iwant[i] = left[i] + right[i];
      HalveAcross(left.data(), right.data(), n, igot.data());
      CHECK(igot == iwant);
    }
  });
}

TEST_CASE("DarknetBetween is a weighted sum, on every target and type") {
  const auto top = Floats(300, 1, 1), bottom = Floats(300, 2, 1);
  for (const float b : {0.0f, 0.3f, 0.99999f}) {
    const float a = 1 - b;
    CheckBetween(
        [&](const PlanarRow& out) {
          DarknetBetween(top.data(), bottom.data(), a, b, out);
        },
        [&](size_t i, Unit) { return a * top[i] + b * bottom[i]; });
  }
}

TEST_CASE("OpenCvBetween is OpenCV's fixed-point sum, on every target") {
  const auto top = Ints(300, 1, 255 * 2048), bottom = Ints(300, 2, 255 * 2048);
  for (const int32_t b : {0, 1, 700, 2047, 2048}) {
    const int32_t a = 2048 - b;
    CheckBetween(
        [&](const PlanarRow& out) {
          OpenCvBetween(top.data(), bottom.data(), a, b, out);
        },
        [&](size_t i, Unit unit) {
          const int32_t sum =
              ((a * (top[i] >> 4)) >> 16) + ((b * (bottom[i] >> 4)) >> 16) + 2;
          return ToUnit(sum >> 2, unit);
        });
  }
}

TEST_CASE("HalveBetween is the rounded mean of four, on every target") {
  const auto top = Ints(300, 1, 510), bottom = Ints(300, 2, 510);
  CheckBetween(
      [&](const PlanarRow& out) {
        HalveBetween(top.data(), bottom.data(), out);
      },
      [&](size_t i, Unit unit) {
        return ToUnit((top[i] + bottom[i] + 2) / 4, unit);
      });
}

TEST_CASE("TensorFlowBetween steps from the top row, on every target") {
  const auto top = Floats(300, 1, 255), bottom = Floats(300, 2, 255);
  for (const float t : {0.0f, 0.3f, 0.99999f}) {
    CheckBetween(
        [&](const PlanarRow& out) {
          TensorFlowBetween(top.data(), bottom.data(), t, out);
        },
        [&](size_t i, Unit) {
          return (top[i] + (bottom[i] - top[i]) * t) / 255.0f;
        });
  }
}

TEST_CASE("the two ways from a byte to [0, 1] really differ") {
  int num_different = 0;
  for (int byte = 0; byte < 256; ++byte) {
    num_different +=
        ToUnit(byte, Unit::kDivided) != ToUnit(byte, Unit::kTimesReciprocal);
    // Darknet divides in double and rounds once more: the same floats.
    CHECK(static_cast<float>(static_cast<float>(byte) / 255.) ==
          static_cast<float>(byte) / 255.0f);
  }
  CHECK(num_different > 0);
}

}  // namespace
}  // namespace yolo
