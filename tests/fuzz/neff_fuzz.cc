// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The header of a NEFF.
#include "device/neff.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  yolo::NeffHeader header;
  const yolo::Status status =
      yolo::ReadNeffHeader({data, size}, "fuzz.neff", &header);
  yolo::fuzz::RequireStatus(status.code());
  if (!status.ok()) return 0;
  yolo::fuzz::Require(size >= yolo::kNeffHeaderBytes, "a header is whole");
  for (const std::string* text : {&header.compiler, &header.name}) {
    for (const char c : *text) {
      yolo::fuzz::Require(c >= ' ' && c <= '~', "text is printable");
    }
  }
  yolo::fuzz::RequireStatus(yolo::CheckNeffCores(header, "fuzz.neff").code());
  return 0;
}
