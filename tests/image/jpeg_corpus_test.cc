// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Genuine, odd and broken JPEGs of others (YOLO_TEST_DATA/jpeg-corpus).
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "image/read_picture.h"
#include "support/crc32.h"
#include "support/data.h"
#include "support/meter.h"

namespace yolo {
namespace {

using testing::Crc32;
using testing::DataPath;
using testing::Exact;
using testing::JpegOf;
using testing::PictureReader;
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

std::string Hex(uint32_t value) {
  char text[9];
  std::snprintf(text, sizeof(text), "%08x", value);
  return text;
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
Row Summary(const Status& status, const PictureReader& r) {
  Row row = {Name(status.code())};
  const ImageInfo info = status.ok() ? r.info : ImageInfo();
  for (const int v : {int{status.ok() && r.outcome.truncated}, info.width,
                      info.height, info.orientation}) {
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
  for (const auto& line : index) {
    const auto& file = line.first;
    if (file == "file") continue;  // the header
    CAPTURE(file);
    REQUIRE(statuses.count(file) == 1);
    REQUIRE(pixels.count(file) == 1);
    const Row& golden = statuses.at(file);
    const Row& others = pixels.at(file);

    testing::Meter host;
    yolo_options hooks = YOLO_OPTIONS_INIT;
    host.Use(&hooks);
    Allocator allocator(hooks.alloc, hooks.free, hooks.alloc_user, 0);
    PictureReader reader(Exact(), &allocator);
    const auto bytes = ReadFile(DataPath("jpeg-corpus/" + file));
    const Status status = reader.Read(bytes);
    const std::string message = status.message();
    CAPTURE(message);
    const Row got = Summary(status, reader);
    CHECK(Join(got, 0, 5) == Join(golden, 1, 6));

    // A note is a disagreement with the others, no note is none.
    const bool refused = others[1] == "none";
    const std::string want = refused ? "refused" : Join(others, 2, 5);
    const std::string ours =
        status.ok() ? got[2] + ' ' + got[3] + ' ' +
                          Hex(Crc32(reader.rgb.data(), reader.rgb.size())) + ' '
                    : "refused";
    CAPTURE(want);
    CAPTURE(ours);
    CHECK((ours == want) == golden[6].empty());

    // Coefficients of 2 bytes in 4 components, in blocks of up to 32 x 32
    // pixels; rows of samples. Of a refused file the index knows the size.
    const auto size_of = [&](size_t field, int decoded) {
      const size_t indexed =
          std::strtoul(line.second[field].c_str(), nullptr, 10);
      return std::max(indexed, static_cast<size_t>(decoded)) + 32;
    };
    const size_t width = size_of(10, reader.info.width);
    const size_t area = width * size_of(11, reader.info.height);
    const size_t planes = status.code() == YOLO_ERROR_LIMIT ? 0 : 8 * area;
    CHECK(host.peak <= (1u << 19) + planes + 700 * width);
  }
}

TEST_CASE("whatever the file, FAST gives the status and size of EXACT") {
  const auto index = ReadTable(DataPath("jpeg-corpus/INDEX.tsv"));
  ImageOptions options = Exact();
  PictureReader exact(options);
  options.decode = YOLO_DECODE_FAST;
  PictureReader fast(options);
  std::vector<float> input(3 * 64 * 64);
  for (const auto& line : index) {
    const auto& file = line.first;
    if (file == "file") continue;
    CAPTURE(file);
    const auto bytes = ReadFile(DataPath("jpeg-corpus/" + file));
    const Status status = exact.Read(bytes);
    CHECK(fast.Read(bytes).code() == status.code());
    if (!status.ok()) continue;
    CHECK(Join(Summary(status, exact), 1, 5) ==
          Join(Summary(status, fast), 1, 5));
    // Scaled down, too.
    REQUIRE(fast.reader.Open(JpegOf(bytes), &fast.info).ok());
    CHECK(fast.reader
              .Pack(Place(options.profile, fast.info.width, fast.info.height,
                          64, 64),
                    {input.data(), DataType::kF32, Layout::kPlanar, 1, 64, 64},
                    &fast.outcome)
              .ok());
    CHECK(fast.outcome.truncated == exact.outcome.truncated);
  }
}

}  // namespace
}  // namespace yolo
