// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// One function for each kind of layer.
#include "device/cpu_steps.h"

#include <algorithm>
#include <limits>

#include "device/cpu_convolution.h"
#include "kernels/blocked.h"
#include "kernels/depthwise.h"

namespace yolo {
namespace {

using dnnl::memory;

// What one thread does at least, in bytes moved: less is not worth a piece.
constexpr size_t kPieceBytes = 262144;

class Builder {
 public:
  Builder(const Graph& graph, const CpuPlan& plan, bool bf16,
          const dnnl::engine& engine, CpuProgram* out)
      : graph_(graph), plan_(plan), bf16_(bf16), engine_(engine), out_(out) {}

  Status Run() {
    if (plan_.blocked_input.buffer >= 0) BlockInput();
    for (size_t i = 0; i < graph_.layers.size(); ++i) {
      YOLO_TRY(std::visit([&](const auto& op) { return Add(i, op); },
                          graph_.layers[i].op));
    }
    return Status::Ok();
  }

 private:
  const Layer& layer(size_t i) const { return graph_.layers[i]; }
  const LayerPlan& plan(size_t i) const { return plan_.layers[i]; }
  Place SourcePlace(int source) const {
    return source == kNetworkInput ? plan_.blocked_input
                                   : plan(static_cast<size_t>(source)).place;
  }
  const Shape& SourceShape(int source) const {
    return source == kNetworkInput ? graph_.input
                                   : layer(static_cast<size_t>(source)).shape;
  }
  size_t NumBlocks(int channels) const {
    return static_cast<size_t>((channels + plan_.block - 1) / plan_.block);
  }

  using Kernel = std::function<void(const StepMemory& memory, Range)>;

  // A step of a kernel whose work is [0, count), cut in even pieces.
  void AddKernel(size_t i, const char* name, size_t count, Kernel kernel) {
    const size_t bytes = layer(i).shape.count() * plan_.element_bytes;
    Step step;
    step.layer = i;
    step.implementation = name;
    step.num_pieces = std::clamp<size_t>(bytes / kPieceBytes, 1,
                                         std::min<size_t>(count, kMaxPieces));
    step.kernel = [kernel = std::move(kernel), count, n = step.num_pieces](
                      const StepMemory& memory, size_t piece) {
      kernel(memory, {count * piece / n, count * (piece + 1) / n});
    };
    out_->steps.push_back(std::move(step));
  }

  void BlockInput() {
    AddKernel(0, "copy", graph_.input.count() / Channels(kNetworkInput),
              [dst = View(plan_.blocked_input, graph_.input)](
                  const StepMemory& memory, Range range) {
                BlockPlanes(memory.input, 3, dst.At(memory), range);
              });
  }

  Status Add(size_t i, const Convolution& conv) {
    bool fused = false;
    if (bf16_ && IsDepthwise(conv, graph_.InputShape(layer(i), 0))) {
      YOLO_TRY(AddDepthwise(i, conv));
    } else {
      YOLO_TRY(AddConvolution(Context(), i, out_, &fused));
    }
    const LayerPlan& p = plan(i);
    if (p.fused_shortcut < 0 || fused) return Status::Ok();
    // The convolution wrote its output where the shortcut's belongs.
    const auto sum = static_cast<size_t>(p.fused_shortcut);
    AddSum(sum, p.operand);
    return AddActivation(sum, std::get<Shortcut>(layer(sum).op).activation);
  }

  // oneDNN would round the weights to bf16, and with nine of them to an output
  // that is most of the error of a light network (docs/design.md).
  Status AddDepthwise(size_t i, const Convolution& conv) {
    Depthwise op;
    op.size = static_cast<size_t>(conv.size);
    op.stride_y = static_cast<size_t>(conv.stride_y);
    op.stride_x = static_cast<size_t>(conv.stride_x);
    op.pad = static_cast<size_t>(conv.pad);
    op.dilation = static_cast<size_t>(conv.dilation);
    const bool inside = ClampOf(conv.activation, &op.slope, &op.limit);
    const auto type = memory::data_type::f32;
    using Tag = memory::format_tag;
    const memory::dims dims = {conv.filters, 1, 1, conv.size, conv.size};
    const size_t weights =
        Pack({dims, type, Tag::goihw}, conv.weights,
             {dims, type, plan_.block == 16 ? Tag::Goihw16g : Tag::Goihw8g});
    const memory::desc bias({conv.filters}, type, Tag::x);
    const size_t biases = Pack(bias, conv.bias, bias);
    AddKernel(i, "depthwise", NumBlocks(conv.filters),
              [src = Source(i, 0), dst = Target(i), op, weights, biases](
                  const StepMemory& memory, Range range) {
                Depthwise bound = op;
                bound.weights =
                    reinterpret_cast<const float*>(memory.weights + weights);
                bound.bias =
                    reinterpret_cast<const float*>(memory.weights + biases);
                ConvolveDepthwise(src.At(memory), dst.At(memory), bound, range);
              });
    return inside ? Status::Ok() : AddActivation(i, conv.activation);
  }

  // min(max(s, slope * s), limit) is the activation. False: it is another kind;
  // then slope and limit change nothing.
  static bool ClampOf(Activation activation, float* slope, float* limit) {
    *slope = 1;
    *limit = std::numeric_limits<float>::infinity();
    switch (activation) {
      case Activation::kLinear:
        return true;
      case Activation::kRelu6:
        *limit = 6;
        [[fallthrough]];
      case Activation::kRelu:
        *slope = 0;
        return true;
      case Activation::kLeaky:
        *slope = 0.1f;
        return true;
      default:
        return false;
    }
  }

  // Room in the weights; zero behind their end up to a whole block.
  size_t Pack(const memory::desc& from, size_t source, const memory::desc& to) {
    const size_t offset = out_->weights_bytes;
    out_->weights.push_back({from, source, to, offset});
    out_->weights_bytes += AlignUp(to.get_size());
    return offset;
  }

  CpuContext Context() const { return {graph_, plan_, bf16_, engine_}; }

  size_t Channels(int source) const {
    return static_cast<size_t>(SourceShape(source).c);
  }

  void AddCopy(size_t i, int source, const Place& to, const ChannelCopy& copy) {
    const Shape& shape = SourceShape(source);
    const size_t pixels = shape.count() / static_cast<size_t>(shape.c);
    AddKernel(i, "copy", pixels,
              [src = View(SourcePlace(source), shape), dst = View(to, shape),
               copy](const StepMemory& memory, Range range) {
                CopyChannels(src.At(memory), dst.At(memory), copy, range);
              });
  }

  // A view whose base is known only when a lane runs.
  struct LaneView {
    BlockedView view;
    size_t offset;
    BlockedView At(const StepMemory& memory) const {
      BlockedView v = view;
      v.data = memory.activations + offset;
      return v;
    }
  };
  LaneView View(const Place& place, const Shape& shape) const {
    return {
        {nullptr, static_cast<size_t>(shape.h), static_cast<size_t>(shape.w),
         static_cast<size_t>(plan_.block), bf16_ && !plan_.buffer(place).f32},
        plan_.Offset(place)};
  }
  LaneView Source(size_t i, size_t k) const {
    const int source = layer(i).inputs[k];
    return View(SourcePlace(source), SourceShape(source));
  }
  LaneView Target(size_t i) const {
    return View(plan(i).place, layer(i).shape);
  }

  Status Add(size_t i, const MaxPool& pool) {
    return AddMaxPool(Context(), i, pool, out_);
  }

  Status Add(size_t i, const GlobalAveragePool&) {
    AddKernel(i, "average", NumBlocks(layer(i).shape.c),
              [src = Source(i, 0), dst = Target(i)](const StepMemory& memory,
                                                    Range range) {
                AverageBlocks(src.At(memory), dst.At(memory), range);
              });
    return Status::Ok();
  }

  Status Add(size_t i, const Upsample& up) {
    AddKernel(i, "nearest", NumBlocks(layer(i).shape.c),
              [src = Source(i, 0), dst = Target(i), up](
                  const StepMemory& memory, Range range) {
                UpsampleNearest(src.At(memory), dst.At(memory),
                                static_cast<size_t>(up.factor), up.scale,
                                range);
              });
    return Status::Ok();
  }

  Status Add(size_t i, const Route& route) {
    const Layer& l = layer(i);
    size_t channel = 0;
    for (size_t k = 0; k < l.inputs.size(); ++k) {
      const int source = l.inputs[k];
      const size_t channels =
          Channels(source) / static_cast<size_t>(route.groups);
      const auto& copies = plan(i).copies;
      if (std::find(copies.begin(), copies.end(), static_cast<int>(k)) !=
          copies.end()) {
        AddCopy(i, source, plan(i).place,
                {channels * static_cast<size_t>(route.group), channel, channels,
                 k + 1 == l.inputs.size()});
      }
      channel += channels;
    }
    return Status::Ok();
  }

  // The output of layer i += source, over the channels that both have.
  void AddSum(size_t i, int source) {
    const Shape& shape = layer(i).shape;
    const size_t pixels =
        static_cast<size_t>(shape.h) * static_cast<size_t>(shape.w);
    const size_t channels =
        std::min(static_cast<size_t>(shape.c), Channels(source));
    AddKernel(
        i, "add", pixels,
        [src = View(SourcePlace(source), SourceShape(source)), dst = Target(i),
         channels](const StepMemory& memory, Range range) {
          AddChannels(src.At(memory), dst.At(memory), channels, range);
        });
  }

  Status Add(size_t i, const Shortcut& shortcut) {
    if (plan(i).fused) return Status::Ok();
    const Layer& l = layer(i);
    AddCopy(i, l.inputs[0], plan(i).place, {0, 0, Channels(l.inputs[0]), true});
    for (size_t k = 1; k < l.inputs.size(); ++k) AddSum(i, l.inputs[k]);
    return AddActivation(i, shortcut.activation);
  }

  Status AddProduct(size_t i, size_t a, size_t b, Activation activation) {
    AddKernel(i, "multiply", NumBlocks(layer(i).shape.c),
              [x = Source(i, a), y = Source(i, b), dst = Target(i)](
                  const StepMemory& memory, Range range) {
                MultiplyBlocks(x.At(memory), y.At(memory), dst.At(memory),
                               range);
              });
    return AddActivation(i, activation);
  }
  Status Add(size_t i, const ScaleChannels& scale) {
    return AddProduct(i, 1, 0, scale.activation);
  }
  Status Add(size_t i, const Multiplication& product) {
    return AddProduct(i, 0, 1, product.activation);
  }

  Status AddActivation(size_t i, Activation activation) {
    if (activation == Activation::kLinear) return Status::Ok();
    return AddEltwise(Context(), i, activation, out_);
  }

  Status Add(size_t, const Identity&) { return Status::Ok(); }
  Status Add(size_t, const YoloHead&) { return Status::Ok(); }

  const Graph& graph_;
  const CpuPlan& plan_;
  const bool bf16_;
  const dnnl::engine& engine_;
  CpuProgram* const out_;
};

}  // namespace

Status MakeCpuProgram(const Graph& graph, const CpuPlan& plan, bool bf16,
                      const dnnl::engine& engine, CpuProgram* out) {
  return Builder(graph, plan, bf16, engine, out).Run();
}

}  // namespace yolo
