// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// main() of a fuzzer without libFuzzer: runs it once on each file. Arguments
// are files and folders; "data:NAME" is a folder of YOLO_TEST_DATA.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/fuzz.h"
#include "support/data.h"

namespace {

namespace fs = std::filesystem;

// The files at and below `path`, in an order that is the same everywhere.
std::vector<std::string> Files(const std::string& path) {
  std::vector<std::string> files;
  if (!fs::is_directory(path)) return {path};
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int kSkipped = 77;
  constexpr std::string_view kData = "data:";
  size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    std::string path = argv[i];
    if (path.rfind(kData, 0) == 0) {
      path = yolo::testing::DataPath(path.substr(kData.size()));
      if (!fs::exists(path)) {
        std::printf("skipped: no test data at %s; set YOLO_TEST_DATA\n",
                    path.c_str());
        return kSkipped;
      }
    }
    for (const std::string& file : Files(path)) {
      if (!fs::is_regular_file(file)) {
        std::fprintf(stderr, "%s: no such file\n", file.c_str());
        return 1;
      }
      // Printed before it runs: what ends the program names its file.
      std::printf("%s\n", file.c_str());
      std::fflush(stdout);
      const std::vector<uint8_t> bytes = yolo::testing::ReadFile(file);
      LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
      ++count;
    }
  }
  std::printf("%zu inputs\n", count);
  return count > 0 ? 0 : 1;
}
