// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What holds for a device's lanes, whatever they compute.
#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "support/allocation_count.h"
#include "support/device_runs.h"
#include "support/random_graph.h"
#include "support/thread_team.h"

namespace yolo {
namespace {

using testing::ForEachDevice;
using testing::GraphBuilder;
using testing::NewLane;
using testing::RandomGraph;
using testing::RandomImage;
using testing::ThreadTeam;
using testing::WriteInput;

// The heads, one after the other, as bits: a NaN equals itself.
using Bits = std::vector<uint32_t>;

Bits HeadBits(const DeviceLane& lane, size_t num_heads) {
  Bits bits;
  for (size_t i = 0; i < num_heads; ++i) {
    for (const float value : testing::ReadTensor(lane.Head(i))) {
      bits.push_back(std::bit_cast<uint32_t>(value));
    }
  }
  return bits;
}

Bits RunBits(DeviceLane* lane, size_t num_heads, Team* team) {
  REQUIRE(lane->Run(team).ok());
  return HeadBits(*lane, num_heads);
}

// A network large enough to be shared between threads: every kind of layer,
// planes of 52 x 44 pixels and less.
GraphBuilder LargeGraph() {
  GraphBuilder b({3, 104, 88});
  const Activation leaky = Activation::kLeaky;
  b.Add(Convolution{.filters = 32,
                    .size = 3,
                    .stride_y = 2,
                    .stride_x = 2,
                    .pad = 1,
                    .activation = Activation::kMish});
  const int x = b.Add(
      Convolution{.filters = 96, .size = 3, .pad = 1, .activation = leaky});
  const int depthwise = b.Add(Convolution{
      .filters = 96, .size = 5, .pad = 2, .groups = 96, .activation = leaky});
  const int grouped = b.Add(Convolution{
      .filters = 96, .size = 3, .pad = 1, .groups = 2, .activation = leaky});
  const int sum = b.Add(Shortcut{}, {grouped, depthwise, x});
  const int mean = b.Add(GlobalAveragePool{}, {sum});
  const int gate = b.Add(
      Convolution{.filters = 96, .activation = Activation::kLogistic}, {mean});
  const int scaled = b.Add(ScaleChannels{}, {gate, sum});
  const int product = b.Add(Multiplication{}, {scaled, x});
  const int slice = b.Add(Route{2, 1}, {product});
  const int pooled = b.Add(MaxPool{5, 2, 2, 4}, {slice});
  const int up = b.Add(Upsample{2, 1}, {pooled});
  const int joined = b.Add(Route{}, {up, x, slice, x});
  b.Head(b.Add(Convolution{.filters = 255}, {joined}));
  b.Head(b.Add(Convolution{.filters = 18, .size = 3, .pad = 1}, {pooled}));
  return b;
}

std::vector<GraphBuilder> Graphs() {
  std::vector<GraphBuilder> graphs;
  graphs.push_back(LargeGraph());
  for (uint64_t seed = 1000; seed < 1010; ++seed) {
    graphs.push_back(RandomGraph(seed).Make());
  }
  return graphs;
}

TEST_CASE("a lane that runs again gives the same bits") {
  for (const GraphBuilder& builder : Graphs()) {
    const Graph graph = builder.Build();
    const auto image = RandomImage(graph.input, 1);
    const auto other = RandomImage(graph.input, 2);
    ForEachDevice(builder, [&](const std::string&, Device& device) {
      Team alone;
      const auto lane = NewLane(&device);
      WriteInput(lane->Input(), image);
      const auto first = RunBits(lane.get(), graph.heads.size(), &alone);
      // The input is what it was, so that a border need be filled once only.
      CHECK(RunBits(lane.get(), graph.heads.size(), &alone) == first);
      WriteInput(lane->Input(), other);
      REQUIRE(lane->Run(&alone).ok());
      WriteInput(lane->Input(), image);
      CHECK(RunBits(lane.get(), graph.heads.size(), &alone) == first);
    });
  }
}

TEST_CASE("two lanes give the same bits, one after the other or at once") {
  for (const GraphBuilder& builder : Graphs()) {
    const Graph graph = builder.Build();
    const auto image = RandomImage(graph.input, 1);
    ForEachDevice(builder, [&](const std::string&, Device& device) {
      Team alone, alone_too;
      const auto a = NewLane(&device);
      const auto b = NewLane(&device);
      WriteInput(a->Input(), image);
      WriteInput(b->Input(), image);
      const auto bits = RunBits(a.get(), graph.heads.size(), &alone);
      CHECK(RunBits(b.get(), graph.heads.size(), &alone) == bits);
      bool b_ok = false;
      std::thread thread([&] { b_ok = b->Run(&alone_too).ok(); });
      CHECK(a->Run(&alone).ok());
      thread.join();
      CHECK(b_ok);
      CHECK(HeadBits(*a, graph.heads.size()) == bits);
      CHECK(HeadBits(*b, graph.heads.size()) == bits);
    });
  }
}

TEST_CASE("a team of any size gives the bits of one thread") {
  for (const GraphBuilder& builder : Graphs()) {
    const Graph graph = builder.Build();
    const auto image = RandomImage(graph.input, 1);
    ForEachDevice(builder, [&](const std::string&, Device& device) {
      Team alone;
      const auto lane = NewLane(&device);
      WriteInput(lane->Input(), image);
      const auto bits = RunBits(lane.get(), graph.heads.size(), &alone);
      for (const size_t size : {2, 3, 7}) {
        CAPTURE(size);
        ThreadTeam team(size);
        CHECK(RunBits(lane.get(), graph.heads.size(), &team) == bits);
      }
    });
  }
}

TEST_CASE("input and heads stay where they are") {
  const GraphBuilder builder = LargeGraph();
  const Graph graph = builder.Build();
  ForEachDevice(builder, [&](const std::string&, Device& device) {
    Team alone;
    const auto lane = NewLane(&device);
    const void* const input = lane->Input().data;
    const void* const head = lane->Head(1).data;
    CHECK(reinterpret_cast<uintptr_t>(input) % kAlignment == 0);
    CHECK(lane->Input().shape == graph.input);
    WriteInput(lane->Input(), RandomImage(graph.input, 1));
    REQUIRE(lane->Run(&alone).ok());
    CHECK(lane->Input().data == input);
    CHECK(lane->Head(1).data == head);
  });
}

// dnnl_primitive_execute (oneDNN 2.6.3) makes maps of its arguments and, for
// depthwise convolutions, a std::function: some five blocks of at most 144
// bytes a call, which nobody can keep it from.
constexpr size_t kSmallBlock = 256;

TEST_CASE("running allocates nothing") {
  for (const GraphBuilder& builder : Graphs()) {
    const Graph graph = builder.Build();
    const auto image = RandomImage(graph.input, 1);
    ForEachDevice(builder, [&](const std::string& name, Device& device) {
      Team alone;
      const auto lane = NewLane(&device);
      WriteInput(lane->Input(), image);
      REQUIRE(lane->Run(&alone).ok());
      testing::CountAllocationsAbove(name.starts_with("cpu") ? kSmallBlock : 0);
      const uint64_t tensors = testing::num_test_allocations;
      const uint64_t before = testing::num_allocations;
      bool ok = true;
      for (int i = 0; i < 3; ++i) {
        lane->Input();
        ok = lane->Run(&alone).ok() && ok;
        lane->Head(0);
      }
      const uint64_t after = testing::num_allocations;
      CHECK(ok);
      CHECK(after == before);
      CHECK(testing::num_test_allocations == tensors);
    });
  }
}

TEST_CASE("allocations are counted") {
  testing::CountAllocationsAbove(0);
  const uint64_t before = testing::num_allocations;
  std::vector<int> some(1000);
  some[999] = 1;
  CHECK(some[999] == 1);
  CHECK(testing::num_allocations == before + YOLO_COUNTS_ALLOCATIONS);
}

TEST_CASE("a device says what runs each layer") {
  const GraphBuilder builder = LargeGraph();
  const Graph graph = builder.Build();
  ForEachDevice(builder, [&](const std::string&, Device& device) {
    CHECK(std::strlen(device.instruction_set()) > 0);
    CHECK(device.bytes_weights() > 0);
    for (size_t i = 0; i < graph.layers.size(); ++i) {
      CAPTURE(i);
      const std::string name = device.Implementation(i);
      if (std::holds_alternative<Convolution>(graph.layers[i].op)) {
        CHECK(name != "");
      }
      if (std::holds_alternative<YoloHead>(graph.layers[i].op)) {
        CHECK(name == "");
      }
    }
  });
}

TEST_CASE("memory that is not to be had is an error, and nothing leaks") {
  const GraphBuilder builder = LargeGraph();
  for (const DeviceKind& kind : DeviceKinds()) {
    if (!kind.available({})) continue;
    CAPTURE(kind.name);
    bool had_lane = false;
    // From nothing at all to enough for a lane.
    for (uint64_t limit = 1; !had_lane; limit *= 2) {
      CAPTURE(limit);
      Allocator allocator(nullptr, nullptr, nullptr, limit);
      DeviceOptions options;
      options.precision = YOLO_PRECISION_F32;
      options.allocator = &allocator;
      {
        Graph graph = builder.Build();
        std::unique_ptr<Device> device;
        std::unique_ptr<DeviceLane> lane;
        Status status = kind.create(&graph, options, &device);
        if (status.ok()) status = device->NewLane(&lane);
        had_lane = status.ok();
        if (!had_lane) {
          CHECK((status.code() == YOLO_ERROR_LIMIT ||
                 status.code() == YOLO_ERROR_OUT_OF_MEMORY));
          CHECK(std::strlen(status.message()) > 0);
        }
      }
      CHECK(allocator.bytes_held() == 0);
      REQUIRE(limit < (uint64_t{1} << 40));
    }
  }
}

TEST_CASE("device portable refuses what it cannot compute in") {
  Graph graph = LargeGraph().Build();
  DeviceOptions options;
  options.precision = YOLO_PRECISION_BF16;
  options.allocator = testing::TestAllocator();
  std::unique_ptr<Device> device;
  const Status status = CreatePortableDevice(&graph, options, &device);
  CHECK(status.code() == YOLO_ERROR_DEVICE_UNAVAILABLE);
  CHECK(std::string(status.message()) == "device portable runs f32 only");
  CHECK(!device);
}

}  // namespace
}  // namespace yolo
