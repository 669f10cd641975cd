// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// How far the cpu device's network is from the sum of its convolutions.
//
//   network_bench CFG WEIGHTS [--precision f32|bf16] [--threads N] [--rounds N]
//
// Prints, in milliseconds, medians over the rounds: the network on one thread
// and on N, and each of its convolutions run alone in oneDNN (layouts of
// oneDNN's own choice, activation included, OpenMP on the same numbers of
// threads), added up. A round measures all four, so that what else the machine
// does falls on all of them.
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/helped_team.h"
#include "base/thread.h"
#include "device/device.h"
#include "model/darknet.h"
#include "oneapi/dnnl/dnnl.hpp"

namespace yolo {
namespace {

using dnnl::memory;
using Clock = std::chrono::steady_clock;

double Milliseconds(Clock::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2,
                   values.end());
  return values[values.size() / 2];
}

std::string ReadAll(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "%s: cannot open\n", path);
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

void Check(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.message());
  std::exit(1);
}

// One convolution with its activation, made for the OpenMP threads in force.
class LoneConvolution {
 public:
  LoneConvolution(const Layer& layer, const Shape& in, bool bf16,
                  const dnnl::engine& engine) {
    const auto& c = std::get<Convolution>(layer.op);
    const auto type = bf16 ? memory::data_type::bf16 : memory::data_type::f32;
    const auto any = memory::format_tag::any;
    memory::dims weights = {c.filters, in.c / c.groups, c.size, c.size};
    if (c.groups > 1) {
      weights[0] /= c.groups;
      weights.insert(weights.begin(), c.groups);
    }
    dnnl::post_ops ops;
    using A = Activation;
    using dnnl::algorithm;
    if (c.activation == A::kLeaky) {
      ops.append_eltwise(1, algorithm::eltwise_relu, 0.1f, 0);
    } else if (c.activation == A::kMish) {
      ops.append_eltwise(1, algorithm::eltwise_mish, 0, 0);
    } else if (c.activation == A::kSwish) {
      ops.append_eltwise(1, algorithm::eltwise_swish, 1, 0);
    } else if (c.activation == A::kLogistic) {
      ops.append_eltwise(1, algorithm::eltwise_logistic, 0, 0);
    } else if (c.activation == A::kRelu) {
      ops.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
    }
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(ops);
    const dnnl::convolution_forward::desc desc(
        dnnl::prop_kind::forward_inference, algorithm::convolution_direct,
        {{1, in.c, in.h, in.w}, type, any}, {weights, type, any},
        {{c.filters}, memory::data_type::f32, memory::format_tag::x},
        {{1, layer.shape.c, layer.shape.h, layer.shape.w}, type, any},
        {c.stride_y, c.stride_x}, {c.dilation - 1, c.dilation - 1},
        {c.pad, c.pad}, {c.pad, c.pad});
    const dnnl::convolution_forward::primitive_desc pd(desc, attributes,
                                                       engine);
    primitive_ = dnnl::convolution_forward(pd);
    Add(DNNL_ARG_SRC, pd.src_desc(), engine);
    Add(DNNL_ARG_WEIGHTS, pd.weights_desc(), engine);
    Add(DNNL_ARG_BIAS, pd.bias_desc(), engine);
    Add(DNNL_ARG_DST, pd.dst_desc(), engine);
  }

  void Run(const dnnl::stream& stream) {
    primitive_.execute(stream, arguments_);
  }

 private:
  void Add(int name, const memory::desc& desc, const dnnl::engine& engine) {
    memory m(desc, engine);
    std::memset(m.get_data_handle(), 0, desc.get_size());
    arguments_.emplace(name, m);
  }

  dnnl::primitive primitive_;
  std::unordered_map<int, memory> arguments_;
};

// All convolutions of a graph, for a number of OpenMP threads.
class Convolutions {
 public:
  Convolutions(const Graph& graph, bool bf16, int threads)
      : threads_(threads),
        engine_(dnnl::engine::kind::cpu, 0),
        stream_(engine_) {
    omp_set_num_threads(threads);
    for (const Layer& layer : graph.layers) {
      if (std::holds_alternative<Convolution>(layer.op)) {
        all_.emplace_back(layer, graph.InputShape(layer, 0), bf16, engine_);
        best_.emplace_back();
      }
    }
  }

  // Runs each twice, the first time to warm up.
  void Round() {
    omp_set_num_threads(threads_);
    for (size_t i = 0; i < all_.size(); ++i) {
      all_[i].Run(stream_);
      const auto start = Clock::now();
      all_[i].Run(stream_);
      best_[i].push_back(Milliseconds(Clock::now() - start));
    }
  }

  double Sum() const {
    double sum = 0;
    for (const auto& times : best_) sum += Median(times);
    return sum;
  }

 private:
  const int threads_;
  dnnl::engine engine_;
  dnnl::stream stream_;
  std::vector<LoneConvolution> all_;
  std::vector<std::vector<double>> best_;
};

// Runs the network once with `threads` members.
double RunNetwork(DeviceLane* lane, size_t threads) {
  HelpedTeam team;
  std::vector<Thread> helpers(threads - 1);
  const std::atomic<bool> wanted{false};
  if (threads > 1) team.Open(threads);
  for (Thread& helper : helpers) {
    if (!helper.Start([&] { team.Help(wanted); })) std::exit(1);
  }
  const auto start = Clock::now();
  Check(lane->Run(&team));
  const auto end = Clock::now();
  team.Close();
  return Milliseconds(end - start);
}

int Main(int argc, char** argv) {
  std::string precision = "bf16";
  int threads = 2, rounds = 7;
  for (int i = 3; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--precision") precision = argv[i + 1];
    if (name == "--threads") threads = std::atoi(argv[i + 1]);
    if (name == "--rounds") rounds = std::atoi(argv[i + 1]);
  }
  if (argc < 3 || threads < 1 || rounds < 1) {
    std::fprintf(stderr,
                 "usage: %s CFG WEIGHTS [--precision f32|bf16] [--threads N] "
                 "[--rounds N]\n",
                 argv[0]);
    return 2;
  }
  const std::string cfg = ReadAll(argv[1]), weights = ReadAll(argv[2]);
  const bool bf16 = precision == "bf16";
  Allocator allocator;
  Graph graph;
  DarknetSource source;
  source.cfg = cfg;
  source.cfg_name = argv[1];
  source.weights = {reinterpret_cast<const uint8_t*>(weights.data()),
                    weights.size()};
  source.weights_name = argv[2];
  Check(ReadDarknet(source, Log{}, &allocator, &graph));
  Convolutions alone1(graph, bf16, 1), alone_n(graph, bf16, threads);
  std::unique_ptr<Device> device;
  DeviceOptions options;
  options.precision = bf16 ? YOLO_PRECISION_BF16 : YOLO_PRECISION_F32;
  options.allocator = &allocator;
  Check(CreateCpuDevice(&graph, options, &device));
  std::unique_ptr<DeviceLane> lane;
  Check(device->NewLane(&lane));

  std::vector<double> network1, network_n;
  RunNetwork(lane.get(), 1);
  for (int round = 0; round < rounds; ++round) {
    network1.push_back(RunNetwork(lane.get(), 1));
    network_n.push_back(RunNetwork(lane.get(), static_cast<size_t>(threads)));
    alone1.Round();
    alone_n.Round();
  }
  std::printf("%s %s, %.2f GFLOP, medians of %d rounds, milliseconds\n",
              argv[1], precision.c_str(), graph.gflop, rounds);
  const double n1 = Median(network1), nn = Median(network_n);
  std::printf("1 thread:  network %8.2f  convolutions %8.2f  ratio %.3f\n", n1,
              alone1.Sum(), n1 / alone1.Sum());
  std::printf("%d threads: network %8.2f  convolutions %8.2f  ratio %.3f\n",
              threads, nn, alone_n.Sum(), nn / alone_n.Sum());
  std::printf("%d threads / 1 thread: %.3f\n", threads, nn / n1);
  return 0;
}

}  // namespace
}  // namespace yolo

int main(int argc, char** argv) { return yolo::Main(argc, argv); }
