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

TEST_CASE("nothing is allocated and each tensor moves once") {
  Simulation& simulation = Simulation::Get();
  const Model model = TinyModel();
  for (const uint32_t batch : {1u, 4u}) {
    simulation.Start("cores=2;compute=replay");
    nrt_sim::NeffTensors tensors;
    tensors.batch = batch;
    NeuronOptions options(model, tensors);
    const Detector detector = Create(options.all);
    Batch images(24);
    for (int i = 0; i < 20; ++i) CHECK(images.Run(detector) == 0);
    const uint64_t writes = simulation.Count("nrt_tensor_write");
    const uint64_t reads = simulation.Count("nrt_tensor_read");
    const uint64_t runs = simulation.Count("nrt_execute");
    size_t failed = 0;
    AllocationCount count;
    for (int i = 0; i < 5; ++i) failed += images.Run(detector);
    count.Stop();
    CHECK(failed == 0);
    if (AllocationsAreCounted()) CHECK(count.ours == 0);
    const uint64_t more = simulation.Count("nrt_execute") - runs;
    CHECK(more >= 5 * 24 / batch);
    CHECK(more <= 5 * 24);
    CHECK(simulation.Count("nrt_tensor_write") - writes == more);
    CHECK(simulation.Count("nrt_tensor_read") - reads == 2 * more);
  }
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
