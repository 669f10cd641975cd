// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "base/status.h"

namespace yolo {

void Message::Append(std::string_view s) {
  size_t n = s.size() < Room() ? s.size() : Room();
  // Not in the middle of a character of UTF-8.
  while (n > 0 && n < s.size() && (s[n] & 0xC0) == 0x80) --n;
  for (const char c : s.substr(0, n)) {
    const bool control = static_cast<unsigned char>(c) < ' ' || c == 0x7F;
    text_[size_++] = control ? '?' : c;
  }
  text_[size_] = '\0';
}

}  // namespace yolo
