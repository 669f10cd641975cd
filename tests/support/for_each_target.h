// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs a test on every instruction set that this CPU has.
#ifndef YOLO_TESTS_SUPPORT_FOR_EACH_TARGET_H_
#define YOLO_TESTS_SUPPORT_FOR_EACH_TARGET_H_

#include <hwy/targets.h>

namespace yolo::testing {

// Makes kernels run on `targets` (0: the best) from now on.
inline void UseTargets(int64_t targets) {
  hwy::SetSupportedTargetsForTest(targets);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

// Calls body(name) with each target in use, and goes back to the best even
// when the body throws, as doctest's REQUIRE does.
template <class Body>
void ForEachTarget(const Body& body) {
  struct Restore {
    ~Restore() { UseTargets(0); }
  } restore;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    UseTargets(target);
    body(hwy::TargetName(target));
  }
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_FOR_EACH_TARGET_H_
