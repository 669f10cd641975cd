// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// YOLO_DECODE_FAST against its definition: every component resized from its own
// resolution, colours computed last.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "image/image.h"
#include "image/jpeg_writer.h"
#include "image/read_picture.h"
#include "image/stored_place.h"
#include "support/for_each_target.h"
#include "support/hash_picture.h"

namespace yolo {
namespace {

using testing::Bytes;
using testing::Contains;
using testing::ForEachTarget;
using testing::HashByte;
using testing::JpegSpec;
using testing::SmoothRgb;
using testing::WriteJpeg;

// One component, stored.
struct Samples {
  int w = 0, h = 0;
  double expand_x = 1, expand_y = 1;  // pixels a sample
  Bytes data;

  int at(int x, int y) const {
    return data[static_cast<size_t>(std::min(y, h - 1) * w +
                                    std::min(x, w - 1))];
  }
};

Samples Hashed(int w, int h, int expand_x, int expand_y, uint32_t seed) {
  Samples s;
  s.w = (w + expand_x - 1) / expand_x;
  s.h = (h + expand_y - 1) / expand_y;
  s.expand_x = expand_x;
  s.expand_y = expand_y;
  for (int y = 0; y < s.h; ++y) {
    for (int x = 0; x < s.w; ++x) {
      s.data.push_back(HashByte(static_cast<uint32_t>(x / 3),
                                static_cast<uint32_t>(y / 2), seed));
    }
  }
  return s;
}

// The mean of boxes of kx x ky samples, rounded half up; at the right and
// bottom edges the last sample stands for those that are not there.
Samples Shrunk(const Samples& in, int kx, int ky) {
  Samples out;
  out.w = (in.w + kx - 1) / kx;
  out.h = (in.h + ky - 1) / ky;
  out.expand_x = in.expand_x * kx;
  out.expand_y = in.expand_y * ky;
  for (int y = 0; y < out.h; ++y) {
    for (int x = 0; x < out.w; ++x) {
      int sum = 0;
      for (int i = 0; i < kx * ky; ++i) {
        sum += in.at(x * kx + i % kx, y * ky + i / kx);
      }
      out.data.push_back(
          static_cast<uint8_t>((2 * sum + kx * ky) / (2 * kx * ky)));
    }
  }
  return out;
}

// Position of network pixel i in the upright picture.
double PositionIn(int32_t profile, int i, int from, int to) {
  switch (profile) {
    case YOLO_PROFILE_TF1_LEGACY:
      return static_cast<double>(i) * from / to;
    case YOLO_PROFILE_OPENCV:
    case YOLO_PROFILE_ULTRALYTICS:
      return (i + 0.5) * from / to - 0.5;
    default:
      return to == 1 ? 0 : static_cast<double>(i) * (from - 1) / (to - 1);
  }
}

struct Tap {
  int low, high;
  double share;
};

Tap TapAt(double position, double expand, int samples) {
  const double s =
      std::clamp((position + 0.5) / expand - 0.5, 0.0, samples - 1.0);
  const int low = static_cast<int>(s);
  return {low, std::min(low + 1, samples - 1), s - low};
}

// Of 15 bits, at fractional stored position (x, y) of the picture.
int Sample(const Samples& s, double x, double y) {
  const Tap v = TapAt(y, s.expand_y, s.h), u = TapAt(x, s.expand_x, s.w);
  const int weight = static_cast<int>(std::lround(v.share * 128));
  const auto column = [&](int i) {
    return ((128 - weight) * s.at(i, v.low) + weight * s.at(i, v.high) + 64) >>
           7;
  };
  const int t = static_cast<int>(std::lround(u.share * 128));
  const int l = column(u.low), r = column(u.high);
  return 128 * l + (r - l) * t;
}

struct Rgb {
  float v[3];
};

float Clamp(float v) { return std::min(std::max(v, 0.0f), 1.0f); }

// kr, kb: what red and blue count for in luma.
Rgb FromYuv(const int samples[3], double kr, double kb, bool limited) {
  const double kg = 1 - kr - kb, step = 1.0 / 32640;
  const double luma = limited ? step * 255 / 219 : step;
  const double chroma = limited ? step * 255 / 224 : step;
  const float black = limited ? 2048.0f : 0.0f;
  const float l =
      (static_cast<float>(samples[0]) - black) * static_cast<float>(luma);
  const float u = static_cast<float>(samples[1]) - 16384;
  const float v = static_cast<float>(samples[2]) - 16384;
  const auto coefficient = [&](double c) {
    return static_cast<float>(c * chroma);
  };
  return {{Clamp(l + v * coefficient(2 * (1 - kr))),
           Clamp((l + u * coefficient(-2 * (1 - kb) * kb / kg)) +
                 v * coefficient(-2 * (1 - kr) * kr / kg)),
           Clamp(l + u * coefficient(2 * (1 - kb)))}};
}

Rgb FromSamples(const int s[3]) {
  Rgb out;
  for (int c = 0; c < 3; ++c) {
    out.v[c] = Clamp(static_cast<float>(s[c]) * (1.0f / 32640));
  }
  return out;
}

struct Case {
  int32_t profile;
  int w, h;    // stored
  int nw, nh;  // of the network
  int orientation;
};

// The whole network input, planar.
template <class Colour>
std::vector<float> Definition(const Case& k, const Samples (&components)[3],
                              const Colour& colour) {
  const bool sideways = k.orientation >= 5;
  const int w = sideways ? k.h : k.w, h = sideways ? k.w : k.h;
  const Placement p = Place(k.profile, w, h, k.nw, k.nh);
  const bool grey = k.profile != YOLO_PROFILE_ULTRALYTICS;
  std::vector<float> out(static_cast<size_t>(3 * k.nw * k.nh),
                         grey ? 0.5f : 114.0f / 255.0f);
  for (int y = 0; y < p.h; ++y) {
    for (int x = 0; x < p.w; ++x) {
      const double upright_x = PositionIn(k.profile, x, w, p.w);
      const double upright_y = PositionIn(k.profile, y, h, p.h);
      const bool mirror_x = k.orientation == 2 || k.orientation == 3 ||
                            k.orientation == 6 || k.orientation == 7;
      const bool mirror_y = k.orientation == 3 || k.orientation == 4 ||
                            k.orientation == 7 || k.orientation == 8;
      double sx = mirror_x ? w - 1 - upright_x : upright_x;
      double sy = mirror_y ? h - 1 - upright_y : upright_y;
      if (sideways) std::swap(sx, sy);
      int samples[3];
      for (int c = 0; c < 3; ++c) samples[c] = Sample(components[c], sx, sy);
      const Rgb rgb = colour(samples);
      for (int c = 0; c < 3; ++c) {
        out[static_cast<size_t>((c * k.nh + p.y + y) * k.nw + p.x + x)] =
            rgb.v[c];
      }
    }
  }
  return out;
}

std::vector<float> Packed(const Case& k, const yolo_image& image) {
  ImageOptions options = testing::Exact();
  options.decode = YOLO_DECODE_FAST;
  options.profile = k.profile;
  Allocator allocator;
  ImageReader reader(options, &allocator);
  ImageInfo info;
  const Status opened = reader.Open(image, &info);
  REQUIRE_MESSAGE(opened.ok(), opened.message());
  std::vector<float> out(static_cast<size_t>(3 * k.nw * k.nh), -1);
  ImageOutcome outcome;
  REQUIRE(reader
              .Pack(Place(k.profile, info.width, info.height, k.nw, k.nh),
                    {out.data(), DataType::kF32, Layout::kPlanar, 1,
                     static_cast<size_t>(k.nw), static_cast<size_t>(k.nh)},
                    &outcome)
              .ok());
  return out;
}

yolo_image FrameOf(const Case& k, int32_t format, const Bytes& data) {
  yolo_image image = YOLO_IMAGE_INIT;
  image.format = format;
  image.data = data.data();
  image.size = data.size();
  image.width = static_cast<uint32_t>(k.w);
  image.height = static_cast<uint32_t>(k.h);
  image.orientation = static_cast<uint32_t>(k.orientation);
  return image;
}

// No shrinking: less than twice the network's input in both directions.
constexpr int kSizes[][4] = {
    {64, 48, 96, 64},  {97, 31, 64, 32},  {1, 1, 32, 32},   {1, 60, 32, 64},
    {60, 1, 64, 32},   {2, 2, 32, 32},    {96, 64, 96, 64}, {150, 93, 96, 64},
    {33, 127, 64, 96}, {191, 127, 96, 64}};

template <class Body>
void ForEachCase(const Body& body) {
  for (int32_t profile = YOLO_PROFILE_DARKNET;
       profile <= YOLO_PROFILE_TF1_LEGACY; ++profile) {
    for (const auto& size : kSizes) {
      const int w = size[0], h = size[1], nw = size[2], nh = size[3];
      for (int n = 1; n <= 8; ++n) {
        // Letterboxes of long pictures shrink them in one direction.
        const Case k = {profile, w, h, nw, nh, n};
        CAPTURE(profile);
        CAPTURE(w);
        CAPTURE(h);
        CAPTURE(n);
        body(k);
      }
    }
  }
}

// By how much the picture of a case is shrunk first, along a stored axis.
int Factor(int pixels, int needed) {
  int factor = 8;
  while (factor > 1 && (pixels + factor - 1) / factor < needed) factor /= 2;
  return factor;
}

void ShrinkAll(const Case& k, Samples (*components)[3]) {
  const bool sideways = k.orientation >= 5;
  const Placement p =
      Place(k.profile, sideways ? k.h : k.w, sideways ? k.w : k.h, k.nw, k.nh);
  const int kx = Factor(k.w, sideways ? p.h : p.w);
  const int ky = Factor(k.h, sideways ? p.w : p.h);
  for (Samples& s : *components) {
    s = Shrunk(s, std::max(1, kx / static_cast<int>(s.expand_x)),
               std::max(1, ky / static_cast<int>(s.expand_y)));
  }
}

TEST_CASE("RGB frames equal the definition, every way up") {
  ForEachTarget([](const char* target) {
    CAPTURE(target);
    ForEachCase([](const Case& k) {
      Samples components[3];
      for (uint32_t c = 0; c < 3; ++c) {
        components[c] = Hashed(k.w, k.h, 1, 1, c);
      }
      Bytes packed;
      for (size_t i = 0; i < components[0].data.size(); ++i) {
        for (const Samples& s : components) packed.push_back(s.data[i]);
      }
      ShrinkAll(k, &components);
      CHECK(Packed(k, FrameOf(k, YOLO_FORMAT_RGB, packed)) ==
            Definition(k, components, FromSamples));
    });
  });
}

TEST_CASE("large frames are averaged before they are resized") {
  ForEachTarget([](const char* target) {
    CAPTURE(target);
    constexpr int kLarge[][4] = {{400, 300, 96, 64},
                                 {1000, 130, 96, 64},
                                 {193, 129, 96, 64},
                                 {770, 515, 96, 64},
                                 {65, 900, 64, 64}};
    for (const auto& size : kLarge) {
      const int w = size[0], h = size[1], nw = size[2], nh = size[3];
      for (const int n : {1, 3, 6}) {
        CAPTURE(w);
        CAPTURE(n);
        const Case k = {YOLO_PROFILE_OPENCV, w, h, nw, nh, n};
        Samples components[3] = {Hashed(w, h, 1, 1, 7), Hashed(w, h, 2, 2, 8),
                                 Hashed(w, h, 2, 2, 9)};
        Bytes i420;
        for (const Samples& s : components) {
          i420.insert(i420.end(), s.data.begin(), s.data.end());
        }
        ShrinkAll(k, &components);
        CHECK(Packed(k, FrameOf(k, YOLO_FORMAT_I420, i420)) ==
              Definition(k, components, [](const int s[3]) {
                return FromYuv(s, 0.299, 0.114, true);
              }));
      }
    }
  });
}

TEST_CASE("I420 frames of every YUV standard equal the definition") {
  ForEachCase([](const Case& k) {
    Samples components[3] = {Hashed(k.w, k.h, 1, 1, 1),
                             Hashed(k.w, k.h, 2, 2, 2),
                             Hashed(k.w, k.h, 2, 2, 3)};
    Bytes i420;
    for (const Samples& s : components) {
      i420.insert(i420.end(), s.data.begin(), s.data.end());
    }
    ShrinkAll(k, &components);
    yolo_image image = FrameOf(k, YOLO_FORMAT_I420, i420);
    for (int32_t standard = 0; standard < 4; ++standard) {
      CAPTURE(standard);
      image.yuv_standard = standard;
      const double kr = standard < 2 ? 0.299 : 0.2126;
      const double kb = standard < 2 ? 0.114 : 0.0722;
      CHECK(Packed(k, image) == Definition(k, components, [&](const int s[3]) {
              return FromYuv(s, kr, kb, standard % 2 == 0);
            }));
    }
  });
}

// The planes that libjpeg leaves, as one I420 block.
Bytes ReadJpegPlanes(const Bytes& file) {
  jpeg_decompress_struct cinfo = {};
  jpeg_error_mgr errors;
  cinfo.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&cinfo);
  jpeg_mem_src(&cinfo, file.data(), file.size());
  jpeg_read_header(&cinfo, TRUE);
  cinfo.raw_data_out = TRUE;
  jpeg_start_decompress(&cinfo);
  std::vector<Bytes> rows[3];
  while (cinfo.output_scanline < cinfo.output_height) {
    JSAMPROW pointers[3][16];
    JSAMPARRAY planes[3] = {pointers[0], pointers[1], pointers[2]};
    for (int c = 0; c < 3; ++c) {
      const jpeg_component_info& info = cinfo.comp_info[c];
      const int count = info.v_samp_factor * DCTSIZE;
      rows[c].resize(rows[c].size() + static_cast<size_t>(count),
                     Bytes(info.width_in_blocks * DCTSIZE));
    }
    for (int c = 0; c < 3; ++c) {
      const int count = cinfo.comp_info[c].v_samp_factor * DCTSIZE;
      for (int i = 0; i < count; ++i) {
        pointers[c][i] = rows[c][rows[c].size() - static_cast<size_t>(count) +
                                 static_cast<size_t>(i)]
                             .data();
      }
    }
    jpeg_read_raw_data(&cinfo, planes, 16);
  }
  Bytes i420;
  for (int c = 0; c < 3; ++c) {
    const jpeg_component_info& info = cinfo.comp_info[c];
    for (JDIMENSION y = 0; y < info.downsampled_height; ++y) {
      i420.insert(i420.end(), rows[c][y].begin(),
                  rows[c][y].begin() + info.downsampled_width);
    }
  }
  jpeg_destroy_decompress(&cinfo);
  return i420;
}

TEST_CASE("a JPEG packs as the frame of its planes does") {
  for (const auto& size : {std::pair{120, 90}, {101, 67}, {75, 120}}) {
    const int w = size.first, h = size.second;
    for (const bool progressive : {false, true}) {
      CAPTURE(w);
      CAPTURE(progressive);
      JpegSpec spec;
      spec.width = w;
      spec.height = h;
      spec.progressive = progressive;
      const Bytes file = WriteJpeg(spec, SmoothRgb(w, h));
      const Bytes planes = ReadJpegPlanes(file);
      const Case k = {YOLO_PROFILE_DARKNET, w, h, 96, 64, 1};
      yolo_image frame = FrameOf(k, YOLO_FORMAT_I420, planes);
      frame.yuv_standard = YOLO_YUV_BT601_FULL;
      CHECK(Packed(k, testing::JpegOf(file)) == Packed(k, frame));
    }
  }
}

float LargestDifference(const std::vector<float>& a,
                        const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  float largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

TEST_CASE("every sampling, colour model and scale stays near EXACT") {
  for (const auto& sampling :
       {std::pair{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1}}) {
    const int h = sampling.first, v = sampling.second;
    for (const J_COLOR_SPACE space :
         {JCS_YCbCr, JCS_RGB, JCS_GRAYSCALE, JCS_CMYK, JCS_YCCK}) {
      for (const int scale : {1, 2, 4, 8}) {
        CAPTURE(h);
        CAPTURE(v);
        CAPTURE(static_cast<int>(space));
        CAPTURE(scale);
        const bool ink = space == JCS_CMYK || space == JCS_YCCK;
        JpegSpec spec;
        spec.h = h;
        spec.v = v;
        spec.file = space;
        spec.in = ink                      ? JCS_CMYK
                  : space == JCS_GRAYSCALE ? JCS_GRAYSCALE
                                           : JCS_RGB;
        spec.width = 120 * scale + 3;
        spec.height = 90 * scale + 1;
        Bytes pixels = SmoothRgb(spec.width, spec.height);
        if (ink) pixels = testing::ToCmyk(pixels, 220);
        if (space == JCS_GRAYSCALE) {
          pixels.resize(static_cast<size_t>(spec.width * spec.height));
          for (size_t i = 0; i < pixels.size(); ++i) {
            pixels[i] =
                static_cast<uint8_t>(i % static_cast<size_t>(spec.width) / 5);
          }
        }
        const Bytes file = WriteJpeg(spec, pixels);
        const Case k = {
            YOLO_PROFILE_OPENCV, spec.width, spec.height, 96, 64, 1};
        ImageOptions options = testing::Exact();
        options.profile = k.profile;
        Allocator allocator;
        ImageReader exact(options, &allocator);
        ImageInfo info;
        REQUIRE(exact.Open(testing::JpegOf(file), &info).ok());
        std::vector<float> want(3 * 96 * 64);
        ImageOutcome outcome;
        REQUIRE(
            exact
                .Pack(Place(k.profile, info.width, info.height, 96, 64),
                      {want.data(), DataType::kF32, Layout::kPlanar, 1, 96, 64},
                      &outcome)
                .ok());
        CHECK(LargestDifference(want, Packed(k, testing::JpegOf(file))) <
              0.05f);
      }
    }
  }
}

}  // namespace
}  // namespace yolo
