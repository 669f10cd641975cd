// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Every file of the JPEG corpus (YOLO_TEST_DATA/jpeg-corpus): the same status
// and pixels whatever the instruction set, the same boxes alone and among good
// images, in 64 MB and 2 seconds at the default limits.
#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "image/image.h"
#include "image/placement.h"
#include "support/detector.h"
#include "support/for_each_target.h"
#include "support/meter.h"

namespace yolo {
namespace {

using testing::Detector;
using testing::Image;
using testing::Outcome;
using testing::ReadFile;

constexpr size_t kMaxBytes = 64'000'000;
constexpr double kMaxSeconds = 2;
constexpr size_t kSide = 320;  // of the network's input

struct Input {
  std::string name;
  Image image;
};

std::vector<Input> Corpus() {
  std::vector<Input> corpus;
  const auto folder = testing::DataPath("jpeg-corpus");
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".tsv")
      continue;
    Input input;
    input.name = entry.path().filename().string();
    input.image.bytes = ReadFile(entry.path().string());
    corpus.push_back(std::move(input));
  }
  std::sort(corpus.begin(), corpus.end(),
            [](const Input& a, const Input& b) { return a.name < b.name; });
  return corpus;
}

// Of this thread. Wall time would be that of the machine's other work too.
double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

struct Reading {
  yolo_status status = YOLO_OK;
  bool truncated = false;
  std::vector<uint8_t> pixels;

  bool operator==(const Reading&) const = default;
};

Reading Read(const Image& image, int32_t decode) {
  ImageOptions options;
  options.decode = decode;
  options.max_pixels = 1 << 26;
  options.max_scans = 500;
  testing::Meter host;
  yolo_options hooks = YOLO_OPTIONS_INIT;
  host.Use(&hooks);
  Allocator allocator(hooks.alloc, hooks.free, hooks.alloc_user, 0);
  ImageReader reader(options, &allocator);
  Reading out;
  out.pixels.resize(3 * kSide * kSide);
  const double start = CpuSeconds();
  ImageInfo info;
  ImageOutcome outcome;
  Status status = reader.Open(image.View(), &info);
  if (status.ok()) {
    status = reader.Pack(
        Place(options.profile, info.width, info.height, kSide, kSide),
        {out.pixels.data(), DataType::kU8, Layout::kInterleaved, 1, kSide,
         kSide},
        &outcome);
  }
  // Sanitizers and builds without optimisation are slow by design.
  if (testing::kSanitizer.empty()) CHECK(CpuSeconds() - start <= kMaxSeconds);
  CHECK(host.peak <= kMaxBytes);
  out.status = status.code();
  out.truncated = outcome.truncated;
  if (!status.ok()) out.pixels.clear();  // a part of an image, or nothing
  return out;
}

TEST_CASE("all instruction sets read the same from every file") {
  const std::vector<Input> corpus = Corpus();
  REQUIRE(corpus.size() > 280);
  for (const int32_t decode : {YOLO_DECODE_FAST, YOLO_DECODE_EXACT}) {
    std::vector<Reading> first;
    testing::ForEachTarget([&](const std::string& target) {
      CAPTURE(target);
      const bool is_first = first.empty();
      if (is_first) first.resize(corpus.size());
      for (size_t i = 0; i < corpus.size(); ++i) {
        CAPTURE(corpus[i].name);
        Reading reading = Read(corpus[i].image, decode);
        if (is_first) {
          CHECK(reading.status != YOLO_ERROR_INTERNAL);
          first[i] = std::move(reading);
        } else {
          CHECK((reading == first[i]));
        }
      }
    });
  }
}

TEST_CASE("every file gives the same boxes alone and among good images") {
  const std::vector<Input> corpus = Corpus();
  const testing::Model model = testing::TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 3;
  options.score_threshold = 0.3f;
  const Detector detector = testing::Create(options);
  const Image photo = testing::SamplePhoto("cat");
  const Image waves = testing::Waves(90, 70, 3);
  const Outcome photo_alone = testing::Detect(detector.get(), photo);
  const Outcome waves_alone = testing::Detect(detector.get(), waves);
  REQUIRE(photo_alone.result.status == YOLO_OK);
  REQUIRE_FALSE(photo_alone.boxes.empty());
  for (const Input& input : corpus) {
    CAPTURE(input.name);
    const Outcome alone = testing::Detect(detector.get(), input.image);
    const auto batch = testing::DetectBatch(
        detector.get(), {photo, input.image, waves, input.image, photo});
    CHECK(testing::SameBoxes(batch[0], photo_alone));
    CHECK(testing::SameBoxes(batch[1], alone));
    CHECK(testing::SameBoxes(batch[2], waves_alone));
    CHECK(testing::SameBoxes(batch[3], alone));
    CHECK(testing::SameBoxes(batch[4], photo_alone));
    CHECK((alone.result.status == YOLO_OK) == (alone.result.message[0] == 0));
  }
}

}  // namespace
}  // namespace yolo
