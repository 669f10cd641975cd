// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "model/cfg.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace yolo {
namespace {

std::vector<CfgSection> Parse(std::string_view text) {
  std::vector<CfgSection> sections;
  const Status status = ParseCfg(text, "m.cfg", &sections);
  INFO(std::string(status.message()));
  REQUIRE(status.ok());
  return sections;
}

std::string ParseError(std::string_view text, yolo_status code) {
  std::vector<CfgSection> sections;
  const Status status = ParseCfg(text, "m.cfg", &sections);
  CHECK(status.code() == code);
  return status.message();
}

// "type@line key=value@line ..." of every section, one a line.
std::string Flat(std::string_view text) {
  std::string flat;
  for (const CfgSection& section : Parse(text)) {
    flat += std::string(section.type) + '@' + std::to_string(section.line);
    for (const CfgEntry& entry : section.entries) {
      flat += ' ' + std::string(entry.key) + '=' + std::string(entry.value) +
              '@' + std::to_string(entry.line);
    }
    flat += '\n';
  }
  return flat;
}

TEST_CASE("sections and keys keep their order and their lines") {
  CHECK(Flat("[net]\nwidth=608\n\n[yolo]\nmask = 0,1\nnum=2\n") ==
        "net@1 width=608@2\nyolo@4 mask=0,1@5 num=2@6\n");
}

TEST_CASE(
    "spaces, tabs, CR, comments, a BOM and a missing newline are no part "
    "of a value") {
  CHECK(Flat("\xEF\xBB\xBF# a\r\n; b\r\n [ net ] # c\r\n\twidth \t= 608 ;d\r\n"
             "hue=.1#e\r\r\n \t \nanchors = 10,13,  16, 30") ==
        "net@3 width=608@4 hue=.1@5 anchors=10,13,  16, 30@7\n");
}

TEST_CASE("a value may hold an equals sign, a comment any byte of text") {
  CHECK(Flat("[a]\nb=c=d # \xE4\xBD\xA0=[x\n") == "a@1 b=c=d@2\n");
}

TEST_CASE("a malformed line is refused by file and line") {
  const std::pair<const char*, const char*> cases[] = {
      {"[net\n", "m.cfg:1: expected [section], found \"[net\""},
      {"\n[]\n", "m.cfg:2: expected [section], found \"[]\""},
      {"[net] x\n", "m.cfg:1: expected [section], found \"[net] x\""},
      {"[[net]]\n", "m.cfg:1: expected [section], found \"[[net]]\""},
      {"[net]\nwidth\n", "m.cfg:2: expected key=value, found \"width\""},
      {"[net]\nwidth=\n", "m.cfg:2: expected key=value, found \"width=\""},
      {"[net]\nwidth=#3\n", "m.cfg:2: expected key=value, found \"width=\""},
      {"[net]\n=3\n", "m.cfg:2: expected key=value, found \"=3\""},
      {"width=3\n[net]\n", "m.cfg:1: \"width=3\" comes before any section"},
      {"[net]\nwid\x01th=3\n", "m.cfg:2: not text: \"wid?th=3\""},
      {"", "m.cfg: no section"},
      {"\n# nothing\n", "m.cfg: no section"},
  };
  for (const auto& [text, message] : cases) {
    CHECK(ParseError(text, YOLO_ERROR_BAD_MODEL) == message);
  }
  CHECK(ParseError(std::string_view("[\0net]", 6), YOLO_ERROR_BAD_MODEL) ==
        "m.cfg:1: not text: \"[?net]\"");
}

TEST_CASE("size, lines, sections and keys are bounded") {
  CHECK(ParseError(std::string(kMaxCfgBytes + 1, '\n'), YOLO_ERROR_LIMIT) ==
        "m.cfg: 1048577 bytes; the limit for a .cfg is 1048576");
  CHECK(
      ParseError("[a]\n#" + std::string(kMaxCfgLine, 'x'), YOLO_ERROR_LIMIT) ==
      "m.cfg:2: a line of 16385 bytes; the limit is 16384");
  std::string text;
  for (size_t i = 0; i < kMaxCfgSections; ++i) text += "[a]\n";
  CHECK(Parse(text).size() == kMaxCfgSections);
  CHECK(ParseError(text + "[a]", YOLO_ERROR_LIMIT) ==
        "m.cfg:4098: more than 4096 layers");
  text = "[a]\n";
  for (size_t i = 0; i < kMaxCfgEntries; ++i) text += "b=c\n";
  CHECK(Parse(text)[0].entries.size() == kMaxCfgEntries);
  CHECK(ParseError(text + "b=c", YOLO_ERROR_LIMIT) ==
        "m.cfg:258: more than 256 keys in one section");
}

TEST_CASE("text of others is short, one line and printable in a message") {
  CHECK(std::string_view(Excerpt::Value("a\tb\n\xFF")) == "a?b??");
  CHECK(std::string_view(Excerpt::Value(std::string(41, 'x'))) ==
        std::string(40, 'x') + "...");
  CHECK(std::string_view(Excerpt::Path("a/\n\xC3\xA9.cfg")) ==
        "a/?\xC3\xA9.cfg");
  // The cut falls inside the two bytes of an e with an accent.
  CHECK(
      std::string_view(Excerpt::Path("dir/\xC3\xA9" + std::string(63, 'y'))) ==
      "..." + std::string(63, 'y'));
}

struct Reading {
  explicit Reading(const std::string& lines)
      : text("[net]\n[conv]\n" + lines),
        sections(Parse(text)),
        in("m.cfg", sections[1], 0) {}
  std::string error(yolo_status code = YOLO_ERROR_BAD_MODEL) const {
    CHECK(in.status().code() == code);
    return in.status().message();
  }
  std::string text;
  std::vector<CfgSection> sections;  // into text
  SectionReader in;
};

TEST_CASE("an integer is read with its sign, or is the fallback") {
  Reading r("a=3\nb=+3\nc=-3\nd=007\n");
  CHECK(r.in.Int("a", 9, 0, 10) == 3);
  CHECK(r.in.Int("b", 9, 0, 10) == 3);
  CHECK(r.in.Int("c", 9, -10, 10) == -3);
  CHECK(r.in.Int("d", 9, 0, 10) == 7);
  CHECK(r.in.Int("e", 9, 0, 1) == 9);
  CHECK(r.in.status().ok());
}

TEST_CASE("what is no integer in range is refused by key, value and range") {
  const std::pair<const char*, const char*> cases[] = {
      {"three", "is not an integer"},         {"3.0", "is not an integer"},
      {"3 3", "is not an integer"},           {"1e1", "is not an integer"},
      {"0x3", "is not an integer"},           {"+-3", "is not an integer"},
      {"--3", "is not an integer"},           {"+", "is not an integer"},
      {"11", "must be from 0 to 10"},         {"-1", "must be from 0 to 10"},
      {"99999999999", "must be from 0 to 10"}};
  for (const auto& [value, reason] : cases) {
    Reading r(std::string("x=1\na=") + value);
    CHECK(r.in.Int("a", 9, 0, 10) == 9);
    CHECK(r.error() ==
          std::string("m.cfg:4: layer 0 [conv]: a=") + value + ' ' + reason);
  }
}

TEST_CASE("a float is read in every spelling, and nothing that is not finite") {
  Reading r("a=.1\nb=1e-3\nc=+2.5\nd=-.5E1\ne=7\n");
  CHECK(r.in.Float("a", 9, -10, 10) == 0.1f);
  CHECK(r.in.Float("b", 9, -10, 10) == 1e-3f);
  CHECK(r.in.Float("c", 9, -10, 10) == 2.5f);
  CHECK(r.in.Float("d", 9, -10, 10) == -5.0f);
  CHECK(r.in.Float("e", 9, -10, 10) == 7.0f);
  CHECK(r.in.Float("f", 9, -10, 10) == 9.0f);
  CHECK(r.in.status().ok());
  for (const char* value : {"nan", "inf", "-inf", "1,5", "1.5x", "."}) {
    Reading bad(std::string("a=") + value);
    CHECK(bad.in.Float("a", 9, -10, 10) == 9.0f);
    CHECK(bad.error() == std::string("m.cfg:3: layer 0 [conv]: a=") + value +
                             " is not a number");
  }
  for (const char* value : {"11", "1e99"}) {
    Reading bad(std::string("a=") + value);
    bad.in.Float("a", 9, -10, 10);
    CHECK(bad.error() == std::string("m.cfg:3: layer 0 [conv]: a=") + value +
                             " must be from -10 to 10");
  }
}

TEST_CASE("a list may have spaces and a comma at its end, and no gap") {
  Reading r("a=10,13,  16, 30\nb = 1 ,2,\nc=.5,+1\n");
  CHECK(r.in.Ints("a", 4) == std::vector<int>{10, 13, 16, 30});
  CHECK(r.in.Ints("b", 4) == std::vector<int>{1, 2});
  CHECK(r.in.Floats("c", 4) == std::vector<float>{0.5f, 1.0f});
  CHECK(r.in.Ints("d", 4).empty());
  CHECK(r.in.status().ok());
  const std::pair<const char*, const char*> cases[] = {
      {"1,,2", "has \"\", which is not an integer"},
      {",", "has \"\", which is not an integer"},
      {"1, 2x", "has \"2x\", which is not an integer"},
      {"1 2", "has \"1 2\", which is not an integer"},
      {"1,2,3,4,5", "has more than 4 number(s)"}};
  for (const auto& [value, reason] : cases) {
    Reading bad(std::string("a=") + value);
    CHECK(bad.in.Ints("a", 4).empty());
    CHECK(bad.error() ==
          std::string("m.cfg:3: layer 0 [conv]: a=") + value + ' ' + reason);
  }
}

TEST_CASE("the first failure stays, later values are fallbacks") {
  Reading r("a=x\nb=y\nc=3\n");
  CHECK(r.in.Int("a", 1, 0, 9) == 1);
  CHECK(r.in.Int("b", 2, 0, 9) == 2);
  CHECK(r.in.Int("c", 4, 0, 9) == 4);
  CHECK(r.in.Text("c", "z") == "z");
  CHECK(r.error() == "m.cfg:3: layer 0 [conv]: a=x is not an integer");
}

TEST_CASE("a feature is refused unless it has its harmless value") {
  Reading r("xnor=0\n");
  r.in.Refuse("xnor", 0, "binary weights");
  r.in.Refuse("binary", 0, "binary weights");
  CHECK(r.in.status().ok());
  Reading bad("xnor=1\n");
  bad.in.Refuse("xnor", 0, "binary weights");
  CHECK(bad.error(YOLO_ERROR_UNSUPPORTED_MODEL) ==
        "m.cfg:3: layer 0 [conv]: xnor=1 is not supported: binary weights");
}

TEST_CASE(
    "of a key that stands twice the first counts; what was not read is "
    "told") {
  Reading r("a=1\na=2\nunknown=5\nseen=6\n");
  CHECK(r.in.Int("a", 0, 0, 9) == 1);
  std::string told;
  const Log log{[](void* user, int32_t level, const char* message) {
                  CHECK(level == YOLO_LOG_WARNING);
                  *static_cast<std::string*>(user) +=
                      message + std::string("|");
                },
                &told};
  r.in.WarnUnread({"other seen", ""}, log);
  CHECK(told ==
        "m.cfg:4: layer 0 [conv]: a=2 is ignored: the key's first line counts|"
        "m.cfg:5: layer 0 [conv]: unknown=5 is ignored: the key is not "
        "known|");
}

TEST_CASE("a section without an index is named by its type alone") {
  const auto sections = Parse("[net]\nwidth=x\n");
  SectionReader in("some/m.cfg", sections[0], SectionReader::kNoIndex);
  in.Int("width", 0, 0, 9);
  CHECK(std::string(in.status().message()) ==
        "some/m.cfg:2: [net]: width=x is not an integer");
  CHECK(std::string(in.Error(YOLO_ERROR_BAD_MODEL, "odd").message()) ==
        "some/m.cfg:1: [net]: odd");
}

}  // namespace
}  // namespace yolo
