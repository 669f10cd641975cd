// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/store.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "support/kernel_rows.h"

namespace yolo::testing {
namespace {

using Bytes = std::vector<uint8_t>;
using Floats = std::vector<float>;

constexpr DataType kTypes[] = {DataType::kF32, DataType::kBf16, DataType::kF16,
                               DataType::kU8};

// A type of 16 bits: its values are monotonic in its codes.
struct Half {
  int fraction_bits, bias;
  uint16_t one;  // the code of 1

  double Value(int code) const {
    const int exponent = code >> fraction_bits;
    const int fraction = code & ((1 << fraction_bits) - 1);
    const int implicit = exponent == 0 ? 0 : 1 << fraction_bits;
    return std::ldexp(implicit + fraction,
                      std::max(exponent, 1) - bias - fraction_bits);
  }
  // Of [0, 1]: the nearer neighbour, of two equally near the even one.
  uint16_t Nearest(double v) const {
    int low = 0, high = one;  // Value(low) <= v <= Value(high)
    while (high - low > 1) {
      const int middle = (low + high) / 2;
      (Value(middle) <= v ? low : high) = middle;
    }
    const double below = v - Value(low), above = Value(high) - v;
    if (below != above)
      return static_cast<uint16_t>(below < above ? low : high);
    return static_cast<uint16_t>(low % 2 == 0 ? low : high);
  }
};
constexpr Half kBf16 = {7, 127, 0x3F80};
constexpr Half kF16 = {10, 15, 0x3C00};

// Element `index` of a tensor of this type becomes v.
void Put(DataType type, float v, size_t index, Bytes* bytes) {
  uint8_t* const to = bytes->data() + index * SizeOf(type);
  const auto put = [to](auto code) { std::memcpy(to, &code, sizeof(code)); };
  switch (type) {
    case DataType::kF32:
      return put(v);
    case DataType::kBf16:
      return put(kBf16.Nearest(v));
    case DataType::kF16:
      return put(kF16.Nearest(v));
    case DataType::kU8:
      return put(static_cast<uint8_t>(std::floor(255.0f * v + 0.5f)));
  }
}

size_t ChannelsInMemory(const InputTensor& t) {
  return t.layout == Layout::kBlocked ? (3 + t.block - 1) / t.block * t.block
                                      : 3;
}

size_t Index(const InputTensor& t, size_t c, size_t y, size_t x) {
  switch (t.layout) {
    case Layout::kPlanar:
      return (c * t.height + y) * t.width + x;
    case Layout::kInterleaved:
      return (y * t.width + x) * 3 + c;
    case Layout::kBlocked:
      break;
  }
  return (y * t.width + x) * t.block + c;
}

// Values of [0, 1]; many are 0, 1 or so small that a half has none like them.
std::vector<Floats> RandomPlanes(Random* random, size_t count) {
  std::vector<Floats> planes(3, Floats(count));
  for (Floats& plane : planes) {
    for (float& v : plane) {
      v = random->Uniform(0, 1);
      if (random->Chance(20)) v = std::ldexp(v, random->Int(-140, -1));
      if (random->Chance(20)) v = static_cast<float>(random->Int(0, 1));
    }
  }
  return planes;
}

// Stores a row of `count` pixels at (x, y) of `tensor`, whose data is ours.
void CheckRow(Random* random, size_t count, size_t x, size_t y,
              InputTensor tensor) {
  const auto planes = RandomPlanes(random, count);
  const size_t channels = ChannelsInMemory(tensor);
  const size_t elements = channels * tensor.height * tensor.width;
  Guarded<uint8_t> got(elements * SizeOf(tensor.type));
  tensor.data = got.data();
  Bytes want(elements * SizeOf(tensor.type), 0xA5);
  for (size_t i = 0; i < count; ++i) {
    for (size_t c = 0; c < channels; ++c) {
      Put(tensor.type, c < 3 ? planes[c][i] : 0.0f, Index(tensor, c, y, x + i),
          &want);
    }
  }
  const float* const rows[3] = {planes[0].data(), planes[1].data(),
                                planes[2].data()};
  StoreRow(rows, count, x, y, tensor);
  CHECK(got.Is(want));
}

void CheckLayouts(Random* random, size_t count, DataType type) {
  const InputTensor layouts[] = {
      {nullptr, type, Layout::kPlanar, 1, count, 2},
      {nullptr, type, Layout::kInterleaved, 1, count, 2},
      {nullptr, type, Layout::kBlocked, 3, count, 2},
      {nullptr, type, Layout::kBlocked, 4, count, 2},
      {nullptr, type, Layout::kBlocked, 8, count, 2},
      {nullptr, type, Layout::kBlocked, 16, count, 2},
  };
  for (InputTensor tensor : layouts) {
    CAPTURE(tensor.layout);
    CAPTURE(tensor.block);
    CheckRow(random, count, 0, 0, tensor);
    CheckRow(random, count, 0, 1, tensor);
    tensor.width = count + 5;
    tensor.height = 3;
    CheckRow(random, count, 3, 1, tensor);
    CheckRow(random, count, 5, 2, tensor);
  }
}

TEST_CASE("StoreRow writes its pixels and nothing else, on every target") {
  Random random(1);
  for (const DataType type : kTypes) {
    CAPTURE(type);
    ForEachWidth(0, [&](size_t count) { CheckLayouts(&random, count, type); });
  }
}

// Values and the codes they become.
template <class Code>
struct Rounding {
  Floats values;
  std::vector<Code> codes;

  void Add(double value, int code) {
    values.push_back(static_cast<float>(value));
    codes.push_back(static_cast<Code>(code));
  }
};

template <class Code>
void CheckRounding(const Rounding<Code>& rounding, DataType type) {
  const size_t count = rounding.values.size();
  const float* const v = rounding.values.data();
  const float* const planes[3] = {v, v, v};
  ForEachTarget([&](const char* target) {
    CAPTURE(std::string(target));
    std::vector<Code> got(3 * count);
    StoreRow(planes, count, 0, 0,
             {got.data(), type, Layout::kPlanar, 1, count, 1});
    for (size_t c = 0; c < 3; ++c) {
      const auto begin = got.begin() + static_cast<ptrdiff_t>(c * count);
      CHECK(std::equal(rounding.codes.begin(), rounding.codes.end(), begin));
    }
  });
}

// All values of [0, 1], what lies halfway between two, and the floats on both
// sides of that.
void CheckHalf(const Half& half, DataType type) {
  Rounding<uint16_t> rounding;
  for (int code = 0; code < half.one; ++code) {
    const double middle = (half.Value(code) + half.Value(code + 1)) / 2;
    const auto tie = static_cast<float>(middle);
    REQUIRE(double{tie} == middle);
    rounding.Add(half.Value(code), code);
    rounding.Add(std::nextafter(tie, 0.0f), code);
    rounding.Add(middle, code + code % 2);
    rounding.Add(std::nextafter(tie, 1.0f), code + 1);
  }
  rounding.Add(1, half.one);
  CheckRounding(rounding, type);
}

TEST_CASE("bf16 is rounded to nearest, ties to even") {
  CHECK(kBf16.Value(0x3F80) == 1);
  CheckHalf(kBf16, DataType::kBf16);
}

TEST_CASE("f16 is rounded to nearest, ties to even") {
  CHECK(kF16.Value(0x3C00) == 1);
  CheckHalf(kF16, DataType::kF16);
}

TEST_CASE("the smallest floats become zero") {
  Rounding<uint16_t> rounding;
  for (const double v : {0.0, 0x1p-149, 0x1p-140, 0x1p-126, 0x1p-25}) {
    rounding.Add(v, 0);
  }
  rounding.Add(0x1.000002p-25, 1);
  rounding.Add(0x1p-24, 1);
  CheckRounding(rounding, DataType::kF16);
}

TEST_CASE("u8 is floor(255 v + 0.5) around every step") {
  Rounding<uint8_t> rounding;
  for (int n = 0; n < 256; ++n) {
    const auto byte = static_cast<float>(n);
    // Bytes survive the way to [0, 1] and back.
    rounding.Add(byte / 255.0f, n);
    rounding.Add(byte * (1 / 255.0f), n);
    auto v = (byte + 0.5f) / 255.0f;
    for (int k = 0; k < 4; ++k) v = std::nextafter(v, 0.0f);
    for (int k = 0; k < 9 && v <= 1; ++k, v = std::nextafter(v, 2.0f)) {
      rounding.Add(v, static_cast<int>(std::floor(255.0f * v + 0.5f)));
    }
  }
  CheckRounding(rounding, DataType::kU8);
}

}  // namespace
}  // namespace yolo::testing
