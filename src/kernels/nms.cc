// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// One box against all kept ones at a time: where objects overlap, few are
// kept, and most boxes meet the one that suppresses them in the first vector.
#include "kernels/nms.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/nms.cc"
#include "hwy/foreach_target.h"  // this file again, once per instruction set
#include "hwy/highway.h"         // after, never before

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

// One box in all lanes, or one box a lane.
template <class D>
struct BoxVector {
  hn::Vec<D> x0, y0, x1, y1, area;
};

template <class D>
BoxVector<D> LoadBoxes(D d, const BoxArrays& boxes, size_t i) {
  return {hn::LoadU(d, boxes.x0 + i), hn::LoadU(d, boxes.y0 + i),
          hn::LoadU(d, boxes.x1 + i), hn::LoadU(d, boxes.y1 + i),
          hn::LoadU(d, boxes.area + i)};
}

template <class D>
BoxVector<D> BroadcastBox(D d, const BoxArrays& boxes, size_t i) {
  const auto x0 = hn::Set(d, boxes.x0[i]);
  const auto y0 = hn::Set(d, boxes.y0[i]);
  const auto x1 = hn::Set(d, boxes.x1[i]);
  const auto y1 = hn::Set(d, boxes.y1[i]);
  return {x0, y0, x1, y1, hn::Mul(hn::Sub(x1, x0), hn::Sub(y1, y0))};
}

template <Overlap kOverlap, class D>
hn::Mask<D> Overlaps(D d, const BoxVector<D>& a, const BoxVector<D>& b,
                     hn::Vec<D> threshold) {
  const auto zero = hn::Zero(d);
  const auto w = hn::Sub(hn::Min(a.x1, b.x1), hn::Max(a.x0, b.x0));
  const auto h = hn::Sub(hn::Min(a.y1, b.y1), hn::Max(a.y0, b.y0));
  const auto both = hn::Mul(hn::Max(w, zero), hn::Max(h, zero));
  const auto either = hn::Sub(hn::Add(a.area, b.area), both);
  if constexpr (kOverlap == Overlap::kIou) {
    return hn::Gt(both, hn::Mul(threshold, either));
  } else {
    // What follows never exceeds both / either: 0 where nothing intersects.
    if (hn::AllFalse(d, hn::Gt(both, zero))) return hn::Gt(both, zero);
    const auto half = hn::Set(d, 0.5f);
    const auto dx =
        hn::Mul(half, hn::Sub(hn::Add(a.x0, a.x1), hn::Add(b.x0, b.x1)));
    const auto dy =
        hn::Mul(half, hn::Sub(hn::Add(a.y0, a.y1), hn::Add(b.y0, b.y1)));
    const auto cx = hn::Sub(hn::Max(a.x1, b.x1), hn::Min(a.x0, b.x0));
    const auto cy = hn::Sub(hn::Max(a.y1, b.y1), hn::Min(a.y0, b.y0));
    const auto distance = hn::Add(hn::Mul(dx, dx), hn::Mul(dy, dy));
    const auto diagonal = hn::Add(hn::Mul(cx, cx), hn::Mul(cy, cy));
    const auto iou = hn::Div(both, either);
    return hn::Gt(hn::Sub(iou, hn::Div(distance, diagonal)), threshold);
  }
}

template <Overlap kOverlap>
bool OverlapsKept(const BoxArrays& boxes, size_t kept, size_t i,
                  float threshold) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const auto box = BroadcastBox(d, boxes, i);
  const auto limit = hn::Set(d, threshold);
  size_t k = 0;
  for (; k + lanes <= kept; k += lanes) {
    const auto mask = Overlaps<kOverlap>(d, box, LoadBoxes(d, boxes, k), limit);
    if (!hn::AllFalse(d, mask)) return true;
  }
  if (k == kept) return false;
  const auto mask = Overlaps<kOverlap>(d, box, LoadBoxes(d, boxes, k), limit);
  return !hn::AllFalse(d, hn::And(mask, hn::FirstN(d, kept - k)));
}

template <Overlap kOverlap>
size_t KeepBestBy(const BoxArrays& boxes, size_t count, float threshold,
                  uint32_t* kept) {
  size_t n = 0;
  for (size_t i = 0; i < count; ++i) {
    if (OverlapsKept<kOverlap>(boxes, n, i, threshold)) continue;
    boxes.x0[n] = boxes.x0[i];
    boxes.y0[n] = boxes.y0[i];
    boxes.x1[n] = boxes.x1[i];
    boxes.y1[n] = boxes.y1[i];
    boxes.area[n] = (boxes.x1[i] - boxes.x0[i]) * (boxes.y1[i] - boxes.y0[i]);
    kept[n++] = static_cast<uint32_t>(i);
  }
  return n;
}

}  // namespace

size_t KeepBest(const BoxArrays& boxes, size_t count, Overlap overlap,
                float threshold, uint32_t* kept) {
  return overlap == Overlap::kIou
             ? KeepBestBy<Overlap::kIou>(boxes, count, threshold, kept)
             : KeepBestBy<Overlap::kDiou>(boxes, count, threshold, kept);
}

}  // namespace yolo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE  // from here on, compiled once
namespace yolo {

HWY_EXPORT(KeepBest);
size_t KeepBest(const BoxArrays& boxes, size_t count, Overlap overlap,
                float threshold, uint32_t* kept) {
  return HWY_DYNAMIC_DISPATCH(KeepBest)(boxes, count, overlap, threshold, kept);
}

}  // namespace yolo
#endif
