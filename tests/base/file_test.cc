// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>

#include "base/thread.h"
#include "support/folder.h"

namespace yolo {
namespace {

using testing::Folder;

TEST_CASE("a file is read whole, and one byte too long is refused") {
  const Folder folder;
  Allocator allocator;
  for (const size_t size : {0, 1, 1000, 65536, 65537, 300000}) {
    CAPTURE(size);
    std::string want(size, 'a');
    for (size_t i = 0; i < size; ++i) want[i] = static_cast<char>('a' + i % 26);
    const std::string path = folder / "file";
    std::ofstream(path, std::ios::binary) << want;
    std::string text;
    REQUIRE(ReadTextFile(path.c_str(), 300000, &text).ok());
    CHECK(text == want);
    Buffer buffer;
    size_t got = 0;
    REQUIRE(ReadFile(path.c_str(), 300000, &allocator, &buffer, &got).ok());
    CHECK(std::string(buffer.as<char>(), got) == want);
    if (size == 0) continue;
    const Status status = ReadTextFile(path.c_str(), size - 1, &text);
    CHECK(status.code() == YOLO_ERROR_LIMIT);
    CHECK(std::string(status.message()).find(path) == 0);
  }
}

TEST_CASE("a pipe is read to its end") {
  const Folder folder;
  const std::string path = folder / "pipe";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  const std::string want(200000, 'p');
  Thread writer;
  REQUIRE(writer.Start([&] { std::ofstream(path, std::ios::binary) << want; }));
  Allocator allocator;
  Buffer buffer;
  size_t got = 0;
  REQUIRE(ReadFile(path.c_str(), 1 << 20, &allocator, &buffer, &got).ok());
  CHECK(std::string(buffer.as<char>(), got) == want);
}

TEST_CASE("a pipe that gives nothing is given up, a slow one is not") {
  const Folder folder;
  const std::string path = folder / "pipe";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  uint8_t bytes[8];
  size_t got = 0;
  const auto start = std::chrono::steady_clock::now();
  {
    // Nobody writes.
    InputFile file(200);
    REQUIRE(file.Open(path.c_str()).ok());
    CHECK_FALSE(file.length());
    const Status status = file.Read(bytes, sizeof(bytes), &got);
    CHECK(status.code() == YOLO_ERROR_IO);
    CHECK(std::string(status.message()) ==
          path + ": nothing came for 200 ms: does anybody write to this pipe?");
  }
  const auto took = std::chrono::steady_clock::now() - start;
  CHECK(took >= std::chrono::milliseconds(200));
  CHECK(took < std::chrono::seconds(20));

  // Longer than its patience in all, never between two bytes.
  InputFile file(2000);
  REQUIRE(file.Open(path.c_str()).ok());
  Thread writer;
  REQUIRE(writer.Start([&] {
    std::ofstream pipe(path, std::ios::binary);
    for (char c = 'a'; c < 'f'; ++c) {
      usleep(500000);
      pipe << c << std::flush;
    }
  }));
  REQUIRE(file.Read(bytes, sizeof(bytes), &got).ok());
  CHECK(std::string(bytes, bytes + got) == "abcde");
  REQUIRE(file.Read(bytes, sizeof(bytes), &got).ok());
  CHECK(got == 0);
}

TEST_CASE("what cannot be read says its name and why") {
  const Folder folder;
  std::string text;
  for (const std::string& path : {folder / "absent", folder.path()}) {
    const Status status = ReadTextFile(path.c_str(), 1000, &text);
    CHECK(status.code() == YOLO_ERROR_IO);
    CHECK(std::string(status.message()).find(path) == 0);
  }
}

TEST_CASE("a file larger than the memory that is allowed is refused") {
  const Folder folder;
  const std::string path = folder / "file";
  std::ofstream(path, std::ios::binary) << std::string(100000, 'x');
  Allocator allocator(nullptr, nullptr, nullptr, 50000);
  Buffer buffer;
  size_t got = 0;
  CHECK(ReadFile(path.c_str(), 1 << 20, &allocator, &buffer, &got).code() ==
        YOLO_ERROR_LIMIT);
}

}  // namespace
}  // namespace yolo
