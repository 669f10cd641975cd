// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Device neuron (simulated): executions that do not come back.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "support/neuron.h"

namespace yolo::testing {
namespace {

using Clock = std::chrono::steady_clock;

int64_t Milliseconds(Clock::time_point since) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() -
                                                               since)
      .count();
}

// Milliseconds after which an execution counts as stuck: one that is not must
// never take as long, and sanitizers are slow.
uint32_t Timeout(uint32_t ms) { return kSanitizer.empty() ? ms : 10 * ms; }

// What is stuck keeps the runtime: one instance for the whole program.
void StartOnce() {
  static const bool started = [] {
    Simulation::Get().Start("cores=4");
    return true;
  }();
  REQUIRE(started);
}

void ReleaseAll() {
  // What waited behind a stuck execution may be the next to be stuck.
  for (int quiet = 0; quiet < 5; ++quiet) {
    if (Simulation::Get().Count("stuck") != 0) quiet = 0;
    Simulation::Get().Release();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

TEST_CASE("a stuck core: its image fails in time, the rest goes elsewhere") {
  StartOnce();
  const Model model = TinyModel();
  NeuronOptions options(model);
  options.neuron.visible_cores = "0-3";
  options.neuron.num_cores = 2;
  options.neuron.timeout_ms = Timeout(200);
  Detector detector = Create(options.all);
  const std::vector<Image> images(24, Waves(60, 50, 1));
  const Outcome expected = Detect(detector.get(), images[0]);
  Simulation::Get().Inject("nrt_execute", 0, 2, 1, NRT_SIM_STUCK);
  const auto start = Clock::now();
  const auto outcomes = DetectBatch(detector.get(), images);
  CHECK(Milliseconds(start) < Timeout(5000));
  size_t failed = 0;
  for (const Outcome& out : outcomes) {
    if (out.result.status == YOLO_OK) {
      CHECK(SameBoxes(out, expected));
    } else {
      ++failed;
      CHECK(out.result.status == YOLO_ERROR_DEVICE);
      CHECK(Contains(
          out.result.message,
          "did not end within " + std::to_string(Timeout(200)) + " ms"));
    }
  }
  CHECK(failed == 1);
  const yolo_core_stats stats = CoreStats(detector, 0);
  CHECK(stats.state == YOLO_CORE_STUCK);
  CHECK(stats.status == nrt::NRT_TIMEOUT);
  CHECK(CoreStats(detector, 1).state == YOLO_CORE_READY);
  for (const Outcome& out : DetectBatch(detector.get(), images)) {
    CHECK(SameBoxes(out, expected));
  }
  const auto end = Clock::now();
  detector.reset();  // while it is still stuck
  CHECK(Milliseconds(end) < Timeout(2000));
  ReleaseAll();
}

TEST_CASE("all cores stuck: an error, or the CPU") {
  StartOnce();
  const Model model = TinyModel();
  for (const bool fallback : {false, true}) {
    NeuronOptions options(model);
    options.neuron.visible_cores = "0-3";
    options.neuron.first_core = fallback ? 2 : 3;
    options.neuron.num_cores = 1;
    options.neuron.lanes_per_core = 4;
    options.neuron.timeout_ms = Timeout(100);
    options.all.fallback = fallback ? YOLO_FALLBACK_CPU : YOLO_FALLBACK_NONE;
    Detector detector = Create(options.all);
    const std::vector<Image> images(12, Waves(60, 50, 1));
    const Outcome expected = Detect(detector.get(), images[0]);
    Simulation::Get().Inject("nrt_execute", fallback ? 2 : 3, 3, 0,
                             NRT_SIM_STUCK);
    size_t ok = 0, on_cpu = 0, failed = 0;
    for (const Outcome& out : DetectBatch(detector.get(), images)) {
      const bool cpu = (out.result.notes & YOLO_NOTE_FALLBACK) != 0;
      ok += out.result.status == YOLO_OK && !cpu;
      on_cpu += out.result.status == YOLO_OK && cpu;
      failed += out.result.status == YOLO_ERROR_DEVICE;
    }
    CHECK(ok + on_cpu + failed == images.size());
    CHECK(ok <= 2);
    CHECK((on_cpu > 0) == fallback);
    const Outcome after = Detect(detector.get(), images[0]);
    CHECK((after.result.status == YOLO_OK) == fallback);
    detector.reset();
    ReleaseAll();
  }
}

TEST_CASE("what comes back late has no effect, and its detector may end then") {
  StartOnce();
  const Model model = TinyModel();
  NeuronOptions options(model);
  options.neuron.visible_cores = "0-3";
  options.neuron.num_cores = 2;
  options.neuron.timeout_ms = Timeout(100);
  Detector detector = Create(options.all);
  const Image image = Waves(60, 50, 1);
  const Outcome expected = Detect(detector.get(), image);
  Simulation::Get().Inject("nrt_execute", -1, 1, 1, NRT_SIM_STUCK);
  CHECK(Detect(detector.get(), image).result.status == YOLO_ERROR_DEVICE);
  ReleaseAll();
  CHECK(SameBoxes(Detect(detector.get(), image), expected));
  CHECK(CoreStats(detector, 0).state + CoreStats(detector, 1).state ==
        YOLO_CORE_STUCK + YOLO_CORE_READY);
}

}  // namespace
}  // namespace yolo::testing
