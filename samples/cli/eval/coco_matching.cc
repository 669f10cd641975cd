// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Greedy matching: the best detection chooses first, at every IoU anew.
#include "eval/coco_matching.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace cli {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);

bool IsOutside(double area, const CocoAreaRange& range) {
  return area < range.least || area > range.most;
}

}  // namespace

std::array<double, kNumCocoIous> CocoIous() {
  // The doubles that NumPy's linspace gives: IoUs equal to one occur.
  std::array<double, kNumCocoIous> ious;
  const double step = (0.95 - 0.5) / (kNumCocoIous - 1);
  for (size_t i = 0; i < kNumCocoIous; ++i) {
    ious[i] = static_cast<double>(i) * step + 0.5;
  }
  ious.back() = 0.95;
  return ious;
}

double CocoIou(const CocoBox& detection, const CocoBox& object, bool crowd) {
  const double w = std::min(detection.w + detection.x, object.w + object.x) -
                   std::max(detection.x, object.x);
  const double h = std::min(detection.h + detection.y, object.h + object.y) -
                   std::max(detection.y, object.y);
  if (w <= 0 || h <= 0) return 0;
  const double both = w * h;
  const double own = detection.w * detection.h;
  return both / (crowd ? own : own + object.w * object.h - both);
}

std::vector<size_t> BestFirst(const std::vector<CocoDetection>& detections) {
  std::vector<size_t> order(detections.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return detections[a].score > detections[b].score;
  });
  return order;
}

CocoMatcher::CocoMatcher(std::vector<CocoObject> objects,
                         const std::vector<CocoDetection>& detections)
    : objects_(std::move(objects)) {
  for (const size_t i : BestFirst(detections)) {
    if (detections_.size() == kMaxCocoDetections) break;
    detections_.push_back(detections[i]);
  }
  ious_.reserve(detections_.size() * objects_.size());
  for (const CocoDetection& detection : detections_) {
    for (const CocoObject& object : objects_) {
      ious_.push_back(CocoIou(detection.box, object.box, object.crowd));
    }
  }
}

// Those to be ignored come last.
std::vector<CocoMatcher::Offer> CocoMatcher::OffersIn(
    const CocoAreaRange& area) const {
  std::vector<Offer> offers;
  for (size_t i = 0; i < objects_.size(); ++i) {
    offers.push_back(
        {i, objects_[i].crowd || IsOutside(objects_[i].area, area)});
  }
  std::stable_partition(offers.begin(), offers.end(),
                        [](const Offer& offer) { return !offer.ignored; });
  return offers;
}

// The object that a detection finds, or kNone.
CocoMatcher::Offer CocoMatcher::Choose(size_t detection, double least,
                                       const std::vector<Offer>& offers,
                                       const std::vector<bool>& taken) const {
  Offer chosen = {kNone, true};
  for (const Offer& offer : offers) {
    const CocoObject& object = objects_[offer.object];
    if (taken[offer.object] && !object.crowd) continue;
    // One to be found goes before any that is ignored.
    if (!chosen.ignored && offer.ignored) break;
    const double iou = ious_[detection * objects_.size() + offer.object];
    if (iou < least) continue;
    least = iou;
    chosen = offer;
  }
  return chosen;
}

CocoMatches CocoMatcher::Match(const CocoAreaRange& area) const {
  const std::vector<Offer> offers = OffersIn(area);
  CocoMatches out;
  for (const Offer& offer : offers) out.num_objects += !offer.ignored;
  for (const CocoDetection& d : detections_) {
    out.detections.push_back({d.score, 0, 0});
  }
  const auto ious = CocoIous();
  for (size_t t = 0; t < ious.size(); ++t) {
    std::vector<bool> taken(objects_.size());
    for (size_t d = 0; d < detections_.size(); ++d) {
      const Offer chosen = Choose(d, ious[t], offers, taken);
      const auto bit = static_cast<uint16_t>(1u << t);
      CocoVerdict& verdict = out.detections[d];
      if (chosen.object != kNone) {
        taken[chosen.object] = true;
        if (chosen.ignored) verdict.ignored |= bit;
        // pycocotools writes the object's id down and reads 0 as "none".
        if (objects_[chosen.object].id != 0) verdict.found |= bit;
      }
      const CocoBox& box = detections_[d].box;
      if (!(verdict.found & bit) && IsOutside(box.w * box.h, area)) {
        verdict.ignored |= bit;
      }
    }
  }
  return out;
}

}  // namespace cli
