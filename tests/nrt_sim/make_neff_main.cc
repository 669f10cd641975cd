// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// make_neff: a Darknet model -> a file for the simulated libnrt.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>
#include <vector>

#include "nrt_sim/make_neff.h"

namespace {

using yolo::DataType;
using yolo::Layout;

constexpr char kUsage[] =
    "usage: make_neff <model.cfg> <model.weights> <out.neff> [input=TYPE]\n"
    "    [input_layout=LAYOUT] [heads=TYPE] [heads_layout=LAYOUT] [batch=N]\n"
    "    [decoded=FORM] [boxes=BOXES] [units=UNITS]\n"
    "Makes a simulated NEFF: it runs on the simulated libnrt and nowhere "
    "else.\n"
    "TYPE: f32, f16, bf16 or, of the input, u8. LAYOUT: nhwc or nchw.\n"
    "FORM: heads, table, final or split; of these, type and layout of heads. "
    "BOXES: "
    "xywh,\n"
    "xyxy or yxyx. UNITS: pixels or fractions.\n";

std::vector<char> ReadAll(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "make_neff: cannot read %s\n", path);
    std::exit(1);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

[[noreturn]] void Refuse(const std::string& argument) {
  std::fprintf(stderr, "make_neff: %s is not an argument\n%s", argument.c_str(),
               kUsage);
  std::exit(2);
}

DataType TypeOf(const std::string& value, const std::string& argument) {
  if (value == "f32") return DataType::kF32;
  if (value == "f16") return DataType::kF16;
  if (value == "bf16") return DataType::kBf16;
  if (value == "u8" && argument.starts_with("input=")) return DataType::kU8;
  Refuse(argument);
}

Layout LayoutOf(const std::string& value, const std::string& argument) {
  if (value == "nhwc") return Layout::kInterleaved;
  if (value == "nchw") return Layout::kPlanar;
  Refuse(argument);
}

// The index of `value` among the words.
uint32_t Word(const std::string& value, const std::string& argument,
              std::initializer_list<const char*> words) {
  uint32_t i = 0;
  for (const char* word : words) {
    if (value == word) return i;
    ++i;
  }
  Refuse(argument);
}

void Set(const std::string& argument, yolo::nrt_sim::NeffTensors* tensors) {
  const size_t equals = argument.find('=');
  if (equals == std::string::npos) Refuse(argument);
  const std::string key = argument.substr(0, equals);
  const std::string value = argument.substr(equals + 1);
  if (key == "input") {
    tensors->input_type = TypeOf(value, argument);
  } else if (key == "input_layout") {
    tensors->input_layout = LayoutOf(value, argument);
  } else if (key == "heads") {
    tensors->head_type = TypeOf(value, argument);
  } else if (key == "heads_layout") {
    tensors->head_layout = LayoutOf(value, argument);
  } else if (key == "batch") {
    const int batch = std::atoi(value.c_str());
    if (batch < 1 || batch > 64) Refuse(argument);
    tensors->batch = static_cast<uint32_t>(batch);
  } else if (key == "decoded") {
    tensors->decoding = static_cast<yolo::nrt_sim::Decoding>(
        Word(value, argument, {"heads", "table", "final", "split"}));
  } else if (key == "boxes") {
    tensors->box_form = static_cast<yolo::BoxForm>(
        Word(value, argument, {"xywh", "xyxy", "yxyx"}));
  } else if (key == "units") {
    tensors->fractions = Word(value, argument, {"pixels", "fractions"}) != 0;
  } else {
    Refuse(argument);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  yolo::nrt_sim::NeffTensors tensors;
  for (int i = 4; i < argc; ++i) Set(argv[i], &tensors);
  const std::vector<char> cfg = ReadAll(argv[1]);
  const std::vector<char> weights = ReadAll(argv[2]);
  const std::vector<uint8_t> neff = yolo::nrt_sim::MakeNeff(
      {cfg.data(), cfg.size()},
      {reinterpret_cast<const uint8_t*>(weights.data()), weights.size()},
      tensors);
  std::ofstream out(argv[3], std::ios::binary);
  out.write(reinterpret_cast<const char*>(neff.data()),
            static_cast<std::streamsize>(neff.size()));
  if (!out.flush()) {
    std::fprintf(stderr, "make_neff: cannot write %s\n", argv[3]);
    return 1;
  }
  std::printf("%s: simulated NEFF, %zu bytes\n", argv[3], neff.size());
  return 0;
}
