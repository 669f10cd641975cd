// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs a test body once on every instruction set that is built and present.
#ifndef YOLO_TESTS_SUPPORT_FOR_EACH_TARGET_H_
#define YOLO_TESTS_SUPPORT_FOR_EACH_TARGET_H_

#include <cstdint>

#include "hwy/highway.h"

namespace yolo::testing {

// body(name of the target); dispatch is as before when it returns.
template <class Body>
void ForEachTarget(const Body& body) {
  struct Restore {
    ~Restore() {
      hwy::SetSupportedTargetsForTest(0);
      hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
  } restore;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    body(hwy::TargetName(target));
  }
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_FOR_EACH_TARGET_H_
