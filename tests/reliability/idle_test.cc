// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A detector with nothing to do: its threads sleep and stay asleep.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "support/neuron.h"
#include "support/process.h"

namespace yolo::testing {
namespace {

int64_t Microseconds(const timeval& time) {
  return time.tv_sec * int64_t{1000000} + time.tv_usec;
}

struct Use {
  int64_t cpu_us = 0;    // of all threads
  int64_t switches = 0;  // times that one of them went to sleep or was stopped

  static Use Now() {
    rusage usage;
    REQUIRE(getrusage(RUSAGE_SELF, &usage) == 0);
    return {Microseconds(usage.ru_utime) + Microseconds(usage.ru_stime),
            usage.ru_nvcsw + usage.ru_nivcsw};
  }
};

// Threads of this process that are not asleep, this one left out.
size_t CountAwake() {
  size_t awake = 0;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/self/task")) {
    if (task.path().filename() == std::to_string(gettid())) continue;
    std::ifstream file(task.path() / "stat");
    std::string stat;
    std::getline(file, stat);
    const size_t name_end = stat.rfind(") ");
    if (name_end == std::string::npos) continue;  // it has just ended
    awake += stat[name_end + 2] != 'S';
  }
  return awake;
}

void CheckIdle(const std::string& name, const yolo_options& options) {
  CAPTURE(name);
  const size_t before_threads = CountThreads();
  const Detector detector = Create(options);
  DetectBatch(detector.get(), std::vector<Image>(32, Waves(60, 50, 1)));
  const size_t threads = CountThreads() - before_threads;
  CHECK(threads >= 3);
  // They may need a moment to fall asleep; of a few looks, the best.
  Use least{INT64_MAX, INT64_MAX};
  size_t awake = threads;
  for (int look = 0; look < 4; ++look) {
    const Use before = Use::Now();
    usleep(1000000);
    const Use after = Use::Now();
    least.cpu_us = std::min(least.cpu_us, after.cpu_us - before.cpu_us);
    least.switches = std::min(least.switches, after.switches - before.switches);
    awake = std::min(awake, CountAwake());
    if (least.cpu_us <= 1000 && least.switches <= 2 && awake == 0) break;
  }
  // This thread's own sleep is one.
  CHECK(least.switches <= 2);
  CHECK(least.cpu_us <= 1000);
  CHECK(awake == 0);
  MESSAGE(name << ", " << threads << " threads: " << least.cpu_us
               << " us of CPU in a second, " << least.switches
               << " context switches");
}

TEST_CASE("an idle detector uses no CPU and wakes nobody") {
  if (kSanitizer == "ThreadSanitizer") {
    MESSAGE("left out: ThreadSanitizer has a thread of its own");
    return;
  }
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 4;
  CheckIdle("default device", options);
  options.device = YOLO_DEVICE_PORTABLE;
  CheckIdle("portable", options);
  Simulation::Get().Start("cores=2");
  NeuronOptions neuron(model);
  neuron.all.num_lanes = 4;
  CheckIdle("neuron (simulated)", neuron.all);
}

}  // namespace
}  // namespace yolo::testing
