// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Text for people, JSON for machines; both described in docs/cli.md.
#include "report.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

// As many decimals as mean something.
double Round(float value, double steps) {
  return std::round(value * steps) / steps;
}

double Milliseconds(uint64_t ns) { return ns / 1e6; }

Json Box(const yolo_detection& d) {
  constexpr double kSteps = 1e3;  // of a pixel
  return {Round(d.x0, kSteps), Round(d.y0, kSteps), Round(d.x1, kSteps),
          Round(d.y1, kSteps)};
}

Json TruncatedNames(uint32_t truncated) {
  Json names = Json::array();
  if (truncated & YOLO_TRUNCATED_DETECTIONS) names.push_back("detections");
  if (truncated & YOLO_TRUNCATED_CANDIDATES) names.push_back("candidates");
  if (truncated & YOLO_TRUNCATED_IMAGE) names.push_back("image");
  return names;
}

Json NoteNames(uint32_t notes) {
  Json names = Json::array();
  if (notes & YOLO_NOTE_FALLBACK) names.push_back("fallback");
  if (notes & YOLO_NOTE_NUMERIC) names.push_back("numeric");
  return names;
}

std::string NotesText(uint32_t notes) {
  std::string text;
  if (notes & YOLO_NOTE_FALLBACK) {
    text += "  the device is lost: the CPU ran this image\n";
  }
  if (notes & YOLO_NOTE_NUMERIC) text += "  the device reported a NaN\n";
  return text;
}

std::string TruncatedText(const yolo_result& r) {
  std::string text = NotesText(r.notes);
  if (r.truncated & YOLO_TRUNCATED_DETECTIONS) {
    text += Format("  only the best %u of %u objects (--max-detections)\n",
                   r.count, r.found);
  }
  if (r.truncated & YOLO_TRUNCATED_CANDIDATES) {
    text += "  only the best boxes competed (--max-candidates)\n";
  }
  if (r.truncated & YOLO_TRUNCATED_IMAGE) {
    text += "  the file ends early: what is missing was grey\n";
  }
  return text;
}

std::string Heading(const yolo_result& r) {
  const double ms =
      Milliseconds(r.ns_decode + r.ns_pack + r.ns_run + r.ns_extract);
  return Format(
      "%u x %u, %u object%s, %.1f ms (decode %.1f, pack %.1f, run %.1f, "
      "extract %.1f)\n",
      r.width, r.height, r.count, r.count == 1 ? "" : "s", ms,
      Milliseconds(r.ns_decode), Milliseconds(r.ns_pack),
      Milliseconds(r.ns_run), Milliseconds(r.ns_extract));
}

std::string Table(const Photo& photo, const Model& model) {
  if (photo.detections.empty()) return "";
  size_t width = 5;
  for (const yolo_detection& d : photo.detections) {
    width = std::max(width, model.Title(d.class_id).size());
  }
  const int column = static_cast<int>(width);
  std::string text = Format(
      "  %-*s  score        x0        y0        x1"
      "        y1\n",
      column, "label");
  for (const yolo_detection& d : photo.detections) {
    std::string title = model.Title(d.class_id);
    title.resize(width, ' ');
    text += "  " + title +
            Format("  %5.3f  %8.1f  %8.1f  %8.1f  %8.1f\n", d.score, d.x0, d.y0,
                   d.x1, d.y1);
  }
  return text;
}

}  // namespace

std::string Format(const char* format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return text;
}

double Round6(double value) { return std::round(value * 1e6) / 1e6; }

std::string OneLine(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string JsonReport(const Photo& photo, const Model& model) {
  const yolo_result& r = photo.result;
  const bool ok = r.status == YOLO_OK;
  Json line = {{"image", photo.path}, {"status", yolo_status_string(r.status)}};
  if (!ok) line["message"] = r.message;
  line["width"] = ok ? r.width : 0;
  line["height"] = ok ? r.height : 0;
  line["orientation"] = ok ? r.orientation : 1;
  line["detections"] = Json::array();
  for (const yolo_detection& d : photo.detections) {
    line["detections"].push_back({{"class_id", d.class_id},
                                  {"label", model.Label(d.class_id)},
                                  {"score", Round(d.score, 1e6)},
                                  {"box", Box(d)}});
  }
  line["found"] = ok ? r.found : 0;
  line["truncated"] = TruncatedNames(ok ? r.truncated : 0);
  if (r.notes != 0) line["notes"] = NoteNames(r.notes);
  if (r.core >= 0) line["core"] = r.core;
  line["ns"] = {{"decode", r.ns_decode},
                {"pack", r.ns_pack},
                {"run", r.ns_run},
                {"extract", r.ns_extract}};
  return OneLine(line);
}

std::string TextReport(const Photo& photo, const Model& model) {
  const yolo_result& r = photo.result;
  if (r.status != YOLO_OK) {
    return photo.path + ": failed: " + r.message + " (" +
           yolo_status_string(r.status) + ")\n";
  }
  return photo.path + ": " + Heading(r) + TruncatedText(r) +
         Table(photo, model);
}

}  // namespace cli
