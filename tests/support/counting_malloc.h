// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Counts the program's calls of malloc and its kin. Link counting_malloc.cc.
#ifndef YOLO_TESTS_SUPPORT_COUNTING_MALLOC_H_
#define YOLO_TESTS_SUPPORT_COUNTING_MALLOC_H_

namespace yolo::testing {

// False under sanitizers, which have a malloc of their own, and with other C
// libraries than glibc: nothing is counted there.
bool AllocationsAreCounted();

// Allocations of all threads between construction and Stop().
class AllocationCount {
 public:
  AllocationCount();
  void Stop();

  int ours = 0;    // of everybody but oneDNN
  int onednn = 0;  // called for from inside libdnnl
};

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_COUNTING_MALLOC_H_
