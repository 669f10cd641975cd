// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "device/neff.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

#include "support/random.h"

namespace yolo {
namespace {

template <class Number>
void Put(std::vector<uint8_t>* bytes, size_t offset, Number value) {
  for (size_t i = 0; i < sizeof(Number); ++i) {
    (*bytes)[offset + i] = static_cast<uint8_t>(uint64_t{value} >> 8 * i);
  }
}

void PutText(std::vector<uint8_t>* bytes, size_t offset, const char* text) {
  std::memcpy(&(*bytes)[offset], text, std::strlen(text));
}

// A right one with 100 bytes of data.
std::vector<uint8_t> File() {
  std::vector<uint8_t> bytes(1024 + 100);
  Put(&bytes, 0, uint64_t{1});
  Put(&bytes, 8, uint64_t{1024});
  Put(&bytes, 16, uint64_t{100});
  Put(&bytes, 24, uint64_t{2});
  Put(&bytes, 32, uint64_t{7});
  PutText(&bytes, 40, "2.14.227.0");
  Put(&bytes, 168, uint32_t{1});
  bytes[172] = 0xAB;
  bytes[219] = 0xCD;
  PutText(&bytes, 220, "graph.neff");
  Put(&bytes, 476, uint32_t{1});
  Put(&bytes, 544, uint64_t{0x101});
  Put(&bytes, 552, uint32_t{1});
  return bytes;
}

struct Read {
  explicit Read(const std::vector<uint8_t>& bytes)
      : status(ReadNeffHeader(bytes, "m.neff", &header)) {}
  std::string message() const { return status.message(); }

  NeffHeader header;
  Status status;
};

TEST_CASE("all fields of a header") {
  const Read read(File());
  REQUIRE_MESSAGE(read.status.ok(), read.message());
  CHECK(read.header.package_version == 1);
  CHECK(read.header.data_size == 100);
  CHECK(read.header.version_major == 2);
  CHECK(read.header.version_minor == 7);
  CHECK(read.header.compiler == "2.14.227.0");
  CHECK(read.header.num_cores == 1);
  CHECK(read.header.hash[0] == 0xAB);
  CHECK(read.header.uuid[15] == 0xCD);
  CHECK(read.header.name == "graph.neff");
  CHECK(read.header.num_cores_requested == 1);
  CHECK(read.header.feature_bits == 0x101);
  CHECK(read.header.unknown_features() == 0);
  CHECK(read.header.logical_core_size == 1);
  CHECK(CheckNeffCores(read.header, "m.neff").ok());
}

TEST_CASE("text that fills its field, and text that is none") {
  std::vector<uint8_t> bytes = File();
  for (size_t i = 0; i < 128; ++i) bytes[40 + i] = 'x';
  for (size_t i = 0; i < 256; ++i) bytes[220 + i] = i % 2 ? '\n' : 0xFF;
  const Read read(bytes);
  CHECK(read.header.compiler == std::string(128, 'x'));
  CHECK(read.header.name == std::string(256, '?'));
}

TEST_CASE("what contradicts itself is named with its numbers") {
  std::vector<uint8_t> bytes = File();
  bytes.resize(1000);
  CHECK(Read(bytes).message() ==
        "m.neff: not a NEFF: 1000 bytes, its header alone has 1024");
  CHECK(Read(bytes).status.code() == YOLO_ERROR_BAD_MODEL);
  CHECK(Read({}).status.code() == YOLO_ERROR_BAD_MODEL);

  bytes = File();
  Put(&bytes, 8, uint64_t{1000});
  CHECK(Read(bytes).message() ==
        "m.neff: not a NEFF: header size (at byte 8) is 1000, not 1024");

  bytes = File();
  bytes.resize(1024 + 99);
  CHECK(Read(bytes).message() ==
        "m.neff: truncated NEFF: data size (at byte 16) is 100, 99 bytes "
        "follow the header");
  Put(&bytes, 16, ~uint64_t{0});
  CHECK(Read(bytes).status.code() == YOLO_ERROR_BAD_MODEL);

  bytes = File();
  bytes.resize(1024);
  CHECK(Read(bytes).message() ==
        "m.neff: NEFF without data: data size (at byte 16) is 100, 0 bytes "
        "follow the header");
}

TEST_CASE("versions that are not known") {
  for (const uint64_t version : {uint64_t{0}, uint64_t{3}, ~uint64_t{0}}) {
    std::vector<uint8_t> bytes = File();
    Put(&bytes, 0, version);
    const Read read(bytes);
    CHECK(read.status.code() == YOLO_ERROR_UNSUPPORTED_MODEL);
    CHECK(read.message() == "m.neff: NEFF package version (at byte 0) is " +
                                std::to_string(version) +
                                ", known are 1 and 2");
  }
  std::vector<uint8_t> bytes = File();
  Put(&bytes, 24, uint64_t{3});
  CHECK(Read(bytes).status.code() == YOLO_ERROR_UNSUPPORTED_MODEL);
  CHECK(Read(bytes).message() ==
        "m.neff: NEFF version (at byte 24) is 3.7, known are those up to 2");
}

TEST_CASE("a pipeline of cores is refused, a logical core of two is not") {
  std::vector<uint8_t> bytes = File();
  Put(&bytes, 476, uint32_t{4});
  Read read(bytes);
  REQUIRE(read.status.ok());
  CHECK(read.header.cores() == 4);
  const Status status = CheckNeffCores(read.header, "m.neff");
  CHECK(status.code() == YOLO_ERROR_UNSUPPORTED_MODEL);
  CHECK(std::string(status.message()) ==
        "m.neff: NEFF compiled for 4 cores (1 at byte 168, 4 at byte 476); "
        "compile for one, every core then runs its own copy");

  Put(&bytes, 476, uint32_t{2});
  Put(&bytes, 552, uint32_t{2});
  CHECK(CheckNeffCores(Read(bytes).header, "m.neff").ok());
  Put(&bytes, 168, uint32_t{0});
  Put(&bytes, 476, uint32_t{0});
  Put(&bytes, 552, uint32_t{0});
  CHECK(CheckNeffCores(Read(bytes).header, "m.neff").ok());
}

TEST_CASE("feature bits of newer compilers are told apart") {
  std::vector<uint8_t> bytes = File();
  Put(&bytes, 544, uint64_t{0x10000100});
  CHECK(Read(bytes).header.unknown_features() == 0x10000000);
}

TEST_CASE("no bytes do harm") {
  testing::Random random(5);
  for (int round = 0; round < 20000; ++round) {
    std::vector<uint8_t> bytes = File();
    bytes.resize(static_cast<size_t>(random.Int(0, 1200)));
    const int changes = random.Int(0, 8);
    for (int i = 0; i < changes && !bytes.empty(); ++i) {
      const int last = static_cast<int>(bytes.size()) - 1;
      bytes[static_cast<size_t>(random.Int(0, last))] =
          static_cast<uint8_t>(random.Int(0, 255));
    }
    const Read read(bytes);
    if (read.status.ok()) {
      CHECK(read.header.data_size <= bytes.size() - 1024);
      CHECK(read.header.cores() >= 1);
    } else {
      CHECK((read.status.code() == YOLO_ERROR_BAD_MODEL ||
             read.status.code() == YOLO_ERROR_UNSUPPORTED_MODEL));
    }
  }
}

}  // namespace
}  // namespace yolo
