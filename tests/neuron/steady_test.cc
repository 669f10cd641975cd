// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Device neuron (simulated) in the steady state: nothing is allocated, each
// tensor is moved once, and cores are kept busy.
#include <doctest/doctest.h>

#include <chrono>

#include "support/counting_malloc.h"
#include "support/neuron.h"

namespace yolo::testing {
namespace {

struct Batch {
  explicit Batch(size_t count) {
    for (uint32_t i = 0; i < count; ++i) {
      owners.push_back(i % 3 == 0 ? SamplePhoto("coffee")
                                  : Waves(60 + i % 3, 50, i));
    }
    for (const Image& image : owners) views.push_back(image.View());
    boxes.resize(count * 100);
    results.resize(count, YOLO_RESULT_INIT);
  }

  // Images that did not come out.
  size_t Run(const Detector& detector) {
    if (yolo_detect_batch(detector.get(), views.data(), views.size(),
                          boxes.data(), 100, results.data()) != YOLO_OK) {
      return views.size();
    }
    size_t failed = 0;
    for (const yolo_result& r : results) failed += r.status != YOLO_OK;
    return failed;
  }

  std::vector<Image> owners;
  std::vector<yolo_image> views;
  std::vector<yolo_detection> boxes;
  std::vector<yolo_result> results;
};

// Calls of the steady state, where the network has this many outputs.
void CheckSteady(const std::string& config, nrt_sim::NeffTensors tensors,
                 uint64_t num_outputs, bool copies) {
  Simulation& simulation = Simulation::Get();
  const Model model = TinyModel();
  for (const uint32_t batch : {1u, 4u}) {
    simulation.Start("cores=2;compute=replay;" + config);
    tensors.batch = batch;
    NeuronOptions options(model, tensors);
    const Detector detector = Create(options.all);
    Batch images(24);
    for (int i = 0; i < 20; ++i) CHECK(images.Run(detector) == 0);
    const auto count_all = [&] {
      std::vector<uint64_t> counts;
      for (const char* name :
           {"nrt_execute", "nrt_tensor_write", "nrt_tensor_read",
            "nrt_tensor_attach_buffer", "nrt_tensor_allocate",
            "nrt_add_tensor_to_tensor_set"}) {
        counts.push_back(simulation.Count(name));
      }
      return counts;
    };
    const auto before = count_all();
    size_t failed = 0;
    AllocationCount count;
    for (int i = 0; i < 5; ++i) failed += images.Run(detector);
    count.Stop();
    CHECK(failed == 0);
    if (AllocationsAreCounted()) CHECK(count.ours == 0);
    const auto after = count_all();
    const uint64_t more = after[0] - before[0];
    CHECK(more >= 5 * 24 / batch);
    CHECK(more <= 5 * 24);
    CHECK(after[1] - before[1] == (copies ? more : 0));
    CHECK(after[2] - before[2] == (copies ? num_outputs * more : 0));
    for (size_t i = 3; i < after.size(); ++i) CHECK(after[i] == before[i]);
  }
}

TEST_CASE("nothing is allocated and each tensor moves once") {
  CheckSteady("", {}, 2, true);
  nrt_sim::NeffTensors decoded;
  decoded.decoding = nrt_sim::Decoding::kTable;
  CheckSteady("", decoded, 1, true);
}

// An execution moves them itself: nothing is left to copy.
TEST_CASE("attached buffers are neither written, read, nor attached again") {
  CheckSteady("inf1=1;version=2.31.1.0", {}, 2, false);
}

// Loose: other programs may be using this machine. neuron_bench measures.
TEST_CASE("cores are kept busy") {
  const Model model = TinyModel();
  for (const int cores : {1, 4}) {
    Simulation::Get().Start("compute=replay;exec_us=10000;cores=" +
                            std::to_string(cores));
    NeuronOptions options(model);
    const Detector detector = Create(options.all);
    Batch images(static_cast<size_t>(cores) * 30);
    double best = 0;
    for (int i = 0; i < 3; ++i) {
      const auto start = std::chrono::steady_clock::now();
      CHECK(images.Run(detector) == 0);
      const std::chrono::duration<double> time =
          std::chrono::steady_clock::now() - start;
      best = std::max(best, 30 * 0.01 / time.count());
    }
    MESSAGE(cores << " simulated cores busy " << best << " of the time");
    if (kSanitizer.empty()) CHECK(best > 0.8);
  }
}

}  // namespace
}  // namespace yolo::testing
