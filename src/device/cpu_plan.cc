// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Aliases, fused sums, routes without copies, and lifetimes.
#include "device/cpu_plan.h"

#include <algorithm>

#include "device/memory_plan.h"

namespace yolo {
namespace {

template <class T>
const T* As(const Layer& layer) {
  return std::get_if<T>(&layer.op);
}

// Rounding does not average out in sums of few products: of three channels by
// three times three, say. Nor does it behind the last convolution: that one may
// have more of them, yet not so many that f32 takes time that can be measured.
constexpr int kFewProducts = 27;
constexpr int kFewProductsForHeads = 192;

// Builds a CpuPlan. A value is the output of a layer; one more stands for the
// network's input as blocks. Values form trees: the parent's memory holds the
// child's at `channel`. A root is a buffer.
class Planner {
 public:
  Planner(const Graph& graph, int block, size_t element_bytes)
      : graph_(graph), num_layers_(static_cast<int>(graph.layers.size())) {
    plan_.block = block;
    plan_.element_bytes = element_bytes;
    plan_.layers.resize(graph.layers.size());
    nodes_.resize(graph.layers.size() + 1);
    for (int v = 0; v <= num_layers_; ++v) node(v).parent = v;
    readers_.resize(nodes_.size());
  }

  CpuPlan Make() {
    FindReaders();
    for (int i = 0; i < num_layers_; ++i) AliasView(i);
    for (int i = 0; i < num_layers_; ++i) FuseShortcut(i);
    FindF32();
    plan_.input_f32 = ReadsF32Input();
    for (int i = 0; i < num_layers_; ++i) PlaceRouteInputs(i);
    MakeBuffers();
    return std::move(plan_);
  }

 private:
  struct Node {
    int parent = 0;     // itself: a root
    int channel = 0;    // of the parent
    bool view = false;  // owns nothing: looks at the parent
  };

  const Layer& layer(int i) const {
    return graph_.layers[static_cast<size_t>(i)];
  }
  LayerPlan& out(int i) { return plan_.layers[static_cast<size_t>(i)]; }
  Node& node(int v) { return nodes_[static_cast<size_t>(v)]; }
  int input_value() const { return num_layers_; }
  int Value(int source) const {
    return source == kNetworkInput ? input_value() : source;
  }
  const Shape& shape(int v) const {
    return v == input_value() ? graph_.input : layer(v).shape;
  }
  bool WholeBlocks(int channels) const { return channels % plan_.block == 0; }

  void FindReaders() {
    for (int i = 0; i < num_layers_; ++i) {
      for (int source : layer(i).inputs) {
        const Convolution* conv = As<Convolution>(layer(i));
        if (source == kNetworkInput && conv && ReadsPlanarInput(*conv)) {
          continue;
        }
        readers_[static_cast<size_t>(Value(source))].push_back(i);
      }
    }
  }

  // Layers that only look at their input's memory.
  void AliasView(int i) {
    const Layer& l = layer(i);
    const int source = l.inputs.empty() ? -1 : Value(l.inputs[0]);
    if (As<Identity>(l) || As<YoloHead>(l)) {
      node(i) = {source, 0};
      return;
    }
    const Route* route = As<Route>(l);
    if (!route || l.inputs.size() != 1) return;
    const int first = route->group * l.shape.c;
    const bool last = route->group == route->groups - 1;
    // Lanes past the end of a group hold the next one, not the zeros that
    // convolutions count on.
    if (WholeBlocks(first) && (WholeBlocks(l.shape.c) || last)) {
      node(i) = {source, first};
    } else {
      out(i).copies.push_back(0);
    }
  }

  bool ReadOnce(int v) const {
    return readers_[static_cast<size_t>(v)].size() == 1;
  }

  // shortcut(x, y) where a convolution makes x, for it alone and after y;
  // dropout between them changes nothing.
  void FuseShortcut(int i) {
    const Layer& l = layer(i);
    if (!As<Shortcut>(l) || l.inputs.size() != 2) return;
    int x = std::max(l.inputs[0], l.inputs[1]);
    const int y = std::min(l.inputs[0], l.inputs[1]);
    if (y == kNetworkInput || !ReadOnce(x)) return;
    while (As<Identity>(layer(x))) {
      x = layer(x).inputs[0];
      if (x == kNetworkInput || !ReadOnce(x)) return;
    }
    if (x <= y || !As<Convolution>(layer(x))) return;
    if (shape(x) != shape(y)) return;
    out(x).fused_shortcut = i;
    out(x).operand = y;
    out(i).fused = true;
    node(x) = {i, 0};
  }

  void PlaceRouteInputs(int i) {
    const Layer& l = layer(i);
    const Route* route = As<Route>(l);
    if (!route || l.inputs.size() < 2) return;
    int channel = 0;
    for (size_t k = 0; k < l.inputs.size(); ++k) {
      const int v = Value(l.inputs[k]);
      const int channels = shape(v).c / route->groups;
      const bool last = k + 1 == l.inputs.size();
      if (route->groups == 1 && node(v).parent == v && WholeBlocks(channel) &&
          (WholeBlocks(channels) || last)) {
        node(v) = {i, channel};
      } else {
        out(i).copies.push_back(static_cast<int>(k));
      }
      channel += channels;
    }
  }

  int Root(int v) const {
    while (nodes_[static_cast<size_t>(v)].parent != v) {
      v = nodes_[static_cast<size_t>(v)].parent;
    }
    return v;
  }
  bool InF32(int source) const {
    return f32_[roots_[static_cast<size_t>(Value(source))]];
  }

  // What is read as f32 only is not rounded. The reader's output decides about
  // its input, and a sum's operand about the sum: all that may be f32 is taken
  // to be, until nothing contradicts.
  void FindF32() {
    f32_.assign(nodes_.size(), true);
    // Looked up in every round, and a chain of views can be long.
    for (int v = 0; v <= num_layers_; ++v) {
      roots_.push_back(static_cast<size_t>(Root(v)));
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (int v = num_layers_; v >= 0; --v) {
        const size_t root = roots_[static_cast<size_t>(v)];
        if (!f32_[root] || MayBeF32(v)) continue;
        f32_[root] = false;
        changed = true;
      }
    }
  }

  bool MayBeF32(int v) const {
    if (v == input_value()) return false;
    const Layer& l = layer(v);
    if (As<Shortcut>(l)) {
      if (!plan_.layers[static_cast<size_t>(v)].fused) return false;
      if (!InF32(l.inputs[0]) || !InF32(l.inputs[1])) return false;
    } else if (!As<Convolution>(l) && !As<Identity>(l) && !As<YoloHead>(l)) {
      return false;
    }
    const auto& readers = readers_[static_cast<size_t>(v)];
    return std::all_of(readers.begin(), readers.end(),
                       [&](int r) { return ReadsF32(r, shape(v)); });
  }

  // Heads and depthwise convolutions compute in f32 whatever the precision.
  bool ReadsF32(int reader, const Shape& input) const {
    const Layer& l = layer(reader);
    if (const auto* conv = As<Convolution>(l)) {
      if (IsDepthwise(*conv, input)) return true;
      const int most =
          OnlyHeadsRead(reader) ? kFewProductsForHeads : kFewProducts;
      return conv->groups == 1 && input.c * conv->size * conv->size <= most &&
             InF32(reader);
    }
    if (As<Shortcut>(l)) return InF32(reader);
    return As<Identity>(l) || As<YoloHead>(l);
  }

  bool OnlyHeadsRead(int v) const {
    const auto& readers = readers_[static_cast<size_t>(v)];
    return !readers.empty() &&
           std::all_of(readers.begin(), readers.end(),
                       [&](int r) { return As<YoloHead>(layer(r)); });
  }

  // The image itself, if only such convolutions read it where it is.
  bool ReadsF32Input() const {
    if (!readers_[static_cast<size_t>(input_value())].empty()) return false;
    for (int i = 0; i < num_layers_; ++i) {
      const auto& inputs = layer(i).inputs;
      if (std::find(inputs.begin(), inputs.end(), kNetworkInput) !=
              inputs.end() &&
          !ReadsF32(i, graph_.input)) {
        return false;
      }
    }
    return true;
  }

  Place Resolve(int v, const std::vector<int>& buffer_of_root) {
    Place place;
    while (node(v).parent != v) {
      place.channel += node(v).channel;
      v = node(v).parent;
    }
    place.buffer = buffer_of_root[static_cast<size_t>(v)];
    return place;
  }

  void MakeBuffers() {
    std::vector<int> buffer_of_root(nodes_.size(), -1);
    for (int v = 0; v <= num_layers_; ++v) {
      const auto index = static_cast<size_t>(v);
      if (node(v).parent != v) continue;
      if (v == input_value() && readers_[index].empty()) continue;
      PlannedBuffer b;
      b.shape = shape(v);
      b.f32 = f32_[index];
      b.first = num_layers_;
      b.last = -1;
      const auto padded = static_cast<size_t>((b.shape.c + plan_.block - 1) /
                                              plan_.block * plan_.block);
      b.bytes = padded * static_cast<size_t>(b.shape.h) *
                static_cast<size_t>(b.shape.w) *
                (b.f32 ? 4 : plan_.element_bytes);
      buffer_of_root[index] = static_cast<int>(plan_.buffers.size());
      plan_.buffers.push_back(b);
    }
    for (int v = 0; v <= num_layers_; ++v) {
      const Place place = Resolve(v, buffer_of_root);
      if (place.buffer < 0) continue;
      if (v == input_value()) {
        plan_.blocked_input = place;
      } else {
        out(v).place = place;
      }
      Extend(v, &plan_.buffers[static_cast<size_t>(place.buffer)]);
    }
    std::vector<Interval> intervals;
    for (const PlannedBuffer& b : plan_.buffers) {
      intervals.push_back({b.first, b.last, b.bytes});
    }
    const auto offsets = PlanOffsets(intervals, &plan_.activation_bytes);
    for (size_t i = 0; i < offsets.size(); ++i) {
      plan_.buffers[i].offset = offsets[i];
    }
  }

  // A buffer lives from the first layer that writes any value in it to the
  // last that reads one; what heads read, to the end.
  void Extend(int v, PlannedBuffer* b) const {
    const int written = v == input_value() ? 0 : v;
    b->first = std::min(b->first, written);
    b->last = std::max(b->last, written);
    for (int reader : readers_[static_cast<size_t>(v)]) {
      b->last = std::max(b->last, reader);
    }
    if (v != input_value() && As<YoloHead>(layer(v))) b->last = num_layers_;
  }

  const Graph& graph_;
  const int num_layers_;
  CpuPlan plan_;
  std::vector<Node> nodes_;
  std::vector<std::vector<int>> readers_;
  std::vector<size_t> roots_;  // of values, before routes are placed
  std::vector<bool> f32_;      // of roots
};

}  // namespace

CpuPlan PlanCpu(const Graph& graph, int block, size_t element_bytes) {
  return Planner(graph, block, element_bytes).Make();
}

}  // namespace yolo
