// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A malloc and an operator new that fail when they are told to. Link
// failing_malloc.cc.
#ifndef YOLO_TESTS_SUPPORT_FAILING_MALLOC_H_
#define YOLO_TESTS_SUPPORT_FAILING_MALLOC_H_

#include <cstdint>

namespace yolo::testing {

// False under sanitizers, which have a malloc of their own: operator new alone
// fails there.
bool MallocFails();

struct MallocTally {
  int64_t counted = 0;      // that might have failed
  int64_t failed = 0;       // that did
  int64_t let_through = 0;  // that should have, but see below
};

// From now on allocation `first`, counted from 0 over all threads, fails; with
// `onwards` those after it do so too. What oneDNN, libgomp, the dynamic linker
// and a libnrt ask for, directly or through the C++ runtime, is let through:
// they crash or end the process when they get none (docs/reliability.md).
void ArmMalloc(int64_t first, bool onwards);
MallocTally DisarmMalloc();

// Blocks that were taken while it was armed and have not been given back.
int64_t LiveBlocks();

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_FAILING_MALLOC_H_
