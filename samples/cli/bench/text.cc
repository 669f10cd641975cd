// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/text.h"

#include <algorithm>

#include "bench/format.h"

namespace cli::bench {
namespace {

std::string Line(const char* name, const std::string& text) {
  return Format("%14s  ", name) + text + "\n";
}

std::string LatencyLine(const char* name, const Latency& l) {
  return Format("%14s  %9s %9s %9s %9s %9s %9s\n", name, Number(l.p50).c_str(),
                Number(l.p90).c_str(), Number(l.p99).c_str(),
                Number(l.p99_9).c_str(), Number(l.max).c_str(),
                Number(l.mean).c_str());
}

std::string FailedText(const Run& run) {
  std::string text;
  for (const FailedImage& f : run.failed) {
    const std::string times =
        f.times == 0 ? "not run" : Thousands(f.times) + " times";
    text += Line(
        "", f.image + ": " + times + ": " + f.message + " (" + f.status + ")");
  }
  return text;
}

std::string FpsText(const Run& run) {
  std::string text = Number(run.fps.mean) + " mean, " +
                     Number(run.fps.min_window) + " to " +
                     Number(run.fps.max_window) + " in windows";
  if (run.fps.drift_percent) {
    text += ", drift " + Signed(*run.fps.drift_percent) + " %";
  }
  return text;
}

std::string StagesText(const Run& run) {
  std::string text;
  for (const auto& [name, ms] : run.stages) {
    text += (text.empty() ? "" : ", ") + name + " " + Number(ms);
  }
  return text + " (mean ms an image)";
}

std::string RssText(const Rss& rss) {
  std::string text = Mib(rss.start) + " MiB at the start, ";
  if (rss.minute) text += Mib(*rss.minute) + " after the first minute, ";
  text += Mib(rss.end) + " at the end";
  if (rss.growth_percent) {
    text += Format(" (%+.2f %% since the first minute)", *rss.growth_percent);
  }
  return text;
}

}  // namespace

std::string LoopText(const LoadOptions& load) {
  if (load.rate == 0) return "closed loop";
  return "open loop, " + Number(load.rate) + " images/s";
}

std::string HeadingText(const Run& run) {
  std::string text =
      run.model + Format(", %u x %u, ", run.network_width, run.network_height) +
      run.name + "\n" +
      Format(
          "%s files, %s MiB; %u callers x %u images, %s, %s s in windows of "
          "%s s\n",
          Thousands(run.load.files).c_str(), Mib(run.file_bytes).c_str(),
          run.load.callers, run.load.batch, LoopText(run.load).c_str(),
          Format("%g", run.load.seconds).c_str(),
          Format("%g", run.load.window).c_str());
  return text + Format("%8s %9s %9s %9s %9s %9s %6s %9s %7s\n", "until s",
                       "images/s", "P50 ms", "P90 ms", "P99 ms", "max ms",
                       "CPUs", "RSS MiB", "failed");
}

std::string WindowText(const Window& w) {
  return Format("%8.1f %9s %9s %9s %9s %9s %6.2f %9s %7s\n",
                w.start_s + w.seconds, Number(w.fps).c_str(),
                Number(w.p50).c_str(), Number(w.p90).c_str(),
                Number(w.p99).c_str(), Number(w.max).c_str(), w.cpus,
                Mib(w.rss_bytes).c_str(), Thousands(w.failed_images).c_str());
}

std::string SummaryText(const Run& run) {
  std::string text = "\n";
  text +=
      Line("images", Thousands(run.images) + Format(" in %.2f s", run.wall_s) +
                         (run.interrupted ? ", interrupted" : ""));
  text += Line("failed images", Thousands(run.failed_images));
  text += FailedText(run);
  if (run.unserved_images > 0) {
    text += Line("unserved", Thousands(run.unserved_images) +
                                 " images were due and not begun: the load is "
                                 "above the capacity");
  }
  text += Line("images/s", FpsText(run));
  text += Format("%14s  %9s %9s %9s %9s %9s %9s\n", "latency, ms", "P50", "P90",
                 "P99", "P99.9", "max", "mean");
  text += LatencyLine("per call", run.call);
  text += LatencyLine("per image", run.image);
  text += Line("stages", StagesText(run));
  text += Line("CPU", Format("%.2f CPUs (user %.1f s, system %.1f s)", run.cpus,
                             run.user_s, run.system_s));
  text += Line("RSS", RssText(run.rss));
  if (run.allocations) {
    text += Line("allocations",
                 Thousands(*run.allocations) +
                     " by libyolo in the measured time (oneDNN's own are not "
                     "seen)");
  }
  if (run.cost_per_million) {
    text += Line("cost", Format("%.4g for a million images at %.4g an hour",
                                *run.cost_per_million, *run.price_per_hour));
  }
  return text;
}

std::string ComparisonText(const std::vector<Run>& runs) {
  size_t width = 3;
  for (const Run& run : runs) width = std::max(width, run.name.size());
  const auto padded = [&](std::string name) {
    name.resize(width, ' ');
    return name;
  };
  std::string text = "\n" + padded("run") +
                     Format(" %9s %9s %9s %9s %9s %9s\n", "images/s", "P50 ms",
                            "P90 ms", "P99 ms", "CPUs", "drift %");
  for (const Run& run : runs) {
    const std::string drift =
        run.fps.drift_percent ? Signed(*run.fps.drift_percent) : "-";
    text += padded(run.name) +
            Format(" %9s %9s %9s %9s %9.2f %9s\n", Number(run.fps.mean).c_str(),
                   Number(run.call.p50).c_str(), Number(run.call.p90).c_str(),
                   Number(run.call.p99).c_str(), run.cpus, drift.c_str());
  }
  return text;
}

}  // namespace cli::bench
