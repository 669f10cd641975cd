// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// nlohmann's parser, with places.
#include "json_node.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "error.h"

namespace cli {

using Json = nlohmann::json;

Json ReadJson(const std::string& path, const std::string& unwanted) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    throw Error(kBadAnnotations, path + ": is a folder");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(kBadAnnotations, path + ": " + std::strerror(errno));
  const auto keep = [&](int, Json::parse_event_t event, const Json& value) {
    return event != Json::parse_event_t::key ||
           value.get_ref<const std::string&>() != unwanted;
  };
  try {
    return Json::parse(file, keep);
  } catch (const Json::parse_error& problem) {
    throw Error(kBadAnnotations,
                path + ": not JSON at byte " + std::to_string(problem.byte));
  } catch (const Json::exception& problem) {  // a number out of range
    throw Error(kBadAnnotations, path + ": " + problem.what());
  } catch (const std::ios_base::failure& problem) {
    throw Error(kBadAnnotations, path + ": " + problem.what());
  }
}

JsonNode JsonNode::operator[](const char* key) const {
  const Json* value = Find(key);
  if (value == nullptr) Fail(std::string("has no \"") + key + "\"");
  return {value, this, key, 0};
}

const Json* JsonNode::Find(const char* key) const {
  if (!value_->is_object()) Fail("is not an object");
  const auto found = value_->find(key);
  return found == value_->end() ? nullptr : &*found;
}

JsonNode JsonNode::operator[](size_t index) const {
  return {&value_->at(index), this, nullptr, index};
}

size_t JsonNode::Size() const {
  if (!value_->is_array()) Fail("is not an array");
  return value_->size();
}

int64_t JsonNode::Integer() const {
  if (!value_->is_number_integer()) Fail("is not a whole number");
  if (value_->is_number_unsigned() && value_->get<uint64_t>() > INT64_MAX) {
    Fail("is too large");
  }
  return value_->get<int64_t>();
}

double JsonNode::Number() const {
  if (!value_->is_number()) Fail("is not a number");
  const double number = value_->get<double>();
  if (!std::isfinite(number)) Fail("is not finite");
  return number;
}

const std::string& JsonNode::Text() const {
  if (!value_->is_string()) Fail("is not text");
  return value_->get_ref<const std::string&>();
}

std::string JsonNode::Place() const {
  if (parent_ == nullptr) return *path_ + ":";
  const std::string before = parent_->Place();
  if (key_ == nullptr) {
    const std::string index = "[" + std::to_string(index_) + "]";
    return before + (parent_->parent_ == nullptr ? " " : "") + index;
  }
  return before + (parent_->parent_ == nullptr ? " " : ".") + key_;
}

void JsonNode::Fail(const std::string& problem) const {
  throw Error(kBadAnnotations, Place() + " " + problem);
}

}  // namespace cli
