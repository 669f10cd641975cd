// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/jpeg_memory.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <vector>

#include "image/jpeg_writer.h"
#include "image/read_picture.h"

namespace yolo {
namespace {

using testing::Bytes;
using testing::Contains;
using testing::Exact;
using testing::JpegSpec;
using testing::PictureReader;
using testing::SmoothRgb;
using testing::WriteJpeg;

bool IsAligned(const void* memory) {
  return reinterpret_cast<uintptr_t>(memory) % kAlignment == 0;
}

TEST_CASE("an arena gives aligned pieces that do not overlap") {
  Allocator allocator;
  Arena arena(&allocator);
  for (int round = 0; round < 3; ++round) {
    std::vector<uint8_t*> pieces;
    for (size_t size = 1; size < 200000; size = size * 3 + 1) {
      auto* piece = static_cast<uint8_t*>(arena.Take(size));
      REQUIRE(piece);
      CHECK(IsAligned(piece));
      std::fill_n(piece, size, static_cast<uint8_t>(pieces.size()));
      pieces.push_back(piece);
    }
    size_t i = 0;
    for (size_t size = 1; size < 200000; size = size * 3 + 1, ++i) {
      CHECK(pieces[i][0] == i);
      CHECK(pieces[i][size - 1] == i);
    }
    arena.Reset(1 << 30);
  }
  CHECK(arena.Take(std::numeric_limits<size_t>::max()) == nullptr);
}

TEST_CASE("an arena keeps what the last use took, or nothing if too much") {
  Allocator allocator;
  {
    Arena arena(&allocator);
    REQUIRE(arena.Take(100000));
    REQUIRE(arena.Take(300000));
    arena.Reset(500000);
    CHECK(arena.bytes() == AlignUp(100000) + AlignUp(300000));
    CHECK(allocator.bytes_held() == arena.bytes());
    REQUIRE(arena.Take(50));
    arena.Reset(500000);
    CHECK(arena.bytes() == AlignUp(100000) + AlignUp(300000));
    REQUIRE(arena.Take(400001));
    REQUIRE(arena.Take(200000));
    arena.Reset(500000);
    CHECK(arena.bytes() == 0);
    REQUIRE(arena.Take(1));
  }
  CHECK(allocator.bytes_held() == 0);
}

// A decompressor on a JpegMemory; libjpeg's errors become exceptions, which
// pass through C++ only: the methods are called from here, not from C.
struct Decompressor {
  struct Error {
    int code;
  };

  explicit Decompressor(Allocator* allocator) : memory(allocator) {
    cinfo.err = jpeg_std_error(&errors);
    errors.error_exit = [](j_common_ptr c) { throw Error{c->err->msg_code}; };
    cinfo.mem = &memory;
  }
  j_common_ptr common() { return reinterpret_cast<j_common_ptr>(&cinfo); }

  jpeg_decompress_struct cinfo = {};
  jpeg_error_mgr errors;
  JpegMemory memory;
};

TEST_CASE("rows of samples are aligned and have room for whole vectors") {
  Allocator allocator;
  Decompressor d(&allocator);
  for (const JDIMENSION length : {1u, 63u, 64u, 65u, 1000u}) {
    JSAMPARRAY rows = d.memory.alloc_sarray(d.common(), JPOOL_IMAGE, length, 5);
    for (int i = 0; i < 5; ++i) {
      CHECK(IsAligned(rows[i]));
      std::fill_n(rows[i], AlignUp(length), static_cast<JSAMPLE>(i));
    }
    for (int i = 0; i < 5; ++i) CHECK(rows[i][0] == i);
  }
  JBLOCKARRAY blocks = d.memory.alloc_barray(d.common(), JPOOL_IMAGE, 7, 3);
  CHECK(IsAligned(blocks[2]));
  CHECK(blocks[1] - blocks[0] == 7);
}

TEST_CASE("virtual arrays keep their rows and begin as zeros if asked to") {
  Allocator allocator;
  Decompressor d(&allocator);
  JpegMemory& m = d.memory;
  // Something to be found where nothing was cleared.
  std::fill_n(
      static_cast<uint8_t*>(m.alloc_large(d.common(), JPOOL_IMAGE, 9000)), 9000,
      uint8_t{0xAB});
  m.free_pool(d.common(), JPOOL_IMAGE);

  auto* samples =
      m.request_virt_sarray(d.common(), JPOOL_IMAGE, TRUE, 10, 20, 4);
  auto* blocks = m.request_virt_barray(d.common(), JPOOL_IMAGE, TRUE, 2, 6, 2);
  CHECK_THROWS_AS(m.access_virt_sarray(d.common(), samples, 0, 1, TRUE),
                  Decompressor::Error);
  m.realize_virt_arrays(d.common());
  m.realize_virt_arrays(d.common());  // the second time does nothing
  for (JDIMENSION row = 0; row < 20; row += 4) {
    JSAMPARRAY four = m.access_virt_sarray(d.common(), samples, row, 4, TRUE);
    for (JDIMENSION i = 0; i < 4; ++i) {
      CHECK(four[i][9] == 0);
      four[i][9] = static_cast<JSAMPLE>(row + i);
    }
  }
  JSAMPARRAY again = m.access_virt_sarray(d.common(), samples, 13, 1, FALSE);
  CHECK(again[0][9] == 13);
  JBLOCKARRAY two = m.access_virt_barray(d.common(), blocks, 4, 2, TRUE);
  CHECK(two[1][1][63] == 0);

  // Past the end, or more rows at once than was agreed.
  for (const auto& [first, count] :
       {std::pair{20u, 1u}, {17u, 4u}, {0u, 5u}, {0xFFFFFFFFu, 2u}}) {
    CHECK_THROWS_AS(
        m.access_virt_sarray(d.common(), samples, first, count, TRUE),
        Decompressor::Error);
  }
}

// A reader whose memory ends at max_bytes.
struct BoundedReader {
  explicit BoundedReader(uint64_t max_bytes)
      : allocator(nullptr, nullptr, nullptr, max_bytes),
        picture(Exact(), &allocator) {}

  Allocator allocator;
  PictureReader picture;
};

TEST_CASE("max_bytes bounds libjpeg: LIMIT, and the decoder lives on") {
  JpegSpec spec;
  spec.width = 600;
  spec.height = 400;
  spec.progressive = true;
  const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
  JpegSpec small;
  const Bytes small_file =
      WriteJpeg(small, SmoothRgb(small.width, small.height));
  int num_ok = 0;
  for (uint64_t max_bytes = 1 << 16; max_bytes < 1 << 22;
       max_bytes += 1 << 16) {
    CAPTURE(max_bytes);
    BoundedReader r(max_bytes);
    const Status status = r.picture.Read(file);
    CHECK(r.allocator.bytes_held() <= max_bytes);
    if (!status.ok()) {
      CHECK(status.code() == YOLO_ERROR_LIMIT);
      CHECK(Contains(status, "yolo_options.max_bytes"));
    }
    num_ok += status.ok();
    if (max_bytes >= 1 << 19) CHECK(r.picture.Read(small_file).ok());
  }
  CHECK(num_ok > 0);
  CHECK(num_ok < 60);
}

TEST_CASE("a host without memory gives OUT_OF_MEMORY wherever it strikes") {
  struct Host {
    int left;
  } host{0};
  Allocator allocator(
      [](void* user, size_t size, size_t alignment) -> void* {
        if (static_cast<Host*>(user)->left-- <= 0) return nullptr;
        return std::aligned_alloc(alignment, AlignUp(size));
      },
      [](void*, void* memory, size_t) { std::free(memory); }, &host, 0);
  JpegSpec spec;
  spec.width = 600;
  spec.height = 400;
  spec.progressive = true;
  const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
  int num_failures = 0;
  for (;; ++num_failures) {
    PictureReader reader(Exact(), &allocator);
    host.left = num_failures;
    const Status status = reader.Read(file);
    if (status.ok()) break;
    CHECK(status.code() == YOLO_ERROR_OUT_OF_MEMORY);
    host.left = 1000;
    CHECK(reader.Read(file).ok());
  }
  CHECK(num_failures > 3);
  CHECK(allocator.bytes_held() == 0);
}

TEST_CASE("libjpeg's memory is kept between images, but not that of a giant") {
  Allocator allocator;
  PictureReader reader(Exact(), &allocator);
  JpegSpec spec;
  spec.width = 600;
  spec.height = 400;
  spec.progressive = true;
  const Bytes file = WriteJpeg(spec, SmoothRgb(spec.width, spec.height));
  REQUIRE(reader.Read(file).ok());
  REQUIRE(reader.Read(file).ok());
  const uint64_t kept = allocator.bytes_held();
  CHECK(kept > 600 * 400);  // coefficients
  REQUIRE(reader.Read(file).ok());
  CHECK(allocator.bytes_held() == kept);

  // Coefficients of 2 bytes for more than 2^25 samples.
  JpegSpec giant;
  giant.in = giant.file = JCS_GRAYSCALE;
  giant.progressive = true;
  giant.width = 8192;
  giant.height = 4104;
  REQUIRE(reader.Read(WriteJpeg(giant, Bytes(8192 * 4104, 50))).ok());
  CHECK(allocator.bytes_held() < 1 << 22);  // tables for such a network
}

}  // namespace
}  // namespace yolo
