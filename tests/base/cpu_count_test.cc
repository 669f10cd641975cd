// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "base/cpu_count.h"

#include <doctest/doctest.h>
#include <sched.h>

#include "base/thread.h"

namespace yolo {
namespace {

TEST_CASE("a quota counts in whole CPUs, rounded up") {
  CHECK(ParseCpuMax("max 100000\n") == 0);
  CHECK(ParseCpuMax("100000 100000\n") == 1);
  CHECK(ParseCpuMax("100001 100000\n") == 2);
  CHECK(ParseCpuMax("50000 100000\n") == 1);
  CHECK(ParseCpuMax("400000 100000\n") == 4);
  CHECK(ParseCpuMax("") == 0);
  CHECK(ParseCpuMax("nonsense") == 0);
  CHECK(ParseCpuMax("1 0") == 0);
  CHECK(ParseCpuMax("-5 100000") == 0);
}

TEST_CASE("a thread confined to one CPU counts one") {
  cpu_set_t before;
  REQUIRE(sched_getaffinity(0, sizeof(before), &before) == 0);
  const int cpus = CountUsableCpus();
  CHECK(cpus >= 1);
  CHECK(cpus <= CPU_COUNT(&before));
  int confined = 0;
  {
    Thread thread;
    REQUIRE(thread.Start([&] {
      cpu_set_t one;
      CPU_ZERO(&one);
      for (int i = 0; i < CPU_SETSIZE; ++i) {
        if (CPU_ISSET(i, &before)) {
          CPU_SET(i, &one);
          break;
        }
      }
      sched_setaffinity(0, sizeof(one), &one);
      confined = CountUsableCpus();
    }));
  }
  CHECK(confined == 1);
}

}  // namespace
}  // namespace yolo
