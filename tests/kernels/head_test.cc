// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/head.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "support/for_each_target.h"
#include "support/head_memory.h"
#include "support/random.h"

namespace yolo {
namespace {

using testing::CutTo;
using testing::ForEachTarget;
using testing::HeadForm;
using testing::HeadMemory;
using testing::kHeadForms;
using testing::NameOf;
using testing::Random;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Mostly small numbers, many of them equal, and everything that may surprise.
std::vector<float> Values(Random* random, size_t count, DataType type) {
  const std::vector<float> odd = {0.0f,  -0.0f, 1.0f,  2.0f,  kInf,
                                  -kInf, kNan,  -kNan, 1e38f, 1e-40f};
  std::vector<float> values(count);
  for (float& v : values) {
    v = random->Chance(20) ? random->Pick(odd) : random->Uniform(-4, 4);
    v = CutTo(type, v);
  }
  return values;
}

HeadTensor Tensor(HeadMemory* memory, size_t channels, size_t positions) {
  const HeadForm form = memory->form();
  const size_t block = form.layout == Layout::kPlanar ? 1
                       : form.layout == Layout::kInterleaved
                           ? channels
                           : static_cast<size_t>(form.block);
  return {memory->data(), form.type, channels, positions, block};
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
      const auto values = Values(&random, channels * positions, form.type);
      HeadMemory memory(values, channels, positions, form);
      const HeadTensor tensor = Tensor(&memory, channels, positions);
      ForEachTarget([&](const char* target) {
        CAPTURE(target);
        CAPTURE(positions);
        CAPTURE(NameOf(form));
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

// Of every third position, the classes of an anchor that is the second.
void CheckFindClasses(Random* random, size_t classes, size_t positions,
                      HeadForm form) {
  const size_t first = 5 + classes + 5, channels = first + classes;
  const auto values = Values(random, channels * positions, form.type);
  HeadMemory memory(values, channels, positions, form);

  std::vector<uint32_t> at;
  std::vector<float> bounds;
  for (uint32_t p = 0; p < positions; p += 3) {
    at.push_back(p);
    bounds.push_back(random->Chance(20) ? -kInf : random->Uniform(-2, 3));
  }
  if (positions > 1) bounds.back() = kInf;
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
  if (positions > 1) REQUIRE(!want.empty());

  ForEachTarget([&](const char* target) {
    CAPTURE(target);
    std::vector<ClassHit> hits(at.size() * classes);
    hits.resize(FindClasses(Tensor(&memory, channels, positions), first, runs,
                            {at.data(), bounds.data(), at.size()},
                            hits.data()));
    Hits got;
    for (const ClassHit& h : hits) got.emplace_back(h.probe, h.class_id);
    std::sort(got.begin(), got.end());
    CHECK(got == want);
  });
}

TEST_CASE(
    "FindClasses finds the classes of each probe that are greater than its "
    "bound, in every layout, on every target") {
  Random random(2);
  for (const size_t classes : {1, 2, 3, 11, 20, 80, 601}) {
    for (const size_t positions : {1, 35, 300}) {
      for (const HeadForm form : kHeadForms) {
        CAPTURE(classes);
        CAPTURE(positions);
        CAPTURE(NameOf(form));
        CheckFindClasses(&random, classes, positions, form);
      }
    }
  }
}

TEST_CASE("a head's value is the same number in every layout") {
  Random random(3);
  const size_t channels = 21, positions = 12;
  std::vector<float> values = random.Floats(channels * positions, -9, 9);
  for (float& v : values) {
    v = CutTo(DataType::kBf16, CutTo(DataType::kF16, v));
  }
  for (const HeadForm form : kHeadForms) {
    HeadMemory memory(values, channels, positions, form);
    const HeadTensor tensor = Tensor(&memory, channels, positions);
    for (size_t c = 0; c < channels; ++c) {
      for (size_t p = 0; p < positions; ++p) {
        CHECK(tensor.Value(c, p) == values[c * positions + p]);
      }
    }
  }
}

// What IEEE 754 says 16 bits are; NaN for any NaN.
float DefineF16(uint32_t bits) {
  const int exponent = static_cast<int>(bits >> 10 & 31);
  const int fraction = static_cast<int>(bits & 1023);
  double value = std::ldexp(1024 + fraction, exponent - 25);
  if (exponent == 0) value = std::ldexp(fraction, -24);
  if (exponent == 31) value = fraction == 0 ? kInf : kNan;
  return static_cast<float>(bits >> 15 ? -value : value);
}

TEST_CASE("each of the 65536 halves is the number it should be") {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    const float want = DefineF16(bits);
    const float got = FloatFromF16(static_cast<uint16_t>(bits));
    if (std::isnan(want)) {
      REQUIRE(std::isnan(got));
    } else {
      REQUIRE(std::bit_cast<uint32_t>(got) == std::bit_cast<uint32_t>(want));
      REQUIRE(testing::F16Bits(want) == bits);
      REQUIRE(CutTo(DataType::kF16, want) == want);
    }
  }
}

TEST_CASE(
    "each of the 65536 halves is greater than the float before it and not than "
    "itself, in every layout, on every target") {
  // One class; its channel is the first, so that a position's value is its
  // first number in every layout.
  constexpr size_t kPositions = 65536;
  std::vector<uint32_t> at(kPositions);
  std::vector<float> values(kPositions), same(kPositions), less(kPositions);
  std::vector<uint32_t> want;
  for (uint32_t i = 0; i < kPositions; ++i) {
    const float value = DefineF16(i);
    at[i] = i;
    values[i] = value;
    same[i] = std::isnan(value) ? -kInf : value;
    less[i] = std::isnan(value) ? -kInf : std::nextafter(value, -kInf);
    if (value > less[i]) want.push_back(i);
  }
  const std::vector<ClassRun> runs = {{0, 1}};
  for (const HeadForm form : kHeadForms) {
    if (form.type != DataType::kF16) continue;
    HeadMemory memory(values, 1, kPositions, form);
    HeadTensor tensor = Tensor(&memory, 1, kPositions);
    ForEachTarget([&](const char* target) {
      CAPTURE(target);
      CAPTURE(NameOf(form));
      std::vector<ClassHit> hits(kPositions);
      CHECK(FindClasses(tensor, 0, runs, {at.data(), same.data(), kPositions},
                        hits.data()) == 0);
      hits.resize(FindClasses(
          tensor, 0, runs, {at.data(), less.data(), kPositions}, hits.data()));
      std::vector<uint32_t> got;
      for (const ClassHit& h : hits) got.push_back(h.probe);
      std::sort(got.begin(), got.end());
      CHECK(got == want);
    });
  }
}

}  // namespace
}  // namespace yolo
