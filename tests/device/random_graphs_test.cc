// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What finds a layer that is written where another one still lives.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include "support/device_runs.h"
#include "support/random_graph.h"

namespace yolo {
namespace {

using testing::Activations;
using testing::GraphBuilder;
using testing::RandomGraph;
using testing::Rounded;

// For a person who wants to know what failed.
std::string Describe(const Graph& graph) {
  std::string text;
  for (size_t i = 0; i < graph.layers.size(); ++i) {
    const Layer& layer = graph.layers[i];
    text += "\n  " + std::to_string(i) + ' ' + layer.type + ' ' +
            std::to_string(layer.shape.c) + 'x' +
            std::to_string(layer.shape.h) + 'x' +
            std::to_string(layer.shape.w) + " of";
    for (const int input : layer.inputs) text += ' ' + std::to_string(input);
  }
  return text;
}

TEST_CASE("every head of a random graph equals its definition") {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    const GraphBuilder builder = RandomGraph(seed).Make();
    const Graph graph = builder.Build();
    const std::string layers = Describe(graph);
    CAPTURE(layers);
    testing::CheckAgainstDefinition(builder, seed);
  }
}

TEST_CASE("random graphs are made of every type of layer") {
  std::vector<int> num_layers(std::variant_size_v<Operation>, 0);
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const Graph graph = RandomGraph(seed).Make().Build();
    for (const Layer& layer : graph.layers) ++num_layers[layer.op.index()];
  }
  for (size_t i = 0; i < num_layers.size(); ++i) {
    CAPTURE(i);
    CHECK(num_layers[i] >= 50);
  }
}

// Root mean square of the values, or of the tolerances.
double Size(const Activations& head, bool tolerance) {
  double sum = 0;
  for (const Rounded& r : head.data) {
    const double x = tolerance ? r.tolerance() : r.value;
    sum += x * x;
  }
  return std::sqrt(sum / static_cast<double>(head.data.size()));
}

// Tolerance over size of all heads of 100 graphs, in the middle.
double MedianTolerance(double unit) {
  std::vector<double> ratios;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const Graph graph = RandomGraph(seed).Make().Build();
    const auto outputs = testing::ReferenceNetwork(graph, unit)
                             .Run(testing::RandomImage(graph.input, seed));
    for (const int head : graph.heads) {
      const Activations& out = outputs[static_cast<size_t>(head)];
      ratios.push_back(Size(out, true) / Size(out, false));
    }
  }
  std::sort(ratios.begin(), ratios.end());
  return ratios[ratios.size() / 2];
}

TEST_CASE("what is tolerated is small beside the values") {
  CHECK(MedianTolerance(testing::kRoundF32) < 5e-5);
  CHECK(MedianTolerance(testing::kRoundBf16) < 0.15);
}

}  // namespace
}  // namespace yolo
