// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The large cfgs with seeded random weights on one photo, against OpenCV.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "support/golden.h"

namespace yolo::testing {
namespace {

namespace fs = std::filesystem;

std::string Quoted(const std::string& text) { return "'" + text + "'"; }

bool Runs(const std::string& command) {
  return std::system(command.c_str()) == 0;
}

// A Python with NumPy; "" when there is none.
std::string Python() {
  for (const char* python : {"python3", "/usr/bin/python3"}) {
    if (Runs(std::string(python) + " -c 'import numpy' 2>/dev/null")) {
      return python;
    }
  }
  return "";
}

// Hash of the end of a file, as make_opencv_goldens.py does it.
uint64_t TailHash(const std::string& path) {
  char tail[4096];
  std::ifstream file(path, std::ios::binary);
  file.seekg(-static_cast<std::streamoff>(sizeof(tail)), std::ios::end);
  file.read(tail, sizeof(tail));
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : tail) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  }
  return hash;
}

// Weights in the current folder, up to 511 MB; gone with the object.
class RandomWeights {
 public:
  RandomWeights(const std::string& cfg, const Golden& golden)
      : path_("e2e_big_" + golden.model + ".weights") {
    static const std::string python = Python();
    static const std::string generator = DataPath("../tools/random_weights.py");
    if (python.empty()) SkipProgram("no python3 with numpy");
    if (!fs::exists(generator)) SkipProgram("no " + generator);
    REQUIRE(Runs(python + ' ' +
                 Quoted(SourcePath("tests/golden/random_weights.py")) +
                 " --gain " + std::to_string(golden.gain) + ' ' +
                 Quoted(generator) + ' ' + Quoted(cfg) + ' ' + Quoted(path_)));
    REQUIRE_MESSAGE(TailHash(path_) == golden.weights_tail,
                    "this NumPy draws other numbers than the goldens' NumPy");
  }
  ~RandomWeights() { fs::remove(path_); }
  RandomWeights(const RandomWeights&) = delete;
  RandomWeights& operator=(const RandomWeights&) = delete;

  const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

void CheckBigModel(const std::string& name) {
  const Golden golden = ReadGolden(name);
  const std::string cfg = DataPath("cfg/" + golden.cfg + ".cfg");
  const RandomWeights weights(cfg, golden);
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_path = cfg.c_str();
  options.weights_path = weights.path();
  options.num_lanes = 1;  // one image: no memory for others
  const auto load = [](const std::string& photo) {
    return JpegFile(DataPath("demo/" + photo + ".jpg"));
  };
  CheckGoldens(golden, options, YOLO_DEVICE_AUTO, YOLO_PRECISION_F32, load);
  // Heads that saturate multiply what bf16 rounds off: see golden/README.md.
  const bool saturated = name == "yolov3" || name == "yolov3-spp";
  if (YOLO_ONEDNN && !saturated) {
    CheckGoldens(golden, options, YOLO_DEVICE_CPU, YOLO_PRECISION_BF16, load,
                 kBf16Random);
  }
}

TEST_CASE("tiny cfgs with random weights agree with OpenCV") {
  for (const char* name :
       {"yolov3-tiny", "yolov4-tiny", "yolov4-tiny-3l", "yolov7-tiny"}) {
    CheckBigModel(name);
  }
}

TEST_CASE("large cfgs with random weights agree with OpenCV") {
  if (!kSanitizer.empty()) {
    MESSAGE("left out under " << kSanitizer << ": only the tiny cfgs ran");
    return;
  }
  for (const char* name :
       {"yolov3", "yolov3-gain-0.9", "yolov3-spp", "yolov3-spp-gain-0.9",
        "yolov4", "yolov4-csp", "yolov4-csp-swish",
        "yolov4-csp-swish-gain-1.08", "yolov4-p5", "yolov4-p6", "yolov4x-mish",
        "yolov7", "yolov7-gain-1.12", "yolov7x", "yolov7x-gain-1.165"}) {
    CheckBigModel(name);
  }
}

}  // namespace
}  // namespace yolo::testing
