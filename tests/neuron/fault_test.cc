// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Device neuron (simulated): what becomes of images when calls of libnrt fail,
// status by status, and when cores die under load.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "support/neuron.h"

namespace yolo::testing {
namespace {

// Calls on the way of an image: with attached buffers the second is the only
// one.
std::vector<const char*> Calls() {
  if (std::getenv("YOLO_TEST_SIMULATION")) return {"nrt_execute"};
  return {"nrt_tensor_write", "nrt_execute", "nrt_tensor_read"};
}

std::vector<Outcome> Some(const Detector& detector, size_t count,
                          uint32_t seed = 1) {
  return DetectBatch(detector.get(),
                     std::vector<Image>(count, Waves(60, 50, seed)));
}

size_t CountOk(const std::vector<Outcome>& outcomes) {
  size_t ok = 0;
  for (const Outcome& out : outcomes) {
    ok += out.result.status == YOLO_OK;
    CHECK((out.result.status == YOLO_OK) ==
          (std::string(out.result.message) == ""));
  }
  return ok;
}

// One status once, in one call: what happens to the image and to the core.
void CheckStatus(const NrtRule& rule, const char* call) {
  CAPTURE(rule.name);
  CAPTURE(call);
  Simulation& simulation = Simulation::Get();
  simulation.Start("cores=2");
  const Model model = TinyModel();
  NeuronOptions options(model);
  options.all.num_lanes = 1;
  const Detector detector = Create(options.all);
  const Outcome expected = Some(detector, 1)[0];
  simulation.Inject(call, -1, 1, 1, rule.code);
  const Outcome first = Some(detector, 1)[0];
  const uint64_t retries =
      CoreStats(detector, 0).retries + CoreStats(detector, 1).retries;
  size_t ready = 0;
  for (uint32_t i = 0; i < 2; ++i) {
    const yolo_core_stats stats = CoreStats(detector, i);
    ready += stats.state == YOLO_CORE_READY;
    CHECK((stats.state == YOLO_CORE_READY || stats.status == rule.code));
  }
  INFO(first.result.message);
  switch (rule.reaction) {
    case NrtReaction::kNone:
      break;
    case NrtReaction::kFlag:
      if (std::string(call) == "nrt_execute") {
        CHECK(first.result.status == YOLO_OK);
        CHECK(first.result.notes == YOLO_NOTE_NUMERIC);
      }
      CHECK(ready == 2);
      break;
    case NrtReaction::kRetry:
      CHECK(SameBoxes(first, expected));
      CHECK(retries == 1);
      CHECK(ready == 2);
      break;
    case NrtReaction::kFailImage:
      CHECK(first.result.status != YOLO_OK);
      CHECK(Contains(first.result.message, rule.name));
      CHECK(ready == 2);
      break;
    case NrtReaction::kLatchCore:
      CHECK(SameBoxes(first, expected));  // on the other core
      CHECK(ready == 1);
      break;
    case NrtReaction::kLatchDevice:
      CHECK(first.result.status == YOLO_ERROR_DEVICE);
      CHECK(Contains(first.result.message, rule.name));
      CHECK(ready == 0);
      break;
  }
  const auto after = Some(detector, 5);
  CHECK(CountOk(after) == (ready > 0 ? 5 : 0));
  for (const Outcome& out : after) {
    if (ready > 0) CHECK(SameBoxes(out, expected));
  }
}

TEST_CASE("every status in every call has the consequence of its rule") {
  for (const NrtRule& rule : NrtRules()) {
    for (const char* call : Calls()) {
      if (rule.code != nrt::NRT_SUCCESS) CheckStatus(rule, call);
    }
  }
}

TEST_CASE("a status that nobody knows fails the image and keeps its number") {
  Simulation::Get().Start("cores=1");
  const Model model = TinyModel();
  NeuronOptions options(model);
  const Detector detector = Create(options.all);
  Simulation::Get().Inject("nrt_execute", -1, 1, 1, 4711);
  const Outcome out = Some(detector, 1)[0];
  CHECK(out.result.status == YOLO_ERROR_DEVICE);
  CHECK(Contains(out.result.message, "4711"));
  CHECK(CountOk(Some(detector, 3)) == 3);
}

TEST_CASE("every status of a load is an error of creation that names it") {
  Simulation& simulation = Simulation::Get();
  const Model model = TinyModel();
  for (const NrtRule& rule : NrtRules()) {
    if (rule.code == nrt::NRT_SUCCESS) continue;
    CAPTURE(rule.name);
    simulation.Start("cores=2");
    NeuronOptions options(model);
    simulation.Inject("nrt_load", -1, 1, 0, rule.code);
    yolo_detector* detector = nullptr;
    CHECK(yolo_create(&options.all, &detector) != YOLO_OK);
    CHECK(Contains(yolo_last_error(), rule.name));
    options.all.device = YOLO_DEVICE_NEURON;
  }
}

TEST_CASE("a core that goes on failing is latched, and the others go on") {
  Simulation::Get().Start("cores=2");
  const Model model = TinyModel();
  NeuronOptions options(model);
  const Detector detector = Create(options.all);
  Simulation::Get().Inject("nrt_execute", 0, 1, 0,
                           nrt::NRT_EXEC_COMPLETED_WITH_ERR);
  const size_t ok = CountOk(Some(detector, 100));
  CHECK(ok >= 100 - 10);
  CHECK(CoreStats(detector, 0).state == YOLO_CORE_FAILED);
  CHECK(CoreStats(detector, 1).state == YOLO_CORE_READY);
  CHECK(CountOk(Some(detector, 20)) == 20);
}

TEST_CASE("a busy core is asked again, but not for ever") {
  Simulation::Get().Start("cores=1");
  const Model model = TinyModel();
  NeuronOptions options(model);
  options.all.num_lanes = 1;
  const Detector detector = Create(options.all);
  Simulation::Get().Inject("nrt_execute", -1, 1, 3, nrt::NRT_EXEC_NC_BUSY);
  CHECK(CountOk(Some(detector, 1)) == 1);
  CHECK(CoreStats(detector, 0).retries == 3);
  Simulation::Get().Inject("nrt_execute", -1, 1, 7, nrt::NRT_EXEC_NC_BUSY);
  const Outcome out = Some(detector, 1)[0];
  CHECK(out.result.status == YOLO_ERROR_DEVICE);
  CHECK(Contains(out.result.message, "NRT_EXEC_NC_BUSY"));
  CHECK(CountOk(Some(detector, 2)) == 2);
}

TEST_CASE("NaN again and again is a note on the results and one line of log") {
  Simulation::Get().Start("cores=1");
  const Model model = TinyModel();
  NeuronOptions options(model);
  std::atomic<int> warnings{0};
  options.all.log_user = &warnings;
  options.all.log = [](void* user, int32_t, const char* message) {
    if (std::string(message).find("NUM_ERR") != std::string::npos) {
      ++*static_cast<std::atomic<int>*>(user);
    }
  };
  const Detector detector = Create(options.all);
  const Outcome expected = Some(detector, 1)[0];
  Simulation::Get().Inject("nrt_execute", -1, 1, 0,
                           nrt::NRT_EXEC_COMPLETED_WITH_NUM_ERR);
  for (const Outcome& out : Some(detector, 20)) {
    CHECK(SameBoxes(out, expected));
    CHECK(out.result.notes == YOLO_NOTE_NUMERIC);
  }
  CHECK(warnings == 1);
  CHECK(CoreStats(detector, 0).numeric == 20);
}

// Eight callers, each with batches; returns images that did not come out as
// `allowed`: their own boxes, or an error where errors are allowed.
struct Load {
  std::atomic<size_t> ok{0}, failed{0}, on_cpu{0}, wrong{0};

  void Run(const Detector& detector, const std::vector<Image>& images,
           const std::vector<Outcome>& expected, bool cpu_differs) {
    std::vector<yolo_image> views;
    for (const Image& image : images) views.push_back(image.View());
    std::vector<yolo_detection> boxes(images.size() * 300);
    for (int round = 0; round < 6; ++round) {
      std::vector<yolo_result> results(images.size(), YOLO_RESULT_INIT);
      for (yolo_result& result : results) result.status = -1;
      if (yolo_detect_batch(detector.get(), views.data(), views.size(),
                            boxes.data(), 300, results.data()) != YOLO_OK) {
        ++wrong;
      }
      for (size_t i = 0; i < images.size(); ++i) {
        const yolo_result& r = results[i];
        const bool fallback = (r.notes & YOLO_NOTE_FALLBACK) != 0;
        if (r.status == YOLO_ERROR_DEVICE && r.message[0] != '\0') {
          ++failed;
          continue;
        }
        ++(fallback ? on_cpu : ok);
        if (r.status != YOLO_OK) ++wrong;
        if (fallback && cpu_differs) continue;
        if (r.found != expected[i].result.found ||
            std::memcmp(&boxes[i * 300], expected[i].boxes.data(),
                        r.count * sizeof(yolo_detection)) != 0) {
          ++wrong;
        }
      }
    }
  }

  void FromEightCallers(const Detector& detector) {
    std::vector<Image> images;
    for (uint32_t i = 0; i < 12; ++i) images.push_back(Waves(60, 50, i));
    const auto expected = DetectBatch(detector.get(), images);
    std::vector<std::thread> callers;
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back([&] { Run(detector, images, expected, true); });
    }
    for (std::thread& caller : callers) caller.join();
    CHECK(wrong == 0);
    CHECK(ok + failed + on_cpu == 8 * 6 * 12);
  }
};

TEST_CASE("a core dies under load: no image is lost, none is wrong") {
  for (const char* call : Calls()) {
    Simulation::Get().Start("cores=3");
    const Model model = TinyModel();
    NeuronOptions options(model);
    const Detector detector = Create(options.all);
    Simulation::Get().Inject(call, 1, 60, 0, nrt::NRT_HW_ERROR);
    Load load;
    load.FromEightCallers(detector);
    CHECK(load.failed == 0);
    CHECK(CoreStats(detector, 1).state == YOLO_CORE_FAILED);
    CHECK(CoreStats(detector, 1).status == nrt::NRT_HW_ERROR);
    CHECK(CoreStats(detector, 0).state == YOLO_CORE_READY);
  }
}

TEST_CASE("all cores die under load: errors, or the CPU if that is wanted") {
  for (const bool fallback : {false, true}) {
    Simulation::Get().Start("cores=3");
    const Model model = TinyModel();
    NeuronOptions options(model);
    options.all.fallback = fallback ? YOLO_FALLBACK_CPU : YOLO_FALLBACK_NONE;
    const Detector detector = Create(options.all);
    for (int core = 0; core < 3; ++core) {
      Simulation::Get().Inject("nrt_execute", core,
                               40 + 20 * static_cast<uint64_t>(core), 0,
                               nrt::NRT_EXEC_HW_ERR_NC_UE);
    }
    Load load;
    load.FromEightCallers(detector);
    CHECK(load.ok > 0);
    CHECK((load.on_cpu > 0) == fallback);
    CHECK((load.failed == 0) == fallback);
    const Outcome after = Some(detector, 1)[0];
    CHECK((after.result.status == YOLO_OK) == fallback);
    CHECK(after.result.notes == (fallback ? YOLO_NOTE_FALLBACK : 0));
    if (!fallback) CHECK(Contains(after.result.message, "is lost, all 3"));
  }
}

}  // namespace
}  // namespace yolo::testing
