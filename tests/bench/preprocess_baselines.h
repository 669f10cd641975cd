// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What preprocess_bench compares with: other people's ways to a tensor, and
// the parts of decoding that nobody gets around.
#ifndef YOLO_TESTS_BENCH_PREPROCESS_BASELINES_H_
#define YOLO_TESTS_BENCH_PREPROCESS_BASELINES_H_

#include <yolo/yolo.h>

#include <functional>
#include <string>
#include <vector>

namespace yolo {

// A way of doing the work. make() builds what it needs; what comes back does
// the work once and keeps its buffers for the next time, in one thread.
struct Way {
  std::string name;
  std::function<std::function<void()>()> make;
};

// The bytes of a JPEG -> planar RGB / 255, [3][size][size] floats, stretched:
// OpenCV and TurboJPEG, as far as they were found.
std::vector<Way> PhotoBaselines(const std::string& jpeg, int size);

// A raw frame -> the same. `image` lives longer.
std::vector<Way> FrameBaselines(const yolo_image& image, int size);

// libjpeg alone: entropy decoding, planes, RGB. No tensor.
std::vector<Way> DecodingFloors(const std::string& jpeg);

// Versions of what is compared with: "OpenCV 4.6.0, TurboJPEG".
std::string BaselineNames();

}  // namespace yolo

#endif  // YOLO_TESTS_BENCH_PREPROCESS_BASELINES_H_
