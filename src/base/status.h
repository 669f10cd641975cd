// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The outcome of a fallible call, and how its message is put together.
#ifndef YOLO_BASE_STATUS_H_
#define YOLO_BASE_STATUS_H_

#include <charconv>
#include <concepts>
#include <cstring>
#include <string_view>

#include "yolo/yolo.h"

namespace yolo {

// One line of UTF-8 in a fixed buffer, cut when it is full, never inside a
// character; control characters and bytes that are not UTF-8, which a path may
// hold, become '?'. Appending allocates nothing, so messages can be made when
// memory is what failed.
class Message {
 public:
  Message() { text_[0] = '\0'; }

  // Parts are strings, characters, integers and floats.
  template <class... Parts>
  explicit Message(const Parts&... parts) : Message() {
    (Append(parts), ...);
  }

  void Append(std::string_view s);
  void Append(char c) { Append(std::string_view(&c, 1)); }
  template <class Number>
  requires std::integral<Number> || std::floating_point<Number>
  void Append(Number value) {
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
    Append(std::string_view(digits, static_cast<size_t>(end - digits)));
  }

  const char* c_str() const { return text_; }
  std::string_view view() const { return {text_, size_}; }

 private:
  size_t Room() const { return sizeof(text_) - 1 - size_; }

  char text_[YOLO_MESSAGE_SIZE];
  size_t size_ = 0;
};

// A code and a message. The compiler complains when one is dropped.
class [[nodiscard]] Status {
 public:
  static Status Ok() { return Status(); }

  // Example: Status::Error(YOLO_ERROR_IO, path, ": cannot open");
  template <class... Parts>
  static Status Error(yolo_status code, const Parts&... parts) {
    Status s;
    s.code_ = code;
    (s.message_.Append(parts), ...);
    return s;
  }

  bool ok() const { return code_ == YOLO_OK; }
  yolo_status code() const { return code_; }
  const char* message() const { return message_.c_str(); }

 private:
  Status() = default;

  yolo_status code_ = YOLO_OK;
  Message message_;
};

}  // namespace yolo

// Returns from the enclosing function when `expr` fails.
#define YOLO_TRY(expr)                                   \
  do {                                                   \
    if (::yolo::Status s_ = (expr); !s_.ok()) return s_; \
  } while (0)

#endif  // YOLO_BASE_STATUS_H_
