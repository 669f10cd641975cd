// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// How the command ends, and why.
#ifndef YOLO_SAMPLES_CLI_ERROR_H_
#define YOLO_SAMPLES_CLI_ERROR_H_

#include <stdexcept>
#include <string>

namespace cli {

// Exit status of the command; documented in docs/cli.md.
enum ExitCode {
  kOk = 0,             // every image was processed
  kImageFailed = 1,    // at least one image was not
  kUsage = 2,          // the command line is wrong
  kNoDetector = 3,     // the model cannot be loaded
  kCannotWrite = 4,    // a result cannot be written
  kBadAnnotations = 5  // annotations or results cannot be read
};

// Ends the command with `code`. The message names the file or the option.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message)
      : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_ERROR_H_
