// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// For kernels that are one expression an element: included once for each
// instruction set, as Highway's own -inl.h files are.
#if defined(YOLO_KERNELS_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef YOLO_KERNELS_VECTORS_INL_H_
#undef YOLO_KERNELS_VECTORS_INL_H_
#else
#define YOLO_KERNELS_VECTORS_INL_H_
#endif

#include <cstddef>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls kernel(d, i) for Lanes(d) floats from i on until `count` are done:
// whole vectors, then single lanes.
template <class Kernel>
void ForEachVector(const Kernel& kernel, size_t count) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> d1;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) kernel(d, i);
  for (; i < count; ++i) kernel(d1, i);
}

}  // namespace yolo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
