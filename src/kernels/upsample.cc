// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Vectors over the inner samples, the last of them overlapping the one before;
// the two samples at the ends, whose neighbour is missing, one by one.
#include "kernels/upsample.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/upsample.cc"
#include "hwy/foreach_target.h"  // this file again, once per instruction set
#include "hwy/highway.h"         // after, never before

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

using Samples = hn::ScalableTag<int16_t>;

template <class D>
hn::Vec<D> Load(D d, const uint8_t* from) {
  const hn::Rebind<uint8_t, D> d8;
  return hn::PromoteTo(d, hn::LoadU(d8, from));
}

// even[0], odd[0], even[1], ...; values of [0, 255].
template <class D>
void StorePairs(D, hn::Vec<D> even, hn::Vec<D> odd, uint8_t* out) {
  const auto pairs = hn::Or(even, hn::ShiftLeft<8>(odd));
#if HWY_TARGET == HWY_SCALAR
  const int16_t pair = hn::GetLane(pairs);
  std::memcpy(out, &pair, sizeof(pair));
#else
  const hn::Repartition<uint8_t, D> d8;
  hn::StoreU(hn::BitCast(d8, pairs), d8, out);
#endif
}

// One row's samples: weights sum to 4.
struct Single {
  const uint8_t* row;
  static constexpr int kEven = 1, kOdd = 2, kShift = 2;

  int At(size_t i) const { return row[i]; }
  template <class D>
  hn::Vec<D> Vector(D d, size_t i) const {
    return Load(d, row + i);
  }
};

// Two rows' samples, weighted 3 to 1: weights sum to 16.
struct Weighted {
  const uint8_t* near;
  const uint8_t* far;
  static constexpr int kEven = 8, kOdd = 7, kShift = 4;

  int At(size_t i) const { return 3 * near[i] + far[i]; }
  template <class D>
  hn::Vec<D> Vector(D d, size_t i) const {
    const auto v = Load(d, near + i);
    return hn::Add(hn::Add(v, hn::Add(v, v)), Load(d, far + i));
  }
};

template <class In>
void TwoOf(const In& in, size_t i, size_t width, uint8_t* out) {
  const int left = in.At(i == 0 ? 0 : i - 1);
  const int right = in.At(i + 1 == width ? i : i + 1);
  const int middle = 3 * in.At(i);
  out[2 * i] = static_cast<uint8_t>((middle + left + In::kEven) >> In::kShift);
  out[2 * i + 1] =
      static_cast<uint8_t>((middle + right + In::kOdd) >> In::kShift);
}

template <class In>
void TwoOfVector(const In& in, size_t i, uint8_t* out) {
  const Samples d;
  const auto v = in.Vector(d, i);
  const auto middle = hn::Add(v, hn::Add(v, v));
  const auto even = hn::Add(hn::Add(middle, in.Vector(d, i - 1)),
                            hn::Set(d, int16_t{In::kEven}));
  const auto odd = hn::Add(hn::Add(middle, in.Vector(d, i + 1)),
                           hn::Set(d, int16_t{In::kOdd}));
  StorePairs(d, hn::ShiftRight<In::kShift>(even),
             hn::ShiftRight<In::kShift>(odd), out + 2 * i);
}

template <class In>
void Double(const In& in, size_t width, uint8_t* out) {
  const size_t lanes = hn::Lanes(Samples());
  if (width < lanes + 2) {
    for (size_t i = 0; i < width; ++i) TwoOf(in, i, width, out);
    return;
  }
  TwoOf(in, 0, width, out);
  size_t i = 1;
  for (; i + lanes < width; i += lanes) TwoOfVector(in, i, out);
  if (i + 1 < width) TwoOfVector(in, width - 1 - lanes, out);
  TwoOf(in, width - 1, width, out);
}

}  // namespace

void UpsampleAcross(const uint8_t* row, size_t width, uint8_t* out) {
  Double(Single{row}, width, out);
}

void UpsampleBoth(const uint8_t* near, const uint8_t* far, size_t width,
                  uint8_t* out) {
  Double(Weighted{near, far}, width, out);
}

void UpsampleDown(const uint8_t* near, const uint8_t* far, int bias,
                  size_t width, uint8_t* out) {
  const Samples d;
  const hn::Rebind<uint8_t, Samples> d8;
  const size_t lanes = hn::Lanes(d);
  const Weighted in{near, far};
  if (width < lanes) {
    for (size_t i = 0; i < width; ++i) {
      out[i] = static_cast<uint8_t>((in.At(i) + bias) >> 2);
    }
    return;
  }
  const auto add = hn::Set(d, static_cast<int16_t>(bias));
  for (size_t i = 0; i < width; i += lanes) {
    const size_t at = i + lanes <= width ? i : width - lanes;
    const auto v = hn::ShiftRight<2>(hn::Add(in.Vector(d, at), add));
    hn::StoreU(hn::DemoteTo(d8, v), d8, out + at);
  }
}

void Replicate(const uint8_t* row, size_t width, size_t factor, uint8_t* out) {
  const Samples d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  if (factor == 2) {  // all chroma but that of rare JPEGs
    for (; i + lanes <= width; i += lanes) {
      const auto v = Load(d, row + i);
      StorePairs(d, v, v, out + 2 * i);
    }
  }
  for (; i < width; ++i) std::memset(out + factor * i, row[i], factor);
}

}  // namespace yolo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE  // from here on, compiled once
namespace yolo {

HWY_EXPORT(UpsampleAcross);
void UpsampleAcross(const uint8_t* row, size_t width, uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(UpsampleAcross)(row, width, out);
}

HWY_EXPORT(UpsampleDown);
void UpsampleDown(const uint8_t* near, const uint8_t* far, int bias,
                  size_t width, uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(UpsampleDown)(near, far, bias, width, out);
}

HWY_EXPORT(UpsampleBoth);
void UpsampleBoth(const uint8_t* near, const uint8_t* far, size_t width,
                  uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(UpsampleBoth)(near, far, width, out);
}

HWY_EXPORT(Replicate);
void Replicate(const uint8_t* row, size_t width, size_t factor, uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(Replicate)(row, width, factor, out);
}

}  // namespace yolo
#endif
