// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// One assignment of detections to objects, whatever their categories.
#include "eval/coco_confusion.h"

#include <algorithm>
#include <cstdio>

#include "eval/coco_matching.h"

namespace cli {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);
constexpr size_t kMaxMistakes = 20;  // lines of text

// The objects of an image, and which of them have their detection.
struct ImageObjects {
  std::vector<const CocoObject*> objects;
  std::vector<bool> taken;

  size_t Choose(const CocoDetection& detection) const;
  bool IsInCrowd(const CocoDetection& detection) const;
};

size_t ImageObjects::Choose(const CocoDetection& detection) const {
  size_t chosen = kNone;
  double best = kConfusionIou;
  for (size_t i = 0; i < objects.size(); ++i) {
    if (taken[i] || objects[i]->crowd) continue;
    const double iou = CocoIou(detection.box, objects[i]->box, false);
    if (iou < best) continue;
    const bool better = iou > best || chosen == kNone ||
                        (objects[i]->category == detection.category &&
                         objects[chosen]->category != detection.category);
    if (!better) continue;
    best = iou;
    chosen = i;
  }
  return chosen;
}

bool ImageObjects::IsInCrowd(const CocoDetection& detection) const {
  return std::any_of(
      objects.begin(), objects.end(), [&](const CocoObject* object) {
        return object->crowd && object->category == detection.category &&
               CocoIou(detection.box, object->box, true) >= kConfusionIou;
      });
}

struct Mistake {
  size_t object, detection, count;
};

std::vector<Mistake> Mistakes(const CocoConfusion& confusion) {
  std::vector<Mistake> mistakes;
  for (size_t o = 0; o < confusion.num_categories; ++o) {
    for (size_t d = 0; d < confusion.num_categories; ++d) {
      const size_t count = confusion.at(o, d);
      if (o != d && count > 0) mistakes.push_back({o, d, count});
    }
  }
  std::stable_sort(
      mistakes.begin(), mistakes.end(),
      [](const Mistake& a, const Mistake& b) { return a.count > b.count; });
  return mistakes;
}

}  // namespace

CocoConfusion Confuse(const CocoAnnotations& truth,
                      const std::vector<CocoDetection>& detections) {
  std::vector<ImageObjects> images(truth.images.size());
  for (const CocoObject& object : truth.objects) {
    images[object.image].objects.push_back(&object);
    images[object.image].taken.push_back(false);
  }
  const size_t n = truth.categories.size();
  CocoConfusion confusion{n, std::vector<size_t>((n + 1) * (n + 1))};
  for (const size_t i : BestFirst(detections)) {
    const CocoDetection& detection = detections[i];
    if (!(detection.score > kConfusionScore)) break;
    ImageObjects& image = images[detection.image];
    const size_t chosen = image.Choose(detection);
    if (chosen == kNone && image.IsInCrowd(detection)) continue;
    size_t row = n;
    if (chosen != kNone) {
      image.taken[chosen] = true;
      row = image.objects[chosen]->category;
    }
    ++confusion.counts[row * (n + 1) + detection.category];
  }
  for (const ImageObjects& image : images) {
    for (size_t i = 0; i < image.objects.size(); ++i) {
      if (image.taken[i] || image.objects[i]->crowd) continue;
      ++confusion.counts[image.objects[i]->category * (n + 1) + n];
    }
  }
  return confusion;
}

std::string ConfusionText(const CocoConfusion& confusion,
                          const CocoAnnotations& truth) {
  const size_t n = confusion.num_categories;
  size_t right = 0, wrong = 0, missed = 0, invented = 0;
  const std::vector<Mistake> mistakes = Mistakes(confusion);
  for (const Mistake& mistake : mistakes) wrong += mistake.count;
  for (size_t c = 0; c < n; ++c) {
    right += confusion.at(c, c);
    missed += confusion.at(c, n);
    invented += confusion.at(n, c);
  }
  char line[256];
  std::snprintf(line, sizeof line,
                "confusion at IoU %.2f, score above %.2f: %zu objects right, "
                "%zu taken for another category, %zu missed; %zu detections "
                "of nothing\n",
                kConfusionIou, kConfusionScore, right, wrong, missed, invented);
  std::string text = line;
  for (size_t i = 0; i < std::min(mistakes.size(), kMaxMistakes); ++i) {
    std::snprintf(line, sizeof line, "  %5zu  ", mistakes[i].count);
    text += line + truth.categories[mistakes[i].object].name + " taken for " +
            truth.categories[mistakes[i].detection].name + "\n";
  }
  return text;
}

}  // namespace cli
