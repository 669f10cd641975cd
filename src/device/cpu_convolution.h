// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The layers that oneDNN runs: convolution, maximum pooling, activation.
#ifndef YOLO_DEVICE_CPU_CONVOLUTION_H_
#define YOLO_DEVICE_CPU_CONVOLUTION_H_

#include "device/cpu_steps.h"

namespace yolo {

// Most pieces of a step: more threads than this do not help one image.
inline constexpr size_t kMaxPieces = 8;

struct CpuContext {
  const Graph& graph;
  const CpuPlan& plan;
  bool bf16;
  const dnnl::engine& engine;
};

// Each appends the steps of layer `i` to `out`. Errors: UNSUPPORTED_MODEL when
// oneDNN has nothing fast for the layer. `fused`: the shortcut that the plan
// wants with the convolution was added too; otherwise that is still to do.
Status AddConvolution(const CpuContext& context, size_t i, CpuProgram* out,
                      bool* fused);
Status AddMaxPool(const CpuContext& context, size_t i, const MaxPool& pool,
                  CpuProgram* out);
// In place, on the output of layer i.
Status AddEltwise(const CpuContext& context, size_t i, Activation activation,
                  CpuProgram* out);

}  // namespace yolo

#endif  // YOLO_DEVICE_CPU_CONVOLUTION_H_
