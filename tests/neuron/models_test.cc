// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Device neuron (simulated) with models of others on the demo photos: the boxes
// of the CPU in f32, within what f16 and bytes at the boundary round off.
#include <doctest/doctest.h>

#include <cmath>

#include "model/cfg.h"
#include "model/darknet_graph.h"
#include "support/golden.h"
#include "support/neuron.h"
#include "support/random.h"

namespace yolo::testing {
namespace {

std::vector<Image> DemoPhotos() {
  std::vector<Image> photos;
  for (const char* name : {"dog", "eagle", "person", "scream"}) {
    photos.push_back(JpegFile(DataPath(std::string("demo/") + name + ".jpg")));
  }
  return photos;
}

std::string Text(const std::string& path) {
  const auto bytes = ReadFile(path);
  return {bytes.begin(), bytes.end()};
}

// Weights of a cfg in the order of its file; each convolution keeps the
// variance of its input.
std::vector<uint8_t> RandomWeights(const std::string& cfg) {
  std::vector<CfgSection> sections;
  DarknetGraph model;
  REQUIRE(ParseCfg(cfg, "cfg", &sections).ok());
  REQUIRE(BuildDarknetGraph(sections, "cfg", {}, Log(), &model).ok());
  const int32_t header[] = {0, 2, 5, 0, 0};
  std::vector<uint8_t> out(sizeof(header));
  std::memcpy(out.data(), header, sizeof(header));
  const auto append = [&](const std::vector<float>& values) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(values.data());
    out.insert(out.end(), bytes, bytes + values.size() * sizeof(float));
  };
  Random random(1);
  for (const Layer& layer : model.graph.layers) {
    const auto* c = std::get_if<Convolution>(&layer.op);
    if (!c) continue;
    const auto filters = static_cast<size_t>(c->filters);
    const auto inputs = static_cast<size_t>(model.graph.InputShape(layer, 0).c /
                                            c->groups * c->size * c->size);
    append(random.Floats(filters, -0.3f, 0.3f));
    if (layer.num_parameters == filters * (inputs + 4)) {
      append(random.Floats(filters, 0.8f, 1.2f));
      append(random.Floats(filters, -0.1f, 0.1f));
      append(std::vector<float>(filters, 1));
    }
    const float most = std::sqrt(6.0f / static_cast<float>(inputs));
    append(random.Floats(filters * inputs, -most, most));
  }
  return out;
}

struct Form {
  nrt_sim::NeffTensors tensors;
  Tolerance tolerance;
};

std::vector<Form> Forms() {
  Form f16{{}, {0.01f, 2}}, f32 = f16, u8 = {{}, {0.03f, 3}};
  f32.tensors.input_type = DataType::kF32;
  f32.tensors.input_layout = Layout::kPlanar;
  u8.tensors.input_type = DataType::kU8;
  Form table = f16, split = f16;
  table.tensors.decoding = nrt_sim::Decoding::kTable;
  split.tensors.decoding = nrt_sim::Decoding::kSplit;
  split.tensors.box_form = BoxForm::kCorners;
  split.tensors.fractions = true;
  return {f16, f32, u8, table, split};
}

void CheckModel(const std::string& cfg, const std::vector<uint8_t>& weights,
                float threshold, float from_score) {
  const std::vector<Image> photos = DemoPhotos();
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_data = cfg.data();
  options.model_size = cfg.size();
  options.weights_data = weights.data();
  options.weights_size = weights.size();
  options.score_threshold = threshold;
  options.nms = YOLO_NMS_NONE;
  options.max_detections = options.max_candidates = 65536;
  options.device = YOLO_DEVICE_PORTABLE;
  const auto want = DetectBatch(Create(options).get(), photos, 65536);
  for (const Form& form : Forms()) {
    for (const char* dtypes : {"old", "new"}) {
      Simulation::Get().Start(std::string("cores=2;dtypes=") + dtypes);
      NeuronOptions neuron(options, cfg, weights, form.tensors);
      const Detector detector = Create(neuron.all);
      const auto got = DetectBatch(detector.get(), photos, 65536);
      Comparison all;
      for (size_t i = 0; i < photos.size(); ++i) {
        REQUIRE(got[i].result.status == YOLO_OK);
        for (const bool back : {false, true}) {
          const Comparison found =
              Find((back ? got : want)[i].boxes, (back ? want : got)[i].boxes,
                   form.tolerance, from_score);
          CAPTURE(i);
          CAPTURE(Describe(found.first_missing));
          CHECK(found.missing == 0);
          all.looked_for += found.looked_for;
          all.score = std::max(all.score, found.score);
          all.pixels = std::max(all.pixels, found.pixels);
        }
      }
      CHECK(all.looked_for > 0);
      CHECK(all.looked_for < 20000);  // none was cut off
      MESSAGE("simulated, dtypes "
              << std::string(dtypes) << ", input type "
              << static_cast<int>(form.tensors.input_type) << ", decoding "
              << static_cast<int>(form.tensors.decoding) << ": "
              << all.looked_for << " boxes within " << all.score << " and "
              << all.pixels << " px");
    }
  }
}

TEST_CASE("yolo-fastest-1.1-xl") {
  const std::string name = DataPath("weights/yolo-fastest-1.1-xl");
  CheckModel(Text(name + ".cfg"), ReadFile(name + ".weights"), 0.05f, 0.1f);
}

TEST_CASE("YOLOv4-tiny with random weights") {
  const std::string cfg = Text(DataPath("cfg/yolov4-tiny.cfg"));
  CheckModel(cfg, RandomWeights(cfg), 0.7f, 0.72f);
}

}  // namespace
}  // namespace yolo::testing
