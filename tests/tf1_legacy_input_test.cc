// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Profile tf1-legacy against AWS's YOLOv4 demo on TensorFlow 1: what its graph
// does in front of the network, step by step, written out in plain loops.
#include <doctest/doctest.h>

// jpeglib.h needs size_t and FILE to be there before it.
// clang-format off
#include <cstddef>
#include <cstdio>
#include <jpeglib.h>
// clang-format on

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "image/read_picture.h"
#include "support/detector.h"
#include "support/head_memory.h"

namespace yolo::testing {
namespace {

constexpr int kSize = 608;  // of the demo's network

// [height][width][3]
struct Pixels {
  int width = 0, height = 0;
  Bytes rgb;

  float at(int y, int x, int c) const {
    return rgb[static_cast<size_t>((y * width + x) * 3 + c)];
  }
};

// Three channels whatever the file has, as stored, fancy upsampling.
Pixels OriginalDecode(const Bytes& jpeg, J_DCT_METHOD idct) {
  jpeg_decompress_struct info;
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, jpeg.data(), jpeg.size());
  REQUIRE(jpeg_read_header(&info, TRUE) == JPEG_HEADER_OK);
  info.out_color_space = JCS_RGB;
  info.dct_method = idct;
  jpeg_start_decompress(&info);
  Pixels out;
  out.width = static_cast<int>(info.output_width);
  out.height = static_cast<int>(info.output_height);
  out.rgb.resize(size_t{info.output_width} * info.output_height * 3);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row =
        out.rgb.data() + size_t{info.output_scanline} * info.output_width * 3;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return out;
}

// Floats of 0 to 255, [kSize][kSize][3]. The source of an output pixel is its
// index times in / out; the neighbour after the last pixel is the last one.
std::vector<float> OriginalResize(const Pixels& in) {
  const float step_x = static_cast<float>(in.width) / kSize;
  const float step_y = static_cast<float>(in.height) / kSize;
  std::vector<float> out;
  for (int y = 0; y < kSize; ++y) {
    const float sy = static_cast<float>(y) * step_y;
    const int y0 = static_cast<int>(sy);
    const int y1 = std::min(y0 + 1, in.height - 1);
    const float dy = sy - static_cast<float>(y0);
    for (int x = 0; x < kSize; ++x) {
      const float sx = static_cast<float>(x) * step_x;
      const int x0 = static_cast<int>(sx);
      const int x1 = std::min(x0 + 1, in.width - 1);
      const float dx = sx - static_cast<float>(x0);
      for (int c = 0; c < 3; ++c) {
        const float top =
            in.at(y0, x0, c) + (in.at(y0, x1, c) - in.at(y0, x0, c)) * dx;
        const float bottom =
            in.at(y1, x0, c) + (in.at(y1, x1, c) - in.at(y1, x0, c)) * dx;
        out.push_back(top + (bottom - top) * dy);
      }
    }
  }
  return out;
}

std::vector<float> OriginalNormalise(std::vector<float> values) {
  for (float& v : values) v /= 255.0f;
  return values;
}

// To the nearest binary16, ties to even; of [0, 1].
uint16_t OriginalCast(float value) {
  const int exponent = value == 0 ? -14 : std::max(std::ilogb(value), -14);
  const double unit = std::ldexp(1.0, exponent - 10);
  return F16Bits(static_cast<float>(std::nearbyint(value / unit) * unit));
}

ImageOptions ImageAsOriginal() {
  ImageOptions options = Exact();
  options.profile = YOLO_PROFILE_TF1_LEGACY;
  options.exif = YOLO_EXIF_IGNORE;
  return options;
}

// What libyolo packs of a JPEG, [kSize][kSize][3] of T.
template <class T>
std::vector<T> Packed(const Bytes& jpeg, DataType type) {
  constexpr auto kSide = static_cast<size_t>(kSize);
  std::vector<T> out(kSide * kSide * 3);
  Allocator allocator;
  ImageReader reader(ImageAsOriginal(), &allocator);
  ImageInfo info;
  REQUIRE(reader.Open(JpegOf(jpeg), &info).ok());
  ImageOutcome outcome;
  const Placement placement =
      Place(YOLO_PROFILE_TF1_LEGACY, info.width, info.height, kSize, kSize);
  REQUIRE(reader
              .Pack(placement,
                    {out.data(), type, Layout::kInterleaved, 1, kSide, kSide},
                    &outcome)
              .ok());
  return out;
}

constexpr const char* kPhotos[] = {"astronaut", "cat", "coffee"};

Bytes Photo(const std::string& name) { return SamplePhoto(name).bytes; }

TEST_CASE("decode: libjpeg's pixels as they are stored, the slow IDCT's") {
  for (const std::string name : kPhotos) {
    CAPTURE(name);
    const Pixels want = OriginalDecode(Photo(name), JDCT_ISLOW);
    PictureReader reader(ImageAsOriginal());
    REQUIRE(reader.Read(Photo(name)).ok());
    CHECK(reader.info.width == want.width);
    CHECK(reader.info.height == want.height);
    CHECK(reader.rgb == want.rgb);
  }
}

TEST_CASE("decode: how far the demo's fast IDCT is from that") {
  for (const std::string name : kPhotos) {
    CAPTURE(name);
    const Pixels slow = OriginalDecode(Photo(name), JDCT_ISLOW);
    const Pixels fast = OriginalDecode(Photo(name), JDCT_IFAST);
    REQUIRE(fast.rgb.size() == slow.rgb.size());
    int largest = 0;
    double sum = 0;
    for (size_t i = 0; i < slow.rgb.size(); ++i) {
      const int difference = std::abs(int{slow.rgb[i]} - int{fast.rgb[i]});
      largest = std::max(largest, difference);
      sum += difference;
    }
    const double mean = sum / static_cast<double>(slow.rgb.size());
    MESSAGE(std::string(name)
            << ": at most " << largest << " levels, " << mean << " on average");
    CHECK(largest > 0);
    CHECK(largest <= 12);
    CHECK(mean < 1.5);
  }
}

TEST_CASE("decode: an EXIF orientation is not obeyed, as in TensorFlow") {
  Bytes jpeg = Photo("cat");
  const uint8_t exif[] = {0xff, 0xe1, 0x00, 0x22, 'E',  'x', 'i', 'f', 0,
                          0,    'M',  'M',  0x00, 0x2a, 0,   0,   0,   8,
                          0,    1,    0x01, 0x12, 0,    3,   0,   0,   0,
                          1,    0,    6,    0,    0,    0,   0,   0,   0};
  jpeg.insert(jpeg.begin() + 2, std::begin(exif), std::end(exif));
  CHECK(Packed<float>(jpeg, DataType::kF32) ==
        Packed<float>(Photo("cat"), DataType::kF32));
}

TEST_CASE("resize: stretched to 608 x 608, no half pixel, then / 255") {
  for (const std::string name : kPhotos) {
    CAPTURE(name);
    const Pixels pixels = OriginalDecode(Photo(name), JDCT_ISLOW);
    const auto want = OriginalNormalise(OriginalResize(pixels));
    CHECK(Packed<float>(Photo(name), DataType::kF32) == want);
  }
}

TEST_CASE("normalise: 0 is 0 and 255 is 1, nothing is subtracted") {
  Pixels pixels = OriginalDecode(Photo("cat"), JDCT_ISLOW);
  yolo_image image = YOLO_IMAGE_INIT;
  image.format = YOLO_FORMAT_RGB;
  image.width = static_cast<uint32_t>(pixels.width);
  image.height = static_cast<uint32_t>(pixels.height);
  image.data = pixels.rgb.data();
  image.size = pixels.rgb.size();
  for (const int level : {0, 1, 127, 255}) {
    CAPTURE(level);
    std::fill(pixels.rgb.begin(), pixels.rgb.end(),
              static_cast<uint8_t>(level));
    std::vector<float> out(3 * 64 * 64);
    Allocator allocator;
    ImageReader reader(ImageAsOriginal(), &allocator);
    ImageInfo info;
    REQUIRE(reader.Open(image, &info).ok());
    ImageOutcome outcome;
    REQUIRE(
        reader
            .Pack(
                Place(YOLO_PROFILE_TF1_LEGACY, info.width, info.height, 64, 64),
                {out.data(), DataType::kF32, Layout::kInterleaved, 1, 64, 64},
                &outcome)
            .ok());
    const float want = static_cast<float>(level) / 255.0f;
    CHECK(std::count(out.begin(), out.end(), want) == 3 * 64 * 64);
  }
}

TEST_CASE("layout and cast: NHWC, RGB, binary16, rounded once at the end") {
  for (const std::string name : kPhotos) {
    CAPTURE(name);
    const Pixels pixels = OriginalDecode(Photo(name), JDCT_ISLOW);
    std::vector<uint16_t> want;
    for (const float v : OriginalNormalise(OriginalResize(pixels))) {
      want.push_back(OriginalCast(v));
    }
    CHECK(Packed<uint16_t>(Photo(name), DataType::kF16) == want);
  }
}

}  // namespace
}  // namespace yolo::testing
