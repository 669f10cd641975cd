// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The yolo command: libyolo's C API for people and scripts.
#include <cstdio>
#include <exception>

#include "bench.h"
#include "detect.h"
#include "error.h"
#include "eval.h"
#include "info.h"
#include "options.h"

namespace {

cli::ExitCode RunCommand(const cli::Options& options) {
  switch (options.command) {
    case cli::Options::Command::kInfo:
      return cli::Info(options);
    case cli::Options::Command::kEval:
      return cli::Eval(options);
    case cli::Options::Command::kBench:
      return cli::Bench(options);
    case cli::Options::Command::kDetect:
      break;
  }
  return cli::Detect(options);
}

int Run(const cli::Options& options) {
  const cli::ExitCode code = RunCommand(options);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  throw cli::Error(cli::kCannotWrite, "standard output cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    cli::Options options;
    int exit_code = cli::kOk;
    if (!cli::ParseCommandLine(argc, argv, &options, &exit_code)) {
      return exit_code;
    }
    return Run(options);
  } catch (const cli::Error& error) {
    std::fprintf(stderr, "yolo: %s\n", error.what());
    return error.code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "yolo: %s\n", error.what());
    return cli::kNoDetector;
  }
}
