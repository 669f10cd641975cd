// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The shape of src/: who includes whom, how long files are, what they avoid.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/data.h"

namespace yolo::testing {
namespace {

namespace fs = std::filesystem;

struct SourceFile {
  std::string name;  // "src/image/jpeg.cc"
  std::string part;  // "image"; for files beside the folders, "lane"
  std::vector<std::string> lines;
};

std::vector<SourceFile> Sources(const std::string& folder) {
  std::vector<SourceFile> files;
  const fs::path root = SourcePath("");
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    const fs::path path = entry.path();
    const std::string extension = path.extension().string();
    if (extension != ".h" && extension != ".cc" && extension != ".hpp") {
      continue;
    }
    SourceFile file;
    file.name = path.lexically_relative(root).string();
    const fs::path inside = path.lexically_relative(root / folder);
    file.part = std::distance(inside.begin(), inside.end()) > 1
                    ? inside.begin()->string()
                    : inside.stem().string();
    std::ifstream stream(path);
    for (std::string line; std::getline(stream, line);) {
      file.lines.push_back(line);
    }
    files.push_back(std::move(file));
  }
  CHECK(files.size() > 0);
  return files;
}

// A part may include itself, the public header, and what is listed.
using Parts = std::set<std::string>;
const Parts kBelowLane = {"extract", "device",  "image",
                          "model",   "kernels", "base"};

Parts And(Parts parts, std::initializer_list<const char*> more) {
  parts.insert(more.begin(), more.end());
  return parts;
}

const std::map<std::string, Parts> kArrows = {
    {"kernels", {}},
    {"base", {}},
    {"image", {"base", "kernels"}},
    {"model", {"base"}},
    {"device", {"model", "kernels", "base"}},
    {"candidates", {"base"}},
    {"decode", {"candidates", "device", "image", "model", "kernels", "base"}},
    {"extract", And(kBelowLane, {"candidates", "decode"})},
    {"options", {"extract", "model", "base"}},
    {"lane", kBelowLane},
    {"lane_pool", And(kBelowLane, {"lane"})},
    {"detector", And(kBelowLane, {"lane", "lane_pool", "options"})},
    {"api", And(kBelowLane, {"lane", "lane_pool", "options", "detector"})},
};

TEST_CASE("includes follow the arrows of the design") {
  const std::regex include("^\\s*#\\s*include\\s*\"([^\"]+)\"");
  for (const SourceFile& file : Sources("src")) {
    CAPTURE(file.name);
    REQUIRE(kArrows.count(file.part) == 1);
    for (const std::string& line : file.lines) {
      std::smatch match;
      if (!std::regex_search(line, match, include)) continue;
      const std::string header = match[1];
      CAPTURE(header);
      if (header == "yolo/yolo.h") {
        CHECK(file.part != "kernels");
        continue;
      }
      if (!fs::exists(SourcePath("src/" + header))) continue;  // a library's
      const std::string to = header.find('/') != std::string::npos
                                 ? header.substr(0, header.find('/'))
                                 : header.substr(0, header.find('.'));
      CHECK((to == file.part || kArrows.at(file.part).count(to) == 1));
    }
  }
}

TEST_CASE("the public header includes stddef.h and stdint.h, nothing else") {
  std::set<std::string> headers;
  const std::regex include("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]");
  for (const SourceFile& file : Sources("include")) {
    if (file.name != "include/yolo/yolo.h") continue;
    for (const std::string& line : file.lines) {
      std::smatch match;
      if (std::regex_search(line, match, include)) headers.insert(match[1]);
    }
  }
  CHECK(headers == std::set<std::string>{"stddef.h", "stdint.h"});
}

TEST_CASE("no file is longer than 500 lines, and each says what it is for") {
  for (const char* folder : {"src", "include", "tests", "samples"}) {
    for (const SourceFile& file : Sources(folder)) {
      CAPTURE(file.name);
      CHECK(file.lines.size() <= 500);
      REQUIRE(file.lines.size() >= 2);
      CHECK(file.lines[0].find("SPDX-FileCopyrightText: 2026") !=
            std::string::npos);
      CHECK(file.lines[1].find("SPDX-License-Identifier: Apache-2.0") !=
            std::string::npos);
    }
  }
}

TEST_CASE("sources, scripts and build files: licence named, 500 lines") {
  const std::set<std::string> extensions = {
      ".c", ".cc", ".cmake", ".go", ".h", ".py", ".rs", ".sh", ".hpp", ".S"};
  size_t checked = 0;
  const auto check = [&](const fs::path& path) {
    CAPTURE(path.string());
    std::ifstream stream(path);
    std::string head;
    size_t lines = 0;
    // A script begins with the name of its interpreter.
    for (std::string line; std::getline(stream, line); ++lines) {
      if (head.size() < 200) head += line + '\n';
    }
    CHECK(lines <= 500);
    CHECK(head.find("SPDX-FileCopyrightText: 2026") != std::string::npos);
    CHECK(head.find("SPDX-License-Identifier: Apache-2.0") !=
          std::string::npos);
    ++checked;
  };
  const fs::path root = SourcePath("");
  check(root / "CMakeLists.txt");
  check(root / ".ci/run");
  for (const char* folder :
       {"bindings", "cmake", "src", "include", "tests", "samples"}) {
    for (auto entry = fs::recursive_directory_iterator(root / folder);
         entry != fs::recursive_directory_iterator(); ++entry) {
      const fs::path& path = entry->path();
      if (path.filename() == "target") {  // what cargo builds
        entry.disable_recursion_pending();
        continue;
      }
      if (extensions.count(path.extension().string()) == 1 ||
          path.filename() == "CMakeLists.txt") {
        check(path);
      }
    }
  }
  CHECK(checked > 100);
}

// Length of each function by the layout that clang-format gives: it begins at
// column 0, opens with a line that ends in "{", and ends with "}" at column 0.
TEST_CASE("no function of the library is longer than 60 lines") {
  const std::regex not_function(
      "^(namespace|class|struct|enum|union|extern|typedef|template|#|//|const"
      "expr .*=|const .*=|static .*=)");
  for (const SourceFile& file : Sources("src")) {
    size_t begin = 0;
    bool inside = false;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      if (!inside && !line.empty() && line[0] != ' ' && line.back() == '{' &&
          line.find('(') != std::string::npos &&
          !std::regex_search(line, not_function)) {
        inside = true;
        begin = i;
      } else if (inside && !line.empty() && line[0] == '}') {
        CAPTURE(file.name);
        CAPTURE(file.lines[begin]);
        CHECK(i - begin + 1 <= 60);
        inside = false;
      }
    }
  }
}

TEST_CASE("the library does not print, exit, abort or read the environment") {
  const std::regex banned(
      "\\b(printf|fprintf|sprintf|snprintf|puts|perror|getenv|secure_getenv|"
      "abort|exit|_exit|quick_exit|system|signal|sigaction)\\s*\\(|"
      "std::(cout|cerr|clog)|#\\s*include\\s*<(iostream|cstdio|stdio\\.h)>");
  const std::regex allowed("jpeglib|#include <(stdio\\.h|cstdio)>");
  for (const SourceFile& file : Sources("src")) {
    for (const std::string& line : file.lines) {
      const std::string code = line.substr(0, line.find("//"));
      CAPTURE(file.name);
      CAPTURE(line);
      // jpeglib.h names FILE without including what declares it.
      const bool for_jpeglib =
          file.part == "image" && std::regex_search(code, allowed);
      // libnrt takes its settings from the environment and nowhere else.
      const bool for_libnrt = file.name == "src/device/nrt_environment.cc" &&
                              code.find("getenv(") != std::string::npos;
      CHECK((for_jpeglib || for_libnrt || !std::regex_search(code, banned)));
    }
  }
}

TEST_CASE("intrinsics and instruction sets are Highway's business") {
  const std::regex banned("immintrin|_mm\\d*_|arm_neon|__AVX|__SSE|__ARM_NEON");
  for (const SourceFile& file : Sources("src")) {
    for (const std::string& line : file.lines) {
      CAPTURE(file.name);
      CAPTURE(line);
      CHECK_FALSE(std::regex_search(line, banned));
    }
  }
}

}  // namespace
}  // namespace yolo::testing
