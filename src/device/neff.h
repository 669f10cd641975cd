// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The header of a NEFF, the file that the Neuron compiler makes: read before
// libnrt is asked, whose refusals are a number.
#ifndef YOLO_DEVICE_NEFF_H_
#define YOLO_DEVICE_NEFF_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace yolo {

inline constexpr size_t kNeffHeaderBytes = 1024;

struct NeffHeader {
  uint64_t package_version = 0;  // 1: tar, 2: compressed tar
  uint64_t data_size = 0;        // bytes after the header
  uint64_t version_major = 0;
  uint64_t version_minor = 0;
  std::string compiler;  // build version
  uint32_t num_cores = 0;
  std::array<uint8_t, 32> hash{};
  std::array<uint8_t, 16> uuid{};
  std::string name;
  uint32_t num_cores_requested = 0;
  uint64_t feature_bits = 0;
  uint32_t logical_core_size = 0;  // physical cores in a logical one; 0 or 1

  // Cores, as libnrt numbers them, that one copy of the model occupies.
  uint32_t cores() const;
  // Those that libnrt 2.31 did not know; a newer one may.
  uint64_t unknown_features() const;
};

// Reads the header and checks it against the file's size. Text in it that is
// not printable becomes '?'. Messages begin with `file`. Errors: BAD_MODEL,
// UNSUPPORTED_MODEL (a version that is not known here).
Status ReadNeffHeader(std::span<const uint8_t> bytes, std::string_view file,
                      NeffHeader* out);

// A detector runs one copy of the model on each core: UNSUPPORTED_MODEL for a
// NEFF that wants several.
Status CheckNeffCores(const NeffHeader& header, std::string_view file);

}  // namespace yolo

#endif  // YOLO_DEVICE_NEFF_H_
