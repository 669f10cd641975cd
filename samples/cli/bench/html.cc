// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The page: head, tiles, warnings, figures, tables.
#include "bench/html.h"

#include <algorithm>

#include "bench/chart.h"
#include "bench/format.h"
#include "bench/text.h"

namespace cli::bench {
namespace {

// Nothing is loaded and nothing runs, whatever the names of files contain.
constexpr char kHead[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; "
    "style-src 'unsafe-inline'; img-src data:\">\n"
    "<link rel=\"icon\" href=\"data:,\">\n<title>";

constexpr char kNotes[] =
    "<footer class=\"soft\"><p><b>images/s</b>: images that were detected, "
    "from "
    "the first call to the return of the last, by the wall clock; nothing is "
    "left "
    "out. <b>Drift</b>: mean of the last third of the windows against the "
    "first "
    "third. <b>Latency of a call</b>: from when the call was due until it "
    "returned; <b>of an image</b>: from when its call was due until its own "
    "boxes "
    "were there. In the closed loop a call is due when its caller&#8217;s last "
    "one has returned; in the open loop at a time that was fixed beforehand. "
    "Percentiles are exact to 0.2 %.</p></footer>\n";

std::string Tile(const char* name, const std::string& value,
                 const std::string& unit) {
  return std::string("<div class=\"tile\"><dt>") + name + "</dt><dd>" +
         Escape(value) + " <small>" + Escape(unit) + "</small></dd></div>\n";
}

std::string Tiles(const Run& run) {
  std::string html = "<dl class=\"tiles\">\n";
  html += Tile("Throughput", Number(run.fps.mean), "images/s");
  html += Tile("P50 of a call", Number(run.call.p50), "ms");
  html += Tile("P90 of a call", Number(run.call.p90), "ms");
  html += Tile("P99 of a call", Number(run.call.p99), "ms");
  if (run.fps.drift_percent) {
    html += Tile("Drift", Signed(*run.fps.drift_percent), "%");
  }
  html += Tile("Images", Thousands(run.images),
               Format("in %s s", Number(run.wall_s).c_str()));
  if (run.rss.growth_percent) {
    html += Tile("Memory growth", Format("%+.2f", *run.rss.growth_percent),
                 "% after 1 min");
  }
  if (run.cost_per_million) {
    html +=
        Tile("Price of a million images", Format("%.2f", *run.cost_per_million),
             Format("at %.4g/h", *run.price_per_hour));
  }
  return html + "</dl>\n";
}

// What a reader must know before believing the numbers.
std::string Warnings(const std::vector<Run>& runs) {
  std::string items;
  const auto add = [&](const Run& run, const std::string& text) {
    items += "<li>" + Escape(run.name + ": " + text) + "</li>\n";
  };
  for (const Run& run : runs) {
    if (run.interrupted) {
      add(run, "interrupted after " + Number(run.wall_s) + " of " +
                   Number(run.load.seconds) + " s");
    }
    if (!run.failed.empty()) {
      add(run, Thousands(run.failed_images) + " images failed, in " +
                   Thousands(run.failed.size()) +
                   (run.failed.size() == 1 ? " file" : " files") +
                   "; listed below");
    }
    if (run.unserved_images > 0) {
      add(run, Thousands(run.unserved_images) +
                   " images were due and not begun: the load is above the "
                   "capacity, and latency grows with the length of the run");
    }
    if (run.allocations.value_or(0) > 0) {
      add(run, Thousands(*run.allocations) +
                   " allocations by the library in the measured time");
    }
  }
  const Run& first = runs.front();
  for (const Run& run : runs) {
    if (run.load.callers != first.load.callers ||
        run.load.batch != first.load.batch ||
        run.load.files != first.load.files ||
        run.load.rate != first.load.rate ||
        run.network_width != first.network_width ||
        run.network_height != first.network_height) {
      add(run, "another load or network size than " + first.name +
                   ": compare with care");
    }
    if (run.host.cpu != first.host.cpu || run.host.cpus != first.host.cpus) {
      add(run, "another machine than " + first.name);
    }
  }
  return items.empty()
             ? ""
             : "<div class=\"warning\"><ul>" + items + "</ul></div>\n";
}

std::string BaseName(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string Header(const Run& run) {
  const std::string load = Format("%u callers \u00d7 %u images, ",
                                  run.load.callers, run.load.batch) +
                           LoopText(run.load) + ", " +
                           Thousands(run.load.files) + " files";
  return "<header><h1>" + Escape(BaseName(run.model)) +
         Format(", <span class=\"size\">%u \u00d7 %u</span></h1>\n",
                run.network_width, run.network_height) +
         "<p class=\"soft\">" +
         Escape("Detection benchmark of " + run.date.substr(0, 10) + " on " +
                run.host.cpu + ", " + std::to_string(run.host.cpus) +
                (run.host.cpus == 1 ? " CPU" : " CPUs") + ". " + load + ".") +
         "</p></header>\n";
}

}  // namespace

std::string HtmlReport(const std::vector<Run>& runs) {
  const Run& first = runs.front();
  std::string title = "Benchmark: " + BaseName(first.model);
  for (const Run& run : runs) {
    title += (&run == &first ? ", " : " and ") + run.name;
  }
  return kHead + Escape(title) + "</title>\n<style>" + kStyleSheet +
         "</style>\n</head>\n<body>\n<main>\n" + Header(first) +
         (runs.size() == 1 ? Tiles(first) : "") + Warnings(runs) +
         FiguresHtml(runs) + TablesHtml(runs) + kNotes +
         "</main>\n</body>\n</html>\n";
}

}  // namespace cli::bench
