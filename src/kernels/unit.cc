// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/unit.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/unit.cc"
#include "hwy/foreach_target.h"  // this file again, once per instruction set
#include "hwy/highway.h"         // after, never before
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

constexpr float kUnit = 1.0f / 32640;

template <class D>
hn::Vec<D> Load(D d, const int16_t* from) {
  const hn::Rebind<int16_t, D> d16;
  const hn::RebindToSigned<D> d32;
  return hn::ConvertTo(d, hn::PromoteTo(d32, hn::LoadU(d16, from)));
}

template <class D>
void StoreClamped(D d, hn::Vec<D> v, float* to) {
  hn::StoreU(hn::Min(hn::Max(v, hn::Zero(d)), hn::Set(d, 1.0f)), d, to);
}

struct SamplesKernel {
  const int16_t* samples;
  float* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const auto v = hn::Mul(Load(d, samples + i), hn::Set(d, kUnit));
    StoreClamped(d, v, out + i);
  }
};

struct YuvKernel {
  const int16_t* y;
  const int16_t* u;
  const int16_t* v;
  const UnitMatrix& m;
  float* const* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const auto centre = hn::Set(d, 128.0f * 128);
    const auto l =
        hn::Mul(hn::Sub(Load(d, y + i), hn::Set(d, m.black)), hn::Set(d, m.y));
    const auto cb = hn::Sub(Load(d, u + i), centre);
    const auto cr = hn::Sub(Load(d, v + i), centre);
    const auto g = hn::Add(hn::Add(l, hn::Mul(cb, hn::Set(d, m.gu))),
                           hn::Mul(cr, hn::Set(d, m.gv)));
    StoreClamped(d, hn::Add(l, hn::Mul(cr, hn::Set(d, m.rv))), out[0] + i);
    StoreClamped(d, g, out[1] + i);
    StoreClamped(d, hn::Add(l, hn::Mul(cb, hn::Set(d, m.bu))), out[2] + i);
  }
};

struct InkKernel {
  const int16_t* k;
  float* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const auto ink = hn::Mul(Load(d, k + i), hn::Set(d, kUnit));
    hn::StoreU(hn::Mul(hn::LoadU(d, out + i), ink), d, out + i);
  }
};

}  // namespace

void SamplesToUnit(const int16_t* samples, size_t count, float* out) {
  ForEachVector(SamplesKernel{samples, out}, count);
}

void YuvToUnit(const int16_t* y, const int16_t* u, const int16_t* v,
               const UnitMatrix& matrix, size_t count, float* const out[3]) {
  ForEachVector(YuvKernel{y, u, v, matrix, out}, count);
}

void MultiplyUnit(const int16_t* k, size_t count, float* out) {
  ForEachVector(InkKernel{k, out}, count);
}

}  // namespace yolo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE  // from here on, compiled once
namespace yolo {

HWY_EXPORT(SamplesToUnit);
void SamplesToUnit(const int16_t* samples, size_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(SamplesToUnit)(samples, count, out);
}

HWY_EXPORT(YuvToUnit);
void YuvToUnit(const int16_t* y, const int16_t* u, const int16_t* v,
               const UnitMatrix& matrix, size_t count, float* const out[3]) {
  HWY_DYNAMIC_DISPATCH(YuvToUnit)(y, u, v, matrix, count, out);
}

HWY_EXPORT(MultiplyUnit);
void MultiplyUnit(const int16_t* k, size_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(MultiplyUnit)(k, count, out);
}

}  // namespace yolo
#endif
