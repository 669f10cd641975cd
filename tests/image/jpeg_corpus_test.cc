// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Genuine, odd and broken JPEGs of others (YOLO_TEST_DATA/jpeg-corpus).
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "image/image.h"
#include "support/crc32.h"
#include "support/data.h"

namespace yolo {
namespace {

using testing::Crc32;
using testing::DataPath;
using testing::ReadFile;
using testing::SourcePath;

using Row = std::vector<std::string>;

// Rows of a tab-separated file by their first field; '#' begins a comment.
std::map<std::string, Row> ReadTable(const std::string& path) {
  std::map<std::string, Row> table;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    Row row(1);
    for (const char c : line) {
      if (c == '\t') {
        row.emplace_back();
      } else {
        row.back() += c;
      }
    }
    table[row[0]] = row;
  }
  return table;
}

// A host that knows the most it was ever asked to hold.
struct Host {
  std::atomic<size_t> live{0};
  size_t peak = 0;

  static void* Alloc(void* user, size_t size, size_t alignment) {
    auto* host = static_cast<Host*>(user);
    host->live += size;
    if (host->live > host->peak) host->peak = host->live;
    return std::aligned_alloc(alignment, AlignUp(size));
  }
  static void Free(void* user, void* memory, size_t size) {
    static_cast<Host*>(user)->live -= size;
    std::free(memory);
  }
};

std::string Hex(uint32_t value) {
  char text[9];
  std::snprintf(text, sizeof(text), "%08x", value);
  return text;
}

uint32_t Checksum(const RgbView& view) {
  uint32_t crc = 0;
  for (int y = 0; y < view.height; ++y) {
    crc = Crc32(view.data + static_cast<size_t>(y) * view.stride,
                static_cast<size_t>(view.width) * 3, crc);
  }
  return crc;
}

ImageOptions Options(int32_t decode) {
  ImageOptions options;
  options.decode = decode;
  options.max_pixels = 1 << 26;
  options.max_scans = 500;
  options.network_width = options.network_height = 64;
  return options;
}

yolo_image JpegOf(const std::vector<uint8_t>& file) {
  yolo_image image = YOLO_IMAGE_INIT;
  image.data = file.data();
  image.size = file.size();
  return image;
}

// The statuses that a decoder may give.
const char* Name(yolo_status status) {
  switch (status) {
    case YOLO_OK:
      return "YOLO_OK";
    case YOLO_ERROR_BAD_IMAGE:
      return "YOLO_ERROR_BAD_IMAGE";
    case YOLO_ERROR_UNSUPPORTED_IMAGE:
      return "YOLO_ERROR_UNSUPPORTED_IMAGE";
    case YOLO_ERROR_LIMIT:
      return "YOLO_ERROR_LIMIT";
    default:
      return "none of a decoder's";
  }
}

// Status, truncated, width, height, orientation, as in the golden.
Row Summary(const Status& status, const DecodedImage& image) {
  Row row = {Name(status.code())};
  for (const int v :
       {int{image.truncated}, image.width, image.height, image.orientation}) {
    row.push_back(std::to_string(v));
  }
  return row;
}

std::string Join(const Row& row, size_t begin, size_t end) {
  std::string text;
  for (size_t i = begin; i < end; ++i) text += row[i] + ' ';
  return text;
}

TEST_CASE("every file of the corpus has its documented status and pixels") {
  const auto index = ReadTable(DataPath("jpeg-corpus/INDEX.tsv"));
  const auto statuses =
      ReadTable(SourcePath("tests/golden/jpeg_corpus_status.tsv"));
  const auto pixels = ReadTable(SourcePath("tests/golden/jpeg_pixels.tsv"));
  REQUIRE(index.size() > 280);
  for (const auto& [file, fields] : index) {
    if (file == "file") continue;  // the header
    CAPTURE(file);
    REQUIRE(statuses.count(file) == 1);
    REQUIRE(pixels.count(file) == 1);
    const Row& golden = statuses.at(file);
    const Row& others = pixels.at(file);

    Host host;
    Allocator allocator(Host::Alloc, Host::Free, &host, 0);
    ImageDecoder decoder(Options(YOLO_DECODE_EXACT), &allocator);
    const auto bytes = ReadFile(DataPath("jpeg-corpus/" + file));
    DecodedImage image;
    const Status status = decoder.Decode(JpegOf(bytes), &image);
    if (!status.ok()) image = DecodedImage();
    const std::string message = status.message();
    CAPTURE(message);
    const Row got = Summary(status, image);
    CHECK(Join(got, 0, 5) == Join(golden, 1, 6));

    // A note is a disagreement with the others, no note is none.
    const bool refused = others[1] == "none";
    const std::string want = refused ? "refused" : Join(others, 2, 5);
    const std::string ours = status.ok() ? got[2] + ' ' + got[3] + ' ' +
                                               Hex(Checksum(image.pixels)) + ' '
                                         : "refused";
    CAPTURE(want);
    CAPTURE(ours);
    CHECK((ours == want) == golden[6].empty());

    // Coefficients of 2 bytes in 4 components and RGB twice, in blocks of up to
    // 32 x 32 pixels. Of a refused file the index knows the size.
    const auto size_of = [&](size_t field, int decoded) {
      const size_t indexed = std::strtoul(fields[field].c_str(), nullptr, 10);
      return std::max(indexed, static_cast<size_t>(decoded));
    };
    const size_t area = status.code() == YOLO_ERROR_LIMIT
                            ? 0
                            : (size_of(10, image.width) + 32) *
                                  (size_of(11, image.height) + 32);
    CHECK(host.peak <= (1u << 19) + 14 * area);
  }
}

TEST_CASE("whatever the file, FAST gives the status and size of EXACT") {
  const auto index = ReadTable(DataPath("jpeg-corpus/INDEX.tsv"));
  Allocator allocator;
  ImageDecoder exact(Options(YOLO_DECODE_EXACT), &allocator);
  ImageDecoder fast(Options(YOLO_DECODE_FAST), &allocator);
  for (const auto& [file, fields] : index) {
    if (file == "file") continue;
    CAPTURE(file);
    const auto bytes = ReadFile(DataPath("jpeg-corpus/" + file));
    DecodedImage a, b;
    const Status status = exact.Decode(JpegOf(bytes), &a);
    CHECK(fast.Decode(JpegOf(bytes), &b).code() == status.code());
    if (!status.ok()) continue;
    CHECK(Join(Summary(status, a), 1, 5) == Join(Summary(status, b), 1, 5));
    CHECK(b.pixels.width <= a.pixels.width);
    CHECK((b.pixels.width >= 64 || b.pixels.width == a.pixels.width));
  }
}

}  // namespace
}  // namespace yolo
