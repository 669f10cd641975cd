// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/image.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>

#include "image/exif_payload.h"
#include "image/jpeg_writer.h"
#include "image/read_picture.h"
#include "image/stored_place.h"

namespace yolo {
namespace {

using testing::Bytes;
using testing::Contains;
using testing::Exact;
using testing::ExifPayload;
using testing::ExifSpec;
using testing::JpegOf;
using testing::JpegSpec;
using testing::PictureReader;
using testing::ReadJpegPlainly;
using testing::SmoothRgb;
using testing::StoredPlace;
using testing::WriteJpeg;

yolo_image RawOf(int32_t format, const Bytes& data, uint32_t width,
                 uint32_t height, size_t stride = 0) {
  yolo_image image = YOLO_IMAGE_INIT;
  image.format = format;
  image.data = data.data();
  image.size = data.size();
  image.width = width;
  image.height = height;
  image.stride = stride;
  return image;
}

// A stored picture of `width`, turned by orientation n to to_w x to_h.
Bytes Turned(const Bytes& stored, int width, int n, int to_w, int to_h) {
  Bytes out;
  for (int y = 0; y < to_h; ++y) {
    for (int x = 0; x < to_w; ++x) {
      int sx, sy;
      StoredPlace(n, to_w, to_h, x, y, &sx, &sy);
      const auto at = static_cast<size_t>((sy * width + sx) * 3);
      out.insert(out.end(), {stored[at], stored[at + 1], stored[at + 2]});
    }
  }
  return out;
}

TEST_CASE("EXIF orientations turn the stored pixels upright") {
  ImageOptions ignoring = Exact();
  ignoring.exif = YOLO_EXIF_IGNORE;
  PictureReader applied, ignored(ignoring);
  for (const bool little : {true, false}) {
    for (int n = 1; n <= 8; ++n) {
      CAPTURE(little);
      CAPTURE(n);
      JpegSpec spec;
      spec.width = 75;  // more than a tile, and not square
      spec.height = 41;
      ExifSpec exif;
      exif.little = little;
      exif.orientation = static_cast<uint32_t>(n);
      spec.app1 = {ExifPayload(exif)};
      const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
      const Bytes stored = ReadJpegPlainly(file);

      REQUIRE(ignored.Read(file).ok());
      CHECK(ignored.info.orientation == n);
      CHECK(ignored.info.width == spec.width);
      CHECK(ignored.rgb == stored);

      REQUIRE(applied.Read(file).ok());
      CHECK(applied.info.orientation == n);
      CHECK(applied.info.width == (n >= 5 ? spec.height : spec.width));
      CHECK(applied.info.height == (n >= 5 ? spec.width : spec.height));
      CHECK(applied.rgb == Turned(stored, spec.width, n, applied.info.width,
                                  applied.info.height));
    }
  }
}

TEST_CASE("raw frames are turned as they say, whatever the EXIF option") {
  ImageOptions options = Exact();
  options.exif = YOLO_EXIF_IGNORE;
  PictureReader reader(options);
  const Bytes data = SmoothRgb(75, 41);
  for (uint32_t n = 0; n <= 8; ++n) {
    CAPTURE(n);
    yolo_image image = RawOf(YOLO_FORMAT_RGB, data, 75, 41);
    image.orientation = n;
    REQUIRE(reader.Read(image).ok());
    CHECK(reader.info.orientation == std::max(static_cast<int>(n), 1));
    CHECK(reader.info.width == (n >= 5 ? 41 : 75));
    CHECK(reader.rgb == Turned(data, 75, std::max(static_cast<int>(n), 1),
                               reader.info.width, reader.info.height));
  }
  yolo_image image = RawOf(YOLO_FORMAT_RGB, data, 75, 41);
  image.orientation = 9;
  const Status status = reader.Read(image);
  CHECK(status.code() == YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(Contains(status, "orientation is 9"));
}

TEST_CASE("the first Exif segment counts, XMP does not") {
  PictureReader reader;
  JpegSpec spec;
  ExifSpec upside_down, right;
  upside_down.orientation = 3;
  const std::string xmp = "http://ns.adobe.com/xap/1.0/";
  spec.app1 = {Bytes(xmp.begin(), xmp.end()), ExifPayload(upside_down),
               ExifPayload(right)};
  REQUIRE(
      reader.Read(WriteJpeg(spec, SmoothRgb(spec.width, spec.height))).ok());
  CHECK(reader.info.orientation == 3);
  // The next image does not inherit it.
  spec.app1 = {Bytes{}, Bytes{1}};
  REQUIRE(
      reader.Read(WriteJpeg(spec, SmoothRgb(spec.width, spec.height))).ok());
  CHECK(reader.info.orientation == 1);
}

TEST_CASE("raw RGB is read where it lies, with or without a stride") {
  PictureReader reader;
  const Bytes data = SmoothRgb(10, 7);
  REQUIRE(reader.Read(RawOf(YOLO_FORMAT_RGB, data, 10, 7)).ok());
  CHECK(reader.info.width == 10);
  CHECK(reader.info.height == 7);
  CHECK(reader.info.orientation == 1);
  CHECK_FALSE(reader.outcome.truncated);
  CHECK(reader.rgb == data);
  // 9 of 10 pixels a row; the last row may end with its pixels.
  const Bytes cut(data.begin(), data.end() - 3);
  REQUIRE(reader.Read(RawOf(YOLO_FORMAT_RGB, cut, 9, 7, 30)).ok());
  for (size_t y = 0; y < 7; ++y) {
    CHECK(std::equal(&reader.rgb[27 * y], &reader.rgb[27 * y] + 27,
                     &data[30 * y]));
  }
  // Nothing that grows with the picture is held.
  const uint64_t held = reader.allocator.bytes_held();
  const Bytes tall = SmoothRgb(10, 60);
  REQUIRE(reader.Read(RawOf(YOLO_FORMAT_RGB, tall, 10, 60)).ok());
  CHECK(reader.allocator.bytes_held() < held + 60 * 200);
}

TEST_CASE("every packed format becomes RGB, channel by channel") {
  PictureReader reader;
  struct Case {
    int32_t format;
    size_t channels;
    size_t rgb[3];  // where each of them is
  };
  const Case kCases[] = {{YOLO_FORMAT_RGB, 3, {0, 1, 2}},
                         {YOLO_FORMAT_BGR, 3, {2, 1, 0}},
                         {YOLO_FORMAT_RGBA, 4, {0, 1, 2}},
                         {YOLO_FORMAT_BGRA, 4, {2, 1, 0}},
                         {YOLO_FORMAT_GRAY, 1, {0, 0, 0}}};
  for (const Case& c : kCases) {
    for (const size_t padding : {0, 1, 13}) {
      CAPTURE(c.format);
      CAPTURE(padding);
      const size_t width = 37, height = 5;
      const size_t stride = width * c.channels + padding;
      Bytes data;
      for (size_t i = 0; i < stride * height - padding; ++i) {
        data.push_back(static_cast<uint8_t>(i * 7 + i / 256));
      }
      Bytes want;
      for (size_t y = 0; y < height; ++y) {
        for (size_t x = 0; x < width; ++x) {
          for (const size_t k : c.rgb) {
            want.push_back(data[y * stride + x * c.channels + k]);
          }
        }
      }
      const Status status = reader.Read(
          RawOf(c.format, data, width, height, padding ? stride : 0));
      REQUIRE_MESSAGE(status.ok(), status.message());
      CHECK(reader.rgb == want);
    }
  }
}

TEST_CASE("raw sizes that do not fit are named with both numbers") {
  PictureReader reader;
  const Bytes data(300);
  const auto refusal = [&](const yolo_image& raw) {
    const Status status = reader.Read(raw);
    CHECK(status.code() == YOLO_ERROR_INVALID_ARGUMENT);
    return std::string(status.message());
  };
  CHECK(refusal(RawOf(YOLO_FORMAT_RGB, data, 0, 10)) ==
        "width x height is 0 x 10; both must be 1 to 2147483647");
  refusal(RawOf(YOLO_FORMAT_RGB, data, 10, 0));
  CHECK(refusal(RawOf(YOLO_FORMAT_BGR, data, 10, 10, 29)) ==
        "stride is 29 bytes; a BGR row of width 10 needs 30");
  CHECK(refusal(RawOf(YOLO_FORMAT_RGB, data, 10, 11)) ==
        "size is 300 bytes; height 11 with stride 30 needs 330");
  CHECK(refusal(RawOf(YOLO_FORMAT_RGB, data, 10, 10, 31)) ==
        "size is 300 bytes; height 10 with stride 31 needs 309");
  CHECK(refusal(RawOf(YOLO_FORMAT_GRAY, data, 10, 10,
                      std::numeric_limits<size_t>::max() - 3)) ==
        "size is 300 bytes; height 10 with stride 18446744073709551612 needs "
        "2^64 or more");
  CHECK(refusal(RawOf(17, data, 10, 10)) == "format is 17, not a YOLO_FORMAT_");

  const Status many =
      reader.Read(RawOf(YOLO_FORMAT_RGBA, data, 1 << 20, 1 << 20));
  CHECK(many.code() == YOLO_ERROR_LIMIT);
  CHECK(Contains(many, "1099511627776"));
  CHECK(Contains(many, "yolo_options.max_pixels is 67108864"));
}

TEST_CASE("under max_bytes, what earlier images left makes room for the next") {
  JpegSpec before, after;
  before.width = before.height = 400;
  before.progressive = true;  // coefficients: 480 kB
  after.width = after.height = 500;
  after.progressive = true;  // 750 kB
  const Bytes first = WriteJpeg(before, SmoothRgb(400, 400));
  const Bytes second = WriteJpeg(after, SmoothRgb(500, 500));
  Allocator allocator(nullptr, nullptr, nullptr, 1150000);
  PictureReader reader(Exact(), &allocator);
  REQUIRE(reader.Read(first).ok());
  const Status status = reader.Read(second);
  REQUIRE_MESSAGE(status.ok(), status.message());
  CHECK(reader.rgb == ReadJpegPlainly(second));
  REQUIRE(reader.Read(first).ok());
}

TEST_CASE("what a photo needs does not grow with its height") {
  JpegSpec low, high;
  low.width = high.width = 256;
  low.height = 64;
  high.height = 4096;
  Allocator allocator;
  ImageReader reader(Exact(), &allocator);
  std::vector<float> input(3 * 64 * 64);
  const auto read = [&](const JpegSpec& spec) {
    const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
    ImageInfo info;
    ImageOutcome outcome;
    REQUIRE(reader.Open(JpegOf(file), &info).ok());
    REQUIRE(
        reader
            .Pack(Place(YOLO_PROFILE_DARKNET, info.width, info.height, 64, 64),
                  {input.data(), DataType::kF32, Layout::kPlanar, 1, 64, 64},
                  &outcome)
            .ok());
    return allocator.bytes_held();
  };
  const uint64_t held = read(low);
  CHECK(read(high) == held);
}

}  // namespace
}  // namespace yolo
