// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Memory that fails, allocation by allocation: through the host's hooks, in
// which libjpeg's own lie too, and in malloc and operator new.
#include <doctest/doctest.h>

#include <atomic>
#include <new>

#include "reliability/fault_phases.h"
#include "support/failing_malloc.h"
#include "support/folder.h"
#include "support/neuron.h"

namespace yolo::testing {
namespace {

class HookFaults : public Faults {
 public:
  explicit HookFaults(bool throws) : throws_(throws) {}

  void Use(yolo_options* options) {
    options->alloc_user = this;
    options->alloc = [](void* user, size_t size, size_t alignment) {
      return static_cast<HookFaults*>(user)->Take(size, alignment);
    };
    options->free = [](void* user, void* memory, size_t size) {
      auto* self = static_cast<HookFaults*>(user);
      self->live_bytes_ -= static_cast<int64_t>(size);
      --self->live_;
      std::free(memory);
    };
  }

  void Arm(int64_t first, bool onwards) override {
    num_ = num_failed_ = 0;
    first_ = first;
    onwards_ = onwards;
    armed_ = true;
  }
  bool Disarm() override {
    armed_ = false;
    return num_failed_ > 0;
  }
  int64_t Live() const override { return live_; }
  int64_t live_bytes() const { return live_bytes_; }

 private:
  void* Take(size_t size, size_t alignment) {
    if (armed_) {
      const int64_t index = num_++;
      if (onwards_ ? index >= first_ : index == first_) {
        ++num_failed_;
        if (throws_) throw std::bad_alloc();
        return nullptr;
      }
    }
    void* memory = nullptr;
    if (posix_memalign(&memory, alignment, size) != 0) return nullptr;
    std::memset(memory, 0xcd, size);  // nobody may count on zeros
    live_bytes_ += static_cast<int64_t>(size);
    ++live_;
    return memory;
  }

  const bool throws_;
  std::atomic<bool> armed_{false};
  std::atomic<int64_t> num_{0}, num_failed_{0}, live_{0}, live_bytes_{0};
  int64_t first_ = 0;
  bool onwards_ = false;
};

class MallocFaults : public Faults {
 public:
  void Arm(int64_t first, bool onwards) override { ArmMalloc(first, onwards); }
  bool Disarm() override {
    const MallocTally tally = DisarmMalloc();
    let_through_ += tally.let_through;
    // One that was let through is followed by others.
    return tally.failed + tally.let_through > 0;
  }
  int64_t Live() const override { return LiveBlocks(); }
  int64_t let_through() const { return let_through_; }

 private:
  int64_t let_through_ = 0;
};

// A model in files, with labels, a log and everything else that costs memory.
struct FullModel {
  FullModel()
      : cfg(folder.Write("m.cfg", model.cfg)),
        weights(folder.Write("m.weights", model.weights)),
        labels(folder.Write("m.names",
                            std::string("a name that no string holds itself\n"
                                        "another name of many letters\nc\n"))) {
    options.model_path = cfg.c_str();
    options.weights_path = weights.c_str();
    options.labels_path = labels.c_str();
    options.class_thresholds = thresholds;
    options.num_class_thresholds = kTinyClasses;
    options.class_allow = allow;
    options.num_class_allow = 2;
    options.num_lanes = 2;
    options.log = [](void*, int32_t, const char*) {};
  }

  const Folder folder;
  const Model model = TinyModel("an_unknown_key=1\n");
  const std::string cfg, weights, labels;
  const float thresholds[kTinyClasses] = {0.3f, 0, 0.2f};
  const int32_t allow[2] = {0, 2};
  yolo_options options = YOLO_OPTIONS_INIT;
};

std::vector<int32_t> CpuDevices() {
  std::vector<int32_t> devices = {YOLO_DEVICE_PORTABLE};
  if (YOLO_ONEDNN) devices.push_back(YOLO_DEVICE_CPU);
  return devices;
}

void RunHooks(yolo_options options, const std::string& device) {
  for (const bool throws : {false, true}) {
    HookFaults faults(throws);
    faults.Use(&options);
    const FaultCount count = FaultPhases(options, &faults).Run();
    CHECK(count.create > 5);
    CHECK(count.detect > 5);
    CHECK(faults.live_bytes() == 0);
    const std::string kind = throws ? "throws" : "returns NULL";
    MESSAGE(device << ", hook that " << kind << ": " << count.create
                   << " allocations of creation, " << count.detect
                   << " of detection");
  }
}

void RunMalloc(const yolo_options& options, const std::string& device) {
  MallocFaults faults;
  const FaultCount count = FaultPhases(options, &faults).Run();
  CHECK(count.create > 50);
  CHECK(count.detect < count.create);
  const std::string source = MallocFails() ? "malloc" : "operator new";
  MESSAGE(device << ", " << source << ": " << count.create
                 << " allocations of creation, " << count.detect
                 << " of detection; let through " << faults.let_through());
}

TEST_CASE("the hook fails") {
  const FullModel model;
  for (const int32_t device : CpuDevices()) {
    yolo_options options = model.options;
    options.device = device;
    RunHooks(options, device == YOLO_DEVICE_CPU ? "cpu" : "portable");
    options.decode = YOLO_DECODE_EXACT;
    options.profile = YOLO_PROFILE_ULTRALYTICS;
    RunHooks(options, "exact");
  }
}

TEST_CASE("malloc and operator new fail") {
  const FullModel model;
  yolo_options options = model.options;
  options.device = YOLO_DEVICE_PORTABLE;
  RunMalloc(options, "portable");
}

TEST_CASE("malloc and operator new fail, except in oneDNN") {
  if (!YOLO_ONEDNN) return;
  const FullModel model;
  yolo_options options = model.options;
  options.device = YOLO_DEVICE_CPU;
  options.num_lanes = 1;
  RunMalloc(options, "cpu");
}

TEST_CASE("memory fails on device neuron (simulated)") {
  Simulation::Get().Start("cores=2");
  const FullModel model;
  NeuronOptions neuron(model.options, model.model.cfg, model.model.weights);
  RunHooks(neuron.all, "neuron");
  RunMalloc(neuron.all, "neuron");
  neuron.all.fallback = YOLO_FALLBACK_CPU;
  RunHooks(neuron.all, "neuron with a spare");
}

TEST_CASE("failures happen where they are told to, and are told apart") {
  ArmMalloc(1, false);
  int* volatile first = new int(1);
  bool threw = false;
  try {
    int* volatile second = new int(2);
    delete second;
  } catch (const std::bad_alloc&) {
    threw = true;
  }
  int* volatile third = new int(3);
  const int64_t live = LiveBlocks();
  MallocTally tally = DisarmMalloc();
  CHECK(threw);
  CHECK(live == 2);
  CHECK(tally.failed == 1);
  delete first;
  delete third;

  ArmMalloc(0, true);
  void* volatile memory[2] = {std::malloc(10), std::calloc(1, 10)};
  tally = DisarmMalloc();
  CHECK((memory[0] == nullptr) == MallocFails());
  CHECK((memory[1] == nullptr) == MallocFails());
  CHECK(tally.failed == (MallocFails() ? 2 : 0));
  std::free(memory[0]);
  std::free(memory[1]);
}

}  // namespace
}  // namespace yolo::testing
