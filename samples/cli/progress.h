// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A progress bar for people who wait.
#ifndef YOLO_SAMPLES_CLI_PROGRESS_H_
#define YOLO_SAMPLES_CLI_PROGRESS_H_

#include <chrono>
#include <cstddef>

namespace cli {

// One line on stderr, from the second second on; nothing when stderr is not a
// terminal.
class Progress {
 public:
  explicit Progress(size_t total);
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // One more is done; draws the bar, ten times a second at most.
  void Advance();
  // Takes the bar off the terminal, before anything else is printed.
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;

  void Draw(double seconds) const;

  const size_t total_;
  const bool enabled_;
  size_t done_ = 0;
  bool visible_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_ = start_;
};

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_PROGRESS_H_
