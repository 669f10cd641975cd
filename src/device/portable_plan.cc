// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Graph -> steps. Every layer's output is a view of a region of memory; a
// region may lie inside another, as the input of a concatenation does.
#include "device/portable_plan.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/memory.h"
#include "device/memory_plan.h"

namespace yolo::portable {
namespace {

constexpr size_t kNone = ~size_t{0};

struct Region {
  size_t floats;
  size_t parent = kNone;     // the region that this one lies in
  size_t offset = 0;         // floats from the parent's start
  int first = 0, last = -1;  // steps that touch it; of regions without parent
};

struct View {
  size_t region;
  size_t offset;  // floats
};

// A step whose operands have no offsets yet.
struct Draft {
  Kernel kernel;
  std::vector<View> inputs;
  View output;
  View workspace;
  size_t weights;
};

// Layers that a head depends on.
std::vector<bool> FindNeeded(const Graph& graph) {
  std::vector<bool> needed(graph.layers.size(), false);
  for (const int head : graph.heads) needed[static_cast<size_t>(head)] = true;
  for (size_t i = graph.layers.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (const int source : graph.layers[i].inputs) {
      if (source != kNetworkInput) needed[static_cast<size_t>(source)] = true;
    }
  }
  return needed;
}

class Planner {
 public:
  explicit Planner(const Graph& graph) : graph_(graph) {
    plan_.implementations.assign(graph.layers.size(), "");
    outputs_.assign(graph.layers.size(), View{kNone, 0});
    input_ = NewRegion(graph.input.count());
  }

  Plan Make() {
    const std::vector<bool> needed = FindNeeded(graph_);
    for (size_t i = 0; i < graph_.layers.size(); ++i) {
      if (!needed[i]) continue;
      layer_ = &graph_.layers[i];
      index_ = i;
      std::visit([&](const auto& op) { outputs_[i] = Build(op); }, layer_->op);
    }
    FindLifetimes();
    SetOffsets();
    return std::move(plan_);
  }

 private:
  View Input(size_t i) const {
    const int source = layer_->inputs[i];
    return source == kNetworkInput ? View{input_, 0}
                                   : outputs_[static_cast<size_t>(source)];
  }
  const Shape& InputShape(size_t i) const {
    return graph_.InputShape(*layer_, i);
  }

  size_t NewRegion(size_t floats) {
    regions_.push_back({floats});
    return regions_.size() - 1;
  }

  // Appends a step of the current layer; its output has a region of its own.
  template <class K>
  View Emit(K kernel) {
    const View output{NewRegion(layer_->shape.count()), 0};
    std::vector<View> inputs;
    for (size_t i = 0; i < layer_->inputs.size(); ++i) {
      inputs.push_back(Input(i));
    }
    EmitTo(output, std::move(kernel), std::move(inputs));
    return output;
  }

  template <class K>
  void EmitTo(View output, K kernel, std::vector<View> inputs) {
    size_t workspace = 0, weights = 0;
    if constexpr (requires { kernel.workspace_floats(); }) {
      workspace = kernel.workspace_floats();
    }
    if constexpr (requires { kernel.weight_floats(); }) {
      weights = kernel.weight_floats();
    }
    plan_.implementations[index_] = K::kName;
    drafts_.push_back({std::move(kernel), std::move(inputs), output,
                       View{NewRegion(workspace), 0}, plan_.weight_floats});
    plan_.weight_floats += AlignUp(weights * sizeof(float)) / sizeof(float);
  }

  View Build(const Convolution& op) {
    const Shape& in = InputShape(0);
    if (op.groups > 1 && op.groups == in.c) {
      return Emit(Depthwise(op, in, layer_->shape));
    }
    return Emit(Gemm(op, in, layer_->shape));
  }
  View Build(const MaxPool& op) {
    return Emit(Max{op, InputShape(0), layer_->shape});
  }
  View Build(const GlobalAveragePool&) { return Emit(Mean{InputShape(0)}); }
  View Build(const Upsample& op) { return Emit(Repeat{op, InputShape(0)}); }
  View Build(const ScaleChannels& op) {
    return Emit(Scale{op.activation, layer_->shape});
  }
  View Build(const Multiplication& op) {
    return Emit(Product{op.activation, layer_->shape.count()});
  }
  View Build(const Identity&) { return Input(0); }
  View Build(const YoloHead&) { return Input(0); }

  View Build(const Shortcut& op) {
    Sum sum{op.activation, layer_->shape.count(), {}};
    for (size_t i = 1; i < layer_->inputs.size(); ++i) {
      sum.more.push_back(std::min(sum.count, InputShape(i).count()));
    }
    return Emit(std::move(sum));
  }

  View Build(const Route& op) {
    std::vector<View> parts;
    std::vector<size_t> sizes;  // floats
    for (size_t i = 0; i < layer_->inputs.size(); ++i) {
      const size_t floats =
          InputShape(i).count() / static_cast<size_t>(op.groups);
      const View in = Input(i);
      parts.push_back(
          {in.region, in.offset + static_cast<size_t>(op.group) * floats});
      sizes.push_back(floats);
    }
    if (parts.size() == 1) return parts[0];
    return Concatenate(parts, sizes);
  }

  // A region that holds `parts` one after the other. Those that are a whole
  // region of their own move into it, before anything has an offset: what
  // makes them then writes there. The others are copied; so is the network's
  // input, which would keep the whole region alive from first to last step.
  View Concatenate(const std::vector<View>& parts,
                   const std::vector<size_t>& sizes) {
    const size_t whole = NewRegion(layer_->shape.count());
    Copy copy;
    std::vector<View> sources;
    size_t offset = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
      Region& part = regions_[parts[i].region];
      const bool movable = part.parent == kNone && part.floats == sizes[i] &&
                           parts[i].region != input_;
      if (movable) {
        part.parent = whole;
        part.offset = offset;
      } else {
        copy.parts.push_back({offset, sizes[i]});
        sources.push_back(parts[i]);
      }
      offset += sizes[i];
    }
    const View output{whole, 0};
    if (!sources.empty()) EmitTo(output, std::move(copy), std::move(sources));
    return output;
  }

  // `view` as part of the region that contains it and lies in no other.
  View Outermost(View view) const {
    while (regions_[view.region].parent != kNone) {
      view.offset += regions_[view.region].offset;
      view.region = regions_[view.region].parent;
    }
    return view;
  }

  void Touch(View view, size_t step) {
    Region& region = regions_[Outermost(view).region];
    const int s = static_cast<int>(step);
    if (region.last < region.first) region.first = s;
    region.first = std::min(region.first, s);
    region.last = std::max(region.last, s);
  }

  void FindLifetimes() {
    const size_t end = drafts_.size();
    Touch({input_, 0}, 0);
    Touch({input_, 0}, end);
    for (size_t s = 0; s < end; ++s) {
      for (const View& in : drafts_[s].inputs) Touch(in, s);
      Touch(drafts_[s].output, s);
      Touch(drafts_[s].workspace, s);
    }
    for (const int head : graph_.heads) {
      Touch(outputs_[static_cast<size_t>(head)], end);
    }
  }

  void SetOffsets() {
    std::vector<Interval> intervals;
    for (const Region& r : regions_) {
      const bool outermost = r.parent == kNone && r.first <= r.last;
      intervals.push_back(
          outermost ? Interval{r.first, r.last, r.floats * sizeof(float)}
                    : Interval{0, 0, 0});
    }
    const std::vector<size_t> bytes =
        PlanOffsets(intervals, &plan_.block_bytes);
    const auto offset_of = [&](View view) {
      const View outer = Outermost(view);
      return bytes[outer.region] / sizeof(float) + outer.offset;
    };
    plan_.input = {offset_of({input_, 0}), graph_.input};
    for (const int head : graph_.heads) {
      const auto i = static_cast<size_t>(head);
      plan_.heads.push_back({offset_of(outputs_[i]), graph_.layers[i].shape});
    }
    for (Draft& draft : drafts_) {
      Step step{std::move(draft.kernel),
                {},
                offset_of(draft.output),
                offset_of(draft.workspace),
                draft.weights};
      for (const View& in : draft.inputs) step.inputs.push_back(offset_of(in));
      plan_.steps.push_back(std::move(step));
    }
  }

  const Graph& graph_;
  Plan plan_;
  std::vector<Region> regions_;
  std::vector<View> outputs_;  // of the layers
  std::vector<Draft> drafts_;
  size_t input_ = 0;              // region of the network's input
  const Layer* layer_ = nullptr;  // being built
  size_t index_ = 0;              // of that layer
};

}  // namespace

Plan MakePlan(const Graph& graph) { return Planner(graph).Make(); }

}  // namespace yolo::portable
