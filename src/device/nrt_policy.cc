// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The table, and the few statuses whose meaning depends on the call.
#include "device/nrt_policy.h"

namespace yolo {
namespace {

using enum NrtReaction;
using namespace nrt;

// Failures that may be the input's fault or the core's: this many in a row are
// the core's.
constexpr int kSuspicious = 3;

// Uncorrectable errors of memory and DMA are laid to the core that reported
// them: a chip's other cores report their own, and other chips are well.
constexpr NrtRule kRules[] = {
    {NRT_SUCCESS, "NRT_SUCCESS", kNone, 0, "success"},
    {NRT_FAILURE, "NRT_FAILURE", kFailImage, kSuspicious,
     "libnrt gives no reason; its log may"},
    {NRT_INVALID, "NRT_INVALID", kFailImage, kSuspicious,
     "a tensor's name or size does not fit the model"},
    {NRT_INVALID_HANDLE, "NRT_INVALID_HANDLE", kFailImage, kSuspicious,
     "a model or tensor is not valid"},
    {NRT_RESOURCE, "NRT_RESOURCE", kFailImage, kSuspicious,
     "out of device memory or DMA rings: load fewer copies of the model"},
    {NRT_TIMEOUT, "NRT_TIMEOUT", kLatchCore, 0,
     "the core hangs; usually hardware, replace the instance"},
    {NRT_HW_ERROR, "NRT_HW_ERROR", kLatchCore, 0,
     "hardware failure; replace the instance"},
    {NRT_QUEUE_FULL, "NRT_QUEUE_FULL", kRetry, 0, "the core's queue is full"},
    {NRT_LOAD_NOT_ENOUGH_NC, "NRT_LOAD_NOT_ENOUGH_NC", kFailImage, kSuspicious,
     "the NEFF is compiled for more cores than there are"},
    {NRT_UNSUPPORTED_NEFF_VERSION, "NRT_UNSUPPORTED_NEFF_VERSION", kFailImage,
     kSuspicious,
     "the compiler is newer than libnrt, or compiled for another chip: upgrade "
     "libnrt or compile again"},
    {NRT_FAIL_HOST_MEM_ALLOC, "NRT_FAIL_HOST_MEM_ALLOC", kFailImage,
     kSuspicious, "libnrt is out of host memory"},
    {NRT_FAIL_DEVICE_MEM_ALLOC, "NRT_FAIL_DEVICE_MEM_ALLOC", kFailImage,
     kSuspicious, "out of device memory: load fewer copies of the model"},
    {NRT_UNINITIALIZED, "NRT_UNINITIALIZED", kLatchDevice, 0,
     "libnrt is not initialised"},
    {NRT_CLOSED, "NRT_CLOSED", kLatchDevice, 0,
     "libnrt was closed in this process"},
    {NRT_QUEUE_EMPTY, "NRT_QUEUE_EMPTY", kFailImage, kSuspicious,
     "the core's queue is empty"},
    {NRT_EXEC_UNIT_UNRECOVERABLE, "NRT_EXEC_UNIT_UNRECOVERABLE", kLatchDevice,
     0, "an execution unit is in limbo; restart the process"},
    {NRT_EXEC_BAD_INPUT, "NRT_EXEC_BAD_INPUT", kFailImage, kSuspicious,
     "an input is missing or does not fit the model"},
    {NRT_EXEC_COMPLETED_WITH_NUM_ERR, "NRT_EXEC_COMPLETED_WITH_NUM_ERR", kFlag,
     0, "a NaN appeared; some chips repeat this until the process restarts"},
    {NRT_EXEC_COMPLETED_WITH_ERR, "NRT_EXEC_COMPLETED_WITH_ERR", kFailImage,
     kSuspicious, "an event or parity error"},
    {NRT_EXEC_NC_BUSY, "NRT_EXEC_NC_BUSY", kRetry, 0,
     "the core is locked by another model or process"},
    {NRT_EXEC_OOB, "NRT_EXEC_OOB", kFailImage, 0,
     "the model reached outside a tensor"},
    {NRT_COLL_PENDING, "NRT_COLL_PENDING", kFailImage, kSuspicious,
     "a collective operation is pending, which detectors do not use"},
    {NRT_EXEC_HW_ERR_COLLECTIVES, "NRT_EXEC_HW_ERR_COLLECTIVES", kFailImage,
     kSuspicious,
     "a collective operation is stuck, which detectors do not use"},
    {NRT_EXEC_HW_ERR_HBM_UE, "NRT_EXEC_HW_ERR_HBM_UE", kLatchCore, 0,
     "uncorrectable error of device memory; stop and start the instance"},
    {NRT_EXEC_HW_ERR_NC_UE, "NRT_EXEC_HW_ERR_NC_UE", kLatchCore, 0,
     "uncorrectable error inside the core; stop and start the instance"},
    {NRT_EXEC_HW_ERR_DMA_ABORT, "NRT_EXEC_HW_ERR_DMA_ABORT", kLatchCore, 0,
     "a DMA engine failed; stop and start the instance"},
    {NRT_EXEC_SW_NQ_OVERFLOW, "NRT_EXEC_SW_NQ_OVERFLOW", kFailImage,
     kSuspicious,
     "too many notifications; set NEURON_RT_ENABLE_DGE_NOTIFICATIONS=0"},
    {NRT_EXEC_HW_ERR_REPAIRABLE_HBM_UE, "NRT_EXEC_HW_ERR_REPAIRABLE_HBM_UE",
     kLatchCore, 0,
     "error of device memory that reloading the driver or a reboot repairs"},
    {NRT_NETWORK_PROXY_FAILURE, "NRT_NETWORK_PROXY_FAILURE", kFailImage,
     kSuspicious, "libnrt's network proxy failed, which detectors do not use"},
};

constexpr NrtRule kUnknown = {NRT_FAILURE, "unknown status", kFailImage,
                              kSuspicious,
                              "a number of a newer libnrt; see its headers"};

}  // namespace

std::span<const NrtRule> NrtRules() { return kRules; }

const NrtRule& NrtRuleFor(NRT_STATUS code) {
  for (const NrtRule& rule : kRules) {
    if (rule.code == code) return rule;
  }
  return kUnknown;
}

yolo_status NrtErrorCode(NrtCall call, NRT_STATUS code) {
  const NrtReaction reaction = NrtRuleFor(code).reaction;
  if (reaction == kNone) return YOLO_OK;
  if (reaction == kFlag && call == NrtCall::kExecute) return YOLO_OK;
  if (code == NRT_FAIL_HOST_MEM_ALLOC) return YOLO_ERROR_OUT_OF_MEMORY;
  if (call == NrtCall::kInit) return YOLO_ERROR_DEVICE_UNAVAILABLE;
  if (call == NrtCall::kLoad) {
    if (code == NRT_INVALID) return YOLO_ERROR_BAD_MODEL;
    if (code == NRT_UNSUPPORTED_NEFF_VERSION ||
        code == NRT_LOAD_NOT_ENOUGH_NC) {
      return YOLO_ERROR_UNSUPPORTED_MODEL;
    }
  }
  return YOLO_ERROR_DEVICE;
}

const char* NrtMeaning(NrtCall call, NRT_STATUS code) {
  if (call == NrtCall::kInit && code == NRT_FAILURE) {
    return "the cores are taken, perhaps by a stale process; claim fewer with "
           "NEURON_RT_NUM_CORES, or others with NEURON_RT_VISIBLE_CORES";
  }
  if (call == NrtCall::kInit && code == NRT_INVALID) {
    return "no Neuron device here, or its driver and libnrt do not fit";
  }
  if (call == NrtCall::kLoad && code == NRT_INVALID) {
    return "libnrt does not accept the NEFF";
  }
  if (call == NrtCall::kLoad && code == NRT_HW_ERROR) {
    return "hardware failure, or a NEFF compiled for another chip";
  }
  if (call == NrtCall::kAllocate && code == NRT_INVALID) {
    return "libnrt does not accept the placement, core or size";
  }
  return NrtRuleFor(code).meaning;
}

}  // namespace yolo
