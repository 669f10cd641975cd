// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Darknet model -> portable device; values in and out one by one.
#include "nrt_sim/network.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <string_view>

#include "model/darknet.h"
#include "nrt_sim/decode_heads.h"
#include "nrt_sim/half.h"

namespace yolo::nrt_sim {
namespace {

// Lives as long as the process, as what is made from it may.
Allocator* Memory() {
  static Allocator* const allocator = new Allocator;
  return allocator;
}

float Load(const uint8_t* memory, size_t i, DataType type) {
  switch (type) {
    case DataType::kU8:
      return static_cast<float>(memory[i]) / 255;
    case DataType::kF32: {
      float value;
      std::memcpy(&value, memory + i * 4, 4);
      return value;
    }
    default: {
      uint16_t bits;
      std::memcpy(&bits, memory + i * 2, 2);
      return type == DataType::kF16 ? FromF16(bits) : FromBf16(bits);
    }
  }
}

void Store(float value, uint8_t* memory, size_t i, DataType type) {
  if (type == DataType::kF32) {
    std::memcpy(memory + i * 4, &value, 4);
    return;
  }
  const uint16_t bits = type == DataType::kF16 ? ToF16(value) : ToBf16(value);
  std::memcpy(memory + i * 2, &bits, 2);
}

// Calls body(planar, stored): where a value lies in [c][h][w] and in `spec`.
template <class Body>
void ForEachValue(const TensorSpec& spec, const Body& body) {
  const auto channels = static_cast<size_t>(spec.shape.c);
  const size_t plane = spec.shape.count() / channels;
  for (size_t c = 0; c < channels; ++c) {
    for (size_t pixel = 0; pixel < plane; ++pixel) {
      const size_t planar = c * plane + pixel;
      body(planar,
           spec.layout == Layout::kPlanar ? planar : pixel * channels + c);
    }
  }
}

}  // namespace

std::vector<uint32_t> TensorSpec::dimensions() const {
  const auto c = static_cast<uint32_t>(shape.c);
  const auto h = static_cast<uint32_t>(shape.h);
  const auto w = static_cast<uint32_t>(shape.w);
  if (table && layout == Layout::kPlanar) return {batch, c, h};
  if (table) return {batch, h, c};
  if (layout == Layout::kPlanar) return {batch, c, h, w};
  return {batch, h, w, c};
}

std::shared_ptr<Network> Network::Get(std::span<const uint8_t> neff) {
  static std::mutex& mutex = *new std::mutex;
  static auto& networks = *new std::map<size_t, std::weak_ptr<Network>>;
  const size_t hash = std::hash<std::string_view>()(
      {reinterpret_cast<const char*>(neff.data()), neff.size()});
  const std::lock_guard lock(mutex);
  std::weak_ptr<Network>& known = networks[hash];
  std::shared_ptr<Network> network = known.lock();
  if (network) return network;
  network = std::make_shared<Network>();
  if (!network->Load(neff)) return nullptr;
  known = network;
  return network;
}

bool Network::Load(std::span<const uint8_t> neff) {
  NeffContents contents;
  if (!ParseNeff(neff, &contents)) {
    std::fprintf(stderr, "simulated libnrt: not a simulated NEFF\n");
    return false;
  }
  const NeffTensors& wanted = contents.tensors;
  const DarknetSource source = {contents.cfg,
                                "the simulated NEFF's cfg",
                                contents.weights,
                                "the simulated NEFF's weights",
                                static_cast<int>(wanted.width),
                                static_cast<int>(wanted.height)};
  Status status = ReadDarknet(source, Log(), Memory(), &graph_);
  if (status.ok()) {
    wanted_ = wanted;
    tensors_.push_back({"image", true, wanted.input_type, wanted.input_layout,
                        wanted.batch, graph_.input});
    AddOutputs();
    DeviceOptions options;
    options.allocator = Memory();
    status = CreatePortableDevice(&graph_, options, &device_);
  }
  if (status.ok()) return true;
  std::fprintf(stderr, "simulated libnrt: %s\n", status.message());
  return false;
}

void Network::AddOutputs() {
  const NeffTensors& wanted = wanted_;
  const auto add = [&](const std::string& name, Layout layout, Shape shape,
                       bool table) {
    tensors_.push_back(
        {name, false, wanted.head_type, layout, wanted.batch, shape, table});
  };
  const auto count = static_cast<int>(CountBoxes(graph_));
  switch (wanted.decoding) {
    case Decoding::kNone:
      for (size_t i = 0; i < graph_.heads.size(); ++i) {
        const auto layer = static_cast<size_t>(graph_.heads[i]);
        add("head_" + std::to_string(i), wanted.head_layout,
            graph_.layers[layer].shape, false);
      }
      break;
    case Decoding::kTable:
    case Decoding::kFinalTable:
      add("boxes", wanted.head_layout,
          {graph_.num_classes + (wanted.decoding == Decoding::kTable ? 5 : 4),
           count, 1},
          true);
      break;
    case Decoding::kSplit:
      add("boxes", Layout::kInterleaved, {4, count, 1}, false);
      add("scores", Layout::kInterleaved, {graph_.num_classes, count, 1}, true);
      break;
  }
}

std::unique_ptr<DeviceLane> Network::NewLane() const {
  std::unique_ptr<DeviceLane> lane;
  const Status status = device_->NewLane(&lane);
  if (!status.ok()) std::fprintf(stderr, "simulated: %s\n", status.message());
  return lane;
}

void Network::Run(DeviceLane* lane, std::span<uint8_t* const> memory) const {
  const TensorSpec& input = tensors_[0];
  Team alone;
  for (uint32_t image = 0; image < input.batch; ++image) {
    auto* values = static_cast<float*>(lane->Input().data);
    size_t first = image * input.shape.count();
    ForEachValue(input, [&](size_t planar, size_t stored) {
      values[planar] = nrt_sim::Load(memory[0], first + stored, input.type);
    });
    (void)lane->Run(&alone).ok();  // the portable device does not fail
    std::vector<std::vector<float>> decoded;
    if (wanted_.decoding != Decoding::kNone) {
      decoded = DecodeHeads(graph_, wanted_, *lane);
    }
    for (size_t i = 1; i < tensors_.size(); ++i) {
      const TensorSpec& output = tensors_[i];
      const auto* from = decoded.empty()
                             ? static_cast<const float*>(lane->Head(i - 1).data)
                             : decoded[i - 1].data();
      first = image * output.shape.count();
      ForEachValue(output, [&](size_t planar, size_t stored) {
        Store(from[planar], memory[i], first + stored, output.type);
      });
    }
  }
}

void Network::Replay(DeviceLane* lane, std::span<uint8_t* const> memory) {
  {
    const std::lock_guard lock(mutex_);
    if (remembered_.empty()) {
      Run(lane, memory);
      for (size_t i = 1; i < tensors_.size(); ++i) {
        remembered_.emplace_back(memory[i], memory[i] + tensors_[i].bytes());
      }
      return;
    }
  }
  for (size_t i = 1; i < tensors_.size(); ++i) {
    std::copy(remembered_[i - 1].begin(), remembered_[i - 1].end(), memory[i]);
  }
}

}  // namespace yolo::nrt_sim
