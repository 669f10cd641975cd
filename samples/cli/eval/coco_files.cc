// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Ids of the files become indices; what does not fit is refused or counted.
#include "eval/coco_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>

#include "error.h"
#include "eval/json_node.h"
#include "report.h"

namespace cli {
namespace {

constexpr char kPolygons[] = "segmentation";

// Index of each id. `things` are in order of their ids.
template <class Thing>
std::unordered_map<int64_t, size_t> IndicesById(
    const std::vector<Thing>& things) {
  std::unordered_map<int64_t, size_t> indices;
  for (size_t i = 0; i < things.size(); ++i) indices.emplace(things[i].id, i);
  return indices;
}

template <class Thing>
void SortById(const JsonNode& node, std::vector<Thing>* things) {
  std::sort(things->begin(), things->end(),
            [](const Thing& a, const Thing& b) { return a.id < b.id; });
  const auto twice = std::adjacent_find(
      things->begin(), things->end(),
      [](const Thing& a, const Thing& b) { return a.id == b.id; });
  if (twice == things->end()) return;
  node.Fail("has the id " + std::to_string(twice->id) + " twice");
}

CocoBox ReadBox(const JsonNode& node) {
  if (node.Size() != 4) node.Fail("is not [x, y, width, height]");
  const CocoBox box = {node[size_t{0}].Number(), node[1].Number(),
                       node[2].Number(), node[3].Number()};
  if (box.w < 0 || box.h < 0) node.Fail("has a negative size");
  return box;
}

std::vector<CocoImage> ReadImages(const JsonNode& root) {
  const JsonNode nodes = root["images"];
  std::vector<CocoImage> images(nodes.Size());
  if (images.empty()) nodes.Fail("is empty");
  for (size_t i = 0; i < images.size(); ++i) {
    const JsonNode node = nodes[i];
    images[i].id = node["id"].Integer();
    images[i].file_name = node["file_name"].Text();
    if (!node.Find("width") || !node.Find("height")) continue;
    images[i].width = node["width"].Integer();
    images[i].height = node["height"].Integer();
  }
  SortById(nodes, &images);
  return images;
}

std::vector<CocoCategory> ReadCategories(const JsonNode& root) {
  const JsonNode nodes = root["categories"];
  std::vector<CocoCategory> categories(nodes.Size());
  if (categories.empty()) nodes.Fail("is empty");
  for (size_t i = 0; i < categories.size(); ++i) {
    const JsonNode node = nodes[i];
    categories[i].id = node["id"].Integer();
    categories[i].name = node["name"].Text();
  }
  SortById(nodes, &categories);
  return categories;
}

// Everything of an object but its image and category.
CocoObject ReadObject(const JsonNode& node) {
  CocoObject object;
  object.id = node["id"].Integer();
  object.box = ReadBox(node["bbox"]);
  object.area =
      node.Find("area") ? node["area"].Number() : object.box.w * object.box.h;
  if (const auto* crowd = node.Find("iscrowd")) {
    object.crowd = crowd->is_boolean() ? crowd->get<bool>()
                                       : node["iscrowd"].Integer() != 0;
  }
  return object;
}

void ReadObjects(const JsonNode& root, CocoAnnotations* out) {
  const auto images = IndicesById(out->images);
  const auto categories = IndicesById(out->categories);
  const JsonNode nodes = root["annotations"];
  std::unordered_set<int64_t> ids;
  out->objects.reserve(nodes.Size());
  for (size_t i = 0, end = nodes.Size(); i < end; ++i) {
    const JsonNode node = nodes[i];
    CocoObject object = ReadObject(node);
    if (!ids.insert(object.id).second) {
      node["id"].Fail(std::to_string(object.id) + " is there twice");
    }
    const auto image = images.find(node["image_id"].Integer());
    const auto category = categories.find(node["category_id"].Integer());
    if (image == images.end() || category == categories.end()) {
      ++out->num_strays;
      continue;
    }
    object.image = image->second;
    object.category = category->second;
    out->objects.push_back(object);
  }
}

}  // namespace

CocoAnnotations ReadCocoAnnotations(const std::string& path) {
  const nlohmann::json json = ReadJson(path, kPolygons);
  const JsonNode root(json, path);
  CocoAnnotations out;
  out.images = ReadImages(root);
  out.categories = ReadCategories(root);
  ReadObjects(root, &out);
  return out;
}

CocoResults ReadCocoResults(const std::string& path,
                            const CocoAnnotations& truth) {
  const nlohmann::json json = ReadJson(path, kPolygons);
  const JsonNode nodes(json, path);
  const auto images = IndicesById(truth.images);
  const auto categories = IndicesById(truth.categories);
  CocoResults out;
  out.detections.reserve(nodes.Size());
  for (size_t i = 0, end = nodes.Size(); i < end; ++i) {
    const JsonNode node = nodes[i];
    const int64_t image_id = node["image_id"].Integer();
    const auto image = images.find(image_id);
    if (image == images.end()) {
      node["image_id"].Fail(std::to_string(image_id) +
                            " is not in the annotations");
    }
    CocoDetection detection;
    detection.image = image->second;
    detection.box = ReadBox(node["bbox"]);
    detection.score = node["score"].Number();
    const auto category = categories.find(node["category_id"].Integer());
    if (category == categories.end()) {
      ++out.num_strays;
      continue;
    }
    detection.category = category->second;
    out.detections.push_back(detection);
  }
  return out;
}

void CheckCanWrite(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "ab");
  if (!file) throw Error(kCannotWrite, path + ": " + std::strerror(errno));
  std::fclose(file);
}

void WriteCocoResults(const std::string& path, const CocoAnnotations& truth,
                      const std::vector<CocoDetection>& detections) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) throw Error(kCannotWrite, path + ": " + std::strerror(errno));
  const char* before = "[";
  for (const CocoDetection& d : detections) {
    const std::string line =
        before + OneLine({{"image_id", truth.images[d.image].id},
                          {"category_id", truth.categories[d.category].id},
                          {"bbox", {d.box.x, d.box.y, d.box.w, d.box.h}},
                          {"score", d.score}});
    before = ",\n";
    std::fwrite(line.data(), 1, line.size(), file);
  }
  std::fputs(detections.empty() ? "[]\n" : "]\n", file);
  const bool failed = std::ferror(file) != 0;
  if (std::fclose(file) == 0 && !failed) return;
  throw Error(kCannotWrite, path + ": " + std::strerror(errno));
}

}  // namespace cli
