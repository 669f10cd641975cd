// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Work sharing by one atomic word; short spins, then sleep.
#include "base/helped_team.h"

#include <utility>

#include "base/pause.h"

namespace yolo {
namespace {

// Layers follow each other within microseconds; a helper that finds nothing
// for this many pauses (25 to 50 microseconds) sleeps until the next one.
constexpr int kSpins = 1000;

constexpr uint64_t kRound = uint64_t{1} << 32;

uint64_t Count(uint64_t ticket) { return ticket >> 16 & 0xffff; }
uint64_t Next(uint64_t ticket) { return ticket & 0xffff; }

}  // namespace

void HelpedTeam::Share(size_t count, Call call, const void* context) {
  if (recruiter_) std::exchange(recruiter_, nullptr)->Recruit(this);
  if (size_ == 1 || count > 0xffff) {
    for (size_t i = 0; i < count; ++i) call(context, i);
    return;
  }
  call_.store(call, std::memory_order_relaxed);
  context_.store(context, std::memory_order_relaxed);
  done_.store(0, std::memory_order_relaxed);
  const uint64_t round = ticket_.load(std::memory_order_relaxed) / kRound + 1;
  ticket_.store(round * kRound + (uint64_t{count} << 16),
                std::memory_order_release);
  ticket_.notify_all();
  while (RunOne()) {
  }
  // The last pieces are running elsewhere; they end within this layer.
  for (int spins = 0; done_.load(std::memory_order_acquire) != count;) {
    if (++spins < kSpins) {
      Pause();
    } else {
      YieldCpu();
    }
  }
}

bool HelpedTeam::RunOne() {
  uint64_t ticket = ticket_.load(std::memory_order_acquire);
  do {
    if (Next(ticket) >= Count(ticket)) return false;
  } while (!ticket_.compare_exchange_weak(ticket, ticket + 1,
                                          std::memory_order_acq_rel,
                                          std::memory_order_acquire));
  call_.load(std::memory_order_relaxed)(
      context_.load(std::memory_order_relaxed), Next(ticket));
  done_.fetch_add(1, std::memory_order_release);
  return true;
}

void HelpedTeam::Help(const std::atomic<bool>& wanted) {
  int spins = 0;
  while (open_.load(std::memory_order_acquire) &&
         !wanted.load(std::memory_order_relaxed)) {
    const uint64_t ticket = ticket_.load(std::memory_order_acquire);
    if (RunOne()) {
      spins = 0;
    } else if (++spins < kSpins) {
      Pause();
    } else if (open_.load(std::memory_order_acquire)) {
      ticket_.wait(ticket, std::memory_order_acquire);
      spins = 0;
    }
  }
}

void HelpedTeam::Close() {
  recruiter_ = nullptr;
  if (size_ == 1) return;
  size_ = 1;
  open_.store(false, std::memory_order_release);
  // A new round without pieces wakes those who sleep.
  const uint64_t round = ticket_.load(std::memory_order_relaxed) / kRound + 1;
  ticket_.store(round * kRound, std::memory_order_release);
  ticket_.notify_all();
}

}  // namespace yolo
