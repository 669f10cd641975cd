// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "model/weights.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "model/darknet_files.h"

namespace yolo {
namespace {

using testing::Build;

// Layer 0: 4 filters of 3 / 1 x 3 x 3 with batch norm; layer 1: 6 of 4 / 2 x
// 1 x 1 without.
constexpr std::string_view kCfg =
    "[net]\nwidth=8\nheight=8\nchannels=3\n"
    "[conv]\nbatch_normalize=1\nfilters=4\nsize=3\n"
    "[conv]\nfilters=6\ngroups=2\n"
    "[yolo]\nanchors=1,1\nclasses=1\n";
constexpr size_t kCount = 4 * 4 + 4 * 3 * 9 + 6 + 6 * 2;

DarknetGraph Model() {
  DarknetGraph model;
  REQUIRE(Build(kCfg, &model).ok());
  REQUIRE(model.graph.num_parameters == kCount);
  return model;
}

std::vector<uint8_t> File(const std::vector<int32_t>& header,
                          const std::vector<float>& values) {
  std::vector<uint8_t> bytes;
  const auto append = [&](const auto& numbers) {
    const auto* begin = reinterpret_cast<const uint8_t*>(numbers.data());
    bytes.insert(bytes.end(), begin, begin + 4 * numbers.size());
  };
  append(header);
  append(values);
  return bytes;
}

const std::vector<int32_t> kHeader = {0, 2, 5, 0, 0};

// Numbers that differ, positive as variances are.
std::vector<float> Values() {
  std::vector<float> values(kCount);
  for (size_t i = 0; i < kCount; ++i) {
    values[i] = 0.25f + static_cast<float>(i * 37 % 101) / 64;
  }
  return values;
}

Status ReadInto(DarknetGraph* model, std::span<const uint8_t> bytes,
                Allocator* allocator, std::string* told = nullptr) {
  const Log log{[](void* user, int32_t level, const char* message) {
                  CHECK(level == YOLO_LOG_WARNING);
                  if (user) *static_cast<std::string*>(user) += message;
                },
                told};
  MemoryReader reader(bytes);
  return ReadWeights(&reader, "m.weights", log, allocator, model);
}

TEST_CASE("batch norm folds into the convolution before it, the rest is kept") {
  const std::vector<float> values = Values();
  DarknetGraph model = Model();
  Allocator allocator;
  REQUIRE(ReadInto(&model, File(kHeader, values), &allocator).ok());
  const float* floats = model.graph.weights.as<float>();

  // The file's order: biases, scales, means, variances, weights.
  const float* bias = values.data();
  const float* scale = bias + 4;
  const float* mean = scale + 4;
  const float* variance = mean + 4;
  const float* weights = variance + 4;
  const auto& a = std::get<Convolution>(model.graph.layers[0].op);
  for (size_t f = 0; f < 4; ++f) {
    // scale * (w x - mean) / sqrt(variance + 1e-6) + bias
    const double factor = scale[f] / std::sqrt(variance[f] + 1e-6);
    CHECK(floats[a.bias + f] == static_cast<float>(bias[f] - mean[f] * factor));
    for (size_t i = 0; i < 27; ++i) {
      CHECK(floats[a.weights + f * 27 + i] ==
            static_cast<float>(weights[f * 27 + i] * factor));
    }
  }

  const float* plain = weights + 4 * 27;
  const auto& b = std::get<Convolution>(model.graph.layers[1].op);
  for (size_t i = 0; i < 6; ++i) CHECK(floats[b.bias + i] == plain[i]);
  for (size_t i = 0; i < 12; ++i) CHECK(floats[b.weights + i] == plain[6 + i]);
}

TEST_CASE("weights lie on cache lines and the gaps between them are zero") {
  DarknetGraph model = Model();
  Allocator allocator;
  REQUIRE(ReadInto(&model, File(kHeader, Values()), &allocator).ok());
  const float* floats = model.graph.weights.as<float>();
  CHECK(reinterpret_cast<uintptr_t>(floats) % kAlignment == 0);
  CHECK(model.graph.weights.size() == model.num_floats * sizeof(float));
  size_t zeros = 0;
  for (size_t i = 0; i < model.num_floats; ++i) zeros += floats[i] == 0;
  CHECK(zeros == model.num_floats - (4 + 4 * 27 + 6 + 12));
}

TEST_CASE("the header is 16 bytes before version 0.2, 20 since") {
  constexpr int32_t kMax = std::numeric_limits<int32_t>::max();
  constexpr int32_t kMin = std::numeric_limits<int32_t>::min();
  const struct {
    int32_t major, minor;
    size_t words;
  } versions[] = {{0, 0, 4},    {0, 1, 4},       {0, 2, 5},       {0, 9, 5},
                  {1, 0, 5},    {2, 0, 5},       {-1, 11, 4},     {-1, 12, 5},
                  {kMax, 0, 5}, {kMax, kMax, 5}, {kMin, kMin, 4}, {0, kMin, 4}};
  for (const auto& version : versions) {
    std::vector<int32_t> header(version.words, 7);
    header[0] = version.major;
    header[1] = version.minor;
    DarknetGraph model = Model();
    Allocator allocator;
    const Status status = ReadInto(&model, File(header, Values()), &allocator);
    INFO(std::string(status.message()));
    CHECK(status.ok());
    const auto& b = std::get<Convolution>(model.graph.layers[1].op);
    CHECK(model.graph.weights.as<float>()[b.weights + 11] == Values().back());
  }
}

TEST_CASE("a file that is not exactly as long as it must be is refused") {
  const std::vector<uint8_t> right = File(kHeader, Values());
  for (size_t size = 0; size <= right.size() + 9; ++size) {
    std::vector<uint8_t> bytes = right;
    bytes.resize(size);
    DarknetGraph model = Model();
    Allocator allocator;
    const Status status = ReadInto(&model, bytes, &allocator);
    if (size == right.size()) {
      CHECK(status.ok());
      continue;
    }
    CHECK(status.code() == YOLO_ERROR_BAD_MODEL);
    CHECK(std::string(status.message()) ==
          "m.weights: expected 588 bytes, found " + std::to_string(size) +
              " (a header of 20 and 142 numbers of 4 bytes)");
    CHECK(allocator.bytes_held() == 0);
  }
  DarknetGraph model = Model();
  Allocator allocator;
  const Status old =
      ReadInto(&model, File({0, 1, 0, 0}, {1, 2, 3}), &allocator);
  CHECK(std::string(old.message()) ==
        "m.weights: expected 584 bytes, found 28 (a header of 16 and 142 "
        "numbers of 4 bytes)");
}

TEST_CASE("the file's bytes need no alignment") {
  const std::vector<uint8_t> right = File(kHeader, Values());
  DarknetGraph expected = Model();
  Allocator allocator;
  REQUIRE(ReadInto(&expected, right, &allocator).ok());
  for (const size_t shift : {1, 2, 3}) {
    std::vector<uint8_t> bytes(shift);
    bytes.insert(bytes.end(), right.begin(), right.end());
    DarknetGraph model = Model();
    REQUIRE(ReadInto(&model, std::span(bytes).subspan(shift), &allocator).ok());
    CHECK(std::memcmp(model.graph.weights.as(), expected.graph.weights.as(),
                      model.graph.weights.size()) == 0);
  }
}

TEST_CASE("max_bytes is a limit, an allocator's nullptr is out of memory") {
  const std::vector<uint8_t> right = File(kHeader, Values());
  DarknetGraph model = Model();
  const size_t need = model.num_floats * sizeof(float);
  Allocator small(nullptr, nullptr, nullptr, need - 1);
  Status status = ReadInto(&model, right, &small);
  CHECK(status.code() == YOLO_ERROR_LIMIT);
  CHECK(std::string(status.message()) ==
        "m.weights needs " + std::to_string(need) +
            " bytes more than the 0 held; yolo_options.max_bytes is " +
            std::to_string(need - 1));
  Allocator enough(nullptr, nullptr, nullptr, need);
  CHECK(ReadInto(&model, right, &enough).ok());

  Allocator none([](void*, size_t, size_t) -> void* { return nullptr; },
                 [](void*, void*, size_t) {}, nullptr, 0);
  DarknetGraph other = Model();
  status = ReadInto(&other, right, &none);
  CHECK(status.code() == YOLO_ERROR_OUT_OF_MEMORY);
  CHECK(std::string(status.message()) ==
        "m.weights: no memory for " + std::to_string(need) + " bytes");
  CHECK(none.bytes_held() == 0);
}

TEST_CASE("a number that is infinite or NaN is kept, and its layer told") {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  const struct {
    size_t index;
    float value;
    const char* layer;  // nullptr: nothing is told
  } cases[] = {
      {0, kNaN, "0"},            // a bias
      {5, kInf, "0"},            // a scale
      {9, -kInf, "0"},           // a mean
      {13, -1.0f, "0"},          // a variance: the root is NaN
      {13, kNaN, "0"},           //
      {13, kInf, nullptr},       // everything times 0
      {13, 0.0f, nullptr},       // times 1000
      {16, kNaN, "0"},           // a weight
      {16 + 108, kNaN, "1"},     // a bias without batch norm
      {kCount - 1, -kInf, "1"},  // a weight without
      {5, 3e38f, "0"},           // finite, but not the product
      {16, 1e-45f, nullptr},     // subnormal
  };
  for (const auto& test : cases) {
    std::vector<float> values = Values();
    values[test.index] = test.value;
    DarknetGraph model = Model();
    Allocator allocator;
    std::string told;
    CHECK(ReadInto(&model, File(kHeader, values), &allocator, &told).ok());
    CHECK(told == (test.layer ? std::string("m.weights: layer ") + test.layer +
                                    ": a weight is infinite or not a number"
                              : std::string()));
  }
}

TEST_CASE("a model without a convolution has no weights") {
  DarknetGraph model;
  REQUIRE(Build("[net]\nwidth=8\nheight=8\nchannels=3\n[dropout]\n"
                "[route]\nlayers=0,0\n[yolo]\nanchors=1,1\nclasses=1\n",
                &model)
              .ok());
  Allocator allocator;
  CHECK(ReadInto(&model, File(kHeader, {}), &allocator).ok());
  CHECK(model.graph.weights.size() == 0);
}

}  // namespace
}  // namespace yolo
