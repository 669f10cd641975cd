// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "http_metrics.h"

#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <ctime>
#include <fstream>

using prometheus::MetricFamily;

namespace {

// Seconds. From a cached answer to a queue that is far too long.
const prometheus::Histogram::BucketBoundaries kBuckets = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

double ResidentBytes() {
  size_t total = 0, resident = 0;  // pages
  std::ifstream("/proc/self/statm") >> total >> resident;
  return static_cast<double>(resident) *
         static_cast<double>(sysconf(_SC_PAGESIZE));
}

double CpuSeconds() {
  timespec used = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) +
         static_cast<double>(used.tv_nsec) * 1e-9;
}

}  // namespace

MetricFamily OneGauge(const std::string& name, const std::string& help,
                      double value) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = prometheus::MetricType::Gauge;
  family.metric.resize(1);
  family.metric[0].gauge.value = value;
  return family;
}

Metrics::Metrics()
    : requests_(prometheus::BuildCounter()
                    .Name("http_requests_total")
                    .Help("Requests answered, by status code.")
                    .Register(registry_)),
      seconds_(prometheus::BuildHistogram()
                   .Name("http_request_duration_seconds")
                   .Help("Of POST requests, upload and answer included.")
                   .Register(registry_)
                   .Add({}, kBuckets)) {
  prometheus::BuildGauge()
      .Name("process_start_time_seconds")
      .Help("Unix time of the start.")
      .Register(registry_)
      .Add({})
      .SetToCurrentTime();
  AddCollector([](std::vector<MetricFamily>* out) {
    out->push_back(OneGauge("process_resident_memory_bytes",
                            "Memory in RAM, in bytes.", ResidentBytes()));
    MetricFamily cpu =
        OneGauge("process_cpu_seconds_total", "CPU time used.", 0);
    cpu.type = prometheus::MetricType::Counter;
    cpu.metric[0].counter.value = CpuSeconds();
    out->push_back(cpu);
  });
}

void Metrics::CountRequest(int status) {
  requests_.Add({{"code", std::to_string(status)}}).Increment();
}

void Metrics::CountHandled(double seconds) { seconds_.Observe(seconds); }

std::string Metrics::Text() const {
  std::vector<MetricFamily> families = registry_.Collect();
  for (const Collector& collect : collectors_) collect(&families);
  return prometheus::TextSerializer().Serialize(families);
}
