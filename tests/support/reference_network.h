// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What every layer means, one value at a time, in double.
#ifndef YOLO_TESTS_SUPPORT_REFERENCE_NETWORK_H_
#define YOLO_TESTS_SUPPORT_REFERENCE_NETWORK_H_

#include <algorithm>
#include <cstddef>
#include <variant>
#include <vector>

#include "model/graph.h"
#include "support/rounded.h"

namespace yolo::testing {

// One image's activations, [c][h][w].
struct Activations {
  Shape shape;
  std::vector<Rounded> data;

  explicit Activations(const Shape& s = {}) : shape(s), data(s.count()) {}

  Rounded& at(int c, int y, int x) { return data[Index(c, y, x)]; }
  const Rounded& at(int c, int y, int x) const { return data[Index(c, y, x)]; }
  bool Holds(int y, int x) const {
    return 0 <= y && y < shape.h && 0 <= x && x < shape.w;
  }

 private:
  size_t Index(int c, int y, int x) const {
    return static_cast<size_t>((c * shape.h + y) * shape.w + x);
  }
};

// Calls body(c, y, x) for every element of `shape`.
template <class Body>
void ForEachElement(const Shape& shape, const Body& body) {
  for (int c = 0; c < shape.c; ++c) {
    for (int y = 0; y < shape.h; ++y) {
      for (int x = 0; x < shape.w; ++x) body(c, y, x);
    }
  }
}

// Runs a graph on one image. `unit` is the rounding of what the device stores:
// kRoundF32 or kRoundBf16 (which then holds for weights and input, too).
class ReferenceNetwork {
 public:
  ReferenceNetwork(const Graph& graph, double unit)
      : weights_(graph.weights.as<float>()), unit_(unit) {
    shape_ = graph.input;
    for (const Layer& layer : graph.layers) layers_.push_back(&layer);
  }

  // input: [3][h][w]. The output of every layer; those of heads are their
  // inputs, untouched.
  std::vector<Activations> Run(const std::vector<float>& input) const {
    Activations image(shape_);
    for (size_t i = 0; i < input.size(); ++i) image.data[i] = Given(input[i]);
    std::vector<Activations> outputs;
    outputs.reserve(layers_.size());
    for (const Layer* layer : layers_) {
      std::vector<const Activations*> in;
      for (const int source : layer->inputs) {
        in.push_back(source == kNetworkInput
                         ? &image
                         : &outputs[static_cast<size_t>(source)]);
      }
      Activations out(layer->shape);
      std::visit([&](const auto& op) { Define(op, in, &out); }, layer->op);
      outputs.push_back(std::move(out));
    }
    return outputs;
  }

 private:
  using Inputs = std::vector<const Activations*>;

  // A weight or a pixel as the device holds it: f32 is what it was given in.
  Rounded Given(float value) const {
    return Rounded::Stored({value, 0}, unit_ == kRoundF32 ? 0 : unit_);
  }
  Rounded Stored(const Rounded& x) const { return Rounded::Stored(x, unit_); }

  void Define(const Convolution& op, const Inputs& in, Activations* out) const {
    const int in_c = in[0]->shape.c / op.groups;
    const int out_c = op.filters / op.groups;
    ForEachElement(out->shape, [&](int f, int y, int x) {
      const float* weight = weights_ + op.weights +
                            static_cast<size_t>(f) *
                                static_cast<size_t>(in_c * op.size * op.size);
      RoundedSum sum;
      sum.Add({weights_[op.bias + static_cast<size_t>(f)], 0});
      ForEachElement({in_c, op.size, op.size}, [&](int c, int ky, int kx) {
        const Rounded w = Given(*weight++);
        const int iy = y * op.stride_y - op.pad + ky * op.dilation;
        const int ix = x * op.stride_x - op.pad + kx * op.dilation;
        if (!in[0]->Holds(iy, ix)) return;
        sum.Add(w * in[0]->at(f / out_c * in_c + c, iy, ix));
      });
      out->at(f, y, x) = Stored(Activated(op.activation, sum.Total()));
    });
  }

  void Define(const MaxPool& op, const Inputs& in, Activations* out) const {
    ForEachElement(out->shape, [&](int c, int y, int x) {
      Rounded most{-INFINITY, 0};
      ForEachElement({1, op.size, op.size}, [&](int, int dy, int dx) {
        const int iy = y * op.stride_y - op.padding / 2 + dy;
        const int ix = x * op.stride_x - op.padding / 2 + dx;
        if (!in[0]->Holds(iy, ix)) return;
        const Rounded& v = in[0]->at(c, iy, ix);
        most.value = std::max(most.value, v.value);
        // Another value may win by its error.
        most.variance = std::max(most.variance, v.variance);
      });
      out->at(c, y, x) = most;
    });
  }

  void Define(const GlobalAveragePool&, const Inputs& in,
              Activations* out) const {
    const Shape shape = in[0]->shape;
    for (int c = 0; c < shape.c; ++c) {
      Rounded sum;
      ForEachElement({1, shape.h, shape.w}, [&](int, int y, int x) {
        sum = AddDependent(sum, in[0]->at(c, y, x));
      });
      const Rounded part{1.0 / (shape.h * shape.w), 0};
      out->at(c, 0, 0) = Stored(sum * part);
    }
  }

  void Define(const Upsample& op, const Inputs& in, Activations* out) const {
    ForEachElement(out->shape, [&](int c, int y, int x) {
      const Rounded& v = in[0]->at(c, y / op.factor, x / op.factor);
      out->at(c, y, x) = op.scale == 1 ? v : Stored(v * Rounded{op.scale, 0});
    });
  }

  void Define(const Route& op, const Inputs& in, Activations* out) const {
    int begin = 0;  // channel of the output
    for (const Activations* source : in) {
      const int part = source->shape.c / op.groups;
      ForEachElement(
          {part, out->shape.h, out->shape.w}, [&](int c, int y, int x) {
            out->at(begin + c, y, x) = source->at(op.group * part + c, y, x);
          });
      begin += part;
    }
  }

  void Define(const Shortcut& op, const Inputs& in, Activations* out) const {
    ForEachElement(out->shape, [&](int c, int y, int x) {
      Rounded sum = in[0]->at(c, y, x);
      for (size_t i = 1; i < in.size(); ++i) {
        if (c >= in[i]->shape.c) continue;
        sum = AddDependent(sum, in[i]->at(c, y, x));
      }
      out->at(c, y, x) = Stored(Activated(op.activation, sum));
    });
  }

  void Define(const ScaleChannels& op, const Inputs& in,
              Activations* out) const {
    ForEachElement(out->shape, [&](int c, int y, int x) {
      const Rounded product = in[1]->at(c, y, x) * in[0]->at(c, 0, 0);
      out->at(c, y, x) = Stored(Activated(op.activation, product));
    });
  }

  void Define(const Multiplication& op, const Inputs& in,
              Activations* out) const {
    ForEachElement(out->shape, [&](int c, int y, int x) {
      const Rounded product = in[0]->at(c, y, x) * in[1]->at(c, y, x);
      out->at(c, y, x) = Stored(Activated(op.activation, product));
    });
  }

  void Define(const Identity&, const Inputs& in, Activations* out) const {
    *out = *in[0];
  }
  void Define(const YoloHead&, const Inputs& in, Activations* out) const {
    *out = *in[0];
  }

  const float* weights_;
  double unit_;
  Shape shape_;
  std::vector<const Layer*> layers_;
};

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_REFERENCE_NETWORK_H_
