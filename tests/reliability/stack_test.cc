// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// How deep the stack of a caller has to be: all calls on 256 KiB, on every
// device, and what they leave of it.
#include <doctest/doctest.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "image/exif_payload.h"
#include "image/jpeg_writer.h"
#include "support/neuron.h"

namespace yolo::testing {
namespace {

// What yolo.h promises to be enough; sanitizers widen every frame of ours, and
// theirs come on top.
const size_t kStackBytes = kSanitizer.empty() ? 256 << 10 : 1 << 20;

// A stack whose bytes are known until they are used.
class PaintedStack {
 public:
  PaintedStack() : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))) {
    memory_ = static_cast<uint8_t*>(
        mmap(nullptr, page_ + kStackBytes, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0));
    REQUIRE(memory_ != MAP_FAILED);
    std::memset(memory_ + page_, kPaint, kStackBytes);
    // Whoever goes on ends the program, not other memory.
    REQUIRE(mprotect(memory_, page_, PROT_NONE) == 0);
  }
  ~PaintedStack() { munmap(memory_, page_ + kStackBytes); }
  PaintedStack(const PaintedStack&) = delete;
  PaintedStack& operator=(const PaintedStack&) = delete;

  // Runs `body` on a thread that has this stack.
  void Run(const std::function<void()>& body) {
    pthread_attr_t attributes;
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstack(&attributes, memory_ + page_, kStackBytes) ==
            0);
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

  // Bytes, those of the thread itself (some KiB) included.
  size_t Used() const {
    const uint8_t* const begin = memory_ + page_;
    const uint8_t* const end = begin + kStackBytes;
    return static_cast<size_t>(
        end - std::find_if(begin, end, [](uint8_t b) { return b != kPaint; }));
  }

 private:
  static constexpr uint8_t kPaint = 0xA5;
  const size_t page_;
  uint8_t* memory_;
};

// The kinds of images that take different ways through the decoder.
std::vector<Image> AllWays() {
  std::vector<Image> images = {SamplePhoto("coffee"), Waves(300, 200, 1)};
  const auto add = [&](const JpegSpec& spec, const std::vector<uint8_t>& in) {
    images.emplace_back().bytes = WriteJpeg(spec, in);
  };
  const std::vector<uint8_t> rgb = SmoothRgb(640, 480);
  for (int i = 0; i < 8; ++i) {
    JpegSpec spec;
    spec.width = 640;
    spec.height = 480;
    spec.progressive = i & 1;
    spec.arithmetic = i & 2;
    if (i & 4) spec.app1 = {ExifPayload({.orientation = 6})};
    add(spec, rgb);
  }
  JpegSpec cmyk;
  cmyk.width = 640;
  cmyk.height = 480;
  cmyk.in = JCS_CMYK;
  cmyk.file = JCS_YCCK;
  add(cmyk, ToCmyk(rgb, 200));
  // Cut and broken ones of each.
  const size_t whole = images.size();
  for (size_t i = 2; i < whole; ++i) {
    Image cut = images[i], broken = images[i];
    cut.bytes.resize(cut.bytes.size() / 2);
    for (size_t k = 700; k < broken.bytes.size(); k += 231) {
      broken.bytes[k] ^= 0x55;
    }
    images.push_back(cut);
    images.push_back(broken);
  }
  Image frame = Waves(300, 200, 2);
  frame.format = YOLO_FORMAT_I420;
  images.push_back(frame);
  images.emplace_back().bytes = {'n', 'o', 'n', 'e'};
  return images;
}

struct Calls {
  yolo_status create = -1;
  std::vector<yolo_status> detect;
  yolo_status batch = -1;
};

// Every public call once, and an image of each kind. What is large lies on the
// heap: the caller's own frames are not what is measured.
Calls MakeAllCalls(const yolo_options& options,
                   const std::vector<Image>& images) {
  Calls calls;
  yolo_detector* detector = nullptr;
  calls.create = yolo_create(&options, &detector);
  if (calls.create != YOLO_OK) return calls;
  std::vector<yolo_image> views;
  for (const Image& image : images) views.push_back(image.View());
  std::vector<yolo_detection> boxes(100 * images.size());
  std::vector<yolo_result> results(images.size(), YOLO_RESULT_INIT);
  for (size_t i = 0; i < images.size(); ++i) {
    calls.detect.push_back(
        yolo_detect_image(detector, &views[i], boxes.data(), 100, &results[i]));
  }
  calls.batch = yolo_detect_batch(detector, views.data(), views.size(),
                                  boxes.data(), 100, results.data());
  yolo_detector_info info = YOLO_DETECTOR_INFO_INIT;
  yolo_get_detector_info(detector, &info);
  yolo_layer_info layer = YOLO_LAYER_INFO_INIT;
  yolo_get_layer_info(detector, 0, &layer);
  yolo_core_stats stats = YOLO_CORE_STATS_INIT;
  yolo_device_stats(detector, 0, &stats);
  yolo_label(detector, 0);
  yolo_build_info();
  yolo_destroy(detector);
  return calls;
}

void CheckStack(const std::string& name, const yolo_options& options) {
  CAPTURE(name);
  const std::vector<Image> images = AllWays();
  Calls calls;
  PaintedStack stack;
  stack.Run([&] { calls = MakeAllCalls(options, images); });
  CHECK(calls.create == YOLO_OK);
  CHECK(calls.batch == YOLO_OK);
  REQUIRE(calls.detect.size() == images.size());
  const auto count = [&](yolo_status status) {
    return std::count(calls.detect.begin(), calls.detect.end(), status);
  };
  CHECK(count(YOLO_OK) >= 12);
  CHECK(count(YOLO_ERROR_BAD_IMAGE) >= 1);
  CHECK(count(YOLO_ERROR_INTERNAL) == 0);
  MESSAGE(name << ": " << stack.Used() / 1024 << " KiB of stack");
}

// The caller's own thread runs everything: one lane.
TEST_CASE("256 KiB of stack are enough for every call on every device") {
  const Model model = TinyModel();
  for (const int32_t device : {YOLO_DEVICE_AUTO, YOLO_DEVICE_PORTABLE}) {
    const std::string name =
        device == YOLO_DEVICE_PORTABLE ? "portable" : "default device";
    for (const int32_t decode : {YOLO_DECODE_FAST, YOLO_DECODE_EXACT}) {
      const bool fast = decode == YOLO_DECODE_FAST;
      // The small one under sanitizers, where only the calls count.
      const bool large = fast && kSanitizer.empty();
      yolo_options options = large ? NanoOptions() : model.Options();
      options.decode = decode;
      options.device = device;
      options.num_lanes = 1;
      options.score_threshold = 0.001f;
      options.max_candidates = options.max_detections = 65536;
      CheckStack(name + (fast ? ", fast" : ", exact"), options);
    }
  }
}

TEST_CASE("256 KiB of stack are enough for device neuron (simulated)") {
  const Model model = TinyModel();
  for (const int32_t fallback : {YOLO_FALLBACK_NONE, YOLO_FALLBACK_CPU}) {
    Simulation::Get().Start("cores=2");
    NeuronOptions neuron(model);
    neuron.all.num_lanes = 1;
    neuron.all.fallback = fallback;
    CheckStack("neuron", neuron.all);
  }
}

TEST_CASE("256 KiB of stack are enough for the longest models") {
  std::string cfg = "[net]\nwidth=32\nheight=32\nchannels=3\n";
  for (int i = 0; i < 1300; ++i) {
    cfg += "[convolutional]\nfilters=18\nactivation=linear\n[route]\nlayers=-1";
    cfg += "\n[dropout]\n";
  }
  cfg += "[yolo]\nanchors=1,1,2,2,3,3\nnum=3\nclasses=1\n";
  std::vector<uint8_t> weights(20 + 4 * 1300 * 19 * 18 - 4 * 15 * 18);
  const int32_t version[3] = {0, 2, 5};
  std::memcpy(weights.data(), version, sizeof(version));
  for (const int32_t device : {YOLO_DEVICE_AUTO, YOLO_DEVICE_PORTABLE}) {
    yolo_options options = YOLO_OPTIONS_INIT;
    options.model_data = cfg.data();
    options.model_size = cfg.size();
    options.weights_data = weights.data();
    options.weights_size = weights.size();
    options.num_lanes = 1;
    options.device = device;
    CheckStack("3901 layers", options);
  }
}

}  // namespace
}  // namespace yolo::testing
