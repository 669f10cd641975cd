// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/thread.h"

namespace yolo {
namespace {

// A folder that goes away with its test.
struct Folder {
  Folder() {
    char name[] = "/tmp/yolo_file_test_XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const char* name) const { return path + "/" + name; }
  std::string path;
};

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

TEST_CASE("what cannot be read says its name and why") {
  const Folder folder;
  std::string text;
  for (const std::string& path : {folder / "absent", folder.path}) {
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
