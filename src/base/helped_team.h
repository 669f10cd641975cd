// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A team whose other members are idle workers of the detector.
#ifndef YOLO_BASE_HELPED_TEAM_H_
#define YOLO_BASE_HELPED_TEAM_H_

#include <atomic>
#include <cstdint>

#include "base/team.h"

namespace yolo {

// The image's own thread opens the team, shares work, and closes it. Workers
// that were asked call Help(), which returns when the team closes or when they
// are wanted elsewhere; they may come late, leave early, or miss it. The object
// must outlive them.
class HelpedTeam : public Team {
 public:
  // Who knows of idle workers.
  class Recruiter {
   public:
    virtual ~Recruiter() = default;
    // Opens the team and asks workers to help, if there are any.
    virtual void Recruit(HelpedTeam* team) = 0;
  };

  // When work is shared for the first time before Close(), `recruiter` is
  // asked: waking a thread takes longer than some networks.
  void OpenWhenShared(Recruiter* recruiter) { recruiter_ = recruiter; }

  // From here on `members` - 1 workers may help.
  void Open(size_t members) {
    size_ = members;
    open_.store(true, std::memory_order_relaxed);
  }
  void Close();

  // 2 as long as nobody has been asked.
  size_t size() const override { return recruiter_ ? 2 : size_; }

  // Runs pieces until the team is closed or `wanted` is true.
  void Help(const std::atomic<bool>& wanted);

 private:
  void Share(size_t count, Call call, const void* context) override;

  // One piece of the work that is published, if any is left.
  bool RunOne();

  // What is shared now: round << 32 | count << 16 | next piece. A piece is
  // claimed by adding one with a compare-exchange, so nobody claims one of a
  // round that is over; while a piece of a round runs, call_ and context_ stay.
  std::atomic<uint64_t> ticket_{0};
  std::atomic<Call> call_{nullptr};
  std::atomic<const void*> context_{nullptr};
  std::atomic<size_t> done_{0};
  std::atomic<bool> open_{false};
  // Of the image's own thread only:
  size_t size_ = 1;
  Recruiter* recruiter_ = nullptr;  // until it is asked
};

}  // namespace yolo

#endif  // YOLO_BASE_HELPED_TEAM_H_
