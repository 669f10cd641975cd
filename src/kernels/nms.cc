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

struct Box {
  float x0, y0, x1, y1, area;
};

Box BoxAt(const BoxArrays& boxes, size_t i) {
  const float x0 = boxes.x0[i], y0 = boxes.y0[i];
  const float x1 = boxes.x1[i], y1 = boxes.y1[i];
  return {x0, y0, x1, y1, (x1 - x0) * (y1 - y0)};
}

// The box `one` and each of those from k on. (No struct holds vectors: those of
// SVE have no size.)
template <Overlap kOverlap, class D>
hn::Mask<D> Overlaps(D d, const Box& one, const BoxArrays& boxes, size_t k,
                     float threshold) {
  const auto ax0 = hn::Set(d, one.x0), bx0 = hn::LoadU(d, boxes.x0 + k);
  const auto ay0 = hn::Set(d, one.y0), by0 = hn::LoadU(d, boxes.y0 + k);
  const auto ax1 = hn::Set(d, one.x1), bx1 = hn::LoadU(d, boxes.x1 + k);
  const auto ay1 = hn::Set(d, one.y1), by1 = hn::LoadU(d, boxes.y1 + k);
  const auto area = hn::LoadU(d, boxes.area + k);
  const auto limit = hn::Set(d, threshold);
  const auto zero = hn::Zero(d);
  const auto w = hn::Sub(hn::Min(ax1, bx1), hn::Max(ax0, bx0));
  const auto h = hn::Sub(hn::Min(ay1, by1), hn::Max(ay0, by0));
  const auto both = hn::Mul(hn::Max(w, zero), hn::Max(h, zero));
  const auto either = hn::Sub(hn::Add(hn::Set(d, one.area), area), both);
  if constexpr (kOverlap == Overlap::kIou) {
    return hn::Gt(both, hn::Mul(limit, either));
  } else {
    // What follows never exceeds both / either: 0 where nothing intersects.
    if (hn::AllFalse(d, hn::Gt(both, zero))) return hn::Gt(both, zero);
    const auto half = hn::Set(d, 0.5f);
    const auto dx =
        hn::Mul(half, hn::Sub(hn::Add(ax0, ax1), hn::Add(bx0, bx1)));
    const auto dy =
        hn::Mul(half, hn::Sub(hn::Add(ay0, ay1), hn::Add(by0, by1)));
    const auto cx = hn::Sub(hn::Max(ax1, bx1), hn::Min(ax0, bx0));
    const auto cy = hn::Sub(hn::Max(ay1, by1), hn::Min(ay0, by0));
    const auto distance = hn::Add(hn::Mul(dx, dx), hn::Mul(dy, dy));
    const auto diagonal = hn::Add(hn::Mul(cx, cx), hn::Mul(cy, cy));
    const auto iou = hn::Div(both, either);
    return hn::Gt(hn::Sub(iou, hn::Div(distance, diagonal)), limit);
  }
}

template <Overlap kOverlap>
bool OverlapsKept(const BoxArrays& boxes, size_t kept, size_t i,
                  float threshold) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const Box box = BoxAt(boxes, i);
  size_t k = 0;
  for (; k + lanes <= kept; k += lanes) {
    const auto mask = Overlaps<kOverlap>(d, box, boxes, k, threshold);
    if (!hn::AllFalse(d, mask)) return true;
  }
  if (k == kept) return false;
  const auto mask = Overlaps<kOverlap>(d, box, boxes, k, threshold);
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
