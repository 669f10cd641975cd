// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A Darknet .cfg -> a graph -> with weights that fit, a detector and boxes.
#include "fuzz/model.h"
#include "model/darknet.h"

namespace {

using yolo::fuzz::Host;

constexpr size_t kMostBytes = 64 << 20;
// What would take longer than a fuzzer's patience is read, but not run.
constexpr uint64_t kMaxParameters = 1 << 18;
constexpr double kMaxGflop = 0.02;
constexpr size_t kMaxLayers = 200;

void Run(std::string_view cfg, const yolo::Graph& graph) {
  const auto weights = yolo::fuzz::WeightsFile(graph.num_parameters);
  Host host(kMostBytes);
  yolo_options options =
      yolo::fuzz::ModelOptions(cfg, weights.data(), weights.size());
  options.max_bytes = kMostBytes;
  options.max_candidates = 100;
  options.max_detections = 50;
  options.alloc = Host::Alloc;
  options.free = Host::Free;
  options.alloc_user = &host;
  for (const int32_t device : {YOLO_DEVICE_PORTABLE, YOLO_DEVICE_CPU}) {
    options.device = device;
    yolo_detector* detector = nullptr;
    const yolo_status status = yolo_create(&options, &detector);
    yolo::fuzz::RequireStatus(status);
    yolo::fuzz::Require((status == YOLO_OK) == (detector != nullptr),
                        "a detector or an error");
    if (detector) yolo::fuzz::DetectGrey(detector);
    yolo_destroy(detector);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view cfg(reinterpret_cast<const char*>(data), size);
  yolo::DarknetSource source;
  source.cfg = cfg;
  source.cfg_name = "fuzz.cfg";
  source.reads_weights = false;
  yolo::Allocator allocator;
  yolo::Graph graph;
  const yolo::Status status =
      yolo::ReadDarknet(source, {nullptr, nullptr}, &allocator, &graph);
  yolo::fuzz::RequireStatus(status.code());
  if (!status.ok()) return 0;
  yolo::fuzz::Require(!graph.heads.empty(), "a model has a head");
  if (graph.num_parameters <= kMaxParameters && graph.gflop <= kMaxGflop &&
      graph.layers.size() <= kMaxLayers) {
    Run(cfg, graph);
  }
  return 0;
}
