// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A bar, a count, a rate, and how long it will take.
#include "progress.h"

#include <unistd.h>

#include <cstdio>
#include <string>

namespace cli {

Progress::Progress(size_t total)
    : total_(total), enabled_(isatty(STDERR_FILENO) == 1) {}

void Progress::Advance() {
  constexpr std::chrono::seconds kPatience{1};
  constexpr std::chrono::milliseconds kPeriod{100};
  ++done_;
  if (!enabled_) return;
  const auto now = Clock::now();
  if (now - start_ < kPatience) return;
  if (visible_ && now - drawn_ < kPeriod) return;
  Draw(std::chrono::duration<double>(now - start_).count());
  drawn_ = now;
  visible_ = true;
}

void Progress::Draw(double seconds) const {
  constexpr size_t kWidth = 30;  // characters
  const size_t full = done_ * kWidth / total_;
  const std::string bar =
      std::string(full, '#') + std::string(kWidth - full, '.');
  const double rate = done_ / seconds;
  std::fprintf(stderr, "\r[%s] %zu of %zu, %.1f/s, %.0f s left\033[K",
               bar.c_str(), done_, total_, rate, (total_ - done_) / rate);
  std::fflush(stderr);
}

void Progress::Clear() {
  if (!visible_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  visible_ = false;
}

}  // namespace cli
