// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Bilinear interpolation of one row of a picture, horizontally and vertically,
// in the arithmetic of each tool. Every kernel gives the same bits on every
// instruction set: no operation is fused (-ffp-contract=off).
#ifndef YOLO_KERNELS_PACK_H_
#define YOLO_KERNELS_PACK_H_

#include <cstddef>
#include <cstdint>

namespace yolo {

// Copies the two neighbours of each of `width` pixels out of a row of RGB.
//
//   row              RGB bytes
//   left, right      [width] byte offsets of the neighbours in `row`
//   lefts, rights    [3][width] their bytes, planar
void GatherNeighbours(const uint8_t* row, const int32_t* left,
                      const int32_t* right, size_t width, uint8_t* lefts,
                      uint8_t* rights);

// ---- Across a row: lefts, rights -> out, `count` values each ---------------

// Darknet: out = (1 - t) * (left / 255) + t * (right / 255)
void DarknetAcross(const uint8_t* left, const uint8_t* right, const float* t,
                   size_t count, float* out);

// OpenCV: out = left * a + right * b, weights in 1/2048
void OpenCvAcross(const uint8_t* left, const uint8_t* right, const int32_t* a,
                  const int32_t* b, size_t count, int32_t* out);

// OpenCV's exact halving: out = left + right
void HalveAcross(const uint8_t* left, const uint8_t* right, size_t count,
                 int32_t* out);

// TensorFlow: out = left + (right - left) * t
void TensorFlowAcross(const uint8_t* left, const uint8_t* right, const float* t,
                      size_t count, float* out);

// ---- Between two rows: top, bottom [3][width] -> a row of each plane -------

// How bytes become floats of [0, 1]; the two differ in the last bit.
enum class Unit {
  kTimesReciprocal,  // x * (1 / 255.0f)
  kDivided,          // x / 255
};

// Where a row of the network's input goes.
struct PlanarRow {
  void* plane[3];  // [width] floats or, if bf16, uint16_t; R, G, B
  size_t width;
  bool bf16;  // rounded to nearest, ties to even
  Unit unit;  // of the OpenCV kernels
};

// Darknet: a * top + b * bottom
void DarknetBetween(const float* top, const float* bottom, float a, float b,
                    const PlanarRow& out);

// OpenCV, x86 without IPP: weights in 1/2048,
//   (((a * (top >> 4)) >> 16) + ((b * (bottom >> 4)) >> 16) + 2) >> 2
// in [0, 255], then to [0, 1].
void OpenCvBetween(const int32_t* top, const int32_t* bottom, int32_t a,
                   int32_t b, const PlanarRow& out);

// OpenCV's exact halving: (top + bottom + 2) >> 2, then to [0, 1].
void HalveBetween(const int32_t* top, const int32_t* bottom,
                  const PlanarRow& out);

// TensorFlow: (top + (bottom - top) * t) / 255
void TensorFlowBetween(const float* top, const float* bottom, float t,
                       const PlanarRow& out);

}  // namespace yolo

#endif  // YOLO_KERNELS_PACK_H_
