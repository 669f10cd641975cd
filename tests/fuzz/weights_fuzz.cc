// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A weights file for a model of 24 numbers -> boxes. Headers, lengths, and
// numbers of every kind: infinite ones and NaN are no reason for a wild box.
#include "fuzz/model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // NULL would mean that there are no weights in memory.
  static const uint8_t kNothing = 0;
  const yolo_options options = yolo::fuzz::ModelOptions(
      yolo::fuzz::kSmallCfg, data ? data : &kNothing, size);
  yolo_detector* detector = nullptr;
  const yolo_status status = yolo_create(&options, &detector);
  yolo::fuzz::RequireStatus(status);
  if (detector) yolo::fuzz::DetectGrey(detector);
  yolo_destroy(detector);
  return 0;
}
