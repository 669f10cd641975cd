// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/store.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/store.cc"
#include "hwy/foreach_target.h"  // this file again, once per instruction set
#include "hwy/highway.h"         // after, never before
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

// Numbers of a type, from floats. Each has Element and
// Convert(D, floats) -> a vector of Elements.
struct ToF32 {
  using Element = float;
  template <class D>
  static hn::Vec<D> Convert(D, hn::Vec<D> v) {
    return v;
  }
};

// 16 bits from the lower halves of 32; at most 0xFFFF.
template <class D32>
hn::Vec<hn::Rebind<uint16_t, D32>> Lower16(D32, hn::Vec<D32> bits) {
  const hn::Rebind<uint16_t, D32> d16;
  const hn::RebindToSigned<D32> di32;
  return hn::DemoteTo(d16, hn::BitCast(di32, bits));
}

struct ToBf16 {
  using Element = uint16_t;
  template <class D>
  static auto Convert(D, hn::Vec<D> v) {
    const hn::RebindToUnsigned<D> d32;
    const auto bits = hn::BitCast(d32, v);
    const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d32, 1));
    const auto half = hn::Add(hn::Set(d32, 0x7FFF), odd);
    return Lower16(d32, hn::ShiftRight<16>(hn::Add(bits, half)));
  }
};

struct ToF16 {
  using Element = uint16_t;
  template <class D>
  static auto Convert(D d, hn::Vec<D> v) {
    const hn::RebindToUnsigned<D> d32;
    const auto bits = hn::BitCast(d32, v);
    // From 2^-14 on: 13 bits less of fraction, another bias of the exponent.
    const auto odd = hn::And(hn::ShiftRight<13>(bits), hn::Set(d32, 1));
    const auto rebiased = hn::Sub(bits, hn::Set(d32, (127u - 15u) << 23));
    const auto half = hn::Add(hn::Set(d32, 0xFFF), odd);
    const auto normal = hn::ShiftRight<13>(hn::Add(rebiased, half));
    // Below: multiples of 2^-24, as are the floats of [1/2, 1).
    const auto shifted = hn::BitCast(d32, hn::Add(v, hn::Set(d, 0.5f)));
    const auto tiny = hn::Sub(shifted, hn::Set(d32, 0x3F000000u));
    const auto is_tiny = hn::Lt(v, hn::Set(d, 1.0f / 16384));
    return Lower16(d32,
                   hn::IfThenElse(hn::RebindMask(d32, is_tiny), tiny, normal));
  }
};

struct ToU8 {
  using Element = uint8_t;
  template <class D>
  static auto Convert(D d, hn::Vec<D> v) {
    const hn::RebindToSigned<D> di32;
    const hn::Rebind<uint8_t, D> d8;
    const auto scaled = hn::Mul(v, hn::Set(d, 255.0f));
    const auto rounded = hn::Add(scaled, hn::Set(d, 0.5f));
    return hn::DemoteTo(d8, hn::ConvertTo(di32, rounded));
  }
};

template <class To>
struct PlanarKernel {
  const float* plane;
  typename To::Element* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const hn::Rebind<typename To::Element, D> to;
    hn::StoreU(To::Convert(d, hn::LoadU(d, plane + i)), to, out + i);
  }
};

template <class To>
struct InterleavedKernel {
  const float* const* planes;
  typename To::Element* out;

  template <class D>
  void operator()(D d, size_t i) const {
    const hn::Rebind<typename To::Element, D> to;
    hn::StoreInterleaved3(To::Convert(d, hn::LoadU(d, planes[0] + i)),
                          To::Convert(d, hn::LoadU(d, planes[1] + i)),
                          To::Convert(d, hn::LoadU(d, planes[2] + i)), to,
                          out + 3 * i);
  }
};

// Channels of a pixel are neighbours, and most of them are zero.
template <class To>
void StoreBlocked(const float* const planes[3], size_t count, size_t block,
                  typename To::Element* out) {
  using Element = typename To::Element;
  constexpr size_t kChunk = 64;
  Element chunk[3][kChunk];
  for (size_t begin = 0; begin < count; begin += kChunk) {
    const size_t n = HWY_MIN(kChunk, count - begin);
    for (size_t c = 0; c < 3; ++c) {
      ForEachVector(PlanarKernel<To>{planes[c] + begin, chunk[c]}, n);
    }
    for (size_t i = 0; i < n; ++i, out += block) {
      for (size_t c = 0; c < 3; ++c) out[c] = chunk[c][i];
      for (size_t c = 3; c < block; ++c) out[c] = Element{0};
    }
  }
}

template <class To>
void StoreAs(const float* const planes[3], size_t count, size_t x, size_t y,
             const InputTensor& t) {
  auto* const data = static_cast<typename To::Element*>(t.data);
  const size_t at = y * t.width + x;
  switch (t.layout) {
    case Layout::kPlanar:
      for (size_t c = 0; c < 3; ++c) {
        ForEachVector(
            PlanarKernel<To>{planes[c], data + c * t.height * t.width + at},
            count);
      }
      return;
    case Layout::kInterleaved:
      return ForEachVector(InterleavedKernel<To>{planes, data + 3 * at}, count);
    case Layout::kBlocked:
      return StoreBlocked<To>(planes, count, t.block, data + t.block * at);
  }
}

}  // namespace

void StoreRow(const float* const planes[3], size_t count, size_t x, size_t y,
              const InputTensor& tensor) {
  switch (tensor.type) {
    case DataType::kF32:
      return StoreAs<ToF32>(planes, count, x, y, tensor);
    case DataType::kBf16:
      return StoreAs<ToBf16>(planes, count, x, y, tensor);
    case DataType::kF16:
      return StoreAs<ToF16>(planes, count, x, y, tensor);
    case DataType::kU8:
      return StoreAs<ToU8>(planes, count, x, y, tensor);
  }
}

}  // namespace yolo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE  // from here on, compiled once
namespace yolo {

HWY_EXPORT(StoreRow);
void StoreRow(const float* const planes[3], size_t count, size_t x, size_t y,
              const InputTensor& tensor) {
  HWY_DYNAMIC_DISPATCH(StoreRow)(planes, count, x, y, tensor);
}

}  // namespace yolo
#endif
