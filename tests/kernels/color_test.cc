// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/color.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "support/kernel_rows.h"

namespace yolo::testing {
namespace {

using Bytes = std::vector<uint8_t>;

struct Rgb {
  explicit Rgb(size_t width) : r(width), g(width), b(width) {}
  Bytes r, g, b;
};

struct GuardedRgb {
  explicit GuardedRgb(size_t width) : r(width), g(width), b(width) {}
  RgbPlanes planes() { return {r.data(), g.data(), b.data()}; }
  bool Is(const Rgb& want) const {
    return r.Is(want.r) && g.Is(want.g) && b.Is(want.b);
  }
  Guarded<uint8_t> r, g, b;
};

uint8_t Clamp(int v) { return static_cast<uint8_t>(std::clamp(v, 0, 255)); }

Rgb YccDefinition(const Bytes& y, const Bytes& cb, const Bytes& cr) {
  Rgb out(y.size());
  for (size_t i = 0; i < y.size(); ++i) {
    const int u = cb[i] - 128, v = cr[i] - 128;
    out.r[i] = Clamp(y[i] + ((91881 * v + 32768) >> 16));
    out.g[i] = Clamp(y[i] + ((-22554 * u - 46802 * v + 32768) >> 16));
    out.b[i] = Clamp(y[i] + ((116130 * u + 32768) >> 16));
  }
  return out;
}

Rgb YuvDefinition(const Bytes& y, const Bytes& cb, const Bytes& cr,
                  const YuvMatrix& m) {
  Rgb out(y.size());
  const int half = 1 << 19;
  for (size_t i = 0; i < y.size(); ++i) {
    const int l = std::max(y[i] - m.black, 0) * m.y;
    const int u = cb[i] - 128, v = cr[i] - 128;
    out.r[i] = Clamp((l + m.rv * v + half) >> 20);
    out.g[i] = Clamp((l + m.gu * u + m.gv * v + half) >> 20);
    out.b[i] = Clamp((l + m.bu * u + half) >> 20);
  }
  return out;
}

// OpenCV's for BT.601, limited range; and those of BT.709, full range.
constexpr YuvMatrix kBt601 = {16, 1220542, 1673527, -409993, -852492, 2116026};
constexpr YuvMatrix kBt709Full = {0,       1048576, 1651297,
                                  -196424, -490864, 1945738};

// check(y, cb, cr), rows of all luma for every pair of chroma that are
// multiples of `step`.
template <class Check>
void ForEachChroma(int step, const Check& check) {
  Bytes y(256);
  for (size_t i = 0; i < y.size(); ++i) y[i] = static_cast<uint8_t>(i);
  for (int cb = 0; cb < 256; cb += step) {
    for (int cr = 0; cr < 256; cr += step) {
      check(y, Bytes(256, static_cast<uint8_t>(cb)),
            Bytes(256, static_cast<uint8_t>(cr)));
    }
  }
}

TEST_CASE("YccToRgb is libjpeg's formula on every target") {
  Random random(1);
  ForEachWidth(0, [&](size_t width) {
    const Bytes y = RandomBytes(&random, width);
    const Bytes cb = RandomBytes(&random, width);
    const Bytes cr = RandomBytes(&random, width);
    GuardedRgb got(width);
    YccToRgb(y.data(), cb.data(), cr.data(), width, got.planes());
    CHECK(got.Is(YccDefinition(y, cb, cr)));
  });
}

TEST_CASE("YccToRgb is right for all 2^24 colours") {
  ForEachTarget([](const char* target) {
    CAPTURE(std::string(target));
    Rgb got(256);
    size_t wrong = 0;
    ForEachChroma(1, [&](const Bytes& y, const Bytes& cb, const Bytes& cr) {
      YccToRgb(y.data(), cb.data(), cr.data(), 256,
               {got.r.data(), got.g.data(), got.b.data()});
      const Rgb want = YccDefinition(y, cb, cr);
      wrong += got.r != want.r || got.g != want.g || got.b != want.b;
    });
    CHECK(wrong == 0);
  });
}

TEST_CASE("YuvToRgb is OpenCV's formula on every target") {
  Random random(2);
  ForEachWidth(0, [&](size_t width) {
    const Bytes y = RandomBytes(&random, width);
    const Bytes cb = RandomBytes(&random, width);
    const Bytes cr = RandomBytes(&random, width);
    for (const YuvMatrix& m : {kBt601, kBt709Full}) {
      GuardedRgb got(width);
      YuvToRgb(y.data(), cb.data(), cr.data(), m, width, got.planes());
      CHECK(got.Is(YuvDefinition(y, cb, cr, m)));
    }
  });
}

TEST_CASE("YuvToRgb is right for all luma and a lattice of chroma") {
  ForEachTarget([](const char* target) {
    CAPTURE(std::string(target));
    Rgb got(256);
    size_t wrong = 0;
    for (const YuvMatrix& m : {kBt601, kBt709Full}) {
      ForEachChroma(5, [&](const Bytes& y, const Bytes& cb, const Bytes& cr) {
        YuvToRgb(y.data(), cb.data(), cr.data(), m, 256,
                 {got.r.data(), got.g.data(), got.b.data()});
        const Rgb want = YuvDefinition(y, cb, cr, m);
        wrong += got.r != want.r || got.g != want.g || got.b != want.b;
      });
    }
    CHECK(wrong == 0);
  });
}

TEST_CASE("limited range: 16 is black, 235 white, all else grey between") {
  ForEachTarget([](const char* target) {
    CAPTURE(std::string(target));
    const Bytes y = {0, 16, 17, 125, 126, 235, 255}, chroma(7, 128);
    GuardedRgb got(7);
    YuvToRgb(y.data(), chroma.data(), chroma.data(), kBt601, 7, got.planes());
    Rgb want(7);
    want.r = want.g = want.b = {0, 0, 1, 127, 128, 255, 255};
    CHECK(got.Is(want));
  });
}

// v * k / 255, rounded: 255 is odd, so no product lies halfway.
uint8_t Inked(int v, int k) {
  return static_cast<uint8_t>((2 * v * k + 255) / 510);
}

TEST_CASE("MultiplyInk rounds the quotient on every target") {
  Random random(3);
  ForEachWidth(0, [&](size_t width) {
    const Bytes k = RandomBytes(&random, width);
    GuardedRgb got(width);
    Rgb want(width);
    const RgbPlanes planes = got.planes();
    for (size_t i = 0; i < width; ++i) {
      planes.r[i] = static_cast<uint8_t>(random.Int(0, 255));
      planes.g[i] = static_cast<uint8_t>(random.Int(0, 255));
      planes.b[i] = static_cast<uint8_t>(random.Int(0, 255));
      want.r[i] = Inked(planes.r[i], k[i]);
      want.g[i] = Inked(planes.g[i], k[i]);
      want.b[i] = Inked(planes.b[i], k[i]);
    }
    MultiplyInk(k.data(), width, planes);
    CHECK(got.Is(want));
  });
}

TEST_CASE("MultiplyInk is right for all pairs") {
  ForEachTarget([](const char* target) {
    CAPTURE(std::string(target));
    Rgb got(65536), want(65536);
    Bytes k(65536);
    for (size_t i = 0; i < k.size(); ++i) {
      k[i] = static_cast<uint8_t>(i >> 8);
      got.r[i] = got.g[i] = got.b[i] = static_cast<uint8_t>(i);
      want.r[i] = want.g[i] = want.b[i] = Inked(got.r[i], k[i]);
    }
    MultiplyInk(k.data(), k.size(), {got.r.data(), got.g.data(), got.b.data()});
    CHECK(got.r == want.r);
    CHECK(got.g == want.g);
    CHECK(got.b == want.b);
  });
}

TEST_CASE("Deinterleave takes pixels apart on every target") {
  Random random(4);
  ForEachWidth(0, [&](size_t pixels) {
    for (size_t channels = 2; channels <= 4; ++channels) {
      CAPTURE(channels);
      const Bytes packed = RandomBytes(&random, channels * pixels);
      std::vector<Guarded<uint8_t>> got(channels, Guarded<uint8_t>(pixels));
      std::array<uint8_t*, 4> planes = {};
      for (size_t c = 0; c < channels; ++c) planes[c] = got[c].data();
      Deinterleave(packed.data(), pixels, channels, planes.data());
      for (size_t c = 0; c < channels; ++c) {
        Bytes want(pixels);
        for (size_t i = 0; i < pixels; ++i) want[i] = packed[channels * i + c];
        CHECK(got[c].Is(want));
      }
    }
  });
}

}  // namespace
}  // namespace yolo::testing
