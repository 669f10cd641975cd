// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Images that want much for few bytes, at default limits; and what a detector
// holds when its memory is limited.
#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>

#include "image/jpeg_writer.h"
#include "support/detector.h"
#include "support/meter.h"

namespace yolo::testing {
namespace {

using Bytes = std::vector<uint8_t>;

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A grey picture; "baseline" in several scans is what three components are for.
Bytes Picture(int width, int height, bool progressive) {
  JpegSpec spec;
  spec.in = spec.file = JCS_GRAYSCALE;
  spec.width = width;
  spec.height = height;
  spec.progressive = progressive;
  if (progressive) spec.scans = {{1, {0}, 0, 0, 0, 0}, {1, {0}, 1, 63, 0, 0}};
  const size_t count = static_cast<size_t>(width) * static_cast<size_t>(height);
  return WriteJpeg(spec, Bytes(count, 99));
}

// The same header with another size.
Bytes WithSize(Bytes file, uint32_t width, uint32_t height) {
  for (size_t i = 2; i + 9 < file.size();) {
    if (file[i + 1] >= 0xC0 && file[i + 1] <= 0xC2) {
      file[i + 5] = static_cast<uint8_t>(height >> 8);
      file[i + 6] = static_cast<uint8_t>(height);
      file[i + 7] = static_cast<uint8_t>(width >> 8);
      file[i + 8] = static_cast<uint8_t>(width);
      return file;
    }
    i += 2 + (size_t{file[i + 2]} << 8 | file[i + 3]);
  }
  FAIL("no frame header");
  return file;
}

// The last scan again until there are `count`.
Bytes WithScans(Bytes file, int count) {
  const size_t end = file.size() - 2;
  size_t begin = end;
  while (file[begin] != 0xFF || file[begin + 1] != 0xDA) --begin;
  const Bytes scan(file.begin() + static_cast<ptrdiff_t>(begin),
                   file.begin() + static_cast<ptrdiff_t>(end));
  int scans = 0;
  for (size_t i = 0; i + 1 < end; ++i) {
    scans += file[i] == 0xFF && file[i + 1] == 0xDA;
  }
  file.resize(end);
  for (; scans < count; ++scans) {
    file.insert(file.end(), scan.begin(), scan.end());
  }
  file.insert(file.end(), {0xFF, 0xD9});
  return file;
}

Image Jpeg(const Bytes& bytes) {
  Image image;
  image.bytes = bytes;
  return image;
}

// A detector whose memory is metered.
class Metered {
 public:
  explicit Metered(yolo_options options) {
    meter_.Use(&options);
    detector_ = Create(options);
  }

  struct Cost {
    Outcome outcome;
    double ms = 0;     // of CPU
    size_t bytes = 0;  // more than before, at most
  };
  Cost Detect(const Image& image) {
    Cost cost;
    const size_t before = meter_.live;
    meter_.peak = before;
    const std::clock_t start = std::clock();
    cost.outcome = testing::Detect(detector_.get(), image);
    cost.ms = 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    cost.bytes = meter_.peak - before;
    CHECK(Info(detector_.get()).bytes_held == meter_.live);
    return cost;
  }
  const Meter& meter() const { return meter_; }
  yolo_detector* get() const { return detector_.get(); }

 private:
  Meter meter_;
  Detector detector_;
};

constexpr size_t kMiB = size_t{1} << 20;

TEST_CASE("what declares too much is refused by its header") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 1;
  Metered detector(options);
  const Image good = SamplePhoto("cat");
  const Outcome expected = detector.Detect(good).outcome;
  for (const bool progressive : {false, true}) {
    const Bytes file = Picture(64, 64, progressive);
    const struct {
      uint32_t width, height;
      const char* pixels;
    } sizes[] = {{46341, 46341, "2147488281"},
                 {65500, 65500, "4290250000"},
                 {65500, 1025, "67137500"},
                 {1025, 65500, "67137500"}};
    for (const auto& s : sizes) {
      const auto cost =
          detector.Detect(Jpeg(WithSize(file, s.width, s.height)));
      const std::string message = cost.outcome.result.message;
      CAPTURE(message);
      CHECK(cost.outcome.result.status == YOLO_ERROR_LIMIT);
      CHECK(Contains(message, s.pixels));
      CHECK(Contains(message, "yolo_options.max_pixels is 67108864"));
      CHECK(cost.bytes < kMiB);
    }
  }
  // Frames have no header: sizes are the caller's.
  Image frame;
  frame.bytes.resize(1000);
  for (int32_t format = YOLO_FORMAT_RGB; format <= YOLO_FORMAT_UYVY; ++format) {
    frame.format = format;
    for (const uint32_t side : {65536u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
      frame.width = frame.height = side;
      const auto cost = detector.Detect(frame);
      CHECK((cost.outcome.result.status == YOLO_ERROR_LIMIT ||
             cost.outcome.result.status == YOLO_ERROR_INVALID_ARGUMENT));
      CHECK(cost.bytes == 0);
    }
  }
  CHECK(SameBoxes(expected, detector.Detect(good).outcome));
}

TEST_CASE("a picture of one row or one column costs little") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 1;
  for (const int32_t decode : {YOLO_DECODE_FAST, YOLO_DECODE_EXACT}) {
    options.decode = decode;
    Metered detector(options);
    for (const auto& size :
         {std::pair{65500, 1}, {1, 65500}, {65500, 1024}, {1024, 65500}}) {
      const int w = size.first, h = size.second;
      for (const bool progressive : {false, true}) {
        if (progressive && w > 1 && h > 1) continue;
        CAPTURE(w);
        CAPTURE(h);
        const auto cost = detector.Detect(Jpeg(Picture(w, h, progressive)));
        CHECK(cost.outcome.result.status == YOLO_OK);
        CHECK(cost.outcome.result.width == static_cast<uint32_t>(w));
        CHECK(cost.outcome.result.height == static_cast<uint32_t>(h));
        CHECK(cost.bytes < 16 * kMiB);
        if (kSanitizer == "") CHECK(cost.ms < 5000);
      }
    }
  }
}

TEST_CASE("too many scans are refused before the first is decoded") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 1;
  Metered detector(options);
  const Image good = SamplePhoto("cat");
  const Outcome expected = detector.Detect(good).outcome;

  const Bytes grey = Picture(2048, 4096, true);
  JpegSpec spec;  // not progressive: each component has a scan of its own
  spec.width = spec.height = 512;
  spec.h = spec.v = 1;
  spec.scans = {
      {1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}};
  const Bytes baseline = WriteJpeg(spec, SmoothRgb(512, 512));
  for (const Bytes& file : {grey, baseline}) {
    CHECK(detector.Detect(Jpeg(file)).outcome.result.status == YOLO_OK);
    for (const int scans : {501, 10000}) {
      const auto cost = detector.Detect(Jpeg(WithScans(file, scans)));
      const std::string message = cost.outcome.result.message;
      CAPTURE(message);
      CHECK(cost.outcome.result.status == YOLO_ERROR_LIMIT);
      CHECK(Contains(message, "more than 500 scans"));
      CHECK(Contains(message, "yolo_options.max_scans is 500"));
      CHECK(cost.bytes < kMiB);
      if (kSanitizer == "") CHECK(cost.ms < 500);
    }
  }
  // Fewer of a larger picture, for each passes over all of it.
  const Bytes large = WithSize(Picture(64, 64, true), 8192, 8192);
  const auto refused = detector.Detect(Jpeg(WithScans(large, 65)));
  CHECK(refused.outcome.result.status == YOLO_ERROR_LIMIT);
  CHECK(Contains(refused.outcome.result.message,
                 "JPEG of 8192 x 8192 has more than 64 scans; "
                 "yolo_options.max_pixels is 67108864"));
  CHECK(refused.bytes < kMiB);
  const auto allowed = detector.Detect(Jpeg(WithScans(large, 64)));
  CHECK(allowed.outcome.result.status == YOLO_OK);
  if (kSanitizer == "") CHECK(allowed.ms < 2000);
  MESSAGE("64 scans of 67 megapixels: " << allowed.ms << " ms");
  // A marker of a scan inside a segment is none.
  Bytes comment = {0xFF, 0xFE, 0x13, 0x8A};
  for (int i = 0; i < 2500; ++i) comment.insert(comment.end(), {0xFF, 0xDA});
  for (const Bytes& file : {Picture(64, 64, true), baseline}) {
    Bytes longer = file;
    longer.insert(longer.end() - 2, comment.begin(), comment.end());
    CHECK(detector.Detect(Jpeg(longer)).outcome.result.status == YOLO_OK);
  }
  // As many as are allowed, of a picture that takes its time.
  const auto cost =
      detector.Detect(Jpeg(WithScans(Picture(2048, 2048, true), 500)));
  CHECK(cost.outcome.result.status == YOLO_OK);
  MESSAGE("500 scans of 4 megapixels: " << cost.ms << " ms");
  CHECK(SameBoxes(expected, detector.Detect(good).outcome));
}

TEST_CASE("the memory of a detector is reported and never over max_bytes") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 2;
  const uint64_t made = Info(Create(options).get()).bytes_held;
  std::vector<Image> images = {SamplePhoto("cat"),
                               Waves(700, 500, 1),
                               Jpeg(Picture(3000, 2000, true)),
                               Jpeg(Picture(60000, 64, false)),
                               SamplePhoto("astronaut"),
                               Waves(60, 50, 2)};
  images.push_back(SamplePhoto("coffee"));
  images.back().bytes.resize(5000);
  for (const int32_t decode : {YOLO_DECODE_FAST, YOLO_DECODE_EXACT}) {
    options.decode = decode;
    const Detector unlimited = Create(options);
    const std::vector<Outcome> expected = DetectBatch(unlimited.get(), images);
    int num_refused = 0, num_ok = 0;
    for (uint64_t extra = 0; extra < 32 * kMiB; extra = 2 * extra + 65536) {
      CAPTURE(extra);
      options.max_bytes = made + extra;
      Meter meter;
      yolo_options limited = options;
      meter.Use(&limited);
      {
        // While it is made a detector needs more than it keeps.
        yolo_detector* raw = nullptr;
        if (yolo_create(&limited, &raw) != YOLO_OK) {
          CHECK(Contains(yolo_last_error(), "yolo_options.max_bytes"));
          CHECK(meter.peak <= options.max_bytes);
          continue;
        }
        const Detector detector(raw);
        const std::vector<Outcome> outcomes = DetectBatch(raw, images);
        for (size_t i = 0; i < outcomes.size(); ++i) {
          CAPTURE(i);
          const std::string message = outcomes[i].result.message;
          const bool refused = outcomes[i].result.status == YOLO_ERROR_LIMIT;
          CHECK((refused ? Contains(message, "yolo_options.max_bytes is")
                         : SameBoxes(expected[i], outcomes[i])));
          ++(refused ? num_refused : num_ok);
        }
        CHECK(Info(raw).bytes_held == meter.live);
      }
      CHECK(meter.peak <= options.max_bytes);
      CHECK(meter.live == 0);
    }
    CHECK(num_refused > 0);
    CHECK(num_ok > 0);
  }
}

}  // namespace
}  // namespace yolo::testing
