// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Darknet's .cfg as text: sections of key = value lines, and typed reading.
#ifndef YOLO_MODEL_CFG_H_
#define YOLO_MODEL_CFG_H_

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/status.h"

namespace yolo {

// The longest of AlexeyAB's, a P7 model, has 2,600 lines and 30 KB.
inline constexpr size_t kMaxCfgBytes = size_t{1} << 20;
inline constexpr size_t kMaxCfgLine = 16384;     // bytes
inline constexpr size_t kMaxCfgSections = 4097;  // [net] and 4096 layers
inline constexpr size_t kMaxCfgEntries = 256;    // of one section

// A piece of somebody else's text made fit for a message: short, one line.
class Excerpt {
 public:
  // The first 40 bytes; what is not printable ASCII becomes '?'.
  static Excerpt Value(std::string_view text);
  // The last 64 bytes, where a path names its file.
  static Excerpt Path(std::string_view text);

  operator std::string_view() const { return {text_, size_}; }

 private:
  void Add(char c) { text_[size_++] = c; }

  char text_[96];
  size_t size_ = 0;
};

struct CfgEntry {
  std::string_view key;
  std::string_view value;  // not empty, no spaces around
  uint32_t line = 0;       // from 1
};

struct CfgSection {
  std::string_view type;  // between the brackets
  uint32_t line = 0;      // from 1
  std::vector<CfgEntry> entries;
};

// Splits `text` into sections; the views point into it. Spaces, tabs, CR, a
// byte order mark, and comments from # or ; to the end of the line are dropped.
// `name` is for messages. Errors: BAD_MODEL naming file and line, LIMIT.
Status ParseCfg(std::string_view text, std::string_view name,
                std::vector<CfgSection>* out);

// Reads the values of one section. The first failure is kept in status() and
// what is read from then on is the fallback, so that a caller reads all it
// wants and looks once. Every failure names file, line, layer and section.
class SectionReader {
 public:
  // Layers count from 0 after [net], which has no index.
  static constexpr int kNoIndex = -1;

  // `section` must outlive the reader.
  SectionReader(std::string_view file, const CfgSection& section, int index);

  std::string_view type() const { return section_.type; }
  uint32_t line() const { return section_.line; }
  int index() const { return index_; }
  const Status& status() const { return status_; }

  bool Has(std::string_view key) const { return Find(key) != nullptr; }

  // The value in [min, max], or `fallback` without the key.
  int Int(std::string_view key, int fallback, int min, int max);
  float Float(std::string_view key, float fallback, float min, float max);
  std::string_view Text(std::string_view key, std::string_view fallback);

  // Numbers between commas, the last of which may be followed by one. Empty
  // without the key. More than `max_count` is a failure.
  std::vector<int> Ints(std::string_view key, size_t max_count);
  std::vector<float> Floats(std::string_view key, size_t max_count);

  // Fails with UNSUPPORTED_MODEL unless the number is absent or `harmless`.
  void Refuse(std::string_view key, float harmless, std::string_view reason);

  // Fails with the line and the value of `key`, unless something has before.
  template <class... Parts>
  void FailKey(yolo_status code, std::string_view key, const Parts&... parts) {
    if (status_.ok()) {
      status_ = Status::Error(code, WhereKey(key).view(), ' ', parts...);
    }
  }

  // A failure of the section as a whole.
  template <class... Parts>
  Status Error(yolo_status code, const Parts&... parts) const {
    return Status::Error(code, Where(line()).view(), parts...);
  }

  // Tells `log` of each key that was neither read nor is in one of the lists
  // `ignored`: names with a space between them.
  void WarnUnread(std::initializer_list<std::string_view> ignored,
                  const Log& log) const;

 private:
  const CfgEntry* Find(std::string_view key) const;  // the first, as Darknet
  const CfgEntry* Take(std::string_view key);        // and marks it read
  // "yolov4.cfg:1075: layer 31 [region]: "
  Message Where(uint32_t line) const;
  // "yolov4.cfg:1082: layer 31 [region]: num=many"
  Message WhereKey(std::string_view key) const;
  template <class Number>
  Number Value(std::string_view key, Number fallback, Number min, Number max);
  template <class Number>
  std::vector<Number> Values(std::string_view key, size_t max_count);

  Excerpt file_;
  const CfgSection& section_;
  int index_;
  std::vector<bool> read_;  // [entries]
  Status status_ = Status::Ok();
};

}  // namespace yolo

#endif  // YOLO_MODEL_CFG_H_
