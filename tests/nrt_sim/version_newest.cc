// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The newest library that is simulated.
#include "nrt_sim/config.h"

namespace yolo::nrt_sim {

const char* DefaultVersion() { return "2.34.10.0"; }

}  // namespace yolo::nrt_sim
