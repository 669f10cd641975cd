// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What the f32 network of a CPU device makes of one input, for other programs
// to compare theirs with.
//
//   dump_heads CFG WEIGHTS INPUT OUTPUT [WIDTH HEIGHT]
//
// INPUT is a photo (.jpg, packed by the library: profile darknet, decode exact)
// or raw little-endian floats, 3 x height x width. OUTPUT gets raw floats: the
// input, then every head before any logistic of its own, all planar, in the
// file's order. Shapes go to stdout as JSON.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/team.h"
#include "device/device.h"
#include "image/image.h"
#include "model/darknet.h"

namespace yolo {
namespace {

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "dump_heads: %s\n", message.c_str());
  std::exit(1);
}

void Check(const Status& status) {
  if (!status.ok()) Fail(status.message());
}

std::string ReadAll(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Fail(std::string(path) + ": cannot open");
  return {std::istreambuf_iterator<char>(file), {}};
}

Graph ReadModel(char** argv, int width, int height, Allocator* allocator) {
  const std::string cfg = ReadAll(argv[1]), weights = ReadAll(argv[2]);
  DarknetSource source;
  source.cfg = cfg;
  source.cfg_name = argv[1];
  source.weights = {reinterpret_cast<const uint8_t*>(weights.data()),
                    weights.size()};
  source.weights_name = argv[2];
  source.width = width;
  source.height = height;
  Graph graph;
  Check(ReadDarknet(source, Log{}, allocator, &graph));
  return graph;
}

// Fills the network's input: planar floats.
void FillInput(const char* path, const TensorView& view, Allocator* allocator) {
  if (view.type != DataType::kF32 || view.layout != Layout::kPlanar) {
    Fail("the input is not planar floats");
  }
  const Shape& shape = view.shape;
  const std::string bytes = ReadAll(path);
  if (!std::string_view(path).ends_with(".jpg")) {
    const size_t expected = shape.count() * sizeof(float);
    if (bytes.size() != expected) {
      Fail(std::string(path) + ": expected " + std::to_string(expected) +
           " bytes, found " + std::to_string(bytes.size()));
    }
    std::memcpy(view.data, bytes.data(), expected);
    return;
  }
  ImageOptions options;
  options.decode = YOLO_DECODE_EXACT;
  ImageReader reader(options, allocator);
  yolo_image image = YOLO_IMAGE_INIT;
  image.data = bytes.data();
  image.size = bytes.size();
  ImageInfo info;
  Check(reader.Open(image, &info));
  ImageOutcome outcome;
  Check(reader.Pack(
      Place(options.profile, info.width, info.height, shape.w, shape.h),
      {view.data, view.type, view.layout, static_cast<size_t>(view.block),
       static_cast<size_t>(shape.w), static_cast<size_t>(shape.h)},
      &outcome));
}

// A tensor of floats as [c][h][w].
void Append(const TensorView& view, std::vector<float>* out) {
  if (view.type != DataType::kF32 || view.layout == Layout::kInterleaved) {
    Fail("a head is not planar or blocked floats");
  }
  const auto* const data = static_cast<const float*>(view.data);
  const auto channels = static_cast<size_t>(view.shape.c);
  const size_t plane = view.shape.count() / channels;
  const auto block =
      view.layout == Layout::kPlanar ? 1 : static_cast<size_t>(view.block);
  for (size_t c = 0; c < channels; ++c) {
    for (size_t i = 0; i < plane; ++i) {
      out->push_back(data[(c / block * plane + i) * block + c % block]);
    }
  }
}

void PrintShape(const Shape& shape) {
  std::printf("[%d, %d, %d]", shape.c, shape.h, shape.w);
}

int Main(int argc, char** argv) {
  if (argc != 5 && argc != 7) {
    std::fprintf(stderr, "usage: %s CFG WEIGHTS INPUT OUTPUT [WIDTH HEIGHT]\n",
                 argv[0]);
    return 2;
  }
  Allocator allocator;
  Graph graph = ReadModel(argv, argc == 7 ? std::atoi(argv[5]) : 0,
                          argc == 7 ? std::atoi(argv[6]) : 0, &allocator);
  const std::vector<int> layers = graph.heads;
  DeviceOptions options;
  options.precision = YOLO_PRECISION_F32;
  options.allocator = &allocator;
  // The one with oneDNN where this build and this CPU have it.
  std::unique_ptr<Device> device;
  const char* name = "";
  for (const DeviceKind& kind : DeviceKinds()) {
    if (kind.id != YOLO_DEVICE_CPU && kind.id != YOLO_DEVICE_PORTABLE) continue;
    name = kind.name;
    const Status status = kind.create(&graph, options, &device);
    if (status.ok()) break;
    if (kind.id == YOLO_DEVICE_PORTABLE) Check(status);
  }
  std::unique_ptr<DeviceLane> lane;
  Check(device->NewLane(&lane));

  FillInput(argv[3], lane->Input(), &allocator);
  std::vector<float> values;
  Append(lane->Input(), &values);
  Team alone;
  Check(lane->Run(&alone));
  std::printf("{\"device\": \"%s\", \"input\": ", name);
  PrintShape(graph.input);
  std::printf(", \"heads\": [");
  for (size_t i = 0; i < layers.size(); ++i) {
    const TensorView head = lane->Head(i);
    std::printf("%s{\"layer\": %d, \"shape\": ", i ? ", " : "", layers[i]);
    PrintShape(head.shape);
    std::printf("}");
    Append(head, &values);
  }
  std::printf("]}\n");
  std::ofstream out(argv[4], std::ios::binary);
  out.write(reinterpret_cast<const char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(float)));
  out.close();
  if (!out) Fail(std::string(argv[4]) + ": cannot write");
  return 0;
}

}  // namespace
}  // namespace yolo

int main(int argc, char** argv) { return yolo::Main(argc, argv); }
