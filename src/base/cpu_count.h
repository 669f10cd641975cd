// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// How many threads this process may really run.
#ifndef YOLO_BASE_CPU_COUNT_H_
#define YOLO_BASE_CPU_COUNT_H_

#include <string>

namespace yolo {

// CPUs of the affinity mask, or fewer when a cgroup's quota (version 1 or 2,
// rounded up) grants less. At least 1.
int CountUsableCpus();

// The quota of the cgroup v2 file cpu.max ("max 100000", "150000 100000") in
// CPUs, rounded up; 0 when there is none or the text is something else.
int ParseCpuMax(const std::string& text);

// The tightest quota from a process's group up to the root; 0 without one.
// `groups`: what /proc/<pid>/cgroup holds; `mount`: "/sys/fs/cgroup".
int CgroupQuota(const std::string& groups, const std::string& mount);

}  // namespace yolo

#endif  // YOLO_BASE_CPU_COUNT_H_
