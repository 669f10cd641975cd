// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What a thread does between two looks at an atomic.
#ifndef YOLO_BASE_PAUSE_H_
#define YOLO_BASE_PAUSE_H_

#include <sched.h>

namespace yolo {

inline void Pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb");
#endif
}

inline void YieldCpu() { sched_yield(); }

}  // namespace yolo

#endif  // YOLO_BASE_PAUSE_H_
