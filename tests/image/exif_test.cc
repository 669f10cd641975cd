// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/exif.h"

#include <doctest/doctest.h>

#include "image/exif_payload.h"

namespace yolo {
namespace {

using testing::ExifPayload;
using testing::ExifSpec;

TEST_CASE("orientations 1 to 8 are read in both byte orders") {
  for (const bool little : {true, false}) {
    for (uint32_t orientation = 0; orientation < 300; ++orientation) {
      CAPTURE(little);
      CAPTURE(orientation);
      ExifSpec spec;
      spec.little = little;
      spec.orientation = orientation;
      const bool valid = orientation >= 1 && orientation <= 8;
      CHECK(ExifOrientation(ExifPayload(spec)) ==
            (valid ? static_cast<int>(orientation) : 1));
    }
  }
}

TEST_CASE("a malformed directory is upright") {
  for (const bool little : {true, false}) {
    ExifSpec spec;
    spec.little = little;
    CHECK(ExifOrientation(ExifPayload(spec)) == 6);
    for (uint32_t type : {0u, 1u, 2u, 4u, 5u, 65535u}) {
      ExifSpec s = spec;
      s.type = type;
      CHECK(ExifOrientation(ExifPayload(s)) == 1);
    }
    for (uint32_t count : {0u, 2u, 0xFFFFFFFFu}) {
      ExifSpec s = spec;
      s.count = count;
      CHECK(ExifOrientation(ExifPayload(s)) == 1);
    }
    for (uint32_t directory : {0u, 7u, 40u, 1000u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
      ExifSpec s = spec;
      s.directory = directory;
      CHECK(ExifOrientation(ExifPayload(s)) == 1);
    }
    for (uint32_t num_entries : {0u, 1u}) {
      ExifSpec s = spec;
      s.num_entries = num_entries;
      CHECK(ExifOrientation(ExifPayload(s)) == 1);
    }
    ExifSpec many = spec;  // more entries than there are bytes
    many.num_entries = 65535;
    CHECK(ExifOrientation(ExifPayload(many)) == 6);
    many.tag = 0x0113;
    CHECK(ExifOrientation(ExifPayload(many)) == 1);
  }
}

TEST_CASE("a payload cut anywhere is upright or complete, never read past") {
  const std::vector<uint8_t> whole = ExifPayload({});
  const size_t value_end = 6 + 8 + 2 + 12 + 10;
  for (size_t size = 0; size <= whole.size(); ++size) {
    CAPTURE(size);
    const std::vector<uint8_t> cut(
        whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    CHECK(IsExif(cut) == (size >= 6));
    CHECK(ExifOrientation(cut) == (size >= value_end ? 6 : 1));
  }
}

TEST_CASE("every byte of the header matters") {
  const std::vector<uint8_t> whole = ExifPayload({});
  for (size_t i = 0; i < 10; ++i) {
    CAPTURE(i);
    std::vector<uint8_t> broken = whole;
    broken[i] ^= 0xFF;
    CHECK(ExifOrientation(broken) == 1);
  }
}

}  // namespace
}  // namespace yolo
