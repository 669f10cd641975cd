// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The simulated libnrt in a test: where it is, how it is told what to be.
#ifndef YOLO_TESTS_NRT_SIM_SIMULATED_H_
#define YOLO_TESTS_NRT_SIM_SIMULATED_H_

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "device/nrt.h"
#include "model/darknet_files.h"
#include "nrt_sim/make_neff.h"
#include "nrt_sim/nrt_sim.h"

namespace yolo::testing {

// What becomes of opening a library; "": where it usually is.
inline Status OpenOnly(const std::string& library) {
  NrtOptions options;
  options.library = library;
  std::shared_ptr<Nrt> runtime;
  return Nrt::Open(options, Log(), &runtime);
}

enum class Age { kNewest, kOldest };

// While it lives, the library is what `config` says. One at a time; objects of
// the library and the Nrt go before it does.
class Simulated {
 public:
  explicit Simulated(const std::string& config = "", Age age = Age::kNewest)
      : path_(std::string(YOLO_NRT_SIM_DIR) +
              (age == Age::kOldest ? "/oldest" : "") + "/libnrt.so.1"),
        handle_(dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    REQUIRE_MESSAGE(handle_, dlerror());
    Get<decltype(nrt_sim_reset)>("nrt_sim_reset")();
    Configure(config);
  }
  ~Simulated() {
    const Status status = Nrt::Shutdown();
    CHECK_MESSAGE(status.ok(), status.message());
    Get<decltype(nrt_sim_reset)>("nrt_sim_reset")();
  }
  Simulated(const Simulated&) = delete;
  Simulated& operator=(const Simulated&) = delete;

  const std::string& path() const { return path_; }

  // Example: Get<nrt::nrt_init_fn>("nrt_init")(...); nullptr: there is none.
  template <class Function>
  Function* Get(const char* name) const {
    return reinterpret_cast<Function*>(dlsym(handle_, name));
  }

  bool Has(const char* name) const { return dlsym(handle_, name) != nullptr; }

  void Configure(const std::string& config) const {
    REQUIRE(Get<decltype(nrt_sim_configure)>("nrt_sim_configure")(
                config.c_str()) == 0);
  }
  void Inject(const char* function, uint32_t status, int core = -1,
              uint64_t nth = 1, uint64_t times = 1) const {
    Get<decltype(nrt_sim_inject)>("nrt_sim_inject")(function, core, nth, times,
                                                    status);
  }
  void Release() const { Get<decltype(nrt_sim_release)>("nrt_sim_release")(); }
  uint64_t Count(const char* what) const {
    return Get<decltype(nrt_sim_count)>("nrt_sim_count")(what);
  }

  std::shared_ptr<Nrt> Open(NrtOptions options = {}) const {
    options.library = path_;
    std::shared_ptr<Nrt> runtime;
    const Status status = Nrt::Open(options, Log(), &runtime);
    REQUIRE_MESSAGE(status.ok(), status.message());
    return runtime;
  }

 private:
  std::string path_;
  void* handle_;
};

// A NEFF of the model kFullCfg: 64 x 64 pixels, two heads.
inline std::vector<uint8_t> SmallNeff(
    const nrt_sim::NeffTensors& tensors = {}) {
  DarknetGraph model;
  REQUIRE(Build(kFullCfg, &model).ok());
  return nrt_sim::MakeNeff(kFullCfg, WeightsFile(model.graph.num_parameters),
                           tensors);
}

// A model on a core with tensors of its own.
struct LoadedModel {
  std::shared_ptr<Nrt> runtime;
  NrtModel model;
  std::vector<NrtTensor> infos;
  std::vector<NrtMemory> memory;  // of infos
  NrtSet inputs, outputs;

  LoadedModel(std::shared_ptr<Nrt> nrt, const std::vector<uint8_t>& neff,
              int core)
      : runtime(std::move(nrt)) {
    Ok(runtime->Load(neff, core, &model));
    Ok(runtime->TensorInfo(model, &infos));
    Ok(runtime->AllocateSet(&inputs));
    Ok(runtime->AllocateSet(&outputs));
    for (const NrtTensor& info : infos) {
      const char* name = info.name.c_str();
      NrtMemory& made = memory.emplace_back();
      Ok(runtime->AllocateTensor(core, nrt::NRT_TENSOR_PLACEMENT_DEVICE,
                                 info.size, name, &made));
      Ok(runtime->AddToSet(info.is_input ? inputs : outputs, name, made));
    }
  }
  ~LoadedModel() {
    Ok(runtime->DestroySet(&inputs));
    Ok(runtime->DestroySet(&outputs));
    for (NrtMemory& m : memory) Ok(runtime->Free(&m));
    Ok(runtime->Unload(&model));
  }
  LoadedModel(const LoadedModel&) = delete;
  LoadedModel& operator=(const LoadedModel&) = delete;

  NrtStatus Execute() { return runtime->Execute(model, inputs, outputs); }

  static void Ok(const NrtStatus& status) {
    CHECK_MESSAGE(status.ok(), status.message());
  }
};

// What the child of a fork that runs body() ends with: its exit status (that of
// body), or -signal. doctest's own handlers would have the child report.
template <class Body>
int InChild(const Body& body) {
  const pid_t child = fork();
  if (child == 0) {
    for (const int fatal : {SIGABRT, SIGSEGV}) signal(fatal, SIG_DFL);
    _exit(body());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_NRT_SIM_SIMULATED_H_
