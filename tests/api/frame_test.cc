// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Camera frames through the public API.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>

#include "image/jpeg_writer.h"
#include "image/stored_place.h"
#include "support/detector.h"
#include "support/nv12.h"

namespace yolo::testing {
namespace {

// A sample photo's pixels.
Image PhotoPixels(const std::string& name, uint32_t width, uint32_t height) {
  Image image;
  image.bytes = ReadJpegPlainly(SamplePhoto(name).bytes);
  image.format = YOLO_FORMAT_RGB;
  image.width = width;
  image.height = height;
  REQUIRE(image.bytes.size() == size_t{3} * width * height);
  return image;
}

Image ToNv12(const Image& rgb) {
  Image out;
  out.format = YOLO_FORMAT_NV12;
  out.width = rgb.width;
  out.height = rgb.height;
  out.bytes = RgbToNv12(rgb.bytes, rgb.width, rgb.height);
  return out;
}

Outcome DetectImage(yolo_detector* detector, const yolo_image& image) {
  Outcome out;
  out.boxes.resize(300);
  const yolo_status status = yolo_detect_image(
      detector, &image, out.boxes.data(), out.boxes.size(), &out.result);
  CHECK(status == out.result.status);
  out.boxes.resize(status == YOLO_OK ? out.result.count : 0);
  return out;
}

TEST_CASE("the astronaut is found in an NV12 frame, in one block or in two") {
  const Detector detector = Create(NanoOptions());
  const Image rgb = PhotoPixels("astronaut", 512, 512);
  const Outcome photo = Detect(detector.get(), rgb);
  const Image nv12 = ToNv12(rgb);
  const Outcome block = Detect(detector.get(), nv12);
  REQUIRE(photo.boxes.size() >= 1);
  REQUIRE(block.boxes.size() >= 1);
  CHECK(std::string(yolo_label(detector.get(), block.boxes[0].class_id)) ==
        "person");
  CHECK(std::abs(block.boxes[0].score - photo.boxes[0].score) < 0.05f);
  CHECK(std::abs(block.boxes[0].y0 - photo.boxes[0].y0) < 10);

  yolo_image planes = nv12.View();
  planes.size = 512 * 512;
  planes.chroma[0] = nv12.bytes.data() + planes.size;
  planes.chroma_size[0] = nv12.bytes.size() - planes.size;
  CHECK(SameBoxes(block, DetectImage(detector.get(), planes)));
  // Another standard is another picture.
  planes.yuv_standard = YOLO_YUV_BT709_FULL;
  CHECK_FALSE(SameBoxes(block, DetectImage(detector.get(), planes)));
}

TEST_CASE("a frame that says how it is turned gives the upright boxes") {
  yolo_options options = NanoOptions();
  options.decode = YOLO_DECODE_EXACT;
  options.score_threshold = 0.05f;
  const Detector detector = Create(options);
  const Image upright = PhotoPixels("astronaut", 512, 512);
  const Outcome want = Detect(detector.get(), upright);
  REQUIRE(want.boxes.size() >= 1);
  for (uint32_t n = 1; n <= 8; ++n) {
    CAPTURE(n);
    Image stored = upright;
    for (int y = 0; y < 512; ++y) {
      for (int x = 0; x < 512; ++x) {
        int sx, sy;
        StoredPlace(static_cast<int>(n), 512, 512, x, y, &sx, &sy);
        std::copy_n(&upright.bytes[static_cast<size_t>(3 * (512 * y + x))], 3,
                    &stored.bytes[static_cast<size_t>(3 * (512 * sy + sx))]);
      }
    }
    yolo_image image = stored.View();
    image.orientation = n;
    const Outcome out = DetectImage(detector.get(), image);
    CHECK(out.result.orientation == n);
    CHECK(SameBoxes(want, out));
  }
}

TEST_CASE("an image of the first version's size has no planes and no turn") {
  const Detector detector = Create(NanoOptions());
  const Image rgb = PhotoPixels("astronaut", 512, 512);
  const Outcome want = Detect(detector.get(), rgb);
  yolo_image image = rgb.View();
  image.struct_size = offsetof(yolo_image, chroma);
  image.orientation = 77;  // not the library's to read
  image.chroma[0] = &image;
  CHECK(SameBoxes(want, DetectImage(detector.get(), image)));
  image.struct_size -= 8;
  CHECK(yolo_detect_image(detector.get(), &image, nullptr, 0, nullptr) ==
        YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(yolo_detect_image(detector.get(), nullptr, nullptr, 0, nullptr) ==
        YOLO_ERROR_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace yolo::testing
