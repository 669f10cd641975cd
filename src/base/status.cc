// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "base/status.h"

#include <cstdint>

namespace yolo {
namespace {

// Bytes of the UTF-8 character that `s` begins with; 0: it begins with none.
size_t CharacterSize(std::string_view s) {
  const auto byte = [&](size_t i) {
    return static_cast<uint8_t>(i < s.size() ? s[i] : '\0');
  };
  const uint8_t first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  size_t size = 0;
  if (first >= 0xC2 && first <= 0xDF) size = 2;
  if (first >= 0xE0 && first <= 0xEF) size = 3;
  if (first >= 0xF0 && first <= 0xF4) size = 4;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Longer than need be, a surrogate, or past U+10FFFF.
  if (first == 0xE0 && second < 0xA0) return 0;
  if (first == 0xED && second >= 0xA0) return 0;
  if (first == 0xF0 && second < 0x90) return 0;
  if (first == 0xF4 && second >= 0x90) return 0;
  return size;
}

}  // namespace

void Message::Append(std::string_view s) {
  while (!s.empty()) {
    const size_t size = CharacterSize(s);
    if ((size ? size : 1) > Room()) break;
    const auto first = static_cast<unsigned char>(s[0]);
    if (size == 0 || first < ' ' || first == 0x7F) {
      text_[size_++] = '?';
    } else {
      std::memcpy(text_ + size_, s.data(), size);
      size_ += size;
    }
    s.remove_prefix(size ? size : 1);
  }
  text_[size_] = '\0';
}

}  // namespace yolo
