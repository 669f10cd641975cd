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

// Counts how often it is asked, and opens the team.
class Opener : public HelpedTeam::Recruiter {
 public:
  explicit Opener(size_t members) : members_(members) {}
  void Recruit(HelpedTeam* team) override {
    ++asked_;
    if (members_ > 1) team->Open(members_);
  }
  int asked() const { return asked_; }

 private:
  const size_t members_;
  int asked_ = 0;
};

TEST_CASE("helpers are asked once, and not before work is shared") {
  for (const size_t helpers : {0, 2}) {
    TeamWithHelpers all(helpers);
    Opener opener(1 + helpers);
    all.team()->OpenWhenShared(&opener);
    CountPieces(all.team(), 10, 1);
    CHECK(opener.asked() == 0);
    CountPieces(all.team(), 50, 8);
    CHECK(opener.asked() == 1);
    CHECK(all.team()->size() == 1 + helpers);
    all.team()->Close();
    CountPieces(all.team(), 10, 8);
    CHECK(opener.asked() == 1);

    all.team()->OpenWhenShared(&opener);
    all.team()->Close();
    CHECK(all.team()->size() == 1);
    CountPieces(all.team(), 10, 8);
    CHECK(opener.asked() == 1);
  }
}

}  // namespace
}  // namespace yolo
