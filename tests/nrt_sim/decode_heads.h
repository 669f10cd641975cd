// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What a network that decodes its own heads would compute.
#ifndef YOLO_TESTS_NRT_SIM_DECODE_HEADS_H_
#define YOLO_TESTS_NRT_SIM_DECODE_HEADS_H_

#include <vector>

#include "device/device.h"
#include "model/graph.h"
#include "nrt_sim/make_neff.h"

namespace yolo::nrt_sim {

// One for each output: [column][box], in the order of Decoding.
std::vector<std::vector<float>> DecodeHeads(const Graph& graph,
                                            const NeffTensors& tensors,
                                            const DeviceLane& lane);

}  // namespace yolo::nrt_sim

#endif  // YOLO_TESTS_NRT_SIM_DECODE_HEADS_H_
