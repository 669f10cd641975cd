// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Bytes of other colour models -> planar RGB bytes, at full resolution; and
// packed pixels -> planes. Bit for bit as the tools that are named.
#ifndef YOLO_KERNELS_COLOR_H_
#define YOLO_KERNELS_COLOR_H_

#include <cstddef>
#include <cstdint>

namespace yolo {

// Three rows of bytes.
struct RgbPlanes {
  uint8_t* r;
  uint8_t* g;
  uint8_t* b;
};

// libjpeg-turbo's YCbCr (JFIF, BT.601, full range; jdcolor.c). With
// u = cb - 128, v = cr - 128, >> rounding down, clamped to [0, 255]:
//   r = y + ((91881 v + 32768) >> 16)
//   g = y + ((-22554 u - 46802 v + 32768) >> 16)
//   b = y + ((116130 u + 32768) >> 16)
void YccToRgb(const uint8_t* y, const uint8_t* cb, const uint8_t* cr,
              size_t width, const RgbPlanes& out);

// Coefficients of video's YUV in units of 2^-20.
struct YuvMatrix {
  int32_t black;  // luma of black: 16 for limited range, 0 for full
  int32_t y;      // of luma above black
  int32_t rv, gu, gv, bu;
};

// OpenCV's arithmetic (cvtColor, COLOR_YUV2RGB_NV12 and the like), clamped:
//   l = max(y - black, 0) * m.y,  u = cb - 128, v = cr - 128
//   r = (l + m.rv v + 2^19) >> 20
//   g = (l + m.gu u + m.gv v + 2^19) >> 20
//   b = (l + m.bu u + 2^19) >> 20
void YuvToRgb(const uint8_t* y, const uint8_t* cb, const uint8_t* cr,
              const YuvMatrix& matrix, size_t width, const RgbPlanes& out);

// Inverted ink times black (Adobe's files; 255 is no ink), rounded, in place:
//   v = v * k / 255
void MultiplyInk(const uint8_t* k, size_t width, const RgbPlanes& rgb);

// Takes pixels of 2, 3 or 4 interleaved bytes apart; planes[c] receives byte c
// of each.
void Deinterleave(const uint8_t* packed, size_t pixels, size_t channels,
                  uint8_t* const* planes);

}  // namespace yolo

#endif  // YOLO_KERNELS_COLOR_H_
