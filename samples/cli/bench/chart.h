// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Charts as inline SVG. Colours come from the page's style sheet (classes s0 to
// s5), so that they follow its light and dark modes.
#ifndef YOLO_SAMPLES_CLI_BENCH_CHART_H_
#define YOLO_SAMPLES_CLI_BENCH_CHART_H_

#include <string>
#include <vector>

namespace cli::bench {

// Text that is safe in HTML, in elements and attributes: markup escaped,
// control characters and what is not UTF-8 replaced.
std::string Escape(const std::string& text);

// Colours, dashes and shapes of markers repeat after these many series.
inline constexpr size_t kNumColours = 6;
std::string SeriesClass(size_t index);  // "s0"

struct Tick {
  double value;
  std::string label;
};

struct Axis {
  std::string title;  // with its unit
  bool logarithmic = false;
  double min = 0;
  double max = 1;
  std::vector<Tick> ticks;
};

// From 0 to a round number not below `most`, some `count` ticks.
Axis LinearAxis(const std::string& title, double most, int count);
// From round numbers to round numbers; ticks at 1, 2, 5, 10, ...
Axis LogarithmicAxis(const std::string& title, double least, double most);

struct Point {
  double x = 0;
  double y = 0;
  std::string label;    // shown by browsers under the pointer
  bool marker = false;  // visible, not only the line's corner
};

struct Series {
  std::string name;
  std::vector<Point> points;
};

// `id` is unique in the page; `description` is read out by screen readers.
struct LineChart {
  std::string id, title, description;
  Axis x, y;
  std::vector<Series> series;
};

// width, height: of the drawing, CSS pixels when it is shown unscaled.
std::string LineChartSvg(const LineChart& chart, double width, double height);

struct Bar {
  std::string name;
  std::string note;  // right of the name, the total for instance
  std::vector<double> parts;
};

struct BarChart {
  std::string id, title, description;
  Axis x;
  std::vector<std::string> parts;
  std::vector<Bar> bars;
  bool colour_by_bar = false;  // else by part
};

std::string BarChartSvg(const BarChart& chart, double width);

// A short line with the series' colour, dashes and marker, for legends.
std::string LineKeySvg(size_t series);

}  // namespace cli::bench

#endif  // YOLO_SAMPLES_CLI_BENCH_CHART_H_
