// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// One measured run: the numbers of the reports, and the JSON file that keeps
// them. docs/measuring.md says what each means.
#ifndef YOLO_SAMPLES_CLI_BENCH_RUN_H_
#define YOLO_SAMPLES_CLI_BENCH_RUN_H_

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/load.h"

namespace cli::bench {

inline constexpr char kSchema[] = "yolo-bench/1";

// Milliseconds.
struct Latency {
  uint64_t count = 0;
  double mean = 0, min = 0, p50 = 0, p90 = 0, p99 = 0, p99_9 = 0, max = 0;
  std::vector<std::array<double, 2>> curve;  // percent, milliseconds
};

struct Window {
  bool complete = true;
  double start_s = 0, seconds = 0;
  uint64_t images = 0, failed_images = 0;
  double fps = 0;
  double p50 = 0, p90 = 0, p99 = 0, max = 0;  // of calls, milliseconds
  double cpus = 0;
  uint64_t rss_bytes = 0;
};

struct FailedImage {
  std::string image, status, message;
  uint64_t times = 0;
};

struct Fps {
  double mean = 0;  // images / wall clock
  double min_window = 0, max_window = 0;
  std::optional<double> drift_percent;
};

// Bytes. `growth_percent`: from the first minute to the end.
struct Rss {
  uint64_t start = 0, end = 0;
  std::optional<uint64_t> minute;
  std::optional<double> growth_percent;
};

struct Run {
  std::string name;  // in charts
  std::string tool, build, date;
  std::string model;
  uint32_t network_width = 0, network_height = 0;
  Host host;
  std::vector<std::pair<std::string, std::string>> settings;

  LoadOptions load;
  uint64_t file_bytes = 0;
  bool interrupted = false;

  double wall_s = 0;
  uint64_t images = 0;         // detected
  uint64_t failed_images = 0;  // that were not
  uint64_t unserved_images = 0;
  std::vector<FailedImage> failed;
  Fps fps;
  Latency call, image;
  std::vector<std::pair<std::string, double>> stages;  // mean ms an image
  double user_s = 0, system_s = 0, cpus = 0;
  Rss rss;
  // In the measured time, and before it (which shows that they are counted).
  std::optional<uint64_t> allocations, allocations_before;
  std::optional<double> price_per_hour;
  std::optional<double> cost_per_million;
  std::vector<Window> windows;
};

// The numbers of a run from what was seen; names and settings are left alone.
void Summarise(const LoadResult& result, std::vector<Window> windows, Run* run);

// To be kept instead of the sample, whose histogram takes 100 KiB.
Window SummariseWindow(const WindowSample& sample);
Latency SummariseLatency(const Histogram& histogram);

// Least, largest and drift of complete windows (of all, when none is complete).
// Drift: mean of the last third of them over that of the first third, less one,
// in percent; none with fewer than three complete windows.
Fps SummariseFps(uint64_t images, double wall_s,
                 const std::vector<Window>& windows);

// "first minute": the end of the first window that ends at 60 s or later.
Rss SummariseRss(uint64_t start, uint64_t end,
                 const std::vector<Window>& windows);

// Price of a million images at `fps`.
double CostPerMillion(double price_per_hour, double fps);

nlohmann::ordered_json ToJson(const Run& run);

// Throws Error(kUsage) that names the file and the field.
Run ReadRun(const std::string& path);

}  // namespace cli::bench

#endif  // YOLO_SAMPLES_CLI_BENCH_RUN_H_
