// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/run.h"

#include <algorithm>
#include <cmath>

namespace cli::bench {
namespace {

double Ms(double ns) { return ns / 1e6; }

std::vector<Window> Complete(const std::vector<Window>& windows) {
  std::vector<Window> out;
  for (const Window& w : windows) {
    if (w.complete) out.push_back(w);
  }
  return out;
}

double MeanFps(std::vector<Window>::const_iterator begin, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += begin[i].fps;
  return sum / static_cast<double>(count);
}

// Percentiles ever closer to 100, as far as there are samples beyond them:
// ten for each factor of ten that are left.
std::vector<std::array<double, 2>> Curve(const Histogram& h) {
  std::vector<std::array<double, 2>> curve;
  if (h.count() == 0) return curve;
  curve.push_back({0, Ms(static_cast<double>(h.min()))});
  for (int step = 1;; ++step) {
    const double share = std::pow(10, -step / 10.0);
    if (share * static_cast<double>(h.count()) < 1) break;
    const double percent = 100 * (1 - share);
    curve.push_back({percent, Ms(static_cast<double>(h.Percentile(percent)))});
  }
  curve.push_back({100, Ms(static_cast<double>(h.max()))});
  return curve;
}

}  // namespace

Latency SummariseLatency(const Histogram& h) {
  const auto at = [&](double percent) {
    return Ms(static_cast<double>(h.Percentile(percent)));
  };
  Latency out;
  out.count = h.count();
  out.mean = Ms(h.Mean());
  out.min = Ms(static_cast<double>(h.min()));
  out.p50 = at(50);
  out.p90 = at(90);
  out.p99 = at(99);
  out.p99_9 = at(99.9);
  out.max = Ms(static_cast<double>(h.max()));
  out.curve = Curve(h);
  return out;
}

Window SummariseWindow(const WindowSample& s) {
  const auto at = [&](double percent) {
    return Ms(static_cast<double>(s.call.Percentile(percent)));
  };
  Window w;
  w.complete = s.complete;
  w.start_s = s.start;
  w.seconds = s.seconds;
  w.images = s.images;
  w.failed_images = s.failed;
  w.fps = s.seconds > 0 ? static_cast<double>(s.images) / s.seconds : 0;
  w.p50 = at(50);
  w.p90 = at(90);
  w.p99 = at(99);
  w.max = Ms(static_cast<double>(s.call.max()));
  w.cpus = s.cpus;
  w.rss_bytes = s.rss_bytes;
  return w;
}

Fps SummariseFps(uint64_t images, double wall_s,
                 const std::vector<Window>& windows) {
  Fps fps;
  fps.mean = wall_s > 0 ? static_cast<double>(images) / wall_s : 0;
  const std::vector<Window> complete = Complete(windows);
  const std::vector<Window>& used = complete.empty() ? windows : complete;
  if (!used.empty()) {
    const auto [least, largest] = std::minmax_element(
        used.begin(), used.end(),
        [](const Window& a, const Window& b) { return a.fps < b.fps; });
    fps.min_window = least->fps;
    fps.max_window = largest->fps;
  }
  const size_t third = complete.size() / 3;
  if (third == 0) return fps;
  const double first = MeanFps(complete.begin(), third);
  const double last =
      MeanFps(complete.end() - static_cast<ptrdiff_t>(third), third);
  if (first > 0) fps.drift_percent = 100 * (last / first - 1);
  return fps;
}

Rss SummariseRss(uint64_t start, uint64_t end,
                 const std::vector<Window>& windows) {
  Rss rss;
  rss.start = start;
  rss.end = end;
  for (const Window& w : windows) {
    // A window that was woken early by nanoseconds still ends the minute.
    if (!w.complete || w.start_s + w.seconds < 60 - 1e-3) continue;
    rss.minute = w.rss_bytes;
    break;
  }
  if (rss.minute && *rss.minute > 0) {
    rss.growth_percent =
        100 * (static_cast<double>(end) / static_cast<double>(*rss.minute) - 1);
  }
  return rss;
}

double CostPerMillion(double price_per_hour, double fps) {
  return price_per_hour / 3600 / fps * 1e6;
}

void Summarise(const LoadResult& result, std::vector<Window> windows,
               Run* run) {
  const Progressed& total = result.total;
  run->interrupted = result.interrupted;
  run->wall_s = total.seconds;
  run->images = total.images;
  run->failed_images = total.failed;
  run->unserved_images = result.unserved;
  run->windows = std::move(windows);
  run->fps = SummariseFps(total.images, total.seconds, run->windows);
  run->call = SummariseLatency(total.call);
  run->image = SummariseLatency(total.image);
  const double tried =
      std::max<double>(1, static_cast<double>(total.images + total.failed));
  for (int s = 0; s < kNumStages; ++s) {
    run->stages.emplace_back(
        kStageNames[s], Ms(static_cast<double>(total.ns_stages[s])) / tried);
  }
  run->user_s = total.process.user_s - result.before.user_s;
  run->system_s = total.process.system_s - result.before.system_s;
  run->cpus = (run->user_s + run->system_s) / total.seconds;
  run->rss = SummariseRss(result.before.rss_bytes, total.process.rss_bytes,
                          run->windows);
  if (run->price_per_hour && run->fps.mean > 0) {
    run->cost_per_million = CostPerMillion(*run->price_per_hour, run->fps.mean);
  }
}

}  // namespace cli::bench
