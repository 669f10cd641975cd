// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Comparisons only, so every instruction set finds the same. Values that are
// not neighbours are copied side by side first, so that a comparison is always
// one of vectors, whatever a value has to be converted from.
#include "kernels/head.h"

#include <algorithm>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/head.cc"
#include "hwy/foreach_target.h"  // this file again, once per instruction set
#include "hwy/highway.h"         // after, never before

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

// Values copied side by side at a time; a multiple of any vector used here.
constexpr size_t kSideBySide = 64;

struct Bf16 {
  uint16_t bits;
};
struct F16 {
  uint16_t bits;
};

template <class D>
hn::Vec<D> LoadFloats(D d, const float* from) {
  return hn::LoadU(d, from);
}

template <class D>
hn::VFromD<hn::RebindToUnsigned<D>> LoadHalves(D, const uint16_t* from) {
  const hn::Rebind<uint16_t, D> d16;
  const hn::RebindToUnsigned<D> d32;
  return hn::PromoteTo(d32, hn::LoadU(d16, from));
}

template <class D>
hn::Vec<D> LoadFloats(D d, const Bf16* from) {
  return hn::BitCast(d, hn::ShiftLeft<16>(LoadHalves(d, &from->bits)));
}

// Not Highway's PromoteTo: in 1.0.3 it takes infinity and NaN for numbers on
// SSE4. FloatFromF16 in vectors; subnormals are the difference of two floats
// that have the exponent of the smallest normal number.
template <class D>
hn::Vec<D> LoadFloats(D d, const F16* from) {
  const hn::RebindToUnsigned<D> d32;
  const auto half = LoadHalves(d, &from->bits);
  const auto shifted = hn::ShiftLeft<13>(hn::And(half, hn::Set(d32, 0x7FFFu)));
  const auto exponent = hn::And(shifted, hn::Set(d32, 0x1Fu << 23));
  const auto rebias = hn::Set(d32, uint32_t{127 - 15} << 23);
  const auto normal = hn::Add(shifted, rebias);
  const auto special = hn::Eq(exponent, hn::Set(d32, 0x1Fu << 23));
  const auto magnitude = hn::Add(normal, hn::IfThenElseZero(special, rebias));
  const auto tiny = hn::Set(d32, uint32_t{127 - 14} << 23);
  const auto subnormal = hn::BitCast(
      d32,
      hn::Sub(hn::BitCast(d, hn::Add(shifted, tiny)), hn::BitCast(d, tiny)));
  const auto is_small = hn::Eq(exponent, hn::Zero(d32));
  const auto sign = hn::ShiftLeft<16>(hn::And(half, hn::Set(d32, 0x8000u)));
  return hn::BitCast(
      d, hn::Or(hn::IfThenElse(is_small, subnormal, magnitude), sign));
}

// Bit i is set when from[i] > bound's lane i; for at most 16 lanes.
template <class D, class T>
uint32_t GreaterBits(D d, const T* from, hn::Vec<D> bound) {
  const auto mask = hn::Gt(LoadFloats(d, from), bound);
  if (HWY_LIKELY(hn::AllFalse(d, mask))) return 0;
  uint8_t bytes[8] = {};
  hn::StoreMaskBits(d, mask, bytes);
  return bytes[0] | static_cast<uint32_t>(bytes[1]) << 8;
}

// Calls found(i) for each bit i, ascending.
template <class Found>
void ForEachBit(uint32_t bits, const Found& found) {
  for (; bits != 0; bits &= bits - 1) {
    found(hwy::Num0BitsBelowLS1Bit_Nonzero32(bits));
  }
}

// Calls found(i) for each from[i] > bound, i in [0, count). Reads nothing
// else, but may read [-lanes, 0) when `before` says so many are there.
template <class T, class Found>
void FindGreater(const T* from, size_t count, size_t before, float bound,
                 const Found& found) {
  const hn::CappedTag<float, 16> d;
  const hn::CappedTag<float, 1> d1;
  const size_t lanes = hn::Lanes(d);
  const auto bounds = hn::Set(d, bound);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    ForEachBit(GreaterBits(d, from + i, bounds),
               [&](size_t bit) { found(i + bit); });
  }
  if (i == count) return;
  if (before + count >= lanes) {  // the last vector again, without the old
    const size_t old = lanes - (count - i);
    const T* const last = from + count - lanes;
    const uint32_t bits = GreaterBits(d, last, bounds) >> old;
    ForEachBit(bits, [&](size_t bit) { found(i + bit); });
    return;
  }
  for (; i < count; ++i) {
    if (GreaterBits(d1, from + i, hn::Set(d1, bound)) != 0) found(i);
  }
}

template <class T>
size_t FindPositionsOf(const HeadTensor& head, size_t channel, float bound,
                       uint32_t* positions) {
  const size_t before = head.Index(channel, 0);
  const T* const from = static_cast<const T*>(head.data) + before;
  size_t n = 0, p = 0;
  const auto append = [&](size_t i) {
    positions[n++] = static_cast<uint32_t>(p + i);
  };
  if (head.block == 1) {
    FindGreater(from, head.positions, before, bound, append);
    return n;
  }
  T values[kSideBySide];
  for (; p < head.positions; p += kSideBySide) {
    const size_t count = std::min(kSideBySide, head.positions - p);
    for (size_t i = 0; i < count; ++i) values[i] = from[(p + i) * head.block];
    FindGreater(values, count, /*before=*/0, bound, append);
  }
  return n;
}

// Planar: all probes of one class before the next, so that reads go forward
// through its plane. At most kSideBySide probes.
template <class T>
size_t FindInPlanes(const HeadTensor& head, size_t first_channel,
                    const ClassRun& run, const HeadProbes& probes,
                    ClassHit* hits) {
  const hn::CappedTag<float, 16> d;
  float bounds[kSideBySide];
  std::fill(bounds, bounds + kSideBySide,
            std::numeric_limits<float>::infinity());
  std::copy(probes.bounds, probes.bounds + probes.count, bounds);
  T values[kSideBySide] = {};
  size_t n = 0;
  const T* plane = static_cast<const T*>(head.data) +
                   head.Index(first_channel + run.first, 0);
  for (uint32_t c = run.first; c < run.first + run.count; ++c) {
    for (size_t i = 0; i < probes.count; ++i) {
      values[i] = plane[probes.positions[i]];
    }
    for (size_t i = 0; i < probes.count; i += hn::Lanes(d)) {
      const auto bound = hn::LoadU(d, bounds + i);
      ForEachBit(GreaterBits(d, values + i, bound), [&](size_t bit) {
        hits[n++] = {static_cast<uint32_t>(i + bit), c};
      });
    }
    plane += head.positions;
  }
  return n;
}

// Interleaved: the classes of one probe are neighbours.
template <class T>
size_t FindInRows(const HeadTensor& head, size_t first_channel,
                  const ClassRun& run, const HeadProbes& probes,
                  ClassHit* hits) {
  size_t n = 0;
  for (size_t i = 0; i < probes.count; ++i) {
    const size_t before =
        head.Index(first_channel + run.first, probes.positions[i]);
    FindGreater(static_cast<const T*>(head.data) + before, run.count, before,
                probes.bounds[i], [&](size_t c) {
                  hits[n++] = {static_cast<uint32_t>(i),
                               run.first + static_cast<uint32_t>(c)};
                });
  }
  return n;
}

// Blocked: so are those of a block. Reads whole vectors, which never leave a
// block, and drops the lanes that are not in the run.
template <class T, size_t kLanes>
size_t FindInBlocks(const HeadTensor& head, size_t first_channel,
                    const ClassRun& run, const HeadProbes& probes,
                    ClassHit* hits) {
  const hn::CappedTag<float, kLanes> d;
  const size_t lanes = hn::Lanes(d);
  const size_t begin = first_channel + run.first;
  const size_t end = begin + run.count;
  const T* const data = static_cast<const T*>(head.data);
  size_t n = 0;
  for (size_t c = begin / lanes * lanes; c < end; c += lanes) {
    uint32_t wanted = (1u << lanes) - 1;
    if (c < begin) wanted &= wanted << (begin - c);
    if (c + lanes > end) wanted &= (1u << (end - c)) - 1;
    const T* const from = data + head.Index(c, 0);
    for (size_t i = 0; i < probes.count; ++i) {
      const auto bound = hn::Set(d, probes.bounds[i]);
      const T* const values = from + probes.positions[i] * head.block;
      const uint32_t bits = GreaterBits(d, values, bound) & wanted;
      ForEachBit(bits, [&](size_t bit) {
        hits[n++] = {static_cast<uint32_t>(i),
                     static_cast<uint32_t>(c + bit - first_channel)};
      });
    }
  }
  return n;
}

template <class T>
size_t FindClassesOf(const HeadTensor& head, size_t first_channel,
                     std::span<const ClassRun> runs, const HeadProbes& probes,
                     ClassHit* hits) {
  const auto find = head.block == 1               ? FindInPlanes<T>
                    : head.block == head.channels ? FindInRows<T>
                    : head.block % 16 == 0        ? FindInBlocks<T, 16>
                                                  : FindInBlocks<T, 8>;
  size_t n = 0;
  for (size_t first = 0; first < probes.count; first += kSideBySide) {
    const HeadProbes some = {probes.positions + first, probes.bounds + first,
                             std::min(kSideBySide, probes.count - first)};
    const size_t old = n;
    for (const ClassRun& run : runs) {
      n += find(head, first_channel, run, some, hits + n);
    }
    if (first == 0) continue;
    for (size_t i = old; i < n; ++i) {
      hits[i].probe += static_cast<uint32_t>(first);
    }
  }
  return n;
}

}  // namespace

size_t FindPositions(const HeadTensor& head, size_t channel, float bound,
                     uint32_t* positions) {
  const auto find = head.type == DataType::kF32   ? FindPositionsOf<float>
                    : head.type == DataType::kF16 ? FindPositionsOf<F16>
                                                  : FindPositionsOf<Bf16>;
  return find(head, channel, bound, positions);
}

size_t FindClasses(const HeadTensor& head, size_t first_channel,
                   std::span<const ClassRun> runs, const HeadProbes& probes,
                   ClassHit* hits) {
  const auto find = head.type == DataType::kF32   ? FindClassesOf<float>
                    : head.type == DataType::kF16 ? FindClassesOf<F16>
                                                  : FindClassesOf<Bf16>;
  return find(head, first_channel, runs, probes, hits);
}

}  // namespace yolo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE  // from here on, compiled once
namespace yolo {

HWY_EXPORT(FindPositions);
size_t FindPositions(const HeadTensor& head, size_t channel, float bound,
                     uint32_t* positions) {
  return HWY_DYNAMIC_DISPATCH(FindPositions)(head, channel, bound, positions);
}

HWY_EXPORT(FindClasses);
size_t FindClasses(const HeadTensor& head, size_t first_channel,
                   std::span<const ClassRun> runs, const HeadProbes& probes,
                   ClassHit* hits) {
  return HWY_DYNAMIC_DISPATCH(FindClasses)(head, first_channel, runs, probes,
                                           hits);
}

}  // namespace yolo
#endif
