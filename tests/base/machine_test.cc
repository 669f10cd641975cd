// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "base/machine.h"

#include <doctest/doctest.h>
#include <sched.h>

#include <filesystem>
#include <fstream>

#include "base/thread.h"
#include "support/folder.h"

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

// A cgroup file system of the test's own.
struct Groups {
  void Write(const std::string& name, const std::string& text) const {
    const std::string path = folder / name;
    std::filesystem::create_directories(
        std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
  }
  int Quota(const std::string& groups) const {
    return CgroupQuota({groups, folder.path()});
  }
  uint64_t Memory(const std::string& groups) const {
    return CgroupMemory({groups, folder.path()});
  }
  const testing::Folder folder;
};

TEST_CASE("the tightest quota of a group and those around it counts") {
  const Groups v2;
  CHECK(v2.Quota("0::/a/b/c\n") == 0);
  v2.Write("a/cpu.max", "600000 100000\n");
  v2.Write("a/b/cpu.max", "max 100000\n");
  v2.Write("a/b/c/cpu.max", "800000 100000\n");
  CHECK(v2.Quota("0::/a/b/c\n") == 6);
  CHECK(v2.Quota("0::/a/b\n") == 6);
  CHECK(v2.Quota("0::/\n") == 0);
  v2.Write("a/b/c/cpu.max", "150000 100000\n");
  CHECK(v2.Quota("0::/a/b/c\n") == 2);
  v2.Write("cpu.max", "100000 100000\n");
  CHECK(v2.Quota("0::/a/b/c\n") == 1);

  // Version 1, beside the unified hierarchy that holds no CPU controller. In a
  // container the group's own folder may be the root of what is mounted.
  const Groups v1;
  const std::string lines =
      "5:cpuset:/x\n4:cpu,cpuacct:/docker/0123\n1:name=systemd:/\n0::/\n";
  CHECK(v1.Quota(lines) == 0);
  v1.Write("cpu/cpu.cfs_period_us", "50000\n");
  v1.Write("cpu/cpu.cfs_quota_us", "-1\n");
  CHECK(v1.Quota(lines) == 0);
  v1.Write("cpu/cpu.cfs_quota_us", "125000\n");
  CHECK(v1.Quota(lines) == 3);
  v1.Write("cpu/docker/0123/cpu.cfs_period_us", "100000\n");
  v1.Write("cpu/docker/0123/cpu.cfs_quota_us", "1\n");
  CHECK(v1.Quota(lines) == 1);

  // The group of another controller is none of the CPU's.
  v1.Write("cpu/x/cpu.cfs_period_us", "100000\n");
  v1.Write("cpu/x/cpu.cfs_quota_us", "1\n");
  CHECK(v1.Quota("5:cpuset:/x\n4:cpu:/\n") == 3);

  for (const char* broken :
       {"", "\n\n", "0", "0:", ":::", "no colons\n0::\n"}) {
    CHECK(v1.Quota(broken) <= 3);
  }
}

TEST_CASE("the tightest limit on memory counts, and that of the machine") {
  const Groups v2;
  CHECK(v2.Memory("0::/a/b\n") == 0);
  v2.Write("a/memory.max", "1073741824\n");
  v2.Write("a/b/memory.max", "max\n");
  CHECK(v2.Memory("0::/a/b\n") == 1073741824);
  v2.Write("a/b/memory.max", "4096\n");
  CHECK(v2.Memory("0::/a/b\n") == 4096);
  const Groups v1;
  v1.Write("memory/memory.limit_in_bytes", "9223372036854771712\n");
  CHECK(v1.Memory("4:memory:/x\n") == 9223372036854771712u);
  v1.Write("memory/x/memory.limit_in_bytes", "12345\n");
  CHECK(v1.Memory("4:memory:/x\n") == 12345);
  CHECK(v1.Memory("4:cpu:/x\n") == 0);

  CHECK(UsableMemory() > uint64_t{64} << 20);
  CHECK(UsableMemory() < uint64_t{1} << 50);
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
