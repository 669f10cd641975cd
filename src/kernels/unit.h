// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Samples at the network's resolution -> R, G and B in [0, 1]. Samples have 15
// bits (kSampleScale of kernels/resample.h); floats are computed in the order
// that is written here, nothing fused, so that all targets give the same bits.
#ifndef YOLO_KERNELS_UNIT_H_
#define YOLO_KERNELS_UNIT_H_

#include <cstddef>
#include <cstdint>

namespace yolo {

// out = v * (1 / 32640), clamped to [0, 1]
void SamplesToUnit(const int16_t* samples, size_t count, float* out);

// What a sample of video or JPEG counts for in [0, 1].
struct UnitMatrix {
  float black;  // luma sample of black
  float y;      // of luma above black
  float rv, gu, gv, bu;
};

// l = (y - black) * m.y, u = u - 128 * 128, v likewise, clamped to [0, 1]:
//   r = l + m.rv v    g = (l + m.gu u) + m.gv v    b = l + m.bu u
void YuvToUnit(const int16_t* y, const int16_t* u, const int16_t* v,
               const UnitMatrix& matrix, size_t count, float* const out[3]);

// Inverted ink times black: out = out * (k * (1 / 32640))
void MultiplyUnit(const int16_t* k, size_t count, float* out);

}  // namespace yolo

#endif  // YOLO_KERNELS_UNIT_H_
