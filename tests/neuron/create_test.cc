// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Device neuron (simulated): what yolo_create accepts and what it says of the
// rest; cores, memory, fork.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "support/neuron.h"

namespace yolo::testing {
namespace {

// First: no library has been opened yet in this process.
TEST_CASE("without the runtime: a message, or the CPU where that is allowed") {
  const Model model = TinyModel();
  NeuronOptions options(model);
  options.neuron.libnrt_path = "/nowhere/libnrt.so.1";
  CHECK(Contains(CreateError(options.all, YOLO_ERROR_DEVICE_UNAVAILABLE),
                 "/nowhere/libnrt.so.1"));
  for (const bool any : {false, true}) {
    options.all.device = any ? YOLO_DEVICE_AUTO : YOLO_DEVICE_NEURON;
    options.all.fallback = any ? YOLO_FALLBACK_NONE : YOLO_FALLBACK_CPU;
    std::string warnings;
    options.all.log_user = &warnings;
    options.all.log = [](void* user, int32_t level, const char* message) {
      if (level == YOLO_LOG_WARNING)
        *static_cast<std::string*>(user) += message;
    };
    const Detector detector = Create(options.all);
    CHECK(Info(detector.get()).device != YOLO_DEVICE_NEURON);
    CHECK(Info(detector.get()).num_cores == 0);
    CHECK(Contains(warnings, "device neuron not used"));
    const Outcome out = Detect(detector.get(), Waves(50, 50, 1));
    CHECK(out.result.status == YOLO_OK);
    CHECK(out.result.core == -1);
    CHECK(out.result.notes == 0);
  }
}

TEST_CASE("auto prefers the device when there is one and a NEFF is named") {
  Simulation::Get().Start("cores=2");
  const Model model = TinyModel();
  NeuronOptions options(model);
  options.all.device = YOLO_DEVICE_AUTO;
  CHECK(Info(Create(options.all).get()).device == YOLO_DEVICE_NEURON);
  options.neuron.neff_data = nullptr;
  options.neuron.neff_size = 0;
  CHECK(Info(Create(options.all).get()).device != YOLO_DEVICE_NEURON);

  Simulation::Get().Start("devices=0");
  NeuronOptions none(model);
  CreateError(none.all, YOLO_ERROR_DEVICE_UNAVAILABLE);
  none.all.device = YOLO_DEVICE_AUTO;
  CHECK(Info(Create(none.all).get()).device != YOLO_DEVICE_NEURON);
}

TEST_CASE("weights are not needed unless the CPU computes") {
  Simulation::Get().Start("cores=1");
  const Model model = TinyModel();
  NeuronOptions options(model);
  options.all.weights_data = nullptr;
  options.all.weights_size = 0;
  const Detector detector = Create(options.all);
  CHECK(Detect(detector.get(), Waves(50, 50, 1)).result.status == YOLO_OK);
  CHECK(Info(detector.get()).num_parameters == model.num_parameters);
  options.all.fallback = YOLO_FALLBACK_CPU;
  CHECK(Contains(CreateError(options.all, YOLO_ERROR_INVALID_ARGUMENT),
                 "weights"));
}

TEST_CASE("a NEFF that is none, or of another model, is refused") {
  Simulation::Get().Start("cores=1");
  const Model model = TinyModel();
  NeuronOptions options(model);
  options.neuron.neff_size = 1000;
  CreateError(options.all, YOLO_ERROR_BAD_MODEL);
  options.neuron.neff_size = options.neff().size() - 1;
  CreateError(options.all, YOLO_ERROR_BAD_MODEL);
  options.neuron.neff_data = nullptr;
  options.neuron.neff_path = "/nowhere/x.neff";
  CHECK(Contains(CreateError(options.all, YOLO_ERROR_IO), "/nowhere/x.neff"));

  NeuronOptions other_size(model);
  other_size.all.network_width = other_size.all.network_height = 64;
  CHECK(Contains(CreateError(other_size.all, YOLO_ERROR_BAD_MODEL),
                 "64 x 64 pixels"));
}

TEST_CASE("decoded boxes of another model, or scores that are not there") {
  Simulation::Get().Start("cores=1");
  const Model model = TinyModel();
  nrt_sim::NeffTensors tensors;
  tensors.decoding = nrt_sim::Decoding::kSplit;
  NeuronOptions options(model, tensors);
  options.neuron.decoded_scores = YOLO_DECODED_SCORES_PRODUCT;
  CHECK(Contains(CreateError(options.all, YOLO_ERROR_INVALID_ARGUMENT),
                 "no objectness"));
  options.neuron.decoded_scores = 0;
  const std::string details = Info(Create(options.all).get()).device_details;
  CHECK(Contains(details, "output 1: 'scores', f16 [1, "));
  CHECK(Contains(details, "decoded: x0, y0, x1, y1 in fractions of"));
  options.all.network_width = options.all.network_height = 64;
  CreateError(options.all, YOLO_ERROR_BAD_MODEL);
}

TEST_CASE("cores: some, those from one on, more than there are") {
  Simulation::Get().Start("cores=4");
  const Model model = TinyModel();
  NeuronOptions options(model);
  const Detector all = Create(options.all);
  CHECK(Info(all.get()).num_cores == 4);
  CHECK(Info(all.get()).num_lanes == 8);
  options.neuron.first_core = 1;
  options.neuron.num_cores = 2;
  options.neuron.lanes_per_core = 3;
  const Detector some = Create(options.all);
  CHECK(Info(some.get()).num_cores == 2);
  CHECK(Info(some.get()).num_lanes == 6);
  CHECK(CoreStats(some, 0).core == 1);
  CHECK(CoreStats(some, 1).core == 2);
  const Outcome out = Detect(some.get(), Waves(50, 50, 1));
  CHECK((out.result.core == 1 || out.result.core == 2));
  CHECK(CoreStats(some, 0).images + CoreStats(some, 1).images == 1);
  CHECK(CoreStats(some, 0).bytes_used > 0);
  CHECK(CoreStats(some, 0).bytes_limit > CoreStats(some, 0).bytes_used);
  yolo_core_stats stats = YOLO_CORE_STATS_INIT;
  CHECK(yolo_device_stats(some.get(), 2, &stats) ==
        YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(yolo_device_stats(nullptr, 0, &stats) == YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(yolo_device_stats(some.get(), 0, nullptr) ==
        YOLO_ERROR_INVALID_ARGUMENT);
  options.neuron.first_core = 3;
  CHECK(Contains(CreateError(options.all, YOLO_ERROR_DEVICE_UNAVAILABLE),
                 "holds 4"));
  options.neuron.first_core = 4;
  options.neuron.num_cores = 0;
  CreateError(options.all, YOLO_ERROR_DEVICE_UNAVAILABLE);
}

TEST_CASE("cores whose memory is full are left out, all full is an error") {
  const Model model = TinyModel();
  NeuronOptions options(model);
  Simulation::Get().Start("cores=3");
  Simulation::Get().Inject("nrt_load", 1, 1, 1, nrt::NRT_RESOURCE);
  {
    const Detector detector = Create(options.all);
    CHECK(CoreStats(detector, 1).state == YOLO_CORE_FAILED);
    CHECK(CoreStats(detector, 1).status == nrt::NRT_RESOURCE);
    CHECK(std::string(CoreStats(detector, 1).message) != "");
    CHECK(CoreStats(detector, 2).state == YOLO_CORE_READY);
    CHECK(Info(detector.get()).num_lanes == 4);
    const std::vector<Image> images(20, Waves(50, 50, 1));
    for (const Outcome& out : DetectBatch(detector.get(), images)) {
      CHECK(out.result.status == YOLO_OK);
      CHECK(out.result.core != 1);
    }
  }
  Simulation::Get().Inject("nrt_load", -1, 1, 0, nrt::NRT_RESOURCE);
  CHECK(Contains(CreateError(options.all, YOLO_ERROR_DEVICE), "NRT_RESOURCE"));
}

// Creates on this simulation and detects; returns what is said of memory.
std::string MemoryOf(const Model& model, const std::string& config,
                     std::initializer_list<const char*> refused) {
  Simulation::Get().Start("cores=2;" + config);
  for (const char* function : refused) {
    Simulation::Get().Inject(function, -1, 1, 0, nrt::NRT_INVALID);
  }
  NeuronOptions options(model);
  const Detector detector = Create(options.all);
  for (int i = 0; i < 4; ++i) {
    const Outcome out = Detect(detector.get(), Waves(50, 50, 1));
    CHECK(out.result.status == YOLO_OK);
  }
  const std::string details = Info(detector.get()).device_details;
  const size_t at = details.find("tensors in ");
  REQUIRE(at != std::string::npos);
  return details.substr(at + 11, details.find('\n', at) - at - 11);
}

TEST_CASE("memory: the kind that the chip wants, or one that libnrt takes") {
  const Model model = TinyModel();
  const char* const attach = "nrt_tensor_attach_buffer";
  const std::string attached = "the host's, attached";
  CHECK(MemoryOf(model, "", {}) == "the device's");
  CHECK(MemoryOf(model, "version=2.20.1.0", {}) == "the device's");
  CHECK(MemoryOf(model, "inf1=1;version=2.20.1.0", {}) == attached);
  CHECK(MemoryOf(model, "inf1=1;version=2.31.1.0", {attach}) ==
        "the host's, copied");
  CHECK(MemoryOf(model, "inf1=1", {}) == "the device's");
  Simulation::Get().Start("cores=1");
  NeuronOptions options(model);
  Simulation::Get().Inject("nrt_tensor_allocate", -1, 1, 0, nrt::NRT_INVALID);
  CHECK(Contains(CreateError(options.all, YOLO_ERROR_DEVICE),
                 "nrt_tensor_allocate"));
  CHECK(MemoryOf(model, "version=2.31.1.0", {"nrt_tensor_allocate"}) ==
        attached);
  // Reads of what is attached do not work.
  CHECK(MemoryOf(model,
                 "inf1=1;version=2.31.1.0;inject=nrt_tensor_read:-1:1:1:1",
                 {}) == "the host's, copied");
}

TEST_CASE("memory that runs out while tensors are made") {
  const Model model = TinyModel();
  NeuronOptions options(model);
  for (const uint64_t nth : {2u, 3u, 5u}) {
    Simulation::Get().Start("cores=1");
    Simulation::Get().Inject("nrt_tensor_allocate", -1, nth, 0,
                             nrt::NRT_RESOURCE);
    CreateError(options.all, YOLO_ERROR_DEVICE);
  }
  for (const uint64_t nth : {4u, 5u, 9u}) {
    Simulation::Get().Start("cores=1;inf1=1;version=2.31.1.0");
    Simulation::Get().Inject("nrt_tensor_attach_buffer", -1, nth, 0,
                             nrt::NRT_RESOURCE);
    CreateError(options.all, YOLO_ERROR_DEVICE);
  }
  // Of the first core: the choice is made on the second.
  Simulation::Get().Start("cores=2;inf1=1;version=2.31.1.0");
  Simulation::Get().Inject("nrt_load", 0, 1, 1, nrt::NRT_RESOURCE);
  const Detector detector = Create(options.all);
  CHECK(Contains(Info(detector.get()).device_details, "attached"));
}

TEST_CASE("detectors come and go without leaving anything behind") {
  Simulation::Get().Start("cores=2");
  const Model model = TinyModel();
  NeuronOptions options(model);
  for (int i = 0; i < 1000; ++i) {
    const Detector detector = Create(options.all);
    if (i % 100 == 0) Detect(detector.get(), Waves(50, 50, 1));
  }
  CHECK(Simulation::Get().Count("models") == 0);
  CHECK(Simulation::Get().Count("device_bytes") == 0);
}

// In a process of its own, which holds cores of the same simulated instance.
// Returns once it does; it ends when `release` is closed.
pid_t HoldCores(const NeuronOptions& options, int* release) {
  int ready[2], go[2];
  REQUIRE(pipe(ready) == 0);
  REQUIRE(pipe(go) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(30);
    close(go[1]);
    yolo_detector* detector = nullptr;
    const char made = yolo_create(&options.all, &detector) == YOLO_OK;
    char end = 0;
    if (write(ready[1], &made, 1) != 1 || read(go[0], &end, 1) != 0) _exit(1);
    _exit(0);
  }
  char made = 0;
  REQUIRE(read(ready[0], &made, 1) == 1);
  CHECK(made == 1);
  for (const int fd : {ready[0], ready[1], go[0]}) close(fd);
  *release = go[1];
  return child;
}

TEST_CASE("cores that another process holds are not to be had") {
  if (kSanitizer == "ThreadSanitizer") return;
  const Model model = TinyModel();
  NeuronOptions options(model);
  std::string folder = std::filesystem::temp_directory_path() / "cores-XXXXXX";
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  Simulation::Get().Start("cores=2;lock_dir=" + folder);
  int release = -1;
  const pid_t other = HoldCores(options, &release);
  CHECK(Contains(CreateError(options.all, YOLO_ERROR_DEVICE_UNAVAILABLE),
                 "NEURON_RT_VISIBLE_CORES"));
  close(release);
  int status = 0;
  REQUIRE(waitpid(other, &status, 0) == other);
  CHECK(status == 0);
  CHECK(Info(Create(options.all).get()).num_cores == 2);
  Simulation::Get().Start("");
  std::filesystem::remove_all(folder);
}

TEST_CASE("a child of fork() is told so and may destroy") {
  if (kSanitizer == "ThreadSanitizer") return;
  Simulation::Get().Start("cores=2");
  const Model model = TinyModel();
  NeuronOptions options(model);
  options.all.fallback = YOLO_FALLBACK_CPU;
  yolo_detector* const detector = Create(options.all).release();
  const Image image = Waves(60, 60, 1);
  const Outcome before = Detect(detector, image);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(30);
    yolo_detection box;
    yolo_core_stats stats = YOLO_CORE_STATS_INIT;
    const yolo_status detected =
        yolo_detect(detector, image.format, image.bytes.data(),
                    image.bytes.size(), 60, 60, 0, &box, 1, nullptr);
    const yolo_status asked = yolo_device_stats(detector, 0, &stats);
    yolo_destroy(detector);
    yolo_detector* own = nullptr;
    options.all.fallback = YOLO_FALLBACK_NONE;
    const yolo_status made = yolo_create(&options.all, &own);
    _exit(detected != YOLO_ERROR_FORKED ? 1
          : asked != YOLO_ERROR_FORKED  ? 2
          : made != YOLO_ERROR_FORKED   ? 3
                                        : 0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(SameBoxes(before, Detect(detector, image)));
  yolo_destroy(detector);
}

}  // namespace
}  // namespace yolo::testing
