// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/load.h"

#include <algorithm>
#include <latch>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>

namespace cli::bench {
namespace {

std::chrono::nanoseconds Nanoseconds(double seconds) {
  return std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
}

double Seconds(Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

uint64_t Count(Clock::duration duration) {
  const auto ns = std::chrono::nanoseconds(duration).count();
  return static_cast<uint64_t>(std::max<decltype(ns)>(ns, 0));
}

}  // namespace

// When calls are due: a Poisson process, whatever the callers do. The schedule
// is drawn as it is needed, under a lock that is held for one random number.
class Load::Arrivals {
 public:
  Arrivals(double calls_per_second, uint64_t seed, Clock::time_point start)
      : random_(seed), gap_(calls_per_second), start_(start) {}

  Clock::time_point Next() {
    const std::lock_guard lock(mutex_);
    seconds_ += gap_(random_);
    return start_ + Nanoseconds(seconds_);
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 random_;
  std::exponential_distribution<double> gap_;
  const Clock::time_point start_;
  double seconds_ = 0;
};

// What one caller has and counts; only its thread writes.
struct Load::Caller {
  size_t index = 0;
  std::vector<uint32_t> images;
  std::vector<Outcome> outcomes;
  Recorder call;
  Recorder image;
  Total detected;
  Total failed;
  std::array<Total, kNumStages> stages;
  // An arrival that was drawn and not served, because the run ended.
  std::optional<Clock::time_point> left;
};

Load::Load(const LoadOptions& options, DetectBatch detect)
    : options_(options),
      detect_(std::move(detect)),
      failed_by_file_(new std::atomic<uint64_t>[options.files]()) {
  for (uint32_t i = 0; i < options_.callers; ++i) {
    callers_.push_back(std::make_unique<Caller>());
    callers_.back()->index = i;
    callers_.back()->images.resize(options_.batch);
    callers_.back()->outcomes.resize(options_.batch);
  }
}

Load::~Load() = default;

Clock::time_point Load::End() const {
  return Clock::time_point(
      Clock::duration(end_.load(std::memory_order_relaxed)));
}

// In slices, so that an end that comes early is seen. False at the end.
bool Load::SleepUntil(Clock::time_point when) const {
  constexpr std::chrono::milliseconds kSlice{50};
  for (auto now = Clock::now(); now < when; now = Clock::now()) {
    if (now >= End()) return false;
    std::this_thread::sleep_until(std::min(when, now + kSlice));
  }
  return true;
}

void Load::Call(Caller* caller, Clock::time_point due,
                Clock::time_point start) {
  const uint64_t first =
      next_image_.fetch_add(options_.batch, std::memory_order_relaxed);
  for (uint32_t i = 0; i < options_.batch; ++i) {
    caller->images[i] = static_cast<uint32_t>((first + i) % options_.files);
  }
  detect_(caller->index, caller->images, caller->outcomes);
  caller->call.Add(Count(Clock::now() - due));
  const uint64_t late = Count(start - due);
  for (uint32_t i = 0; i < options_.batch; ++i) {
    const Outcome& outcome = caller->outcomes[i];
    caller->image.Add(late + outcome.ns_done);
    (outcome.ok ? caller->detected : caller->failed).Add(1);
    for (int s = 0; s < kNumStages; ++s) {
      caller->stages[s].Add(outcome.ns_stages[s]);
    }
    if (outcome.ok) continue;
    failed_by_file_[caller->images[i]].fetch_add(1, std::memory_order_relaxed);
  }
}

void Load::RunCaller(Caller* caller) {
  if (!arrivals_) {
    for (auto now = Clock::now(); now < End(); now = Clock::now()) {
      Call(caller, now, now);
    }
    return;
  }
  for (;;) {
    const auto due = arrivals_->Next();
    caller->left = due;
    if (due >= End() || !SleepUntil(due) || Clock::now() >= End()) return;
    caller->left.reset();
    Call(caller, due, Clock::now());
  }
}

Progressed Load::Totals() const {
  Progressed total;
  for (const auto& caller : callers_) {
    total.images += caller->detected.value();
    total.failed += caller->failed.value();
    caller->call.AddTo(&total.call);
    caller->image.AddTo(&total.image);
    for (int s = 0; s < kNumStages; ++s) {
      total.ns_stages[s] += caller->stages[s].value();
    }
  }
  total.process = SampleProcess();
  total.seconds = Seconds(Clock::now() - start_);
  return total;
}

WindowSample Load::Between(const Progressed& before,
                           const Progressed& after) const {
  WindowSample window;
  window.start = before.seconds;
  window.seconds = after.seconds - before.seconds;
  window.images = after.images - before.images;
  window.failed = after.failed - before.failed;
  window.call = after.call.Since(before.call);
  const ProcessSample& a = before.process;
  const ProcessSample& b = after.process;
  if (window.seconds > 0) {
    window.cpus =
        (b.user_s - a.user_s + b.system_s - a.system_s) / window.seconds;
  }
  window.rss_bytes = b.rss_bytes;
  return window;
}

// Calls that were due and that nobody began have waited until the end, and
// longer if the run had gone on: their latency so far counts, or a load above
// the capacity would look better than it is.
void Load::CountUnserved(LoadResult* out) {
  if (!arrivals_) return;
  const auto count = [&](Clock::time_point due) {
    if (due >= End()) return false;
    const uint64_t waited = Count(End() - due);
    out->total.call.Add(waited);
    for (uint32_t i = 0; i < options_.batch; ++i) {
      out->total.image.Add(waited);
    }
    out->unserved += options_.batch;
    return true;
  };
  for (const auto& caller : callers_) {
    if (caller->left) count(*caller->left);
  }
  while (count(arrivals_->Next())) {
  }
}

LoadResult Load::Run(const WaitUntil& wait, const OnWindow& on_window) {
  LoadResult result;
  std::latch ready(options_.callers + 1);
  std::latch go(1);
  std::vector<std::thread> threads;
  for (const auto& caller : callers_) {
    threads.emplace_back([this, &ready, &go, c = caller.get()] {
      ready.count_down();
      go.wait();
      RunCaller(c);
    });
  }
  ready.arrive_and_wait();
  result.before = SampleProcess();
  start_ = Clock::now();
  const auto end = start_ + Nanoseconds(options_.seconds);
  end_.store(end.time_since_epoch().count());
  if (options_.rate > 0) {
    arrivals_ = std::make_unique<Arrivals>(options_.rate / options_.batch,
                                           options_.seed, start_);
  }
  go.count_down();

  Progressed before;
  before.process = result.before;
  for (int k = 1; !result.interrupted; ++k) {
    const auto until = start_ + Nanoseconds(k * options_.window);
    result.interrupted = wait(std::min(until, end));
    if (result.interrupted || until > end) break;
    Progressed now = Totals();
    on_window(Between(before, now));
    before = std::move(now);
  }
  if (result.interrupted) end_.store(Clock::now().time_since_epoch().count());
  for (std::thread& thread : threads) thread.join();

  result.total = Totals();
  WindowSample rest = Between(before, result.total);
  rest.complete = false;
  on_window(rest);
  CountUnserved(&result);
  for (uint32_t i = 0; i < options_.files; ++i) {
    result.failed_by_file.push_back(failed_by_file_[i].load());
  }
  return result;
}

}  // namespace cli::bench
