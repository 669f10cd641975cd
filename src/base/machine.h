// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// How many threads this process may really run, and how much memory it may
// fill.
#ifndef YOLO_BASE_MACHINE_H_
#define YOLO_BASE_MACHINE_H_

#include <cstdint>
#include <string>

namespace yolo {

// CPUs of the affinity mask, or fewer when a cgroup's quota (version 1 or 2,
// rounded up) grants less. At least 1.
int CountUsableCpus();

// The quota of the cgroup v2 file cpu.max ("max 100000", "150000 100000") in
// CPUs, rounded up; 0 when there is none or the text is something else.
int ParseCpuMax(const std::string& text);

// Bytes of the machine's memory, or fewer when a cgroup grants less.
uint64_t UsableMemory();

// Where a process's cgroups are described.
struct CgroupFiles {
  std::string groups;  // what /proc/<pid>/cgroup holds
  std::string mount;   // "/sys/fs/cgroup"
};

// The tightest limit from the process's group up to the root; 0 without one:
// CPUs, bytes.
int CgroupQuota(const CgroupFiles& files);
uint64_t CgroupMemory(const CgroupFiles& files);

}  // namespace yolo

#endif  // YOLO_BASE_MACHINE_H_
