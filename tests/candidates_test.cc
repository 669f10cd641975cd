// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "candidates.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/random.h"

namespace yolo {
namespace {

using testing::Random;

// Scores from the smallest float to 1; with `ties`, a few of them only.
std::vector<Candidate> Offers(Random* random, size_t count, bool ties) {
  std::vector<Candidate> offers(count);
  for (size_t i = 0; i < count; ++i) {
    Candidate& c = offers[i];
    c.score = ties ? static_cast<float>(random->Int(1, 3)) / 3
                   : std::ldexp(random->Uniform(0.5f, 1), random->Int(-9, 0));
    if (random->Chance(1)) c.score = 1e-45f;
    if (random->Chance(1)) c.score = 1;
    c.class_id = random->Int(0, 5);
    c.order = static_cast<uint32_t>(count - i);
    c.box.x.lo = static_cast<float>(i);  // to know it again
  }
  return offers;
}

TEST_CASE("the best of all that were offered come out, best first") {
  Random random(1);
  Allocator allocator;
  for (const size_t max : {1, 2, 7, 255, 256, 257, 3000}) {
    Candidates candidates;
    size_t refused = 0;
    REQUIRE(candidates.Init(&allocator, max, &refused));
    for (const size_t count : {0, 1, 2, 3, 7, 8, 250, 600, 3001, 20000}) {
      for (const bool ties : {false, true}) {
        CAPTURE(max);
        CAPTURE(count);
        CAPTURE(ties);
        auto offers = Offers(&random, count, ties);
        candidates.Clear();
        for (const Candidate& c : offers) candidates.Add(c);
        candidates.Rank();
        std::sort(offers.begin(), offers.end(), Before);
        REQUIRE(candidates.size() == std::min(max, count));
        CHECK(candidates.overflow() == (count > max));
        size_t num_wrong = 0;
        for (size_t i = 0; i < candidates.size(); ++i) {
          num_wrong += candidates[i].box.x.lo != offers[i].box.x.lo;
        }
        CHECK(num_wrong == 0);
        if (count > max) {
          CHECK(!Before(candidates.worst(), candidates[max - 1]));
          CHECK(!Before(candidates[max - 1], candidates.worst()));
        }
      }
    }
  }
}

}  // namespace
}  // namespace yolo
