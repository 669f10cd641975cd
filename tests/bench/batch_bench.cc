// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What more lanes and threads are worth, through the public interface.
//
//   batch_bench CFG WEIGHTS PHOTO [--batch N] [--rounds N]
//
// Prints medians over the rounds: images a second of one call with a batch of
// N copies of the photo on one lane and on two, and milliseconds of one image
// alone with one thread and with two. Each round measures all four.
#include <yolo/yolo.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2,
                   values.end());
  return values[values.size() / 2];
}

yolo_detector* Create(char** argv, uint32_t lanes, uint32_t threads) {
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_path = argv[1];
  options.weights_path = argv[2];
  options.num_lanes = lanes;
  options.threads_per_lane = threads;
  yolo_detector* detector = nullptr;
  if (yolo_create(&options, &detector) != YOLO_OK) {
    std::fprintf(stderr, "%s\n", yolo_last_error());
    std::exit(1);
  }
  return detector;
}

// Seconds of one call with `batch` copies of the photo.
double Run(yolo_detector* detector, const std::vector<char>& photo,
           size_t batch) {
  constexpr size_t kCapacity = 100;
  yolo_image image = YOLO_IMAGE_INIT;
  image.data = photo.data();
  image.size = photo.size();
  const yolo_result result = YOLO_RESULT_INIT;
  const std::vector<yolo_image> images(batch, image);
  std::vector<yolo_result> results(batch, result);
  std::vector<yolo_detection> detections(batch * kCapacity);
  const auto start = std::chrono::steady_clock::now();
  const yolo_status status =
      yolo_detect_batch(detector, images.data(), batch, detections.data(),
                        kCapacity, results.data());
  const auto end = std::chrono::steady_clock::now();
  for (const yolo_result& r : results) {
    if (status == YOLO_OK && r.status == YOLO_OK) continue;
    std::fprintf(stderr, "%s %s\n", yolo_status_string(status), r.message);
    std::exit(1);
  }
  return std::chrono::duration<double>(end - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  size_t batch = 64;
  int rounds = 5;
  for (int i = 4; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--batch") batch = std::strtoul(argv[i + 1], nullptr, 10);
    if (name == "--rounds") rounds = std::atoi(argv[i + 1]);
  }
  if (argc < 4 || batch == 0 || rounds < 1) {
    std::fprintf(stderr,
                 "usage: %s CFG WEIGHTS PHOTO [--batch N] [--rounds N]\n",
                 argv[0]);
    return 2;
  }
  std::ifstream file(argv[3], std::ios::binary);
  const std::vector<char> photo{std::istreambuf_iterator<char>(file), {}};
  yolo_detector* const one = Create(argv, 1, 1);
  yolo_detector* const two = Create(argv, 2, 1);
  yolo_detector* const team = Create(argv, 1, 2);
  for (yolo_detector* detector : {one, two, team}) Run(detector, photo, 2);
  std::vector<double> rate1, rate2, alone1, alone2;
  const double images = static_cast<double>(batch);
  for (int round = 0; round < rounds; ++round) {
    rate1.push_back(images / Run(one, photo, batch));
    rate2.push_back(images / Run(two, photo, batch));
    alone1.push_back(1e3 * Run(one, photo, 1));
    alone2.push_back(1e3 * Run(team, photo, 1));
  }
  std::printf("%s, batch of %zu, medians of %d rounds\n", argv[1], batch,
              rounds);
  std::printf("batch, images/s: 1 lane %.2f, 2 lanes %.2f, ratio %.3f\n",
              Median(rate1), Median(rate2), Median(rate2) / Median(rate1));
  std::printf("1 image, ms: 1 thread %.2f, 2 threads %.2f, ratio %.3f\n",
              Median(alone1), Median(alone2), Median(alone2) / Median(alone1));
  for (yolo_detector* detector : {one, two, team}) yolo_destroy(detector);
  return 0;
}
