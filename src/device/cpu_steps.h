// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The cpu device's program: oneDNN primitives and kernels in the order to run.
#ifndef YOLO_DEVICE_CPU_STEPS_H_
#define YOLO_DEVICE_CPU_STEPS_H_

#include <functional>
#include <string>
#include <vector>

#include "base/memory.h"
#include "base/status.h"
#include "device/cpu_plan.h"
#include "model/graph.h"
#include "oneapi/dnnl/dnnl.hpp"

namespace yolo {

// The memory that arguments of primitives lie in.
enum class Region {
  kActivations,  // of the lane
  kInput,        // of the lane: the network's input, planar
  kScratch,      // of the lane
  kWeights,      // of the device
};

struct Argument {
  int name = 0;  // DNNL_ARG_...
  dnnl::memory::desc desc;
  Region region = Region::kActivations;
  size_t offset = 0;  // bytes
};

// A primitive and what it reads and writes.
struct Call {
  dnnl::primitive primitive;
  std::vector<Argument> arguments;
};

// Where the memory of a lane and of its device begins.
struct StepMemory {
  uint8_t* activations = nullptr;
  const void* input = nullptr;
  const uint8_t* weights = nullptr;
};

// One stage of a layer, in pieces that may run at the same time on several
// threads. The pieces depend on shapes only: an image gives the same bits
// whatever the number of threads.
struct Step {
  size_t layer = 0;
  std::string implementation;
  std::vector<Call> calls;  // one each piece; or else
  std::function<void(const StepMemory& memory, size_t piece)> kernel;
  size_t num_pieces = 0;
};

// Floats of the graph to be laid out as a primitive wants them.
struct PackedWeights {
  dnnl::memory::desc from;
  size_t source = 0;  // floats, in Graph::weights
  dnnl::memory::desc to;
  size_t offset = 0;  // bytes, in Region::kWeights
};

struct CpuProgram {
  std::vector<Step> steps;
  std::vector<PackedWeights> weights;
  size_t weights_bytes = 0;
  size_t scratch_bytes = 0;
};

// Makes every primitive. `bf16`: activations and weights; else f32.
Status MakeCpuProgram(const Graph& graph, const CpuPlan& plan, bool bf16,
                      const dnnl::engine& engine, CpuProgram* out);

}  // namespace yolo

#endif  // YOLO_DEVICE_CPU_STEPS_H_
