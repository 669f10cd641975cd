// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The same as consumer.c, in C++17 with yolo.hpp.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <yolo/yolo.hpp>

namespace yolo {
// The library has a function of this name and type; it is its own affair.
int CountUsableCpus() { return 0; }
}  // namespace yolo

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  std::ifstream file(argv[4], std::ios::binary);
  const std::string jpeg{std::istreambuf_iterator<char>(file), {}};

  yolo::Options options;
  options.model_path = argv[1];
  options.weights_path = argv[2];
  options.score_threshold = std::strtof(argv[3], nullptr);
  const auto detector = yolo::Detector::Create(options);
  if (!detector) return std::fprintf(stderr, "%s\n", detector.message());
  const auto found = detector->Detect(jpeg);
  if (!found) return std::fprintf(stderr, "%s\n", found.message());
  for (const yolo::Detection& d : *found) {
    std::printf("%d %.9g %.9g %.9g %.9g %.9g\n", d.class_id,
                static_cast<double>(d.score), static_cast<double>(d.x0),
                static_cast<double>(d.y0), static_cast<double>(d.x1),
                static_cast<double>(d.y1));
  }
}
