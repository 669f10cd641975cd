// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A number that knows how far rounding may have moved a device's copy of it.
#ifndef YOLO_TESTS_SUPPORT_ROUNDED_H_
#define YOLO_TESTS_SUPPORT_ROUNDED_H_

#include <cmath>

#include "model/graph.h"

namespace yolo::testing {

// Largest relative error of rounding to nearest: half a unit in the last place.
inline constexpr double kRoundF32 = 0x1p-24;
inline constexpr double kRoundBf16 = 0x1p-8;

// `value` is exact. `variance` is that of the device's error, taking every
// rounding as an independent error spread evenly over +-(unit * |result|), so
// with variance (unit * result)^2 / 3, and the arithmetic as f32.
struct Rounded {
  double value = 0;
  double variance = 0;

  // Ten thousand values of a gaussian stay within 4 deviations. Twice that
  // covers errors that are not quite independent.
  double tolerance() const { return 8 * std::sqrt(variance); }

  // The device keeps x with this unit of rounding.
  static Rounded Stored(Rounded x, double unit) {
    x.variance += x.value * x.value * unit * unit / 3;
    return x;
  }

  friend Rounded operator+(const Rounded& a, const Rounded& b) {
    return Stored({a.value + b.value, a.variance + b.variance}, kRoundF32);
  }
  friend Rounded operator*(const Rounded& a, const Rounded& b) {
    return Stored({a.value * b.value, a.value * a.value * b.variance +
                                          b.value * b.value * a.variance +
                                          a.variance * b.variance},
                  kRoundF32);
  }
};

// a + b when both may hold the same error, as x + x does.
inline Rounded AddDependent(const Rounded& a, const Rounded& b) {
  const double deviation = std::sqrt(a.variance) + std::sqrt(b.variance);
  return Rounded::Stored({a.value + b.value, deviation * deviation}, kRoundF32);
}

// A sum that a device may add up in any order: whichever it is, no partial sum
// is larger than the sum of the magnitudes.
class RoundedSum {
 public:
  void Add(const Rounded& x) {
    sum_.value += x.value;
    sum_.variance += x.variance;
    magnitude_ += std::abs(x.value);
    ++count_;
  }

  Rounded Total() const {
    const double rounding = kRoundF32 * magnitude_;
    return {sum_.value, sum_.variance + count_ * rounding * rounding / 3};
  }

 private:
  Rounded sum_;
  double magnitude_ = 0;
  int count_ = 0;
};

inline double Activated(Activation activation, double x) {
  switch (activation) {
    case Activation::kLinear:
      return x;
    case Activation::kRelu:
      return std::fmax(x, 0);
    case Activation::kLeaky:
      return x > 0 ? x : 0.1 * x;
    case Activation::kRelu6:
      return std::fmin(std::fmax(x, 0), 6);
    case Activation::kLogistic:
      return 1 / (1 + std::exp(-x));
    case Activation::kMish:
      return x * std::tanh(std::log1p(std::exp(x)));
    case Activation::kSwish:
      return x / (1 + std::exp(-x));
    case Activation::kTanh:
      return std::tanh(x);
  }
  return NAN;
}

// No activation is steeper than 1.1 (swish: 1.0998; mish: 1.0885). A device's
// own exp and tanh are taken to be right to 16 roundings of f32.
inline Rounded Activated(Activation activation, const Rounded& x) {
  const double value = Activated(activation, x.value);
  if (activation == Activation::kLinear) return x;
  return Rounded::Stored({value, 1.1 * 1.1 * x.variance}, 16 * kRoundF32);
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_ROUNDED_H_
