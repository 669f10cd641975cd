// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What this process costs, and where it runs.
#ifndef YOLO_SAMPLES_CLI_BENCH_PROCESS_H_
#define YOLO_SAMPLES_CLI_BENCH_PROCESS_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace cli::bench {

struct ProcessSample {
  double user_s = 0;       // CPU time of all threads
  double system_s = 0;     // the same, in the kernel
  uint64_t rss_bytes = 0;  // resident memory
};

ProcessSample SampleProcess();

struct Host {
  std::string cpu;    // as /proc/cpuinfo names it
  unsigned cpus = 0;  // that this process may use
  uint64_t memory_bytes = 0;
  std::string system;  // kernel and architecture
};

Host DescribeHost();

// An allocator for yolo_options that counts.
struct AllocationCounter {
  static void* Alloc(void* user, size_t size, size_t alignment);
  static void Free(void* user, void* memory, size_t size);
  // Of all AllocationCounters in the process, since it began.
  static uint64_t Count();
};

}  // namespace cli::bench

#endif  // YOLO_SAMPLES_CLI_BENCH_PROCESS_H_
