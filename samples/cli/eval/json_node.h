// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads JSON files of others: every error names the file and the field.
#ifndef YOLO_SAMPLES_CLI_EVAL_JSON_NODE_H_
#define YOLO_SAMPLES_CLI_EVAL_JSON_NODE_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace cli {

// Reads a file without the fields called `unwanted` (polygons make most of an
// annotations file). Throws Error(kBadAnnotations) with the file and the byte.
nlohmann::json ReadJson(const std::string& path, const std::string& unwanted);

// A value and its place, "file: annotations[3].bbox", which is put together
// for messages only. The parent must outlive it. All but Find throw
// Error(kBadAnnotations) when the value is not what they give.
class JsonNode {
 public:
  JsonNode(const nlohmann::json& root, const std::string& path)
      : value_(&root), path_(&path) {}

  // Member of an object.
  JsonNode operator[](const char* key) const;
  // The same, or NULL when there is none.
  const nlohmann::json* Find(const char* key) const;
  // Element of an array.
  JsonNode operator[](size_t index) const;
  size_t Size() const;  // of an array

  int64_t Integer() const;
  double Number() const;  // finite
  const std::string& Text() const;

  [[noreturn]] void Fail(const std::string& problem) const;

 private:
  JsonNode(const nlohmann::json* value, const JsonNode* parent, const char* key,
           size_t index)
      : value_(value), parent_(parent), key_(key), index_(index) {}
  std::string Place() const;

  const nlohmann::json* value_;
  const std::string* path_ = nullptr;  // of the root
  const JsonNode* parent_ = nullptr;
  const char* key_ = nullptr;
  size_t index_ = 0;
};

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_EVAL_JSON_NODE_H_
