// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Comparisons only, so every instruction set finds the same. Vectors where the
// values are neighbours; where each lies in a cache line of its own, memory is
// what the time goes to, and a plain loop is as fast.
#include "kernels/head.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/head.cc"
#include "hwy/foreach_target.h"  // this file again, once per instruction set
#include "hwy/highway.h"         // after, never before

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

template <class D>
hn::Vec<D> LoadFloats(D d, const float* from) {
  return hn::LoadU(d, from);
}

// bfloat16: the upper half of a float.
template <class D>
hn::Vec<D> LoadFloats(D d, const uint16_t* from) {
  const hn::Rebind<uint16_t, D> d16;
  const hn::RebindToUnsigned<D> d32;
  const auto half = hn::PromoteTo(d32, hn::LoadU(d16, from));
  return hn::BitCast(d, hn::ShiftLeft<16>(half));
}

// Bit i is set when from[i] > bound; for at most 16 lanes.
template <class D, class T>
uint32_t GreaterBits(D d, const T* from, hn::Vec<D> bound) {
  const auto mask = hn::Gt(LoadFloats(d, from), bound);
  if (HWY_LIKELY(hn::AllFalse(d, mask))) return 0;
  uint8_t bytes[8] = {};
  hn::StoreMaskBits(d, mask, bytes);
  return bytes[0] | static_cast<uint32_t>(bytes[1]) << 8;
}

// Appends `base` + i for each bit i.
size_t AppendPositions(uint32_t bits, size_t base, uint32_t* out, size_t n) {
  for (; bits != 0; bits &= bits - 1) {
    out[n++] = static_cast<uint32_t>(base) +
               static_cast<uint32_t>(hwy::Num0BitsBelowLS1Bit_Nonzero32(bits));
  }
  return n;
}

template <class T>
size_t FindInPlane(const T* plane, size_t count, float bound, uint32_t* out) {
  const hn::CappedTag<float, 16> d;
  const hn::CappedTag<float, 1> d1;
  const size_t lanes = hn::Lanes(d);
  const auto bounds = hn::Set(d, bound);
  size_t n = 0, p = 0;
  for (; p + lanes <= count; p += lanes) {
    n = AppendPositions(GreaterBits(d, plane + p, bounds), p, out, n);
  }
  for (; p < count; ++p) {
    const uint32_t bits = GreaterBits(d1, plane + p, hn::Set(d1, bound));
    n = AppendPositions(bits, p, out, n);
  }
  return n;
}

// Planar: all probes of one class before the next, so that reads go forward
// through its plane.
size_t FindInPlanes(const HeadTensor& head, size_t first_channel,
                    const ClassRun& run, const HeadProbes& probes,
                    ClassHit* hits) {
  size_t n = 0;
  for (uint32_t c = run.first; c < run.first + run.count; ++c) {
    for (size_t i = 0; i < probes.count; ++i) {
      const float value = head.Value(first_channel + c, probes.positions[i]);
      if (value > probes.bounds[i]) {
        hits[n++] = {static_cast<uint32_t>(i), c};
      }
    }
  }
  return n;
}

// Blocked: the classes of one probe are neighbours. Reads whole vectors, which
// never leave a block, and drops the lanes that are not in the run.
template <class T>
size_t FindInBlocks(const HeadTensor& head, size_t first_channel,
                    const ClassRun& run, const HeadProbes& probes,
                    ClassHit* hits) {
  const hn::CappedTag<float, 8> d;
  const size_t lanes = hn::Lanes(d);
  const size_t begin = first_channel + run.first;
  const size_t end = begin + run.count;
  const T* const data = static_cast<const T*>(head.data);
  size_t n = 0;
  for (size_t i = 0; i < probes.count; ++i) {
    const auto bound = hn::Set(d, probes.bounds[i]);
    for (size_t c = begin / lanes * lanes; c < end; c += lanes) {
      const T* const from = data + head.Index(c, probes.positions[i]);
      uint32_t bits = GreaterBits(d, from, bound);
      for (; bits != 0; bits &= bits - 1) {
        const size_t channel = c + hwy::Num0BitsBelowLS1Bit_Nonzero32(bits);
        if (channel < begin || channel >= end) continue;
        hits[n++] = {static_cast<uint32_t>(i),
                     static_cast<uint32_t>(channel - first_channel)};
      }
    }
  }
  return n;
}

}  // namespace

size_t FindPositions(const HeadTensor& head, size_t channel, float bound,
                     uint32_t* positions) {
  if (head.block == 1) {
    const size_t plane = head.Index(channel, 0);
    return head.bf16
               ? FindInPlane(static_cast<const uint16_t*>(head.data) + plane,
                             head.positions, bound, positions)
               : FindInPlane(static_cast<const float*>(head.data) + plane,
                             head.positions, bound, positions);
  }
  size_t n = 0;
  for (size_t p = 0; p < head.positions; ++p) {
    if (head.Value(channel, p) > bound) {
      positions[n++] = static_cast<uint32_t>(p);
    }
  }
  return n;
}

size_t FindClasses(const HeadTensor& head, size_t first_channel,
                   std::span<const ClassRun> runs, const HeadProbes& probes,
                   ClassHit* hits) {
  const auto find = head.block == 1 ? FindInPlanes
                    : head.bf16     ? FindInBlocks<uint16_t>
                                    : FindInBlocks<float>;
  size_t n = 0;
  for (const ClassRun& run : runs) {
    n += find(head, first_channel, run, probes, hits + n);
  }
  return n;
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
