// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What a detector says about itself, its memory, and where its model came from.
#include "support/detector.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <new>
#include <string>

#include "support/folder.h"

namespace yolo::testing {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("the info tells the defaults that the header promises") {
  const Model model = TinyModel();
  const Detector detector = Create(model.Options());
  const yolo_detector_info info = Info(detector.get());
  CHECK(info.device == (YOLO_ONEDNN ? YOLO_DEVICE_CPU : YOLO_DEVICE_PORTABLE));
  CHECK(std::string(info.device_name) == (YOLO_ONEDNN ? "cpu" : "portable"));
  CHECK((info.precision == YOLO_PRECISION_F32 ||
         info.precision == YOLO_PRECISION_BF16));
  CHECK(info.profile == YOLO_PROFILE_DARKNET);
  CHECK(info.decode == YOLO_DECODE_FAST);
  CHECK(info.nms == YOLO_NMS_PER_CLASS);
  CHECK(info.exif == YOLO_EXIF_APPLY);
  CHECK(info.num_lanes >= 1);
  CHECK(info.threads_per_lane == info.num_lanes);
  CHECK(info.network_width == 96);
  CHECK(info.network_height == 96);
  CHECK(info.num_classes == kTinyClasses);
  CHECK(info.num_layers == kTinyLayers);
  CHECK(info.num_heads == 2);
  CHECK(info.max_candidates == 4096);
  CHECK(info.max_detections == 300);
  CHECK(info.max_scans == 500);
  CHECK(info.score_threshold == 0.25f);
  CHECK(info.iou_threshold == 0.45f);
  CHECK(info.num_labels == 0);
  CHECK(info.num_parameters == model.num_parameters);
  CHECK(info.gflop ==
        doctest::Approx(2e-9 * static_cast<double>(model.num_multiply_adds)));
  CHECK(info.max_pixels == uint64_t{1} << 26);
  CHECK(info.max_bytes > info.bytes_held);
  CHECK(info.max_bytes < uint64_t{1} << 50);
  CHECK(info.bytes_weights >= model.num_parameters);
  CHECK(info.bytes_lane > 0);
  CHECK(info.bytes_held >=
        info.bytes_weights + info.num_lanes * info.bytes_lane);
  CHECK(std::string(info.instruction_set) != "");
}

TEST_CASE("the info reads back what the options set") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.device = YOLO_DEVICE_PORTABLE;
  options.precision = YOLO_PRECISION_F32;
  options.num_lanes = 3;
  options.threads_per_lane = 2;
  options.score_threshold = 0.125f;
  options.iou_threshold = 0.75f;
  options.nms = YOLO_NMS_DIOU;
  options.max_candidates = 1000;
  options.max_detections = 17;
  options.network_width = 160;
  options.network_height = 64;
  options.decode = YOLO_DECODE_EXACT;
  options.exif = YOLO_EXIF_IGNORE;
  options.max_scans = 7;
  options.max_pixels = 1 << 20;
  options.max_bytes = 1 << 30;
  for (int32_t profile = YOLO_PROFILE_DARKNET;
       profile <= YOLO_PROFILE_TF1_LEGACY; ++profile) {
    options.profile = profile;
    const Detector detector = Create(options);
    const yolo_detector_info info = Info(detector.get());
    CHECK(info.device == YOLO_DEVICE_PORTABLE);
    CHECK(info.precision == YOLO_PRECISION_F32);
    CHECK(info.profile == profile);
    CHECK(info.num_lanes == 3);
    CHECK(info.threads_per_lane == 2);
    CHECK(info.score_threshold == 0.125f);
    CHECK(info.iou_threshold == 0.75f);
    CHECK(info.nms == YOLO_NMS_DIOU);
    CHECK(info.max_candidates == 1000);
    CHECK(info.max_detections == 17);
    CHECK(info.network_width == 160);
    CHECK(info.network_height == 64);
    CHECK(info.decode == YOLO_DECODE_EXACT);
    CHECK(info.exif == YOLO_EXIF_IGNORE);
    CHECK(info.max_scans == 7);
    CHECK(info.max_pixels == 1 << 20);
    CHECK(info.max_bytes == 1 << 30);
    // 160 x 64 instead of 96 x 96; every layer scales with it.
    CHECK(info.gflop ==
          doctest::Approx(2e-9 * static_cast<double>(model.num_multiply_adds) *
                          (160.0 * 64) / (96.0 * 96)));
  }
}

TEST_CASE("fewer max_candidates than the default detections is no conflict") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.max_candidates = 20;
  const Detector detector = Create(options);
  CHECK(Info(detector.get()).max_candidates == 20);
  CHECK(Info(detector.get()).max_detections == 20);
}

TEST_CASE("letter_box=1 in the cfg chooses the letterbox profile") {
  const Model model = TinyModel("letter_box=1\n");
  yolo_options options = model.Options();
  CHECK(Info(Create(options).get()).profile == YOLO_PROFILE_DARKNET_LETTERBOX);
  options.profile = YOLO_PROFILE_DARKNET;
  CHECK(Info(Create(options).get()).profile == YOLO_PROFILE_DARKNET);
}

TEST_CASE("the layers add up to the model") {
  const Model model = TinyModel();
  const Detector detector = Create(model.Options());
  const char* const types[kTinyLayers] = {
      "convolutional", "convolutional", "route",         "convolutional",
      "maxpool",       "convolutional", "convolutional", "convolutional",
      "yolo",          "route",         "upsample",      "route",
      "convolutional", "yolo"};
  uint64_t parameters = 0;
  double gflop = 0;
  uint32_t line = 0;
  for (uint32_t i = 0; i < kTinyLayers; ++i) {
    yolo_layer_info layer = YOLO_LAYER_INFO_INIT;
    REQUIRE(yolo_get_layer_info(detector.get(), i, &layer) == YOLO_OK);
    CHECK(std::string(layer.type) == types[i]);
    CHECK(layer.implementation != nullptr);
    CHECK(layer.line > line);
    line = layer.line;
    parameters += layer.num_parameters;
    gflop += layer.gflop;
    if (i == 0) {
      CHECK(layer.channels == 8);
      CHECK(layer.height == 48);
      CHECK(layer.width == 48);
      CHECK(layer.num_parameters == 8 * (3 * 9 + 4));
      CHECK(layer.gflop == doctest::Approx(2e-9 * 8 * 27 * 48 * 48));
      CHECK(std::string(layer.implementation) != "");
    }
    if (i == 11) CHECK(layer.channels == 64);
  }
  CHECK(parameters == model.num_parameters);
  CHECK(gflop ==
        doctest::Approx(2e-9 * static_cast<double>(model.num_multiply_adds)));
}

TEST_CASE("info structures: NULL, short, and longer ones") {
  const Model model = TinyModel();
  const Detector detector = Create(model.Options());
  yolo_detector_info info = YOLO_DETECTOR_INFO_INIT;
  CHECK(yolo_get_detector_info(nullptr, &info) == YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(yolo_get_detector_info(detector.get(), nullptr) ==
        YOLO_ERROR_INVALID_ARGUMENT);
  for (const uint32_t size :
       {0u, 4u, uint32_t{sizeof(yolo_detector_info)} - 1}) {
    info.struct_size = size;
    CHECK(yolo_get_detector_info(detector.get(), &info) ==
          YOLO_ERROR_INVALID_ARGUMENT);
  }
  struct Newer {
    yolo_detector_info known;
    uint64_t tail[2];
  } newer = {YOLO_DETECTOR_INFO_INIT, {7, 7}};
  newer.known.struct_size = sizeof(newer);
  CHECK(yolo_get_detector_info(detector.get(), &newer.known) == YOLO_OK);
  CHECK(newer.known.struct_size == sizeof(newer));
  CHECK(newer.known.num_layers == kTinyLayers);

  yolo_layer_info layer = YOLO_LAYER_INFO_INIT;
  CHECK(yolo_get_layer_info(nullptr, 0, &layer) == YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(yolo_get_layer_info(detector.get(), 0, nullptr) ==
        YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(yolo_get_layer_info(detector.get(), kTinyLayers, &layer) ==
        YOLO_ERROR_INVALID_ARGUMENT);
  layer.struct_size = 0;
  CHECK(yolo_get_layer_info(detector.get(), 0, &layer) ==
        YOLO_ERROR_INVALID_ARGUMENT);
}

TEST_CASE("labels are lines; what has none is an empty string") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  const std::string labels = "red fox\r\n\xc3\xa9l\xc3\xa9phant\n";
  options.labels_data = labels.data();
  options.labels_size = labels.size();
  const Detector detector = Create(options);
  CHECK(Info(detector.get()).num_labels == 2);
  CHECK(std::string(yolo_label(detector.get(), 0)) == "red fox");
  CHECK(std::string(yolo_label(detector.get(), 1)) == "\xc3\xa9l\xc3\xa9phant");
  for (const int32_t id : {-1, 2, 3, 1 << 30}) {
    CHECK(std::string(yolo_label(detector.get(), id)) == "");
  }
  CHECK(std::string(yolo_label(nullptr, 0)) == "");
}

TEST_CASE("a byte order mark is no part of the first label") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  const std::string labels = "\xef\xbb\xbfred fox\nbear\nwolf\n";
  options.labels_data = labels.data();
  options.labels_size = labels.size();
  const Detector detector = Create(options);
  CHECK(std::string(yolo_label(detector.get(), 0)) == "red fox");
}

TEST_CASE("a model in files and the same in memory give the same boxes") {
  const Model model = TinyModel();
  const Folder folder;
  const std::string cfg = folder.Write("m.cfg", model.cfg);
  const std::string weights = folder.Write("m.weights", model.weights);
  const std::string names = folder.Write("m.names", std::string("a\nb\nc\n"));
  const Detector memory = Create(model.Options());
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_path = cfg.c_str();
  options.weights_path = weights.c_str();
  options.labels_path = names.c_str();
  const Detector files = Create(options);
  CHECK(std::string(yolo_label(files.get(), 2)) == "c");
  const Image image = Waves(120, 90, 1);
  const Outcome a = Detect(memory.get(), image);
  CHECK(a.boxes.size() > 0);
  CHECK(SameBoxes(a, Detect(files.get(), image)));

  // A block wins over the path beside it.
  options.model_path = options.weights_path = "/no/such/file";
  options.model_data = model.cfg.data();
  options.model_size = model.cfg.size();
  options.weights_data = model.weights.data();
  options.weights_size = model.weights.size();
  CHECK(SameBoxes(a, Detect(Create(options).get(), image)));
}

TEST_CASE("nothing that was passed in is kept after creation") {
  auto model = std::make_unique<Model>(TinyModel());
  auto labels = std::make_unique<std::string>("one\ntwo\nthree");
  auto thresholds = std::make_unique<std::vector<float>>(3, 0.2f);
  auto allow = std::make_unique<std::vector<int32_t>>(1, 1);
  yolo_options options = model->Options();
  options.labels_data = labels->data();
  options.labels_size = labels->size();
  options.class_thresholds = thresholds->data();
  options.num_class_thresholds = 3;
  options.class_allow = allow->data();
  options.num_class_allow = 1;
  const Detector detector = Create(options);
  const Image image = Waves(96, 96, 2);
  const Outcome before = Detect(detector.get(), image);
  std::memset(&options, 0xff, sizeof(options));
  model.reset();
  labels.reset();
  thresholds.reset();
  allow.reset();
  CHECK(SameBoxes(before, Detect(detector.get(), image)));
  CHECK(std::string(yolo_label(detector.get(), 2)) == "three");
}

yolo_status CreateFrom(const Model& model, std::string* message) {
  const yolo_options options = model.Options();
  yolo_detector* detector = nullptr;
  const yolo_status status = yolo_create(&options, &detector);
  *message = yolo_last_error();
  if (status == YOLO_OK) yolo_destroy(detector);
  return status;
}

TEST_CASE("weights of the wrong length: expected and found bytes are said") {
  const Model model = TinyModel();
  const size_t expected = model.weights.size();
  std::string message;
  for (const size_t size :
       {size_t{20}, expected - 4, expected - 1, expected + 4}) {
    Model wrong = model;
    wrong.weights.resize(size);
    CHECK(CreateFrom(wrong, &message) == YOLO_ERROR_BAD_MODEL);
    CAPTURE(message);
    CHECK(Contains(message, std::to_string(expected)));
    CHECK(Contains(message, std::to_string(size)));
  }
  Model headless = model;
  headless.weights.resize(3);
  CHECK(CreateFrom(headless, &message) == YOLO_ERROR_BAD_MODEL);
}

TEST_CASE("a cfg that is wrong or not understood: section and line are said") {
  std::string message;
  Model model = TinyModel();
  model.cfg = "this is no cfg\n";
  CHECK(CreateFrom(model, &message) == YOLO_ERROR_BAD_MODEL);

  model = TinyModel();
  const uint32_t line = 1 + static_cast<uint32_t>(std::count(
                                model.cfg.begin(), model.cfg.end(), '\n'));
  model.cfg += "[crnn]\nhidden=3\n";
  CHECK(CreateFrom(model, &message) == YOLO_ERROR_UNSUPPORTED_MODEL);
  CAPTURE(message);
  CHECK(Contains(message, "crnn"));
  CHECK(Contains(message, std::to_string(line)));
}

TEST_CASE("an unknown key is remarked upon through the log callback") {
  const Model model = TinyModel("no_such_key_at_all=1\n");
  struct Remark {
    int32_t level;
    std::string text;
  };
  std::vector<Remark> remarks;
  yolo_options options = model.Options();
  options.log_user = &remarks;
  options.log = [](void* user, int32_t level, const char* message) {
    static_cast<std::vector<Remark>*>(user)->push_back({level, message});
  };
  options.num_lanes = 1;
  { const Detector detector = Create(options); }
  bool found = false;
  for (const Remark& remark : remarks) {
    CHECK(remark.text.find('\n') == std::string::npos);
    CHECK(remark.level >= YOLO_LOG_ERROR);
    CHECK(remark.level <= YOLO_LOG_INFO);
    found |= remark.level == YOLO_LOG_WARNING &&
             Contains(remark.text, "no_such_key_at_all");
  }
  CHECK(found);
}

TEST_CASE("a log callback that throws changes nothing") {
  const Model model = TinyModel("no_such_key_at_all=1\n");
  int calls = 0;
  yolo_options options = model.Options();
  options.log_user = &calls;
  options.log = [](void* user, int32_t, const char*) {
    ++*static_cast<int*>(user);
    throw std::bad_alloc();
  };
  Create(options);
  CHECK(calls > 0);
}

// A host's allocator that checks its caller and can be told to fail.
struct Host {
  std::mutex mutex;
  std::map<void*, size_t> blocks;
  size_t live = 0;
  int calls = 0;
  int fail_at = -1;     // the call that returns NULL
  bool throws = false;  // ... or throws, as a host's C++ may
  int mistakes = 0;

  void Use(yolo_options* options) {
    options->alloc_user = this;
    options->alloc = [](void* user, size_t size, size_t alignment) {
      return static_cast<Host*>(user)->Alloc(size, alignment);
    };
    options->free = [](void* user, void* memory, size_t size) {
      static_cast<Host*>(user)->Free(memory, size);
    };
  }

  void* Alloc(size_t size, size_t alignment) {
    const std::lock_guard lock(mutex);
    const bool power = alignment && (alignment & (alignment - 1)) == 0;
    if (size == 0 || !power || alignment > 4096) ++mistakes;
    if (calls++ == fail_at) {
      if (throws) throw std::bad_alloc();
      return nullptr;
    }
    void* memory = nullptr;
    if (posix_memalign(&memory, alignment, size) != 0) return nullptr;
    std::memset(memory, 0xcd, size);  // nobody may count on zeros
    blocks[memory] = size;
    live += size;
    return memory;
  }

  void Free(void* memory, size_t size) {
    const std::lock_guard lock(mutex);
    const auto block = blocks.find(memory);
    if (block == blocks.end() || block->second != size) {
      ++mistakes;
      return;
    }
    blocks.erase(block);
    live -= size;
    std::free(memory);
  }
};

TEST_CASE("the host's allocator gets back every block, with its size") {
  const Model model = TinyModel();
  Host host;
  yolo_options options = model.Options();
  host.Use(&options);
  {
    const Detector detector = Create(options);
    CHECK(Info(detector.get()).bytes_held == host.live);
    CHECK(host.live > 0);
    DetectBatch(detector.get(), {Waves(50, 40, 1), SamplePhoto("cat"),
                                 Waves(500, 400, 2), SamplePhoto("astronaut")});
    CHECK(Info(detector.get()).bytes_held == host.live);
  }
  CHECK(host.live == 0);
  CHECK(host.blocks.empty());
  CHECK(host.mistakes == 0);
}

TEST_CASE("whichever allocation fails, creation fails cleanly") {
  const Model model = TinyModel();
  for (const int32_t device : {YOLO_DEVICE_CPU, YOLO_DEVICE_PORTABLE}) {
    if (device == YOLO_DEVICE_CPU && !YOLO_ONEDNN) continue;
    yolo_status status = YOLO_ERROR_OUT_OF_MEMORY;
    for (int n = 0; status != YOLO_OK; ++n) {
      REQUIRE(n < 10000);
      Host host;
      host.fail_at = n;
      yolo_options options = model.Options();
      options.device = device;
      options.num_lanes = 2;
      host.Use(&options);
      yolo_detector* detector = nullptr;
      status = yolo_create(&options, &detector);
      CAPTURE(n);
      if (host.calls > n) CHECK(status == YOLO_ERROR_OUT_OF_MEMORY);
      if (status == YOLO_OK) yolo_destroy(detector);
      CHECK(host.live == 0);
      CHECK(host.mistakes == 0);
    }
  }
}

TEST_CASE("an allocation that fails during detection fails that image only") {
  const Model model = TinyModel();
  const Image image = SamplePhoto("cat");
  yolo_options options = model.Options();
  options.num_lanes = 1;
  const Outcome expected = Detect(Create(options).get(), image);
  REQUIRE(expected.result.status == YOLO_OK);
  for (const bool throws : {false, true}) {
    bool failed = true;
    for (int n = 0; failed; ++n) {
      REQUIRE(n < 1000);
      Host host;
      host.throws = throws;
      host.Use(&options);
      {
        const Detector detector = Create(options);
        host.fail_at = host.calls + n;
        const Outcome first = Detect(detector.get(), image);
        failed = host.calls > host.fail_at;
        CAPTURE(n);
        // Or the decoder makes do with less than it asked for at first.
        if (failed && first.result.status != YOLO_OK) {
          CHECK(first.result.status == YOLO_ERROR_OUT_OF_MEMORY);
          CHECK(std::string(first.result.message) != "");
        } else {
          CHECK(SameBoxes(expected, first));
        }
        CHECK(SameBoxes(expected, Detect(detector.get(), image)));
      }
      CHECK(host.live == 0);
      CHECK(host.mistakes == 0);
    }
  }
}

}  // namespace
}  // namespace yolo::testing
