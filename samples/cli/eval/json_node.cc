// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// nlohmann's parser, with places.
#include "eval/json_node.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "error.h"

namespace cli {

using Json = nlohmann::json;

namespace {

// Json::parse() with a callback does this too, in time that grows with the
// square of an array's length.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(const std::string& path, const std::string& unwanted)
      : path_(path), unwanted_(unwanted) {}
  Json Take() { return std::move(root_); }

  bool null() override { return Put(nullptr); }
  bool boolean(bool value) override { return Put(value); }
  bool number_integer(number_integer_t value) override { return Put(value); }
  bool number_unsigned(number_unsigned_t value) override { return Put(value); }
  bool number_float(number_float_t value, const string_t&) override {
    return Put(value);
  }
  bool string(string_t& value) override { return Put(std::move(value)); }
  bool binary(binary_t&) override { return true; }  // not in text
  bool start_object(size_t) override { return Open(Json::object()); }
  bool start_array(size_t) override { return Open(Json::array()); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    if (skipped_depth_ > 0) return true;
    skip_next_ = name == unwanted_;
    key_ = std::move(name);
    return true;
  }
  bool parse_error(size_t byte, const std::string&,
                   const nlohmann::detail::exception&) override {
    throw Error(kBadAnnotations,
                path_ + ": not JSON at byte " + std::to_string(byte));
  }

 private:
  // NULL when the value is not wanted.
  Json* Add(Json value) {
    if (skipped_depth_ > 0 || std::exchange(skip_next_, false)) return nullptr;
    if (open_.empty()) return &(root_ = std::move(value));
    Json& parent = *open_.back();
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }
  bool Put(Json value) {
    Add(std::move(value));
    return true;
  }
  bool Open(Json value) {
    if (Json* const added = Add(std::move(value))) {
      open_.push_back(added);
    } else {
      ++skipped_depth_;
    }
    return true;
  }
  bool Close() {
    if (skipped_depth_ > 0) {
      --skipped_depth_;
    } else {
      open_.pop_back();
    }
    return true;
  }

  const std::string& path_;
  const std::string& unwanted_;
  Json root_;
  std::vector<Json*> open_;  // from the root to the innermost
  std::string key_;          // of the value to come
  bool skip_next_ = false;
  size_t skipped_depth_ = 0;
};

}  // namespace

Json ReadJson(const std::string& path, const std::string& unwanted) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    throw Error(kBadAnnotations, path + ": is a folder");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(kBadAnnotations, path + ": " + std::strerror(errno));
  Builder builder(path, unwanted);
  try {
    Json::sax_parse(file, &builder);
  } catch (const std::ios_base::failure& problem) {
    throw Error(kBadAnnotations, path + ": " + problem.what());
  }
  return builder.Take();
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
