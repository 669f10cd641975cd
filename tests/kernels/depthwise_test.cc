// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/depthwise.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "support/for_each_target.h"

namespace yolo::testing {
namespace {

struct Case {
  size_t channels, height, width;
  Depthwise op;
};

float FromBf16(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

// To nearest, ties to even.
uint16_t ToBf16(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

// Blocked activations of either type, with a guard behind their end.
class Tensor {
 public:
  Tensor(size_t channels, size_t height, size_t width, size_t block, bool bf16)
      : view_{nullptr, height, width, block, bf16},
        count_((channels + block - 1) / block * block * height * width),
        bytes_(count_ * (bf16 ? 2 : 4) + kGuard, 0xA5) {
    view_.data = bytes_.data();
  }

  const BlockedView& view() const { return view_; }
  size_t count() const { return count_; }

  float Get(size_t i) const {
    if (!view_.bf16) {
      float x;
      std::memcpy(&x, bytes_.data() + 4 * i, 4);
      return x;
    }
    uint16_t bits;
    std::memcpy(&bits, bytes_.data() + 2 * i, 2);
    return FromBf16(bits);
  }
  void Set(size_t i, float x) {
    const uint16_t half = ToBf16(x);
    if (view_.bf16) {
      std::memcpy(bytes_.data() + 2 * i, &half, 2);
    } else {
      std::memcpy(bytes_.data() + 4 * i, &x, 4);
    }
  }
  size_t Index(size_t c, size_t y, size_t x) const {
    return ((c / view_.block * view_.height + y) * view_.width + x) *
               view_.block +
           c % view_.block;
  }
  bool guard_intact() const {
    return std::all_of(bytes_.end() - kGuard, bytes_.end(),
                       [](uint8_t b) { return b == 0xA5; });
  }
  bool operator==(const Tensor& other) const { return bytes_ == other.bytes_; }

 private:
  static constexpr ptrdiff_t kGuard = 64;
  BlockedView view_;
  size_t count_;
  std::vector<uint8_t> bytes_;
};

size_t OutputSize(size_t in, size_t stride, const Depthwise& op) {
  return (in + 2 * op.pad - (op.size - 1) * op.dilation - 1) / stride + 1;
}

// One output: bias, then each tap inside the input, row by row.
float Definition(const Tensor& src, const Depthwise& op, size_t c, size_t y,
                 size_t x) {
  const size_t block = src.view().block;
  float sum = op.bias[c];
  for (size_t ky = 0; ky < op.size; ++ky) {
    for (size_t kx = 0; kx < op.size; ++kx) {
      // Wraps around above and to the left of the input.
      const size_t sy = y * op.stride_y + ky * op.dilation - op.pad;
      const size_t sx = x * op.stride_x + kx * op.dilation - op.pad;
      if (sy >= src.view().height || sx >= src.view().width) continue;
      const size_t tap =
          ((c / block * op.size + ky) * op.size + kx) * block + c % block;
      const float product = op.weights[tap] * src.Get(src.Index(c, sy, sx));
      sum = sum + product;
    }
  }
  return std::min(std::max(sum, op.slope * sum), op.limit);
}

void Check(const Case& c, size_t block, bool src_bf16, bool dst_bf16) {
  std::mt19937 random(static_cast<unsigned>(c.channels * 131 + c.width));
  std::normal_distribution<float> normal;
  Depthwise op = c.op;
  Tensor src(c.channels, c.height, c.width, block, src_bf16);
  const size_t blocks = (c.channels + block - 1) / block;
  std::vector<float> weights(blocks * block * op.size * op.size, 0.0f);
  std::vector<float> bias(blocks * block, 0.0f);
  for (size_t i = 0; i < src.count(); ++i) src.Set(i, 4 * normal(random));
  for (float& w : weights) w = normal(random);
  for (float& b : bias) b = normal(random);
  op.weights = weights.data();
  op.bias = bias.data();
  const size_t height = OutputSize(c.height, op.stride_y, op);
  const size_t width = OutputSize(c.width, op.stride_x, op);
  Tensor want(c.channels, height, width, block, dst_bf16);
  for (size_t ch = 0; ch < blocks * block; ++ch) {
    for (size_t y = 0; y < height; ++y) {
      for (size_t x = 0; x < width; ++x) {
        want.Set(want.Index(ch, y, x), Definition(src, op, ch, y, x));
      }
    }
  }
  Tensor got(c.channels, height, width, block, dst_bf16);
  // In two shares, as two threads would.
  ConvolveDepthwise(src.view(), got.view(), op, {0, blocks / 2});
  ConvolveDepthwise(src.view(), got.view(), op, {blocks / 2, blocks});
  CHECK((got == want));
  CHECK(got.guard_intact());
}

constexpr float kNoLimit = std::numeric_limits<float>::infinity();

Depthwise Op(size_t size, size_t stride_y, size_t stride_x, size_t pad,
             size_t dilation, float slope, float limit) {
  Depthwise op;
  op.size = size;
  op.stride_y = stride_y;
  op.stride_x = stride_x;
  op.pad = pad;
  op.dilation = dilation;
  op.slope = slope;
  op.limit = limit;
  return op;
}

TEST_CASE("depthwise convolution is its definition, bit by bit, everywhere") {
  const std::vector<Case> cases = {
      {1, 1, 1, Op(3, 1, 1, 1, 1, 1, kNoLimit)},
      {16, 5, 3, Op(3, 1, 1, 1, 1, 0.1f, kNoLimit)},
      {17, 9, 13, Op(3, 1, 1, 1, 1, 0, kNoLimit)},
      {40, 8, 21, Op(3, 1, 1, 1, 1, 0, 6)},
      {24, 12, 18, Op(3, 2, 2, 1, 1, 0.1f, kNoLimit)},
      {24, 11, 19, Op(3, 2, 1, 1, 1, 1, kNoLimit)},
      {8, 10, 31, Op(3, 1, 3, 0, 1, 1, kNoLimit)},
      {33, 9, 9, Op(5, 1, 1, 2, 1, 0.1f, kNoLimit)},
      {33, 14, 15, Op(5, 2, 2, 2, 1, 0, 6)},
      {16, 7, 7, Op(7, 1, 1, 3, 1, 1, kNoLimit)},
      {16, 12, 20, Op(3, 1, 1, 2, 2, 1, kNoLimit)},
      {16, 12, 20, Op(3, 2, 1, 3, 3, 0.1f, kNoLimit)},
      {16, 4, 6, Op(3, 1, 1, 4, 1, 1, kNoLimit)},
      {48, 6, 40, Op(1, 1, 1, 0, 1, 0, kNoLimit)},
  };
  ForEachTarget([&](const char* target) {
    CAPTURE(std::string(target));
    for (size_t i = 0; i < cases.size(); ++i) {
      CAPTURE(i);
      for (const size_t block : {8, 16}) {
        for (const bool src_bf16 : {false, true}) {
          for (const bool dst_bf16 : {false, true}) {
            Check(cases[i], block, src_bf16, dst_bf16);
          }
        }
      }
    }
  });
}

}  // namespace
}  // namespace yolo::testing
