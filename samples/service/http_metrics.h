// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What /metrics tells: HTTP and process figures, and those that others add.
#ifndef SAMPLES_SERVICE_HTTP_METRICS_H_
#define SAMPLES_SERVICE_HTTP_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <functional>
#include <string>
#include <vector>

class Metrics {
 public:
  Metrics();

  // For metrics that are counted as things happen.
  prometheus::Registry& registry() { return registry_; }

  // For metrics that are read when somebody asks. Called from any thread.
  using Collector = std::function<void(std::vector<prometheus::MetricFamily>*)>;
  void AddCollector(Collector collector) {
    collectors_.push_back(std::move(collector));
  }

  void CountRequest(int status);
  void CountHandled(double seconds);

  // Prometheus' text format.
  std::string Text() const;

 private:
  prometheus::Registry registry_;
  std::vector<Collector> collectors_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Histogram& seconds_;
};

// A family with one sample, for collectors.
prometheus::MetricFamily OneGauge(const std::string& name,
                                  const std::string& help, double value);

#endif  // SAMPLES_SERVICE_HTTP_METRICS_H_
