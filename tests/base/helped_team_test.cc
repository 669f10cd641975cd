// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "base/helped_team.h"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <vector>

#include "base/thread.h"

namespace yolo {
namespace {

// A team with workers that come back whenever it opens.
class TeamWithHelpers {
 public:
  explicit TeamWithHelpers(size_t helpers) : threads_(helpers) {
    for (Thread& thread : threads_) {
      REQUIRE(thread.Start([this] {
        while (!stop_.load()) team_.Help(wanted_);
      }));
    }
  }
  ~TeamWithHelpers() {
    stop_.store(true);
    team_.Close();
    threads_.clear();
  }

  HelpedTeam* team() { return &team_; }
  std::atomic<bool>* wanted() { return &wanted_; }

 private:
  HelpedTeam team_;
  std::atomic<bool> stop_{false}, wanted_{false};
  std::vector<Thread> threads_;
};

// Every piece of many short rounds must run once: each adds one to its cell.
void CountPieces(HelpedTeam* team, size_t rounds, size_t pieces) {
  std::vector<int> runs(pieces, 0);
  for (size_t r = 0; r < rounds; ++r) {
    team->ForEach(pieces, [&](size_t i) { ++runs[i]; });
  }
  for (size_t i = 0; i < pieces; ++i)
    CHECK(runs[i] == static_cast<int>(rounds));
}

TEST_CASE("each piece runs exactly once, whatever the helpers do") {
  for (const size_t helpers : {0, 1, 3}) {
    TeamWithHelpers all(helpers);
    for (int run = 0; run < 20; ++run) {
      all.team()->Open(1 + helpers);
      CHECK(all.team()->size() == 1 + helpers);
      for (const size_t pieces : {0, 1, 2, 3, 8, 100}) {
        CountPieces(all.team(), 50, pieces);
      }
      all.team()->Close();
      CHECK(all.team()->size() == 1);
    }
  }
}

TEST_CASE("helpers that are wanted elsewhere leave, and the work goes on") {
  TeamWithHelpers all(2);
  all.team()->Open(3);
  CountPieces(all.team(), 100, 8);
  all.wanted()->store(true);
  CountPieces(all.team(), 100, 8);
  all.team()->Close();
}

TEST_CASE("more pieces than a round can count run on one thread") {
  TeamWithHelpers all(1);
  all.team()->Open(2);
  CountPieces(all.team(), 1, 70000);
  all.team()->Close();
}

}  // namespace
}  // namespace yolo
