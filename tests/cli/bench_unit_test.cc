// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The parts of yolo bench: histogram, load, sums.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "bench/histogram.h"
#include "bench/load.h"
#include "bench/process.h"
#include "bench/run.h"

using namespace cli::bench;

namespace {

using std::chrono::milliseconds;

uint64_t NearestRank(const std::vector<uint64_t>& sorted, double percent) {
  const double exact = percent / 100 * static_cast<double>(sorted.size());
  const auto rank = static_cast<size_t>(std::ceil(exact * (1 - 1e-12)));
  return sorted[std::clamp<size_t>(rank, 1, sorted.size()) - 1];
}

// Sleeps until a moment; never ends a run early.
bool JustSleep(Clock::time_point when) {
  std::this_thread::sleep_until(when);
  return false;
}

void IgnoreWindow(const WindowSample&) {}

Window WindowOf(double start, double seconds, double fps, uint64_t rss) {
  Window w;
  w.start_s = start;
  w.seconds = seconds;
  w.fps = fps;
  w.rss_bytes = rss;
  return w;
}

}  // namespace

TEST_CASE("buckets cover all values, in order, without gaps") {
  CHECK(BucketOf(0) == 0);
  CHECK(BucketOf(UINT64_MAX) == kNumBuckets - 1);
  CHECK(HighestOf(kNumBuckets - 1) == UINT64_MAX);
  for (size_t i = 0; i + 1 < kNumBuckets; ++i) {
    REQUIRE(HighestOf(i) + 1 == LowestOf(i + 1));
    REQUIRE(BucketOf(LowestOf(i)) == i);
    REQUIRE(BucketOf(HighestOf(i)) == i);
    REQUIRE((HighestOf(i) - LowestOf(i)) * 256 <= LowestOf(i));
  }
}

TEST_CASE("percentiles are those of the sorted values, within 1/512") {
  std::mt19937_64 random(7);
  const size_t sizes[] = {1, 2, 3, 10, 999, 1000, 20000};
  for (const size_t size : sizes) {
    for (int shape = 0; shape < 3; ++shape) {
      Histogram histogram;
      Recorder recorder;
      std::vector<uint64_t> values;
      double sum = 0;
      for (size_t i = 0; i < size; ++i) {
        const double u = std::uniform_real_distribution<double>()(random);
        const double value = shape == 0   ? 1e6 * (1 + u)
                             : shape == 1 ? std::exp(30 * u)
                                          : 400 * u;
        values.push_back(static_cast<uint64_t>(value));
        histogram.Add(values.back());
        recorder.Add(values.back());
        sum += static_cast<double>(values.back());
      }
      std::sort(values.begin(), values.end());
      Histogram recorded;
      recorder.AddTo(&recorded);
      CHECK(histogram.count() == size);
      CHECK(histogram.min() == values.front());
      CHECK(histogram.max() == values.back());
      CHECK(histogram.Mean() == doctest::Approx(sum / size));
      CHECK(recorded.Mean() == doctest::Approx(sum / size));
      CHECK(recorded.count() == size);
      CHECK(recorded.min() == values.front());
      CHECK(recorded.max() == values.back());
      for (const double p : {0., 1., 25., 50., 90., 99., 99.9, 99.99, 100.}) {
        const auto exact = static_cast<double>(NearestRank(values, p));
        const auto found = static_cast<double>(histogram.Percentile(p));
        CAPTURE(size);
        CAPTURE(p);
        CHECK(std::abs(found - exact) <= exact / 512 + 0.5);
        CHECK(recorded.Percentile(p) == histogram.Percentile(p));
      }
    }
  }
}

TEST_CASE("merged, and what was added since") {
  Histogram a, b, both;
  for (uint64_t i = 1; i <= 1000; ++i) {
    (i % 2 ? a : b).Add(i * 1000);
    both.Add(i * 1000);
  }
  Histogram merged = a;
  merged.Merge(b);
  CHECK(merged.count() == 1000);
  CHECK(merged.min() == 1000);
  CHECK(merged.max() == 1000000);
  CHECK(merged.Mean() == doctest::Approx(both.Mean()));
  for (const double p : {1., 50., 99., 100.}) {
    CHECK(merged.Percentile(p) == both.Percentile(p));
  }
  const Histogram since = merged.Since(a);
  CHECK(since.count() == 500);
  CHECK(since.Mean() == doctest::Approx(b.Mean()));
  CHECK(since.Percentile(50) == b.Percentile(50));
  CHECK(since.max() == 1000000);
  CHECK(merged.Since(merged).count() == 0);
  CHECK(Histogram().Percentile(99) == 0);
  CHECK(Histogram().max() == 0);
}

TEST_CASE("closed loop: every call and image is counted, in every window") {
  LoadOptions options;
  options.callers = 3;
  options.batch = 4;
  options.files = 10;
  options.seconds = 0.6;
  options.window = 0.2;
  std::atomic<uint64_t> calls{0};
  std::vector<std::atomic<uint64_t>> seen(options.files);
  Load load(options, [&](size_t caller, std::span<const uint32_t> images,
                         std::span<Outcome> outcomes) {
    std::this_thread::sleep_for(milliseconds(5));
    CHECK(caller < 3);
    ++calls;
    for (size_t i = 0; i < images.size(); ++i) {
      ++seen[images[i]];
      outcomes[i] = Outcome();
      outcomes[i].ok = images[i] != 7;
      outcomes[i].ns_done = 1000;
      outcomes[i].ns_stages = {10, 20, 30, 40, 50};
    }
  });
  std::vector<WindowSample> windows;
  const LoadResult result =
      load.Run(JustSleep, [&](const WindowSample& w) { windows.push_back(w); });

  const Progressed& total = result.total;
  CHECK_FALSE(result.interrupted);
  CHECK(result.unserved == 0);
  CHECK(total.call.count() == calls);
  CHECK(total.image.count() == 4 * calls);
  CHECK(total.images + total.failed == 4 * calls);
  CHECK(total.failed == seen[7]);
  CHECK(result.failed_by_file[7] == seen[7]);
  CHECK(result.failed_by_file[6] == 0);
  CHECK(total.ns_stages[kExtract] == 50 * 4 * calls);
  CHECK(total.seconds >= 0.6);
  CHECK(total.call.min() >= 5'000'000);  // nanoseconds
  CHECK(total.image.max() == 1000);
  const auto [least, most] = std::minmax_element(seen.begin(), seen.end());
  CHECK(*most - *least <= 3 * 4);  // files take turns

  REQUIRE(windows.size() == 4);  // three, and what was under way at the end
  uint64_t images = 0, in_calls = 0;
  double seconds = 0;
  for (const WindowSample& w : windows) {
    CHECK(w.complete == (&w != &windows.back()));
    CHECK(w.start == doctest::Approx(seconds));
    images += w.images + w.failed;
    in_calls += w.call.count();
    seconds += w.seconds;
  }
  CHECK(images == 4 * calls);
  CHECK(in_calls == calls);
  CHECK(seconds == doctest::Approx(total.seconds));
}

TEST_CASE("a run that is interrupted ends and keeps what it has") {
  LoadOptions options;
  options.callers = 2;
  options.seconds = 3600;
  for (const double rate : {0.0, 400.0}) {
    options.rate = rate;
    std::atomic<uint64_t> calls{0};
    Load load(options, [&](size_t, auto, std::span<Outcome> outcomes) {
      std::this_thread::sleep_for(milliseconds(2));
      for (Outcome& o : outcomes) o = Outcome();
      ++calls;
    });
    const LoadResult result = load.Run(
        [&](Clock::time_point) {
          while (calls < 10) std::this_thread::sleep_for(milliseconds(1));
          return true;
        },
        IgnoreWindow);
    CHECK(result.interrupted);
    CHECK(result.total.call.count() - result.unserved / options.batch == calls);
    CHECK(calls >= 10);
  }
}

namespace {

// A detector of 4 ms a call that stalls once, a second into its life.
class StallingDetector {
 public:
  void operator()(std::span<Outcome> outcomes) {
    const auto start = Clock::now();
    const bool stall = !stalled_ && start - born_ > milliseconds(1000);
    stalled_ |= stall;
    std::this_thread::sleep_for(milliseconds(stall ? 200 : 4));
    for (Outcome& o : outcomes) {
      o = Outcome();
      o.ns_done = static_cast<uint64_t>((Clock::now() - start).count());
    }
  }
  bool stalled() const { return stalled_; }

 private:
  const Clock::time_point born_ = Clock::now();
  bool stalled_ = false;
};

Progressed RunStalling(double rate) {
  LoadOptions options;
  options.callers = 1;
  options.batch = 1;
  options.seconds = 4;
  options.rate = rate;
  StallingDetector detector;
  Load load(options, [&](size_t, auto, std::span<Outcome> outcomes) {
    detector(outcomes);
  });
  Progressed total = load.Run(JustSleep, IgnoreWindow).total;
  CHECK(detector.stalled());
  return total;
}

}  // namespace

// One stall of 200 ms at 70 % of the capacity keeps a tenth of all arrivals
// waiting. Who measures from the start of each call sees one slow call.
TEST_CASE("open loop: a stall is in P99; closed loop hides it") {
  constexpr uint64_t kSlow = 100'000'000;  // nanoseconds
  const Progressed open = RunStalling(0.7 / 0.004);
  CHECK(open.call.Percentile(99) >= kSlow);
  CHECK(open.image.Percentile(99) >= kSlow);
  CHECK(open.call.max() >= 2 * kSlow);

  const Progressed closed = RunStalling(0);
  CHECK(closed.call.max() >= 2 * kSlow);
  // A hundredth of some thousand calls would have to be 25 times too slow.
  CHECK(closed.call.Percentile(99) < kSlow);
}

TEST_CASE("open loop: the rate is kept, and what nobody served is not hidden") {
  LoadOptions options;
  options.callers = 2;
  options.batch = 4;
  options.seconds = 2;
  options.rate = 8000;  // images: 4000 calls, of which 200 are possible
  Load load(options, [](size_t, auto, std::span<Outcome> outcomes) {
    std::this_thread::sleep_for(milliseconds(20));
    for (Outcome& o : outcomes) o = Outcome();
  });
  const LoadResult result = load.Run(JustSleep, IgnoreWindow);
  const double arrivals =
      static_cast<double>(result.total.images + result.unserved);
  CHECK(result.total.image.count() == arrivals);
  CHECK(result.total.images <= 808);
  // 4000 calls are expected, with a standard deviation of 63.
  CHECK(std::abs(arrivals / 4 - 4000) < 63 * 6);
  CHECK(result.total.call.Percentile(50) > 500'000'000);
}

TEST_CASE("the same seed gives the same arrivals") {
  const auto arrivals = [](uint64_t seed) {
    LoadOptions options;
    options.callers = 1;
    options.batch = 1;
    options.seconds = 0.3;
    options.rate = 300;
    options.seed = seed;
    Load load(options, [](size_t, auto, std::span<Outcome> outcomes) {
      for (Outcome& o : outcomes) o = Outcome();
    });
    const LoadResult result = load.Run(JustSleep, IgnoreWindow);
    return result.total.images + result.unserved;
  };
  const uint64_t one = arrivals(1);
  CHECK(arrivals(1) == one);
  std::set<uint64_t> others;
  for (uint64_t seed = 2; seed < 7; ++seed) others.insert(arrivals(seed));
  CHECK(others.size() > 1);
}

TEST_CASE("least, largest and drift are those of complete windows") {
  std::vector<Window> windows;
  const double fps[] = {100, 110, 90, 95, 99, 97, 88};
  for (int i = 0; i < 7; ++i) windows.push_back(WindowOf(i, 1, fps[i], 0));
  windows.push_back(WindowOf(7, 0.01, 5000, 0));
  windows.back().complete = false;
  Fps f = SummariseFps(700, 7.01, windows);
  CHECK(f.mean == doctest::Approx(700 / 7.01));
  CHECK(f.min_window == 88);
  CHECK(f.max_window == 110);
  // Thirds of two windows: (97 + 88) / (100 + 110) - 1.
  REQUIRE(f.drift_percent.has_value());
  CHECK(*f.drift_percent == doctest::Approx(100 * (185.0 / 210 - 1)));

  windows.erase(windows.begin(), windows.begin() + 5);  // two complete ones
  f = SummariseFps(700, 7.01, windows);
  CHECK_FALSE(f.drift_percent.has_value());
  CHECK(f.max_window == 97);
  windows.erase(windows.begin(), windows.begin() + 2);  // none
  f = SummariseFps(50, 0.01, windows);
  CHECK(f.min_window == 5000);
  CHECK(SummariseFps(0, 0, {}).mean == 0);
}

TEST_CASE("memory grows from the first minute on") {
  std::vector<Window> windows;
  for (int i = 0; i < 5; ++i)
    windows.push_back(WindowOf(25 * i, 25, 1, 100 + i));
  const Rss rss = SummariseRss(50, 204, windows);
  CHECK(rss.start == 50);
  REQUIRE(rss.minute.has_value());
  CHECK(*rss.minute == 102);  // the window until 75 s
  CHECK(*rss.growth_percent == doctest::Approx(100));
  windows.resize(2);
  CHECK_FALSE(SummariseRss(50, 204, windows).minute.has_value());
}

TEST_CASE("cost of a million images") {
  // 0.36 an hour is 0.0001 a second: at 100 images/s a million takes 10,000 s.
  CHECK(CostPerMillion(0.36, 100) == doctest::Approx(1.0));
}

TEST_CASE("the curve of percentiles ends where samples do") {
  Histogram histogram;
  for (uint64_t i = 1; i <= 1000; ++i) histogram.Add(i * 1'000'000);
  const Latency latency = SummariseLatency(histogram);
  CHECK(latency.p50 == doctest::Approx(500).epsilon(0.002));
  CHECK(latency.p99_9 == doctest::Approx(999).epsilon(0.002));
  CHECK(latency.max == 1000);
  REQUIRE(latency.curve.size() == 32);  // 0 %, three factors of ten, 100 %
  CHECK(latency.curve.front()[0] == 0);
  CHECK(latency.curve.front()[1] == 1);
  CHECK(latency.curve[30][0] == doctest::Approx(99.9));
  CHECK(latency.curve.back()[0] == 100);
  for (size_t i = 1; i < latency.curve.size(); ++i) {
    CHECK(latency.curve[i][0] > latency.curve[i - 1][0]);
    CHECK(latency.curve[i][1] >= latency.curve[i - 1][1]);
  }
}

TEST_CASE("allocations and the process are counted") {
  const uint64_t before = AllocationCounter::Count();
  void* memory = AllocationCounter::Alloc(nullptr, 100, 64);
  REQUIRE(memory != nullptr);
  CHECK(reinterpret_cast<uintptr_t>(memory) % 64 == 0);
  AllocationCounter::Free(nullptr, memory, 100);
  CHECK(AllocationCounter::Count() == before + 1);

  const ProcessSample start = SampleProcess();
  CHECK(start.rss_bytes > 1 << 20);
  std::vector<char> touched(64 << 20, 1);
  std::atomic<uint64_t> spin{0};
  while (SampleProcess().user_s < start.user_s + 0.05) ++spin;
  CHECK(touched[spin % touched.size()] == 1);
  CHECK(SampleProcess().rss_bytes >= start.rss_bytes + (32 << 20));
  CHECK(DescribeHost().cpus >= 1);
  CHECK(DescribeHost().memory_bytes > 1 << 28);
}
