// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/head.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "support/for_each_target.h"
#include "support/head_memory.h"
#include "support/random.h"

namespace yolo {
namespace {

using testing::ForEachTarget;
using testing::HeadForm;
using testing::HeadMemory;
using testing::kHeadForms;
using testing::Random;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Mostly small numbers, many of them equal, and everything that may surprise.
std::vector<float> Values(Random* random, size_t count, bool bf16) {
  const std::vector<float> odd = {0.0f,  -0.0f, 1.0f,  2.0f,  kInf,
                                  -kInf, kNan,  -kNan, 1e38f, 1e-40f};
  std::vector<float> values(count);
  for (float& v : values) {
    v = random->Chance(20) ? random->Pick(odd) : random->Uniform(-4, 4);
    if (bf16) v = testing::CutToBf16(v);
  }
  return values;
}

HeadTensor Tensor(HeadMemory* memory, size_t positions) {
  return {memory->data(), memory->form().bf16,
          static_cast<size_t>(memory->form().block), positions};
}

std::vector<uint32_t> PositionsAbove(const std::vector<float>& values,
                                     size_t positions, size_t channel,
                                     float bound) {
  std::vector<uint32_t> found;
  for (size_t p = 0; p < positions; ++p) {
    if (values[channel * positions + p] > bound) {
      found.push_back(static_cast<uint32_t>(p));
    }
  }
  return found;
}

TEST_CASE(
    "FindPositions finds what is greater than the bound, in every layout, on "
    "every target") {
  Random random(1);
  for (const size_t positions : {1, 2, 7, 15, 16, 17, 64, 65, 169, 361}) {
    for (const HeadForm form : kHeadForms) {
      const size_t channels = 21;
      const auto values = Values(&random, channels * positions, form.bf16);
      HeadMemory memory(values, channels, positions, form);
      const HeadTensor tensor = Tensor(&memory, positions);
      ForEachTarget([&](const char* target) {
        CAPTURE(target);
        CAPTURE(positions);
        CAPTURE(form.block);
        for (const float bound : {-kInf, -1.0f, 0.0f, 1.0f, 3.5f, kInf}) {
          for (const size_t channel : {0, 4, 15, 16, 20}) {
            std::vector<uint32_t> found(positions);
            found.resize(FindPositions(tensor, channel, bound, found.data()));
            CHECK(found == PositionsAbove(values, positions, channel, bound));
          }
        }
      });
    }
  }
}

using Hits = std::vector<std::pair<uint32_t, uint32_t>>;

TEST_CASE(
    "FindClasses finds the classes of each probe that are greater than its "
    "bound, in every layout, on every target") {
  Random random(2);
  for (const size_t classes : {1, 2, 3, 11, 20, 80, 601}) {
    for (const HeadForm form : kHeadForms) {
      const size_t positions = 35, first = 5 + classes + 5;
      const size_t channels = first + classes;
      const auto values = Values(&random, channels * positions, form.bf16);
      HeadMemory memory(values, channels, positions, form);

      std::vector<uint32_t> at;
      std::vector<float> bounds;
      for (uint32_t p = 0; p < positions; p += 3) {
        at.push_back(p);
        bounds.push_back(random.Chance(20) ? -kInf : random.Uniform(-2, 3));
      }
      bounds.back() = kInf;
      const auto last = static_cast<uint32_t>(classes);
      std::vector<ClassRun> runs = {{0, last}};
      if (classes >= 11) runs = {{0, 1}, {2, 7}, {last - 1, 1}};

      Hits want;
      for (const ClassRun& run : runs) {
        for (uint32_t i = 0; i < at.size(); ++i) {
          for (uint32_t c = run.first; c < run.first + run.count; ++c) {
            if (values[(first + c) * positions + at[i]] > bounds[i]) {
              want.emplace_back(i, c);
            }
          }
        }
      }
      std::sort(want.begin(), want.end());
      REQUIRE(!want.empty());

      ForEachTarget([&](const char* target) {
        CAPTURE(target);
        CAPTURE(classes);
        CAPTURE(form.block);
        std::vector<ClassHit> hits(at.size() * classes);
        hits.resize(FindClasses(Tensor(&memory, positions), first, runs,
                                {at.data(), bounds.data(), at.size()},
                                hits.data()));
        Hits got;
        for (const ClassHit& h : hits) got.emplace_back(h.probe, h.class_id);
        std::sort(got.begin(), got.end());
        CHECK(got == want);
      });
    }
  }
}

TEST_CASE("a head's value is the same number in every layout") {
  Random random(3);
  const size_t channels = 21, positions = 12;
  std::vector<float> values = random.Floats(channels * positions, -9, 9);
  for (float& v : values) v = testing::CutToBf16(v);
  for (const HeadForm form : kHeadForms) {
    HeadMemory memory(values, channels, positions, form);
    const HeadTensor tensor = Tensor(&memory, positions);
    for (size_t c = 0; c < channels; ++c) {
      for (size_t p = 0; p < positions; ++p) {
        CHECK(tensor.Value(c, p) == values[c * positions + p]);
      }
    }
  }
}

}  // namespace
}  // namespace yolo
