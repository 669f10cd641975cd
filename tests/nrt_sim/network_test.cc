// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What a simulated core computes: our portable device's heads, in the types and
// layouts that the NEFF declares.
#include "nrt_sim/network.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "model/darknet.h"
#include "nrt_sim/half.h"
#include "nrt_sim/simulated.h"
#include "support/random.h"

namespace yolo {
namespace {

using nrt_sim::FromBf16;
using nrt_sim::FromF16;
using nrt_sim::NeffTensors;
using nrt_sim::ToBf16;
using nrt_sim::ToF16;
using testing::Age;
using testing::LoadedModel;
using testing::Simulated;

// Every number, and what lies between each two neighbours.
template <class To, class From>
void CheckRounding(uint16_t largest, const To& to, const From& from) {
  for (uint32_t bits = 0; bits < largest; ++bits) {
    const auto low = static_cast<uint16_t>(bits);
    const auto high = static_cast<uint16_t>(bits + 1);
    const float middle = from(low) + (from(high) - from(low)) / 2;
    const uint16_t even = bits % 2 == 0 ? low : high;
    const bool right = to(from(low)) == low && to(middle) == even &&
                       to(std::nextafter(middle, 0.f)) == low &&
                       to(std::nextafter(middle, INFINITY)) == high &&
                       to(-from(low)) == (low | 0x8000);
    if (!right) FAIL_CHECK("bits " << bits);
  }
}

TEST_CASE("f16 and bf16 round to nearest, ties to even") {
  CheckRounding(0x7BFF, ToF16, FromF16);
  CHECK(ToF16(65519.996f) == 0x7BFF);
  CHECK(ToF16(65520) == 0x7C00);
  CHECK(ToF16(INFINITY) == 0x7C00);
  CHECK(ToF16(-INFINITY) == 0xFC00);
  CHECK(std::isnan(FromF16(ToF16(NAN))));
  CHECK(FromF16(0x3C00) == 1);
  CHECK(FromF16(0x7BFF) == 65504);
  CHECK(std::isinf(FromF16(0x7C00)));
  CHECK(std::isnan(FromF16(0x7C01)));
  // Below the smallest normal f32 the middle of two cannot be told so.
  for (uint32_t bits = 0x80; bits < 0x7F7F; ++bits) {
    const auto low = static_cast<uint16_t>(bits);
    const float middle = std::bit_cast<float>(bits << 16 | 0x8000);
    CHECK(ToBf16(middle) == static_cast<uint16_t>(low + low % 2));
    CHECK(ToBf16(std::nextafter(middle, 0.f)) == low);
    CHECK(ToBf16(FromBf16(low)) == low);
  }
  CHECK(ToBf16(INFINITY) == 0x7F80);
  CHECK(std::isnan(FromBf16(ToBf16(NAN))));
  CHECK(std::isnan(FromBf16(ToBf16(std::bit_cast<float>(0x7F800001)))));
}

float Rounded(float value, DataType type) {
  switch (type) {
    case DataType::kF16:
      return FromF16(ToF16(value));
    case DataType::kBf16:
      return FromBf16(ToBf16(value));
    default:
      return value;
  }
}

// Values of one tensor, given as [batch][c][h][w], in its memory, and back.
std::vector<uint8_t> Packed(const std::vector<float>& values,
                            const Shape& shape, DataType type, Layout layout) {
  std::vector<uint8_t> bytes(values.size() * SizeOf(type));
  const auto c = static_cast<size_t>(shape.c);
  const size_t count = shape.count(), plane = count / c;
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t in_image = i % count;
    size_t at = i;
    if (layout == Layout::kInterleaved) {
      at = i - in_image + in_image % plane * c + in_image / plane;
    }
    if (type == DataType::kF32) {
      std::memcpy(&bytes[at * 4], &values[i], 4);
    } else if (type == DataType::kU8) {
      bytes[at] = static_cast<uint8_t>(std::lround(values[i] * 255));
    } else {
      const uint16_t bits =
          type == DataType::kF16 ? ToF16(values[i]) : ToBf16(values[i]);
      std::memcpy(&bytes[at * 2], &bits, 2);
    }
  }
  return bytes;
}

// Our own run of the model.
struct Model {
  Allocator allocator;
  Graph graph;
  std::unique_ptr<Device> device;
  std::unique_ptr<DeviceLane> lane;

  Model() {
    DarknetGraph counted;
    REQUIRE(testing::Build(testing::kFullCfg, &counted).ok());
    const auto weights = testing::WeightsFile(counted.graph.num_parameters);
    REQUIRE(ReadDarknet({testing::kFullCfg, "cfg", weights, "weights"}, Log(),
                        &allocator, &graph)
                .ok());
    DeviceOptions options;
    options.allocator = &allocator;
    REQUIRE(CreatePortableDevice(&graph, options, &device).ok());
    REQUIRE(device->NewLane(&lane).ok());
  }

  // Of image after image: [image][c][h][w] of head `head`.
  std::vector<float> Run(const std::vector<float>& images, DataType type,
                         size_t head) {
    std::vector<float> heads;
    const size_t count = graph.input.count();
    for (size_t first = 0; first < images.size(); first += count) {
      auto* input = static_cast<float*>(lane->Input().data);
      for (size_t i = 0; i < count; ++i) {
        input[i] = Rounded(images[first + i], type);
      }
      Team alone;
      REQUIRE(lane->Run(&alone).ok());
      const TensorView view = lane->Head(head);
      const auto* values = static_cast<const float*>(view.data);
      heads.insert(heads.end(), values, values + view.shape.count());
    }
    return heads;
  }
};

TEST_CASE("heads are the portable device's, in every type and layout") {
  Model model;
  testing::Random random(3);
  std::vector<float> images(2 * model.graph.input.count());
  for (float& v : images) v = static_cast<float>(random.Int(0, 255)) / 255;
  for (const Age age : {Age::kNewest, Age::kOldest}) {
    Simulated simulated("", age);
    auto runtime = simulated.Open();
    for (const DataType input :
         {DataType::kF32, DataType::kF16, DataType::kBf16, DataType::kU8}) {
      for (const DataType output :
           {DataType::kF32, DataType::kF16, DataType::kBf16}) {
        for (const Layout layout : {Layout::kPlanar, Layout::kInterleaved}) {
          NeffTensors tensors;
          tensors.input_type = input;
          tensors.input_layout = layout;
          tensors.head_type = output;
          tensors.head_layout = layout;
          tensors.batch = 2;
          LoadedModel loaded(runtime, testing::SmallNeff(tensors), 0);
          const auto bytes = Packed(images, model.graph.input, input, layout);
          REQUIRE(bytes.size() == loaded.memory[0].size);
          REQUIRE(
              runtime->Write(loaded.memory[0], bytes.data(), 0, bytes.size())
                  .ok());
          REQUIRE(loaded.Execute().ok());
          for (size_t head = 0; head < 2; ++head) {
            std::vector<uint8_t> got(loaded.memory[1 + head].size);
            REQUIRE(
                runtime
                    ->Read(loaded.memory[1 + head], got.data(), 0, got.size())
                    .ok());
            CHECK(got == Packed(model.Run(images, input, head),
                                model.lane->Head(head).shape, output, layout));
          }
        }
      }
    }
  }
}

TEST_CASE("replay repeats the first results on every copy") {
  Simulated simulated("compute=replay");
  auto runtime = simulated.Open();
  const std::vector<uint8_t> neff = testing::SmallNeff();
  LoadedModel first(runtime, neff, 0), second(runtime, neff, 1);
  std::vector<uint8_t> input(first.memory[0].size, 0x30);
  std::vector<uint8_t> one(first.memory[1].size), other(one.size());
  REQUIRE(runtime->Write(first.memory[0], input.data(), 0, input.size()).ok());
  REQUIRE(first.Execute().ok());
  REQUIRE(runtime->Read(first.memory[1], one.data(), 0, one.size()).ok());
  REQUIRE(second.Execute().ok());
  REQUIRE(runtime->Read(second.memory[1], other.data(), 0, one.size()).ok());
  CHECK(one == other);
}

TEST_CASE("files that are no simulated NEFF are not loaded") {
  Simulated simulated;
  auto runtime = simulated.Open();
  std::vector<uint8_t> neff = testing::SmallNeff();
  neff[1024] ^= 1;
  NrtModel model;
  const NrtStatus status = runtime->Load(neff, 0, &model);
  CHECK(status.status().code() == YOLO_ERROR_BAD_MODEL);
  CHECK(uint32_t{status.raw()} == 2);
  neff = testing::SmallNeff();
  neff[1024 + 80] ^= 0x40;  // of the cfg
  CHECK_FALSE(runtime->Load(neff, 0, &model).ok());
}

}  // namespace
}  // namespace yolo
