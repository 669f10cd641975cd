// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// compare_boxes DETECT.json BOXES.txt: whether a program's lines of class_id
// score x0 y0 x1 y1 are what `yolo detect --json` printed for the photo, which
// rounds.
#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::ifstream command(argv[1]);
  const auto report = nlohmann::json::parse(command);
  std::ifstream program(argv[2]);

  size_t same = 0;
  for (const auto& expected : report.at("detections")) {
    const auto& box = expected.at("box");
    const std::array<double, 6> want = {expected.at("class_id"),
                                        expected.at("score"),
                                        box[0],
                                        box[1],
                                        box[2],
                                        box[3]};
    const std::array<double, 6> tolerance = {0,      5e-6,   5.1e-4,
                                             5.1e-4, 5.1e-4, 5.1e-4};
    for (size_t i = 0; i < want.size(); ++i) {
      double got = NAN;
      program >> got;
      if (!(std::abs(got - want[i]) <= tolerance[i])) {
        std::cerr << "box " << same << ", number " << i << ": " << got
                  << ", yolo detect says " << want[i] << "\n";
        return 1;
      }
    }
    ++same;
  }
  if (double more; program >> more) {
    std::cerr << "more boxes than the " << same << " of yolo detect\n";
    return 1;
  }
  // A photo without objects would show nothing.
  if (same < 2) {
    std::cerr << "only " << same << " boxes to compare\n";
    return 1;
  }
  std::cout << same << " boxes are the same\n";
}
