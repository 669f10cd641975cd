// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/process.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>

namespace cli::bench {
namespace {

std::atomic<uint64_t> num_allocations{0};

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + time.tv_usec / 1e6;
}

uint64_t PageBytes() { return static_cast<uint64_t>(sysconf(_SC_PAGESIZE)); }

std::string CpuName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

unsigned NumCpus() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN));
}

}  // namespace

ProcessSample SampleProcess() {
  ProcessSample sample;
  rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    sample.user_s = Seconds(usage.ru_utime);
    sample.system_s = Seconds(usage.ru_stime);
  }
  std::ifstream file("/proc/self/statm");
  uint64_t total = 0, resident = 0;
  if (file >> total >> resident) sample.rss_bytes = resident * PageBytes();
  return sample;
}

Host DescribeHost() {
  Host host;
  host.cpu = CpuName();
  host.cpus = NumCpus();
  host.memory_bytes =
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * PageBytes();
  utsname name;
  if (uname(&name) == 0) {
    host.system = std::string(name.sysname) + " " + name.release + ", " +
                  std::string(name.machine);
  }
  return host;
}

void* AllocationCounter::Alloc(void*, size_t size, size_t alignment) {
  num_allocations.fetch_add(1, std::memory_order_relaxed);
  return std::aligned_alloc(alignment,
                            (size + alignment - 1) / alignment * alignment);
}

void AllocationCounter::Free(void*, void* memory, size_t) { std::free(memory); }

uint64_t AllocationCounter::Count() {
  return num_allocations.load(std::memory_order_relaxed);
}

}  // namespace cli::bench
