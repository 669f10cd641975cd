// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Lines of a .cfg, and the numbers in them.
#include "model/cfg.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace yolo {
namespace {

constexpr size_t kValueBytes = 40;
constexpr size_t kPathBytes = 64;

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

std::string_view Trim(std::string_view s) {
  while (!s.empty() && IsSpace(s.front())) s.remove_prefix(1);
  while (!s.empty() && IsSpace(s.back())) s.remove_suffix(1);
  return s;
}

// Control characters that no text file holds.
bool IsBinary(char c) {
  return static_cast<unsigned char>(c) < ' ' && !IsSpace(c);
}

enum class Parsed { kOk, kSyntax, kRange };

// std::from_chars plus a leading '+', which Darknet's atoi and atof take.
template <class Number>
Parsed ParseNumber(std::string_view text, Number* out) {
  if (text.starts_with('+') && !text.substr(1).starts_with('-')) {
    text.remove_prefix(1);
  }
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *out);
  if (error == std::errc::result_out_of_range) return Parsed::kRange;
  if (error != std::errc() || stop != end) return Parsed::kSyntax;
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(*out)) return Parsed::kSyntax;
  }
  return Parsed::kOk;
}

template <class Number>
constexpr std::string_view kNotANumber =
    std::is_floating_point_v<Number> ? "is not a number" : "is not an integer";

// Whether `word` is one of those in `list`, which have a space between them.
bool HasWord(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t size = std::min(list.find(' '), list.size());
    if (list.substr(0, size) == word) return true;
    list.remove_prefix(std::min(size + 1, list.size()));
  }
  return false;
}

Status ParseSection(const Excerpt& file, uint32_t line, std::string_view text,
                    std::vector<CfgSection>* out) {
  const std::string_view type =
      text.back() == ']' ? Trim(text.substr(1, text.size() - 2)) : "";
  if (type.empty() || type.find_first_of("[]") != std::string_view::npos) {
    return Status::Error(YOLO_ERROR_BAD_MODEL, file, ':', line,
                         ": expected [section], found \"", Excerpt::Value(text),
                         '"');
  }
  if (out->size() == kMaxCfgSections) {
    return Status::Error(YOLO_ERROR_LIMIT, file, ':', line, ": more than ",
                         kMaxCfgSections - 1, " layers");
  }
  out->push_back({type, line, {}});
  return Status::Ok();
}

Status ParseEntry(const Excerpt& file, uint32_t line, std::string_view text,
                  std::vector<CfgSection>* out) {
  const size_t equals = text.find('=');
  const std::string_view key = Trim(text.substr(0, equals));
  const std::string_view value =
      equals == std::string_view::npos ? "" : Trim(text.substr(equals + 1));
  if (key.empty() || value.empty()) {
    return Status::Error(YOLO_ERROR_BAD_MODEL, file, ':', line,
                         ": expected key=value, found \"", Excerpt::Value(text),
                         '"');
  }
  if (out->empty()) {
    return Status::Error(YOLO_ERROR_BAD_MODEL, file, ':', line, ": \"",
                         Excerpt::Value(text), "\" comes before any section");
  }
  if (out->back().entries.size() == kMaxCfgEntries) {
    return Status::Error(YOLO_ERROR_LIMIT, file, ':', line, ": more than ",
                         kMaxCfgEntries, " keys in one section");
  }
  out->back().entries.push_back({key, value, line});
  return Status::Ok();
}

Status ParseLine(const Excerpt& file, uint32_t line, std::string_view text,
                 std::vector<CfgSection>* out) {
  if (text.size() > kMaxCfgLine) {
    return Status::Error(YOLO_ERROR_LIMIT, file, ':', line, ": a line of ",
                         text.size(), " bytes; the limit is ", kMaxCfgLine);
  }
  if (std::any_of(text.begin(), text.end(), IsBinary)) {
    return Status::Error(YOLO_ERROR_BAD_MODEL, file, ':', line,
                         ": not text: \"", Excerpt::Value(text), '"');
  }
  text = Trim(text.substr(0, text.find_first_of("#;")));
  if (text.empty()) return Status::Ok();
  return text.front() == '[' ? ParseSection(file, line, text, out)
                             : ParseEntry(file, line, text, out);
}

}  // namespace

Excerpt Excerpt::Value(std::string_view text) {
  Excerpt excerpt;
  for (const char c : text.substr(0, kValueBytes)) {
    excerpt.Add(c >= ' ' && c <= '~' ? c : '?');
  }
  for (size_t i = 0; i < 3 && text.size() > kValueBytes; ++i) excerpt.Add('.');
  return excerpt;
}

Excerpt Excerpt::Path(std::string_view text) {
  Excerpt excerpt;
  if (text.size() > kPathBytes) {
    text.remove_prefix(text.size() - kPathBytes);
    // Not the rest of a UTF-8 character that was cut.
    while (!text.empty() && (text.front() & 0xC0) == 0x80) {
      text.remove_prefix(1);
    }
    for (size_t i = 0; i < 3; ++i) excerpt.Add('.');
  }
  for (const char c : text) {
    excerpt.Add(static_cast<unsigned char>(c) < ' ' || c == 0x7F ? '?' : c);
  }
  return excerpt;
}

Status ParseCfg(std::string_view text, std::string_view name,
                std::vector<CfgSection>* out) {
  out->clear();
  const Excerpt file = Excerpt::Path(name);
  if (text.size() > kMaxCfgBytes) {
    return Status::Error(YOLO_ERROR_LIMIT, file, ": ", text.size(),
                         " bytes; the limit for a .cfg is ", kMaxCfgBytes);
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (uint32_t line = 1; !text.empty(); ++line) {
    const size_t size = std::min(text.find('\n'), text.size());
    YOLO_TRY(ParseLine(file, line, text.substr(0, size), out));
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  if (out->empty()) {
    return Status::Error(YOLO_ERROR_BAD_MODEL, file, ": no section");
  }
  return Status::Ok();
}

SectionReader::SectionReader(std::string_view file, const CfgSection& section,
                             int index)
    : file_(Excerpt::Path(file)),
      section_(section),
      index_(index),
      read_(section.entries.size()) {}

const CfgEntry* SectionReader::Find(std::string_view key) const {
  for (const CfgEntry& entry : section_.entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

const CfgEntry* SectionReader::Take(std::string_view key) {
  const CfgEntry* entry = Find(key);
  if (entry) read_[static_cast<size_t>(entry - section_.entries.data())] = true;
  return status_.ok() ? entry : nullptr;
}

Message SectionReader::Where(uint32_t line) const {
  Message where(file_, ':', line, ": ");
  if (index_ != kNoIndex) {
    where.Append("layer ");
    where.Append(index_);
    where.Append(' ');
  }
  where.Append('[');
  where.Append(Excerpt::Value(section_.type));
  where.Append("]: ");
  return where;
}

Message SectionReader::WhereKey(std::string_view key) const {
  const CfgEntry* entry = Find(key);
  Message where = Where(entry ? entry->line : line());
  where.Append(key);
  if (entry) {
    where.Append('=');
    where.Append(Excerpt::Value(entry->value));
  }
  return where;
}

template <class Number>
Number SectionReader::Value(std::string_view key, Number fallback, Number min,
                            Number max) {
  const CfgEntry* entry = Take(key);
  if (!entry) return fallback;
  Number value{};
  const Parsed parsed = ParseNumber(entry->value, &value);
  if (parsed == Parsed::kOk && value >= min && value <= max) return value;
  if (parsed == Parsed::kSyntax) {
    FailKey(YOLO_ERROR_BAD_MODEL, key, kNotANumber<Number>);
  } else {
    FailKey(YOLO_ERROR_BAD_MODEL, key, "must be from ", min, " to ", max);
  }
  return fallback;
}

int SectionReader::Int(std::string_view key, int fallback, int min, int max) {
  return Value<int>(key, fallback, min, max);
}

float SectionReader::Float(std::string_view key, float fallback, float min,
                           float max) {
  return Value<float>(key, fallback, min, max);
}

std::string_view SectionReader::Text(std::string_view key,
                                     std::string_view fallback) {
  const CfgEntry* entry = Take(key);
  return entry ? entry->value : fallback;
}

template <class Number>
std::vector<Number> SectionReader::Values(std::string_view key,
                                          size_t max_count) {
  std::vector<Number> values;
  const CfgEntry* entry = Take(key);
  if (!entry) return values;
  std::string_view rest = entry->value;
  while (!rest.empty()) {
    const size_t size = std::min(rest.find(','), rest.size());
    const std::string_view item = Trim(rest.substr(0, size));
    rest = Trim(rest.substr(std::min(size + 1, rest.size())));
    Number value{};
    if (values.size() == max_count) {
      FailKey(YOLO_ERROR_BAD_MODEL, key, "has more than ", max_count,
              " number(s)");
      return {};
    }
    if (ParseNumber(item, &value) != Parsed::kOk) {
      FailKey(YOLO_ERROR_BAD_MODEL, key, "has \"", Excerpt::Value(item),
              "\", which ", kNotANumber<Number>);
      return {};
    }
    values.push_back(value);
  }
  return values;
}

std::vector<int> SectionReader::Ints(std::string_view key, size_t max_count) {
  return Values<int>(key, max_count);
}

std::vector<float> SectionReader::Floats(std::string_view key,
                                         size_t max_count) {
  return Values<float>(key, max_count);
}

void SectionReader::Refuse(std::string_view key, float harmless,
                           std::string_view reason) {
  constexpr float kAny = std::numeric_limits<float>::max();
  if (Float(key, harmless, -kAny, kAny) != harmless) {
    FailKey(YOLO_ERROR_UNSUPPORTED_MODEL, key, "is not supported: ", reason);
  }
}

void SectionReader::WarnUnread(std::initializer_list<std::string_view> ignored,
                               const Log& log) const {
  for (size_t i = 0; i < section_.entries.size(); ++i) {
    const CfgEntry& entry = section_.entries[i];
    const bool known = std::any_of(
        ignored.begin(), ignored.end(),
        [&](std::string_view list) { return HasWord(list, entry.key); });
    if (read_[i] || known) continue;
    const bool again = Find(entry.key) != &entry;
    log.Warning(Where(entry.line).view(), Excerpt::Value(entry.key), '=',
                Excerpt::Value(entry.value),
                again ? " is ignored: the key's first line counts"
                      : " is ignored: the key is not known");
  }
}

}  // namespace yolo
