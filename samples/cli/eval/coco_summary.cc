// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Matches -> precision over recall -> means.
#include "eval/coco_summary.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>
#include <optional>
#include <span>

#include "eval/coco_matching.h"

namespace cli {
namespace {

constexpr size_t kNumRecalls = 101;  // 0, 0.01, ... 1
constexpr size_t kLimits[] = {1, 10, kMaxCocoDetections};
constexpr size_t kNumLimits = std::size(kLimits);

// Of one category in one area range under one limit, at each IoU.
struct Curve {
  std::array<double, kNumCocoIous> precision;  // mean over the recalls
  std::array<double, kNumCocoIous> recall;
};

// None where there is nothing to be found.
struct CategoryCurves {
  std::optional<Curve> at[kNumCocoAreas][kNumLimits];
};

// The best `limit` detections of every image, best first; equal ones by image.
std::vector<CocoVerdict> Merge(const std::vector<CocoMatches>& images,
                               size_t limit) {
  std::vector<CocoVerdict> all;
  for (const CocoMatches& image : images) {
    const size_t count = std::min(limit, image.detections.size());
    all.insert(all.end(), image.detections.begin(),
               image.detections.begin() + count);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const CocoVerdict& a, const CocoVerdict& b) {
                     return a.score > b.score;
                   });
  return all;
}

// Mean over the recalls of the best precision at that recall or a higher one.
double MeanPrecision(const std::vector<double>& recall,
                     std::vector<double> precision) {
  for (size_t i = precision.size(); i-- > 1;) {
    precision[i - 1] = std::max(precision[i - 1], precision[i]);
  }
  double sum = 0;
  for (size_t r = 0; r < kNumRecalls; ++r) {
    const double wanted = static_cast<double>(r) * 0.01;
    const auto reached = std::lower_bound(recall.begin(), recall.end(), wanted);
    if (reached == recall.end()) break;
    sum += precision[static_cast<size_t>(reached - recall.begin())];
  }
  return sum / kNumRecalls;
}

Curve MakeCurve(const std::vector<CocoVerdict>& verdicts, size_t num_objects) {
  Curve curve;
  std::vector<double> recall(verdicts.size());
  std::vector<double> precision(verdicts.size());
  for (size_t t = 0; t < kNumCocoIous; ++t) {
    double right = 0, wrong = 0;
    for (size_t i = 0; i < verdicts.size(); ++i) {
      if ((verdicts[i].ignored >> t & 1) == 0) {
        ((verdicts[i].found >> t & 1) != 0 ? right : wrong) += 1;
      }
      recall[i] = right / static_cast<double>(num_objects);
      precision[i] =
          right / (right + wrong + std::numeric_limits<double>::epsilon());
    }
    curve.precision[t] = MeanPrecision(recall, precision);
    curve.recall[t] = recall.empty() ? 0 : recall.back();
  }
  return curve;
}

CategoryCurves MakeCurves(const std::vector<CocoMatcher>& images) {
  CategoryCurves curves;
  for (size_t a = 0; a < kNumCocoAreas; ++a) {
    std::vector<CocoMatches> matches;
    size_t num_objects = 0;
    for (const CocoMatcher& image : images) {
      matches.push_back(image.Match(kCocoAreas[a]));
      num_objects += matches.back().num_objects;
    }
    if (num_objects == 0) continue;
    for (size_t m = 0; m < kNumLimits; ++m) {
      curves.at[a][m] = MakeCurve(Merge(matches, kLimits[m]), num_objects);
    }
  }
  return curves;
}

// One of the twelve.
struct Metric {
  enum Kind { kPrecision, kRecall } kind;
  int iou;       // index; -1: all of them
  size_t area;   // index
  size_t limit;  // index
};
constexpr int kAllIous = -1, kIou50 = 0, kIou75 = 5;

constexpr Metric kMetrics[12] = {
    {Metric::kPrecision, kAllIous, 0, 2}, {Metric::kPrecision, kIou50, 0, 2},
    {Metric::kPrecision, kIou75, 0, 2},   {Metric::kPrecision, kAllIous, 1, 2},
    {Metric::kPrecision, kAllIous, 2, 2}, {Metric::kPrecision, kAllIous, 3, 2},
    {Metric::kRecall, kAllIous, 0, 0},    {Metric::kRecall, kAllIous, 0, 1},
    {Metric::kRecall, kAllIous, 0, 2},    {Metric::kRecall, kAllIous, 1, 2},
    {Metric::kRecall, kAllIous, 2, 2},    {Metric::kRecall, kAllIous, 3, 2}};

// Mean over the categories that have something to be found; -1 without one.
double MeanOf(const Metric& metric,
              std::span<const CategoryCurves> categories) {
  double sum = 0;
  size_t count = 0;
  for (const CategoryCurves& category : categories) {
    const auto& curve = category.at[metric.area][metric.limit];
    if (!curve) continue;
    const auto& values =
        metric.kind == Metric::kPrecision ? curve->precision : curve->recall;
    for (size_t t = 0; t < values.size(); ++t) {
      if (metric.iou != kAllIous && static_cast<size_t>(metric.iou) != t) {
        continue;
      }
      sum += values[t];
      ++count;
    }
  }
  return count == 0 ? -1 : sum / static_cast<double>(count);
}

// The matchers of each category, images in order.
std::vector<std::vector<CocoMatcher>> MakeMatchers(
    const CocoAnnotations& truth,
    const std::vector<CocoDetection>& detections) {
  struct Pair {
    std::vector<CocoObject> objects;
    std::vector<CocoDetection> detections;
  };
  std::vector<std::map<size_t, Pair>> pairs(truth.categories.size());
  for (const CocoObject& object : truth.objects) {
    pairs[object.category][object.image].objects.push_back(object);
  }
  for (const CocoDetection& detection : detections) {
    pairs[detection.category][detection.image].detections.push_back(detection);
  }
  std::vector<std::vector<CocoMatcher>> matchers(pairs.size());
  for (size_t c = 0; c < pairs.size(); ++c) {
    for (auto& [image, pair] : pairs[c]) {
      matchers[c].emplace_back(std::move(pair.objects), pair.detections);
    }
  }
  return matchers;
}

}  // namespace

CocoSummary Summarise(const CocoAnnotations& truth,
                      const std::vector<CocoDetection>& detections) {
  std::vector<CategoryCurves> curves;
  for (const auto& category : MakeMatchers(truth, detections)) {
    curves.push_back(MakeCurves(category));
  }
  CocoSummary summary;
  for (size_t i = 0; i < summary.stats.size(); ++i) {
    summary.stats[i] = MeanOf(kMetrics[i], curves);
  }
  for (const CategoryCurves& category : curves) {
    const std::span<const CategoryCurves> one(&category, 1);
    CocoCategoryScore score;
    score.ap = MeanOf(kMetrics[0], one);
    score.ap50 = MeanOf(kMetrics[1], one);
    score.ap75 = MeanOf(kMetrics[2], one);
    score.ar = MeanOf(kMetrics[8], one);
    summary.categories.push_back(score);
  }
  for (const CocoObject& object : truth.objects) {
    summary.categories[object.category].objects += !object.crowd;
  }
  for (const CocoDetection& detection : detections) {
    ++summary.categories[detection.category].detections;
  }
  return summary;
}

std::string CocoText(const CocoSummary& summary) {
  std::string text;
  for (size_t i = 0; i < summary.stats.size(); ++i) {
    const Metric& metric = kMetrics[i];
    const bool precision = metric.kind == Metric::kPrecision;
    char line[128];
    std::snprintf(line, sizeof line,
                  " %-18s %s @[ IoU=%-9s | area=%6s | maxDets=%3zu ] = %0.3f\n",
                  precision ? "Average Precision" : "Average Recall",
                  precision ? "(AP)" : "(AR)",
                  metric.iou == kAllIous ? "0.50:0.95"
                  : metric.iou == kIou50 ? "0.50"
                                         : "0.75",
                  kCocoAreas[metric.area].name, kLimits[metric.limit],
                  summary.stats[i]);
    text += line;
  }
  return text;
}

}  // namespace cli
