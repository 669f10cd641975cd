// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Sixteen threads on one detector that do everything which any thread may do,
// all at once.
#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "support/detector.h"
#include "yolo/neuron.h"

namespace yolo::testing {
namespace {

constexpr int kCallers = 16;

Image Frame(int32_t format, uint32_t width, uint32_t height, size_t bytes) {
  Image image;
  image.format = format;
  image.width = width;
  image.height = height;
  for (size_t i = 0; i < bytes; ++i) {
    image.bytes.push_back(static_cast<uint8_t>(i * i / 97));
  }
  return image;
}

// Good, bad and odd: every format, wrong sizes, wrong bytes, cut files.
std::vector<Image> AllKinds() {
  std::vector<Image> images = {SamplePhoto("cat"),
                               SamplePhoto("coffee"),
                               Waves(200, 150, 1),
                               Waves(1, 1, 2),
                               Frame(YOLO_FORMAT_BGRA, 31, 20, 31 * 20 * 4),
                               Frame(YOLO_FORMAT_GRAY, 64, 48, 64 * 48),
                               Frame(YOLO_FORMAT_NV12, 34, 22, 34 * 33),
                               Frame(YOLO_FORMAT_NV21, 34, 22, 34 * 33),
                               Frame(YOLO_FORMAT_I420, 34, 22, 34 * 33),
                               Frame(YOLO_FORMAT_YUYV, 34, 22, 34 * 22 * 2),
                               Frame(YOLO_FORMAT_UYVY, 34, 22, 34 * 22 * 2),
                               Frame(YOLO_FORMAT_RGB, 34, 22, 100),
                               Frame(99, 3, 3, 100),
                               Frame(YOLO_FORMAT_JPEG, 0, 0, 500)};
  Image cut = SamplePhoto("astronaut");
  cut.bytes.resize(cut.bytes.size() / 3);
  images.push_back(cut);
  cut.bytes.resize(300);
  images.push_back(cut);
  Image broken = SamplePhoto("coffee");
  for (size_t i = 700; i < broken.bytes.size(); i += 331) broken.bytes[i] ^= 85;
  images.push_back(broken);
  return images;
}

struct Shared {
  yolo_detector* detector;
  std::vector<Image> images;
  std::vector<Outcome> expected;
  yolo_detector_info info;
  std::atomic<int> wrong{0};

  void Expect(bool right) {
    if (!right) ++wrong;
  }
};

void DetectOne(Shared* s, size_t i) {
  const Outcome out = Detect(s->detector, s->images[i]);
  s->Expect(SameBoxes(out, s->expected[i]));
  // This thread's own message, whatever the others do.
  if (out.result.status != YOLO_OK) {
    s->Expect(std::string(yolo_last_error()) == out.result.message);
  }
}

void DetectAll(Shared* s) {
  const auto all = DetectBatch(s->detector, s->images);
  for (size_t i = 0; i < all.size(); ++i) {
    s->Expect(SameBoxes(all[i], s->expected[i]));
    const std::string message = all[i].result.message;
    const std::string start = "image " + std::to_string(i) + ": ";
    s->Expect((all[i].result.status == YOLO_OK) == (message == ""));
    s->Expect(message == "" || message.find(start) == 0);
  }
}

void ReadBack(Shared* s) {
  yolo_detector_info info = YOLO_DETECTOR_INFO_INIT;
  s->Expect(yolo_get_detector_info(s->detector, &info) == YOLO_OK);
  s->Expect(info.bytes_held >= info.bytes_weights);
  info.bytes_held = s->info.bytes_held;  // changes while images come in
  s->Expect(std::memcmp(&info, &s->info, sizeof(info)) == 0);
  for (uint32_t i = 0; i <= kTinyLayers; ++i) {
    yolo_layer_info layer = YOLO_LAYER_INFO_INIT;
    s->Expect((yolo_get_layer_info(s->detector, i, &layer) == YOLO_OK) ==
              (i < kTinyLayers));
  }
  s->Expect(std::string(yolo_label(s->detector, 1)) == "two");
  s->Expect(std::string(yolo_label(s->detector, 7)) == "");
  yolo_core_stats stats = YOLO_CORE_STATS_INIT;
  s->Expect(yolo_device_stats(s->detector, 0, &stats) ==
            YOLO_ERROR_INVALID_ARGUMENT);
  s->Expect(std::string(yolo_last_error()).find("has 0 cores") !=
            std::string::npos);
  s->Expect(std::string(yolo_build_info()).find("libyolo") == 0);
  s->Expect(std::string(yolo_status_string(8)) == "YOLO_ERROR_LIMIT");
}

void Caller(Shared* s, size_t id, int rounds) {
  const size_t count = s->images.size();
  for (int round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < count; ++i) {
      DetectOne(s, (i + id) % count);
      if ((i + id) % 5 == 0) ReadBack(s);
    }
    DetectAll(s);
  }
}

TEST_CASE("sixteen callers: all kinds of images, and everything is read back") {
  const Model model = TinyModel();
  const std::string labels = "one\ntwo\nthree\n";
  for (const int32_t device : {YOLO_DEVICE_AUTO, YOLO_DEVICE_PORTABLE}) {
    for (const int32_t decode : {YOLO_DECODE_FAST, YOLO_DECODE_EXACT}) {
      CAPTURE(device);
      CAPTURE(decode);
      yolo_options options = model.Options();
      options.labels_data = labels.data();
      options.labels_size = labels.size();
      options.device = device;
      options.decode = decode;
      options.num_lanes = 3;
      const Detector detector = Create(options);
      Shared s{detector.get(), AllKinds(), {}, {}};
      size_t num_ok = 0;
      for (const Image& image : s.images) {
        s.expected.push_back(Detect(s.detector, image));
        num_ok += s.expected.back().result.status == YOLO_OK;
      }
      CHECK(num_ok >= 11);
      CHECK(s.images.size() - num_ok >= 4);
      s.info = Info(s.detector);
      std::vector<std::thread> callers;
      for (size_t id = 0; id < kCallers; ++id) {
        callers.emplace_back(Caller, &s, id, 2);
      }
      for (std::thread& caller : callers) caller.join();
      CHECK(s.wrong == 0);
    }
  }
}

}  // namespace
}  // namespace yolo::testing
