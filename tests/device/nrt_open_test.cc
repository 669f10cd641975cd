// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// libnrt found, opened, asked what it is, closed.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "device/nrt.h"
#include "nrt_sim/simulated.h"

namespace yolo {
namespace {

using testing::Age;
using testing::LoadedModel;
using testing::OpenOnly;
using testing::Simulated;
using testing::SmallNeff;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Of the environment, for the length of a test.
struct Variable {
  Variable(const char* n, const char* value) : name(n) {
    setenv(name, value, 1);
  }
  ~Variable() { unsetenv(name); }
  const char* name;
};

TEST_CASE("without a library the message names what was looked for") {
  if (std::filesystem::exists("/opt/aws/neuron/lib/libnrt.so.1")) return;
  const Status status = OpenOnly("");
  CHECK(status.code() == YOLO_ERROR_DEVICE_UNAVAILABLE);
  CHECK(Has(status.message(), "/opt/aws/neuron/lib/libnrt.so.1"));
  CHECK(Has(status.message(), "and libnrt.so.1 ("));
  CHECK(Has(OpenOnly("/nowhere/libnrt.so.1").message(), "/nowhere/libnrt"));
}

TEST_CASE("missing functions are named") {
  const Status status = OpenOnly("libm.so.6");
  CHECK(status.code() == YOLO_ERROR_DEVICE_UNAVAILABLE);
  CHECK(Has(status.message(), "libm.so.6"));
  CHECK(Has(status.message(), "it lacks nrt_init nrt_close nrt_get_version"));
}

TEST_CASE("one runtime for the process") {
  Simulated simulated("cores=3");
  auto first = simulated.Open();
  CHECK(first->CoreCount() == 3);
  CHECK(first->Version().Text() == "2.34.10.0");
  CHECK(first->Version().detail == "simulated");
  CHECK(first->numbering() == NrtNumbering::kNew);
  CHECK(first->InstanceFamily() == nrt::NRT_INSTANCE_INF2);
  CHECK(first->InstanceName() == "simulated");
  CHECK(simulated.Open() == first);
  CHECK(simulated.Count("nrt_init") == 1);
  CHECK(OpenOnly("/nowhere/libnrt.so.1").code() == YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(OpenOnly("").ok());
  CHECK(Nrt::Shutdown().code() == YOLO_ERROR_INVALID_ARGUMENT);
  first.reset();
  CHECK(simulated.Count("nrt_close") == 0);
  CHECK(Nrt::Shutdown().ok());
  CHECK(simulated.Count("nrt_close") == 1);
  CHECK(simulated.Open()->CoreCount() == 3);
}

TEST_CASE("the oldest library serves as well") {
  Simulated simulated("cores=2", Age::kOldest);
  CHECK_FALSE(simulated.Has("nrt_get_visible_vnc_count"));
  auto runtime = simulated.Open();
  CHECK(runtime->CoreCount() == 2);
  CHECK(runtime->numbering() == NrtNumbering::kOld);
  CHECK(std::string(runtime->StatusName(nrt::NRT_TIMEOUT)) == "NRT_TIMEOUT");
  CHECK(runtime->InstanceFamily() == nrt::NRT_INSTANCE_UNKNOWN);
  CHECK_FALSE(runtime->HasMemoryStats());
  NrtMemoryStats stats;
  CHECK_FALSE(runtime->MemoryStats(0, &stats).ok());
  LoadedModel model(runtime, SmallNeff(), 1);
  CHECK(model.infos[0].type == DataType::kF16);
  CHECK(model.Execute().ok());
}

TEST_CASE(
    "after close it is up to the library whether there is a second init") {
  Simulated simulated("version=2.31");
  simulated.Open().reset();
  REQUIRE(Nrt::Shutdown().ok());
  const Status status = OpenOnly(simulated.path());
  CHECK(status.code() == YOLO_ERROR_DEVICE_UNAVAILABLE);
  CHECK(Has(status.message(), "libnrt was closed in this process"));
}

TEST_CASE("the environment is set when asked for, and the user's comes first") {
  Simulated simulated("cores=8");
  NrtOptions options;
  options.num_cores = 3;
  CHECK(simulated.Open(options)->CoreCount() == 3);
  CHECK(std::string(getenv("NEURON_RT_NUM_CORES")) == "3");
  REQUIRE(Nrt::Shutdown().ok());
  CHECK_FALSE(getenv("NEURON_RT_NUM_CORES"));

  options.visible_cores = "2-6";
  CHECK(simulated.Open(options)->CoreCount() == 5);
  CHECK_FALSE(getenv("NEURON_RT_NUM_CORES"));
  REQUIRE(Nrt::Shutdown().ok());
  CHECK_FALSE(getenv("NEURON_RT_VISIBLE_CORES"));
  {
    const Variable user("NEURON_RT_NUM_CORES", "1");
    CHECK(simulated.Open(options)->CoreCount() == 1);
    CHECK_FALSE(getenv("NEURON_RT_VISIBLE_CORES"));
    REQUIRE(Nrt::Shutdown().ok());
    CHECK(std::string(getenv("NEURON_RT_NUM_CORES")) == "1");
  }
  options.visible_cores = "9";
  options.library = simulated.path();
  std::shared_ptr<Nrt> runtime;
  CHECK_FALSE(Nrt::Open(options, Log(), &runtime).ok());
  CHECK_FALSE(getenv("NEURON_RT_VISIBLE_CORES"));
}

TEST_CASE("asynchronous execution is refused before libnrt is initialised") {
  Simulated simulated;
  constexpr const char* kName = "NEURON_RT_ASYNC_EXEC_MAX_INFLIGHT_REQUESTS";
  {
    const Variable user(kName, "3");
    const Status status = OpenOnly(simulated.path());
    CHECK(status.code() == YOLO_ERROR_INVALID_ARGUMENT);
    CHECK(Has(status.message(), std::string(kName) + "=3"));
    CHECK(simulated.Count("nrt_init") == 0);
  }
  const Variable off(kName, "0");
  CHECK(OpenOnly(simulated.path()).ok());
}

TEST_CASE("no device, and cores that another process holds") {
  {
    Simulated simulated("devices=0");
    const Status status = OpenOnly(simulated.path());
    CHECK(status.code() == YOLO_ERROR_DEVICE_UNAVAILABLE);
    CHECK(Has(status.message(), "(2): no Neuron device here"));
    CHECK(Has(status.message(), "simulated"));
  }
  const auto folder = std::filesystem::temp_directory_path() /
                      ("nrt_test_" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  Simulated simulated("cores=2;lock_dir=" + folder.string());
  int ready[2], done[2];
  REQUIRE(pipe(ready) == 0);
  REQUIRE(pipe(done) == 0);
  const pid_t other = fork();
  char byte = 0;
  if (other == 0) {
    const bool ok = OpenOnly(simulated.path()).ok();
    (void)!write(ready[1], &byte, 1);
    (void)!read(done[0], &byte, 1);
    _exit(ok ? 0 : 1);
  }
  REQUIRE(read(ready[0], &byte, 1) == 1);
  const Status status = OpenOnly(simulated.path());
  CHECK(status.code() == YOLO_ERROR_DEVICE_UNAVAILABLE);
  CHECK(Has(status.message(), "(1): the cores are taken"));
  CHECK(Has(status.message(), "NEURON_RT_VISIBLE_CORES"));
  REQUIRE(write(done[1], &byte, 1) == 1);
  int result = -1;
  waitpid(other, &result, 0);
  CHECK(result == 0);
  CHECK(OpenOnly(simulated.path()).ok());
  REQUIRE(Nrt::Shutdown().ok());
  std::filesystem::remove_all(folder);
}
TEST_CASE("a library that does not tell its version or its cores") {
  {
    Simulated simulated("cores=2;inject=nrt_get_version:-1:1:0:1");
    const auto runtime = simulated.Open();
    CHECK(runtime->CoreCount() == 2);
    CHECK_FALSE(runtime->Version().known);
    const LoadedModel model(runtime, SmallNeff(), 0);
    CHECK(model.infos[0].type == DataType::kF16);
  }
  {
    Simulated simulated("cores=2;inject=nrt_get_visible_vnc_count:-1:1:0:1");
    CHECK(simulated.Open()->CoreCount() == 2);
  }
  {
    Simulated simulated(
        "inject=nrt_get_visible_vnc_count:-1:1:0:1;"
        "inject=nrt_get_visible_nc_count:-1:1:0:2");
    const Status status = OpenOnly(simulated.path());
    CHECK(status.code() == YOLO_ERROR_DEVICE_UNAVAILABLE);
    CHECK(Has(status.message(),
              "libnrt does not tell its cores: NRT_INVALID, simulated (2)"));
    CHECK(simulated.Count("nrt_close") == 1);
  }
  for (const char* count : {"0", "5000"}) {
    Simulated simulated("cores=" + std::string(count));
    const Status status = OpenOnly(simulated.path());
    CHECK(status.code() == YOLO_ERROR_DEVICE_UNAVAILABLE);
    CHECK(Has(status.message(),
              "libnrt tells of " + std::string(count) + " Neuron cores"));
  }
}

}  // namespace
}  // namespace yolo
