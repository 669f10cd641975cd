// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "device/nrt.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/thread.h"
#include "nrt_sim/half.h"
#include "nrt_sim/simulated.h"

namespace yolo {
namespace {

using testing::Age;
using testing::InChild;
using testing::LoadedModel;
using testing::OpenOnly;
using testing::Simulated;
using testing::SmallNeff;

constexpr auto kDevice = nrt::NRT_TENSOR_PLACEMENT_DEVICE;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("the child of a fork is told so and touches nothing") {
  Simulated simulated;
  auto runtime = simulated.Open();
  const std::vector<uint8_t> neff = SmallNeff();
  LoadedModel model(runtime, neff, 0);
  const uint64_t loads = simulated.Count("nrt_load");
  CHECK(InChild([&] {
          std::vector<NrtTensor> infos;
          NrtModel other;
          NrtMemory memory;
          NrtSet set;
          NrtMemoryStats stats;
          uint8_t byte = 0;
          const NrtStatus all[] = {
              runtime->Load(neff, 0, &other),
              runtime->TensorInfo(model.model, &infos),
              runtime->AllocateTensor(0, kDevice, 1, "x", &memory),
              runtime->AttachTensor(&byte, 1, "x", &memory),
              runtime->Write(model.memory[0], &byte, 0, 1),
              runtime->Read(model.memory[0], &byte, 0, 1),
              runtime->AllocateSet(&set),
              runtime->AddToSet(model.inputs, "x", model.memory[0]),
              model.Execute(),
              runtime->MemoryStats(0, &stats),
              runtime->Free(&model.memory[0]),
              runtime->DestroySet(&model.inputs),
              runtime->Unload(&model.model)};
          int wrong = 0;
          for (const NrtStatus& status : all) {
            wrong += status.status().code() != YOLO_ERROR_FORKED;
            wrong += status.raw() != nrt::NRT_FAILURE;
          }
          wrong += OpenOnly("").code() != YOLO_ERROR_FORKED;
          wrong += Nrt::Shutdown().code() != YOLO_ERROR_FORKED;
          wrong += simulated.Count("nrt_load") != loads;
          return wrong;
        }) == 0);
  CHECK(model.Execute().ok());
}

TEST_CASE("a model's tensors in both numberings, told or not") {
  using nrt_sim::NeffTensors;
  for (const char* config : {"dtypes=old;version=2.29", "dtypes=new",
                             "dtypes=old", "dtypes=new;version=2.20"}) {
    CAPTURE(config);
    Simulated simulated(config);
    auto runtime = simulated.Open();
    for (const DataType type :
         {DataType::kF32, DataType::kF16, DataType::kBf16, DataType::kU8}) {
      NeffTensors tensors;
      tensors.input_type = type;
      tensors.batch = 2;
      if (type != DataType::kU8) tensors.head_type = type;
      const LoadedModel model(runtime, SmallNeff(tensors), 0);
      REQUIRE(model.infos.size() == 3);
      CHECK(model.infos[0].is_input);
      CHECK(model.infos[0].name == "image");
      CHECK(model.infos[0].type == type);
      CHECK(model.infos[0].shape == std::vector<uint32_t>{2, 64, 64, 3});
      CHECK(model.infos[0].size == 2 * 64 * 64 * 3 * SizeOf(type));
      CHECK_FALSE(model.infos[1].is_input);
      CHECK(model.infos[1].name == "head_0");
      CHECK(model.infos[2].type == tensors.head_type);
    }
  }
  Simulated simulated("dtype_unknown=1");
  auto runtime = simulated.Open();
  const LoadedModel model(runtime, SmallNeff(), 0);
  CHECK_FALSE(model.infos[0].type);
  CHECK(model.infos[0].dtype == "unknown (0)");
  std::vector<NrtTensor> infos;
  std::vector<NrtTypeOverride> types = {{"head_1", DataType::kF16}};
  REQUIRE(runtime->TensorInfo(model.model, &infos, types).ok());
  CHECK_FALSE(infos[1].type);
  CHECK(infos[2].type == DataType::kF16);
  types = {{"head_1", DataType::kF32}};
  CHECK(Has(runtime->TensorInfo(model.model, &infos, types).message(),
            "tensor 'head_1' has"));
  types = {{"heads", DataType::kF32}};
  CHECK(Has(runtime->TensorInfo(model.model, &infos, types).message(),
            "no tensor 'heads'"));
}

TEST_CASE("every status, on every call, as the table says") {
  Simulated simulated("cores=1");
  auto runtime = simulated.Open();
  const std::vector<uint8_t> neff = SmallNeff();
  LoadedModel model(runtime, neff, 0);
  uint8_t byte = 0;
  std::vector<uint32_t> codes = {8, 99, 1300};  // of some newer library
  for (const NrtRule& rule : NrtRules()) codes.push_back(rule.code);
  for (const uint32_t code : codes) {
    CAPTURE(code);
    const nrt::NRT_STATUS raw{code};
    for (const char* function :
         {"nrt_load", "nrt_tensor_allocate", "nrt_tensor_write",
          "nrt_tensor_read", "nrt_execute"}) {
      CAPTURE(function);
      const std::string called = function;
      simulated.Inject(function, code);
      NrtModel other;
      NrtMemory memory;
      NrtCall call = NrtCall::kTransfer;
      NrtStatus status(Status::Ok(), nrt::NRT_SUCCESS);
      if (called == "nrt_load") {
        call = NrtCall::kLoad;
        status = runtime->Load(neff, 0, &other);
      } else if (called == "nrt_tensor_allocate") {
        call = NrtCall::kAllocate;
        status = runtime->AllocateTensor(0, kDevice, 8, "x", &memory);
      } else if (called == "nrt_tensor_write") {
        status = runtime->Write(model.memory[0], &byte, 0, 1);
      } else if (called == "nrt_tensor_read") {
        status = runtime->Read(model.memory[0], &byte, 0, 1);
      } else {
        call = NrtCall::kExecute;
        status = model.Execute();
      }
      CHECK(status.raw() == raw);
      CHECK(status.reaction() == NrtRuleFor(raw).reaction);
      CHECK(status.status().code() == NrtErrorCode(call, raw));
      if (!status.ok()) {
        CHECK(Has(status.message(), called + " on core 0: "));
        CHECK(Has(status.message(), "simulated"));
        CHECK(Has(status.message(), "(" + std::to_string(code) + "): "));
        CHECK(Has(status.message(), NrtMeaning(call, raw)));
      }
      if (other.handle) CHECK(runtime->Unload(&other).ok());
      if (memory.handle) CHECK(runtime->Free(&memory).ok());
    }
  }
  CHECK(model.Execute().ok());
}

TEST_CASE("a NaN is success with a flag, and only from an execution") {
  const auto code = nrt::NRT_EXEC_COMPLETED_WITH_NUM_ERR;
  CHECK(NrtErrorCode(NrtCall::kExecute, code) == YOLO_OK);
  CHECK(NrtErrorCode(NrtCall::kLoad, code) == YOLO_ERROR_DEVICE);
  CHECK(NrtRuleFor(code).reaction == NrtReaction::kFlag);
  CHECK(NrtRuleFor(nrt::NRT_TIMEOUT).reaction == NrtReaction::kLatchCore);
  CHECK(NrtRuleFor(nrt::NRT_EXEC_NC_BUSY).reaction == NrtReaction::kRetry);
  CHECK(NrtRuleFor(nrt::NRT_EXEC_OOB).latch_after == 0);
  CHECK(NrtRuleFor(nrt::NRT_EXEC_COMPLETED_WITH_ERR).latch_after == 3);
  CHECK(NrtRuleFor(nrt::NRT_EXEC_UNIT_UNRECOVERABLE).reaction ==
        NrtReaction::kLatchDevice);
}

TEST_CASE("what would end the process in libnrt does not get there") {
  Simulated simulated("cores=2;memory=1000000");
  auto runtime = simulated.Open();
  std::vector<uint8_t> neff = SmallNeff();
  NrtModel model;
  CHECK(Has(runtime->Load(neff, 2, &model).message(), "no core 2"));
  CHECK_FALSE(runtime->Load(neff, -1, &model).ok());
  neff[476] = 2;
  CHECK(Has(runtime->Load(neff, 0, &model).message(), "for 2 cores"));
  neff.resize(2000);
  CHECK(Has(runtime->Load(neff, 0, &model).message(), "truncated NEFF"));
  CHECK(simulated.Count("nrt_load") == 0);

  NrtMemory memory;
  uint8_t bytes[20] = {};
  REQUIRE(runtime->AllocateTensor(1, kDevice, 10, "x", &memory).ok());
  CHECK(runtime->Write(memory, bytes, 0, 10).ok());
  CHECK(runtime->Read(memory, bytes, 3, 7).ok());
  CHECK_FALSE(runtime->Write(memory, bytes, 1, 10).ok());
  CHECK_FALSE(runtime->Read(memory, bytes, 11, 0).ok());
  CHECK_FALSE(runtime->Read(memory, bytes, SIZE_MAX, 2).ok());
  NrtMemoryStats stats;
  REQUIRE(runtime->MemoryStats(1, &stats).ok());
  CHECK(stats.used == 10);
  CHECK(stats.limit == 1000000);
  CHECK(runtime->Free(&memory).ok());
  CHECK(runtime->Free(&memory).ok());
  CHECK(simulated.Count("tensors") == 0);
}

TEST_CASE("out of device memory says how much is used") {
  Simulated simulated("memory=30000");
  auto runtime = simulated.Open();
  NrtMemory memory;
  REQUIRE(runtime->AllocateTensor(0, kDevice, 29000, "x", &memory).ok());
  NrtModel model;
  const NrtStatus status = runtime->Load(SmallNeff(), 0, &model);
  CHECK(status.raw() == nrt::NRT_RESOURCE);
  CHECK(Has(status.message(),
            "(29000 of 30000 bytes of device memory are in "
            "use)"));
  CHECK(runtime->Free(&memory).ok());
}

TEST_CASE("a NEFF that is too new tells its header") {
  Simulated simulated;
  auto runtime = simulated.Open();
  std::vector<uint8_t> neff = SmallNeff();
  neff[544 + 4] = 1;
  NrtModel model;
  const NrtStatus status = runtime->Load(neff, 0, &model);
  CHECK(status.status().code() == YOLO_ERROR_UNSUPPORTED_MODEL);
  CHECK(Has(status.message(), "unknown feature bits 4294967296"));
  CHECK(Has(status.message(), "simulated compiler"));
}

TEST_CASE("attached buffers where the library takes them") {
  std::vector<uint8_t> buffer(100);
  NrtMemory memory;
  {
    Simulated simulated("version=2.31");
    auto runtime = simulated.Open();
    REQUIRE(runtime->AttachTensor(buffer.data(), 100, "x", &memory).ok());
    const uint8_t value = 7;
    CHECK(runtime->Write(memory, &value, 99, 1).ok());
    CHECK(buffer[99] == 7);
    CHECK(runtime->Free(&memory).ok());
  }
  // The empty tensor is left: freeing it ends the process there.
  CHECK(InChild([&] {
          Simulated simulated("version=2.29.39;virtual=0");
          auto runtime = simulated.Open();
          const bool attached =
              runtime->AttachTensor(buffer.data(), 100, "x", &memory).ok();
          return attached || simulated.Count("tensors") != 1;
        }) == 0);
  Simulated simulated("version=2.32");
  auto runtime = simulated.Open();
  CHECK_FALSE(runtime->AttachTensor(buffer.data(), 100, "x", &memory).ok());
  CHECK(simulated.Count("tensors") == 0);
}

TEST_CASE("loads wait for each other") {
  Simulated simulated("load_us=5000");
  auto runtime = simulated.Open();
  const std::vector<uint8_t> neff = SmallNeff();
  std::vector<std::thread> threads;
  for (int core = 0; core < 4; ++core) {
    threads.emplace_back([&, core] {
      NrtModel model;
      if (runtime->Load(neff, core, &model).ok()) {
        (void)runtime->Unload(&model).ok();
      }
    });
  }
  for (std::thread& t : threads) t.join();
  CHECK(simulated.Count("nrt_unload") == 4);
  CHECK(simulated.Count("loads_at_once") == 1);
}

TEST_CASE("executions side by side, from threads of ours, stacks deep enough") {
  Simulated simulated("cores=2");
  auto runtime = simulated.Open();
  const std::vector<uint8_t> neff = SmallNeff();
  std::atomic<int> good = 0;
  {
    std::vector<std::unique_ptr<LoadedModel>> models;
    for (int i = 0; i < 4; ++i) {
      models.push_back(std::make_unique<LoadedModel>(runtime, neff, i % 2));
    }
    std::vector<Thread> threads(4);
    for (size_t i = 0; i < 4; ++i) {
      REQUIRE(threads[i].Start([&, i] {
        LoadedModel& m = *models[i];
        std::vector<uint8_t> input(m.infos[0].size), head(m.infos[1].size);
        for (int round = 0; round < 10; ++round) {
          good +=
              m.runtime->Write(m.memory[0], input.data(), 0, input.size())
                  .ok() &&
              m.Execute().ok() &&
              m.runtime->Read(m.memory[1], head.data(), 0, head.size()).ok();
        }
      }));
    }
    threads.clear();
  }
  CHECK(good == 40);
  CHECK(simulated.Count("nrt_execute") == 40);
}

TEST_CASE("loading and unloading a thousand times keeps nothing") {
  Simulated simulated;
  auto runtime = simulated.Open();
  const std::vector<uint8_t> neff = SmallNeff();
  const LoadedModel other(runtime, neff, 1);  // a copy, so that it is quick
  const uint64_t before = simulated.Count("device_bytes");
  for (int i = 0; i < 1000; ++i) const LoadedModel model(runtime, neff, 0);
  CHECK(simulated.Count("models") == 1);
  CHECK(simulated.Count("tensors") == 3);
  CHECK(simulated.Count("sets") == 2);
  CHECK(simulated.Count("infos") == 0);
  CHECK(simulated.Count("device_bytes") == before);
}

}  // namespace
}  // namespace yolo
