// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/chart.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "bench/format.h"

namespace cli::bench {
namespace {

// Bytes of the UTF-8 character at the front; 0 when it is none.
size_t CharacterBytes(std::string_view text) {
  const auto byte = [&](size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned char first = byte(0);
  const size_t length = first < 0x80   ? 1
                        : first < 0xc2 ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                        : first < 0xf5 ? 4
                                       : 0;
  if (length == 0 || length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

std::string EscapeByte(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return std::string(1, c);
  }
}

// Where values are drawn.
struct Scale {
  const Axis& axis;
  double from, to;  // coordinates of axis.min and axis.max

  double operator()(double value) const {
    const auto f = [&](double v) {
      return axis.logarithmic ? std::log10(std::max(v, 1e-12)) : v;
    };
    const double share = (f(value) - f(axis.min)) / (f(axis.max) - f(axis.min));
    return from + std::clamp(share, 0.0, 1.0) * (to - from);
  }
};

// Attributes that differ by series where colours cannot be told apart.
const char* Dashes(size_t series) {
  static constexpr const char* kDashes[] = {"",        "7 3",  "2 3",
                                            "9 3 2 3", "12 4", "4 2"};
  return kDashes[series % kNumColours];
}

std::string Marker(size_t series, double x, double y, double r) {
  switch (series % kNumColours) {
    case 1:
      return Format("M%.1f %.1fh%.1fv%.1fh%.1fz", x - r, y - r, 2 * r, 2 * r,
                    -2 * r);
    case 2:
      return Format("M%.1f %.1fl%.1f %.1fh%.1fz", x, y - 1.3 * r, 1.2 * r,
                    2.2 * r, -2.4 * r);
    case 3:
      return Format("M%.1f %.1fl%.1f %.1fl%.1f %.1fl%.1f %.1fz", x, y - 1.4 * r,
                    1.4 * r, 1.4 * r, -1.4 * r, 1.4 * r, -1.4 * r, -1.4 * r);
    default:
      return Format("M%.1f %.1fa%.1f %.1f 0 1 0 %.1f 0a%.1f %.1f 0 1 0 %.1f 0z",
                    x - r, y, r, r, 2 * r, r, r, -2 * r);
  }
}

std::string Open(const std::string& id, const std::string& title,
                 const std::string& description, double width, double height) {
  const std::string key = id + Format("-%.0f", width);
  return "<svg class=\"chart w" + Format("%.0f", width) + "\" viewBox=\"0 0 " +
         Format("%.0f %.0f", width, height) +
         "\" role=\"img\" aria-labelledby=\"" + key + "-t " + key +
         "-d\"><title id=\"" + key + "-t\">" + Escape(title) +
         "</title><desc id=\"" + key + "-d\">" + Escape(description) +
         "</desc>\n";
}

std::string Text(double x, double y, const char* classes,
                 const std::string& text) {
  return Format("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, classes) +
         Escape(text) + "</text>\n";
}

std::string Line(const char* classes, double x0, double y0, double x1,
                 double y1) {
  return Format(
      "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
      classes, x0, y0, x1, y1);
}

std::string SeriesSvg(const Series& series, size_t index, const Scale& x,
                      const Scale& y) {
  std::string line, markers;
  const double r = series.points.size() > 60 ? 1.8 : 3;
  for (const Point& p : series.points) {
    const double px = x(p.x), py = y(p.y);
    line += Format("%s%.1f %.1f", line.empty() ? "" : " ", px, py);
    if (!p.marker) continue;
    markers += "<path class=\"pt\" d=\"" + Marker(index, px, py, r) +
               "\"><title>" + Escape(series.name + ": " + p.label) +
               "</title></path>\n";
  }
  return "<g class=\"" + SeriesClass(index) + "\"><polyline points=\"" + line +
         "\" stroke-dasharray=\"" + Dashes(index) + "\"/>\n" + markers +
         "</g>\n";
}

// As much of the text as fits, by a guess at the width of characters.
std::string Fitting(const std::string& text, double width) {
  constexpr double kCharacter = 7.2;
  const auto most = static_cast<size_t>(std::max(width / kCharacter, 4.0));
  std::string out;
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++count) {
    if (count + 1 == most && text.size() - i > 1) return out + "\u2026";
    const size_t length =
        std::max<size_t>(CharacterBytes(std::string_view(text).substr(i)), 1);
    out += text.substr(i, length);
    i += length;
  }
  return out;
}

double RoundStep(double rough) {
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double share = rough / power;
  return power * (share <= 1.0001   ? 1
                  : share <= 2.0001 ? 2
                  : share <= 5.0001 ? 5
                                    : 10);
}

}  // namespace

std::string Escape(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t length = CharacterBytes(std::string_view(text).substr(i));
    const auto c = static_cast<unsigned char>(text[i]);
    const bool control = length == 1 && ((c < 0x20 && c != '\n') || c == 0x7f);
    if (length == 0 || control) {
      out += "\xef\xbf\xbd";  // U+FFFD
    } else if (length == 1) {
      out += EscapeByte(text[i]);
    } else {
      out += text.substr(i, length);
    }
    i += std::max<size_t>(length, 1);
  }
  return out;
}

std::string SeriesClass(size_t index) {
  return "s" + std::to_string(index % kNumColours);
}

Axis LinearAxis(const std::string& title, double most, int count) {
  if (!(most > 0)) most = 1;
  const double step = RoundStep(most / count);
  Axis axis{title, false, 0, step * std::ceil(most / step - 1e-9), {}};
  const int ticks = static_cast<int>(std::lround(axis.max / step));
  for (int i = 0; i <= ticks; ++i) {
    const double value = i * step;
    axis.ticks.push_back({value, value >= 1000
                                     ? Thousands(static_cast<uint64_t>(value))
                                     : Format("%g", value)});
  }
  return axis;
}

Axis LogarithmicAxis(const std::string& title, double least, double most) {
  least = std::max(least, 1e-6);
  most = std::max(most, least * 1.01);
  Axis axis{title, true, 0, 0, {}};
  const double first = std::pow(10, std::floor(std::log10(least)));
  std::vector<double> values;
  for (double decade = first; values.empty() || values.back() < most;
       decade *= 10) {
    for (const double m : {1.0, 2.0, 5.0}) values.push_back(m * decade);
  }
  const auto above =
      std::upper_bound(values.begin(), values.end(), least * 1.0001);
  values.erase(values.begin(), above == values.begin() ? above : above - 1);
  const auto end =
      std::lower_bound(values.begin(), values.end(), most * 0.9999);
  values.erase(end + 1, values.end());
  axis.min = values.front();
  axis.max = values.back();
  for (const double v : values) axis.ticks.push_back({v, Format("%g", v)});
  return axis;
}

std::string LineChartSvg(const LineChart& chart, double width, double height) {
  constexpr double kTop = 30, kBottom = 44, kRight = 14, kCharacter = 7;
  double left = 0;  // room for the longest label
  for (const Tick& tick : chart.y.ticks) {
    left = std::max(left, static_cast<double>(tick.label.size()));
  }
  left = left * kCharacter + 12;
  const Scale x{chart.x, left, width - kRight};
  const Scale y{chart.y, height - kBottom, kTop};
  std::string svg =
      Open(chart.id, chart.title, chart.description, width, height);
  for (const Tick& tick : chart.y.ticks) {
    svg += Line("grid", left, y(tick.value), width - kRight, y(tick.value));
    svg += Text(left - 7, y(tick.value) + 4, "end", tick.label);
  }
  double free = -1e9;  // labels that would touch the last are left out
  for (const Tick& tick : chart.x.ticks) {
    const double half = static_cast<double>(tick.label.size()) * kCharacter / 2;
    const double at = x(tick.value);
    svg += Line("tick", at, height - kBottom, at, height - kBottom + 5);
    if (at - half < free || at + half > width) continue;
    svg += Text(at, height - kBottom + 19, "mid", tick.label);
    free = at + half + 6;
  }
  svg += Line("axis", left, height - kBottom, width - kRight, height - kBottom);
  svg += Text(0, 14, "title", chart.y.title);
  svg += Text(width - kRight, height - 6, "title end", chart.x.title);
  for (size_t i = 0; i < chart.series.size(); ++i) {
    svg += SeriesSvg(chart.series[i], i, x, y);
  }
  return svg + "</svg>\n";
}

std::string BarChartSvg(const BarChart& chart, double width) {
  constexpr double kBar = 26, kRow = 56, kTop = 4, kBottom = 44, kRight = 14;
  constexpr double kLabelRoom = 40;  // of a number inside a part
  const double height =
      kTop + kRow * static_cast<double>(chart.bars.size()) + kBottom;
  const Scale x{chart.x, 1, width - kRight};
  std::string svg =
      Open(chart.id, chart.title, chart.description, width, height);
  for (const Tick& tick : chart.x.ticks) {
    const double at = x(tick.value);
    svg += Line("grid", at, kTop, at, height - kBottom);
    svg += Text(at, height - kBottom + 17,
                tick.value == 0            ? ""
                : at > width - kRight - 12 ? "end"
                                           : "mid",
                tick.label);
  }
  for (size_t i = 0; i < chart.bars.size(); ++i) {
    const Bar& bar = chart.bars[i];
    const double top = kTop + kRow * static_cast<double>(i);
    const double free = width - kRight - 8.0 * (2.0 + bar.note.size());
    svg += Text(1, top + 16, "name", Fitting(bar.name, free));
    svg += Text(width - kRight, top + 16, "end value", bar.note);
    double sum = 0;
    for (size_t k = 0; k < bar.parts.size(); ++k) {
      const double from = x(sum), to = x(sum + bar.parts[k]);
      sum += bar.parts[k];
      svg += "<g class=\"" + SeriesClass(chart.colour_by_bar ? i : k) +
             Format(
                 "\"><rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\""
                 " height=\"%.0f\"><title>",
                 from, top + 22, std::max(to - from, 0.5), kBar) +
             Escape(bar.name + ": " + chart.parts[k] + " " +
                    Number(bar.parts[k])) +
             "</title></rect>";
      if (!chart.colour_by_bar && to - from > kLabelRoom) {
        svg += Text((from + to) / 2, top + 22 + kBar / 2 + 4, "mid inside",
                    Number(bar.parts[k]));
      }
      svg += "</g>\n";
    }
  }
  svg += Line("axis", 1, kTop, 1, height - kBottom);
  svg += Text(width - kRight, height - 6, "title end", chart.x.title);
  return svg + "</svg>\n";
}

std::string LineKeySvg(size_t series) {
  return "<svg class=\"key " + SeriesClass(series) +
         "\" viewBox=\"0 0 34 12\" aria-hidden=\"true\"><polyline points=\"1 6 "
         "33 6\" stroke-dasharray=\"" +
         Dashes(series) + "\"/><path class=\"pt\" d=\"" +
         Marker(series, 17, 6, 3.5) + "\"/></svg>";
}

}  // namespace cli::bench
