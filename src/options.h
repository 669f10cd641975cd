// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The caller's yolo_options, checked, with every default filled in.
#ifndef YOLO_OPTIONS_H_
#define YOLO_OPTIONS_H_

#include <string>
#include <vector>

#include "base/status.h"
#include "extract.h"
#include "model/graph.h"
#include "yolo/neuron.h"

namespace yolo {

// A copy of the caller's options, all fields of this version, every default
// that does not depend on the model filled in. Pointers are still the caller's.
// Errors: INVALID_ARGUMENT, VERSION.
Status ReadOptions(const yolo_options* in, yolo_options* out);

// The same for options->neuron, which may be NULL; lanes_per_core and
// timeout_ms are filled in.
Status ReadNeuronOptions(const yolo_options& options, yolo_neuron_options* out);

// num_lanes and threads_per_lane where they are 0. device_lanes: images in
// flight that the device wants; 0: one for each CPU.
void ResolveThreads(size_t device_lanes, yolo_options* options);

// Those that depend on the model: profile, thresholds by class.
// Errors: INVALID_ARGUMENT.
int32_t ResolveProfile(const yolo_options& options, const Graph& graph);
Status ResolveExtract(const yolo_options& options, int num_classes,
                      int32_t profile, ExtractOptions* out);

inline constexpr size_t kMaxLabelsBytes = size_t{16} << 20;

// Lines without their ends; a byte order mark and last empty lines do not
// count. `name` is the file's in messages. Errors: LIMIT (more labels than a
// model can have classes), BAD_MODEL (not text).
Status ReadLabels(std::string_view text, std::string_view name,
                  std::vector<std::string>* out);

}  // namespace yolo

#endif  // YOLO_OPTIONS_H_
