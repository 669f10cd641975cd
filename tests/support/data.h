// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Where the tests' files are.
#ifndef YOLO_TESTS_SUPPORT_DATA_H_
#define YOLO_TESTS_SUPPORT_DATA_H_

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace yolo::testing {

// Genuine files of others, not in the project: $YOLO_TEST_DATA, or
// ../shared/data beside the project.
inline std::string DataPath(const std::string& name) {
  const char* folder = std::getenv("YOLO_TEST_DATA");
  return std::string(folder ? folder : YOLO_DEFAULT_TEST_DATA) + "/" + name;
}

// A file of the project.
inline std::string SourcePath(const std::string& name) {
  return std::string(YOLO_SOURCE_DIR) + "/" + name;
}

// The bytes of a file; none when it cannot be read.
inline std::vector<uint8_t> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_DATA_H_
