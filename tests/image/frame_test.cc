// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Camera frames: their planes, and what EXACT makes of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "image/image.h"
#include "image/read_picture.h"
#include "support/hash_picture.h"

namespace yolo {
namespace {

using testing::Bytes;
using testing::Contains;
using testing::HashByte;
using testing::PictureReader;

// A frame in pieces; chroma has half the columns and, or not, half the rows.
struct Yuv {
  Yuv(int width, int height, bool half_rows)
      : w(width),
        h(height),
        cw((width + 1) / 2),
        ch(half_rows ? (height + 1) / 2 : height) {
    const auto fill = [](Bytes* plane, int columns, int rows, uint32_t seed) {
      for (int i = 0; i < columns * rows; ++i) {
        plane->push_back(HashByte(static_cast<uint32_t>(i), 5, seed));
      }
    };
    fill(&y, w, h, 1);
    fill(&u, cw, ch, 2);
    fill(&v, cw, ch, 3);
  }

  int w, h, cw, ch;
  Bytes y, u, v;
};

Bytes Together(const Bytes& a, const Bytes& b, const Bytes& c = {}) {
  Bytes out = a;
  out.insert(out.end(), b.begin(), b.end());
  out.insert(out.end(), c.begin(), c.end());
  return out;
}

Bytes ByTurns(const Bytes& a, const Bytes& b) {
  Bytes out;
  for (size_t i = 0; i < a.size(); ++i) out.insert(out.end(), {a[i], b[i]});
  return out;
}

// YUYV, or UYVY; the luma that an odd width lacks repeats the last.
Bytes Packed422(const Yuv& f, bool luma_first) {
  Bytes out;
  for (int y = 0; y < f.h; ++y) {
    for (int x = 0; x < f.cw; ++x) {
      const uint8_t* row = &f.y[static_cast<size_t>(y * f.w)];
      const uint8_t y0 = row[2 * x], y1 = row[std::min(2 * x + 1, f.w - 1)];
      const auto at = static_cast<size_t>(y * f.cw + x);
      if (luma_first) {
        out.insert(out.end(), {y0, f.u[at], y1, f.v[at]});
      } else {
        out.insert(out.end(), {f.u[at], y0, f.v[at], y1});
      }
    }
  }
  return out;
}

yolo_image FrameOf(int32_t format, const Yuv& f, const Bytes& data) {
  yolo_image image = YOLO_IMAGE_INIT;
  image.format = format;
  image.data = data.data();
  image.size = data.size();
  image.width = static_cast<uint32_t>(f.w);
  image.height = static_cast<uint32_t>(f.h);
  return image;
}

uint8_t Clamp(int64_t v) {
  return static_cast<uint8_t>(std::clamp<int64_t>(v, 0, 255));
}

// OpenCV 4.6, cvtColor with COLOR_YUV2RGB_NV12 and its kin.
Bytes Definition(const Yuv& f) {
  Bytes rgb;
  const int rows = f.ch == f.h ? 1 : 2;
  for (int y = 0; y < f.h; ++y) {
    for (int x = 0; x < f.w; ++x) {
      const auto chroma = static_cast<size_t>(y / rows * f.cw + x / 2);
      const int64_t l =
          std::max(f.y[static_cast<size_t>(y * f.w + x)] - 16, 0) * 1220542;
      const int64_t u = f.u[chroma] - 128, v = f.v[chroma] - 128;
      const int64_t half = 1 << 19;
      rgb.push_back(Clamp((l + 1673527 * v + half) >> 20));
      rgb.push_back(Clamp((l - 409993 * u - 852492 * v + half) >> 20));
      rgb.push_back(Clamp((l + 2116026 * u + half) >> 20));
    }
  }
  return rgb;
}

constexpr int kSizes[][2] = {{64, 48}, {37, 21}, {1, 1}, {2, 3}, {130, 7}};

TEST_CASE("EXACT converts video as OpenCV does, in every format") {
  PictureReader reader;
  for (const auto& size : kSizes) {
    const int w = size[0], h = size[1];
    CAPTURE(w);
    const Yuv f420(w, h, true), f422(w, h, false);
    const auto check = [&](int32_t format, const Yuv& f, const Bytes& data) {
      CAPTURE(format);
      const Status status = reader.Read(FrameOf(format, f, data));
      REQUIRE_MESSAGE(status.ok(), status.message());
      CHECK(reader.rgb == Definition(f));
    };
    const Yuv& f = f420;
    check(YOLO_FORMAT_NV12, f, Together(f.y, ByTurns(f.u, f.v)));
    check(YOLO_FORMAT_NV21, f, Together(f.y, ByTurns(f.v, f.u)));
    check(YOLO_FORMAT_I420, f, Together(f.y, f.u, f.v));
    check(YOLO_FORMAT_YUYV, f422, Packed422(f422, true));
    check(YOLO_FORMAT_UYVY, f422, Packed422(f422, false));
  }
}

TEST_CASE("FAST gives the same bits whatever holds the frame") {
  ImageOptions options = testing::Exact();
  options.decode = YOLO_DECODE_FAST;
  PictureReader reader(options);
  const Yuv f(66, 35, true);
  const auto read = [&](const yolo_image& image) {
    const Status status = reader.Read(image);
    REQUIRE_MESSAGE(status.ok(), status.message());
    return reader.rgb;
  };
  const Bytes i420 = Together(f.y, f.u, f.v);
  const Bytes want = read(FrameOf(YOLO_FORMAT_I420, f, i420));
  const Bytes nv12 = Together(f.y, ByTurns(f.u, f.v));
  CHECK(read(FrameOf(YOLO_FORMAT_NV12, f, nv12)) == want);

  // Planes of their own, rows apart; nothing after the last row.
  const auto spread = [](const Bytes& plane, size_t row, size_t stride) {
    Bytes out;
    for (size_t at = 0; at < plane.size(); at += row) {
      out.resize(at / row * stride, 0xEE);
      out.insert(out.end(), plane.begin() + static_cast<ptrdiff_t>(at),
                 plane.begin() + static_cast<ptrdiff_t>(at + row));
    }
    out.shrink_to_fit();
    return out;
  };
  const Bytes y = spread(f.y, 66, 80), u = spread(f.u, 33, 40),
              v = spread(f.v, 33, 64), uv = spread(ByTurns(f.u, f.v), 66, 70);
  yolo_image apart = FrameOf(YOLO_FORMAT_I420, f, y);
  apart.stride = 80;
  apart.chroma[0] = u.data();
  apart.chroma[1] = v.data();
  apart.chroma_size[0] = u.size();
  apart.chroma_size[1] = v.size();
  apart.chroma_stride[0] = 40;
  apart.chroma_stride[1] = 64;
  CHECK(read(apart) == want);
  apart.format = YOLO_FORMAT_NV12;
  apart.chroma[0] = uv.data();
  apart.chroma_size[0] = uv.size();
  apart.chroma_stride[0] = 70;
  CHECK(read(apart) == want);

  // One block with a stride: that of chroma follows.
  const Bytes block = [&] {
    Bytes out = spread(f.y, 66, 72);
    out.resize(72 * 35, 0xEE);
    const Bytes more = spread(ByTurns(f.u, f.v), 66, 72);
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }();
  yolo_image strided = FrameOf(YOLO_FORMAT_NV12, f, block);
  strided.stride = 72;
  CHECK(read(strided) == want);
}

TEST_CASE("frames that do not fit are refused with the field and the numbers") {
  PictureReader reader;
  const Yuv f(10, 6, true);
  const Bytes nv12 = Together(f.y, ByTurns(f.u, f.v));
  const auto refusal = [&](const yolo_image& image) {
    const Status status = reader.Read(image);
    CHECK(status.code() == YOLO_ERROR_INVALID_ARGUMENT);
    return std::string(status.message());
  };
  yolo_image image = FrameOf(YOLO_FORMAT_NV12, f, nv12);
  image.size = 89;
  CHECK(refusal(image) ==
        "chroma is NULL and plane 1 begins at byte 60 of data, where "
        "chroma_size[0] is 29 bytes; height 6 with chroma_stride[0] 10 needs "
        "30");
  image.size = 40;
  CHECK(refusal(image) == "size is 40 bytes; height 6 with stride 10 needs 60");
  image = FrameOf(YOLO_FORMAT_NV12, f, nv12);
  image.chroma[0] = nv12.data() + 60;
  image.chroma_size[0] = 29;
  CHECK(refusal(image) ==
        "chroma_size[0] is 29 bytes; height 6 with chroma_stride[0] 10 needs "
        "30");
  image.chroma_size[0] = 30;
  CHECK(reader.Read(image).ok());
  image.chroma_stride[0] = 9;
  CHECK(refusal(image) ==
        "chroma_stride[0] is 9 bytes; a NV12 row of width 10 needs 10");
  image.format = YOLO_FORMAT_I420;
  image.chroma_stride[0] = 0;
  CHECK(refusal(image) == "chroma[1] is NULL; I420 has 3 planes");
  image = FrameOf(YOLO_FORMAT_NV12, f, nv12);
  image.yuv_standard = 4;
  CHECK(refusal(image) == "yuv_standard is 4, not a YOLO_YUV_");
  image.yuv_standard = -1;
  refusal(image);
}

}  // namespace
}  // namespace yolo
