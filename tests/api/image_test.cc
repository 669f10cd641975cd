// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Images through the public API: formats, EXIF, limits, and failing alone.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/detector.h"

namespace yolo::testing {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Detector TinyDetector(int32_t exif = YOLO_EXIF_APPLY) {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.exif = exif;
  return Create(options);
}

// The same pixels in another raw format; alpha and the end of each row are
// rubbish that must not matter.
Image Convert(const Image& rgb, int32_t format, size_t padding) {
  Image out;
  out.format = format;
  out.width = rgb.width;
  out.height = rgb.height;
  const bool alpha = format == YOLO_FORMAT_RGBA || format == YOLO_FORMAT_BGRA;
  const bool blue_first =
      format == YOLO_FORMAT_BGR || format == YOLO_FORMAT_BGRA;
  const size_t row = rgb.width * size_t{alpha ? 4u : 3u};
  out.stride = padding ? row + padding : 0;
  for (uint32_t y = 0; y < rgb.height; ++y) {
    for (uint32_t x = 0; x < rgb.width; ++x) {
      const uint8_t* p = &rgb.bytes[(size_t{y} * rgb.width + x) * 3];
      for (const int c : {0, 1, 2}) {
        out.bytes.push_back(p[blue_first ? 2 - c : c]);
      }
      if (alpha) out.bytes.push_back(static_cast<uint8_t>(x * 7 + y));
    }
    // The last row needs no padding.
    if (y + 1 < rgb.height) out.bytes.resize(out.bytes.size() + padding, 0xee);
  }
  return out;
}

TEST_CASE("raw formats give the boxes of the equivalent RGB, bit for bit") {
  const Detector detector = TinyDetector();
  for (const auto& [width, height] : {std::pair{97u, 61u}, std::pair{33u, 140u},
                                      std::pair{1u, 1u}, std::pair{2u, 300u}}) {
    const Image rgb = Waves(width, height, 3);
    const Outcome expected = Detect(detector.get(), rgb);
    REQUIRE(expected.result.status == YOLO_OK);
    for (const int32_t format : {YOLO_FORMAT_RGB, YOLO_FORMAT_BGR,
                                 YOLO_FORMAT_RGBA, YOLO_FORMAT_BGRA}) {
      for (const size_t padding : {size_t{0}, size_t{1}, size_t{13}}) {
        CAPTURE(format);
        CAPTURE(padding);
        CHECK(SameBoxes(expected,
                        Detect(detector.get(), Convert(rgb, format, padding))));
      }
    }
  }
}

TEST_CASE("grey is red, green and blue alike") {
  const Detector detector = TinyDetector();
  const Image waves = Waves(90, 55, 8);
  Image grey, rgb = waves;
  grey.format = YOLO_FORMAT_GRAY;
  grey.width = waves.width;
  grey.height = waves.height;
  for (size_t i = 0; i < waves.bytes.size(); i += 3) {
    grey.bytes.push_back(waves.bytes[i]);
    rgb.bytes[i + 1] = rgb.bytes[i + 2] = waves.bytes[i];
  }
  CHECK(SameBoxes(Detect(detector.get(), rgb), Detect(detector.get(), grey)));
}

// A minimal EXIF block in front of everything else: one tag, the orientation.
Image WithOrientation(Image jpeg, uint8_t orientation) {
  const uint8_t app1[] = {
      0xff, 0xe1,        0,   34,               // marker, length
      'E',  'x',         'i', 'f', 0, 0,        //
      'M',  'M',         0,   42,  0, 0, 0, 8,  // big-endian, first IFD
      0,    1,                                  // one entry
      0x01, 0x12,        0,   3,   0, 0, 0, 1,  // Orientation, SHORT, 1
      0,    orientation, 0,   0,                //
      0,    0,           0,   0};               // no next IFD
  static_assert(sizeof(app1) == 36);
  jpeg.bytes.insert(jpeg.bytes.begin() + 2, app1, app1 + sizeof(app1));
  return jpeg;
}

TEST_CASE("EXIF turns the picture upright, unless it is told not to") {
  const Image photo = SamplePhoto("cat");
  const Detector upright = TinyDetector();
  const Detector stored = TinyDetector(YOLO_EXIF_IGNORE);
  const Outcome plain = Detect(upright.get(), photo);
  REQUIRE(plain.result.status == YOLO_OK);
  CHECK(plain.result.orientation == 1);
  for (uint8_t orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const Image turned = WithOrientation(photo, orientation);
    const Outcome applied = Detect(upright.get(), turned);
    const Outcome ignored = Detect(stored.get(), turned);
    CHECK(applied.result.orientation == orientation);
    CHECK(ignored.result.orientation == orientation);
    CHECK(SameBoxes(plain, ignored));
    CHECK(SameBoxes(plain, applied) == (orientation == 1));
    const bool swapped = orientation >= 5;
    CHECK(applied.result.width ==
          (swapped ? plain.result.height : plain.result.width));
    CHECK(applied.result.height ==
          (swapped ? plain.result.width : plain.result.height));
    CHECK(ignored.result.width == plain.result.width);
  }
  // Orientations that no standard knows mean nothing.
  for (const uint8_t orientation : {uint8_t{0}, uint8_t{9}, uint8_t{255}}) {
    const Outcome out =
        Detect(upright.get(), WithOrientation(photo, orientation));
    CHECK(out.result.orientation == 1);
    CHECK(SameBoxes(plain, out));
  }
}

TEST_CASE("an image over the limit of pixels is refused, one at it is not") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.max_pixels = 100 * 100;
  const Detector detector = Create(options);
  CHECK(Detect(detector.get(), Waves(100, 100, 1)).result.status == YOLO_OK);
  const Outcome over = Detect(detector.get(), Waves(101, 100, 1));
  CHECK(over.result.status == YOLO_ERROR_LIMIT);
  CHECK(Contains(over.result.message, "10000"));
  CHECK(Detect(detector.get(), SamplePhoto("cat")).result.status ==
        YOLO_ERROR_LIMIT);
}

TEST_CASE("a limit on bytes holds during detection too") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 1;
  options.decode = YOLO_DECODE_EXACT;
  {
    const Detector unlimited = Create(options);
    options.max_bytes = Info(unlimited.get()).bytes_held + (32 << 10);
  }
  const Detector detector = Create(options);
  CHECK(Detect(detector.get(), Waves(90, 90, 1)).result.status == YOLO_OK);
  const Outcome over = Detect(detector.get(), SamplePhoto("astronaut"));
  CHECK((over.result.status == YOLO_ERROR_LIMIT ||
         over.result.status == YOLO_ERROR_OUT_OF_MEMORY));
  CHECK(Info(detector.get()).bytes_held <= options.max_bytes);
  CHECK(Detect(detector.get(), Waves(90, 90, 1)).result.status == YOLO_OK);
}

TEST_CASE("one bad image fails alone, and its message says which it was") {
  const Detector detector = TinyDetector();
  Image rubbish;
  rubbish.bytes = {'n', 'o', ' ', 'J', 'P', 'E', 'G'};
  Image empty = Waves(10, 10, 1);
  empty.width = 0;
  Image nowhere = Waves(10, 10, 1);
  nowhere.bytes = {};
  const std::vector<Image> images = {
      SamplePhoto("cat"),   rubbish, Waves(50, 50, 1), empty, nowhere,
      SamplePhoto("coffee")};
  const std::vector<Outcome> out = DetectBatch(detector.get(), images);
  for (const size_t good : {0, 2, 5}) {
    CHECK(out[good].result.status == YOLO_OK);
    CHECK(std::string(out[good].result.message) == "");
    CHECK(SameBoxes(out[good], Detect(detector.get(), images[good])));
  }
  CHECK(out[1].result.status == YOLO_ERROR_BAD_IMAGE);
  CHECK(out[3].result.status == YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(out[4].result.status == YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(Contains(out[1].result.message, "image 1"));
  CHECK(Contains(out[3].result.message, "image 3"));
  CHECK(Contains(out[4].result.message, "image 4"));
}

TEST_CASE("a JPEG that ends early is decoded as far as it goes, and flagged") {
  const Detector detector = TinyDetector();
  const Image whole = SamplePhoto("coffee");
  const Outcome expected = Detect(detector.get(), whole);
  REQUIRE(expected.result.status == YOLO_OK);
  Image half = whole;
  half.bytes.resize(whole.bytes.size() / 2);
  const Outcome cut = Detect(detector.get(), half);
  REQUIRE(cut.result.status == YOLO_OK);
  CHECK((cut.result.truncated & YOLO_TRUNCATED_IMAGE) != 0);
  CHECK(cut.result.width == expected.result.width);
  CHECK(cut.result.height == expected.result.height);
  CHECK((expected.result.truncated & YOLO_TRUNCATED_IMAGE) == 0);
  for (const size_t size : {size_t{2}, size_t{10}, size_t{100}}) {
    Image header = whole;
    header.bytes.resize(size);
    CHECK(Detect(detector.get(), header).result.status == YOLO_ERROR_BAD_IMAGE);
  }
}

TEST_CASE("bytes after the end of a JPEG do not matter") {
  const Detector detector = TinyDetector();
  const Image photo = SamplePhoto("cat");
  Image longer = photo;
  longer.bytes.resize(photo.bytes.size() + 1000, 0xff);
  CHECK(
      SameBoxes(Detect(detector.get(), photo), Detect(detector.get(), longer)));
}

}  // namespace
}  // namespace yolo::testing
