// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Whole vectors; the rest of a row through a copy in a padded buffer, so that
// there is one formula.
#include "kernels/color.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/color.cc"
#include "hwy/foreach_target.h"  // this file again, once per instruction set
#include "hwy/highway.h"         // after, never before

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

using D16 = hn::ScalableTag<int16_t>;
using D8 = hn::Rebind<uint8_t, D16>;
using V16 = hn::Vec<D16>;

// The most samples in a vector of any target.
constexpr size_t kMostLanes = 256;

V16 Load(const uint8_t* from) {
  return hn::PromoteTo(D16(), hn::LoadU(D8(), from));
}

void Store(V16 v, uint8_t* to) { hn::StoreU(hn::DemoteTo(D8(), v), D8(), to); }

// Calls row(offset) for whole vectors, and for the last samples once more on
// copies: kernel(inputs, outputs) sees `lanes` samples each time.
template <size_t kIn, size_t kOut, class Kernel>
void ForEachVector(const uint8_t* const (&in)[kIn], uint8_t* const (&out)[kOut],
                   size_t width, const Kernel& kernel) {
  const size_t lanes = hn::Lanes(D16());
  const uint8_t* from[kIn];
  uint8_t* to[kOut];
  size_t i = 0;
  for (; i + lanes <= width; i += lanes) {
    for (size_t k = 0; k < kIn; ++k) from[k] = in[k] + i;
    for (size_t k = 0; k < kOut; ++k) to[k] = out[k] + i;
    kernel(from, to);
  }
  const size_t rest = width - i;
  if (rest == 0) return;
  uint8_t copies[kIn][kMostLanes] = {}, results[kOut][kMostLanes];
  for (size_t k = 0; k < kIn; ++k) {
    std::memcpy(copies[k], in[k] + i, rest);
    from[k] = copies[k];
  }
  for (size_t k = 0; k < kOut; ++k) to[k] = results[k];
  kernel(from, to);
  for (size_t k = 0; k < kOut; ++k) {
    std::memcpy(out[k] + i, results[k], rest);
  }
}

// (-22554 u - 46802 v + 32768) >> 16
V16 GreenOf(V16 u, V16 v) {
  const D16 d;
#if HWY_TARGET == HWY_SCALAR
  const int sum = -22554 * hn::GetLane(u) - 46802 * hn::GetLane(v) + 32768;
  return hn::Set(d, static_cast<int16_t>(sum >> 16));
#else
  // Pairs u, v times pairs of -22554 and 18734 = 65536 - 46802: those of even
  // samples, then those of odd ones.
  const hn::Repartition<int32_t, D16> d32;
  const auto factors = hn::BitCast(
      d, hn::Set(d32, static_cast<int32_t>(uint32_t{18734} << 16 |
                                           uint32_t{65536 - 22554})));
  const auto sum = [&](V16 pairs) HWY_ATTR {
    auto upper = hn::Zero(d32);
    const auto lower = hn::ReorderWidenMulAccumulate(d32, pairs, factors,
                                                     hn::Zero(d32), upper);
    return hn::Add(hn::RearrangeToOddPlusEven(lower, upper),
                   hn::Set(d32, 32768));
  };
  const auto first_v = hn::BitCast(d, hn::ShiftLeft<16>(hn::BitCast(d32, v)));
  const auto second_u = hn::BitCast(d, hn::ShiftRight<16>(hn::BitCast(d32, u)));
  const auto even = hn::ShiftRight<16>(sum(hn::OddEven(first_v, u)));
  const auto odd = sum(hn::OddEven(v, second_u));
  return hn::Sub(hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, even)), v);
#endif
}

// (coefficient * v + 2^15) >> 16; v in [-256, 255] and doubled already.
V16 Scale(V16 doubled, int16_t coefficient) {
  const D16 d;
  const auto product = hn::MulHigh(doubled, hn::Set(d, coefficient));
  return hn::ShiftRight<1>(hn::Add(product, hn::Set(d, int16_t{1})));
}

}  // namespace

void YccToRgb(const uint8_t* y, const uint8_t* cb, const uint8_t* cr,
              size_t width, const RgbPlanes& out) {
  const D16 d;
  const auto centre = hn::Set(d, int16_t{128});
  const auto kernel = [&](const uint8_t* const(&in)[3],
                          uint8_t* const(&to)[3]) HWY_ATTR {
    const auto luma = Load(in[0]);
    const auto u = hn::Sub(Load(in[1]), centre);
    const auto v = hn::Sub(Load(in[2]), centre);
    const auto u2 = hn::Add(u, u), v2 = hn::Add(v, v);
    // 91881 = 65536 + 26345; 116130 = 2 * 65536 - 14942
    const auto r = hn::Add(hn::Add(luma, v), Scale(v2, 26345));
    const auto b = hn::Add(hn::Add(luma, u2), Scale(u2, -14942));
    Store(r, to[0]);
    Store(hn::Add(luma, GreenOf(u, v)), to[1]);
    Store(b, to[2]);
  };
  ForEachVector({y, cb, cr}, {out.r, out.g, out.b}, width, kernel);
}

void YuvToRgb(const uint8_t* y, const uint8_t* cb, const uint8_t* cr,
              const YuvMatrix& m, size_t width, const RgbPlanes& out) {
  // 32-bit arithmetic: a quarter of the lanes of a vector of bytes.
  const hn::ScalableTag<int32_t> d;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  const hn::Rebind<int16_t, decltype(d)> d16;
  const auto half = hn::Set(d, 1 << 19);
  const auto load = [&](const uint8_t* from, int32_t less) HWY_ATTR {
    return hn::Sub(hn::PromoteTo(d, hn::LoadU(d8, from)), hn::Set(d, less));
  };
  const auto scale = [&](hn::Vec<decltype(d)> v, int32_t by)
                         HWY_ATTR { return hn::Mul(v, hn::Set(d, by)); };
  const auto store = [&](hn::Vec<decltype(d)> v, uint8_t* to) HWY_ATTR {
    const auto byte = hn::DemoteTo(d16, hn::ShiftRight<20>(hn::Add(v, half)));
    hn::StoreU(hn::DemoteTo(d8, byte), d8, to);
  };
  const size_t step = hn::Lanes(d);
  const size_t lanes = hn::Lanes(D16());
  const auto kernel = [&](const uint8_t* const(&in)[3],
                          uint8_t* const(&to)[3]) HWY_ATTR {
    for (size_t i = 0; i < lanes; i += step) {
      const auto l = scale(hn::Max(load(in[0] + i, m.black), hn::Zero(d)), m.y);
      const auto u = load(in[1] + i, 128), v = load(in[2] + i, 128);
      store(hn::Add(l, scale(v, m.rv)), to[0] + i);
      store(hn::Add(l, hn::Add(scale(u, m.gu), scale(v, m.gv))), to[1] + i);
      store(hn::Add(l, scale(u, m.bu)), to[2] + i);
    }
  };
  ForEachVector({y, cb, cr}, {out.r, out.g, out.b}, width, kernel);
}

void MultiplyInk(const uint8_t* k, size_t width, const RgbPlanes& rgb) {
  const hn::ScalableTag<uint16_t> d;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  const hn::RebindToSigned<decltype(d)> di;
  const auto half = hn::Set(d, uint16_t{128});
  // v / 255, rounded, is (w + (w >> 8)) >> 8 with w = v + 128.
  const auto multiply = [&](const uint8_t* a, const uint8_t* b,
                            uint8_t* to) HWY_ATTR {
    const auto w = hn::Add(hn::Mul(hn::PromoteTo(d, hn::LoadU(d8, a)),
                                   hn::PromoteTo(d, hn::LoadU(d8, b))),
                           half);
    // w + (w >> 8) fits: w is at most 65153.
    const auto v = hn::ShiftRight<8>(hn::Add(w, hn::ShiftRight<8>(w)));
    hn::StoreU(hn::DemoteTo(d8, hn::BitCast(di, v)), d8, to);
  };
  const auto kernel = [&](const uint8_t* const(&in)[4], uint8_t* const(&to)[3])
                          HWY_ATTR {
                            for (size_t c = 0; c < 3; ++c)
                              multiply(in[c], in[3], to[c]);
                          };
  ForEachVector({rgb.r, rgb.g, rgb.b, k}, {rgb.r, rgb.g, rgb.b}, width, kernel);
}

void Deinterleave(const uint8_t* packed, size_t pixels, size_t channels,
                  uint8_t* const* planes) {
  const hn::ScalableTag<uint8_t> d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= pixels; i += lanes) {
    const uint8_t* from = packed + i * channels;
    hn::Vec<decltype(d)> a, b, c, e;
    if (channels == 2) {
      hn::LoadInterleaved2(d, from, a, b);
    } else if (channels == 3) {
      hn::LoadInterleaved3(d, from, a, b, c);
    } else {
      hn::LoadInterleaved4(d, from, a, b, c, e);
      hn::StoreU(e, d, planes[3] + i);
    }
    hn::StoreU(a, d, planes[0] + i);
    hn::StoreU(b, d, planes[1] + i);
    if (channels > 2) hn::StoreU(c, d, planes[2] + i);
  }
  for (; i < pixels; ++i) {
    for (size_t k = 0; k < channels; ++k) {
      planes[k][i] = packed[i * channels + k];
    }
  }
}

}  // namespace yolo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE  // from here on, compiled once
namespace yolo {

HWY_EXPORT(YccToRgb);
void YccToRgb(const uint8_t* y, const uint8_t* cb, const uint8_t* cr,
              size_t width, const RgbPlanes& out) {
  HWY_DYNAMIC_DISPATCH(YccToRgb)(y, cb, cr, width, out);
}

HWY_EXPORT(YuvToRgb);
void YuvToRgb(const uint8_t* y, const uint8_t* cb, const uint8_t* cr,
              const YuvMatrix& matrix, size_t width, const RgbPlanes& out) {
  HWY_DYNAMIC_DISPATCH(YuvToRgb)(y, cb, cr, matrix, width, out);
}

HWY_EXPORT(MultiplyInk);
void MultiplyInk(const uint8_t* k, size_t width, const RgbPlanes& rgb) {
  HWY_DYNAMIC_DISPATCH(MultiplyInk)(k, width, rgb);
}

HWY_EXPORT(Deinterleave);
void Deinterleave(const uint8_t* packed, size_t pixels, size_t channels,
                  uint8_t* const* planes) {
  HWY_DYNAMIC_DISPATCH(Deinterleave)(packed, pixels, channels, planes);
}

}  // namespace yolo
#endif
