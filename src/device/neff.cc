// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// 1024 little-endian bytes without a magic number.
#include "device/neff.h"

#include <algorithm>

namespace yolo {
namespace {

constexpr uint64_t kKnownFeatures = 0x7FFFFFF;
constexpr uint64_t kNewestPackage = 2;
constexpr uint64_t kNewestMajor = 2;

class Fields {
 public:
  explicit Fields(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  template <class Number>
  Number Get(size_t offset) const {
    Number value = 0;
    for (size_t i = sizeof(Number); i-- > 0;) {
      value = static_cast<Number>(value << 8 | bytes_[offset + i]);
    }
    return value;
  }

  template <size_t kSize>
  std::array<uint8_t, kSize> Bytes(size_t offset) const {
    std::array<uint8_t, kSize> out;
    std::copy_n(&bytes_[offset], kSize, out.begin());
    return out;
  }

  // Up to the first zero byte, or all `size` when there is none.
  std::string Text(size_t offset, size_t size) const {
    std::string text;
    for (const uint8_t c : bytes_.subspan(offset, size)) {
      if (c == 0) break;
      text += c >= 0x20 && c < 0x7F ? static_cast<char>(c) : '?';
    }
    return text;
  }

 private:
  std::span<const uint8_t> bytes_;
};

Status CheckSizes(const Fields& fields, std::string_view file, size_t size) {
  const auto header_size = fields.Get<uint64_t>(8);
  if (header_size != kNeffHeaderBytes) {
    return Status::Error(YOLO_ERROR_BAD_MODEL, file,
                         ": not a NEFF: header size (at byte 8) is ",
                         header_size, ", not 1024");
  }
  const auto data_size = fields.Get<uint64_t>(16);
  const uint64_t rest = size - kNeffHeaderBytes;
  if (data_size == 0 || rest == 0) {
    return Status::Error(YOLO_ERROR_BAD_MODEL, file,
                         ": NEFF without data: data size (at byte 16) is ",
                         data_size, ", ", rest, " bytes follow the header");
  }
  if (data_size > rest) {
    return Status::Error(YOLO_ERROR_BAD_MODEL, file,
                         ": truncated NEFF: data size (at byte 16) is ",
                         data_size, ", ", rest, " bytes follow the header");
  }
  return Status::Ok();
}

Status CheckVersions(const NeffHeader& header, std::string_view file) {
  if (header.package_version < 1 || header.package_version > kNewestPackage) {
    return Status::Error(YOLO_ERROR_UNSUPPORTED_MODEL, file,
                         ": NEFF package version (at byte 0) is ",
                         header.package_version, ", known are 1 and 2");
  }
  if (header.version_major > kNewestMajor) {
    return Status::Error(YOLO_ERROR_UNSUPPORTED_MODEL, file,
                         ": NEFF version (at byte 24) is ",
                         header.version_major, '.', header.version_minor,
                         ", known are those up to 2");
  }
  return Status::Ok();
}

}  // namespace

uint32_t NeffHeader::cores() const {
  const uint32_t physical = std::max({num_cores, num_cores_requested, 1u});
  const uint32_t in_one = std::max(logical_core_size, 1u);
  return physical / in_one + (physical % in_one != 0);
}

uint64_t NeffHeader::unknown_features() const {
  return feature_bits & ~kKnownFeatures;
}

Status ReadNeffHeader(std::span<const uint8_t> bytes, std::string_view file,
                      NeffHeader* out) {
  if (bytes.size() < kNeffHeaderBytes) {
    return Status::Error(YOLO_ERROR_BAD_MODEL, file,
                         ": not a NEFF: ", bytes.size(),
                         " bytes, its header alone has 1024");
  }
  const Fields fields(bytes);
  YOLO_TRY(CheckSizes(fields, file, bytes.size()));
  NeffHeader header;
  header.package_version = fields.Get<uint64_t>(0);
  header.data_size = fields.Get<uint64_t>(16);
  header.version_major = fields.Get<uint64_t>(24);
  header.version_minor = fields.Get<uint64_t>(32);
  header.compiler = fields.Text(40, 128);
  header.num_cores = fields.Get<uint32_t>(168);
  header.hash = fields.Bytes<32>(172);
  header.uuid = fields.Bytes<16>(204);
  header.name = fields.Text(220, 256);
  header.num_cores_requested = fields.Get<uint32_t>(476);
  header.feature_bits = fields.Get<uint64_t>(544);
  header.logical_core_size = fields.Get<uint32_t>(552);
  YOLO_TRY(CheckVersions(header, file));
  *out = std::move(header);
  return Status::Ok();
}

Status CheckNeffCores(const NeffHeader& header, std::string_view file) {
  if (header.cores() == 1) return Status::Ok();
  return Status::Error(
      YOLO_ERROR_UNSUPPORTED_MODEL, file, ": NEFF compiled for ",
      header.cores(), " cores (", header.num_cores, " at byte 168, ",
      header.num_cores_requested,
      " at byte 476); compile for one, every core then runs its own copy");
}

}  // namespace yolo
