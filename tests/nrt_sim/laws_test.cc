// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What the simulated library must do of its own accord, and what it must not
// forgive, for tests of others to mean anything.
#include <doctest/doctest.h>
#include <pthread.h>
#include <sys/mman.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "nrt_sim/simulated.h"
#include "support/allocation_count.h"

namespace yolo {
namespace {

using testing::Age;
using testing::InChild;
using testing::LoadedModel;
using testing::Simulated;
using testing::SmallNeff;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr auto kDevice = nrt::NRT_TENSOR_PLACEMENT_DEVICE;

// Statuses are numbers here: doctest prints them.
uint32_t Init(const Simulated& simulated) {
  return simulated.Get<nrt::nrt_init_fn>("nrt_init")(
      nrt::NRT_FRAMEWORK_TYPE_NO_FW, "", "");
}

uint32_t Allocate(const Simulated& simulated, nrt::nrt_tensor_t** tensor,
                  int core = 0, size_t size = 16,
                  nrt::nrt_tensor_placement_t placement = kDevice) {
  return simulated.Get<nrt::nrt_tensor_allocate_fn>("nrt_tensor_allocate")(
      placement, core, size, "x", tensor);
}

void Close(const Simulated& simulated) {
  simulated.Get<nrt::nrt_close_fn>("nrt_close")();
}

TEST_CASE("states: 13 before init, 14 after close, 1 in a child") {
  Simulated simulated("version=2.31");
  nrt::nrt_tensor_t* tensor = nullptr;
  uint32_t count = 0;
  CHECK(Allocate(simulated, &tensor) == 13);
  CHECK(simulated.Get<nrt::nrt_get_total_vnc_count_fn>(
            "nrt_get_total_vnc_count")(&count) == 0);
  CHECK(count == 4);
  CHECK(Init(simulated) == 0);
  CHECK(Init(simulated) == 0);
  CHECK(Allocate(simulated, &tensor) == 0);
  CHECK(InChild([&] {
          return static_cast<int>(Allocate(simulated, &tensor));
        }) == 1);
  simulated.Get<nrt::nrt_tensor_free_fn>("nrt_tensor_free")(&tensor);
  CHECK_FALSE(tensor);
  Close(simulated);
  CHECK(Allocate(simulated, &tensor) == 14);
  CHECK(Init(simulated) == 14);
  simulated.Configure("reinit=1");
  CHECK(Init(simulated) == 0);
}

TEST_CASE("settings: what makes no sense is refused") {
  Simulated simulated;
  const auto configure =
      simulated.Get<decltype(nrt_sim_configure)>("nrt_sim_configure");
  for (const char* text :
       {"core=3", "cores", "cores=x", "cores=3x", "devices=2", "version=a",
        "dtypes=both", "exec_us.x=3", "inject=nrt_load:0:1:1"}) {
    CAPTURE(text);
    CHECK(configure(text) == -1);
  }
  CHECK(configure("cores=3;;exec_us=10;exec_us.2=20;version=2.30.50;"
                  "inject=nrt_init:-1:1:1:6") == 0);
  CHECK(Init(simulated) == 6);
  CHECK(Init(simulated) == 0);
}

TEST_CASE("statuses on the n-th call, on one core") {
  Simulated simulated;
  REQUIRE(Init(simulated) == 0);
  simulated.Inject("nrt_tensor_allocate", 4, 1, 2, 2);
  std::vector<uint32_t> got;
  std::vector<nrt::nrt_tensor_t*> tensors(6);
  for (size_t i = 0; i < 6; ++i) {
    got.push_back(Allocate(simulated, &tensors[i], i == 0 ? 0 : 1));
  }
  CHECK(got == std::vector<uint32_t>{0, 0, 4, 4, 0, 0});
  for (nrt::nrt_tensor_t*& t : tensors) {
    simulated.Get<nrt::nrt_tensor_free_fn>("nrt_tensor_free")(&t);
  }
  simulated.Inject("nrt_tensor_allocate", 6, -1, 1, 0);
  for (size_t i = 0; i < 3; ++i) CHECK(Allocate(simulated, &tensors[0]) == 6);
}

TEST_CASE("placements, and the memory of a core") {
  Simulated simulated("memory=100;version=2.31");
  REQUIRE(Init(simulated) == 0);
  nrt::nrt_tensor_t *first = nullptr, *second = nullptr;
  const auto free = simulated.Get<nrt::nrt_tensor_free_fn>("nrt_tensor_free");
  CHECK(Allocate(simulated, &first, 4) == 2);
  CHECK(Allocate(simulated, &first, 0, 60) == 0);
  CHECK(Allocate(simulated, &second, 0, 41) == 4);
  CHECK(Allocate(simulated, &second, 1, 41) == 0);
  CHECK(simulated.Count("device_bytes") == 101);
  free(&first);
  free(&second);
  CHECK(simulated.Count("device_bytes") == 0);
  const auto host = nrt::NRT_TENSOR_PLACEMENT_HOST;
  CHECK(Allocate(simulated, &first, 0, (4 << 20) + 1, host) == 2);
  const auto attached = nrt::NRT_TENSOR_PLACEMENT_VIRTUAL;
  CHECK(Allocate(simulated, &first, -1, 400, attached) == 0);
  free(&first);
  simulated.Configure("virtual=0");
  CHECK(Allocate(simulated, &first, -1, 400, attached) == 2);
}

TEST_CASE("slices share memory, sets find by name") {
  Simulated simulated;
  REQUIRE(Init(simulated) == 0);
  nrt::nrt_tensor_t *whole = nullptr, *slice = nullptr, *found = nullptr;
  REQUIRE(Allocate(simulated, &whole) == 0);
  REQUIRE(simulated.Get<nrt::nrt_tensor_allocate_slice_fn>(
              "nrt_tensor_allocate_slice")(whole, 4, 8, "s", &slice) == 0);
  const uint8_t value = 9;
  uint8_t got = 0;
  simulated.Get<nrt::nrt_tensor_write_fn>("nrt_tensor_write")(slice, &value, 1,
                                                              1);
  simulated.Get<nrt::nrt_tensor_read_fn>("nrt_tensor_read")(whole, &got, 5, 1);
  CHECK(got == 9);
  void* set = nullptr;
  REQUIRE(simulated.Get<nrt::nrt_allocate_tensor_set_fn>(
              "nrt_allocate_tensor_set")(&set) == 0);
  const auto add = simulated.Get<nrt::nrt_add_tensor_to_tensor_set_fn>(
      "nrt_add_tensor_to_tensor_set");
  const auto get = simulated.Get<nrt::nrt_get_tensor_from_tensor_set_fn>(
      "nrt_get_tensor_from_tensor_set");
  CHECK(add(set, "a", whole) == nrt::NRT_SUCCESS);
  CHECK(add(set, "a", slice) == nrt::NRT_SUCCESS);
  CHECK(get(set, "b", &found) == nrt::NRT_FAILURE);
  CHECK_FALSE(found);
  CHECK(get(set, "a", &found) == nrt::NRT_SUCCESS);
  CHECK(found == slice);
  simulated.Get<nrt::nrt_destroy_tensor_set_fn>("nrt_destroy_tensor_set")(&set);
  const auto free = simulated.Get<nrt::nrt_tensor_free_fn>("nrt_tensor_free");
  free(&whole);
  CHECK(simulated.Count("device_bytes") == 16);  // the slice holds it
  free(&slice);
  CHECK(simulated.Count("device_bytes") == 0);
}

TEST_CASE("what is undefined ends the process") {
  Simulated simulated;
  REQUIRE(Init(simulated) == 0);
  const auto free = simulated.Get<nrt::nrt_tensor_free_fn>("nrt_tensor_free");
  const auto reset = simulated.Get<decltype(nrt_sim_reset)>("nrt_sim_reset");
  // In a process that initialises for itself.
  const auto ends = [&](const auto& body) {
    return InChild([&] {
             reset();
             nrt::nrt_tensor_t* tensor = nullptr;
             if (Init(simulated) != 0) return 1;
             if (Allocate(simulated, &tensor) != 0) return 2;
             body(tensor);
             return 3;
           }) == -SIGABRT;
  };
  uint8_t bytes[32] = {};
  CHECK(ends([&](nrt::nrt_tensor_t* t) {
    simulated.Get<nrt::nrt_tensor_write_fn>("nrt_tensor_write")(t, bytes, 1,
                                                                16);
  }));
  CHECK(ends([&](nrt::nrt_tensor_t* t) {
    simulated.Get<nrt::nrt_tensor_read_fn>("nrt_tensor_read")(t, bytes, 17, 0);
  }));
  CHECK(ends([&](nrt::nrt_tensor_t* t) {
    nrt::nrt_tensor_t* again = t;
    free(&t);
    free(&again);
  }));
  const std::vector<uint8_t> neff = SmallNeff();
  CHECK(ends([&](nrt::nrt_tensor_t*) {
    nrt::nrt_model_t* model = nullptr;
    simulated.Get<nrt::nrt_load_fn>("nrt_load")(neff.data(), neff.size(), 0, -1,
                                                &model);
    Close(simulated);
  }));
}

TEST_CASE("executions refuse what does not fit") {
  Simulated simulated;
  auto runtime = simulated.Open();
  const std::vector<uint8_t> neff = SmallNeff();
  LoadedModel model(runtime, neff, 0);
  LoadedModel elsewhere(runtime, neff, 1);
  NrtSet empty;
  REQUIRE(runtime->AllocateSet(&empty).ok());
  CHECK(uint32_t{runtime->Execute(model.model, empty, model.outputs).raw()} ==
        2);
  CHECK(uint32_t{runtime->Execute(model.model, model.inputs, empty).raw()} ==
        2);
  CHECK(uint32_t{runtime->Execute(model.model, elsewhere.inputs, model.outputs)
                     .raw()} == 2);
  NrtMemory small;
  REQUIRE(runtime->AllocateTensor(0, kDevice, 5, "image", &small).ok());
  REQUIRE(runtime->AddToSet(empty, "image", small).ok());
  CHECK(uint32_t{runtime->Execute(model.model, empty, model.outputs).raw()} ==
        2);
  CHECK(model.Execute().ok());
  CHECK(runtime->DestroySet(&empty).ok());
  CHECK(runtime->Free(&small).ok());
}

TEST_CASE("a core takes its time, one execution after the other") {
  Simulated simulated("cores=2;exec_us=20000;exec_us.1=60000;compute=replay");
  auto runtime = simulated.Open();
  const std::vector<uint8_t> neff = SmallNeff();
  const auto run = [&](const std::vector<int>& cores, int rounds) {
    std::vector<std::unique_ptr<LoadedModel>> models;
    for (const int core : cores) {
      models.push_back(std::make_unique<LoadedModel>(runtime, neff, core));
    }
    const auto begin = Clock::now();
    std::vector<std::thread> threads;
    for (auto& model : models) {
      threads.emplace_back([&model, rounds] {
        for (int i = 0; i < rounds; ++i) CHECK(model->Execute().ok());
      });
    }
    for (std::thread& t : threads) t.join();
    return Clock::now() - begin;
  };
  CHECK(run({0}, 5) >= milliseconds(100));
  CHECK(run({1}, 2) >= milliseconds(120));
  CHECK(run({0, 0}, 5) >= milliseconds(200));
  // Side by side: one after the other would be 480 ms.
  simulated.Configure("exec_us=60000");
  const auto both = run({0, 1}, 4);
  CHECK(both >= milliseconds(240));
  CHECK(both < milliseconds(420));
}

TEST_CASE("steady state allocates nothing, neither here nor in Nrt") {
  for (const char* config : {"compute=real", "compute=replay;exec_us=100"}) {
    Simulated simulated(config);
    auto runtime = simulated.Open();
    LoadedModel model(runtime, SmallNeff(), 0);
    std::vector<uint8_t> input(model.memory[0].size);
    std::vector<uint8_t> head(model.memory[1].size);
    const auto round = [&] {
      return runtime->Write(model.memory[0], input.data(), 0, input.size())
                 .ok() &&
             model.Execute().ok() &&
             runtime->Read(model.memory[1], head.data(), 0, head.size()).ok();
    };
    CHECK(round());
    const uint64_t before = testing::num_allocations;
    bool good = true;
    for (int i = 0; i < 10; ++i) good &= round();
    CHECK(testing::num_allocations == before);
    CHECK(good);
  }
}

TEST_CASE("a stuck execution keeps its core until it is released") {
  Simulated simulated("cores=2");
  auto runtime = simulated.Open();
  const std::vector<uint8_t> neff = SmallNeff();
  LoadedModel stuck(runtime, neff, 0), behind(runtime, neff, 0),
      elsewhere(runtime, neff, 1);
  simulated.Inject("nrt_execute", NRT_SIM_STUCK);
  uint32_t got = 0, later = 99;
  std::thread first([&] { got = stuck.Execute().raw(); });
  while (simulated.Count("stuck") == 0) std::this_thread::yield();
  std::thread second([&] { later = behind.Execute().raw(); });
  CHECK(elsewhere.Execute().ok());
  CHECK(simulated.Count("stuck") == 1);
  CHECK(later == 99);
  simulated.Release();
  first.join();
  second.join();
  CHECK(got == 5);
  CHECK(later == 0);
}

TEST_CASE("executions and the host's transfers may not share tensors") {
  Simulated simulated;
  const std::vector<uint8_t> neff = SmallNeff();
  const auto ends = [&](const auto& body) {
    return InChild([&] {
             auto runtime = simulated.Open();
             LoadedModel model(runtime, neff, 0);
             simulated.Inject("nrt_execute", NRT_SIM_STUCK);
             std::thread busy([&] { (void)model.Execute().ok(); });
             while (simulated.Count("stuck") == 0) std::this_thread::yield();
             body(&model);
             _exit(0);
             return 0;
           }) == -SIGABRT;
  };
  uint8_t byte = 0;
  CHECK(ends([&](LoadedModel* m) { (void)m->Execute().ok(); }));
  CHECK(ends([&](LoadedModel* m) {
    (void)m->runtime->Write(m->memory[0], &byte, 0, 1).ok();
  }));
  CHECK(ends([&](LoadedModel* m) {
    (void)m->runtime->Read(m->memory[1], &byte, 0, 1).ok();
  }));
  CHECK(ends(
      [&](LoadedModel* m) { (void)m->runtime->Free(&m->memory[1]).ok(); }));
  CHECK(
      ends([&](LoadedModel* m) { (void)m->runtime->Unload(&m->model).ok(); }));
  CHECK_FALSE(ends([&](LoadedModel* m) {
    (void)m->runtime->Read(m->memory[0], &byte, 0, 1).ok();
  }));
}

TEST_CASE("an execution needs 4 MB of its thread's stack") {
  Simulated simulated;
  const std::vector<uint8_t> neff = SmallNeff();
  const auto with_stack = [&](size_t bytes) {
    return InChild([&] {
      auto runtime = simulated.Open();
      LoadedModel model(runtime, neff, 0);
      pthread_attr_t attributes;
      pthread_attr_init(&attributes);
      // Memory of our own: glibc may hand out a larger stack that it kept.
      constexpr size_t kGuard = size_t{4} << 20;
      void* memory = mmap(nullptr, bytes + kGuard, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      mprotect(memory, kGuard, PROT_NONE);
      pthread_attr_setstack(&attributes, static_cast<char*>(memory) + kGuard,
                            bytes);
      pthread_t thread;
      pthread_create(
          &thread, &attributes,
          [](void* m) -> void* {
            return static_cast<LoadedModel*>(m)->Execute().ok() ? m : nullptr;
          },
          &model);
      void* done = nullptr;
      pthread_join(thread, &done);
      _exit(done ? 0 : 1);
      return 0;
    });
  };
  CHECK(with_stack(size_t{2} << 20) != 0);
  CHECK(with_stack(size_t{16} << 20) == 0);
}

}  // namespace
}  // namespace yolo
