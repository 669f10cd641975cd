// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/nms.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/for_each_target.h"
#include "support/random.h"

namespace yolo {
namespace {

using testing::ForEachTarget;
using testing::Random;

struct Box {
  float x0, y0, x1, y1;
  bool operator==(const Box&) const = default;
};

float Area(const Box& b) { return (b.x1 - b.x0) * (b.y1 - b.y0); }

// The overlap of a and b, compared with the threshold as the kernel's header
// defines it.
float Intersection(const Box& a, const Box& b) {
  const float w = std::min(a.x1, b.x1) - std::max(a.x0, b.x0);
  const float h = std::min(a.y1, b.y1) - std::max(a.y0, b.y0);
  return std::max(w, 0.0f) * std::max(h, 0.0f);
}

float Union(const Box& a, const Box& b) {
  return (Area(a) + Area(b)) - Intersection(a, b);
}

float Diou(const Box& a, const Box& b) {
  const float dx = ((a.x0 + a.x1) - (b.x0 + b.x1)) / 2;
  const float dy = ((a.y0 + a.y1) - (b.y0 + b.y1)) / 2;
  const float cx = std::max(a.x1, b.x1) - std::min(a.x0, b.x0);
  const float cy = std::max(a.y1, b.y1) - std::min(a.y0, b.y0);
  return Intersection(a, b) / Union(a, b) -
         (dx * dx + dy * dy) / (cx * cx + cy * cy);
}

bool Overlaps(const Box& a, const Box& b, Overlap overlap, float threshold) {
  return overlap == Overlap::kIou ? Intersection(a, b) > threshold * Union(a, b)
                                  : Diou(a, b) > threshold;
}

std::vector<uint32_t> Greedy(const std::vector<Box>& boxes, Overlap overlap,
                             float threshold) {
  std::vector<uint32_t> kept;
  for (uint32_t i = 0; i < boxes.size(); ++i) {
    const bool suppressed =
        std::any_of(kept.begin(), kept.end(), [&](uint32_t k) {
          return Overlaps(boxes[i], boxes[k], overlap, threshold);
        });
    if (!suppressed) kept.push_back(i);
  }
  return kept;
}

struct Kept {
  std::vector<uint32_t> indices;
  std::vector<Box> moved;  // what the arrays hold at the front
};

Kept Keep(const std::vector<Box>& boxes, Overlap overlap, float threshold) {
  const size_t room = (boxes.size() / kBoxPadding + 1) * kBoxPadding;
  // Stale boxes that would suppress everything, were they looked at.
  std::vector<float> x0(room, -1e6f), y0(room, -1e6f);
  std::vector<float> x1(room, 1e6f), y1(room, 1e6f), area(room, 0);
  for (size_t i = 0; i < boxes.size(); ++i) {
    x0[i] = boxes[i].x0;
    y0[i] = boxes[i].y0;
    x1[i] = boxes[i].x1;
    y1[i] = boxes[i].y1;
  }
  Kept kept;
  kept.indices.resize(boxes.size());
  kept.indices.resize(
      KeepBest({x0.data(), y0.data(), x1.data(), y1.data(), area.data()},
               boxes.size(), overlap, threshold, kept.indices.data()));
  for (size_t k = 0; k < kept.indices.size(); ++k) {
    kept.moved.push_back({x0[k], y0[k], x1[k], y1[k]});
  }
  return kept;
}

// Around `clusters` objects; with points, lines, giants and exact copies.
std::vector<Box> Boxes(Random* random, size_t count, int clusters) {
  std::vector<Box> boxes;
  for (size_t i = 0; i < count; ++i) {
    if (!boxes.empty() && random->Chance(5)) {
      boxes.push_back(random->Pick(boxes));
      continue;
    }
    const auto cluster = static_cast<float>(random->Int(0, clusters - 1));
    const float x = cluster * 31 + random->Uniform(-9, 9);
    const float y = cluster * 17 + random->Uniform(-9, 9);
    float w = random->Uniform(10, 50), h = random->Uniform(10, 50);
    if (random->Chance(3)) w = 0;
    if (random->Chance(3)) h = 0;
    if (random->Chance(3)) w = h = 1e10f;
    boxes.push_back({x - w / 2, y - h / 2, x + w / 2, y + h / 2});
  }
  return boxes;
}

TEST_CASE("KeepBest equals greedy suppression, bit for bit, on every target") {
  Random random(1);
  for (const size_t count : {0, 1, 2, 3, 8, 17, 64, 65, 200, 700}) {
    for (const int clusters : {1, 9, 300}) {
      const auto boxes = Boxes(&random, count, clusters);
      for (const Overlap overlap : {Overlap::kIou, Overlap::kDiou}) {
        for (const float threshold : {0.01f, 0.3f, 0.45f, 0.9f, 1.0f}) {
          const auto want = Greedy(boxes, overlap, threshold);
          ForEachTarget([&](const char* target) {
            CAPTURE(target);
            CAPTURE(count);
            CAPTURE(threshold);
            const Kept got = Keep(boxes, overlap, threshold);
            CHECK(got.indices == want);
            for (size_t k = 0; k < want.size(); ++k) {
              CHECK(got.moved[k] == boxes[want[k]]);
            }
          });
        }
      }
    }
  }
}

TEST_CASE(
    "a threshold one rounding away from the overlap decides alike on every "
    "target") {
  Random random(2);
  size_t kept = 0, dropped = 0;
  for (int i = 0; i < 1000; ++i) {
    const Box a = {0, 0, random.Uniform(1, 99), random.Uniform(1, 99)};
    const Box b = {
        a.x1 * random.Uniform(0, 0.2f), a.y1 * random.Uniform(0, 0.2f),
        a.x1 * random.Uniform(1, 1.2f), a.y1 * random.Uniform(1, 1.2f)};
    for (const Overlap overlap : {Overlap::kIou, Overlap::kDiou}) {
      const float value = overlap == Overlap::kIou
                              ? Intersection(a, b) / Union(a, b)
                              : Diou(a, b);
      for (const float toward : {0.0f, value, 1.0f}) {
        const float threshold = std::nextafter(value, toward);
        const bool want = Overlaps(b, a, overlap, threshold);
        (want ? dropped : kept) += 1;
        ForEachTarget([&](const char* target) {
          CAPTURE(target);
          CHECK(Keep({a, b}, overlap, threshold).indices.size() ==
                (want ? 1 : 2));
        });
      }
    }
  }
  CHECK(kept > 1000);
  CHECK(dropped > 1000);
}

TEST_CASE("an IoU equal to the threshold does not suppress") {
  const Box a = {0, 0, 4, 4}, half = {0, 0, 4, 2};
  for (const Overlap overlap : {Overlap::kIou, Overlap::kDiou}) {
    CHECK(Keep({a, a}, overlap, 0.99f).indices == std::vector<uint32_t>{0});
    CHECK(Keep({a, a}, overlap, 1.0f).indices.size() == 2);
  }
  CHECK(Keep({a, half}, Overlap::kIou, 0.5f).indices.size() == 2);
  CHECK(Keep({a, half}, Overlap::kIou, 0.49f).indices.size() == 1);
  // d^2 = 1, c^2 = 32: 0.5 - 1/32 = 0.46875
  CHECK(Keep({a, half}, Overlap::kDiou, 0.46875f).indices.size() == 2);
  CHECK(Keep({a, half}, Overlap::kDiou, 0.46f).indices.size() == 1);
}

TEST_CASE("a box without area neither suppresses nor is suppressed") {
  const Box whole = {0, 0, 8, 8}, line = {0, 4, 8, 4}, point = {4, 4, 4, 4};
  for (const Overlap overlap : {Overlap::kIou, Overlap::kDiou}) {
    const std::vector<Box> boxes = {line, point, whole, line, point};
    CHECK(Keep(boxes, overlap, 1e-6f).indices.size() == boxes.size());
  }
}

}  // namespace
}  // namespace yolo
