// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/format.h"

#include <cmath>
#include <cstdarg>
#include <cstdio>

namespace cli::bench {

std::string Format(const char* format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return text;
}

std::string Thousands(uint64_t value) {
  std::string text = std::to_string(value);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string Number(double value) {
  const double size = std::fabs(value);
  if (size >= 999.5) {
    return (value < 0 ? "-" : "") +
           Thousands(static_cast<uint64_t>(std::llround(size)));
  }
  if (value == 0) return "0";
  if (size >= 9.995) return Format("%.1f", value);
  if (size >= 0.9995) return Format("%.2f", value);
  return Format("%.3f", value);
}

std::string Signed(double percent) {
  if (std::fabs(percent) < 0.05) return "0.0";
  return Format("%+.1f", percent);
}

std::string Mib(uint64_t bytes) {
  return Format("%.1f", static_cast<double>(bytes) / (1 << 20));
}

}  // namespace cli::bench
