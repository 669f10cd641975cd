// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "detection.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

using Json = nlohmann::ordered_json;
using prometheus::MetricFamily;

namespace {

// As many decimals as mean something.
double Round(float value, double steps) {
  return std::round(value * steps) / steps;
}

using Stages = std::vector<std::pair<const char*, uint64_t>>;  // nanoseconds

Stages StagesOf(const yolo_result& r) {
  return {{"wait", r.ns_wait},
          {"decode", r.ns_decode},
          {"pack", r.ns_pack},
          {"run", r.ns_run},
          {"extract", r.ns_extract}};
}

// One family, a sample for each core of the device.
void AddCores(const yolo::Detector& detector, const char* name,
              const char* help, prometheus::MetricType type,
              double (*value)(const yolo_core_stats&),
              std::vector<MetricFamily>* out) {
  MetricFamily family{name, help, type, {}};
  for (uint32_t i = 0; i < detector.Info().num_cores; ++i) {
    const auto stats = detector.CoreStats(i);
    if (!stats) continue;
    prometheus::ClientMetric metric;
    metric.label = {{"core", std::to_string(stats->core)}};
    metric.gauge.value = metric.counter.value = value(*stats);
    family.metric.push_back(metric);
  }
  if (!family.metric.empty()) out->push_back(family);
}

void CollectDetector(const yolo::Detector& detector,
                     std::vector<MetricFamily>* out) {
  using prometheus::MetricType;
  const yolo_detector_info info = detector.Info();
  MetricFamily made = OneGauge("yolo_detector_info", "What detects.", 1);
  made.metric[0].label = {{"device", info.device_name},
                          {"instruction_set", info.instruction_set},
                          {"build", yolo_build_info()}};
  out->push_back(made);
  out->push_back(
      OneGauge("yolo_lanes", "Images in flight at once.", info.num_lanes));
  out->push_back(OneGauge("yolo_detector_bytes", "Memory of the detector.",
                          static_cast<double>(info.bytes_held)));
  AddCores(
      detector, "yolo_core_ready", "1: the core takes images.",
      MetricType::Gauge,
      [](const yolo_core_stats& s) {
        return s.state == YOLO_CORE_READY ? 1.0 : 0.0;
      },
      out);
  AddCores(
      detector, "yolo_core_images_total", "Images that the core finished.",
      MetricType::Counter,
      [](const yolo_core_stats& s) { return static_cast<double>(s.images); },
      out);
  AddCores(
      detector, "yolo_core_failures_total", "Images that failed or moved.",
      MetricType::Counter,
      [](const yolo_core_stats& s) { return static_cast<double>(s.failures); },
      out);
}

}  // namespace

Answer Boxes(const yolo::Detector& detector, const yolo::Detections& found) {
  Json boxes = Json::array();
  for (const yolo::Detection& d : found) {
    boxes.push_back({{"class_id", d.class_id},
                     {"label", detector.Label(d.class_id)},
                     {"score", Round(d.score, 1e6)},
                     {"box",
                      {Round(d.x0, 1e3), Round(d.y0, 1e3), Round(d.x1, 1e3),
                       Round(d.y1, 1e3)}}});
  }
  const yolo_result& r = found.result;
  Json ns = Json::object();
  for (const auto& [stage, time] : StagesOf(r)) ns[stage] = time;
  return {200,
          {{"width", r.width},
           {"height", r.height},
           {"detections", boxes},
           {"found", r.found},
           {"cut_off", (r.truncated & YOLO_TRUNCATED_IMAGE) != 0},
           {"ns", ns}}};
}

Answer Failure(const yolo::Error& error) {
  int status = 500;
  if (error.status == YOLO_ERROR_BAD_IMAGE) {
    status = 400;
  } else if (error.status == YOLO_ERROR_UNSUPPORTED_IMAGE ||
             error.status == YOLO_ERROR_LIMIT) {
    status = 422;
  }
  return {status, {{"error", error.name()}, {"message", error.message}}};
}

DetectionMetrics::DetectionMetrics(const yolo::Detector& detector,
                                   Metrics* metrics)
    : images_(prometheus::BuildCounter()
                  .Name("yolo_images_total")
                  .Help("Images tried, by status.")
                  .Register(metrics->registry())),
      boxes_(prometheus::BuildCounter()
                 .Name("yolo_boxes_total")
                 .Help("Boxes found.")
                 .Register(metrics->registry())
                 .Add({})),
      stages_(prometheus::BuildCounter()
                  .Name("yolo_stage_seconds_total")
                  .Help("Time of the images that succeeded, by stage.")
                  .Register(metrics->registry())) {
  metrics->AddCollector([&detector](std::vector<MetricFamily>* out) {
    CollectDetector(detector, out);
  });
}

void DetectionMetrics::Count(const yolo::Result<yolo::Detections>& found) {
  images_.Add({{"status", yolo_status_string(found.status())}}).Increment();
  if (!found) return;
  boxes_.Increment(static_cast<double>(found->size()));
  for (const auto& [stage, time] : StagesOf(found->result)) {
    stages_.Add({{"stage", stage}}).Increment(static_cast<double>(time) * 1e-9);
  }
}
