// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// One expression for each kernel.
#include "kernels/pack.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pack.cc"
#include "hwy/foreach_target.h"  // this file again, once per instruction set
#include "hwy/highway.h"         // after, never before
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

template <class D>
hn::Vec<hn::RebindToSigned<D>> LoadInts(D, const uint8_t* bytes) {
  const hn::Rebind<uint8_t, D> d8;
  const hn::RebindToSigned<D> d32;
  return hn::PromoteTo(d32, hn::LoadU(d8, bytes));
}

template <class D>
hn::Vec<D> LoadFloats(D d, const uint8_t* bytes) {
  return hn::ConvertTo(d, LoadInts(d, bytes));
}

// v / 255 for whole numbers of [0, 255], without a division: the reciprocal in
// two parts, of which the first has so few bits that its product is exact.
template <class D>
hn::Vec<D> Divide255(D d, hn::Vec<D> v) {
  constexpr float kHigh = 0x1.01p-8f;
  constexpr float kLow = static_cast<float>(1.0 / 255 - 0x1.01p-8);
  return hn::Add(hn::Mul(v, hn::Set(d, kHigh)), hn::Mul(v, hn::Set(d, kLow)));
}

template <class D>
hn::Vec<D> ToUnit(D d, hn::Vec<hn::RebindToSigned<D>> bytes, Unit unit) {
  const auto v = hn::ConvertTo(d, bytes);
  return unit == Unit::kDivided ? Divide255(d, v)
                                : hn::Mul(v, hn::Set(d, 1 / 255.0f));
}

// One weight in all lanes, or one a lane.
template <bool kEach, class D>
hn::Vec<D> LoadWeights(D d, const hn::TFromD<D>* weights, size_t i) {
  if constexpr (kEach) {
    return hn::LoadU(d, weights + i);
  } else {
    return hn::Set(d, *weights);
  }
}

template <bool kEach>
struct DarknetAcrossKernel {
  const uint8_t* left;
  const uint8_t* right;
  const float* t;
  float* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const auto l = Divide255(d, LoadFloats(d, left + i));
    const auto r = Divide255(d, LoadFloats(d, right + i));
    const auto b = LoadWeights<kEach>(d, t, i);
    const auto a = hn::Sub(hn::Set(d, 1.0f), b);
    hn::StoreU(hn::Add(hn::Mul(a, l), hn::Mul(b, r)), d, out + i);
  }
};

template <bool kEach>
struct OpenCvAcrossKernel {
  const uint8_t* left;
  const uint8_t* right;
  const int32_t* a;
  const int32_t* b;
  int32_t* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const hn::RebindToSigned<D> d32;
    const auto l =
        hn::Mul(LoadInts(d, left + i), LoadWeights<kEach>(d32, a, i));
    const auto r =
        hn::Mul(LoadInts(d, right + i), LoadWeights<kEach>(d32, b, i));
    hn::StoreU(hn::Add(l, r), d32, out + i);
  }
};

struct HalveAcrossKernel {
  const uint8_t* left;
  const uint8_t* right;
  int32_t* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const hn::RebindToSigned<D> d32;
    hn::StoreU(hn::Add(LoadInts(d, left + i), LoadInts(d, right + i)), d32,
               out + i);
  }
};

template <bool kEach>
struct TensorFlowAcrossKernel {
  const uint8_t* left;
  const uint8_t* right;
  const float* t;
  float* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const auto l = LoadFloats(d, left + i);
    const auto r = LoadFloats(d, right + i);
    const auto step = hn::Mul(hn::Sub(r, l), LoadWeights<kEach>(d, t, i));
    hn::StoreU(hn::Add(l, step), d, out + i);
  }
};

template <bool kEach>
struct DarknetBetweenKernel {
  const float* top;
  const float* bottom;
  const float* a;
  const float* b;
  float* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const auto upper =
        hn::Mul(LoadWeights<kEach>(d, a, i), hn::LoadU(d, top + i));
    const auto lower =
        hn::Mul(LoadWeights<kEach>(d, b, i), hn::LoadU(d, bottom + i));
    hn::StoreU(hn::Add(upper, lower), d, out + i);
  }
};

template <bool kEach>
struct OpenCvBetweenKernel {
  const int32_t* top;
  const int32_t* bottom;
  const int32_t* a;
  const int32_t* b;
  Unit unit;
  float* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const hn::RebindToSigned<D> d32;
    const auto s0 = hn::ShiftRight<4>(hn::LoadU(d32, top + i));
    const auto s1 = hn::ShiftRight<4>(hn::LoadU(d32, bottom + i));
    const auto upper =
        hn::ShiftRight<16>(hn::Mul(LoadWeights<kEach>(d32, a, i), s0));
    const auto lower =
        hn::ShiftRight<16>(hn::Mul(LoadWeights<kEach>(d32, b, i), s1));
    const auto sum = hn::Add(hn::Add(upper, lower), hn::Set(d32, 2));
    hn::StoreU(ToUnit(d, hn::ShiftRight<2>(sum), unit), d, out + i);
  }
};

struct HalveBetweenKernel {
  const int32_t* top;
  const int32_t* bottom;
  Unit unit;
  float* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const hn::RebindToSigned<D> d32;
    const auto sum =
        hn::Add(hn::LoadU(d32, top + i), hn::LoadU(d32, bottom + i));
    const auto byte = hn::ShiftRight<2>(hn::Add(sum, hn::Set(d32, 2)));
    hn::StoreU(ToUnit(d, byte, unit), d, out + i);
  }
};

template <bool kEach>
struct TensorFlowBetweenKernel {
  const float* top;
  const float* bottom;
  const float* t;
  float* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const auto upper = hn::LoadU(d, top + i);
    const auto lower = hn::LoadU(d, bottom + i);
    const auto step =
        hn::Mul(hn::Sub(lower, upper), LoadWeights<kEach>(d, t, i));
    const auto v = hn::Div(hn::Add(upper, step), hn::Set(d, 255.0f));
    hn::StoreU(v, d, out + i);
  }
};

}  // namespace

void DarknetAcross(const uint8_t* left, const uint8_t* right, Weights<float> t,
                   size_t count, float* out) {
  if (t.each) {
    ForEachVector(DarknetAcrossKernel<true>{left, right, t.values, out}, count);
  } else {
    ForEachVector(DarknetAcrossKernel<false>{left, right, t.values, out},
                  count);
  }
}

void OpenCvAcross(const uint8_t* left, const uint8_t* right, Weights<int32_t> a,
                  Weights<int32_t> b, size_t count, int32_t* out) {
  if (a.each) {
    ForEachVector(
        OpenCvAcrossKernel<true>{left, right, a.values, b.values, out}, count);
  } else {
    ForEachVector(
        OpenCvAcrossKernel<false>{left, right, a.values, b.values, out}, count);
  }
}

void HalveAcross(const uint8_t* left, const uint8_t* right, size_t count,
                 int32_t* out) {
  ForEachVector(HalveAcrossKernel{left, right, out}, count);
}

void TensorFlowAcross(const uint8_t* left, const uint8_t* right,
                      Weights<float> t, size_t count, float* out) {
  if (t.each) {
    ForEachVector(TensorFlowAcrossKernel<true>{left, right, t.values, out},
                  count);
  } else {
    ForEachVector(TensorFlowAcrossKernel<false>{left, right, t.values, out},
                  count);
  }
}

void DarknetBetween(const float* top, const float* bottom, Weights<float> a,
                    Weights<float> b, size_t count, float* out) {
  if (a.each) {
    ForEachVector(
        DarknetBetweenKernel<true>{top, bottom, a.values, b.values, out},
        count);
  } else {
    ForEachVector(
        DarknetBetweenKernel<false>{top, bottom, a.values, b.values, out},
        count);
  }
}

void OpenCvBetween(const int32_t* top, const int32_t* bottom,
                   Weights<int32_t> a, Weights<int32_t> b, Unit unit,
                   size_t count, float* out) {
  if (a.each) {
    ForEachVector(
        OpenCvBetweenKernel<true>{top, bottom, a.values, b.values, unit, out},
        count);
  } else {
    ForEachVector(
        OpenCvBetweenKernel<false>{top, bottom, a.values, b.values, unit, out},
        count);
  }
}

void HalveBetween(const int32_t* top, const int32_t* bottom, Unit unit,
                  size_t count, float* out) {
  ForEachVector(HalveBetweenKernel{top, bottom, unit, out}, count);
}

void TensorFlowBetween(const float* top, const float* bottom, Weights<float> t,
                       size_t count, float* out) {
  if (t.each) {
    ForEachVector(TensorFlowBetweenKernel<true>{top, bottom, t.values, out},
                  count);
  } else {
    ForEachVector(TensorFlowBetweenKernel<false>{top, bottom, t.values, out},
                  count);
  }
}

}  // namespace yolo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE  // from here on, compiled once
namespace yolo {

HWY_EXPORT(DarknetAcross);
void DarknetAcross(const uint8_t* left, const uint8_t* right, Weights<float> t,
                   size_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(DarknetAcross)(left, right, t, count, out);
}

HWY_EXPORT(OpenCvAcross);
void OpenCvAcross(const uint8_t* left, const uint8_t* right, Weights<int32_t> a,
                  Weights<int32_t> b, size_t count, int32_t* out) {
  HWY_DYNAMIC_DISPATCH(OpenCvAcross)(left, right, a, b, count, out);
}

HWY_EXPORT(HalveAcross);
void HalveAcross(const uint8_t* left, const uint8_t* right, size_t count,
                 int32_t* out) {
  HWY_DYNAMIC_DISPATCH(HalveAcross)(left, right, count, out);
}

HWY_EXPORT(TensorFlowAcross);
void TensorFlowAcross(const uint8_t* left, const uint8_t* right,
                      Weights<float> t, size_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(TensorFlowAcross)(left, right, t, count, out);
}

HWY_EXPORT(DarknetBetween);
void DarknetBetween(const float* top, const float* bottom, Weights<float> a,
                    Weights<float> b, size_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(DarknetBetween)(top, bottom, a, b, count, out);
}

HWY_EXPORT(OpenCvBetween);
void OpenCvBetween(const int32_t* top, const int32_t* bottom,
                   Weights<int32_t> a, Weights<int32_t> b, Unit unit,
                   size_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(OpenCvBetween)(top, bottom, a, b, unit, count, out);
}

HWY_EXPORT(HalveBetween);
void HalveBetween(const int32_t* top, const int32_t* bottom, Unit unit,
                  size_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(HalveBetween)(top, bottom, unit, count, out);
}

HWY_EXPORT(TensorFlowBetween);
void TensorFlowBetween(const float* top, const float* bottom, Weights<float> t,
                       size_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(TensorFlowBetween)(top, bottom, t, count, out);
}

}  // namespace yolo
#endif
