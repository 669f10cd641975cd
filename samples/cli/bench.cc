// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Loads the files, warms up, measures, reports.
#include "bench.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bench/format.h"
#include "bench/html.h"
#include "bench/interrupt.h"
#include "bench/load.h"
#include "bench/process.h"
#include "bench/run.h"
#include "bench/text.h"
#include "model.h"
#include "photo.h"
#include "progress.h"
#include "report.h"

namespace cli {
namespace {

using bench::AllocationCounter;
using bench::Format;

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm utc;
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

void Print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void Write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  if (!file) throw Error(kCannotWrite, path + ": cannot be written");
}

// One caller's arguments, made before the clock starts.
struct Buffers {
  std::vector<yolo_image> images;
  std::vector<yolo_detection> detections;
  std::vector<yolo_result> results;
};

class Session {
 public:
  explicit Session(const Options& options)
      : options_(options),
        model_(options, {AllocationCounter::Alloc, AllocationCounter::Free}) {}

  bench::Run Measure();
  bool AnyFailed() const { return !run_.failed.empty(); }

 private:
  void Load();
  void WarmUp();
  uint64_t Detect(const std::vector<uint32_t>& files);
  void DetectIn(Buffers* buffers, std::span<const uint32_t> files,
                std::span<bench::Outcome> outcomes);
  void RememberFailure(uint32_t file, const yolo_result& result);
  void Describe();
  bench::LoadOptions LoadOptions() const;
  bench::LoadResult RunLoad(const bench::LoadOptions& options,
                            bench::Interrupt* interrupt,
                            const bench::Load::OnWindow& on_window);
  void ListFailed(const bench::LoadResult& result);

  const Options& options_;
  const Model model_;
  std::vector<Photo> photos_;  // that could be read
  std::vector<yolo_image> images_;
  bench::Run run_;
  std::mutex mutex_;                   // for what follows
  std::vector<yolo_result> failures_;  // [photos]: the first; else YOLO_OK
};

void Session::Load() {
  const std::vector<Input> inputs = FindInputs(options_.images);
  Progress progress(inputs.size());
  for (const Input& input : inputs) {
    Photo photo = ReadPhoto(input, model_.info().max_pixels);
    progress.Advance();
    if (photo.result.status != YOLO_OK) {
      run_.failed.push_back({photo.path,
                             yolo_status_string(photo.result.status),
                             photo.result.message, 0});
      continue;
    }
    run_.file_bytes += photo.Size();
    photos_.push_back(std::move(photo));
  }
  if (photos_.empty()) {
    const bench::FailedImage& first = run_.failed.front();
    throw Error(kImageFailed, "no image can be read; the first: " +
                                  first.image + ": " + first.message);
  }
  for (const Photo& photo : photos_) images_.push_back(photo.Image());
  failures_.assign(photos_.size(), YOLO_RESULT_INIT);
}

void Session::RememberFailure(uint32_t file, const yolo_result& result) {
  const std::lock_guard lock(mutex_);
  if (failures_[file].status == YOLO_OK) failures_[file] = result;
}

void Session::DetectIn(Buffers* b, std::span<const uint32_t> files,
                       std::span<bench::Outcome> outcomes) {
  const size_t capacity = model_.info().max_detections;
  for (size_t i = 0; i < files.size(); ++i) b->images[i] = images_[files[i]];
  const yolo_status status =
      yolo_detect_batch(model_.detector(), b->images.data(), files.size(),
                        b->detections.data(), capacity, b->results.data());
  for (size_t i = 0; i < files.size(); ++i) {
    yolo_result& r = b->results[i];
    if (status != YOLO_OK) {
      r = YOLO_RESULT_INIT;
      r.status = status;
      std::snprintf(r.message, sizeof r.message, "%s", yolo_last_error());
    }
    if (r.status != YOLO_OK) RememberFailure(files[i], r);
    bench::Outcome& out = outcomes[i];
    out.ok = r.status == YOLO_OK;
    out.ns_stages = {r.ns_wait, r.ns_decode, r.ns_pack, r.ns_run, r.ns_extract};
    out.ns_done = r.ns_wait + r.ns_decode + r.ns_pack + r.ns_run + r.ns_extract;
  }
}

Buffers MakeBuffers(size_t batch, size_t capacity) {
  return {std::vector<yolo_image>(batch, YOLO_IMAGE_INIT),
          std::vector<yolo_detection>(batch * capacity),
          std::vector<yolo_result>(batch, YOLO_RESULT_INIT)};
}

// One call; returns how often the library allocated in it.
uint64_t Session::Detect(const std::vector<uint32_t>& files) {
  Buffers buffers = MakeBuffers(files.size(), model_.info().max_detections);
  std::vector<bench::Outcome> outcomes(files.size());
  const uint64_t before = AllocationCounter::Count();
  DetectIn(&buffers, files, outcomes);
  return AllocationCounter::Count() - before;
}

// Every file once, then all callers for a while. A lane's buffers grow with the
// files that it meets: those that made one grow are shown to all lanes, as
// often as any still grows, so that the measured time is one of steady state.
void Session::WarmUp() {
  constexpr int kMostRounds = 8;
  std::vector<uint32_t> large;
  const auto num_files = static_cast<uint32_t>(photos_.size());
  Progress progress(num_files);
  for (uint32_t begin = 0; begin < num_files;) {
    std::vector<uint32_t> files;
    for (uint32_t i = begin;
         i < num_files && files.size() < options_.bench.batch; ++i) {
      files.push_back(i);
      progress.Advance();
    }
    begin += static_cast<uint32_t>(files.size());
    if (Detect(files) > 0)
      large.insert(large.end(), files.begin(), files.end());
  }
  uint64_t grown = large.size();
  for (int round = 0; grown > 0 && round < kMostRounds; ++round) {
    grown = 0;
    for (const uint32_t file : large) {
      grown += Detect(std::vector<uint32_t>(4 * model_.info().num_lanes, file));
    }
  }
}

bench::LoadOptions Session::LoadOptions() const {
  const BenchOptions& b = options_.bench;
  bench::LoadOptions load;
  load.callers = b.callers;
  load.batch = b.batch;
  load.files = static_cast<uint32_t>(photos_.size());
  load.seconds = b.seconds;
  load.window = b.window;
  load.rate = b.rate;
  load.seed = b.seed;
  return load;
}

void Session::Describe() {
  const yolo_detector_info& info = model_.info();
  const std::string precision = NameOf(kReportedPrecisions, info.precision);
  run_.name = options_.bench.name;
  if (run_.name.empty()) {
    run_.name = std::string("libyolo ") + info.device_name + " " + precision;
  }
  run_.tool = std::string("libyolo ") + YOLO_VERSION_STRING;
  run_.build = yolo_build_info();
  run_.date = UtcNow();
  run_.model = model_.name();
  run_.network_width = info.network_width;
  run_.network_height = info.network_height;
  run_.host = bench::DescribeHost();
  run_.settings = {
      {"device", info.device_name},
      {"precision", precision},
      {"instruction set", info.instruction_set},
      {"lanes", std::to_string(info.num_lanes)},
      {"threads per lane", std::to_string(info.threads_per_lane)},
      {"score threshold", Format("%g", info.score_threshold)},
      {"IoU threshold", Format("%g", info.iou_threshold)},
      {"NMS", NameOf(kNms, info.nms)},
      {"profile", NameOf(kProfiles, info.profile)},
      {"decode", NameOf(kDecodes, info.decode)},
      {"warm-up", Format("every file once, then %g s", options_.bench.warmup)}};
  if (options_.bench.price_per_hour > 0) {
    run_.price_per_hour = options_.bench.price_per_hour;
  }
  run_.load = LoadOptions();
}

bench::LoadResult Session::RunLoad(const bench::LoadOptions& options,
                                   bench::Interrupt* interrupt,
                                   const bench::Load::OnWindow& on_window) {
  std::vector<Buffers> buffers;
  for (uint32_t i = 0; i < options.callers; ++i) {
    buffers.push_back(MakeBuffers(options.batch, model_.info().max_detections));
  }
  bench::Load load(options, [&](size_t caller, std::span<const uint32_t> files,
                                std::span<bench::Outcome> outcomes) {
    DetectIn(&buffers[caller], files, outcomes);
  });
  return load.Run([&](auto when) { return interrupt->WaitUntil(when); },
                  on_window);
}

void Session::ListFailed(const bench::LoadResult& result) {
  for (size_t i = 0; i < photos_.size(); ++i) {
    const yolo_result& failure = failures_[i];
    if (failure.status == YOLO_OK) continue;
    std::string message = failure.message;
    if (message.starts_with("image ")) {  // its number in a call says nothing
      message.erase(0, std::min(message.find(": ") + 2, message.size()));
    }
    run_.failed.push_back({photos_[i].path, yolo_status_string(failure.status),
                           message, result.failed_by_file[i]});
  }
}

bench::Run Session::Measure() {
  Load();
  Describe();
  WarmUp();
  Print(bench::HeadingText(run_));
  bench::Interrupt interrupt;
  if (options_.bench.warmup > 0) {
    bench::LoadOptions warmup = run_.load;
    warmup.seconds = warmup.window = options_.bench.warmup;
    warmup.rate = 0;
    if (RunLoad(warmup, &interrupt, [](const auto&) {}).interrupted) {
      throw Error(kImageFailed, "interrupted before anything was measured");
    }
  }
  std::vector<bench::Window> windows;
  const uint64_t allocations = AllocationCounter::Count();
  const bench::LoadResult result =
      RunLoad(run_.load, &interrupt, [&](const bench::WindowSample& window) {
        windows.push_back(bench::SummariseWindow(window));
        Print(bench::WindowText(windows.back()));
      });
  run_.allocations = AllocationCounter::Count() - allocations;
  run_.allocations_before = allocations;
  ListFailed(result);
  bench::Summarise(result, std::move(windows), &run_);
  Print(bench::SummaryText(run_));
  return run_;
}

// Found out before hours are spent.
void CheckWritable(const std::string& path) {
  if (path.empty()) return;
  const std::ofstream file(path, std::ios::app);
  if (!file) throw Error(kCannotWrite, path + ": cannot be written");
}

}  // namespace

ExitCode Bench(const Options& options) {
  const BenchOptions& b = options.bench;
  std::vector<bench::Run> others;
  for (const std::string& path : b.compare) {
    others.push_back(bench::ReadRun(path));
  }
  CheckWritable(b.report);
  CheckWritable(b.json);
  std::vector<bench::Run> runs;
  ExitCode code = kOk;
  if (!options.images.empty()) {
    Session session(options);
    runs.push_back(session.Measure());
    if (!runs.front().failed.empty()) code = kImageFailed;
    if (!b.json.empty()) {
      Write(b.json, bench::ToJson(runs.front())
                            .dump(2, ' ', false,
                                  nlohmann::json::error_handler_t::replace) +
                        "\n");
    }
  }
  runs.insert(runs.end(), others.begin(), others.end());
  if (runs.size() > 1) Print(bench::ComparisonText(runs));
  if (!b.report.empty()) Write(b.report, bench::HtmlReport(runs));
  return code;
}

}  // namespace cli
