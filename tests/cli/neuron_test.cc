// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The command on device neuron, which is simulated, and says so.
#include <doctest/doctest.h>

#include "cli/command.h"
#include "nrt_sim/make_neff.h"

using namespace yolo::testing;

namespace {

bool Contains(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

const std::string kModel = "samples/models/yolov4-nano/yolov4-nano.";
const std::string kPhoto = SourcePath("samples/images/astronaut.jpg");

// A NEFF of the own model, and the options that use it.
class Neff {
 public:
  explicit Neff(const yolo::nrt_sim::NeffTensors& tensors = {})
      : path_(folder_ / "nano.neff") {
    const auto cfg = ReadFile(SourcePath(kModel + "cfg"));
    const auto neff = yolo::nrt_sim::MakeNeff(
        {reinterpret_cast<const char*>(cfg.data()), cfg.size()},
        ReadFile(SourcePath(kModel + "weights")), tensors);
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(neff.data()),
               static_cast<std::streamsize>(neff.size()));
  }

  // `command`, with the options, then `more`.
  Outcome Run(const std::string& command, const std::vector<std::string>& more,
              const std::string& libnrt = YOLO_NRT_SIM_DIR
              "/libnrt.so.1") const {
    std::vector<std::string> arguments = {
        command,    "--model",  SourcePath(kModel + "cfg"),
        "--device", "neuron",   "--neff",
        path_,      "--libnrt", libnrt};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Yolo(arguments);
  }

 private:
  Folder folder_;
  std::string path_;
};

TEST_CASE("detect finds what the CPU finds, and says that it is simulated") {
  const Neff neff;
  const Outcome out = neff.Run("detect", {"--json", "--cores", "2", kPhoto});
  REQUIRE(out.exit_code == 0);
  CHECK(Contains(out.err, "simulated"));
  const auto line = out.Lines().at(0);
  REQUIRE(line["detections"].size() == 1);
  CHECK(line["detections"][0]["label"] == "person");
  CHECK(line["core"].get<int>() >= 0);
  CHECK(line.count("notes") == 0);
}

TEST_CASE("info shows runtime, NEFF, tensors, cores and partition") {
  const Neff neff;
  const Outcome text =
      neff.Run("info", {"--cores", "3", "--lanes-per-core", "1"});
  REQUIRE(text.exit_code == 0);
  for (const char* part :
       {"neuron, f16, simulated", "libnrt 2.34.10.0 simulated",
        "neff      'simulated', version 2.0", "3 ready of 3",
        "'image', f16 [1, 320, 320, 3]", "'head_1'", "core 2    ready",
        "36 layers", "(100.0 %)", "lanes       3"}) {
    CHECK(Contains(text.out, part));
  }
  const auto json = neff.Run("info", {"--cores", "3", "--json"}).Lines().at(0);
  CHECK(json["device"] == "neuron");
  CHECK(json["precision"] == "f16");
  CHECK(json["neuron"]["cores"].size() == 3);
  CHECK(json["neuron"]["cores"][2]["ready"] == true);
  CHECK(json["neuron"]["batch"] == 1);
  CHECK(json["neuron"]["layers_on_device"] == 36);
  CHECK(json["neuron"]["details"].size() >= 6);
}

TEST_CASE("a network that decodes its boxes itself") {
  yolo::nrt_sim::NeffTensors tensors;
  tensors.decoding = yolo::nrt_sim::Decoding::kTable;
  const Neff neff(tensors);
  const Outcome text = neff.Run("info", {"--cores", "1"});
  REQUIRE(text.exit_code == 0);
  CHECK(Contains(text.out, "'boxes', f16 [1, "));
  CHECK(Contains(text.out,
                 "x, y, w, h in pixels of the network's input, score = "
                 "objectness x class"));
  CHECK(Contains(text.out, "38 layers"));
  const Outcome out = neff.Run("detect", {"--json", "--cores", "1", kPhoto});
  REQUIRE(out.exit_code == 0);
  REQUIRE(out.Lines().at(0)["detections"].size() == 1);
  CHECK(out.Lines().at(0)["detections"][0]["label"] == "person");
}

TEST_CASE("what decoded boxes and tensors are can be said") {
  yolo::nrt_sim::NeffTensors tensors;
  tensors.decoding = yolo::nrt_sim::Decoding::kTable;
  tensors.box_form = yolo::BoxForm::kCorners;
  tensors.fractions = true;
  const Neff neff(tensors);
  const std::vector<std::string> form = {"--cores",         "1",
                                         "--decoded-boxes", "xyxy",
                                         "--decoded-units", "fractions"};
  auto arguments = form;
  arguments.insert(arguments.end(), {"--json", kPhoto});
  const Outcome out = neff.Run("detect", arguments);
  REQUIRE(out.exit_code == 0);
  REQUIRE(out.Lines().at(0)["detections"].size() == 1);
  CHECK(out.Lines().at(0)["detections"][0]["label"] == "person");

  arguments = form;
  arguments.insert(arguments.end(), {"--decoded-scores", "final"});
  CHECK(Contains(neff.Run("info", arguments).out, "score = class"));
  const Outcome wrong =
      neff.Run("info", {"--cores", "1", "--tensor-types", "image=u9"});
  CHECK(wrong.exit_code == 2);
  CHECK(Contains(wrong.err, "u9"));
}

TEST_CASE("without the runtime: 3, or the CPU with --fallback") {
  const Neff neff;
  const std::string nowhere = "/nowhere/libnrt.so.1";
  const Outcome out = neff.Run("detect", {kPhoto}, nowhere);
  CHECK(out.exit_code == 3);
  CHECK(Contains(out.err, nowhere));
  const Outcome cpu = neff.Run(
      "detect", {"--fallback", "cpu", "--precision", "f32", kPhoto}, nowhere);
  CHECK(cpu.exit_code == 0);
  CHECK(Contains(cpu.err, "device neuron not used"));
  CHECK(Contains(cpu.out, "person"));
}

}  // namespace
