// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Callers that keep a detector busy, and what they saw. Knows no detector, so
// that it can be tested with one that stalls when it is told to.
#ifndef YOLO_SAMPLES_CLI_BENCH_LOAD_H_
#define YOLO_SAMPLES_CLI_BENCH_LOAD_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bench/histogram.h"
#include "bench/process.h"

namespace cli::bench {

using Clock = std::chrono::steady_clock;

// What an image goes through; the names of the stages in reports.
enum Stage { kWait, kDecode, kPack, kRun, kExtract, kNumStages };
inline constexpr std::array<const char*, kNumStages> kStageNames = {
    "wait", "decode", "pack", "run", "extract"};

// What became of one image.
struct Outcome {
  bool ok = true;
  uint64_t ns_done = 0;  // from the call until its boxes were there
  std::array<uint64_t, kNumStages> ns_stages = {};
};

// One call, made by caller `caller`: images are numbers of files, outcomes
// has room for as many.
using DetectBatch =
    std::function<void(size_t caller, std::span<const uint32_t> images,
                       std::span<Outcome> outcomes)>;

struct LoadOptions {
  uint32_t callers = 8;
  uint32_t batch = 4;   // images a call
  uint32_t files = 1;   // images are the numbers below, in turn
  double seconds = 60;  // how long calls are begun
  double window = 30;   // seconds
  double rate = 0;      // images a second; 0: each caller's next call follows
                        // its last (closed loop)
  uint64_t seed = 1;    // of the arrivals
};

// Totals since the run began.
struct Progressed {
  double seconds = 0;   // wall clock
  uint64_t images = 0;  // detected
  uint64_t failed = 0;
  Histogram call;   // ns from when a call was due until it returned
  Histogram image;  // ns from when its call was due until its boxes were there
  std::array<uint64_t, kNumStages> ns_stages = {};  // sums over all images
  ProcessSample process;
};

// One stretch of the run.
struct WindowSample {
  bool complete = true;  // as long as was asked for
  double start = 0;      // seconds since the run began
  double seconds = 0;
  uint64_t images = 0;
  uint64_t failed = 0;
  Histogram call;
  double cpus = 0;         // CPU seconds of the process a second
  uint64_t rss_bytes = 0;  // at its end
};

struct LoadResult {
  bool interrupted = false;
  ProcessSample before;
  Progressed total;
  uint64_t unserved = 0;                 // images; open loop
  std::vector<uint64_t> failed_by_file;  // [files]
};

class Load {
 public:
  // Sleeps until a moment; true when the run is to end now.
  using WaitUntil = std::function<bool(Clock::time_point)>;
  using OnWindow = std::function<void(const WindowSample&)>;

  Load(const LoadOptions& options, DetectBatch detect);
  ~Load();

  // Runs once. `on_window` is called in this thread at the end of each window
  // and once more for the rest.
  LoadResult Run(const WaitUntil& wait, const OnWindow& on_window);

 private:
  class Arrivals;
  struct Caller;

  void RunCaller(Caller* caller);
  void Call(Caller* caller, Clock::time_point due, Clock::time_point start);
  bool SleepUntil(Clock::time_point when) const;
  Clock::time_point End() const;
  Progressed Totals() const;
  WindowSample Between(const Progressed& before, const Progressed& after) const;
  void CountUnserved(LoadResult* out);

  const LoadOptions options_;
  const DetectBatch detect_;
  std::vector<std::unique_ptr<Caller>> callers_;
  std::unique_ptr<Arrivals> arrivals_;  // open loop
  std::unique_ptr<std::atomic<uint64_t>[]> failed_by_file_;
  std::atomic<uint64_t> next_image_{0};
  std::atomic<Clock::rep> end_{0};  // no call begins after it
  Clock::time_point start_;
};

}  // namespace cli::bench

#endif  // YOLO_SAMPLES_CLI_BENCH_LOAD_H_
