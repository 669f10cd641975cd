// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Device neuron (simulated): the same boxes as the CPU's, whatever the form of
// the NEFF's tensors, its batch, the cores and the lanes.
#include <doctest/doctest.h>

#include "device/neuron_plan.h"
#include "support/golden.h"
#include "support/neuron.h"

namespace yolo::testing {
namespace {

std::vector<Image> Pictures() {
  return {SamplePhoto("cat"), Waves(200, 150, 1),
          Waves(33, 66, 2),   SamplePhoto("astronaut"),
          Waves(96, 96, 3),   SamplePhoto("coffee"),
          Waves(1, 1, 4)};
}

// What `precision` f32 on the CPU sees.
std::vector<Outcome> OnCpu(yolo_options options,
                           const std::vector<Image>& images) {
  options.device = YOLO_DEVICE_PORTABLE;
  options.neuron = nullptr;
  options.nms = YOLO_NMS_NONE;
  options.max_detections = 4096;
  return DetectBatch(Create(options).get(), images, 4096);
}

// The share of boxes of one that the other has, and both ways round.
void CheckNear(const std::vector<Outcome>& want,
               const std::vector<Outcome>& got, float threshold,
               const Tolerance& tolerance) {
  size_t looked_for = 0;
  for (size_t i = 0; i < want.size(); ++i) {
    CAPTURE(i);
    REQUIRE(got[i].result.status == YOLO_OK);
    const float from = threshold + tolerance.score;
    const Comparison there = Find(want[i].boxes, got[i].boxes, tolerance, from);
    const Comparison back = Find(got[i].boxes, want[i].boxes, tolerance, from);
    CAPTURE(Describe(there.first_missing));
    CAPTURE(Describe(back.first_missing));
    CHECK(there.missing == 0);
    CHECK(back.missing == 0);
    looked_for += there.looked_for;
  }
  CHECK(looked_for > 0);
}

std::vector<Outcome> OnNeuron(NeuronOptions* options,
                              const std::vector<Image>& images) {
  options->all.nms = YOLO_NMS_NONE;
  options->all.max_detections = 4096;
  const Detector detector = Create(options->all);
  CHECK(Info(detector.get()).device == YOLO_DEVICE_NEURON);
  CHECK(Contains(Info(detector.get()).device_details, "simulated"));
  return DetectBatch(detector.get(), images, 4096);
}

TEST_CASE("boxes are the CPU's, whatever the types and layouts of tensors") {
  Simulation::Get().Start("cores=2");
  const Model model = TinyModel();
  const std::vector<Image> images = Pictures();
  const std::vector<Outcome> want = OnCpu(model.Options(), images);
  for (const DataType input :
       {DataType::kU8, DataType::kF16, DataType::kBf16, DataType::kF32}) {
    for (const DataType head :
         {DataType::kF16, DataType::kBf16, DataType::kF32}) {
      for (const Layout layout : {Layout::kInterleaved, Layout::kPlanar}) {
        CAPTURE(TypeName(input));
        CAPTURE(TypeName(head));
        const bool coarse = input == DataType::kBf16 ||
                            input == DataType::kU8 || head == DataType::kBf16;
        nrt_sim::NeffTensors tensors;
        tensors.input_type = input;
        tensors.head_type = head;
        tensors.input_layout = layout;
        tensors.head_layout =
            input == head ? Layout::kPlanar : Layout::kInterleaved;
        NeuronOptions options(model, tensors);
        CheckNear(want, OnNeuron(&options, images), 0.25f,
                  coarse ? Tolerance{0.02f, 6} : Tolerance{0.004f, 0.8f});
      }
    }
  }
}

// What the options have to say where the defaults do not.
void Describe(const nrt_sim::NeffTensors& tensors, yolo_neuron_options* out) {
  const bool split = tensors.decoding == nrt_sim::Decoding::kSplit;
  out->decoded_boxes =
      tensors.box_form == BoxForm::kCentreSize ? YOLO_DECODED_BOXES_XYWH
      : tensors.box_form == BoxForm::kCorners  ? YOLO_DECODED_BOXES_XYXY
                                               : YOLO_DECODED_BOXES_YXYX;
  out->decoded_units = tensors.fractions ? YOLO_DECODED_UNITS_FRACTIONS
                                         : YOLO_DECODED_UNITS_PIXELS;
  const int32_t usual =
      split ? YOLO_DECODED_BOXES_XYXY : YOLO_DECODED_BOXES_XYWH;
  if (out->decoded_boxes == usual) out->decoded_boxes = 0;
  if (tensors.fractions == split) out->decoded_units = 0;
}

TEST_CASE("boxes that the network decoded are the CPU's") {
  Simulation::Get().Start("cores=2");
  const Model model = TinyModel();
  const std::vector<Image> images = Pictures();
  const std::vector<Outcome> want = OnCpu(model.Options(), images);
  using nrt_sim::Decoding;
  for (const Decoding decoding :
       {Decoding::kTable, Decoding::kFinalTable, Decoding::kSplit}) {
    for (const DataType type :
         {DataType::kF16, DataType::kBf16, DataType::kF32}) {
      for (const BoxForm form :
           {BoxForm::kCentreSize, BoxForm::kCorners, BoxForm::kCornersYx}) {
        for (const bool fractions : {false, true}) {
          CAPTURE(static_cast<int>(decoding));
          CAPTURE(TypeName(type));
          CAPTURE(static_cast<int>(form));
          CAPTURE(fractions);
          nrt_sim::NeffTensors tensors;
          tensors.decoding = decoding;
          tensors.head_type = type;
          tensors.box_form = form;
          tensors.fractions = fractions;
          tensors.head_layout =
              fractions ? Layout::kPlanar : Layout::kInterleaved;
          tensors.batch = form == BoxForm::kCorners ? 3 : 1;
          NeuronOptions options(model, tensors);
          Describe(tensors, &options.neuron);
          CheckNear(want, OnNeuron(&options, images), 0.25f,
                    type == DataType::kBf16 ? Tolerance{0.02f, 6}
                                            : Tolerance{0.004f, 0.8f});
        }
      }
    }
  }
}

TEST_CASE("an objectness that is not to be looked at") {
  Simulation::Get().Start("cores=1");
  const Model model = TinyModel();
  nrt_sim::NeffTensors tensors;
  tensors.decoding = nrt_sim::Decoding::kTable;
  NeuronOptions options(model, tensors);
  const Outcome product = OnNeuron(&options, {SamplePhoto("cat")}).at(0);
  options.neuron.decoded_scores = YOLO_DECODED_SCORES_PRODUCT;
  CHECK(SameBoxes(product, OnNeuron(&options, {SamplePhoto("cat")}).at(0)));
  options.neuron.decoded_scores = YOLO_DECODED_SCORES_FINAL;
  const Outcome final = OnNeuron(&options, {SamplePhoto("cat")}).at(0);
  REQUIRE(product.boxes.size() > 0);
  CHECK(final.boxes.size() > product.boxes.size());
  CHECK(final.boxes[0].score > product.boxes[0].score);
}

TEST_CASE("both numberings of types, and one that is not told") {
  const Model model = TinyModel();
  const std::vector<Image> images = {SamplePhoto("cat"), Waves(90, 60, 2)};
  const std::vector<Outcome> want = OnCpu(model.Options(), images);
  for (const char* numbering : {"dtypes=old", "dtypes=new"}) {
    for (const char* version : {"version=2.20.1.0", "version=2.34.10.0"}) {
      Simulation::Get().Start(std::string("cores=1;") + numbering + ";" +
                              version);
      NeuronOptions options(model);
      CheckNear(want, OnNeuron(&options, images), 0.25f, {0.004f, 0.8f});
    }
  }
  Simulation::Get().Start("cores=1;dtype_unknown=1");
  NeuronOptions options(model);
  CHECK(
      Contains(CreateError(options.all, YOLO_ERROR_BAD_MODEL), "tensor_types"));
  options.neuron.tensor_types = "image=f16,head_0=f16,head_1=f16";
  CheckNear(want, OnNeuron(&options, images), 0.25f, {0.004f, 0.8f});
  options.neuron.tensor_types = "picture=f16";
  CHECK(Contains(CreateError(options.all, YOLO_ERROR_INVALID_ARGUMENT),
                 "picture"));
}

TEST_CASE("the trained model finds in photos what the CPU finds") {
  Simulation::Get().Start("cores=2");
  yolo_options nano = NanoOptions();
  nano.score_threshold = 0.05f;
  const auto cfg = ReadFile(nano.model_path);
  const std::vector<Image> images = {SamplePhoto("astronaut"),
                                     SamplePhoto("cat"), SamplePhoto("coffee")};
  NeuronOptions options(nano,
                        {reinterpret_cast<const char*>(cfg.data()), cfg.size()},
                        ReadFile(nano.weights_path));
  CheckNear(OnCpu(nano, images), OnNeuron(&options, images), 0.05f,
            {0.004f, 1.5f});
}

TEST_CASE("the same bits whatever the batch, the cores and the lanes") {
  const Model model = TinyModel();
  std::vector<Image> images;
  for (uint32_t i = 0; i < 23; ++i) images.push_back(Waves(90 + i, 60, i));
  images[7].bytes = {0xff, 0xd8};
  images[7].format = YOLO_FORMAT_JPEG;
  std::vector<Outcome> want;
  for (const uint32_t batch : {1u, 3u, 8u}) {
    for (const int cores : {1, 3}) {
      Simulation::Get().Start("cores=" + std::to_string(cores));
      nrt_sim::NeffTensors tensors;
      tensors.batch = batch;
      NeuronOptions options(model, tensors);
      options.neuron.lanes_per_core = 1 + batch % 2;
      const Detector detector = Create(options.all);
      CHECK(Info(detector.get()).batch == batch);
      CHECK(Info(detector.get()).num_lanes ==
            static_cast<uint32_t>(cores) * (1 + batch % 2));
      const auto got = DetectBatch(detector.get(), images);
      if (want.empty()) want = got;
      uint64_t finished = 0;
      for (uint32_t i = 0; i < static_cast<uint32_t>(cores); ++i) {
        finished += CoreStats(detector, i).images;
      }
      CHECK(finished == images.size() - 1);
      for (size_t i = 0; i < images.size(); ++i) {
        CHECK(SameBoxes(want[i], got[i]));
        CHECK((got[i].result.status == YOLO_OK) == (i != 7));
        CHECK((got[i].result.core >= 0) == (i != 7));
      }
    }
  }
}

}  // namespace
}  // namespace yolo::testing
