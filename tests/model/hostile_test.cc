// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Bytes that nobody wrote: seeded changes of good files. The law: a status
// that names the input's fault, never INTERNAL, and memory in proportion.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <random>
#include <string>
#include <vector>

#include "model/darknet.h"
#include "model/darknet_files.h"

namespace {

// Bytes that operator new has given and not yet got back, and their peak.
size_t live_bytes = 0;
size_t peak_bytes = 0;

}  // namespace

// Each block begins with its size, in a place as large as the alignment of
// everything.
void* operator new(size_t size) {
  constexpr size_t kPlace = alignof(std::max_align_t);
  void* memory = std::malloc(size + kPlace);
  if (!memory) throw std::bad_alloc();
  *static_cast<size_t*>(memory) = size;
  live_bytes += size;
  peak_bytes = std::max(peak_bytes, live_bytes);
  return static_cast<char*>(memory) + kPlace;
}

void operator delete(void* memory) noexcept {
  if (!memory) return;
  void* block = static_cast<char*>(memory) - alignof(std::max_align_t);
  live_bytes -= *static_cast<size_t*>(block);
  std::free(block);
}

void operator delete(void* memory, size_t) noexcept { operator delete(memory); }

namespace yolo {
namespace {

using testing::kFullCfg;

// Numbers at the edges of what the reader computes with.
constexpr std::string_view kNumbers[] = {
    "0",
    "-1",
    "1",
    "2",
    "3",
    "1024",
    "1025",
    "8192",
    "65535",
    "65536",
    "65537",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967295",
    "9223372036854775807",
    "18446744073709551616",
    "1e308",
    "1e-308",
    "-0",
    "nan",
    "inf",
    "0x10",
    "",
    ",",
    "1,1",
    "-1,-1,-1",
    "1,,1",
    "+",
};

// What may stand in the place of a line.
constexpr std::string_view kLines[] = {
    "[net]",
    "[convolutional]",
    "[route]",
    "[yolo]",
    "[upsample]",
    "[maxpool]",
    "[shortcut]",
    "[avgpool]",
    "[sam]",
    "[region]",
    "[dropout]",
    "[scale_channels]",
    "[",
    "]",
    "=",
    "#",
    "layers=-1,-1",
    "from=-1",
    "stride=1024",
    "filters=65536",
    "groups=7",
    "size=1024",
    "mask=0,1,2,3",
    "num=1024",
};

using Random = std::mt19937;

size_t Below(Random* random, size_t count) { return (*random)() % count; }

template <size_t n>
std::string Pick(Random* random, const std::string_view (&from)[n]) {
  return std::string(from[Below(random, n)]);
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

std::string Join(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

// One change of a line: another number, another line, gone, twice, moved.
void ChangeLine(Random* random, std::vector<std::string>* lines) {
  const size_t i = Below(random, lines->size());
  std::string& line = (*lines)[i];
  const auto at = lines->begin() + static_cast<std::ptrdiff_t>(i);
  switch (Below(random, 5)) {
    case 0: {
      const size_t equals = line.find('=');
      if (equals == std::string::npos) break;
      line = line.substr(0, equals + 1) + Pick(random, kNumbers);
      break;
    }
    case 1:
      line = Pick(random, kLines);
      break;
    case 2:
      if (lines->size() > 1) lines->erase(at);
      break;
    case 3:
      lines->insert(at, std::string(line));
      break;
    default:
      std::swap(line, (*lines)[Below(random, lines->size())]);
  }
}

void ChangeByte(Random* random, std::string* text) {
  if (text->empty()) return;
  const size_t i = Below(random, text->size());
  switch (Below(random, 3)) {
    case 0:
      (*text)[i] = static_cast<char>((*random)());
      break;
    case 1:
      text->erase(i, Below(random, 8));
      break;
    default:
      text->insert(i, 1 + Below(random, 4), (*text)[i]);
  }
}

std::string ChangedCfg(Random* random) {
  std::vector<std::string> lines = Lines(std::string(kFullCfg));
  for (size_t n = Below(random, 4); n > 0; --n) ChangeLine(random, &lines);
  std::string text = Join(lines);
  for (size_t n = Below(random, 3); n > 0; --n) ChangeByte(random, &text);
  return text;
}

bool IsTheInputsFault(yolo_status code) {
  return code == YOLO_ERROR_BAD_MODEL || code == YOLO_ERROR_UNSUPPORTED_MODEL ||
         code == YOLO_ERROR_LIMIT || code == YOLO_ERROR_INVALID_ARGUMENT;
}

// One line of printable ASCII, as the inputs' names are.
bool IsPlain(std::string_view message) {
  return !message.empty() && message.size() < YOLO_MESSAGE_SIZE &&
         std::all_of(message.begin(), message.end(),
                     [](char c) { return c >= ' ' && c <= '~'; });
}

void CheckWarning(void* user, int32_t level, const char* message) {
  ++*static_cast<size_t*>(user);
  CHECK(level == YOLO_LOG_WARNING);
  CHECK(IsPlain(message));
}

// Reads the model with a cap on its weights, and checks the law.
Status ReadChecked(const DarknetSource& source) {
  constexpr size_t kMaxWeightBytes = 1 << 20;
  size_t warnings = 0;
  Allocator allocator(nullptr, nullptr, nullptr, kMaxWeightBytes);
  const size_t before = live_bytes;
  peak_bytes = live_bytes;
  Status status = Status::Ok();
  {
    Graph graph;
    status = ReadDarknet(source, {CheckWarning, &warnings}, &allocator, &graph);
    // A section costs the more the shorter it is; 32 KiB are two tables.
    CHECK(peak_bytes - before <= 64 * source.cfg.size() + (32 << 10));
    if (!status.ok()) {
      INFO(std::string(status.message()));
      CHECK(IsTheInputsFault(status.code()));
      CHECK(IsPlain(status.message()));
      CHECK(graph.layers.empty());
      CHECK(allocator.bytes_held() == 0);
    } else {
      CHECK(graph.weights.size() == allocator.bytes_held());
      CHECK_FALSE(graph.heads.empty());
    }
  }
  CHECK(allocator.bytes_held() == 0);
  return status;
}

TEST_CASE("a changed cfg is read or refused, within memory") {
  DarknetGraph good;
  REQUIRE(testing::Build(kFullCfg, &good).ok());
  size_t parsed = 0;
  for (uint32_t seed = 0; seed < 20000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const std::string cfg = ChangedCfg(&random);
    // Weights of the right length where there is one, of a wrong one else.
    DarknetGraph model;
    size_t count = good.graph.num_parameters;
    if (testing::Build(cfg, &model).ok()) {
      ++parsed;
      count = std::min<size_t>(model.graph.num_parameters, 1 << 16);
    }
    const auto weights = testing::WeightsFile(count, seed);
    (void)ReadChecked({cfg, "m.cfg", weights, "m.weights"});
  }
  // Neither all nor none: the changes reach the layers.
  CHECK(parsed > 1000);
  CHECK(parsed < 19000);
}

TEST_CASE("a random network size is taken or refused by argument") {
  DarknetGraph good;
  REQUIRE(testing::Build(kFullCfg, &good).ok());
  const auto weights = testing::WeightsFile(good.graph.num_parameters);
  size_t taken = 0;
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const auto side = [&] {
      const auto value = static_cast<int>(random());
      return seed % 2 ? value : value & 0x1FF8;
    };
    const DarknetSource source{kFullCfg,    "m.cfg", weights,
                               "m.weights", side(),  side()};
    const Status status = ReadChecked(source);
    const bool suits = source.width > 0 && source.width <= 8192 &&
                       source.width % 8 == 0 && source.height > 0 &&
                       source.height <= 8192 && source.height % 8 == 0;
    const bool own = source.width == 0 && source.height == 0;
    CHECK(status.ok() == (suits || own));
    if (!status.ok()) CHECK(status.code() == YOLO_ERROR_INVALID_ARGUMENT);
    taken += status.ok();
  }
  CHECK(taken > 500);
}

TEST_CASE("weights of random bytes are read when the length is right") {
  DarknetGraph good;
  REQUIRE(testing::Build(kFullCfg, &good).ok());
  const size_t count = good.graph.num_parameters;
  for (uint32_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    // Too short, right for either header, or too long.
    std::vector<uint8_t> bytes(16 + 4 * Below(&random, 3) +
                               4 * (seed % 7 ? count : Below(&random, count)));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    int32_t version[2];
    std::memcpy(version, bytes.data(), sizeof(version));
    const bool old = int64_t{version[0]} * 10 + version[1] < 2;
    const Status status = ReadChecked({kFullCfg, "m.cfg", bytes, "m.weights"});
    CHECK(status.ok() == (bytes.size() == (old ? 16 : 20) + 4 * count));
  }
}

TEST_CASE("bytes that are no cfg at all are refused") {
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    std::string bytes(Below(&random, 2000), '\0');
    // All bytes, or only those that mean something.
    constexpr std::string_view kAlphabet = "[]=,#;\n\r\t net=width-+1.e0";
    for (char& c : bytes) {
      c = seed % 2 ? static_cast<char>(random())
                   : kAlphabet[Below(&random, kAlphabet.size())];
    }
    const Status status = ReadChecked({bytes, "m.cfg", {}, "m.weights"});
    CHECK(status.code() == YOLO_ERROR_BAD_MODEL);
  }
}

TEST_CASE("the longest files that are taken cost memory in proportion") {
  const std::string net = "[net]\nwidth=64\nheight=64\nchannels=3\n";
  std::vector<std::string> cfgs(5, net);
  while (cfgs[0].size() < kMaxCfgBytes - 16) cfgs[0] += "[dropout]\n";
  for (int i = 0; i < 4096; ++i) cfgs[1] += "[dropout]\n";
  for (int i = 0; i < 4000; ++i) cfgs[2] += "[conv]\n" + std::string(240, '\n');
  for (int i = 0; i < 1000; ++i) {
    cfgs[3] += "[conv]\n";
    for (int k = 0; k < 250; ++k) cfgs[3] += "a=b\n";
  }
  cfgs[4] += "[dropout]\n";
  for (int i = 0; i < 2000; ++i) {
    cfgs[4] += "[shortcut]\nfrom=";
    for (int k = 0; k < 255; ++k) cfgs[4] += "0,";
    cfgs[4] += "0\n";
  }
  for (const std::string& cfg : cfgs) {
    CHECK(cfg.size() > 40000);
    const Status status = ReadChecked({cfg, "m.cfg", {}, "m.weights"});
    CHECK_FALSE(status.ok());
  }
}

TEST_CASE("a name may hold anything and the message stays one short line") {
  for (const size_t size : {0, 1, 63, 64, 65, 1000}) {
    for (const char c : {'a', '\n', '\x80', '\xC3'}) {
      const std::string name(size, c);
      Allocator allocator;
      Graph graph;
      const Status status = ReadDarknet(
          {"[net]\nwidth=x\nheight=1\nchannels=3\n", name, {}, name}, Log(),
          &allocator, &graph);
      CHECK(status.code() == YOLO_ERROR_BAD_MODEL);
      const std::string message = status.message();
      CHECK(message.size() < 140);
      CHECK(message.find('\n') == std::string::npos);
      CHECK(message.find(":2: [net]: width=x is not an integer") !=
            std::string::npos);
    }
  }
}

}  // namespace
}  // namespace yolo
