// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Heads -> boxes, alone, on one thread: the heads of YOLOv4 at 608 x 608,
// 22,743 cells of 80 classes.
//
//   extract_bench [PHOTO] --benchmark_repetitions=9
//       --benchmark_report_aggregates_only
//
// There is no trained YOLOv4 here. Its heads are those of a trained model
// (yolo-fastest-1.1-xl in the test data) on the photo at two sizes, which have
// the same shape. `opencv` decodes everything, with cv::exp, and suppresses
// with cv::dnn::NMSBoxes, boxes of different classes moved apart.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "device/device.h"
#include "image/image.h"
#include "kernels/head.h"
#include "model/darknet.h"
#include "support/data.h"
#include "support/fake_lane.h"
#include "support/random.h"

#if YOLO_BENCH_OPENCV
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>
#endif

namespace yolo::testing {
namespace {

constexpr int kNetwork = 608;
constexpr float kIouThreshold = 0.45f;

void Check(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.message());
  std::exit(1);
}

struct Heads {
  Graph graph;
  Values values;
  Picture picture;
};

Graph YoloV4Graph() {
  static constexpr YoloHead::Anchor kAnchors[] = {
      {12, 16},  {19, 36},   {40, 28},   {36, 75},  {76, 55},
      {72, 146}, {142, 110}, {192, 243}, {459, 401}};
  Graph graph = MakeGraph(kNetwork, kNetwork, /*classes=*/80, /*num_heads=*/3,
                          /*new_coords=*/false);
  for (int i = 0; i < 3; ++i) {
    Layer& layer = graph.layers[static_cast<size_t>(i)];
    const int cells = kNetwork / (8 << i);
    layer.shape = {3 * 85, cells, cells};
    auto& head = std::get<YoloHead>(layer.op);
    head.anchors.assign(kAnchors + 3 * i, kAnchors + 3 * i + 3);
    head.scale_x_y =
        1.2f - 0.05f * static_cast<float>(i) - (i > 0 ? 0.05f : 0.0f);
  }
  return graph;
}

// All values of a head, [channel][position].
std::vector<float> ReadHead(const TensorView& view) {
  const auto channels = static_cast<size_t>(view.shape.c);
  const HeadTensor tensor = {
      view.data, view.type, channels, view.shape.count() / channels,
      view.layout == Layout::kInterleaved ? channels
                                          : static_cast<size_t>(view.block)};
  std::vector<float> values;
  for (size_t c = 0; c < channels; ++c) {
    for (size_t p = 0; p < tensor.positions; ++p) {
      values.push_back(tensor.Value(c, p));
    }
  }
  return values;
}

// The heads of the trained model on the photo, in file order: strides 32, 16.
std::vector<std::vector<float>> RunModel(const std::string& photo, int size,
                                         Picture* picture) {
  const auto file = ReadFile(photo);
  const std::string name = DataPath("weights/yolo-fastest-1.1-xl");
  const auto cfg = ReadFile(name + ".cfg");
  const auto weights = ReadFile(name + ".weights");
  Allocator allocator;
  Graph graph;
  Check(ReadDarknet({{reinterpret_cast<const char*>(cfg.data()), cfg.size()},
                     name + ".cfg",
                     weights,
                     name + ".weights",
                     size,
                     size},
                    Log(), &allocator, &graph));
  DeviceOptions options;
  options.precision = YOLO_PRECISION_F32;
  options.allocator = &allocator;
  std::unique_ptr<Device> device;
  Check(DeviceKinds().back().create(&graph, options, &device));
  std::unique_ptr<DeviceLane> lane;
  Check(device->NewLane(&lane));

  yolo_image image = YOLO_IMAGE_INIT;
  image.data = file.data();
  image.size = file.size();
  ImageOptions image_options;
  image_options.max_pixels = 1 << 28;
  image_options.max_scans = 100;
  ImageReader reader(image_options, &allocator);
  ImageInfo info;
  Check(reader.Open(image, &info));
  const Placement placement =
      Place(image_options.profile, info.width, info.height, size, size);
  const auto side = static_cast<size_t>(size);
  ImageOutcome outcome;
  Check(reader.Pack(
      placement,
      {lane->Input().data, DataType::kF32, Layout::kPlanar, 1, side, side},
      &outcome));
  Team alone;
  Check(lane->Run(&alone));
  *picture = {info.width, info.height, placement};
  return {ReadHead(lane->Head(0)), ReadHead(lane->Head(1))};
}

std::string photo_path;

const Heads& RealHeads() {
  static const Heads heads = [] {
    Heads h;
    h.graph = YoloV4Graph();
    auto large = RunModel(photo_path, 2 * kNetwork, &h.picture);
    auto small = RunModel(photo_path, kNetwork, &h.picture);
    h.values = {std::move(large[1]), std::move(small[1]), std::move(small[0])};
    return h;
  }();
  return heads;
}

// Every score passes, and each cell beats those before it.
const Heads& RisingHeads() {
  static const Heads heads = [] {
    Heads h;
    h.graph = YoloV4Graph();
    h.values = Filled(h.graph, 0);
    h.picture = Stretched(h.graph, 768, 576);
    Random random(1);
    float objectness = -4;
    for (auto& head : h.values) {
      const size_t plane = head.size() / (3 * 85);
      for (float& v : head) v = random.Uniform(0, 0.01f);
      for (size_t c = 4; c < 3 * 85; c += 85) {
        for (size_t p = 0; p < plane; ++p) {
          head[c * plane + p] = objectness += 8.0f / 22743;
        }
      }
    }
    return h;
  }();
  return heads;
}

void RunExtract(benchmark::State& state, const Heads& heads,
                const ExtractOptions& options, HeadForm form) {
  const FakeLane lane(heads.graph, heads.values, form);
  Allocator allocator;
  Extractor extractor(heads.graph, options, &allocator);
  Check(extractor.Init());
  std::vector<yolo_detection> out(options.max_detections);
  const Picture& picture = heads.picture;
  Extracted result;
  for (auto _ : state) {
    result = extractor.Extract(lane, picture.placement, picture.width,
                               picture.height, out.data(), out.size());
    benchmark::DoNotOptimize(out.data());
  }
  state.counters["found"] = result.found;
  state.counters["truncated"] = result.truncated;
}

#if YOLO_BENCH_OPENCV
struct OpenCvBoxes {
  cv::Mat exps, sums, logistic;
  std::vector<cv::Rect2d> boxes;
  std::vector<float> scores;
};

// Adds what is above the threshold in one head. Decodes everything; `data`:
// [h][w][3][85], the order in which it reads.
void DecodeAll(const Heads& heads, size_t index, void* data, float threshold,
               OpenCvBoxes* out) {
  const YoloHead& head = HeadOf(heads.graph, index);
  const Shape& shape = heads.graph.layers[index].shape;
  const cv::Mat raw(shape.h * shape.w * 3, 85, CV_32F, data);
  cv::exp(raw, out->exps);
  cv::add(out->exps, 1, out->sums);
  cv::divide(out->exps, out->sums, out->logistic);
  const float s = head.scale_x_y;
  const auto w = static_cast<float>(heads.picture.width);
  const auto h = static_cast<float>(heads.picture.height);
  const auto columns = static_cast<float>(shape.w);
  const auto rows = static_cast<float>(shape.h);
  for (int i = 0; i < raw.rows; ++i) {
    const float* const exps = out->exps.ptr<float>(i);
    const float* const p = out->logistic.ptr<float>(i);
    const YoloHead::Anchor anchor = head.anchors[static_cast<size_t>(i % 3)];
    const auto column = static_cast<float>(i / 3 % shape.w);
    const auto row = static_cast<float>(i / 3 / shape.w);
    const float x = (p[0] * s - (s - 1) / 2 + column) / columns * w;
    const float y = (p[1] * s - (s - 1) / 2 + row) / rows * h;
    const float bw = exps[2] * anchor.w / kNetwork * w;
    const float bh = exps[3] * anchor.h / kNetwork * h;
    for (int k = 0; k < 80; ++k) {
      const float score = p[4] * p[5 + k];
      if (!(score > threshold)) continue;
      const double apart = 1e5 * k;
      out->boxes.emplace_back(x - bw / 2 + apart, y - bh / 2 + apart, bw, bh);
      out->scores.push_back(score);
    }
  }
}

void OpenCv(benchmark::State& state, float threshold) {
  cv::setNumThreads(1);
  const Heads& heads = RealHeads();
  std::vector<HeadMemory> memory;
  for (const auto& values : heads.values) {
    memory.emplace_back(values, 3 * 85, values.size() / (3 * 85),
                        kInterleavedF32);
  }
  OpenCvBoxes all;
  std::vector<int> kept;
  for (auto _ : state) {
    all.boxes.clear();
    all.scores.clear();
    for (size_t i = 0; i < memory.size(); ++i) {
      DecodeAll(heads, i, memory[i].data(), threshold, &all);
    }
    cv::dnn::NMSBoxes(all.boxes, all.scores, threshold, kIouThreshold, kept,
                      1.0f, /*top_k=*/4096);
    benchmark::DoNotOptimize(kept.data());
  }
  state.counters["candidates"] = static_cast<double>(all.boxes.size());
  state.counters["found"] = static_cast<double>(kept.size());
}
#endif

void Register(float threshold) {
  const std::string suffix = threshold == 0.25f ? "/0.25" : "/0.001";
  const auto add = [](const std::string& name, auto body) {
    benchmark::RegisterBenchmark(name.c_str(), body)
        ->Unit(benchmark::kMicrosecond);
  };
#if YOLO_BENCH_OPENCV
  add("opencv" + suffix,
      [=](benchmark::State& state) { OpenCv(state, threshold); });
#endif
  for (const HeadForm form : kHeadForms) {
    if (form.block == 8) continue;
    add(NameOf(form) + suffix, [=](benchmark::State& state) {
      const Heads& heads = RealHeads();
      RunExtract(state, heads, Options(heads.graph, threshold), form);
    });
  }
}

// Everything passes, and whatever enters suppression survives.
void RegisterWorst(const char* name, int32_t nms, uint32_t max) {
  const auto run = [=](benchmark::State& state) {
    const Heads& heads = RisingHeads();
    ExtractOptions options = Options(heads.graph, 1e-6f);
    options.nms = nms;
    options.iou_threshold = 1;
    options.max_candidates = options.max_detections = max;
    RunExtract(state, heads, options, kBlockedF32);
  };
  benchmark::RegisterBenchmark(name, run)->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace yolo::testing

int main(int argc, char** argv) {
  using namespace yolo::testing;
  benchmark::Initialize(&argc, argv);
  photo_path = argc > 1 ? argv[1] : DataPath("demo/dog.jpg");
  Register(0.25f);
  Register(0.001f);
  RegisterWorst("worst none/4096", YOLO_NMS_NONE, 4096);
  RegisterWorst("worst per class/4096", YOLO_NMS_PER_CLASS, 4096);
  RegisterWorst("worst diou/4096", YOLO_NMS_DIOU, 4096);
  RegisterWorst("worst agnostic/4096", YOLO_NMS_AGNOSTIC, 4096);
  RegisterWorst("worst none/65536", YOLO_NMS_NONE, 65536);
  RegisterWorst("worst per class/65536", YOLO_NMS_PER_CLASS, 65536);
  RegisterWorst("worst diou/65536", YOLO_NMS_DIOU, 65536);
  RegisterWorst("worst agnostic/65536", YOLO_NMS_AGNOSTIC, 65536);
  benchmark::RunSpecifiedBenchmarks();
}
