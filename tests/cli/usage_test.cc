// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Help, version, wrong usage, exit status, yolo info, the C samples.
#include <doctest/doctest.h>

#include <cmath>

#include "cli/command.h"

using namespace yolo::testing;

namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("help and version go to stdout and succeed") {
  const Outcome version = Yolo({"--version"});
  CHECK(version.exit_code == 0);
  CHECK(version.out.starts_with("yolo 0.1.0\n"));
  CHECK(version.err == "");
  for (const char* command : {"bench", "detect", "eval", "info"}) {
    const Outcome help = Yolo({command, "--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.err == "");
    for (const char* option :
         {"--model", "--weights", "--labels", "--device", "--precision",
          "--lanes", "--threads", "--threshold", "--iou", "--nms", "--profile",
          "--decode", "--size", "--json", "Exit status"}) {
      CAPTURE(option);
      CHECK(Contains(help.out, option));
    }
  }
}

TEST_CASE("wrong usage ends with 2 and names the option") {
  const struct {
    std::vector<std::string> arguments;
    const char* names;
  } cases[] = {
      {{}, "subcommand"},
      {{"bogus"}, "bogus"},
      {{"detect"}, "images"},
      {{"detect", "--bogus", "a.jpg"}, "--bogus"},
      {{"detect", "--threshold", "0", "a.jpg"}, "--threshold"},
      {{"detect", "--threshold", "1.5", "a.jpg"}, "--threshold"},
      {{"detect", "--threshold", "nan", "a.jpg"}, "--threshold"},
      {{"detect", "--iou", "-1", "a.jpg"}, "--iou"},
      {{"detect", "--lanes", "0", "a.jpg"}, "--lanes"},
      {{"detect", "--threads", "x", "a.jpg"}, "--threads"},
      {{"detect", "--size", "416", "a.jpg"}, "--size"},
      {{"detect", "--size", "416x0", "a.jpg"}, "--size"},
      {{"detect", "--device", "gpu", "a.jpg"}, "auto|cpu|portable|neuron"},
      {{"detect", "--device", "neuron", "a.jpg"}, "--neff"},
      {{"detect", "--cores", "0", "a.jpg"}, "--cores"},
      {{"detect", "--fallback", "gpu", "a.jpg"}, "none|cpu"},
      {{"detect", "--classes", "1,x", "a.jpg"}, "--classes"},
      {{"detect", "--weights", "w.weights", "a.jpg"}, "--model"},
      {{"detect", "--output", "a.png", "b.jpg", "c.jpg"}, "a.png"},
      {{"detect", "--size", "321x320", Cat()}, "321"},
      {{"detect", "--classes", "80", Cat()}, "80"},
      {{"detect", "--output", Cat(), Cat()}, "cat.jpg"},
  };
  for (const auto& c : cases) {
    const Outcome run = Yolo(c.arguments);
    CAPTURE(c.names);
    CAPTURE(run.err);
    CHECK(run.exit_code == 2);
    CHECK(Contains(run.err, c.names));
    // One line, behind the notice of the built-in model if that was loaded.
    const size_t line = run.err.rfind("yolo: ");
    REQUIRE(line != std::string::npos);
    CHECK(run.err.find('\n', line) == run.err.size() - 1);
    CHECK((line == 0 || run.err[line - 1] == '\n'));
    CHECK(run.out == "");
  }
}

TEST_CASE("a model that cannot be loaded ends with 3 and names the file") {
  const Folder folder;
  std::ofstream(folder / "bad.cfg") << "this is no network\n";
  const std::string weights = NanoModel("yolov4-nano.weights");
  const struct {
    std::vector<std::string> arguments;
    std::string names;
  } cases[] = {
      {{"--model", folder / "none.cfg"}, folder / "none.cfg"},
      {{"--model", folder / "bad.cfg", "--weights", weights},
       folder / "bad.cfg"},
      {{"--model", NanoModel("yolov4-nano.cfg"), "--weights", Cat()}, Cat()},
      {{"--labels", folder / "none.names"}, folder / "none.names"},
  };
  for (const auto& c : cases) {
    std::vector<std::string> arguments = {"detect", Cat()};
    arguments.insert(arguments.end(), c.arguments.begin(), c.arguments.end());
    const Outcome run = Yolo(arguments);
    CAPTURE(c.names);
    CAPTURE(run.err);
    CHECK(run.exit_code == 3);
    CHECK(Contains(run.err, c.names));
    CHECK(run.out == "");
  }
}

TEST_CASE("what cannot be written ends with 4 and names the file") {
  const Folder folder;
  WriteFile(folder / "file", {1});
  Outcome run = Yolo({"detect", "--output", folder / "no/such/a.png", Cat()});
  CHECK(run.exit_code == 4);
  CHECK(Contains(run.err, folder / "no/such/a.png"));
  CHECK(Contains(run.out, "cat.jpg: 451 x 300"));  // the report is there

  run = Yolo({"detect", "--output", folder / "file", Cat()});
  CHECK(run.exit_code == 4);
  CHECK(Contains(run.err, folder / "file"));

  run = Yolo({"detect", Cat()}, "/dev/full");
  CHECK(run.exit_code == 4);
  CHECK(Contains(run.err, "standard output"));
}

TEST_CASE("info --json adds up") {
  const Outcome run = Yolo({"info", "--json"});
  REQUIRE(run.exit_code == 0);
  const nlohmann::json info = run.Lines().at(0);
  CHECK(info["network_width"] == 320);
  CHECK(info["classes"] == 80);
  CHECK(info["named_classes"] == 80);
  CHECK(info["heads"] == 2);
  CHECK(std::abs(info["gflop"].get<double>() - 0.93) < 0.005);
  CHECK(info["lanes"] >= 1);
  CHECK(info["device"].is_string());
  CHECK(info["precision"] != "auto");
  CHECK(info["instruction_set"].is_string());
  CHECK(info["bytes_held"] >= info["bytes_weights"]);
  CHECK(Contains(info["build"], "0.1.0"));
  double gflop = 0;
  uint64_t parameters = 0;
  for (const nlohmann::json& layer : info["layers"]) {
    CHECK(layer["type"].is_string());
    CHECK(layer["line"] > 0);
    gflop += layer["gflop"].get<double>();
    parameters += layer["parameters"].get<uint64_t>();
  }
  CHECK(std::abs(gflop - info["gflop"].get<double>()) < 1e-4);
  CHECK(parameters == info["parameters"]);
}

TEST_CASE("info reports the options that the command line set") {
  const auto info =
      Yolo({"info",     "--json",  "--threshold", "0.4",       "--iou",
            "0.6",      "--nms",   "diou",        "--profile", "ultralytics",
            "--decode", "exact",   "--size",      "256x320",   "--device",
            "portable", "--lanes", "3",           "--threads", "2",
            "--no-exif"})
          .Lines()
          .at(0);
  CHECK(info["options"]["score_threshold"] == 0.4);
  CHECK(info["options"]["iou_threshold"] == 0.6);
  CHECK(info["options"]["nms"] == "diou");
  CHECK(info["options"]["profile"] == "ultralytics");
  CHECK(info["options"]["decode"] == "exact");
  CHECK(info["options"]["exif"] == false);
  CHECK(info["network_width"] == 256);
  CHECK(info["network_height"] == 320);
  CHECK(info["device"] == "portable");
  CHECK(info["precision"] == "f32");
  CHECK(info["lanes"] == 3);
  CHECK(info["threads_per_lane"] == 2);
}

TEST_CASE("the defaults in the help are the library's") {
  const std::string help = Yolo({"detect", "--help"}).out;
  const auto options = Yolo({"info", "--json"}).Lines().at(0)["options"];
  const auto bracketed = [](const nlohmann::json& value) {
    return "[" + value.dump() + "]";
  };
  CHECK(Contains(help, bracketed(options["score_threshold"])));
  CHECK(Contains(help, bracketed(options["iou_threshold"])));
  CHECK(Contains(help, bracketed(options["max_detections"])));
  CHECK(Contains(help, bracketed(options["max_candidates"])));
}

TEST_CASE("info is readable without --json") {
  const Outcome run = Yolo({"info"});
  CHECK(run.exit_code == 0);
  for (const char* word : {"yolov4-nano", "320 x 320", "0.93 GFLOP",
                           "convolutional", "maxpool", "yolo"}) {
    CAPTURE(word);
    CHECK(Contains(run.out, word));
  }
}

TEST_CASE("the README's program is samples/detect.c") {
  std::string program = ReadText(SourcePath("samples/detect.c"));
  program.erase(0, program.find("#include"));
  CHECK(Contains(ReadText(SourcePath("README.md")),
                 "```c\n" + program + "```\n"));
}
