// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo bench as a user runs it.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/command.h"

using namespace yolo::testing;

namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

size_t CountOf(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// `more` behind the options of a run of a second.
Outcome Bench(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"bench", "--seconds", "1", "--window",
                                        "0.25",  "--warmup",  "0"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return Yolo(arguments);
}

nlohmann::json ReadJson(const std::string& path) {
  return nlohmann::json::parse(ReadText(path));
}

// Five windows, the last of them the rest; together they are the run.
void CheckWindows(const nlohmann::json& run) {
  uint64_t in_windows = 0;
  double cpu = 0;
  for (const auto& window : run["windows"]) {
    in_windows += window["images"].get<uint64_t>();
    cpu += window["cpus"].get<double>() * window["seconds"].get<double>();
    CHECK(window["rss_bytes"].get<uint64_t>() > 1 << 20);
  }
  CHECK(in_windows == run["images"]);
  CHECK(run["windows"].size() == 5);
  CHECK(cpu == doctest::Approx(run["cpu"]["user_s"].get<double>() +
                               run["cpu"]["system_s"].get<double>()));
}

}  // namespace

TEST_CASE("a run counts everything, allocates nothing and says so") {
  const Folder folder;
  const Outcome out =
      Bench({"--images", SourcePath("samples/images"), "--callers", "3",
             "--batch", "2", "--price-per-hour", "0.5", "--json",
             folder / "run.json", "--name", "mine"});
  INFO(out.err);
  REQUIRE(out.exit_code == 0);
  const auto run = ReadJson(folder / "run.json");
  CHECK(run["schema"] == "yolo-bench/1");
  CHECK(run["name"] == "mine");
  CHECK(run["model"]["network_width"] == 320);
  CHECK(run["load"]["mode"] == "closed");
  CHECK(run["load"]["callers"] == 3);
  CHECK(run["load"]["batch"] == 2);
  CHECK(run["load"]["files"] == 3);
  CHECK(run["load"]["rate"].is_null());
  CHECK(run["interrupted"] == false);
  CHECK(run["wall_s"].get<double>() >= 1);
  CHECK(run["failed_images"] == 0);
  CHECK(run["failed"].empty());

  const auto images = run["images"].get<uint64_t>();
  const double wall = run["wall_s"];
  CHECK(images > 0);
  CHECK(images % 2 == 0);
  CHECK(run["fps"]["mean"].get<double>() ==
        doctest::Approx(static_cast<double>(images) / wall));
  CHECK(run["latency_ms"]["call"]["count"] == images / 2);
  CHECK(run["latency_ms"]["image"]["count"] == images);
  for (const char* kind : {"call", "image"}) {
    const auto& l = run["latency_ms"][kind];
    CHECK(l["p50"] <= l["p90"]);
    CHECK(l["p90"] <= l["p99"]);
    CHECK(l["p99"] <= l["p99_9"]);
    CHECK(l["p99_9"] <= l["max"]);
    CHECK(l["min"].get<double>() > 0);
  }
  // An image is there before its call returns.
  CHECK(run["latency_ms"]["image"]["max"] <= run["latency_ms"]["call"]["max"]);
  for (const char* stage : {"decode", "pack", "run", "extract"}) {
    CHECK(run["stages_ms"][stage].get<double>() > 0);
  }
  CheckWindows(run);
  CHECK(run["rss_bytes"]["end"].get<uint64_t>() > 1 << 20);
  CHECK(run["rss_bytes"]["minute"].is_null());
  CHECK(run["allocations"] == 0);
  CHECK(run["allocations_before"].get<uint64_t>() > 0);
  CHECK(run["cost_per_million"].get<double>() ==
        doctest::Approx(0.5 / 3600 / run["fps"]["mean"].get<double>() * 1e6));

  for (const char* part :
       {"3 callers x 2 images, closed loop", "failed images  0", "P99.9",
        "per call", "per image", "stages  wait", "0 by libyolo", "cost"}) {
    CAPTURE(part);
    CHECK(Contains(out.out, part));
  }
}

TEST_CASE("files that fail are named and counted, and the rest goes on") {
  const Folder folder;
  const std::string bad = folder / "<script>alert(1)<img src=x>.jpg";
  WriteFile(bad, {0xff, 0xd8, 0xff, 0xe0, 1, 2, 3});
  const Outcome out = Bench(
      {"--images", Cat(), bad, folder / "gone.jpg", "--callers", "2", "--batch",
       "1", "--json", folder / "run.json", "--report", folder / "run.html"});
  CHECK(out.exit_code == 1);
  CHECK(Contains(out.out, bad + ": "));
  CHECK(Contains(out.out, "gone.jpg: not run: "));
  const auto run = ReadJson(folder / "run.json");
  CHECK(run["load"]["files"] == 2);
  REQUIRE(run["failed"].size() == 2);
  CHECK(run["failed"][0]["image"] == folder / "gone.jpg");
  CHECK(run["failed"][0]["status"] == "YOLO_ERROR_IO");
  CHECK(run["failed"][0]["times"] == 0);
  CHECK(run["failed"][1]["image"] == bad);
  CHECK(run["failed"][1]["status"] == "YOLO_ERROR_BAD_IMAGE");
  CHECK(run["failed"][1]["message"] != "");
  const auto failed = run["failed_images"].get<uint64_t>();
  const auto images = run["images"].get<uint64_t>();
  CHECK(run["failed"][1]["times"] == failed);
  CHECK(failed > 0);
  // Files take turns; of two callers each may be one image ahead.
  CHECK(std::max(failed, images) - std::min(failed, images) <= 2);
  CHECK(run["latency_ms"]["image"]["count"] == images + failed);
  CHECK(run["fps"]["mean"].get<double>() ==
        doctest::Approx(static_cast<double>(images) /
                        run["wall_s"].get<double>()));

  const std::string html = ReadText(folder / "run.html");
  CHECK(Contains(html, "&lt;script&gt;alert(1)&lt;img src=x&gt;.jpg"));
  CHECK(CountOf(html, "<script") == 0);
  CHECK(CountOf(html, "<img") == 0);

  const Outcome none = Bench({"--images", folder / "gone.jpg"});
  CHECK(none.exit_code == 1);
  CHECK(Contains(none.err, "gone.jpg"));
}

TEST_CASE("open loop reports what arrived") {
  const Folder folder;
  const Outcome out = Bench({"--images", Cat(), "--rate", "1e6", "--callers",
                             "2", "--json", folder / "run.json"});
  CHECK(out.exit_code == 0);
  const auto run = ReadJson(folder / "run.json");
  CHECK(run["load"]["mode"] == "open");
  CHECK(run["load"]["rate"] == 1e6);
  CHECK(run["load"]["seed"] == 1);
  const auto unserved = run["unserved_images"].get<uint64_t>();
  CHECK(unserved > 0);
  CHECK(run["latency_ms"]["image"]["count"] ==
        run["images"].get<uint64_t>() + unserved);
  CHECK(Contains(out.out, "above the capacity"));
}

TEST_CASE("Ctrl-C ends with the report so far") {
  const Folder folder;
  const std::string log = folder / "log", json = folder / "run.json";
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const int file = open(log.c_str(), O_WRONLY | O_CREAT, 0600);
    dup2(file, STDOUT_FILENO);
    const std::string cat = Cat();
    execl(YOLO_COMMAND, "yolo", "bench", "--images", cat.c_str(), "--seconds",
          "36000", "--window", "0.2", "--warmup", "0", "--json", json.c_str(),
          nullptr);
    _exit(127);
  }
  // Two lines of heading, one of columns, then a line for each window.
  for (int i = 0; i < 3000 && CountOf(ReadText(log), "\n") < 6; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  CHECK(CountOf(ReadText(log), "\n") >= 6);
  kill(child, SIGINT);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(Contains(ReadText(log), "interrupted"));
  const auto run = ReadJson(json);
  CHECK(run["interrupted"] == true);
  CHECK(run["images"].get<uint64_t>() > 0);
  CHECK(run["windows"].size() >= 3);
  CHECK(run["wall_s"].get<double>() < 36000);
}

TEST_CASE("runs are compared, with and without one of one's own") {
  const Folder folder;
  const std::string a = folder / "a.json", b = folder / "b.json";
  REQUIRE(
      Bench({"--images", Cat(), "--json", a, "--name", "first"}).exit_code ==
      0);
  const Outcome both = Bench({"--images", Cat(), "--json", b, "--name",
                              "second & last", "--compare", a});
  REQUIRE(both.exit_code == 0);
  CHECK(Contains(both.out, "first  "));

  const Outcome alone =
      Yolo({"bench", "--compare", a, b, "--report", folder / "c.html"});
  CHECK(alone.exit_code == 0);
  CHECK(alone.err == "");  // no model was loaded
  CHECK(Contains(alone.out, "second & last"));
  const std::string html = ReadText(folder / "c.html");
  CHECK(Contains(html, "second &amp; last"));
  CHECK(Contains(html, "first and second &amp; last</title>"));
  CHECK(CountOf(html, "<figure") == 4);
  // Nothing is loaded: no address, no script, no font.
  for (const char* part : {"http://", "https://", "<script", "<link rel=\"sty",
                           "@import", "url("}) {
    CAPTURE(part);
    CHECK(!Contains(html, part));
  }
}

TEST_CASE("what is not a run is refused with its name") {
  const Folder folder;
  std::ofstream(folder / "other.json") << "{\"schema\": \"other/1\"}";
  std::ofstream(folder / "short.json") << "{\"schema\": \"yolo-bench/1\"}";
  std::ofstream(folder / "text.json") << "text";
  const std::pair<const char*, const char*> cases[] = {
      {"other.json", "other/1"},
      {"short.json", "'name'"},
      {"text.json", "parse error"},
      {"none.json", "cannot be read"}};
  for (const auto& [name, part] : cases) {
    const Outcome out = Yolo({"bench", "--compare", folder / name});
    CAPTURE(out.err);
    CHECK(out.exit_code == 2);
    CHECK(Contains(out.err, folder / name));
    CHECK(Contains(out.err, part));
  }
  const Outcome out =
      Bench({"--images", Cat(), "--report", folder / "no/such.html"});
  CHECK(out.exit_code == 4);
  CHECK(Contains(out.err, "no/such.html"));
  CHECK(out.out == "");  // before anything was measured
}

TEST_CASE("wrong options are named") {
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"bench"}, "--images or --compare"},
      {{"bench", "--images", "a.jpg", "--callers", "0"}, "--callers"},
      {{"bench", "--images", "a.jpg", "--batch", "x"}, "--batch"},
      {{"bench", "--images", "a.jpg", "--seconds", "0"}, "--seconds"},
      {{"bench", "--images", "a.jpg", "--seconds", "nan"}, "--seconds"},
      {{"bench", "--images", "a.jpg", "--window", "-1"}, "--window"},
      {{"bench", "--images", "a.jpg", "--rate", "0"}, "--rate"},
      {{"bench", "--images", "a.jpg", "--price-per-hour", "inf"},
       "--price-per-hour"},
      {{"bench", "--images", "a.jpg", "--warmup", "-1"}, "--warmup"},
  };
  for (const auto& c : cases) {
    const Outcome out = Yolo(c.first);
    CAPTURE(c.second);
    CAPTURE(out.err);
    CHECK(out.exit_code == 2);
    CHECK(Contains(out.err, c.second));
  }
}

TEST_CASE("help and docs/cli.md have every option of bench") {
  const std::string help = Yolo({"bench", "--help"}).out;
  std::string docs = ReadText(SourcePath("docs/cli.md"));
  docs.erase(0, docs.find("## yolo bench"));
  for (const char* option :
       {"--images", "--callers", "--batch", "--seconds", "--window", "--warmup",
        "--rate", "--seed", "--price-per-hour", "--name", "--report", "--json",
        "--compare"}) {
    CAPTURE(option);
    CHECK(Contains(help, option));
    CHECK(Contains(docs, option));
  }
}
