// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The TIFF header and first directory inside an APP1 segment (Exif 2.32 §4.5).
#include "image/exif.h"

#include <cstddef>
#include <cstring>

namespace yolo {
namespace {

constexpr uint8_t kSignature[6] = {'E', 'x', 'i', 'f', 0, 0};
constexpr uint32_t kOrientationTag = 0x0112;
constexpr uint32_t kTypeShort = 3;
constexpr size_t kEntryBytes = 12;  // tag 2, type 2, count 4, value 4

// Numbers in the byte order of the file. A read past the end gives 0 and is
// remembered.
class TiffReader {
 public:
  explicit TiffReader(std::span<const uint8_t> tiff) : tiff_(tiff) {
    ok_ = tiff.size() >= 4 && tiff[0] == tiff[1] &&
          (tiff[0] == 'I' || tiff[0] == 'M');
    little_ = ok_ && tiff[0] == 'I';
  }

  uint32_t U16(size_t offset) { return Read(offset, 2); }
  uint32_t U32(size_t offset) { return Read(offset, 4); }
  bool ok() const { return ok_; }

 private:
  uint32_t Read(size_t offset, size_t bytes) {
    if (!ok_ || offset > tiff_.size() || tiff_.size() - offset < bytes) {
      ok_ = false;
      return 0;
    }
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; ++i) {
      const size_t at = offset + (little_ ? bytes - 1 - i : i);
      value = value << 8 | tiff_[at];
    }
    return value;
  }

  std::span<const uint8_t> tiff_;
  bool little_ = false;
  bool ok_ = false;
};

}  // namespace

bool IsExif(std::span<const uint8_t> app1) {
  return app1.size() >= sizeof(kSignature) &&
         std::memcmp(app1.data(), kSignature, sizeof(kSignature)) == 0;
}

int ExifOrientation(std::span<const uint8_t> app1) {
  if (!IsExif(app1)) return 1;
  TiffReader tiff(app1.subspan(sizeof(kSignature)));
  if (tiff.U16(2) != 42) return 1;
  const size_t directory = tiff.U32(4);
  const uint32_t num_entries = tiff.U16(directory);
  for (uint32_t i = 0; i < num_entries && tiff.ok(); ++i) {
    const size_t entry = directory + 2 + i * kEntryBytes;
    if (tiff.U16(entry) != kOrientationTag) continue;
    const bool one_short =
        tiff.U16(entry + 2) == kTypeShort && tiff.U32(entry + 4) == 1;
    const uint32_t value = tiff.U16(entry + 8);
    return tiff.ok() && one_short && value >= 1 && value <= 8
               ? static_cast<int>(value)
               : 1;
  }
  return 1;
}

}  // namespace yolo
