// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs the built programs as a user's shell would.
#ifndef YOLO_TESTS_CLI_COMMAND_H_
#define YOLO_TESTS_CLI_COMMAND_H_

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/data.h"
#include "support/folder.h"

namespace yolo::testing {

struct Outcome {
  int exit_code;  // 128 + signal when killed
  std::string out;
  std::string err;

  // The lines of `out`, each a JSON object.
  std::vector<nlohmann::json> Lines() const {
    std::vector<nlohmann::json> lines;
    std::istringstream text(out);
    for (std::string line; std::getline(text, line);) {
      lines.push_back(nlohmann::json::parse(line));
    }
    return lines;
  }
};

inline std::string ReadText(const std::string& path) {
  const std::vector<uint8_t> bytes = ReadFile(path);
  return {bytes.begin(), bytes.end()};
}

inline void WriteFile(const std::string& path,
                      const std::vector<uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// Runs a program; the arguments need no quoting. `out` of the outcome stays
// empty when `stdout_path` names where it goes instead.
inline Outcome RunProgram(const std::string& program,
                          const std::vector<std::string>& arguments,
                          const std::string& stdout_path = "") {
  const Folder folder;
  const std::string out = stdout_path.empty() ? folder / "out" : stdout_path;
  std::string line = "'" + program + "'";
  for (const std::string& argument : arguments) line += " '" + argument + "'";
  line += " >'" + out + "' 2>'" + (folder / "err") + "' </dev/null";
  const int status = std::system(line.c_str());
  const int code =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, stdout_path.empty() ? ReadText(out) : "",
          ReadText(folder / "err")};
}

// The yolo command.
inline Outcome Yolo(const std::vector<std::string>& arguments,
                    const std::string& stdout_path = "") {
  return RunProgram(YOLO_COMMAND, arguments, stdout_path);
}

// The JPEG with an EXIF block that says how it is to be turned.
inline std::vector<uint8_t> WithOrientation(std::vector<uint8_t> jpeg,
                                            uint8_t value) {
  const uint8_t exif[] = {
      0xff, 0xe1, 0x00, 0x22, 'E', 'x', 'i', 'f', 0, 0,  // APP1, 34 bytes
      'M',  'M',  0x00, 0x2a, 0,   0,   0,   8,          // big endian TIFF
      0,    1,                                           // one entry:
      0x01, 0x12, 0,    3,    0,   0,   0,   1,   0, value, 0, 0, 0, 0, 0, 0};
  jpeg.insert(jpeg.begin() + 2, std::begin(exif), std::end(exif));
  return jpeg;
}

inline std::string Astronaut() {
  return SourcePath("samples/images/astronaut.jpg");
}
inline std::string Cat() { return SourcePath("samples/images/cat.jpg"); }
inline std::string Coffee() { return SourcePath("samples/images/coffee.jpg"); }
inline std::string NanoModel(const std::string& name) {
  return SourcePath("samples/models/yolov4-nano/" + name);
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_CLI_COMMAND_H_
