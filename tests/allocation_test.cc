// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// In the steady state nothing is allocated: not through the host's hooks, not
// through malloc or operator new, in no thread. What oneDNN itself takes for
// every primitive it executes (a few small blocks that it frees at once) is
// counted apart.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>

#include "support/counting_malloc.h"
#include "support/detector.h"

namespace yolo::testing {
namespace {

// Counts what the detector asks of its allocator; is not malloc's count.
struct CountingHooks {
  std::atomic<int> calls{0};

  void Use(yolo_options* options) {
    options->alloc_user = this;
    options->alloc = [](void* user, size_t size, size_t alignment) {
      ++static_cast<CountingHooks*>(user)->calls;
      void* memory = nullptr;
      return posix_memalign(&memory, alignment, size) == 0 ? memory : nullptr;
    };
    options->free = [](void* user, void* memory, size_t) {
      ++static_cast<CountingHooks*>(user)->calls;
      std::free(memory);
    };
  }
};

struct Batch {
  explicit Batch(std::vector<Image> images) : owners(std::move(images)) {
    for (const Image& image : owners) views.push_back(image.View());
    boxes.resize(owners.size() * kCapacity);
    results.resize(owners.size(), YOLO_RESULT_INIT);
  }

  void Run(yolo_detector* detector) {
    const yolo_status status =
        yolo_detect_batch(detector, views.data(), views.size(), boxes.data(),
                          kCapacity, results.data());
    if (status != YOLO_OK) std::abort();
    for (const yolo_result& result : results) {
      if (result.status != YOLO_OK) std::abort();
    }
  }

  static constexpr size_t kCapacity = 100;
  std::vector<Image> owners;
  std::vector<yolo_image> views;
  std::vector<yolo_detection> boxes;
  std::vector<yolo_result> results;
};

// JPEG and raw, several sizes, upright and not.
Batch MixedBatch() {
  Image grey = Waves(300, 200, 3);
  grey.format = YOLO_FORMAT_GRAY;
  Image bgra = Waves(400, 300, 4);
  bgra.format = YOLO_FORMAT_BGRA;
  bgra.width = 300;
  return Batch({SamplePhoto("astronaut"), Waves(640, 480, 1), grey,
                SamplePhoto("cat"), bgra, SamplePhoto("coffee"),
                Waves(31, 77, 2)});
}

void CheckSteadyState(yolo_options options) {
  CountingHooks hooks;
  hooks.Use(&options);
  const Detector detector = Create(options);
  Batch batch = MixedBatch();
  // Any image may meet any lane, so every lane must have seen the largest:
  // each image has its turn at each place of the batch, several times.
  const size_t places = batch.views.size() * Info(detector.get()).num_lanes;
  for (size_t i = 0; i < 4 * places; ++i) {
    std::rotate(batch.views.begin(), batch.views.begin() + 1,
                batch.views.end());
    batch.Run(detector.get());
  }
  for (const Image& image : batch.owners) {
    Detect(detector.get(), image, Batch::kCapacity);
  }

  const int hooked = hooks.calls;
  AllocationCount count;
  for (int i = 0; i < 5; ++i) {
    batch.Run(detector.get());
    for (size_t k = 0; k < batch.views.size(); ++k) {
      const yolo_image& v = batch.views[k];
      yolo_detect(detector.get(), v.format, v.data, v.size, v.width, v.height,
                  v.stride, batch.boxes.data(), Batch::kCapacity,
                  batch.results.data());
    }
  }
  count.Stop();
  const std::string device = Info(detector.get()).device_name;
  CAPTURE(device);
  CHECK(hooks.calls == hooked);
  CHECK(count.ours == 0);
  if (device == "portable") CHECK(count.onednn == 0);
  const size_t num_images = 5 * 2 * batch.views.size();
  MESSAGE(device << ": oneDNN allocated "
                 << count.onednn / static_cast<int>(num_images)
                 << " blocks for each image");
}

// First, so that the others never run where they could not fail.
TEST_CASE("the counter sees malloc, operator new and aligned blocks") {
  if (!AllocationsAreCounted()) {
    SkipProgram("malloc cannot be counted under " + std::string(kSanitizer));
  }
  AllocationCount count;
  void* volatile memory = std::malloc(10);
  std::free(memory);
  int* volatile number = new int(3);
  delete number;
  memory = std::aligned_alloc(64, 64);
  std::free(memory);
  std::vector<std::string>(7, std::string(100, 'x'));
  count.Stop();
  CHECK(count.ours == 3 + 1 + 1 + 7);
}

TEST_CASE("steady state allocates nothing on one lane and one thread") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = options.threads_per_lane = 1;
  CheckSteadyState(options);
  CheckSteadyState([&] {
    yolo_options own = NanoOptions();
    own.num_lanes = own.threads_per_lane = 1;
    return own;
  }());
}

TEST_CASE("steady state allocates nothing on several lanes and threads") {
  yolo_options options = NanoOptions();
  options.num_lanes = options.threads_per_lane = 2;
  CheckSteadyState(options);
}

TEST_CASE("steady state allocates nothing, whatever the device and profile") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 2;
  options.device = YOLO_DEVICE_PORTABLE;
  CheckSteadyState(options);
  options.device = YOLO_DEVICE_AUTO;
  options.decode = YOLO_DECODE_EXACT;
  options.nms = YOLO_NMS_DIOU;
  for (int32_t profile = YOLO_PROFILE_DARKNET;
       profile <= YOLO_PROFILE_TF1_LEGACY; ++profile) {
    options.profile = profile;
    CheckSteadyState(options);
  }
}

}  // namespace
}  // namespace yolo::testing
