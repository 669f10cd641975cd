// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// sched_getaffinity and the files of control groups.
#include "base/cpu_count.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/file.h"

namespace yolo {
namespace {

int CountAffinity() {
  // Machines with more CPUs than fit a fixed cpu_set_t need a larger one.
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    cpu_set_t* set = CPU_ALLOC(cpus);
    if (!set) return 1;
    const size_t bytes = CPU_ALLOC_SIZE(cpus);
    const int count =
        sched_getaffinity(0, bytes, set) == 0 ? CPU_COUNT_S(bytes, set) : 0;
    CPU_FREE(set);
    if (count > 0) return count;
  }
  return 1;
}

// The first number in `text`; -1 when there is none.
long long FirstNumber(std::string_view text) {
  long long value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

int Quotient(long long quota, long long period) {
  if (quota <= 0 || period <= 0) return 0;
  return static_cast<int>(
      std::min<long long>((quota + period - 1) / period, 1 << 20));
}

std::string ReadSmall(const std::string& path) {
  std::string text;
  return ReadTextFile(path.c_str(), 64 * 1024, &text).ok() ? text
                                                           : std::string();
}

int QuotaIn(const std::string& folder) {
  const int v2 = ParseCpuMax(ReadSmall(folder + "/cpu.max"));
  if (v2 > 0) return v2;
  return Quotient(FirstNumber(ReadSmall(folder + "/cpu.cfs_quota_us")),
                  FirstNumber(ReadSmall(folder + "/cpu.cfs_period_us")));
}

}  // namespace

int ParseCpuMax(const std::string& text) {
  const size_t space = text.find(' ');
  if (space == std::string::npos) return 0;
  return Quotient(FirstNumber(text),
                  FirstNumber(std::string_view(text).substr(space + 1)));
}

int CgroupQuota(const std::string& groups, const std::string& mount) {
  int tightest = 0;
  size_t begin = 0;
  while (begin < groups.size()) {
    const size_t end = std::min(groups.find('\n', begin), groups.size());
    // "0::/path" (version 2) or "5:cpu,cpuacct:/path" (version 1)
    const std::string line = groups.substr(begin, end - begin);
    begin = end + 1;
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (!controllers.empty() && controllers.find("cpu") == std::string::npos) {
      continue;
    }
    std::string path = line.substr(second + 1);
    while (true) {
      const std::string root = controllers.empty() ? mount : mount + "/cpu";
      const int quota = QuotaIn(root + path);
      if (quota > 0) tightest = tightest ? std::min(tightest, quota) : quota;
      const size_t slash = path.rfind('/');
      if (slash == std::string::npos || path.empty()) break;
      path.resize(slash);
    }
  }
  return tightest;
}

int CountUsableCpus() {
  const int cpus = CountAffinity();
  const int quota =
      CgroupQuota(ReadSmall("/proc/self/cgroup"), "/sys/fs/cgroup");
  return quota > 0 ? std::min(cpus, quota) : cpus;
}

}  // namespace yolo
