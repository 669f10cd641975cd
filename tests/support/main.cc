// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// main() of every test program. Exit status 77 is "skipped" to CTest.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>

#include "support/data.h"

int main(int argc, char** argv) {
#ifdef YOLO_TEST_NEEDS_DATA
  if (!std::filesystem::exists(yolo::testing::DataPath("README.md"))) {
    std::printf("skipped: no test data at %s; set YOLO_TEST_DATA\n",
                yolo::testing::DataPath("").c_str());
    return 77;
  }
#endif
  return doctest::Context(argc, argv).run();
}
