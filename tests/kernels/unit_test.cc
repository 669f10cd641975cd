// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/unit.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "support/kernel_rows.h"

namespace yolo::testing {
namespace {

using Samples = std::vector<int16_t>;
using Floats = std::vector<float>;

constexpr float kUnit = 1 / 32640.0f;

float Clamp(float v) { return std::clamp(v, 0.0f, 1.0f); }

Samples RandomSamples(Random* random, size_t count) {
  Samples samples(count);
  for (int16_t& s : samples) {
    s = static_cast<int16_t>(random->Chance(25) ? 32640 * random->Int(0, 1)
                                                : random->Int(0, 32640));
  }
  return samples;
}

// Every 16-bit number.
Samples AllSamples() {
  Samples samples;
  for (int s = -32768; s <= 32767; ++s) {
    samples.push_back(static_cast<int16_t>(s));
  }
  return samples;
}

Floats SamplesDefinition(const Samples& samples) {
  Floats out(samples.size());
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = Clamp(static_cast<float>(samples[i]) * kUnit);
  }
  return out;
}

TEST_CASE("SamplesToUnit is its definition on every target") {
  Random random(1);
  ForEachWidth(0, [&](size_t width) {
    const Samples samples = RandomSamples(&random, width);
    Guarded<float> got(width);
    SamplesToUnit(samples.data(), width, got.data());
    CHECK(got.Is(SamplesDefinition(samples)));
  });
}

TEST_CASE("SamplesToUnit clamps, for every 16-bit number") {
  const Samples samples = AllSamples();
  const Floats want = SamplesDefinition(samples);
  CHECK(want[32768] == 0);
  CHECK(want[32768 + 32639] < 1);
  CHECK(want[32768 + 32640] == 1);
  ForEachTarget([&](const char* target) {
    CAPTURE(std::string(target));
    Guarded<float> got(samples.size());
    SamplesToUnit(samples.data(), samples.size(), got.data());
    CHECK(got.Is(want));
  });
}

// BT.601, limited and full range.
constexpr UnitMatrix kMatrices[] = {
    {16.0f * 128, 1 / (219.0f * 128), 1.402f / (224.0f * 128),
     -0.344136f / (224.0f * 128), -0.714136f / (224.0f * 128),
     1.772f / (224.0f * 128)},
    {0, kUnit, 1.402f * kUnit, -0.344136f * kUnit, -0.714136f * kUnit,
     1.772f * kUnit},
};

// R, G and B of the samples, one row after another.
std::vector<Floats> YuvDefinition(const Samples& y, const Samples& u,
                                  const Samples& v, const UnitMatrix& m) {
  std::vector<Floats> out(3, Floats(y.size()));
  for (size_t i = 0; i < y.size(); ++i) {
    const float l = (static_cast<float>(y[i]) - m.black) * m.y;
    const float cb = static_cast<float>(u[i]) - 128 * 128;
    const float cr = static_cast<float>(v[i]) - 128 * 128;
    out[0][i] = Clamp(l + m.rv * cr);
    out[1][i] = Clamp((l + m.gu * cb) + m.gv * cr);
    out[2][i] = Clamp(l + m.bu * cb);
  }
  return out;
}

TEST_CASE("YuvToUnit is its definition on every target") {
  Random random(2);
  ForEachWidth(0, [&](size_t width) {
    const Samples y = RandomSamples(&random, width);
    const Samples u = RandomSamples(&random, width);
    const Samples v = RandomSamples(&random, width);
    for (const UnitMatrix& m : kMatrices) {
      std::vector<Guarded<float>> got(3, Guarded<float>(width));
      float* const out[3] = {got[0].data(), got[1].data(), got[2].data()};
      YuvToUnit(y.data(), u.data(), v.data(), m, width, out);
      const auto want = YuvDefinition(y, u, v, m);
      for (size_t c = 0; c < 3; ++c) CHECK(got[c].Is(want[c]));
    }
  });
}

TEST_CASE("YuvToUnit: greys have no colour, black is 0 and white 1") {
  ForEachTarget([](const char* target) {
    CAPTURE(std::string(target));
    for (const UnitMatrix& m : kMatrices) {
      const bool limited = m.black != 0;
      const Samples y = {static_cast<int16_t>(limited ? 16 * 128 : 0),
                         128 * 128,
                         static_cast<int16_t>((limited ? 235 : 255) * 128)};
      const Samples grey(3, 128 * 128);
      Floats r(3), g(3), b(3);
      float* const out[3] = {r.data(), g.data(), b.data()};
      YuvToUnit(y.data(), grey.data(), grey.data(), m, 3, out);
      CHECK(r == g);
      CHECK(r == b);
      CHECK(r[0] == 0);
      CHECK(r[2] == doctest::Approx(1).epsilon(1e-6));
    }
  });
}

TEST_CASE("MultiplyUnit is its definition on every target") {
  Random random(3);
  ForEachWidth(0, [&](size_t width) {
    const Samples k = RandomSamples(&random, width);
    Guarded<float> got(width);
    Floats want(width);
    for (size_t i = 0; i < width; ++i) {
      got.data()[i] = random.Uniform(0, 1);
      want[i] = got.data()[i] * (static_cast<float>(k[i]) * kUnit);
    }
    MultiplyUnit(k.data(), width, got.data());
    CHECK(got.Is(want));
  });
}

}  // namespace
}  // namespace yolo::testing
