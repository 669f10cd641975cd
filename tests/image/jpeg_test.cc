// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/jpeg.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "image/jpeg_writer.h"
#include "image/read_picture.h"

namespace yolo {
namespace {

using testing::Bytes;
using testing::Contains;
using testing::Exact;
using testing::JpegSpec;
using testing::PictureReader;
using testing::ReadJpegPlainly;
using testing::SmoothRgb;
using testing::ToCmyk;
using testing::WriteJpeg;

int LargestDifference(const Bytes& a, const Bytes& b) {
  if (a.size() != b.size()) return 256;
  int largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(int{a[i]} - int{b[i]}));
  }
  return largest;
}

// Where the first segment with this marker begins; the file's size if none.
size_t FindSegment(const Bytes& file, uint8_t marker) {
  size_t at = 2;
  while (at + 4 <= file.size() && file[at] == 0xFF && file[at + 1] != marker) {
    at += 2 + (size_t{file[at + 2]} << 8 | file[at + 3]);
  }
  return at + 4 <= file.size() && file[at] == 0xFF ? at : file.size();
}

Bytes WithoutSegments(Bytes file, uint8_t marker) {
  for (size_t at = FindSegment(file, marker); at < file.size();
       at = FindSegment(file, marker)) {
    const size_t size = 2 + (size_t{file[at + 2]} << 8 | file[at + 3]);
    file.erase(file.begin() + static_cast<ptrdiff_t>(at),
               file.begin() + static_cast<ptrdiff_t>(at + size));
  }
  return file;
}

// Overwrites the frame's size.
Bytes WithSize(Bytes file, int width, int height) {
  const size_t at = FindSegment(file, 0xC0);
  REQUIRE(at < file.size());
  file[at + 5] = static_cast<uint8_t>(height >> 8);
  file[at + 6] = static_cast<uint8_t>(height);
  file[at + 7] = static_cast<uint8_t>(width >> 8);
  file[at + 8] = static_cast<uint8_t>(width);
  return file;
}

TEST_CASE("every sampling and coding decodes to what plain libjpeg reads") {
  PictureReader f;
  const int kSamplings[][2] = {{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1},
                               {1, 4}, {4, 2}, {2, 4}, {3, 1}, {3, 2}};
  const int kSizes[][2] = {{64, 48}, {1, 1}, {7, 9}, {33, 17}, {161, 5}};
  for (const auto& sampling : kSamplings) {
    const int h = sampling[0], v = sampling[1];
    for (const auto& size : kSizes) {
      const int width = size[0], height = size[1];
      for (int coding = 0; coding < 4; ++coding) {
        CAPTURE(h);
        CAPTURE(v);
        CAPTURE(width);
        CAPTURE(coding);
        JpegSpec spec;
        spec.h = h;
        spec.v = v;
        spec.width = width;
        spec.height = height;
        spec.progressive = (coding & 1) != 0;
        spec.arithmetic = (coding & 2) != 0;
        spec.restart_interval = width == 33 ? 2 : 0;
        const Bytes rgb = SmoothRgb(width, height);
        const Bytes file = WriteJpeg(spec, rgb);
        const Status status = f.Read(file);
        REQUIRE_MESSAGE(status.ok(), status.message());
        CHECK(f.rgb == ReadJpegPlainly(file));
        CHECK_FALSE(f.outcome.truncated);
        CHECK(f.info.width == width);
        CHECK(f.info.height == height);
        if (width == 64) CHECK(LargestDifference(f.rgb, rgb) < 16);
      }
    }
  }
}

TEST_CASE("grey and RGB files become RGB") {
  PictureReader f;
  JpegSpec grey;
  grey.in = grey.file = JCS_GRAYSCALE;
  const Bytes samples(static_cast<size_t>(grey.width * grey.height), 77);
  REQUIRE(f.Read(WriteJpeg(grey, samples)).ok());
  CHECK(f.rgb == Bytes(samples.size() * 3, 77));

  JpegSpec rgb;
  rgb.file = JCS_RGB;
  rgb.h = rgb.v = 1;
  const Bytes colours = SmoothRgb(rgb.width, rgb.height);
  REQUIRE(f.Read(WriteJpeg(rgb, colours)).ok());
  CHECK(LargestDifference(f.rgb, colours) <= 6);
}

TEST_CASE("inverted CMYK and YCCK become ink times black, rounded") {
  PictureReader f;
  for (const J_COLOR_SPACE space : {JCS_CMYK, JCS_YCCK}) {
    for (const bool adobe : {true, false}) {
      // Without the marker, YCCK cannot be told from CMYK.
      if (space == JCS_YCCK && !adobe) continue;
      JpegSpec spec;
      spec.in = JCS_CMYK;
      spec.file = space;
      spec.adobe = adobe;
      const Bytes rgb = SmoothRgb(spec.width, spec.height);
      const Bytes file = WriteJpeg(spec, ToCmyk(rgb, 200));
      const Bytes cmyk = ReadJpegPlainly(file, JCS_CMYK);
      Bytes want;
      for (size_t i = 0; i < cmyk.size(); i += 4) {
        for (size_t c = 0; c < 3; ++c) {
          want.push_back(static_cast<uint8_t>(
              std::lround(cmyk[i + c] * cmyk[i + 3] / 255.0)));
        }
      }
      REQUIRE(f.Read(file).ok());
      CHECK(f.rgb == want);
      for (size_t i = 0; i < rgb.size(); ++i) {
        REQUIRE(std::abs(want[i] - rgb[i] * 200 / 255) < 16);
      }
    }
  }
}

TEST_CASE("an image never sees the tables of the one before it") {
  JpegSpec spec;
  const Bytes rgb = SmoothRgb(spec.width, spec.height);
  const Bytes whole = WriteJpeg(spec, rgb);
  JpegSpec other;
  other.quality = 10;
  other.progressive = true;  // with Huffman tables made for it
  const Bytes progressive = WriteJpeg(other, rgb);

  PictureReader f;
  REQUIRE(f.Read(progressive).ok());
  // Motion JPEG: the standard's Huffman tables are implied.
  REQUIRE(f.Read(WithoutSegments(whole, 0xC4)).ok());
  CHECK(f.rgb == ReadJpegPlainly(whole));

  REQUIRE(f.Read(progressive).ok());
  const Status status = f.Read(WithoutSegments(whole, 0xDB));
  CHECK(status.code() == YOLO_ERROR_BAD_IMAGE);
  CHECK(Contains(status, "uantization table"));
}

// The rows that the cut file still holds, then grey.
void CheckCut(PictureReader* f, const Bytes& whole, const Bytes& cut) {
  const Status status = f->Read(cut);
  if (!status.ok()) {
    CHECK(status.code() == YOLO_ERROR_BAD_IMAGE);
    CHECK(Contains(status, std::to_string(cut.size()).c_str()));
    return;
  }
  CHECK(f->outcome.truncated);
  const Bytes& pixels = f->rgb;
  const auto row = static_cast<ptrdiff_t>(f->info.width * 3);
  CHECK(std::equal(pixels.begin(), pixels.begin() + row, whole.begin()));
  CHECK(std::all_of(pixels.end() - row, pixels.end(),
                    [](uint8_t v) { return v == 128; }));
}

TEST_CASE("a baseline file cut anywhere gives its rows and grey, or an error") {
  PictureReader f;
  JpegSpec spec;
  spec.h = spec.v = 1;  // rows of 8 pixels; nothing blends across them
  spec.width = 100;
  spec.height = 160;
  for (const int restart : {0, 5}) {
    spec.restart_interval = restart;
    const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
    const Bytes whole = ReadJpegPlainly(file);
    REQUIRE(f.Read(file).ok());
    CHECK_FALSE(f.outcome.truncated);
    const size_t header = FindSegment(file, 0xDA);
    REQUIRE(header < file.size());
    int num_decoded = 0;
    for (size_t i = 0; i < 16; ++i) {
      CAPTURE(i);
      const Bytes cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(
                                                       file.size() * i / 16));
      CheckCut(&f, whole, cut);
      // Two of the 20 rows of blocks need far less than a third of the data.
      const bool enough = cut.size() > header + (file.size() - header) / 3;
      if (enough) CHECK(f.Read(cut).ok());
      if (cut.size() <= header) CHECK_FALSE(f.Read(cut).ok());
      num_decoded += f.Read(cut).ok();
    }
    CHECK(num_decoded >= 8);
    // An end-of-image marker in the wrong place is an early end as well.
    Bytes ended(file.begin(),
                file.begin() + static_cast<ptrdiff_t>(file.size() / 2));
    ended.insert(ended.end(), {0xFF, 0xD9});
    REQUIRE(f.Read(ended).ok());
    CHECK(f.outcome.truncated);
  }
}

TEST_CASE("progressive and arithmetic files cut anywhere never crash") {
  PictureReader f;
  for (int coding = 1; coding < 4; ++coding) {
    JpegSpec spec;
    spec.width = 100;
    spec.height = 160;
    spec.progressive = (coding & 1) != 0;
    spec.arithmetic = (coding & 2) != 0;
    const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
    const size_t header = FindSegment(file, 0xDA);
    for (size_t size = 0; size < file.size() - 2; size += 7) {
      CAPTURE(coding);
      CAPTURE(size);
      const Status status = f.Read(
          Bytes(file.begin(), file.begin() + static_cast<ptrdiff_t>(size)));
      if (size <= header) CHECK(status.code() == YOLO_ERROR_BAD_IMAGE);
      if (size > header + (file.size() - header) / 2) {
        CHECK(status.ok());
        CHECK(f.outcome.truncated);
      }
    }
  }
}

TEST_CASE("bytes after the end of the image do not matter") {
  PictureReader f;
  const JpegSpec spec;
  Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
  const Bytes want = ReadJpegPlainly(file);
  file.insert(file.end(), 1000, 0xFF);
  REQUIRE(f.Read(file).ok());
  CHECK(f.rgb == want);
  CHECK_FALSE(f.outcome.truncated);
}

TEST_CASE("broken bytes inside decode as libjpeg decodes them") {
  PictureReader f;
  JpegSpec spec;
  spec.width = spec.height = 128;
  const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
  const size_t header = FindSegment(file, 0xDA) + 14;
  for (size_t at = header; at + 2 < file.size(); at += 11) {
    CAPTURE(at);
    Bytes broken = file;
    broken[at] ^= 0x55;
    if (broken[at] == 0xFF) continue;  // a marker: may end the picture
    const Status status = f.Read(broken);
    if (status.ok()) CHECK(f.rgb == ReadJpegPlainly(broken));
  }
}

TEST_CASE("whatever is broken, what came before does not show in the pixels") {
  // Fresh memory full of rubbish, another rubbish each time.
  Allocator rubbish(
      [](void*, size_t size, size_t alignment) -> void* {
        static int value = 0;
        void* memory = std::aligned_alloc(alignment, AlignUp(size));
        return std::memset(memory, value += 37, size);
      },
      [](void*, void* memory, size_t) { std::free(memory); }, nullptr, 0);
  PictureReader used;
  for (int coding = 0; coding < 4; ++coding) {
    JpegSpec spec;
    spec.width = 90;
    spec.height = 70;
    spec.progressive = (coding & 1) != 0;
    spec.arithmetic = (coding & 2) != 0;
    spec.restart_interval = 4;
    const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
    for (size_t at = 2; at < file.size(); at += 3) {
      CAPTURE(coding);
      CAPTURE(at);
      Bytes broken = file;
      broken[at] ^= static_cast<uint8_t>(1 + at % 255);
      PictureReader fresh(Exact(), &rubbish);
      const Status first = fresh.Read(broken);
      const Status status = used.Read(broken);
      REQUIRE(status.code() == first.code());
      if (!status.ok()) continue;
      CHECK(used.outcome.truncated == fresh.outcome.truncated);
      CHECK(used.rgb == fresh.rgb);
    }
  }
}

TEST_CASE("what is not an image is refused in libjpeg's words") {
  PictureReader f;
  CHECK(f.Read(Bytes()).code() == YOLO_ERROR_BAD_IMAGE);
  CHECK(Contains(f.Read(Bytes()), "0 bytes"));
  const Status png = f.Read({0x89, 'P', 'N', 'G'});
  CHECK(png.code() == YOLO_ERROR_BAD_IMAGE);
  CHECK(Contains(png, "Not a JPEG file: starts with 0x89 0x50"));
}

TEST_CASE("12-bit and lossless files are unsupported and say why") {
  PictureReader f;
  const JpegSpec spec;
  const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
  const size_t frame = FindSegment(file, 0xC0);
  REQUIRE(frame < file.size());

  Bytes twelve = file;
  twelve[frame + 4] = 12;
  CHECK(f.Read(twelve).code() == YOLO_ERROR_UNSUPPORTED_IMAGE);
  CHECK(Contains(f.Read(twelve), "12-bit"));

  Bytes absurd = file;
  absurd[frame + 4] = 191;
  CHECK(f.Read(absurd).code() == YOLO_ERROR_BAD_IMAGE);

  // Three components become two, in the frame and in the scan.
  Bytes two = file;
  const size_t scan = FindSegment(file, 0xDA);
  two[scan + 3] = 10;
  two[scan + 4] = two[frame + 9] = 2;
  two[frame + 3] = 14;
  two.erase(two.begin() + static_cast<ptrdiff_t>(scan + 9),
            two.begin() + static_cast<ptrdiff_t>(scan + 11));
  two.erase(two.begin() + static_cast<ptrdiff_t>(frame + 16),
            two.begin() + static_cast<ptrdiff_t>(frame + 19));
  CHECK(f.Read(two).code() == YOLO_ERROR_UNSUPPORTED_IMAGE);
  CHECK(Contains(f.Read(two), "2 components"));

  Bytes uneven = file;
  uneven[frame + 11] = 0x31;
  uneven[frame + 14] = 0x21;
  CHECK(f.Read(uneven).code() == YOLO_ERROR_UNSUPPORTED_IMAGE);
  CHECK(Contains(f.Read(uneven),
                 "component 1 is sampled 2 x 1, which does not divide 3 x 1"));

  Bytes lossless = file;
  lossless[frame + 1] = 0xC3;
  CHECK(f.Read(lossless).code() == YOLO_ERROR_UNSUPPORTED_IMAGE);
  CHECK(Contains(f.Read(lossless), "lossless"));
}

TEST_CASE("a header with more than max_pixels is refused before any memory") {
  PictureReader f;
  const JpegSpec spec;
  const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
  const Status status = f.Read(WithSize(file, 60000, 50000));
  CHECK(status.code() == YOLO_ERROR_LIMIT);
  CHECK(Contains(status, "3000000000"));
  CHECK(Contains(status, "yolo_options.max_pixels is 67108864"));
  CHECK(f.allocator.bytes_held() < 1 << 20);
  // More than libjpeg itself takes.
  CHECK(f.Read(WithSize(file, 65535, 65535)).code() == YOLO_ERROR_LIMIT);
  CHECK(f.Read(WithSize(file, 65535, 8)).code() ==
        YOLO_ERROR_UNSUPPORTED_IMAGE);
  CHECK(f.Read(WithSize(file, 0, 8)).code() == YOLO_ERROR_BAD_IMAGE);

  ImageOptions options = Exact();
  options.max_pixels = uint64_t(spec.width) * uint64_t(spec.height);
  CHECK(PictureReader(options).Read(file).ok());
  --options.max_pixels;
  CHECK(PictureReader(options).Read(file).code() == YOLO_ERROR_LIMIT);
}

TEST_CASE("more scans than max_scans are refused") {
  PictureReader f;
  JpegSpec spec;
  spec.in = spec.file = JCS_GRAYSCALE;
  spec.progressive = true;
  spec.scans = {{1, {0}, 0, 0, 0, 0}, {1, {0}, 1, 63, 0, 0}};
  Bytes file =
      WriteJpeg(spec, Bytes(static_cast<size_t>(spec.width * spec.height), 99));
  ImageOptions options = Exact();
  options.max_scans = 2;
  REQUIRE(PictureReader(options).Read(file).ok());
  options.max_scans = 1;
  CHECK(PictureReader(options).Read(file).code() == YOLO_ERROR_LIMIT);

  // The bomb: the last scan again and again, a few bytes each.
  const size_t end = file.size() - 2;
  size_t begin = end;
  while (file[begin] != 0xFF || file[begin + 1] != 0xDA) --begin;
  const Bytes scan(file.begin() + static_cast<ptrdiff_t>(begin),
                   file.begin() + static_cast<ptrdiff_t>(end));
  file.resize(end);
  for (int i = 0; i < 1000; ++i) {
    file.insert(file.end(), scan.begin(), scan.end());
  }
  const Status status = f.Read(file);
  CHECK(status.code() == YOLO_ERROR_LIMIT);
  CHECK(Contains(status, "more than 500 scans"));
  CHECK(Contains(status, "yolo_options.max_scans"));

  // All scans together: 64 times the largest picture.
  options.max_scans = 500;
  options.max_pixels = uint64_t(spec.width) * uint64_t(spec.height);
  file.resize(end + 62 * scan.size());
  CHECK(PictureReader(options).Read(file).ok());
  file.insert(file.end(), scan.begin(), scan.end());
  const Status large = PictureReader(options).Read(file);
  CHECK(large.code() == YOLO_ERROR_LIMIT);
  CHECK(Contains(large, "has more than 64 scans; yolo_options.max_pixels is"));
  options.max_pixels = UINT64_MAX;
  CHECK(PictureReader(options).Read(file).ok());
}

TEST_CASE("scans that only show themselves while decoding are counted then") {
  JpegSpec spec;
  spec.in = spec.file = JCS_GRAYSCALE;
  spec.progressive = true;
  spec.restart_interval = 1;
  spec.scans = {{1, {0}, 0, 0, 0, 0}, {1, {0}, 1, 63, 0, 0}};
  Bytes file =
      WriteJpeg(spec, Bytes(static_cast<size_t>(spec.width * spec.height), 99));
  // Where the first restart marker belongs: one that has no meaning, whose
  // segment would hold all that follows. libjpeg skips but the marker.
  size_t restart = FindSegment(file, 0xDA);
  while (file[restart] != 0xFF || file[restart + 1] != 0xD0) ++restart;
  const uint8_t covers[] = {0xFF, 0x02, 0xFF, 0xFF};
  file.insert(file.begin() + static_cast<ptrdiff_t>(restart),
              std::begin(covers), std::end(covers));
  ImageOptions options = Exact();
  CHECK(PictureReader(options).Read(file).ok());
  options.max_scans = 1;
  const Status status = PictureReader(options).Read(file);
  CHECK(status.code() == YOLO_ERROR_LIMIT);
  CHECK(Contains(status, "more than 1 scans"));
}

TEST_CASE("FAST decodes at the smallest scale that covers the placement") {
  JpegSpec spec;
  spec.in = spec.file = JCS_GRAYSCALE;
  spec.width = 800;
  spec.height = 640;
  Bytes samples(800 * 640);
  for (size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<uint8_t>((i % 800) / 4 + (i / 800) / 12);
  }
  const Bytes file = WriteJpeg(spec, samples);
  ImageOptions options = Exact();
  options.decode = YOLO_DECODE_FAST;
  options.profile = YOLO_PROFILE_OPENCV;
  Allocator allocator;
  ImageReader reader(options, &allocator);
  for (const unsigned d : {1u, 2u, 4u, 8u}) {
    CAPTURE(d);
    const size_t width = 800 / d, height = 640 / d;
    ImageInfo info;
    REQUIRE(reader.Open(testing::JpegOf(file), &info).ok());
    CHECK(info.width == 800);
    CHECK(info.height == 640);
    Bytes rgb(3 * width * height);
    ImageOutcome outcome;
    REQUIRE(reader
                .Pack(Place(options.profile, 800, 640, static_cast<int>(width),
                            static_cast<int>(height)),
                      {rgb.data(), DataType::kU8, Layout::kInterleaved, 1,
                       width, height},
                      &outcome)
                .ok());
    CHECK(rgb == ReadJpegPlainly(file, JCS_RGB, d));
  }
}

}  // namespace
}  // namespace yolo
