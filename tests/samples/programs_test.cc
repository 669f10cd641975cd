// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The one-file programs in C find what `yolo detect` finds.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "cli/command.h"
#include "image/jpeg_writer.h"
#include "support/nv12.h"

namespace yolo::testing {
namespace {

using Json = nlohmann::json;

const std::string kCfg = NanoModel("yolov4-nano.cfg");
const std::string kWeights = NanoModel("yolov4-nano.weights");

struct Box {
  int class_id;
  double score, x0, y0, x1, y1;
};

// The boxes in lines that contain "class N, score S, box X0 Y0 X1 Y1".
std::vector<Box> PrintedBoxes(const std::string& text) {
  std::vector<Box> boxes;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t at = line.find("class ");
    if (at == std::string::npos) continue;
    Box b;
    const int fields = std::sscanf(
        line.c_str() + at, "class %d, score %lf, box %lf %lf %lf %lf",
        &b.class_id, &b.score, &b.x0, &b.y0, &b.x1, &b.y1);
    CAPTURE(line);
    REQUIRE(fields == 6);
    boxes.push_back(b);
  }
  return boxes;
}

std::vector<Box> CommandBoxes(const std::string& photo) {
  const Outcome run = Yolo({"detect", "--json", photo});
  REQUIRE(run.exit_code == 0);
  std::vector<Box> boxes;
  const Json line = run.Lines().at(0);
  for (const Json& d : line.at("detections")) {
    const Json& box = d.at("box");
    boxes.push_back({d.at("class_id"), d.at("score"), box.at(0), box.at(1),
                     box.at(2), box.at(3)});
  }
  return boxes;
}

// Within a score and within pixels.
void CheckBoxes(const std::vector<Box>& want, const std::vector<Box>& got,
                double score, double pixels) {
  REQUIRE(want.size() >= 1);
  REQUIRE(got.size() == want.size());
  for (size_t i = 0; i < want.size(); ++i) {
    CAPTURE(i);
    CHECK(got[i].class_id == want[i].class_id);
    CHECK(std::abs(got[i].score - want[i].score) <= score);
    CHECK(std::abs(got[i].x0 - want[i].x0) <= pixels);
    CHECK(std::abs(got[i].y0 - want[i].y0) <= pixels);
    CHECK(std::abs(got[i].x1 - want[i].x1) <= pixels);
    CHECK(std::abs(got[i].y1 - want[i].y1) <= pixels);
  }
}

// Printed with two decimals, and in whole pixels.
constexpr double kPrintedScore = 0.00501, kPrintedPixels = 0.501;

TEST_CASE("sample_detect prints the command's boxes") {
  for (const std::string& photo : {Astronaut(), Coffee()}) {
    CAPTURE(photo);
    const Outcome run = RunProgram(YOLO_SAMPLE_DETECT, {kCfg, kWeights, photo});
    CHECK(run.exit_code == 0);
    CheckBoxes(CommandBoxes(photo), PrintedBoxes(run.out), kPrintedScore,
               kPrintedPixels);
  }
}

TEST_CASE("sample_detect says why it finds nothing") {
  const Folder folder;
  const std::string large = folder / "large.jpg";
  WriteFile(large, std::vector<uint8_t>(16 << 20, 0xff));
  const struct {
    std::string photo, message;
  } cases[] = {{kCfg, "libjpeg: Not a JPEG"},
               {"/no/such.jpg", "/no/such.jpg: unreadable"},
               {large, "large.jpg: unreadable, empty, or too large"}};
  for (const auto& c : cases) {
    CAPTURE(c.photo);
    const Outcome run =
        RunProgram(YOLO_SAMPLE_DETECT, {kCfg, kWeights, c.photo});
    CHECK(run.exit_code == 1);
    CHECK(run.out == "");
    CAPTURE(run.err);
    CHECK(run.err.find(c.message) != std::string::npos);
  }
}

TEST_CASE("sample_batch prints the command's boxes; bad photos fail alone") {
  const Outcome run =
      RunProgram(YOLO_SAMPLE_BATCH,
                 {kCfg, kWeights, Astronaut(), kCfg, Coffee(), "/no/such.jpg"});
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("/no/such.jpg: image 3: ") != std::string::npos);
  CHECK(run.out.find("yolov4-nano.cfg: image 1: libjpeg: Not a JPEG") !=
        std::string::npos);
  std::vector<Box> want = CommandBoxes(Astronaut());
  for (const Box& b : CommandBoxes(Coffee())) want.push_back(b);
  CheckBoxes(want, PrintedBoxes(run.out), kPrintedScore, kPrintedPixels);
}

// ---- camera_frame ----------------------------------------------------------

using Bytes = std::vector<uint8_t>;

constexpr size_t kSide = 512;  // of the astronaut

Bytes AstronautFrame() {
  const Bytes rgb = ReadJpegPlainly(ReadFile(Astronaut()));
  REQUIRE(rgb.size() == kSide * kSide * 3);
  return RgbToNv12(rgb, kSide, kSide);
}

Bytes Padded(const Bytes& frame, size_t stride) {
  Bytes out;
  for (size_t row = 0; row < frame.size() / kSide; ++row) {
    out.insert(out.end(), frame.begin() + row * kSide,
               frame.begin() + (row + 1) * kSide);
    out.resize((row + 1) * stride, 0xa5);
  }
  return out;
}

Outcome Camera(const Bytes& frames, const std::string& stride = "") {
  const Folder folder;
  const std::string file = folder / "frames.nv12";
  WriteFile(file, frames);
  std::vector<std::string> arguments = {kCfg, kWeights, file, "512", "512"};
  if (!stride.empty()) arguments.push_back(stride);
  return RunProgram(YOLO_SAMPLE_CAMERA_FRAME, arguments);
}

TEST_CASE("sample_camera_frame finds in an NV12 frame what the photo has") {
  const Outcome run = Camera(AstronautFrame());
  CHECK(run.exit_code == 0);
  CHECK(run.out.starts_with("frame 1: "));
  // The frame's chroma is one pixel of four, and its numbers are rounded once
  // more: measured less than 0.01 and 3.4 pixels.
  CheckBoxes(CommandBoxes(Astronaut()), PrintedBoxes(run.out), 0.02, 6);

  const Outcome padded = Camera(Padded(AstronautFrame(), 600), "600");
  CHECK(padded.exit_code == 0);
  CHECK(padded.out == run.out);
}

TEST_CASE("sample_camera_frame looks at the last frame, whatever it missed") {
  const Bytes last = AstronautFrame();
  Bytes frames(10 * last.size(), 128);
  frames.insert(frames.end(), last.begin(), last.end());
  const Outcome run = Camera(frames);
  CHECK(run.exit_code == 0);
  CHECK(run.err.find("11 frames") != std::string::npos);
  std::string want = Camera(last).out;
  want.replace(want.find("frame 1:"), 8, "frame 11:");
  CHECK(run.out == want);
}

TEST_CASE("sample_camera_frame says what is wrong with its input") {
  Bytes frames = AstronautFrame();
  frames.pop_back();
  Outcome run = Camera(frames);
  CHECK(run.exit_code == 1);
  CHECK(run.err.find("not whole") != std::string::npos);
  run = Camera(AstronautFrame(), "100");
  CHECK(run.exit_code == 1);
  CHECK(run.err.find("stride") != std::string::npos);
}

}  // namespace
}  // namespace yolo::testing
