// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "image/placement.h"
#include "image/read_picture.h"
#include "image/stored_place.h"
#include "support/crc32.h"
#include "support/data.h"
#include "support/for_each_target.h"
#include "support/hash_picture.h"

namespace yolo {
namespace {

using testing::Crc32;
using testing::ForEachTarget;
using testing::HashPicture;
using testing::SourcePath;

// Planar [3][h][w].
struct Planes {
  Planes(int width, int height, float value = 0)
      : w(width), h(height), data(3 * Area(), value) {}
  size_t Area() const {
    return static_cast<size_t>(w) * static_cast<size_t>(h);
  }
  float& at(int c, int y, int x) {
    return data[static_cast<size_t>((c * h + y) * w + x)];
  }
  int w, h;
  std::vector<float> data;
};

struct RgbView {
  const uint8_t* data = nullptr;
  int width = 0, height = 0;
  size_t stride = 0;  // bytes
};

// An interleaved picture and its view.
struct Picture {
  Picture(int width, int height) : rgb(HashPicture(width, height)) {
    view = {rgb.data(), width, height, static_cast<size_t>(width) * 3};
  }
  int at(int c, int y, int x) const {
    return rgb[static_cast<size_t>((y * view.width + x) * 3 + c)];
  }
  std::vector<uint8_t> rgb;
  RgbView view;
};

// Darknet's resize_image: a float picture, columns first, then rows.
Planes DarknetResize(const Picture& in, int w, int h) {
  const int from_w = in.view.width, from_h = in.view.height;
  const float w_scale =
      static_cast<float>(from_w - 1) / static_cast<float>(w - 1);
  const float h_scale =
      static_cast<float>(from_h - 1) / static_cast<float>(h - 1);
  Planes part(w, from_h), out(w, h);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < from_h; ++y) {
      for (int x = 0; x < w; ++x) {
        if (x == w - 1 || from_w == 1) {
          part.at(c, y, x) =
              static_cast<float>(in.at(c, y, from_w - 1)) / 255.0f;
          continue;
        }
        const float sx = static_cast<float>(x) * w_scale;
        const int ix = static_cast<int>(sx);
        const float dx = sx - static_cast<float>(ix);
        const float l = static_cast<float>(in.at(c, y, ix)) / 255.0f;
        const float r = static_cast<float>(in.at(c, y, ix + 1)) / 255.0f;
        part.at(c, y, x) = (1 - dx) * l + dx * r;
      }
    }
    for (int y = 0; y < h; ++y) {
      // One row: Darknet would divide by zero; we take the first.
      const float sy = h == 1 ? 0 : static_cast<float>(y) * h_scale;
      const int iy = static_cast<int>(sy);
      const float dy = sy - static_cast<float>(iy);
      for (int x = 0; x < w; ++x) {
        out.at(c, y, x) = (1 - dy) * part.at(c, iy, x);
        if (y == h - 1 || from_h == 1) continue;
        out.at(c, y, x) += dy * part.at(c, iy + 1, x);
      }
    }
  }
  return out;
}

// TensorFlow 1.15's ResizeBilinear without flags, then / 255.
Planes TensorFlowResize(const Picture& in, int w, int h) {
  const int from_w = in.view.width, from_h = in.view.height;
  const float w_scale = static_cast<float>(from_w) / static_cast<float>(w);
  const float h_scale = static_cast<float>(from_h) / static_cast<float>(h);
  Planes out(w, h);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < h; ++y) {
      const float sy = static_cast<float>(y) * h_scale;
      const int y0 = static_cast<int>(std::floor(sy));
      const int y1 = std::min(y0 + 1, from_h - 1);
      const float y_lerp = sy - std::floor(sy);
      for (int x = 0; x < w; ++x) {
        const float sx = static_cast<float>(x) * w_scale;
        const int x0 = static_cast<int>(std::floor(sx));
        const int x1 = std::min(x0 + 1, from_w - 1);
        const float x_lerp = sx - std::floor(sx);
        const auto tl = static_cast<float>(in.at(c, y0, x0));
        const auto tr = static_cast<float>(in.at(c, y0, x1));
        const auto bl = static_cast<float>(in.at(c, y1, x0));
        const auto br = static_cast<float>(in.at(c, y1, x1));
        const float top = tl + (tr - tl) * x_lerp;
        const float bottom = bl + (br - bl) * x_lerp;
        out.at(c, y, x) = (top + (bottom - top) * y_lerp) / 255.0f;
      }
    }
  }
  return out;
}

Planes Boxed(Planes picture, const Placement& p, int w, int h, float border) {
  Planes out(w, h, border);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < p.h; ++y) {
      for (int x = 0; x < p.w; ++x) {
        out.at(c, p.y + y, p.x + x) = picture.at(c, y, x);
      }
    }
  }
  return out;
}

// The stored picture that orientation n turns into `upright`.
Picture StoredAs(const Picture& upright, int n) {
  const bool sideways = n >= 5;
  const int w = upright.view.width, h = upright.view.height;
  Picture stored(sideways ? h : w, sideways ? w : h);
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      int sx, sy;
      testing::StoredPlace(n, w, h, x, y, &sx, &sy);
      for (int c = 0; c < 3; ++c) {
        stored.rgb[static_cast<size_t>((sy * stored.view.width + sx) * 3 + c)] =
            static_cast<uint8_t>(upright.at(c, y, x));
      }
    }
  }
  return stored;
}

yolo_image FrameOf(const Picture& picture, int orientation) {
  yolo_image image = YOLO_IMAGE_INIT;
  image.format = YOLO_FORMAT_RGB;
  image.data = picture.view.data;
  image.size =
      picture.view.stride * static_cast<size_t>(picture.view.height - 1) +
      static_cast<size_t>(picture.view.width) * 3;
  image.width = static_cast<uint32_t>(picture.view.width);
  image.height = static_cast<uint32_t>(picture.view.height);
  image.stride = picture.view.stride;
  image.orientation = static_cast<uint32_t>(orientation);
  return image;
}

ImageOptions Options(int32_t profile) {
  ImageOptions options = testing::Exact();
  options.profile = profile;
  return options;
}

void PackInto(ImageReader* reader, int32_t profile, const yolo_image& image,
              const InputTensor& tensor) {
  ImageInfo info;
  REQUIRE(reader->Open(image, &info).ok());
  ImageOutcome outcome;
  REQUIRE(reader
              ->Pack(Place(profile, info.width, info.height,
                           static_cast<int>(tensor.width),
                           static_cast<int>(tensor.height)),
                     tensor, &outcome)
              .ok());
}

std::vector<float> PackedFrame(int32_t profile, const yolo_image& image, int w,
                               int h) {
  Allocator allocator;
  ImageReader reader(Options(profile), &allocator);
  std::vector<float> floats(3 * static_cast<size_t>(w) * static_cast<size_t>(h),
                            -1);
  PackInto(&reader, profile, image,
           {floats.data(), DataType::kF32, Layout::kPlanar, 1,
            static_cast<size_t>(w), static_cast<size_t>(h)});
  return floats;
}

std::vector<float> Packed(int32_t profile, const Picture& picture, int w,
                          int h) {
  return PackedFrame(profile, FrameOf(picture, 1), w, h);
}

// Up, down, odd, one pixel, the same in one or both directions.
constexpr int kCases[][4] = {
    {64, 48, 96, 96}, {640, 480, 96, 64}, {97, 31, 64, 32},   {1, 1, 32, 32},
    {1, 77, 32, 64},  {77, 1, 64, 32},    {2, 2, 32, 32},     {96, 64, 96, 64},
    {96, 50, 96, 64}, {50, 64, 96, 64},   {192, 128, 96, 64}, {1000, 3, 64, 64},
    {3, 1000, 64, 64}};

TEST_CASE(
    "darknet and its letterbox equal Darknet's resize_image, bit by bit") {
  ForEachTarget([](const char* target) {
    for (const auto& sizes : kCases) {
      const int w = sizes[0], h = sizes[1], nw = sizes[2], nh = sizes[3];
      CAPTURE(target);
      CAPTURE(w);
      CAPTURE(h);
      CAPTURE(nw);
      const Picture picture(w, h);
      CHECK(Packed(YOLO_PROFILE_DARKNET, picture, nw, nh) ==
            DarknetResize(picture, nw, nh).data);
      const Placement p = Place(YOLO_PROFILE_DARKNET_LETTERBOX, w, h, nw, nh);
      CHECK(Packed(YOLO_PROFILE_DARKNET_LETTERBOX, picture, nw, nh) ==
            Boxed(DarknetResize(picture, p.w, p.h), p, nw, nh, 0.5f).data);
    }
  });
}

TEST_CASE("a picture of the network's size is only divided by 255") {
  const Picture picture(96, 64);
  Planes want(96, 64);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 96; ++x) {
        want.at(c, y, x) = static_cast<float>(picture.at(c, y, x)) / 255.0f;
      }
    }
  }
  CHECK(Packed(YOLO_PROFILE_DARKNET, picture, 96, 64) == want.data);
  CHECK(Packed(YOLO_PROFILE_DARKNET_LETTERBOX, picture, 96, 64) == want.data);
  CHECK(Packed(YOLO_PROFILE_ULTRALYTICS, picture, 96, 64) == want.data);
  CHECK(Packed(YOLO_PROFILE_TF1_LEGACY, picture, 96, 64) == want.data);
}

TEST_CASE(
    "darknet keeps Darknet's dark last row where its rounding makes one") {
  // (h - 1) * ((from - 1) / (h - 1)) falls just short of from - 1.
  const int h = 416;
  int from = 2;
  const auto last = [&] {
    const float scale =
        static_cast<float>(from - 1) / static_cast<float>(h - 1);
    return static_cast<float>(h - 1) * scale;
  };
  while (last() >= static_cast<float>(from - 1)) ++from;
  CAPTURE(from);
  REQUIRE(from < 4000);
  Picture picture(32, from);
  std::fill(picture.rgb.begin(), picture.rgb.end(), uint8_t{255});
  const std::vector<float> packed =
      Packed(YOLO_PROFILE_DARKNET, picture, 32, h);
  CHECK(packed == DarknetResize(picture, 32, h).data);
  CHECK(packed[static_cast<size_t>((h - 2) * 32)] > 0.99f);
  CHECK(packed[static_cast<size_t>((h - 1) * 32)] < 0.01f);
}

TEST_CASE("tf1-legacy equals TensorFlow 1.15's ResizeBilinear, bit by bit") {
  ForEachTarget([](const char* target) {
    for (const auto& sizes : kCases) {
      const int w = sizes[0], h = sizes[1], nw = sizes[2], nh = sizes[3];
      CAPTURE(target);
      CAPTURE(w);
      CAPTURE(h);
      CAPTURE(nw);
      const Picture picture(w, h);
      CHECK(Packed(YOLO_PROFILE_TF1_LEGACY, picture, nw, nh) ==
            TensorFlowResize(picture, nw, nh).data);
    }
  });
}

TEST_CASE("opencv and ultralytics equal OpenCV 4.6, bit by bit") {
  std::ifstream goldens(SourcePath("tests/golden/resize.tsv"));
  int num_goldens = 0;
  for (std::string line; std::getline(goldens, line);) {
    if (line[0] == '#') continue;
    CAPTURE(line);
    std::istringstream fields(line);
    std::string profile;
    int w = 0, h = 0, nw = 0, nh = 0;
    uint32_t crc = 0;
    fields >> profile >> w >> h >> nw >> nh >> std::hex >> crc;
    REQUIRE(fields);
    const Picture picture(w, h);
    ForEachTarget([&](const char* target) {
      CAPTURE(target);
      const std::vector<float> packed = Packed(
          profile == "opencv" ? YOLO_PROFILE_OPENCV : YOLO_PROFILE_ULTRALYTICS,
          picture, nw, nh);
      CHECK(Crc32(packed.data(), packed.size() * sizeof(float)) == crc);
    });
    ++num_goldens;
  }
  CHECK(num_goldens == 44);
}

TEST_CASE("rows with a stride are the same picture") {
  const Picture picture(50, 40);
  std::vector<uint8_t> spaced(40 * 200 - 50, 99);
  for (size_t y = 0; y < 40; ++y) {
    std::copy_n(&picture.rgb[y * 150], 150, &spaced[y * 200]);
  }
  spaced.resize(39 * 200 + 150);  // nothing after the last pixel may be read
  spaced.shrink_to_fit();
  Picture other = picture;
  other.view = {spaced.data(), 50, 40, 200};
  for (int32_t profile = YOLO_PROFILE_DARKNET;
       profile <= YOLO_PROFILE_TF1_LEGACY; ++profile) {
    CHECK(Packed(profile, other, 64, 96) ==
          Packed(profile, Picture(50, 40), 64, 96));
  }
}

TEST_CASE("every orientation packs the upright picture, bit by bit") {
  for (int32_t profile = YOLO_PROFILE_DARKNET;
       profile <= YOLO_PROFILE_TF1_LEGACY; ++profile) {
    for (const auto& sizes : kCases) {
      const int w = sizes[0], h = sizes[1], nw = sizes[2], nh = sizes[3];
      const Picture upright(w, h);
      const std::vector<float> want = Packed(profile, upright, nw, nh);
      for (int n = 2; n <= 8; ++n) {
        CAPTURE(profile);
        CAPTURE(w);
        CAPTURE(h);
        CAPTURE(n);
        const Picture stored = StoredAs(upright, n);
        CHECK(PackedFrame(profile, FrameOf(stored, n), nw, nh) == want);
      }
    }
  }
}

// Element of channel c of pixel (x, y), of any type, as a float.
float ElementOf(const InputTensor& t, size_t c, size_t x, size_t y) {
  const size_t pixel = y * t.width + x;
  size_t at = c * t.width * t.height + pixel;
  if (t.layout == Layout::kInterleaved) at = pixel * 3 + c;
  if (t.layout == Layout::kBlocked) at = pixel * t.block + c;
  if (t.type == DataType::kU8) return static_cast<const uint8_t*>(t.data)[at];
  if (t.type == DataType::kF32) return static_cast<const float*>(t.data)[at];
  const uint16_t bits = static_cast<const uint16_t*>(t.data)[at];
  if (t.type == DataType::kBf16) {
    return std::bit_cast<float>(uint32_t{bits} << 16);
  }
  // Of [0, 1]: no sign, no infinity.
  const int exponent = bits >> 10, fraction = bits & 1023;
  return exponent == 0
             ? std::ldexp(static_cast<float>(fraction), -24)
             : std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
}

TEST_CASE("every type and layout holds the picture and its border") {
  const Picture picture(100, 57);
  const int32_t profile = YOLO_PROFILE_ULTRALYTICS;
  for (const int n : {1, 6}) {
    const Picture stored = StoredAs(picture, n);
    const std::vector<float> want =
        PackedFrame(profile, FrameOf(stored, n), 96, 64);
    for (const DataType type :
         {DataType::kF32, DataType::kBf16, DataType::kF16, DataType::kU8}) {
      for (const Layout layout :
           {Layout::kPlanar, Layout::kInterleaved, Layout::kBlocked}) {
        CAPTURE(n);
        CAPTURE(static_cast<int>(type));
        CAPTURE(static_cast<int>(layout));
        const size_t channels = layout == Layout::kBlocked ? 16 : 3;
        std::vector<uint8_t> memory(channels * 96 * 64 * SizeOf(type), 0xA5);
        const InputTensor tensor = {memory.data(), type, layout,
                                    channels,      96,   64};
        Allocator allocator;
        ImageReader reader(Options(profile), &allocator);
        PackInto(&reader, profile, FrameOf(stored, n), tensor);
        const float scale = type == DataType::kU8 ? 255.0f : 1.0f;
        const float step = type == DataType::kU8     ? 0.5f
                           : type == DataType::kBf16 ? 1.0f / 512
                           : type == DataType::kF16  ? 1.0f / 4096
                                                     : 0.0f;
        float largest = 0;
        for (size_t c = 0; c < 3; ++c) {
          for (size_t y = 0; y < 64; ++y) {
            for (size_t x = 0; x < 96; ++x) {
              const float v = want[(c * 64 + y) * 96 + x] * scale;
              largest =
                  std::max(largest, std::abs(v - ElementOf(tensor, c, x, y)));
            }
          }
        }
        CHECK(largest <= step);
        if (layout != Layout::kBlocked) continue;
        for (size_t c = 3; c < 16; ++c) CHECK(ElementOf(tensor, c, 5, 9) == 0);
      }
    }
  }
}

TEST_CASE("a reader that has seen other pictures packs the same") {
  for (int32_t profile = YOLO_PROFILE_DARKNET;
       profile <= YOLO_PROFILE_TF1_LEGACY; ++profile) {
    CAPTURE(profile);
    Allocator allocator;
    ImageReader reader(Options(profile), &allocator);
    std::vector<float> out(3 * 96 * 64);
    for (const auto& [w, h, nw, nh] : kCases) {
      const Picture picture(w, h);
      if (nw != 96 || nh != 64) continue;
      PackInto(&reader, profile, FrameOf(picture, 1),
               {out.data(), DataType::kF32, Layout::kPlanar, 1, 96, 64});
      CHECK(out == Packed(profile, picture, nw, nh));
      PackInto(&reader, profile, FrameOf(picture, 8),
               {out.data(), DataType::kF32, Layout::kPlanar, 1, 96, 64});
      CHECK(out == PackedFrame(profile, FrameOf(picture, 8), nw, nh));
    }
  }
}

TEST_CASE("no memory is an error with the reason") {
  Allocator allocator(nullptr, nullptr, nullptr, 100);
  ImageReader reader(Options(YOLO_PROFILE_OPENCV), &allocator);
  const Picture picture(50, 40);
  std::vector<float> out(3 * 64 * 64);
  ImageInfo info;
  REQUIRE(reader.Open(FrameOf(picture, 1), &info).ok());
  ImageOutcome outcome;
  const Status status = reader.Pack(
      Place(YOLO_PROFILE_OPENCV, 50, 40, 64, 64),
      {out.data(), DataType::kF32, Layout::kPlanar, 1, 64, 64}, &outcome);
  CHECK(status.code() == YOLO_ERROR_LIMIT);
}

}  // namespace
}  // namespace yolo
