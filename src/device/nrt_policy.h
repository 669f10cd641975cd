// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What each status of libnrt means and what to do about it, as a table.
#ifndef YOLO_DEVICE_NRT_POLICY_H_
#define YOLO_DEVICE_NRT_POLICY_H_

#include <span>

#include "base/status.h"
#include "device/nrt_abi.h"

namespace yolo {

enum class NrtReaction {
  kNone,       // success
  kFlag,       // success, but the result says that a NaN appeared
  kRetry,      // the same call again after a moment, a bounded number of times
  kFailImage,  // the image fails; the core goes on
  kLatchCore,  // no further work for this core; the image may go to another
  kLatchDevice,  // no further work for any core of this process
};

// One status of a transfer or an execution.
struct NrtRule {
  nrt::NRT_STATUS code;
  const char* name;  // libnrt's
  NrtReaction reaction;
  // Failures in a row, of any rule with a number here, after which the core is
  // to be latched all the same; 0: never.
  int latch_after;
  const char* meaning;  // and what the user may do
};

std::span<const NrtRule> NrtRules();

// The rule of `code`. Numbers that a newer library invented fail the image.
const NrtRule& NrtRuleFor(nrt::NRT_STATUS code);

// Which call returned a status; it decides what the host is told.
enum class NrtCall { kInit, kLoad, kAllocate, kTransfer, kExecute, kOther };

// The error of the public API for `code`; YOLO_OK for kNone and kFlag.
yolo_status NrtErrorCode(NrtCall call, nrt::NRT_STATUS code);

// Why `call` failed with `code`, in words.
const char* NrtMeaning(NrtCall call, nrt::NRT_STATUS code);

}  // namespace yolo

#endif  // YOLO_DEVICE_NRT_POLICY_H_
