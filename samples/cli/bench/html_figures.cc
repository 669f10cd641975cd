// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The charts of the report, from runs.
#include <algorithm>
#include <cmath>

#include "bench/chart.h"
#include "bench/format.h"
#include "bench/html.h"

namespace cli::bench {
namespace {

constexpr double kWide = 720;    // desktop, paper
constexpr double kNarrow = 360;  // phone

// Both drawings of a chart; the style sheet shows the one that fits.
std::string BothWidths(const LineChart& chart) {
  return LineChartSvg(chart, kWide, 320) + LineChartSvg(chart, kNarrow, 280);
}

std::string Figure(const std::string& heading, const std::string& id,
                   const std::string& caption, const std::string& content) {
  return "<section><h2>" + heading + "</h2>\n<figure id=\"" + id +
         "\"><figcaption>" + caption + "</figcaption>\n" + content +
         "</figure></section>\n";
}

std::string LineLegend(const std::vector<Run>& runs) {
  if (runs.size() < 2) return "";
  std::string html = "<ul class=\"legend\">";
  for (size_t i = 0; i < runs.size(); ++i) {
    html += "<li>" + LineKeySvg(i) + Escape(runs[i].name) + "</li>";
  }
  return html + "</ul>\n";
}

// The windows that charts show: complete ones, or all when none is.
std::vector<Window> Shown(const Run& run) {
  std::vector<Window> out;
  for (const Window& w : run.windows) {
    if (w.complete) out.push_back(w);
  }
  return out.empty() ? run.windows : out;
}

std::string SummaryOf(const std::vector<Run>& runs,
                      std::string (*summarise)(const Run&)) {
  std::string text;
  for (const Run& run : runs) text += run.name + ": " + summarise(run) + ". ";
  return text;
}

std::string ThroughputFigure(const std::vector<Run>& runs) {
  LineChart chart;
  chart.id = "fps";
  chart.title = "Throughput over time";
  chart.description = SummaryOf(runs, [](const Run& run) {
    return Number(run.fps.mean) + " images per second on average, between " +
           Number(run.fps.min_window) + " and " + Number(run.fps.max_window) +
           " in windows";
  });
  double most_s = 0, most_fps = 0;
  for (const Run& run : runs) {
    for (const Window& w : Shown(run)) {
      most_s = std::max(most_s, w.start_s + w.seconds);
      most_fps = std::max(most_fps, w.fps);
    }
  }
  const bool minutes = most_s > 300;
  const double unit = minutes ? 60 : 1;
  for (const Run& run : runs) {
    Series series{run.name, {}};
    for (const Window& w : Shown(run)) {
      const double end = w.start_s + w.seconds;
      series.points.push_back({end / unit, w.fps,
                               Number(w.fps) + " images/s until " +
                                   Number(end) + " s, P99 " + Number(w.p99) +
                                   " ms",
                               true});
    }
    chart.series.push_back(std::move(series));
  }
  chart.x =
      LinearAxis(minutes ? "time, minutes" : "time, seconds", most_s / unit, 6);
  // The curve ends where the chart does.
  chart.x.max = most_s / unit;
  std::erase_if(chart.x.ticks,
                [&](const Tick& t) { return t.value > chart.x.max * 1.001; });
  chart.y = LinearAxis("images/s", most_fps * 1.05, 5);
  return Figure("Throughput over time", "figure-fps",
                "Images detected in each window, by the wall clock; a marker "
                "stands at its window&#8217;s end. Higher is better.",
                LineLegend(runs) + BothWidths(chart));
}

// Where a percentile lies on an axis on which each factor of ten that is left
// takes the same room.
double Nines(double percent) { return -std::log10(1 - percent / 100); }

Series LatencySeries(const Run& run) {
  const Latency& l = run.call;
  Series series{run.name, {}};
  const double last =
      std::log10(static_cast<double>(std::max<uint64_t>(l.count, 1))) + 0.1;
  for (const auto& [percent, ms] : l.curve) {
    const bool max = percent >= 100;
    series.points.push_back({max ? last : Nines(percent), ms,
                             "largest " + Number(ms) + " ms", max});
  }
  const std::pair<double, double> marked[] = {
      {50, l.p50}, {90, l.p90}, {99, l.p99}, {99.9, l.p99_9}};
  for (const auto& [percent, ms] : marked) {
    if (Nines(percent) > last - 0.1) continue;  // fewer samples than that
    series.points.push_back({Nines(percent), ms,
                             Format("P%g ", percent) + Number(ms) + " ms",
                             true});
  }
  std::stable_sort(series.points.begin(), series.points.end(),
                   [](const Point& a, const Point& b) { return a.x < b.x; });
  return series;
}

std::string LatencyFigure(const std::vector<Run>& runs) {
  LineChart chart;
  chart.id = "latency";
  chart.title = "Latency of calls by percentile";
  chart.description = SummaryOf(runs, [](const Run& run) {
    return "half of the calls within " + Number(run.call.p50) +
           " ms, 90 percent within " + Number(run.call.p90) +
           ", 99 percent within " + Number(run.call.p99) + ", all within " +
           Number(run.call.max);
  });
  double least = 1e12, most = 0, last = 1;
  for (const Run& run : runs) {
    chart.series.push_back(LatencySeries(run));
    for (const Point& p : chart.series.back().points) {
      if (p.y > 0) least = std::min(least, p.y);
      most = std::max(most, p.y);
      last = std::max(last, p.x);
    }
  }
  const std::string title = "latency of a call, ms";
  chart.y = most > 8 * least
                ? LogarithmicAxis(title + " (log scale)", least, most)
                : LinearAxis(title, most * 1.05, 5);
  chart.x =
      Axis{"share of calls that are at least as fast", false, 0, last, {}};
  chart.x.ticks.push_back({0, "0 %"});
  for (const double p : {50.0, 90.0, 99.0, 99.9, 99.99, 99.999}) {
    if (Nines(p) <= last) {
      chart.x.ticks.push_back({Nines(p), Format("%g %%", p)});
    }
  }
  const LoadOptions& load = runs.front().load;
  std::string caption = "How long a call of " + std::to_string(load.batch) +
                        (load.batch == 1 ? " image" : " images") + " took";
  caption += load.rate > 0 ? ", from the moment at which it was due" : "";
  caption +=
      ". Markers: P50, P90, P99, P99.9 and the slowest call. Lower and flatter "
      "is better.";
  return Figure("Latency", "figure-latency", caption,
                LineLegend(runs) + BothWidths(chart));
}

// Of all stages but waiting, which depends on the load rather than on the work.
std::string StagesFigure(const std::vector<Run>& runs) {
  BarChart chart;
  chart.id = "stages";
  chart.title = "Mean time of an image in each stage";
  chart.description = SummaryOf(runs, [](const Run& run) {
    std::string text;
    for (const auto& [name, ms] : run.stages) {
      text += (text.empty() ? "" : ", ") + name + " " + Number(ms) + " ms";
    }
    return text;
  });
  for (size_t s = kDecode; s < kNumStages; ++s) {
    chart.parts.push_back(kStageNames[s]);
  }
  double most = 0;
  for (const Run& run : runs) {
    Bar bar{run.name, "", {}};
    double sum = 0;
    for (const std::string& part : chart.parts) {
      const auto stage =
          std::find_if(run.stages.begin(), run.stages.end(),
                       [&](const auto& s) { return s.first == part; });
      bar.parts.push_back(stage == run.stages.end() ? 0 : stage->second);
      sum += bar.parts.back();
    }
    bar.note = Number(sum) + " ms";
    most = std::max(most, sum);
    chart.bars.push_back(std::move(bar));
  }
  chart.x = LinearAxis("mean time of an image, ms", most, 6);
  std::string legend = "<ul class=\"legend\">";
  for (size_t k = 0; k < chart.parts.size(); ++k) {
    legend += "<li><span class=\"swatch " + SeriesClass(k) + "\"></span>" +
              Escape(chart.parts[k]) + "</li>";
  }
  legend += "</ul>\n";
  return Figure(
      "Stages", "figure-stages",
      "Where an image spends its time once it is being worked on. "
      "Waiting for its turn is in the table.",
      legend + BarChartSvg(chart, kWide) + BarChartSvg(chart, kNarrow));
}

std::string ComparisonFigure(const std::vector<Run>& runs) {
  BarChart chart;
  chart.id = "compare";
  chart.title = "Throughput of each run";
  chart.description = SummaryOf(runs, [](const Run& run) {
    return Number(run.fps.mean) + " images per second";
  });
  chart.parts = {"images/s"};
  chart.colour_by_bar = true;
  double most = 0, least = 1e12;
  for (const Run& run : runs) {
    most = std::max(most, run.fps.mean);
    least = std::min(least, run.fps.mean);
  }
  for (const Run& run : runs) {
    const std::string times =
        least > 0 && run.fps.mean > least
            ? Format("  (%.2f\u00d7)", run.fps.mean / least)
            : "";
    chart.bars.push_back(
        {run.name, Number(run.fps.mean) + times, {run.fps.mean}});
  }
  chart.x = LinearAxis("images/s", most, 6);
  return Figure(
      "Throughput", "figure-compare",
      "Images detected by wall clock over the whole run. In brackets: "
      "times the slowest run. Higher is better.",
      BarChartSvg(chart, kWide) + BarChartSvg(chart, kNarrow));
}

}  // namespace

std::string FiguresHtml(const std::vector<Run>& runs) {
  return (runs.size() > 1 ? ComparisonFigure(runs) : "") +
         ThroughputFigure(runs) + LatencyFigure(runs) + StagesFigure(runs);
}

}  // namespace cli::bench
