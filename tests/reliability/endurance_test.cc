// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Detections without end over good and bad images, alone and in batches:
// memory, handles and threads stay as they are, and so does every result.
//
// YOLO_TEST_DETECTIONS: how many, default a million; a sanitizer runs a
// fiftieth.
#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "support/detector.h"

namespace yolo {
namespace {

namespace fs = std::filesystem;
using testing::Detector;
using testing::Image;
using testing::Outcome;

constexpr size_t kCallers = 3;

size_t Detections() {
  const char* text = std::getenv("YOLO_TEST_DETECTIONS");
  const size_t all = text ? std::strtoul(text, nullptr, 10) : 1'000'000;
  // Under a sanitizer, enough to see a leak.
  return testing::kSanitizer.empty() ? all : all / 50;
}

// Our own JPEGs, whole, cut and changed, bytes that are none, and frames.
std::vector<Image> Images() {
  std::vector<Image> images;
  std::vector<std::string> files;
  const auto folder = testing::SourcePath("tests/fuzz/corpus/jpeg");
  for (const auto& entry : fs::directory_iterator(folder)) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    images.push_back(testing::JpegFile(file));
    Image cut = images.back();
    cut.bytes.resize(cut.bytes.size() / 2);
    images.push_back(cut);
    Image changed = images.back();
    for (size_t i = 40; i < changed.bytes.size(); i += 97) {
      changed.bytes[i] ^= 0x15;
    }
    images.push_back(changed);
  }
  for (uint32_t seed = 0; seed < 8; ++seed) {
    images.push_back(testing::Waves(20 + 13 * seed, 90 - 7 * seed, seed));
    Image odd = images.back();
    odd.format = static_cast<int32_t>(seed);
    images.push_back(odd);
  }
  return images;
}

size_t CountEntries(const char* folder) {
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    count += !entry.path().empty();
  }
  return count;
}

// What a process holds.
struct Holdings {
  size_t resident = 0;  // bytes
  size_t malloced = 0;  // bytes in use
  size_t handles = 0;
  size_t threads = 0;

  static Holdings Now() {
    Holdings now;
    size_t total = 0, pages = 0;
    std::ifstream("/proc/self/statm") >> total >> pages;
    now.resident = pages * 4096;
    now.malloced = mallinfo2().uordblks;
    now.handles = CountEntries("/proc/self/fd");
    now.threads = CountEntries("/proc/self/task");
    return now;
  }
};

// `count` detections by several threads, every third call a batch. Returns how
// many results were not those of `first`.
size_t DetectMany(yolo_detector* detector, const std::vector<Image>& images,
                  const std::vector<Outcome>& first, size_t count) {
  std::vector<size_t> wrong(kCallers, 0);
  std::vector<std::thread> callers;
  for (size_t caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      constexpr size_t kBatch = 4;
      size_t next = caller * 7;
      for (size_t done = 0; done < count / kCallers;) {
        std::vector<size_t> picked;
        const size_t want = next % 3 == 0 ? kBatch : 1;
        while (picked.size() < want) picked.push_back(next++ % images.size());
        done += want;
        std::vector<Outcome> got;
        if (want == 1) {
          got.push_back(testing::Detect(detector, images[picked[0]]));
        } else {
          std::vector<Image> batch;
          for (const size_t i : picked) batch.push_back(images[i]);
          got = testing::DetectBatch(detector, batch);
        }
        for (size_t i = 0; i < want; ++i) {
          wrong[caller] += !testing::SameBoxes(got[i], first[picked[i]]);
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  size_t sum = 0;
  for (const size_t w : wrong) sum += w;
  return sum;
}

TEST_CASE("the last of many detections is as the first and costs the same") {
  const testing::Model model = testing::TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 2;
  options.score_threshold = 0.4f;
  const Detector detector = testing::Create(options);
  const std::vector<Image> images = Images();
  std::vector<Outcome> first;
  size_t good = 0;
  for (const Image& image : images) {
    first.push_back(testing::Detect(detector.get(), image, 100));
    good += first.back().result.status == YOLO_OK;
  }
  REQUIRE(good > images.size() / 4);
  REQUIRE(good < images.size());

  const size_t count = Detections();
  CHECK(DetectMany(detector.get(), images, first, count / 10) == 0);
  const Holdings before = Holdings::Now();
  CHECK(DetectMany(detector.get(), images, first, count) == 0);
  const Holdings after = Holdings::Now();
  MESSAGE(count, " detections of ", images.size(), " images, ", good,
          " good; resident ", before.resident >> 10, " then ",
          after.resident >> 10, " KiB, malloc ", before.malloced >> 10,
          " then ", after.malloced >> 10, " KiB");
  CHECK(after.handles == before.handles);
  CHECK(after.threads == before.threads);
  if (testing::kSanitizer.empty()) {
    // The test's own vectors come and go: 1 %, or a few of malloc's arenas.
    CHECK(after.resident <=
          before.resident + before.resident / 100 + (1 << 20));
    CHECK(after.malloced <= before.malloced + (64 << 10));
  }
}

}  // namespace
}  // namespace yolo
