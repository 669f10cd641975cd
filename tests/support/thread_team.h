// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A team of real threads, made anew for each call: slow, and obviously right.
#ifndef YOLO_TESTS_SUPPORT_THREAD_TEAM_H_
#define YOLO_TESTS_SUPPORT_THREAD_TEAM_H_

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "base/team.h"

namespace yolo::testing {

class ThreadTeam : public Team {
 public:
  explicit ThreadTeam(size_t size) : size_(size) {}
  size_t size() const override { return size_; }

 private:
  void Share(size_t count, void (*call)(const void*, size_t),
             const void* context) override {
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i = next++; i < count; i = next++) call(context, i);
    };
    std::vector<std::thread> others;
    for (size_t i = 1; i < size_; ++i) others.emplace_back(work);
    work();
    for (std::thread& t : others) t.join();
  }

  size_t size_;
};

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_THREAD_TEAM_H_
