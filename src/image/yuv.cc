// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/yuv.h"

#include "kernels/resample.h"

namespace yolo {
namespace {

// r = l + rv v and so on, for u and v of [-1/2, 1/2] and l of [0, 1].
struct Coefficients {
  double rv, gu, gv, bu;
};

// kr, kb: what red and blue count for in luma.
constexpr Coefficients FromWeights(double kr, double kb) {
  const double kg = 1 - kr - kb;
  return {2 * (1 - kr), -2 * (1 - kb) * kb / kg, -2 * (1 - kr) * kr / kg,
          2 * (1 - kb)};
}

constexpr Coefficients kBt601 = FromWeights(0.299, 0.114);
constexpr Coefficients kBt709 = FromWeights(0.2126, 0.0722);

// Limited range: luma has 219 steps from 16 on, chroma 224 around 128.
constexpr UnitMatrix ToUnitMatrix(const Coefficients& c, bool limited) {
  const double step = 1.0 / (255 * kSampleScale);
  const double luma = limited ? step * 255 / 219 : step;
  const double chroma = limited ? step * 255 / 224 : step;
  return {
      limited ? 16.0f * kSampleScale : 0.0f, static_cast<float>(luma),
      static_cast<float>(c.rv * chroma),     static_cast<float>(c.gu * chroma),
      static_cast<float>(c.gv * chroma),     static_cast<float>(c.bu * chroma)};
}

constexpr int32_t Round(double v) {
  return static_cast<int32_t>(v < 0 ? v - 0.5 : v + 0.5);
}

constexpr YuvMatrix ToYuvMatrix(const Coefficients& c, bool limited) {
  const double one = 1 << 20;
  const double luma = limited ? one * 255 / 219 : one;
  const double chroma = limited ? one * 255 / 224 : one;
  return {limited ? 16 : 0,     Round(luma),          Round(c.rv * chroma),
          Round(c.gu * chroma), Round(c.gv * chroma), Round(c.bu * chroma)};
}

constexpr UnitMatrix kUnitMatrices[] = {
    ToUnitMatrix(kBt601, true), ToUnitMatrix(kBt601, false),
    ToUnitMatrix(kBt709, true), ToUnitMatrix(kBt709, false)};

constexpr YuvMatrix kYuvMatrices[] = {
    {16, 1220542, 1673527, -409993, -852492, 2116026},
    ToYuvMatrix(kBt601, false),
    ToYuvMatrix(kBt709, true),
    ToYuvMatrix(kBt709, false)};

}  // namespace

const UnitMatrix& UnitMatrixOf(YuvStandard standard) {
  return kUnitMatrices[static_cast<int>(standard)];
}

const YuvMatrix& YuvMatrixOf(YuvStandard standard) {
  return kYuvMatrices[static_cast<int>(standard)];
}

}  // namespace yolo
