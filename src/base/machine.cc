// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// sched_getaffinity, sysconf, and the files of control groups.
#include "base/machine.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>

#include "base/file.h"

namespace yolo {
namespace {

int CountAffinity() {
  // Machines with more CPUs than fit a fixed cpu_set_t need a larger one.
  for (size_t cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
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
  return ReadTextFile(path.c_str(), 65536, &text).ok() ? text : std::string();
}

int QuotaIn(const std::string& folder) {
  const int v2 = ParseCpuMax(ReadSmall(folder + "/cpu.max"));
  if (v2 > 0) return v2;
  return Quotient(FirstNumber(ReadSmall(folder + "/cpu.cfs_quota_us")),
                  FirstNumber(ReadSmall(folder + "/cpu.cfs_period_us")));
}

long long MemoryLimitIn(const std::string& folder) {
  const long long v2 = FirstNumber(ReadSmall(folder + "/memory.max"));
  if (v2 > 0) return v2;
  return FirstNumber(ReadSmall(folder + "/memory.limit_in_bytes"));
}

// Whether `name` is one of those in `list`, which have commas between them.
bool Lists(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const size_t size = std::min(list.find(','), list.size());
    if (list.substr(0, size) == name) return true;
    list.remove_prefix(std::min(size + 1, list.size()));
  }
  return false;
}

// The least positive of limit(folder) over the folders of the process's group
// of `controller` and of those around it; 0 without one.
template <class Limit>
auto Tightest(const CgroupFiles& files, const std::string& controller,
              const Limit& limit) {
  decltype(limit(std::string())) tightest = 0;
  std::string_view lines = files.groups;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    // "0::/path" (version 2) or "5:cpu,cpuacct:/path" (version 1)
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const bool v1 = Lists(controllers, controller);
    if (!v1 && !controllers.empty()) continue;
    const std::string root = v1 ? files.mount + '/' + controller : files.mount;
    std::string path(line.substr(second + 1));
    while (true) {
      const auto here = limit(root + path);
      if (here > 0) tightest = tightest ? std::min(tightest, here) : here;
      const size_t slash = path.rfind('/');
      if (slash == std::string::npos) break;
      path.resize(slash);
    }
  }
  return tightest;
}

CgroupFiles OwnGroups() {
  return {ReadSmall("/proc/self/cgroup"), "/sys/fs/cgroup"};
}

}  // namespace

int ParseCpuMax(const std::string& text) {
  const size_t space = text.find(' ');
  if (space == std::string::npos) return 0;
  return Quotient(FirstNumber(text),
                  FirstNumber(std::string_view(text).substr(space + 1)));
}

int CgroupQuota(const CgroupFiles& files) {
  return Tightest(files, "cpu", QuotaIn);
}

uint64_t CgroupMemory(const CgroupFiles& files) {
  return static_cast<uint64_t>(Tightest(files, "memory", MemoryLimitIn));
}

int CountUsableCpus() {
  const int cpus = CountAffinity();
  const int quota = CgroupQuota(OwnGroups());
  return quota > 0 ? std::min(cpus, quota) : cpus;
}

uint64_t UsableMemory() {
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  uint64_t bytes = std::numeric_limits<uint64_t>::max();
  if (pages > 0 && page > 0) {
    bytes = static_cast<uint64_t>(pages) * static_cast<uint64_t>(page);
  }
  const uint64_t limit = CgroupMemory(OwnGroups());
  return limit > 0 ? std::min(bytes, limit) : bytes;
}

}  // namespace yolo
