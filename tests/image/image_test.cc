// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/image.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "image/exif_payload.h"
#include "image/jpeg_writer.h"

namespace yolo {
namespace {

using testing::ExifPayload;
using testing::ExifSpec;
using testing::JpegSpec;
using testing::ReadJpegPlainly;
using testing::SmoothRgb;
using testing::WriteJpeg;

using Bytes = std::vector<uint8_t>;

constexpr ImageOptions kExact = {
    YOLO_DECODE_EXACT, YOLO_EXIF_APPLY, 1 << 26, 500, 0, 0};

yolo_image JpegOf(const Bytes& file) {
  yolo_image image = YOLO_IMAGE_INIT;
  image.data = file.data();
  image.size = file.size();
  return image;
}

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

Bytes Tight(const RgbView& view) {
  Bytes tight;
  for (int y = 0; y < view.height; ++y) {
    const uint8_t* row = view.data + static_cast<size_t>(y) * view.stride;
    tight.insert(tight.end(), row, row + 3 * view.width);
  }
  return tight;
}

bool Contains(const Status& status, const std::string& text) {
  return std::string(status.message()).find(text) != std::string::npos;
}

// Where pixel (x, y) of the upright picture is stored, by the meaning of the
// orientations: n says which side of the scene stored row 0 and column 0 show.
void StoredPlace(int n, int width, int height, int x, int y, int* sx, int* sy) {
  const int mirrored_x = width - 1 - x, mirrored_y = height - 1 - y;
  const int places[8][2] = {
      {x, y}, {mirrored_x, y}, {mirrored_x, mirrored_y}, {x, mirrored_y},
      {y, x}, {y, mirrored_x}, {mirrored_y, mirrored_x}, {mirrored_y, x}};
  *sx = places[n - 1][0];
  *sy = places[n - 1][1];
}

TEST_CASE("EXIF orientations turn the stored pixels upright") {
  Allocator allocator;
  ImageDecoder decoder(kExact, &allocator);
  ImageOptions ignoring = kExact;
  ignoring.exif = YOLO_EXIF_IGNORE;
  ImageDecoder ignorer(ignoring, &allocator);
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

      DecodedImage image;
      REQUIRE(ignorer.Decode(JpegOf(file), &image).ok());
      CHECK(image.orientation == n);
      CHECK(image.width == spec.width);
      CHECK(Tight(image.pixels) == stored);

      REQUIRE(decoder.Decode(JpegOf(file), &image).ok());
      CHECK(image.orientation == n);
      CHECK(image.width == (n >= 5 ? spec.height : spec.width));
      CHECK(image.height == (n >= 5 ? spec.width : spec.height));
      Bytes want;
      for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
          int sx, sy;
          StoredPlace(n, image.width, image.height, x, y, &sx, &sy);
          const auto at = static_cast<size_t>((sy * spec.width + sx) * 3);
          want.insert(want.end(), {stored[at], stored[at + 1], stored[at + 2]});
        }
      }
      CHECK(Tight(image.pixels) == want);
    }
  }
}

TEST_CASE("the first Exif segment counts, XMP does not") {
  Allocator allocator;
  ImageDecoder decoder(kExact, &allocator);
  JpegSpec spec;
  ExifSpec upside_down, right;
  upside_down.orientation = 3;
  const std::string xmp = "http://ns.adobe.com/xap/1.0/";
  spec.app1 = {Bytes(xmp.begin(), xmp.end()), ExifPayload(upside_down),
               ExifPayload(right)};
  const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
  DecodedImage image;
  REQUIRE(decoder.Decode(JpegOf(file), &image).ok());
  CHECK(image.orientation == 3);
  // The next image does not inherit it.
  spec.app1 = {Bytes{}, Bytes{1}};
  const Bytes plain = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
  REQUIRE(decoder.Decode(JpegOf(plain), &image).ok());
  CHECK(image.orientation == 1);
}

TEST_CASE("FAST compares the upright picture with the network's input") {
  Allocator allocator;
  ImageOptions options = kExact;
  options.decode = YOLO_DECODE_FAST;
  options.network_width = 96;
  options.network_height = 160;
  ImageDecoder decoder(options, &allocator);
  options.exif = YOLO_EXIF_IGNORE;
  ImageDecoder ignorer(options, &allocator);
  JpegSpec spec;
  spec.width = 640;
  spec.height = 384;
  spec.app1 = {ExifPayload({})};  // orientation 6: 384 x 640 upright
  const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
  DecodedImage image;
  REQUIRE(decoder.Decode(JpegOf(file), &image).ok());
  CHECK(image.width == 384);
  CHECK(image.height == 640);
  CHECK(image.pixels.width == 96);
  CHECK(image.pixels.height == 160);
  REQUIRE(ignorer.Decode(JpegOf(file), &image).ok());
  CHECK(image.pixels.width == 320);
  CHECK(image.pixels.height == 192);
}

TEST_CASE("raw RGB is passed through, with or without a stride") {
  Allocator allocator;
  ImageDecoder decoder(kExact, &allocator);
  const Bytes data = SmoothRgb(10, 7);
  DecodedImage image;
  REQUIRE(decoder.Decode(RawOf(YOLO_FORMAT_RGB, data, 10, 7), &image).ok());
  CHECK(image.pixels.data == data.data());
  CHECK(image.pixels.stride == 30);
  CHECK(image.width == 10);
  CHECK(image.height == 7);
  CHECK(image.orientation == 1);
  CHECK_FALSE(image.truncated);
  // 9 of 10 pixels a row; the last row may end with its pixels.
  REQUIRE(decoder
              .Decode(RawOf(YOLO_FORMAT_RGB,
                            Bytes(data.begin(), data.end() - 3), 9, 7, 30),
                      &image)
              .ok());
  CHECK(image.pixels.stride == 30);
  CHECK(allocator.bytes_held() == 0);
}

TEST_CASE("every raw format becomes RGB, channel by channel") {
  Allocator allocator;
  ImageDecoder decoder(kExact, &allocator);
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
      DecodedImage image;
      const Status status = decoder.Decode(
          RawOf(c.format, data, width, height, padding ? stride : 0), &image);
      REQUIRE_MESSAGE(status.ok(), status.message());
      CHECK(Tight(image.pixels) == want);
    }
  }
}

TEST_CASE("raw sizes that do not fit are named with both numbers") {
  Allocator allocator;
  ImageDecoder decoder(kExact, &allocator);
  const Bytes data(300);
  DecodedImage image;
  const auto refusal = [&](const yolo_image& raw) {
    const Status status = decoder.Decode(raw, &image);
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
      decoder.Decode(RawOf(YOLO_FORMAT_RGBA, data, 1 << 20, 1 << 20), &image);
  CHECK(many.code() == YOLO_ERROR_LIMIT);
  CHECK(Contains(many, "1099511627776"));
  CHECK(Contains(many, "yolo_options.max_pixels is 67108864"));
}

TEST_CASE("max_bytes bounds raw and turned pixels") {
  const Bytes grey(100 * 100, 5);
  DecodedImage image;
  Allocator tight(nullptr, nullptr, nullptr, 20000);
  ImageDecoder raw_decoder(kExact, &tight);
  CHECK(raw_decoder.Decode(RawOf(YOLO_FORMAT_GRAY, grey, 100, 100), &image)
            .code() == YOLO_ERROR_LIMIT);

  JpegSpec spec;
  spec.width = spec.height = 400;
  spec.app1 = {ExifPayload({})};
  const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
  Allocator once(nullptr, nullptr, nullptr, 400 * 1216 * 3 / 2);
  ImageDecoder jpeg_decoder(kExact, &once);
  const Status status = jpeg_decoder.Decode(JpegOf(file), &image);
  CHECK(status.code() == YOLO_ERROR_LIMIT);
  CHECK(Contains(status, "yolo_options.max_bytes"));
}

TEST_CASE("under max_bytes, what earlier images left makes room for the next") {
  JpegSpec before, after;
  before.width = before.height = 400;
  before.progressive = true;         // coefficients: 480 kB
  after.width = after.height = 700;  // pixels: 1.48 MB
  const Bytes first = WriteJpeg(before, SmoothRgb(400, 400));
  const Bytes second = WriteJpeg(after, SmoothRgb(700, 700));
  Allocator allocator(nullptr, nullptr, nullptr, 1750000);
  ImageDecoder decoder(kExact, &allocator);
  DecodedImage image;
  REQUIRE(decoder.Decode(JpegOf(first), &image).ok());
  const Status status = decoder.Decode(JpegOf(second), &image);
  REQUIRE_MESSAGE(status.ok(), status.message());
  CHECK(Tight(image.pixels) == ReadJpegPlainly(second));
  REQUIRE(decoder.Decode(JpegOf(first), &image).ok());
}

TEST_CASE("pixels of a giant are given back, those of a photo are kept") {
  Allocator allocator;
  ImageDecoder decoder(kExact, &allocator);
  const Bytes giant(5000 * 5000, 5);  // 75 MB as RGB
  const Bytes photo(1000 * 1000, 5);
  DecodedImage image;
  REQUIRE(
      decoder.Decode(RawOf(YOLO_FORMAT_GRAY, giant, 5000, 5000), &image).ok());
  CHECK(allocator.bytes_held() > 75000000);
  CHECK(image.pixels.data[0] == 5);
  decoder.Trim();
  CHECK(allocator.bytes_held() == 0);

  REQUIRE(
      decoder.Decode(RawOf(YOLO_FORMAT_GRAY, giant, 5000, 5000), &image).ok());
  REQUIRE(
      decoder.Decode(RawOf(YOLO_FORMAT_GRAY, photo, 1000, 1000), &image).ok());
  const uint64_t held = allocator.bytes_held();
  CHECK(held < 4000000);
  decoder.Trim();
  CHECK(allocator.bytes_held() == held);
}

}  // namespace
}  // namespace yolo
