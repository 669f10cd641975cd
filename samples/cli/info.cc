// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What a model is, what it costs, and what runs it.
#include "info.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <string_view>
#include <vector>

#include "model.h"
#include "report.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMiB = 1 << 20;

std::vector<yolo_layer_info> Layers(const Model& model) {
  std::vector<yolo_layer_info> layers(model.info().num_layers,
                                      YOLO_LAYER_INFO_INIT);
  for (uint32_t i = 0; i < layers.size(); ++i) {
    yolo_get_layer_info(model.detector(), i, &layers[i]);
  }
  return layers;
}

Json LayerJson(const yolo_layer_info& layer, size_t index) {
  return {{"index", index},
          {"line", layer.line},
          {"type", layer.type},
          {"channels", layer.channels},
          {"height", layer.height},
          {"width", layer.width},
          {"parameters", layer.num_parameters},
          {"gflop", Round6(layer.gflop)},
          {"implementation", layer.implementation}};
}

Json OptionsJson(const yolo_detector_info& info) {
  return {{"score_threshold", Round6(info.score_threshold)},
          {"iou_threshold", Round6(info.iou_threshold)},
          {"nms", NameOf(kNms, info.nms)},
          {"max_candidates", info.max_candidates},
          {"max_detections", info.max_detections},
          {"profile", NameOf(kProfiles, info.profile)},
          {"decode", NameOf(kDecodes, info.decode)},
          {"exif", info.exif == YOLO_EXIF_APPLY},
          {"max_scans", info.max_scans},
          {"max_pixels", info.max_pixels},
          {"max_bytes", info.max_bytes}};
}

// What the device says of itself, line by line.
std::vector<std::string> Details(const yolo_detector_info& info) {
  std::vector<std::string> lines;
  std::string_view rest = info.device_details;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

std::vector<yolo_core_stats> Cores(const Model& model) {
  std::vector<yolo_core_stats> cores(model.info().num_cores,
                                     YOLO_CORE_STATS_INIT);
  for (uint32_t i = 0; i < cores.size(); ++i) {
    yolo_device_stats(model.detector(), i, &cores[i]);
  }
  return cores;
}

// What of the network the device runs; the CPU has the rest.
struct Partition {
  size_t layers = 0;
  double gflop = 0;
};

Partition OnDevice(const std::vector<yolo_layer_info>& layers) {
  Partition part;
  for (const yolo_layer_info& layer : layers) {
    if (std::string_view(layer.type) == "yolo") continue;
    ++part.layers;
    part.gflop += layer.gflop;
  }
  return part;
}

Json CoreJson(const yolo_core_stats& core) {
  return {{"core", core.core},
          {"ready", core.state == YOLO_CORE_READY},
          {"bytes_used", core.bytes_used},
          {"bytes_limit", core.bytes_limit},
          {"message", core.message}};
}

Json DeviceJson(const Model& model) {
  const Partition part = OnDevice(Layers(model));
  Json json = {{"details", Details(model.info())},
               {"batch", model.info().batch},
               {"cores", Json::array()},
               {"layers_on_device", part.layers},
               {"gflop_on_device", Round6(part.gflop)}};
  for (const yolo_core_stats& core : Cores(model)) {
    json["cores"].push_back(CoreJson(core));
  }
  return json;
}

std::string InfoJson(const Model& model) {
  const yolo_detector_info& info = model.info();
  Json json = {{"model", model.name()},
               {"weights", model.weights()},
               {"labels", model.labels()},
               {"network_width", info.network_width},
               {"network_height", info.network_height},
               {"classes", info.num_classes},
               {"named_classes", info.num_labels},
               {"heads", info.num_heads},
               {"parameters", info.num_parameters},
               {"gflop", Round6(info.gflop)},
               {"device", info.device_name},
               {"precision", NameOf(kReportedPrecisions, info.precision)},
               {"instruction_set", info.instruction_set},
               {"lanes", info.num_lanes},
               {"threads_per_lane", info.threads_per_lane},
               {"bytes_held", info.bytes_held},
               {"bytes_weights", info.bytes_weights},
               {"bytes_lane", info.bytes_lane},
               {"options", OptionsJson(info)},
               {"build", yolo_build_info()},
               {"layers", Json::array()}};
  if (info.num_cores > 0) json["neuron"] = DeviceJson(model);
  const std::vector<yolo_layer_info> layers = Layers(model);
  for (size_t i = 0; i < layers.size(); ++i) {
    json["layers"].push_back(LayerJson(layers[i], i));
  }
  return OneLine(json);
}

void PrintDevice(const Model& model) {
  const yolo_detector_info& info = model.info();
  for (const std::string& line : Details(info)) {
    const size_t colon = line.find(": ");
    if (colon == line.npos) continue;
    std::printf("  %-9s %s\n", line.substr(0, colon).c_str(),
                line.c_str() + colon + 2);
  }
  for (const yolo_core_stats& core : Cores(model)) {
    std::printf("  core %-4u %s, %.1f of %.1f MiB of its memory in use\n",
                core.core,
                core.state == YOLO_CORE_READY ? "ready" : core.message,
                core.bytes_used / kMiB, core.bytes_limit / kMiB);
  }
  const Partition part = OnDevice(Layers(model));
  std::printf(
      "  partition device: %zu layers, %.4f GFLOP (%.1f %%); CPU: %zu "
      "layers, %.4f GFLOP, decoding and packing before them\n",
      part.layers, part.gflop,
      info.gflop > 0 ? 100 * part.gflop / info.gflop : 100,
      info.num_layers - part.layers, info.gflop - part.gflop);
}

void PrintSummary(const Model& model) {
  const yolo_detector_info& i = model.info();
  std::printf("model       %s\n", model.name().c_str());
  if (!model.weights().empty()) {
    std::printf("weights     %s\n", model.weights().c_str());
  }
  std::printf("classes     %u, %u of them named%s%s\n", i.num_classes,
              std::min(i.num_labels, i.num_classes),
              model.labels().empty() ? "" : " by ", model.labels().c_str());
  std::printf("input       %u x %u pixels, profile %s, decode %s\n",
              i.network_width, i.network_height, NameOf(kProfiles, i.profile),
              NameOf(kDecodes, i.decode));
  std::printf("network     %u layers, %u heads, %" PRIu64
              " parameters, %.2f GFLOP an image\n",
              i.num_layers, i.num_heads, i.num_parameters, i.gflop);
  std::printf("boxes       score above %g, nms %s at IoU %g, at most %u\n",
              i.score_threshold, NameOf(kNms, i.nms), i.iou_threshold,
              i.max_detections);
  std::printf("device      %s, %s, %s\n", i.device_name,
              NameOf(kReportedPrecisions, i.precision), i.instruction_set);
  if (i.num_cores > 0) PrintDevice(model);
  std::printf("lanes       %u, up to %u threads for one image alone\n",
              i.num_lanes, i.threads_per_lane);
  std::printf("memory      %.1f MiB: weights %.1f, each lane %.1f\n",
              i.bytes_held / kMiB, i.bytes_weights / kMiB, i.bytes_lane / kMiB);
  std::printf("library     %s\n", yolo_build_info());
}

void PrintLayers(const Model& model) {
  std::printf("\n  #  line  %-16s  %-16s  parameters    GFLOP  runs as\n",
              "type", "output");
  const std::vector<yolo_layer_info> layers = Layers(model);
  for (size_t i = 0; i < layers.size(); ++i) {
    const yolo_layer_info& layer = layers[i];
    char output[40];
    std::snprintf(output, sizeof output, "%u x %u x %u", layer.channels,
                  layer.height, layer.width);
    const bool runs = layer.implementation[0] != '\0';
    std::printf("%3zu  %4u  %-16s  %-16s  %10" PRIu64 "  %7.4f  %s\n", i,
                layer.line, layer.type, output, layer.num_parameters,
                layer.gflop, runs ? layer.implementation : "-");
  }
}

}  // namespace

ExitCode Info(const Options& options) {
  const Model model(options);
  if (options.json) {
    std::printf("%s\n", InfoJson(model).c_str());
  } else {
    PrintSummary(model);
    PrintLayers(model);
  }
  return kOk;
}

}  // namespace cli
