// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The C++ header alone, in the oldest C++ that it promises. Compiling is the
// test.
#include "yolo/yolo.hpp"

yolo_status Use(const yolo::Detector& detector, const std::string& jpeg) {
  const auto found = detector.Detect(jpeg);
  return found.status();
}
