// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Counts the program's calls of malloc and its kin. Link counting_malloc.cc.
#ifndef YOLO_TESTS_SUPPORT_COUNTING_MALLOC_H_
#define YOLO_TESTS_SUPPORT_COUNTING_MALLOC_H_

namespace yolo::testing {

// Allocations of all threads since it was made; operator new's too, which
// comes down to malloc. Ends the program as skipped where malloc cannot be
// replaced (sanitizers, other C libraries than glibc).
class AllocationCount {
 public:
  AllocationCount();
  int Stop() const;
};

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_COUNTING_MALLOC_H_
