// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/pack.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

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

std::vector<uint16_t> ToBf16(const std::vector<float>& values) {
  std::vector<uint16_t> out;
  for (const float v : values) {
    const auto bits = std::bit_cast<uint32_t>(v);
    const uint32_t rest = bits & 0xFFFF;
    const bool up = rest > 0x8000 || (rest == 0x8000 && (bits >> 16 & 1));
    out.push_back(static_cast<uint16_t>((bits >> 16) + up));
  }
  return out;
}

// What Pack makes of a picture, in both types; they must agree.
std::vector<float> Packed(int32_t profile, const Picture& picture, int w,
                          int h) {
  Allocator allocator;
  Packer packer(profile, &allocator);
  const Placement p =
      Place(profile, picture.view.width, picture.view.height, w, h);
  const size_t size = 3 * static_cast<size_t>(w) * static_cast<size_t>(h);
  std::vector<float> floats(size, -1);
  std::vector<uint16_t> halves(size, 0xFFFF);
  REQUIRE(packer.Pack(picture.view, p, {floats.data(), false, w, h}).ok());
  REQUIRE(packer.Pack(picture.view, p, {halves.data(), true, w, h}).ok());
  CHECK(halves == ToBf16(floats));
  return floats;
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
    for (const auto& [w, h, nw, nh] : kCases) {
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
    for (const auto& [w, h, nw, nh] : kCases) {
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

TEST_CASE("a packer that has seen other pictures packs the same") {
  for (int32_t profile = YOLO_PROFILE_DARKNET;
       profile <= YOLO_PROFILE_TF1_LEGACY; ++profile) {
    CAPTURE(profile);
    Allocator allocator;
    Packer packer(profile, &allocator);
    std::vector<float> out(3 * 96 * 64);
    uint64_t held = 0;
    for (const auto& [w, h, nw, nh] : kCases) {
      if (nw != 96 || nh != 64) continue;
      const Picture picture(w, h);
      const Placement p = Place(profile, w, h, nw, nh);
      REQUIRE(packer.Pack(picture.view, p, {out.data(), false, nw, nh}).ok());
      CHECK(out == Packed(profile, picture, nw, nh));
      if (held != 0) CHECK(allocator.bytes_held() == held);
      held = allocator.bytes_held();
    }
  }
}

TEST_CASE("a smaller version of the picture fills the same placement") {
  const Picture full(200, 100), half(100, 50);
  for (int32_t profile = YOLO_PROFILE_DARKNET;
       profile <= YOLO_PROFILE_TF1_LEGACY; ++profile) {
    CAPTURE(profile);
    Allocator allocator;
    Packer packer(profile, &allocator);
    std::vector<float> out(3 * 64 * 64);
    const Placement p = Place(profile, 200, 100, 64, 64);
    REQUIRE(packer.Pack(half.view, p, {out.data(), false, 64, 64}).ok());
    CHECK(out == Packed(profile, half, 64, 64));
  }
}

TEST_CASE("no memory is an error with the reason") {
  Allocator allocator(nullptr, nullptr, nullptr, 100);
  Packer packer(YOLO_PROFILE_OPENCV, &allocator);
  const Picture picture(50, 40);
  std::vector<float> out(3 * 64 * 64);
  const Status status =
      packer.Pack(picture.view, Place(YOLO_PROFILE_OPENCV, 50, 40, 64, 64),
                  {out.data(), false, 64, 64});
  CHECK(status.code() == YOLO_ERROR_LIMIT);
}

}  // namespace
}  // namespace yolo
