// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Bilinear interpolation in the arithmetic of each tool, `count` values at a
// time: first between the left and the right neighbour ("across"), then between
// the two results above and below ("between"). Every kernel gives the same bits
// on every instruction set: no operation is fused (-ffp-contract=off).
#ifndef YOLO_KERNELS_PACK_H_
#define YOLO_KERNELS_PACK_H_

#include <cstddef>
#include <cstdint>

namespace yolo {

// Weights of an interpolation: one for each value, or one for all.
template <class T>
struct Weights {
  const T* values;
  bool each;

  const T& operator[](size_t i) const { return values[each ? i : 0]; }
};

// ---- Across ----------------------------------------------------------------

// Darknet: out = (1 - t) * (left / 255) + t * (right / 255)
void DarknetAcross(const uint8_t* left, const uint8_t* right, Weights<float> t,
                   size_t count, float* out);

// OpenCV: out = left * a + right * b, weights in 1/2048
void OpenCvAcross(const uint8_t* left, const uint8_t* right, Weights<int32_t> a,
                  Weights<int32_t> b, size_t count, int32_t* out);

// OpenCV's exact halving: out = left + right
void HalveAcross(const uint8_t* left, const uint8_t* right, size_t count,
                 int32_t* out);

// TensorFlow: out = left + (right - left) * t
void TensorFlowAcross(const uint8_t* left, const uint8_t* right,
                      Weights<float> t, size_t count, float* out);

// ---- Between: values of [0, 1] ---------------------------------------------

// How bytes become floats of [0, 1]; the two differ in the last bit.
enum class Unit {
  kTimesReciprocal,  // x * (1 / 255.0f)
  kDivided,          // x / 255
};

// Darknet: a * top + b * bottom
void DarknetBetween(const float* top, const float* bottom, Weights<float> a,
                    Weights<float> b, size_t count, float* out);

// OpenCV, x86 without IPP: weights in 1/2048,
//   (((a * (top >> 4)) >> 16) + ((b * (bottom >> 4)) >> 16) + 2) >> 2
// in [0, 255], then to [0, 1].
void OpenCvBetween(const int32_t* top, const int32_t* bottom,
                   Weights<int32_t> a, Weights<int32_t> b, Unit unit,
                   size_t count, float* out);

// OpenCV's exact halving: (top + bottom + 2) >> 2, then to [0, 1].
void HalveBetween(const int32_t* top, const int32_t* bottom, Unit unit,
                  size_t count, float* out);

// TensorFlow: (top + (bottom - top) * t) / 255
void TensorFlowBetween(const float* top, const float* bottom, Weights<float> t,
                       size_t count, float* out);

}  // namespace yolo

#endif  // YOLO_KERNELS_PACK_H_
