// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "error.h"

namespace cli::bench {
namespace {

// A handler may do little; writing a byte to a pipe is allowed, and poll()
// sees it whenever it looks.
int pipe_ends[2] = {-1, -1};

void OnSignal(int) {
  const int saved = errno;
  const char byte = 0;
  [[maybe_unused]] const ssize_t written = write(pipe_ends[1], &byte, 1);
  errno = saved;
}

void Replace(int signal, const struct sigaction& action,
             struct sigaction* old) {
  sigaction(signal, nullptr, old);
  if (old->sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  if (pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    throw Error(kNoDetector, "no pipe can be made");
  }
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  Replace(SIGINT, action, &old_int_);
  Replace(SIGTERM, action, &old_term_);
}

Interrupt::~Interrupt() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

bool Interrupt::WaitUntil(std::chrono::steady_clock::time_point when) {
  using std::chrono::ceil;
  using std::chrono::milliseconds;
  for (;;) {
    const auto left =
        ceil<milliseconds>(when - std::chrono::steady_clock::now()).count();
    pollfd end = {pipe_ends[0], POLLIN, 0};
    const int timeout =
        static_cast<int>(std::clamp<decltype(left)>(left, 0, 60'000));
    if (poll(&end, 1, timeout) == 1) return true;
    if (std::chrono::steady_clock::now() >= when) return false;
  }
}

}  // namespace cli::bench
