// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// One function for each kind of layer.
#include "device/cpu_steps.h"

#include <algorithm>

#include "device/cpu_convolution.h"
#include "kernels/blocked.h"

namespace yolo {
namespace {

using dnnl::memory;

// What one thread does at least, in bytes moved: less is not worth a piece.
constexpr size_t kPieceBytes = 256 * 1024;

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

  using Kernel = std::function<void(uint8_t* base, const void* input, Range)>;

  // A step of a kernel whose work is [0, count), cut in even pieces.
  void AddKernel(size_t i, const char* name, size_t count, Kernel kernel) {
    const size_t bytes = layer(i).shape.count() * plan_.element_bytes;
    Step step;
    step.layer = i;
    step.implementation = name;
    step.num_pieces = std::clamp<size_t>(bytes / kPieceBytes, 1,
                                         std::min<size_t>(count, kMaxPieces));
    step.kernel = [kernel = std::move(kernel), count, n = step.num_pieces](
                      uint8_t* base, const void* input, size_t piece) {
      kernel(base, input, {count * piece / n, count * (piece + 1) / n});
    };
    out_->steps.push_back(std::move(step));
  }

  void BlockInput() {
    AddKernel(0, "copy", graph_.input.count() / Channels(kNetworkInput),
              [dst = View(plan_.blocked_input, graph_.input)](
                  uint8_t* base, const void* input, Range range) {
                BlockPlanes(input, 3, dst.At(base), range);
              });
  }

  Status Add(size_t i, const Convolution&) {
    bool fused = false;
    YOLO_TRY(AddConvolution(Context(), i, out_, &fused));
    const LayerPlan& p = plan(i);
    if (p.fused_shortcut < 0 || fused) return Status::Ok();
    // The convolution wrote its output where the shortcut's belongs.
    const auto sum = static_cast<size_t>(p.fused_shortcut);
    AddSum(sum, p.operand);
    return AddActivation(sum, std::get<Shortcut>(layer(sum).op).activation);
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
               copy](uint8_t* base, const void*, Range range) {
                CopyChannels(src.At(base), dst.At(base), copy, range);
              });
  }

  // A view whose base is known only when a lane runs.
  struct LaneView {
    BlockedView view;
    size_t offset;
    BlockedView At(uint8_t* base) const {
      BlockedView v = view;
      v.data = base + offset;
      return v;
    }
  };
  LaneView View(const Place& place, const Shape& shape) const {
    return {
        {nullptr, static_cast<size_t>(shape.h), static_cast<size_t>(shape.w),
         static_cast<size_t>(plan_.block), bf16_},
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
              [src = Source(i, 0), dst = Target(i)](uint8_t* base, const void*,
                                                    Range range) {
                AverageBlocks(src.At(base), dst.At(base), range);
              });
    return Status::Ok();
  }

  Status Add(size_t i, const Upsample& up) {
    AddKernel(i, "nearest", NumBlocks(layer(i).shape.c),
              [src = Source(i, 0), dst = Target(i), up](
                  uint8_t* base, const void*, Range range) {
                UpsampleNearest(src.At(base), dst.At(base),
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
         channels](uint8_t* base, const void*, Range range) {
          AddChannels(src.At(base), dst.At(base), channels, range);
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
                  uint8_t* base, const void*, Range range) {
                MultiplyBlocks(x.At(base), y.At(base), dst.At(base), range);
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
