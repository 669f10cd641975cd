// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// One expression for each kernel; vectors of whole width, then single lanes.
#include "kernels/pack.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pack.cc"
#include "hwy/foreach_target.h"  // this file again, once per instruction set
#include "hwy/highway.h"         // after, never before

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls kernel(d, i) for Lanes(d) elements from i on until `count` are done.
template <class Kernel>
void ForEachVector(const Kernel& kernel, size_t count) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> d1;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) kernel(d, i);
  for (; i < count; ++i) kernel(d1, i);
}

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

template <class D>
void Store(D d, hn::Vec<D> v, float* out) {
  hn::StoreU(v, d, out);
}

// Upper half of a finite, non-negative float, rounded to nearest even.
template <class D>
void Store(D, hn::Vec<D> v, uint16_t* out) {
  const hn::RebindToUnsigned<D> d32;
  const hn::RebindToSigned<D> di32;
  const hn::Rebind<uint16_t, D> d16;
  const auto bits = hn::BitCast(d32, v);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d32, 1));
  const auto half = hn::Add(hn::Set(d32, 0x7FFF), odd);
  const auto rounded = hn::ShiftRight<16>(hn::Add(bits, half));
  hn::StoreU(hn::DemoteTo(d16, hn::BitCast(di32, rounded)), d16, out);
}

template <class D>
hn::Vec<D> ToUnit(D d, hn::Vec<hn::RebindToSigned<D>> bytes, Unit unit) {
  const auto v = hn::ConvertTo(d, bytes);
  return unit == Unit::kDivided ? hn::Div(v, hn::Set(d, 255.0f))
                                : hn::Mul(v, hn::Set(d, 1 / 255.0f));
}

struct DarknetAcrossKernel {
  const uint8_t* left;
  const uint8_t* right;
  const float* t;
  float* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const auto unit = hn::Set(d, 255.0f);
    const auto l = hn::Div(LoadFloats(d, left + i), unit);
    const auto r = hn::Div(LoadFloats(d, right + i), unit);
    const auto b = hn::LoadU(d, t + i);
    const auto a = hn::Sub(hn::Set(d, 1.0f), b);
    hn::StoreU(hn::Add(hn::Mul(a, l), hn::Mul(b, r)), d, out + i);
  }
};

struct OpenCvAcrossKernel {
  const uint8_t* left;
  const uint8_t* right;
  const int32_t* a;
  const int32_t* b;
  int32_t* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const hn::RebindToSigned<D> d32;
    const auto l = hn::Mul(LoadInts(d, left + i), hn::LoadU(d32, a + i));
    const auto r = hn::Mul(LoadInts(d, right + i), hn::LoadU(d32, b + i));
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

struct TensorFlowAcrossKernel {
  const uint8_t* left;
  const uint8_t* right;
  const float* t;
  float* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const auto l = LoadFloats(d, left + i);
    const auto r = LoadFloats(d, right + i);
    const auto step = hn::Mul(hn::Sub(r, l), hn::LoadU(d, t + i));
    hn::StoreU(hn::Add(l, step), d, out + i);
  }
};

template <class T>
struct DarknetBetweenKernel {
  const float* top;
  const float* bottom;
  float a, b;
  T* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const auto upper = hn::Mul(hn::Set(d, a), hn::LoadU(d, top + i));
    const auto lower = hn::Mul(hn::Set(d, b), hn::LoadU(d, bottom + i));
    Store(d, hn::Add(upper, lower), out + i);
  }
};

template <class T>
struct OpenCvBetweenKernel {
  const int32_t* top;
  const int32_t* bottom;
  int32_t a, b;
  Unit unit;
  T* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const hn::RebindToSigned<D> d32;
    const auto s0 = hn::ShiftRight<4>(hn::LoadU(d32, top + i));
    const auto s1 = hn::ShiftRight<4>(hn::LoadU(d32, bottom + i));
    const auto upper = hn::ShiftRight<16>(hn::Mul(hn::Set(d32, a), s0));
    const auto lower = hn::ShiftRight<16>(hn::Mul(hn::Set(d32, b), s1));
    const auto sum = hn::Add(hn::Add(upper, lower), hn::Set(d32, 2));
    Store(d, ToUnit(d, hn::ShiftRight<2>(sum), unit), out + i);
  }
};

template <class T>
struct HalveBetweenKernel {
  const int32_t* top;
  const int32_t* bottom;
  Unit unit;
  T* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const hn::RebindToSigned<D> d32;
    const auto sum =
        hn::Add(hn::LoadU(d32, top + i), hn::LoadU(d32, bottom + i));
    const auto byte = hn::ShiftRight<2>(hn::Add(sum, hn::Set(d32, 2)));
    Store(d, ToUnit(d, byte, unit), out + i);
  }
};

template <class T>
struct TensorFlowBetweenKernel {
  const float* top;
  const float* bottom;
  float t;
  T* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const auto upper = hn::LoadU(d, top + i);
    const auto lower = hn::LoadU(d, bottom + i);
    const auto step = hn::Mul(hn::Sub(lower, upper), hn::Set(d, t));
    const auto v = hn::Div(hn::Add(upper, step), hn::Set(d, 255.0f));
    Store(d, v, out + i);
  }
};

void DarknetAcross(const uint8_t* left, const uint8_t* right, const float* t,
                   size_t count, float* out) {
  ForEachVector(DarknetAcrossKernel{left, right, t, out}, count);
}

void OpenCvAcross(const uint8_t* left, const uint8_t* right, const int32_t* a,
                  const int32_t* b, size_t count, int32_t* out) {
  ForEachVector(OpenCvAcrossKernel{left, right, a, b, out}, count);
}

void HalveAcross(const uint8_t* left, const uint8_t* right, size_t count,
                 int32_t* out) {
  ForEachVector(HalveAcrossKernel{left, right, out}, count);
}

void TensorFlowAcross(const uint8_t* left, const uint8_t* right, const float* t,
                      size_t count, float* out) {
  ForEachVector(TensorFlowAcrossKernel{left, right, t, out}, count);
}

template <class T>
void DarknetRow(const float* top, const float* bottom, float a, float b,
                const PlanarRow& out) {
  const size_t n = out.width;
  for (size_t c = 0; c < 3; ++c) {
    ForEachVector(DarknetBetweenKernel<T>{top + c * n, bottom + c * n, a, b,
                                          static_cast<T*>(out.plane[c])},
                  n);
  }
}

template <class T>
void OpenCvRow(const int32_t* top, const int32_t* bottom, int32_t a, int32_t b,
               const PlanarRow& out) {
  const size_t n = out.width;
  for (size_t c = 0; c < 3; ++c) {
    ForEachVector(
        OpenCvBetweenKernel<T>{top + c * n, bottom + c * n, a, b, out.unit,
                               static_cast<T*>(out.plane[c])},
        n);
  }
}

template <class T>
void HalveRow(const int32_t* top, const int32_t* bottom, const PlanarRow& out) {
  const size_t n = out.width;
  for (size_t c = 0; c < 3; ++c) {
    ForEachVector(HalveBetweenKernel<T>{top + c * n, bottom + c * n, out.unit,
                                        static_cast<T*>(out.plane[c])},
                  n);
  }
}

template <class T>
void TensorFlowRow(const float* top, const float* bottom, float t,
                   const PlanarRow& out) {
  const size_t n = out.width;
  for (size_t c = 0; c < 3; ++c) {
    ForEachVector(TensorFlowBetweenKernel<T>{top + c * n, bottom + c * n, t,
                                             static_cast<T*>(out.plane[c])},
                  n);
  }
}

void DarknetBetween(const float* top, const float* bottom, float a, float b,
                    const PlanarRow& out) {
  (out.bf16 ? DarknetRow<uint16_t> : DarknetRow<float>)(top, bottom, a, b, out);
}

void OpenCvBetween(const int32_t* top, const int32_t* bottom, int32_t a,
                   int32_t b, const PlanarRow& out) {
  (out.bf16 ? OpenCvRow<uint16_t> : OpenCvRow<float>)(top, bottom, a, b, out);
}

void HalveBetween(const int32_t* top, const int32_t* bottom,
                  const PlanarRow& out) {
  (out.bf16 ? HalveRow<uint16_t> : HalveRow<float>)(top, bottom, out);
}

void TensorFlowBetween(const float* top, const float* bottom, float t,
                       const PlanarRow& out) {
  (out.bf16 ? TensorFlowRow<uint16_t> : TensorFlowRow<float>)(top, bottom, t,
                                                              out);
}

}  // namespace yolo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE  // from here on, compiled once
namespace yolo {

void GatherNeighbours(const uint8_t* row, const int32_t* left,
                      const int32_t* right, size_t width, uint8_t* lefts,
                      uint8_t* rights) {
  for (size_t x = 0; x < width; ++x) {
    const uint8_t* l = row + left[x];
    const uint8_t* r = row + right[x];
    for (size_t c = 0; c < 3; ++c) {
      lefts[c * width + x] = l[c];
      rights[c * width + x] = r[c];
    }
  }
}

HWY_EXPORT(DarknetAcross);
void DarknetAcross(const uint8_t* left, const uint8_t* right, const float* t,
                   size_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(DarknetAcross)(left, right, t, count, out);
}

HWY_EXPORT(OpenCvAcross);
void OpenCvAcross(const uint8_t* left, const uint8_t* right, const int32_t* a,
                  const int32_t* b, size_t count, int32_t* out) {
  HWY_DYNAMIC_DISPATCH(OpenCvAcross)(left, right, a, b, count, out);
}

HWY_EXPORT(HalveAcross);
void HalveAcross(const uint8_t* left, const uint8_t* right, size_t count,
                 int32_t* out) {
  HWY_DYNAMIC_DISPATCH(HalveAcross)(left, right, count, out);
}

HWY_EXPORT(TensorFlowAcross);
void TensorFlowAcross(const uint8_t* left, const uint8_t* right, const float* t,
                      size_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(TensorFlowAcross)(left, right, t, count, out);
}

HWY_EXPORT(DarknetBetween);
void DarknetBetween(const float* top, const float* bottom, float a, float b,
                    const PlanarRow& out) {
  HWY_DYNAMIC_DISPATCH(DarknetBetween)(top, bottom, a, b, out);
}

HWY_EXPORT(OpenCvBetween);
void OpenCvBetween(const int32_t* top, const int32_t* bottom, int32_t a,
                   int32_t b, const PlanarRow& out) {
  HWY_DYNAMIC_DISPATCH(OpenCvBetween)(top, bottom, a, b, out);
}

HWY_EXPORT(HalveBetween);
void HalveBetween(const int32_t* top, const int32_t* bottom,
                  const PlanarRow& out) {
  HWY_DYNAMIC_DISPATCH(HalveBetween)(top, bottom, out);
}

HWY_EXPORT(TensorFlowBetween);
void TensorFlowBetween(const float* top, const float* bottom, float t,
                       const PlanarRow& out) {
  HWY_DYNAMIC_DISPATCH(TensorFlowBetween)(top, bottom, t, out);
}

}  // namespace yolo
#endif
