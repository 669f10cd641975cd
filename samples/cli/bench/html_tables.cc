// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The tables of the report: one column for each run.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "bench/chart.h"
#include "bench/format.h"
#include "bench/html.h"
#include "bench/text.h"

namespace cli::bench {
namespace {

using Cell = std::function<std::string(const Run&)>;

std::string Row(const std::vector<Run>& runs, const std::string& name,
                const Cell& cell) {
  std::string html = "<tr><th scope=\"row\">" + Escape(name) + "</th>";
  for (const Run& run : runs) html += "<td>" + Escape(cell(run)) + "</td>";
  return html + "</tr>\n";
}

std::string Group(const std::vector<Run>& runs, const std::string& name) {
  return Format("<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"%zu\">",
                runs.size() + 1) +
         Escape(name) + "</th></tr>\n";
}

std::string Table(const std::vector<Run>& runs, const char* kind,
                  const std::string& rows) {
  std::string html = std::string(
                         "<div class=\"scroll\" tabindex=\"0\"><table "
                         "class=\"") +
                     kind + (runs.size() == 1 ? " one" : "") +
                     "\"><thead><tr><td></td>";
  for (const Run& run : runs) {
    html += "<th scope=\"col\">" + Escape(run.name) + "</th>";
  }
  return html + "</tr></thead><tbody>\n" + rows + "</tbody></table></div>\n";
}

template <class T>
std::string OrDash(const std::optional<T>& value,
                   const std::function<std::string(T)>& format) {
  return value ? format(*value) : "\u2013";
}

std::string Times(double value) { return Format("%.2f\u00d7", value); }

std::string CountRows(const std::vector<Run>& runs) {
  std::string rows = Group(runs, "Images");
  rows +=
      Row(runs, "detected", [](const Run& r) { return Thousands(r.images); });
  rows += Row(runs, "failed",
              [](const Run& r) { return Thousands(r.failed_images); });
  if (std::any_of(runs.begin(), runs.end(),
                  [](const Run& r) { return r.load.rate > 0; })) {
    rows += Row(runs, "due, not begun",
                [](const Run& r) { return Thousands(r.unserved_images); });
  }
  return rows + Row(runs, "wall clock, s",
                    [](const Run& r) { return Format("%.2f", r.wall_s); });
}

std::string FpsRows(const std::vector<Run>& runs) {
  std::string rows = Group(runs, "Throughput, images/s");
  rows += Row(runs, "mean", [](const Run& r) { return Number(r.fps.mean); });
  if (runs.size() > 1) {
    const double first = runs.front().fps.mean;
    rows += Row(runs, "of " + runs.front().name, [first](const Run& r) {
      return first > 0 ? Times(r.fps.mean / first) : "\u2013";
    });
  }
  rows += Row(runs, "slowest window",
              [](const Run& r) { return Number(r.fps.min_window); });
  rows += Row(runs, "fastest window",
              [](const Run& r) { return Number(r.fps.max_window); });
  return rows + Row(runs, "drift, %", [](const Run& r) {
           return OrDash<double>(r.fps.drift_percent, Signed);
         });
}

std::string LatencyRows(const std::vector<Run>& runs, const std::string& name,
                        Latency Run::*latency) {
  const struct {
    const char* name;
    double Latency::*value;
  } fields[] = {{"P50", &Latency::p50},     {"P90", &Latency::p90},
                {"P99", &Latency::p99},     {"P99.9", &Latency::p99_9},
                {"largest", &Latency::max}, {"mean", &Latency::mean}};
  std::string rows = Group(runs, name);
  for (const auto& field : fields) {
    rows += Row(runs, field.name,
                [&](const Run& r) { return Number(r.*latency.*field.value); });
  }
  return rows;
}

std::string StageRows(const std::vector<Run>& runs) {
  std::string rows = Group(runs, "Stages, mean ms of an image");
  for (const char* stage : kStageNames) {
    rows += Row(runs, stage, [stage](const Run& r) -> std::string {
      for (const auto& [name, ms] : r.stages) {
        if (name == stage) return Number(ms);
      }
      return "\u2013";
    });
  }
  return rows;
}

std::string CostRows(const std::vector<Run>& runs) {
  std::string rows = Group(runs, "Cost");
  rows += Row(runs, "CPUs in use",
              [](const Run& r) { return Format("%.2f", r.cpus); });
  rows += Row(runs, "CPU ms an image", [](const Run& r) {
    return r.images == 0 ? "\u2013"
                         : Number(1e3 * (r.user_s + r.system_s) /
                                  static_cast<double>(r.images));
  });
  rows += Row(runs, "RSS at the start, MiB",
              [](const Run& r) { return Mib(r.rss.start); });
  rows += Row(runs, "after the first minute, MiB",
              [](const Run& r) { return OrDash<uint64_t>(r.rss.minute, Mib); });
  rows +=
      Row(runs, "at the end, MiB", [](const Run& r) { return Mib(r.rss.end); });
  rows += Row(runs, "growth after the first minute, %", [](const Run& r) {
    return OrDash<double>(r.rss.growth_percent,
                          [](double v) { return Format("%+.2f", v); });
  });
  rows += Row(runs, "allocations", [](const Run& r) {
    return OrDash<uint64_t>(r.allocations, Thousands);
  });
  return rows + Row(runs, "price of a million images", [](const Run& r) {
           return OrDash<double>(r.cost_per_million,
                                 [](double v) { return Format("%.2f", v); });
         });
}

// Settings of all runs, in the order in which they first appear.
std::string EnvironmentRows(const std::vector<Run>& runs) {
  std::string rows;
  rows += Row(runs, "tool", [](const Run& r) { return r.tool; });
  rows += Row(runs, "build", [](const Run& r) { return r.build; });
  rows += Row(runs, "date", [](const Run& r) { return r.date; });
  rows += Row(runs, "model", [](const Run& r) { return r.model; });
  rows += Row(runs, "network", [](const Run& r) {
    return Format("%u \u00d7 %u", r.network_width, r.network_height);
  });
  rows += Row(runs, "load", [](const Run& r) {
    return Format("%u callers \u00d7 %u images, ", r.load.callers,
                  r.load.batch) +
           LoopText(r.load);
  });
  rows += Row(runs, "files", [](const Run& r) {
    return Thousands(r.load.files) + ", " + Mib(r.file_bytes) + " MiB";
  });
  rows += Row(runs, "CPU", [](const Run& r) {
    return r.host.cpu + Format(" (%u available)", r.host.cpus);
  });
  rows += Row(runs, "memory",
              [](const Run& r) { return Mib(r.host.memory_bytes) + " MiB"; });
  rows += Row(runs, "system", [](const Run& r) { return r.host.system; });
  std::vector<std::string> keys;
  for (const Run& run : runs) {
    for (const auto& [key, value] : run.settings) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
        keys.push_back(key);
      }
    }
  }
  for (const std::string& key : keys) {
    rows += Row(runs, key, [&key](const Run& r) -> std::string {
      for (const auto& [name, value] : r.settings) {
        if (name == key) return value;
      }
      return "\u2013";
    });
  }
  return rows;
}

std::string FailedTable(const std::vector<Run>& runs) {
  std::string rows;
  for (const Run& run : runs) {
    for (const FailedImage& f : run.failed) {
      rows += "<tr><td>" + Escape(f.image) + "</td><td>" +
              (f.times == 0 ? "not run" : Thousands(f.times) + " times") +
              "</td><td>" + Escape(f.message) + " (" + Escape(f.status) +
              ")</td><td>" + Escape(run.name) + "</td></tr>\n";
    }
  }
  if (rows.empty()) return "";
  return "<section class=\"long\"><h2>Failed images</h2>\n<div "
         "class=\"scroll\" "
         "tabindex=\"0\"><table class=\"words\" id=\"failed\"><thead><tr>"
         "<th scope=\"col\">file</th><th scope=\"col\">failed</th>"
         "<th scope=\"col\">why</th><th scope=\"col\">run</th></tr></thead>"
         "<tbody>\n" +
         rows + "</tbody></table></div></section>\n";
}

}  // namespace

std::string TablesHtml(const std::vector<Run>& runs) {
  const std::string numbers =
      CountRows(runs) + FpsRows(runs) +
      LatencyRows(runs, "Latency of a call, ms", &Run::call) +
      LatencyRows(runs, "Latency of an image, ms", &Run::image) +
      StageRows(runs) + CostRows(runs);
  return "<section class=\"long\"><h2>All numbers</h2>\n" +
         Table(runs, "numbers", numbers) + "</section>\n" + FailedTable(runs) +
         "<section class=\"long\"><h2>Environment</h2>\n" +
         Table(runs, "words", EnvironmentRows(runs)) + "</section>\n";
}

}  // namespace cli::bench
