// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What a process does to its threads: fork, cancel, signal, confine, end them;
// and a detector that is destroyed while it is in use.
#include "support/process.h"

#include <doctest/doctest.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <thread>

#include "support/detector.h"
#include "support/folder.h"

namespace yolo::testing {
namespace {

std::vector<Image> MixedImages() {
  Image broken = SamplePhoto("coffee");
  broken.bytes.resize(400);
  return {SamplePhoto("cat"), Waves(200, 150, 1), broken, Waves(33, 66, 2),
          SamplePhoto("coffee")};
}

bool AllSame(const std::vector<Outcome>& a, const std::vector<Outcome>& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (!SameBoxes(a[i], b[i])) return false;
  }
  return a.size() == b.size();
}

// ---- fork ------------------------------------------------------------------

// What a child does with the parent's detector and with one of its own.
int UseInChild(yolo_detector* parents, const yolo_options& options,
               const Image& image, uint32_t found) {
  yolo_detection boxes[10];
  yolo_result result = YOLO_RESULT_INIT;
  const auto detect = [&](yolo_detector* detector) {
    return yolo_detect(detector, image.format, image.bytes.data(),
                       image.bytes.size(), image.width, image.height, 0, boxes,
                       10, &result);
  };
  if (detect(parents) != YOLO_ERROR_FORKED) return 2;
  if (std::string(yolo_last_error()).find("fork()") == std::string::npos) {
    return 3;
  }
  yolo_detector_info info = YOLO_DETECTOR_INFO_INIT;
  if (yolo_get_detector_info(parents, &info) != YOLO_OK) return 4;
  yolo_destroy(parents);
  yolo_detector* own = nullptr;
  if (yolo_create(&options, &own) != YOLO_OK) return 5;
  if (detect(own) != YOLO_OK) return 6;
  if (result.found != found) return 7;
  yolo_destroy(own);
  return 0;
}

// The first test of this program: nobody has made a detector yet.
TEST_CASE("fork before a detector is made, and after it was destroyed") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 3;
  const std::vector<Image> images = MixedImages();
  const auto detect = [&] {
    std::vector<uint32_t> counts;
    const Detector detector = Create(options);
    for (const Outcome& o : DetectBatch(detector.get(), images)) {
      counts.push_back(o.result.found);
    }
    return counts;
  };
  CHECK(InChild([&] { return detect()[1] > 0 ? 0 : 1; }) == 0);
  const std::vector<uint32_t> found = detect();
  CHECK(found[1] > 0);
  CHECK(InChild([&] { return detect() == found ? 0 : 1; }) == 0);
}

TEST_CASE("fork while other threads detect") {
  if (kSanitizer != "") {
    MESSAGE("left out: sanitizers' own locks do not survive such a fork");
    return;
  }
  const Model model = TinyModel();
  const std::vector<Image> images = MixedImages();
  yolo_options options = model.Options();
  options.num_lanes = 3;
  yolo_detector* const detector = Create(options).release();
  const std::vector<Outcome> expected = DetectBatch(detector, images);
  std::atomic<bool> stop{false};
  std::atomic<int> rounds{0}, differences{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&] {
      for (; !stop; ++rounds) {
        if (!AllSame(DetectBatch(detector, images), expected)) ++differences;
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    CHECK(InChild([&] {
            return UseInChild(detector, options, images[1],
                              expected[1].result.found);
          }) == 0);
  }
  stop = true;
  for (std::thread& caller : callers) caller.join();
  CHECK(differences == 0);
  CHECK(rounds > 0);
  yolo_destroy(detector);
}

// ---- pthread_cancel --------------------------------------------------------

struct Cancelled {
  std::function<void()> call;
  std::atomic<int> calls{0};     // that were begun
  std::atomic<int> returned{0};  // that were finished
};

// Calls until it is cancelled, which can be between two calls only.
void* CallForEver(void* context) {
  auto* self = static_cast<Cancelled*>(context);
  while (true) {
    ++self->calls;
    self->call();
    ++self->returned;
    pthread_testcancel();
  }
}

// Cancels a thread that makes `call` some `us` microseconds after its start.
void CancelDuring(const std::function<void()>& call, useconds_t us) {
  Cancelled self{call};
  pthread_t thread;
  REQUIRE(pthread_create(&thread, nullptr, CallForEver, &self) == 0);
  while (self.calls == 0) usleep(10);
  usleep(us);
  REQUIRE(pthread_cancel(thread) == 0);
  void* result = nullptr;
  REQUIRE(pthread_join(thread, &result) == 0);
  CHECK(result == PTHREAD_CANCELED);
  CHECK(self.calls == self.returned);
}

TEST_CASE("a thread that is cancelled ends after its call, not in it") {
  const Folder folder;
  const Model model = TinyModel();
  const std::string cfg = folder.Write("m.cfg", model.cfg);
  const std::string weights = folder.Write("m.weights", model.weights);
  const std::vector<Image> images = MixedImages();
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_path = cfg.c_str();
  options.weights_path = weights.c_str();
  options.num_lanes = 2;
  const Detector detector = Create(options);
  const std::vector<Outcome> expected = DetectBatch(detector.get(), images);
  std::atomic<int> differences{0};
  for (useconds_t us = 0; us < 5000; us += 100) {
    CancelDuring(
        [&] {
          const auto now = DetectBatch(detector.get(), images);
          if (!AllSame(now, expected)) ++differences;
        },
        us);
    // Opening and reading are where a thread would be cancelled.
    CancelDuring(
        [&] {
          yolo_detector* own = nullptr;
          if (yolo_create(&options, &own) != YOLO_OK) ++differences;
          yolo_destroy(own);
        },
        us);
  }
  CHECK(differences == 0);
  CHECK(AllSame(DetectBatch(detector.get(), images), expected));
}

TEST_CASE("whether a thread may be cancelled is as before after each call") {
  const Model model = TinyModel();
  const yolo_options options = model.Options();
  for (const int state : {PTHREAD_CANCEL_DISABLE, PTHREAD_CANCEL_ENABLE}) {
    int before = 0, after = 0;
    REQUIRE(pthread_setcancelstate(state, &before) == 0);
    yolo_detector* detector = nullptr;
    CHECK(yolo_create(&options, &detector) == YOLO_OK);
    CHECK(yolo_create(nullptr, &detector) != YOLO_OK);
    Detect(detector, Waves(50, 50, 1));
    yolo_destroy(detector);
    REQUIRE(pthread_setcancelstate(before, &after) == 0);
    CHECK(after == state);
  }
}

// ---- Threads that end ------------------------------------------------------

size_t ResidentKiB() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
  }
  return 0;
}

TEST_CASE("callers come and end, and leave nothing behind") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 2;
  const Detector detector = Create(options);
  const Image image = Waves(60, 60, 1);
  const Outcome expected = Detect(detector.get(), image);
  std::atomic<int> wrong{0};
  const auto caller = [&] {
    // Whoever had this stack before: its message is not ours.
    if (std::string(yolo_last_error()) != "") ++wrong;
    if (yolo_create(nullptr, nullptr) == YOLO_OK) ++wrong;
    if (std::string(yolo_last_error()) == "") ++wrong;
    if (!SameBoxes(Detect(detector.get(), image), expected)) ++wrong;
  };
  const int warm = 100, rounds = kSanitizer == "" ? 2000 : 300;
  size_t before = 0;
  for (int i = 0; i < warm + rounds; ++i) {
    if (i == warm) before = ResidentKiB();
    std::thread(caller).join();
  }
  CHECK(wrong == 0);
  if (kSanitizer == "") CHECK(ResidentKiB() < before + 4096);
}

// ---- Signals ---------------------------------------------------------------

std::atomic<int> num_signals{0};

// SIGALRM every few microseconds, for calls to be interrupted by.
class SignalStorm {
 public:
  SignalStorm() {
    struct sigaction action = {};
    action.sa_handler = [](int) { ++num_signals; };  // not SA_RESTART
    REQUIRE(sigaction(SIGALRM, &action, &before_) == 0);
    const itimerval often = {{0, 200}, {0, 200}};
    REQUIRE(setitimer(ITIMER_REAL, &often, nullptr) == 0);
  }
  ~SignalStorm() {
    const itimerval never = {};
    setitimer(ITIMER_REAL, &never, nullptr);
    sigaction(SIGALRM, &before_, nullptr);
  }

 private:
  struct sigaction before_;
};

TEST_CASE("a storm of signals interrupts nothing") {
  const Folder folder;
  const Model model = TinyModel();
  const std::string cfg = folder.Write("m.cfg", model.cfg);
  const std::string pipe = folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_path = cfg.c_str();
  options.weights_path = pipe.c_str();
  options.num_lanes = 2;
  const std::vector<Image> images = MixedImages();
  const std::vector<Outcome> expected =
      DetectBatch(Create(model.Options()).get(), images);

  // Slowly, so that the reader waits. It takes no signal itself.
  const auto write = [&] {
    std::ofstream out(pipe, std::ios::binary);
    const auto* bytes = reinterpret_cast<const char*>(model.weights.data());
    for (size_t i = 0; i < model.weights.size(); i += 4096) {
      const size_t size = std::min<size_t>(4096, model.weights.size() - i);
      out.write(bytes + i, static_cast<std::streamsize>(size)).flush();
      usleep(2000);
    }
  };
  num_signals = 0;
  int failures = 0;
  for (int i = 0; i < 5; ++i) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread writer(write);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    {
      const SignalStorm storm;
      yolo_detector* detector = nullptr;
      if (yolo_create(&options, &detector) != YOLO_OK) ++failures;
      for (int k = 0; detector && k < 20; ++k) {
        failures += !AllSame(DetectBatch(detector, images), expected);
      }
      yolo_destroy(detector);
    }
    writer.join();
  }
  CHECK(failures == 0);
  CHECK(num_signals > 50);
}

// ---- cpusets ---------------------------------------------------------------

TEST_CASE("the default is one lane and thread for each CPU of the cpuset") {
  cpu_set_t own;
  REQUIRE(sched_getaffinity(0, sizeof(own), &own) == 0);
  const Model model = TinyModel();
  for (int wanted = 1; wanted <= std::min(CPU_COUNT(&own), 4); ++wanted) {
    yolo_detector_info info = YOLO_DETECTOR_INFO_INIT;
    size_t threads = 0;
    std::thread([&] {
      cpu_set_t few;
      CPU_ZERO(&few);
      for (int i = 0; CPU_COUNT(&few) < wanted; ++i) {
        if (CPU_ISSET(i, &own)) CPU_SET(i, &few);
      }
      if (sched_setaffinity(0, sizeof(few), &few) != 0) return;
      const yolo_options options = model.Options();
      const size_t before = CountThreads();
      yolo_detector* detector = nullptr;
      if (yolo_create(&options, &detector) != YOLO_OK) return;
      threads = CountThreads() - before;
      yolo_get_detector_info(detector, &info);
      yolo_destroy(detector);
    }).join();
    const auto cpus = static_cast<uint32_t>(wanted);
    // Or fewer, where a cgroup grants less.
    CHECK(info.num_lanes >= 1);
    CHECK(info.num_lanes <= cpus);
    CHECK(info.threads_per_lane == info.num_lanes);
    CHECK(threads == info.num_lanes - 1);
  }
}

// ---- yolo_destroy ----------------------------------------------------------

// Tells when a detector has begun with an image: it takes memory for it.
struct Signal {
  std::atomic<bool> armed{false}, seen{false};

  void Use(yolo_options* options) {
    options->alloc_user = this;
    options->alloc = [](void* user, size_t size, size_t alignment) -> void* {
      auto* self = static_cast<Signal*>(user);
      if (self->armed) self->seen = true;
      void* memory = nullptr;
      return posix_memalign(&memory, alignment, size) == 0 ? memory : nullptr;
    };
    options->free = [](void*, void* memory, size_t) { std::free(memory); };
  }
};

TEST_CASE("destroy waits for detections that have begun") {
  const Model model = TinyModel();
  const std::vector<Image> few = MixedImages();
  std::vector<Image> images;
  for (int i = 0; i < 20; ++i) {
    images.insert(images.end(), few.begin(), few.end());
  }
  const std::vector<Outcome> expected =
      DetectBatch(Create(model.Options()).get(), images);
  for (const uint32_t lanes : {1u, 2u}) {
    for (int round = 0; round < 10; ++round) {
      Signal begun;
      yolo_options options = model.Options();
      options.num_lanes = lanes;
      begun.Use(&options);
      yolo_detector* const detector = Create(options).release();
      begun.armed = true;
      std::vector<Outcome> outcomes;
      std::atomic<bool> done{false};
      std::thread caller([&] {
        outcomes = DetectBatch(detector, images);
        done = true;
      });
      while (!begun.seen) usleep(10);
      yolo_destroy(detector);
      caller.join();
      CHECK(done);
      CHECK(AllSame(outcomes, expected));
    }
  }
}

}  // namespace
}  // namespace yolo::testing
