// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C that ends a measurement instead of the process.
#ifndef YOLO_SAMPLES_CLI_BENCH_INTERRUPT_H_
#define YOLO_SAMPLES_CLI_BENCH_INTERRUPT_H_

#include <signal.h>

#include <chrono>

namespace cli::bench {

// While one of these lives, the first SIGINT or SIGTERM ends WaitUntil; the
// second ends the process. What was ignored stays ignored, as for commands that
// a script runs in the background. One at a time in a process.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // Sleeps. True as soon as a signal has come, now or before.
  bool WaitUntil(std::chrono::steady_clock::time_point when);

 private:
  struct sigaction old_int_;
  struct sigaction old_term_;
};

}  // namespace cli::bench

#endif  // YOLO_SAMPLES_CLI_BENCH_INTERRUPT_H_
