// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Device neuron in tests: on the simulated libnrt, which says nothing about a
// real one's speed or numbers.
#ifndef YOLO_TESTS_SUPPORT_NEURON_H_
#define YOLO_TESTS_SUPPORT_NEURON_H_

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "device/nrt.h"
#include "nrt_sim/make_neff.h"
#include "nrt_sim/nrt_sim.h"
#include "support/detector.h"
#include "yolo/neuron.h"

namespace yolo::testing {

// The simulator and what it is told. One in a program.
class Simulation {
 public:
  static Simulation& Get() {
    static Simulation simulation;
    return simulation;
  }

  // A new instance, as $YOLO_TEST_SIMULATION and then `config` say (nrt_sim.h).
  // No detector may be left.
  void Start(const std::string& config) {
    const Status status = Nrt::Shutdown();
    REQUIRE_MESSAGE(status.ok(), status.message());
    CHECK(Count("models") == 0);
    CHECK(Count("tensors") == 0);
    CHECK(Count("sets") == 0);
    CHECK(Count("infos") == 0);
    reset_();
    const char* always = std::getenv("YOLO_TEST_SIMULATION");
    if (always) Configure(always);
    Configure(config);
  }
  void Configure(const std::string& config) {
    REQUIRE(configure_(config.c_str()) == 0);
  }

  // See nrt_sim_inject; core -1: any; times 0: for ever.
  void Inject(const char* function, int core, uint64_t nth, uint64_t times,
              uint32_t status) {
    inject_(function, core, nth, times, status);
  }
  void Release() { release_(); }
  uint64_t Count(const char* what) { return count_(what); }

  const char* path() const { return path_.c_str(); }

 private:
  Simulation() {
    const char* other = std::getenv("YOLO_TEST_LIBNRT");
    path_ = other ? other : YOLO_NRT_SIM_DIR "/libnrt.so.1";
    void* const library = dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
    REQUIRE_MESSAGE(library != nullptr, path_);
    const auto find = [&](const char* name, auto** function) {
      *reinterpret_cast<void**>(function) = dlsym(library, name);
      const bool found = *function != nullptr;
      REQUIRE(found);
    };
    find("nrt_sim_reset", &reset_);
    find("nrt_sim_configure", &configure_);
    find("nrt_sim_inject", &inject_);
    find("nrt_sim_release", &release_);
    find("nrt_sim_count", &count_);
  }

  std::string path_;
  decltype(nrt_sim_reset)* reset_;
  decltype(nrt_sim_configure)* configure_;
  decltype(nrt_sim_inject)* inject_;
  decltype(nrt_sim_release)* release_;
  decltype(nrt_sim_count)* count_;
};

// Options of a detector on the simulator, and what they point to.
class NeuronOptions {
 public:
  // `options` name the model by blocks or files that exist; only a block can be
  // made a NEFF of.
  explicit NeuronOptions(const Model& model,
                         const nrt_sim::NeffTensors& tensors = {})
      : NeuronOptions(model.Options(), model.cfg, model.weights, tensors) {}
  NeuronOptions(const yolo_options& options, std::string_view cfg,
                std::span<const uint8_t> weights,
                const nrt_sim::NeffTensors& tensors = {})
      : neff_(nrt_sim::MakeNeff(cfg, weights, tensors)), all(options) {
    neuron.neff_data = neff_.data();
    neuron.neff_size = neff_.size();
    neuron.libnrt_path = Simulation::Get().path();
    all.neuron = &neuron;
    all.device = YOLO_DEVICE_NEURON;
  }
  NeuronOptions(const NeuronOptions&) = delete;
  NeuronOptions& operator=(const NeuronOptions&) = delete;

  std::vector<uint8_t>& neff() { return neff_; }

 private:
  std::vector<uint8_t> neff_;

 public:
  yolo_neuron_options neuron = YOLO_NEURON_OPTIONS_INIT;
  yolo_options all;
};

inline yolo_core_stats CoreStats(const Detector& detector, uint32_t index) {
  yolo_core_stats stats = YOLO_CORE_STATS_INIT;
  REQUIRE(yolo_device_stats(detector.get(), index, &stats) == YOLO_OK);
  return stats;
}

// Creation fails with this code; returns why.
inline std::string CreateError(const yolo_options& options, yolo_status code) {
  yolo_detector* detector = nullptr;
  const yolo_status status = yolo_create(&options, &detector);
  const std::string message = yolo_last_error();
  INFO(message);
  CHECK(std::string(yolo_status_string(status)) == yolo_status_string(code));
  yolo_destroy(detector);
  return message;
}

inline bool Contains(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_NEURON_H_
