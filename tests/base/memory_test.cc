// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "base/memory.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "base/status.h"

namespace yolo {
namespace {

TEST_CASE("an allocator counts what is held and refuses to pass its limit") {
  Allocator allocator(nullptr, nullptr, nullptr, 1000);
  Buffer a, b;
  REQUIRE(a.Allocate(&allocator, 600));
  CHECK(reinterpret_cast<uintptr_t>(a.as()) % kAlignment == 0);
  std::memset(a.as(), 1, a.size());
  CHECK(allocator.bytes_held() == 600);
  CHECK_FALSE(b.Allocate(&allocator, 401));
  CHECK(b.size() == 0);
  CHECK(b.Allocate(&allocator, 400));
  CHECK(allocator.bytes_held() == 1000);
  a.Reset();
  CHECK(allocator.bytes_held() == 400);
  CHECK_FALSE(a.Allocate(&allocator, ~size_t{0}));
  CHECK(allocator.bytes_held() == 400);
}

TEST_CASE("the host's hooks see every block with its size and alignment") {
  struct Host {
    size_t live = 0, blocks = 0;
  } host;
  Allocator allocator(
      [](void* user, size_t size, size_t alignment) {
        auto* h = static_cast<Host*>(user);
        h->live += size;
        ++h->blocks;
        return std::aligned_alloc(alignment, AlignUp(size));
      },
      [](void* user, void* memory, size_t size) {
        static_cast<Host*>(user)->live -= size;
        std::free(memory);
      },
      &host, 0);
  {
    Buffer a;
    REQUIRE(a.Allocate(&allocator, 100));
    CHECK(host.live == 100);
    void* const before = a.as();
    Buffer b = std::move(a);
    CHECK(b.as() == before);
    REQUIRE(b.Reserve(&allocator, 50));
    CHECK(b.as() == before);
    REQUIRE(b.Reserve(&allocator, 500));
    CHECK(host.live == 500);
    CHECK(host.blocks == 2);
  }
  CHECK(host.live == 0);
}

TEST_CASE("default memory is mimalloc, reached without replacing malloc") {
  CHECK(std::string(DefaultMemoryName()).find("mimalloc") == 0);
}

TEST_CASE("a status message is built from parts and cut at its end") {
  const Status s = Status::Error(YOLO_ERROR_IO, "line ", 12, ": ", 0.5f, '!');
  CHECK(s.code() == YOLO_ERROR_IO);
  CHECK(std::string(s.message()) == "line 12: 0.5!");
  const std::string longer(1000, 'x');
  const Status cut = Status::Error(YOLO_ERROR_IO, longer, longer);
  CHECK(std::string(cut.message()) == std::string(YOLO_MESSAGE_SIZE - 1, 'x'));
}

TEST_CASE("a message is UTF-8 whatever it is made of") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"\x7f\t\n", "???"},
      {"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x88",
       "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x88"},
      {"\xff\xfe\x80\xbf", "????"},
      {"\xc3", "?"},                 // cut short
      {"\xe2\x82x", "??x"},          //
      {"\xc0\xaf", "??"},            // longer than need be
      {"\xe0\x9f\xbf", "???"},       //
      {"\xf0\x8f\xbf\xbf", "????"},  //
      {"\xed\xa0\x80", "???"},       // a surrogate
      {"\xed\x9f\xbf", "\xed\x9f\xbf"},
      {"\xf4\x90\x80\x80", "????"},  // past U+10FFFF
      {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
  };
  for (const auto& [in, out] : cases) {
    CHECK(std::string(Message(in).view()) == out);
  }
  // Cut between two characters.
  const Message cut(std::string(YOLO_MESSAGE_SIZE - 2, 'x'), "\xc3\xa9");
  CHECK(std::string(cut.view()) == std::string(YOLO_MESSAGE_SIZE - 2, 'x'));
}

}  // namespace
}  // namespace yolo
