// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Names first, then COCO's numbering.
#include "eval/coco_classes.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

#include "error.h"

namespace cli {
namespace {

// Ids of COCO's 80 categories of boxes; class i of a model trained on COCO is
// the category at place i.
constexpr int64_t kCocoIds[] = {
    1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 13, 14, 15, 16, 17,
    18, 19, 20, 21, 22, 23, 24, 25, 27, 28, 31, 32, 33, 34, 35, 36,
    37, 38, 39, 40, 41, 42, 43, 44, 46, 47, 48, 49, 50, 51, 52, 53,
    54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 67, 70, 72, 73,
    74, 75, 76, 77, 78, 79, 80, 81, 82, 84, 85, 86, 87, 88, 89, 90};
constexpr size_t kNumCocoIds = std::size(kCocoIds);
static_assert(kNumCocoIds == 80);

// Darknet's coco.names has these four from Pascal VOC.
constexpr struct {
  const char* darknet;
  const char* coco;
} kOtherNames[] = {{"aeroplane", "airplane"},
                   {"motorbike", "motorcycle"},
                   {"sofa", "couch"},
                   {"tvmonitor", "tv"}};

// "Traffic_Light" and "traffic light" are one name. Bytes beyond ASCII count.
std::string Normalised(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte)) {
      out += static_cast<char>(std::tolower(byte));
    }
  }
  return out;
}

class Names {
 public:
  explicit Names(const std::vector<CocoCategory>& categories) {
    for (size_t i = 0; i < categories.size(); ++i) {
      places_[Normalised(categories[i].name)].push_back(i);
    }
  }

  // Throws when two categories are called so.
  std::optional<size_t> Find(const std::string& label) const {
    std::string name = Normalised(label);
    if (name.empty()) return std::nullopt;
    auto found = places_.find(name);
    for (const auto& other : kOtherNames) {
      if (found == places_.end() && name == other.darknet) {
        found = places_.find(other.coco);
      }
    }
    if (found == places_.end()) return std::nullopt;
    if (found->second.size() == 1) return found->second.front();
    throw Error(kUsage,
                "--annotations: more than one category is called " + label);
  }

 private:
  std::map<std::string, std::vector<size_t>> places_;
};

bool HasCocoIds(const std::vector<CocoCategory>& categories) {
  return std::equal(categories.begin(), categories.end(), std::begin(kCocoIds),
                    std::end(kCocoIds),
                    [](const CocoCategory& category, int64_t id) {
                      return category.id == id;
                    });
}

std::string TitleOf(const ModelClass& c) {
  return c.label.empty() ? "class " + std::to_string(c.id) : c.label;
}

[[noreturn]] void FailUnmatched(const std::vector<ModelClass>& unmatched,
                                size_t num_classes) {
  std::string names;
  for (const ModelClass& c : unmatched) {
    names += (names.empty() ? "" : ", ") + TitleOf(c);
  }
  throw Error(kUsage, "--annotations: no category for " +
                          std::to_string(unmatched.size()) +
                          " of the model's " + std::to_string(num_classes) +
                          " classes: " + names +
                          "; name them with --labels or choose others with "
                          "--classes");
}

}  // namespace

std::vector<size_t> FindCategories(const std::vector<ModelClass>& classes,
                                   size_t num_model_classes,
                                   const CocoAnnotations& truth) {
  const Names names(truth.categories);
  const bool by_place =
      num_model_classes == kNumCocoIds && HasCocoIds(truth.categories);
  std::vector<size_t> categories;
  std::vector<ModelClass> unmatched;
  for (const ModelClass& c : classes) {
    std::optional<size_t> category = names.Find(c.label);
    if (c.label.empty() && by_place) category = static_cast<size_t>(c.id);
    if (!category) unmatched.push_back(c);
    categories.push_back(category.value_or(0));
  }
  if (!unmatched.empty()) FailUnmatched(unmatched, classes.size());
  return categories;
}

}  // namespace cli
