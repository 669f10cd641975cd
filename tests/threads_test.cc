// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Many threads on one detector; small stacks; fork; and nothing to do.
#include <doctest/doctest.h>
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "support/detector.h"

namespace yolo::testing {
namespace {

std::vector<Image> MixedImages() {
  Image broken;
  broken.bytes = {0xff, 0xd8, 0xff, 0xd9};
  return {SamplePhoto("cat"),
          Waves(200, 150, 1),
          SamplePhoto("astronaut"),
          Waves(33, 66, 2),
          broken,
          SamplePhoto("coffee"),
          Waves(1, 1, 3)};
}

std::vector<Outcome> OneByOne(yolo_detector* detector,
                              const std::vector<Image>& images) {
  std::vector<Outcome> out;
  for (const Image& image : images) out.push_back(Detect(detector, image));
  return out;
}

// Every caller detects every image, alone and in batches, `rounds` times.
// Counts the differences from `expected`; doctest stays on the test's thread.
int Hammer(yolo_detector* detector, const std::vector<Image>& images,
           const std::vector<Outcome>& expected, int num_callers, int rounds) {
  std::atomic<int> differences{0};
  const auto caller = [&](size_t id) {
    std::vector<yolo_image> views;
    for (const Image& image : images) views.push_back(image.View());
    const size_t capacity = 300;
    std::vector<yolo_detection> boxes(images.size() * capacity);
    std::vector<yolo_result> results(images.size(), YOLO_RESULT_INIT);
    const auto differs = [&](size_t i, size_t at) {
      Outcome out;
      out.result = results[at];
      const auto first = boxes.begin() + static_cast<ptrdiff_t>(at * capacity);
      if (results[at].status == YOLO_OK) {
        out.boxes.assign(first, first + results[at].count);
      }
      return !SameBoxes(expected[i], out);
    };
    for (int round = 0; round < rounds; ++round) {
      for (size_t k = 0; k < images.size(); ++k) {
        const size_t i = (k + id) % images.size();
        const yolo_image& v = views[i];
        yolo_detect(detector, v.format, v.data, v.size, v.width, v.height,
                    v.stride, boxes.data(), capacity, results.data());
        if (differs(i, 0)) ++differences;
      }
      if (yolo_detect_batch(detector, views.data(), views.size(), boxes.data(),
                            capacity, results.data()) != YOLO_OK) {
        ++differences;
      }
      for (size_t i = 0; i < images.size(); ++i) {
        if (differs(i, i)) ++differences;
      }
    }
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < num_callers; ++i) {
    callers.emplace_back(caller, static_cast<size_t>(i));
  }
  for (std::thread& thread : callers) thread.join();
  return differences;
}

TEST_CASE("eight threads on one detector see what one thread sees") {
  const Model model = TinyModel();
  const std::vector<Image> images = MixedImages();
  for (const int32_t device : {YOLO_DEVICE_AUTO, YOLO_DEVICE_PORTABLE}) {
    yolo_options options = model.Options();
    options.device = device;
    for (const uint32_t lanes : {1u, 2u, 3u, 8u}) {
      for (const uint32_t threads : {1u, 2u}) {
        CAPTURE(lanes);
        CAPTURE(threads);
        options.num_lanes = lanes;
        options.threads_per_lane = threads;
        const Detector detector = Create(options);
        const std::vector<Outcome> expected = OneByOne(detector.get(), images);
        CHECK(expected[0].boxes.size() > 0);
        CHECK(expected[4].result.status == YOLO_ERROR_BAD_IMAGE);
        CHECK(Hammer(detector.get(), images, expected, 8, 3) == 0);
      }
    }
  }
}

TEST_CASE("callers of the own model share two lanes") {
  yolo_options options = NanoOptions();
  options.num_lanes = 2;
  options.score_threshold = 0.05f;
  const Detector detector = Create(options);
  const std::vector<Image> images = MixedImages();
  const std::vector<Outcome> expected = OneByOne(detector.get(), images);
  CHECK(Hammer(detector.get(), images, expected, 5, 2) == 0);
}

TEST_CASE("detectors come and go while another one works") {
  const Model model = TinyModel();
  const std::vector<Image> images = MixedImages();
  const Detector detector = Create(model.Options());
  const std::vector<Outcome> expected = OneByOne(detector.get(), images);
  std::atomic<bool> stop{false};
  std::atomic<int> failures{0};
  std::thread other([&] {
    while (!stop) {
      yolo_options options = model.Options();
      options.num_lanes = 2;
      yolo_detector* shortlived = nullptr;
      if (yolo_create(&options, &shortlived) != YOLO_OK) ++failures;
      yolo_destroy(shortlived);
    }
  });
  CHECK(Hammer(detector.get(), images, expected, 3, 3) == 0);
  stop = true;
  other.join();
  CHECK(failures == 0);
}

// Runs `body` on a thread with this much stack.
void OnStack(size_t bytes, const std::function<void()>& body) {
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, bytes) == 0);
  pthread_t thread;
  REQUIRE(pthread_create(
              &thread, &attributes,
              [](void* context) -> void* {
                (*static_cast<const std::function<void()>*>(context))();
                return nullptr;
              },
              const_cast<std::function<void()>*>(&body)) == 0);
  REQUIRE(pthread_join(thread, nullptr) == 0);
  REQUIRE(pthread_attr_destroy(&attributes) == 0);
}

TEST_CASE("256 KiB of stack are enough to create, detect and destroy") {
  // Sanitizers widen every frame of ours, and theirs come on top.
  const size_t stack = kSanitizer ? 1 << 20 : 256 << 10;
  const Image photo = SamplePhoto("coffee"), waves = Waves(300, 200, 1);
  yolo_status status = -1;
  uint32_t count = 0;
  for (const int32_t device : {YOLO_DEVICE_AUTO, YOLO_DEVICE_PORTABLE}) {
    OnStack(stack, [&] {
      yolo_options options = NanoOptions();
      options.device = device;
      options.num_lanes = 1;  // the caller's own thread runs the network
      options.score_threshold = 0.05f;
      yolo_detector* detector = nullptr;
      status = yolo_create(&options, &detector);
      if (status != YOLO_OK) return;
      yolo_detection boxes[100];
      yolo_result results[2] = {YOLO_RESULT_INIT, YOLO_RESULT_INIT};
      const yolo_image images[2] = {photo.View(), waves.View()};
      status = yolo_detect(detector, photo.format, photo.bytes.data(),
                           photo.bytes.size(), 0, 0, 0, boxes, 100, results);
      count = results[0].count;
      if (status == YOLO_OK) {
        status = yolo_detect_batch(detector, images, 2, boxes, 50, results);
      }
      yolo_destroy(detector);
    });
    CHECK(status == YOLO_OK);
    CHECK(count > 0);
  }
}

// Exit status of `body` in a child of fork(); -1 when it did not exit itself.
int InChild(const std::function<int()>& body) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(30);  // a child that hangs dies by a signal
    _exit(body());
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_CASE("a child of fork() is told so, may destroy, and may start anew") {
  if (kSanitizer == std::string("ThreadSanitizer")) {
    MESSAGE("left out: ThreadSanitizer does not follow threads across fork");
    return;
  }
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 2;
  const Image image = Waves(60, 60, 1);
  yolo_detector* const detector = Create(options).release();
  const Outcome before = Detect(detector, image);
  const yolo_image view = image.View();
  const int status = InChild([&] {
    yolo_detection boxes[10];
    yolo_result result = YOLO_RESULT_INIT;
    if (yolo_detect(detector, image.format, image.bytes.data(),
                    image.bytes.size(), 60, 60, 0, boxes, 10,
                    &result) != YOLO_ERROR_FORKED) {
      return 1;
    }
    if (std::string(yolo_last_error()).empty()) return 2;
    if (yolo_detect_batch(detector, &view, 1, boxes, 10, &result) !=
        YOLO_ERROR_FORKED) {
      return 3;
    }
    yolo_destroy(detector);
    yolo_detector* own = nullptr;
    if (yolo_create(&options, &own) != YOLO_OK) return 4;
    if (yolo_detect(own, image.format, image.bytes.data(), image.bytes.size(),
                    60, 60, 0, boxes, 10, &result) != YOLO_OK) {
      return 5;
    }
    if (result.found != before.result.found) return 6;
    yolo_destroy(own);
    return 0;
  });
  CHECK(status == 0);
  // The parent has noticed nothing.
  CHECK(SameBoxes(before, Detect(detector, image)));
  yolo_destroy(detector);
}

int64_t ProcessCpuNanoseconds() {
  timespec now;
  REQUIRE(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
  return now.tv_sec * int64_t{1000000000} + now.tv_nsec;
}

TEST_CASE("a detector with nothing to do uses no CPU") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 4;
  const Detector detector = Create(options);
  DetectBatch(detector.get(), MixedImages());
  // The threads may need a moment to fall asleep; of several looks, the best.
  int64_t least = INT64_MAX;
  for (int look = 0; look < 5 && least > 2000000; ++look) {
    const int64_t before = ProcessCpuNanoseconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    least = std::min(least, ProcessCpuNanoseconds() - before);
  }
  CHECK(least <= 2000000);
}

}  // namespace
}  // namespace yolo::testing
