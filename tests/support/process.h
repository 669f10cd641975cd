// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Processes and threads that tests make.
#ifndef YOLO_TESTS_SUPPORT_PROCESS_H_
#define YOLO_TESTS_SUPPORT_PROCESS_H_

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <iterator>
#include <string>

namespace yolo::testing {

// Exit status of `body` in a child of fork(); 1000 and the number of the
// signal that ended it otherwise. A child that hangs is ended by SIGALRM.
inline int InChild(const std::function<int()>& body, unsigned seconds = 30) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(seconds);
    _exit(body());
  }
  int status = 0;
  pid_t ended;
  do {
    ended = waitpid(child, &status, 0);
  } while (ended < 0 && errno == EINTR);
  REQUIRE(ended == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

// Entries of a folder of /proc/self: "fd", "task".
inline size_t CountOwn(const std::string& what) {
  const std::filesystem::directory_iterator begin("/proc/self/" + what);
  return static_cast<size_t>(
      std::distance(begin, std::filesystem::directory_iterator()));
}

inline size_t CountOpenFiles() { return CountOwn("fd"); }
inline size_t CountThreads() { return CountOwn("task"); }

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_PROCESS_H_
