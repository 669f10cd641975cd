// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Where every activation of the cpu device lies, so that concatenation and
// channel split move no bytes, and what is computed together.
#ifndef YOLO_DEVICE_CPU_PLAN_H_
#define YOLO_DEVICE_CPU_PLAN_H_

#include <vector>

#include "model/graph.h"

namespace yolo {

// Activations are [ceil(c / block)][h][w][block]: a range of channels that
// begins at a multiple of the block is contiguous. So an input of a route can
// be computed where the route wants it, and a group of channels is a pointer.

// Where the output of a layer lies. Layers that only look at another's output
// (dropout, heads, most routes) share its place.
struct Place {
  int buffer = -1;
  int channel = 0;  // of the buffer; a multiple of the block
};

struct PlannedBuffer {
  Shape shape;
  bool f32 = false;  // whatever the precision: it is read as f32 only
  int first = 0;     // layers during which it holds something
  int last = 0;
  size_t offset = 0;  // bytes from the start of a lane's activations
  size_t bytes = 0;
};

// What has to run for a layer.
struct LayerPlan {
  Place place;
  // Convolution: the shortcut whose output it writes, in that one's place, and
  // the shortcut's other operand.
  int fused_shortcut = -1;
  int operand = -1;
  // Shortcut: written by a convolution; nothing to run.
  bool fused = false;
  // Route: which inputs must be copied, by index; the rest lie there already.
  std::vector<int> copies;
};

struct CpuPlan {
  int block = 16;
  size_t element_bytes = 4;  // of buffers that are not f32
  bool input_f32 = false;    // the network's input, whatever the precision
  std::vector<LayerPlan> layers;
  std::vector<PlannedBuffer> buffers;
  // The network's input as blocks, for layers other than convolutions that
  // read it; buffer -1 when there are none.
  Place blocked_input;
  size_t activation_bytes = 0;

  const PlannedBuffer& buffer(const Place& place) const {
    return buffers[static_cast<size_t>(place.buffer)];
  }
  size_t ElementBytes(const Place& place) const {
    return buffer(place).f32 ? 4 : element_bytes;
  }
  // Bytes from the start of the activations to channel `extra` (a multiple of
  // the block) of what lies at `place`.
  size_t Offset(const Place& place, int extra = 0) const {
    const PlannedBuffer& b = buffer(place);
    return b.offset + static_cast<size_t>(place.channel + extra) *
                          static_cast<size_t>(b.shape.h) *
                          static_cast<size_t>(b.shape.w) * ElementBytes(place);
  }
};

// Can this convolution read the planar network input as it is?
inline bool ReadsPlanarInput(const Convolution& conv) {
  return conv.groups == 1;
}

// A filter of its own for each channel.
inline bool IsDepthwise(const Convolution& conv, const Shape& input) {
  return conv.groups == input.c && conv.groups == conv.filters;
}

CpuPlan PlanCpu(const Graph& graph, int block, size_t element_bytes);

}  // namespace yolo

#endif  // YOLO_DEVICE_CPU_PLAN_H_
