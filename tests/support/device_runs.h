// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs a graph on every device there is and holds the heads against the
// definition.
#ifndef YOLO_TESTS_SUPPORT_DEVICE_RUNS_H_
#define YOLO_TESTS_SUPPORT_DEVICE_RUNS_H_

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "device/device.h"
#include "support/graph_builder.h"
#include "support/random.h"
#include "support/reference_network.h"

namespace yolo::testing {

inline float FromBf16(uint16_t bits) {
  return std::bit_cast<float>(uint32_t{bits} << 16);
}

// To nearest, ties to even; finite values only.
inline uint16_t ToBf16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

// What a view holds, as [c][h][w].
inline std::vector<float> ReadTensor(const TensorView& view) {
  const Shape& s = view.shape;
  const auto block = static_cast<size_t>(view.block);
  const size_t plane = static_cast<size_t>(s.h) * static_cast<size_t>(s.w);
  std::vector<float> values(s.count());
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t c = i / plane, pixel = i % plane;
    const size_t at = view.layout == Layout::kPlanar
                          ? i
                          : (c / block * plane + pixel) * block + c % block;
    values[i] = view.type == DataType::kF32
                    ? static_cast<const float*>(view.data)[at]
                    : FromBf16(static_cast<const uint16_t*>(view.data)[at]);
  }
  return values;
}

// Fills the network's input, which is planar.
inline void WriteInput(const TensorView& view,
                       const std::vector<float>& values) {
  REQUIRE(view.layout == Layout::kPlanar);
  REQUIRE(view.shape.count() == values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (view.type == DataType::kF32) {
      static_cast<float*>(view.data)[i] = values[i];
    } else {
      static_cast<uint16_t*>(view.data)[i] = ToBf16(values[i]);
    }
  }
}

// Pixels of an image that fits a graph.
inline std::vector<float> RandomImage(const Shape& shape, uint64_t seed) {
  return Random(seed).Floats(shape.count(), 0, 1);
}

// Calls body(name, device) for a device of every kind and precision that this
// machine has, made from a graph of `builder`.
template <class Body>
void ForEachDevice(const GraphBuilder& builder, const Body& body) {
  size_t num_devices = 0;
  for (const DeviceKind& kind : DeviceKinds()) {
    if (!kind.available({})) continue;
    for (const int32_t precision : {YOLO_PRECISION_F32, YOLO_PRECISION_BF16}) {
      Graph graph = builder.Build();
      DeviceOptions options;
      options.precision = precision;
      options.allocator = TestAllocator();
      std::unique_ptr<Device> device;
      const Status status = kind.create(&graph, options, &device);
      if (precision == YOLO_PRECISION_BF16 &&
          status.code() == YOLO_ERROR_DEVICE_UNAVAILABLE) {
        continue;
      }
      const std::string name =
          std::string(kind.name) +
          (precision == YOLO_PRECISION_BF16 ? " bf16" : " f32");
      CAPTURE(name);
      REQUIRE_MESSAGE(status.ok(), status.message());
      REQUIRE(device->precision() == precision);
      body(name, *device);
      ++num_devices;
    }
  }
  CHECK(num_devices > 0);
}

inline std::unique_ptr<DeviceLane> NewLane(Device* device) {
  std::unique_ptr<DeviceLane> lane;
  const Status status = device->NewLane(&lane);
  REQUIRE_MESSAGE(status.ok(), status.message());
  return lane;
}

inline double RoundingOf(const Device& device) {
  return device.precision() == YOLO_PRECISION_BF16 ? kRoundBf16 : kRoundF32;
}

// "" when `got` is within rounding of `want`, or where it is not.
inline std::string Difference(const Activations& want,
                              const std::vector<float>& got) {
  if (got.size() != want.data.size()) return "wrong number of values";
  size_t num_wrong = 0;
  std::string first;
  for (size_t i = 0; i < got.size(); ++i) {
    const Rounded& w = want.data[i];
    // Written so that a NaN is a difference. 1e-30: denormals may be flushed.
    if (std::abs(got[i] - w.value) <= w.tolerance() + 1e-30) continue;
    if (num_wrong++ > 0) continue;
    const auto plane = static_cast<size_t>(want.shape.h * want.shape.w);
    const auto width = static_cast<size_t>(want.shape.w);
    first = " differ, first at channel " + std::to_string(i / plane) + " y " +
            std::to_string(i % plane / width) + " x " +
            std::to_string(i % width) + ": got " + std::to_string(got[i]) +
            ", want " + std::to_string(w.value) + " +- " +
            std::to_string(w.tolerance());
  }
  return num_wrong == 0 ? "" : std::to_string(num_wrong) + first;
}

// Checks all heads of a graph on all devices.
inline void CheckAgainstDefinition(const GraphBuilder& builder,
                                   uint64_t image_seed = 7) {
  const Graph graph = builder.Build();
  const std::vector<float> image = RandomImage(graph.input, image_seed);
  std::vector<Activations> want;
  double rounding = 0;  // of `want`
  ForEachDevice(builder, [&](const std::string&, Device& device) {
    if (RoundingOf(device) != rounding) {
      rounding = RoundingOf(device);
      want = ReferenceNetwork(graph, rounding).Run(image);
    }
    const auto lane = NewLane(&device);
    WriteInput(lane->Input(), image);
    Team alone;
    REQUIRE(lane->Run(&alone).ok());
    for (size_t i = 0; i < graph.heads.size(); ++i) {
      const auto layer = static_cast<size_t>(graph.heads[i]);
      CAPTURE(i);
      CHECK(lane->Head(i).shape == graph.layers[layer].shape);
      CHECK(Difference(want[layer], ReadTensor(lane->Head(i))) == "");
    }
  });
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_DEVICE_RUNS_H_
