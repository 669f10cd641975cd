// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo_create: what it accepts, what it refuses, and what it says.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <thread>

#include "support/detector.h"
#include "yolo/neuron.h"

namespace yolo::testing {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Creation fails with this code, leaves the output alone, and says why.
std::string Refused(const yolo_options* options, yolo_status code) {
  auto* const untouched = reinterpret_cast<yolo_detector*>(1);
  yolo_detector* detector = untouched;
  const yolo_status status = yolo_create(options, &detector);
  const std::string message = yolo_last_error();
  INFO(message);
  CHECK(std::string(yolo_status_string(status)) == yolo_status_string(code));
  CHECK(detector == untouched);
  CHECK_FALSE(message.empty());
  CHECK(message.find('\n') == std::string::npos);
  if (status == YOLO_OK) yolo_destroy(detector);
  return message;
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("the library that runs is the one of the header") {
  CHECK(yolo_version() == YOLO_VERSION_NUMBER);
  CHECK(Contains(yolo_build_info(), YOLO_VERSION_STRING));
  CHECK(Contains(yolo_build_info(), "libjpeg-turbo"));
  CHECK(Contains(yolo_build_info(), "portable"));
  CHECK(Contains(yolo_build_info(), "oneDNN") == (YOLO_ONEDNN == 1));
  CHECK_FALSE(Contains(yolo_build_info(), "\n"));
}

TEST_CASE("every status has its own name and other numbers are unknown") {
  CHECK(std::string(yolo_status_string(YOLO_OK)) == "YOLO_OK");
  CHECK(std::string(yolo_status_string(YOLO_ERROR_BAD_IMAGE)) ==
        "YOLO_ERROR_BAD_IMAGE");
  CHECK(std::string(yolo_status_string(YOLO_ERROR_INTERNAL)) ==
        "YOLO_ERROR_INTERNAL");
  for (yolo_status a = 0; a <= YOLO_ERROR_INTERNAL; ++a) {
    CHECK(std::string(yolo_status_string(a)) != "YOLO_ERROR_UNKNOWN");
    for (yolo_status b = 0; b < a; ++b) {
      CHECK(std::string(yolo_status_string(a)) != yolo_status_string(b));
    }
  }
  CHECK(std::string(yolo_status_string(-1)) == "YOLO_ERROR_UNKNOWN");
  CHECK(std::string(yolo_status_string(14)) == "YOLO_ERROR_UNKNOWN");
}

TEST_CASE("the last error belongs to the thread whose call failed") {
  Refused(nullptr, YOLO_ERROR_INVALID_ARGUMENT);
  const std::string mine = yolo_last_error();
  std::string before, after;
  std::thread([&] {
    before = yolo_last_error();
    const Model model = TinyModel();
    yolo_options options = model.Options();
    options.nms = 99;
    yolo_detector* detector = nullptr;
    CHECK(yolo_create(&options, &detector) == YOLO_ERROR_INVALID_ARGUMENT);
    after = yolo_last_error();
  }).join();
  CHECK(before.empty());
  CHECK(Contains(after, "nms"));
  CHECK(yolo_last_error() == mine);
}

TEST_CASE("NULL arguments are refused, and NULL is destroyed") {
  const Model model = TinyModel();
  const yolo_options options = model.Options();
  Refused(nullptr, YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(yolo_create(&options, nullptr) == YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(yolo_create(nullptr, nullptr) == YOLO_ERROR_INVALID_ARGUMENT);
  yolo_destroy(nullptr);
}

TEST_CASE("options of another size: shorter is refused, longer must be zero") {
  const Model model = TinyModel();
  struct Newer {
    yolo_options known;
    uint64_t tail[4];
  } newer = {model.Options(), {0, 0, 0, 0}};
  newer.known.struct_size = sizeof(newer);
  yolo_detector* detector = nullptr;
  CHECK(yolo_create(&newer.known, &detector) == YOLO_OK);
  yolo_destroy(detector);

  newer.tail[3] = 1;
  Refused(&newer.known, YOLO_ERROR_INVALID_ARGUMENT);

  for (const uint32_t size : {0u, 1u, 8u, uint32_t{sizeof(yolo_options)} - 1}) {
    CAPTURE(size);
    yolo_options shorter = model.Options();
    shorter.struct_size = size;
    CHECK(Contains(Refused(&shorter, YOLO_ERROR_INVALID_ARGUMENT),
                   "YOLO_OPTIONS_INIT"));
  }
}

TEST_CASE("a header of another major or a newer minor version is refused") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  struct Case {
    uint32_t version;
    const char* text;
  };
  for (const Case& c : {Case{1u << 16, "1.0.0"}, Case{(3u << 16) | 1, "3.0.1"},
                        Case{(YOLO_VERSION_MINOR + 1) << 8, "0.2.0"},
                        Case{0xffffffffu, "65535.255.255"}}) {
    options.header_version = c.version;
    const std::string message = Refused(&options, YOLO_ERROR_VERSION);
    CHECK(Contains(message, c.text));
    CHECK(Contains(message, YOLO_VERSION_STRING));
  }
  // What clashes may have another size too: the version is what is wrong.
  options.header_version = 1u << 16;
  options.struct_size = sizeof(options) / 2;
  CHECK(Contains(Refused(&options, YOLO_ERROR_VERSION), "1.0.0"));
  options.struct_size = sizeof(options);

  options.header_version = 0;
  CHECK(Contains(Refused(&options, YOLO_ERROR_INVALID_ARGUMENT),
                 "not initialised"));
  options.header_version = YOLO_VERSION_NUMBER | 0xff;  // a newer patch
  Create(options);
}

TEST_CASE("the options of device neuron are checked whatever the device") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  struct Case {
    const char* field;
    std::function<void(yolo_neuron_options*)> set;
  };
  const Case cases[] = {
      {"struct_size", [](yolo_neuron_options* o) { o->struct_size = 0; }},
      {"num_cores", [](yolo_neuron_options* o) { o->num_cores = 257; }},
      {"first_core", [](yolo_neuron_options* o) { o->first_core = 257; }},
      {"lanes_per_core",
       [](yolo_neuron_options* o) { o->lanes_per_core = 17; }},
      {"neff_size", [](yolo_neuron_options* o) { o->neff_data = "x"; }},
      {"decoded_boxes", [](yolo_neuron_options* o) { o->decoded_boxes = 4; }},
      {"decoded_units", [](yolo_neuron_options* o) { o->decoded_units = -1; }},
      {"decoded_scores", [](yolo_neuron_options* o) { o->decoded_scores = 3; }},
  };
  for (const Case& c : cases) {
    yolo_neuron_options neuron = YOLO_NEURON_OPTIONS_INIT;
    c.set(&neuron);
    options.neuron = &neuron;
    CHECK(Contains(Refused(&options, YOLO_ERROR_INVALID_ARGUMENT),
                   std::string("neuron->") + c.field));
  }
  yolo_neuron_options of_before = YOLO_NEURON_OPTIONS_INIT;
  of_before.struct_size = offsetof(yolo_neuron_options, decoded_boxes);
  of_before.decoded_boxes = 99;  // not there yet
  options.neuron = &of_before;
  CHECK(Create(options) != nullptr);
  const yolo_neuron_options defaults = YOLO_NEURON_OPTIONS_INIT;
  options.neuron = &defaults;
  const Detector detector = Create(options);
  yolo_core_stats stats = YOLO_CORE_STATS_INIT;
  CHECK(Info(detector.get()).num_cores == 0);
  CHECK(yolo_device_stats(detector.get(), 0, &stats) ==
        YOLO_ERROR_INVALID_ARGUMENT);
}

TEST_CASE("every field out of its range is refused, and the message names it") {
  const Model model = TinyModel();
  static const float three[] = {0.5f, 0.5f, 0.5f};
  static const float too_high[] = {0.5f, 1.5f, 0.5f};
  static const float not_numbers[] = {0.5f, kNan, 0.5f};
  static const float negative[] = {0.5f, 0.5f, -0.5f};
  static const int32_t class_three[] = {0, kTinyClasses};
  static const int32_t class_minus_one[] = {-1};
  struct Case {
    const char* field;
    std::function<void(yolo_options*)> set;
  };
  const Case cases[] = {
      {"device", [](yolo_options* o) { o->device = 4; }},
      {"device", [](yolo_options* o) { o->device = -1; }},
      {"precision", [](yolo_options* o) { o->precision = 3; }},
      {"num_lanes", [](yolo_options* o) { o->num_lanes = 257; }},
      {"threads_per_lane", [](yolo_options* o) { o->threads_per_lane = 65; }},
      {"score_threshold", [](yolo_options* o) { o->score_threshold = -0.1f; }},
      {"score_threshold", [](yolo_options* o) { o->score_threshold = 1.1f; }},
      {"score_threshold", [](yolo_options* o) { o->score_threshold = kNan; }},
      {"iou_threshold", [](yolo_options* o) { o->iou_threshold = -0.1f; }},
      {"iou_threshold", [](yolo_options* o) { o->iou_threshold = 1.1f; }},
      {"iou_threshold", [](yolo_options* o) { o->iou_threshold = kNan; }},
      {"class_thresholds",
       [](yolo_options* o) {
         o->class_thresholds = three;
         o->num_class_thresholds = 2;
       }},
      {"class_thresholds",
       [](yolo_options* o) { o->num_class_thresholds = 3; }},
      {"class_thresholds",
       [](yolo_options* o) {
         o->class_thresholds = too_high;
         o->num_class_thresholds = 3;
       }},
      {"class_thresholds",
       [](yolo_options* o) {
         o->class_thresholds = not_numbers;
         o->num_class_thresholds = 3;
       }},
      {"class_thresholds",
       [](yolo_options* o) {
         o->class_thresholds = negative;
         o->num_class_thresholds = 3;
       }},
      {"class_allow", [](yolo_options* o) { o->num_class_allow = 1; }},
      {"class_allow",
       [](yolo_options* o) {
         o->class_allow = class_three;
         o->num_class_allow = 2;
       }},
      {"class_allow",
       [](yolo_options* o) {
         o->class_allow = class_minus_one;
         o->num_class_allow = 1;
       }},
      {"nms", [](yolo_options* o) { o->nms = 4; }},
      {"nms", [](yolo_options* o) { o->nms = -1; }},
      {"max_candidates", [](yolo_options* o) { o->max_candidates = 65537; }},
      {"max_detections",
       [](yolo_options* o) {
         o->max_candidates = 10;
         o->max_detections = 11;
       }},
      {"network_", [](yolo_options* o) { o->network_width = 96; }},
      {"network_", [](yolo_options* o) { o->network_height = 96; }},
      {"network_",
       [](yolo_options* o) { o->network_width = o->network_height = 100; }},
      {"65536",
       [](yolo_options* o) { o->network_width = o->network_height = 65568; }},
      {"profile", [](yolo_options* o) { o->profile = 6; }},
      {"profile", [](yolo_options* o) { o->profile = -1; }},
      {"decode", [](yolo_options* o) { o->decode = 2; }},
      {"exif", [](yolo_options* o) { o->exif = 2; }},
      {"fallback", [](yolo_options* o) { o->fallback = 2; }},
      {"neff", [](yolo_options* o) { o->device = YOLO_DEVICE_NEURON; }},
      {"alloc",
       [](yolo_options* o) {
         o->alloc = [](void*, size_t, size_t) -> void* { return nullptr; };
       }},
      {"alloc", [](yolo_options* o) { o->free = [](void*, void*, size_t) {}; }},
      {"model_data", [](yolo_options* o) { o->model_data = nullptr; }},
      {"weights_data", [](yolo_options* o) { o->weights_data = nullptr; }},
      {"model_size is 0", [](yolo_options* o) { o->model_size = 0; }},
      {"weights_size is 0", [](yolo_options* o) { o->weights_size = 0; }},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string(c.field));
    yolo_options options = model.Options();
    c.set(&options);
    const std::string message = Refused(&options, YOLO_ERROR_INVALID_ARGUMENT);
    CAPTURE(message);
    if (std::string(c.field) == "network_") {
      CHECK((Contains(message, "network_") || Contains(message, "32")));
    } else if (std::string(c.field) == "model_data" ||
               std::string(c.field) == "weights_data") {
      CHECK(Contains(message, c.field[0] == 'm' ? "model" : "weights"));
    } else {
      CHECK(Contains(message, c.field));
    }
  }
}

// Whether this CPU has bf16 or not: CTest also runs this as on older ones.
TEST_CASE("bf16 is what was asked for, or refused with the CPU's name") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  for (const int32_t device : {YOLO_DEVICE_AUTO, YOLO_DEVICE_CPU}) {
    if (device == YOLO_DEVICE_CPU && !YOLO_ONEDNN) continue;
    options.device = device;
    options.precision = YOLO_PRECISION_AUTO;
    const int32_t own = Info(Create(options).get()).precision;
    options.precision = YOLO_PRECISION_F32;
    CHECK(Info(Create(options).get()).precision == YOLO_PRECISION_F32);
    options.precision = YOLO_PRECISION_BF16;
    if (own == YOLO_PRECISION_BF16) {
      CHECK(Info(Create(options).get()).precision == YOLO_PRECISION_BF16);
    } else {
      const std::string message =
          Refused(&options, YOLO_ERROR_DEVICE_UNAVAILABLE);
      CHECK(Contains(message, YOLO_ONEDNN ? "bf16" : "f32"));
    }
  }
}

TEST_CASE("options that name no model or no weights are refused") {
  const Model model = TinyModel();
  yolo_options options = YOLO_OPTIONS_INIT;
  CHECK(Contains(Refused(&options, YOLO_ERROR_INVALID_ARGUMENT), "model"));
  options.model_data = model.cfg.data();
  options.model_size = model.cfg.size();
  CHECK(Contains(Refused(&options, YOLO_ERROR_INVALID_ARGUMENT), "weights"));
}

TEST_CASE("a file that is not there is named in the message") {
  const Model model = TinyModel();
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_path = "/no/such/model.cfg";
  options.weights_data = model.weights.data();
  options.weights_size = model.weights.size();
  CHECK(Contains(Refused(&options, YOLO_ERROR_IO), "/no/such/model.cfg"));

  options = model.Options();
  options.weights_data = nullptr;
  options.weights_size = 0;
  options.weights_path = "/no/such/model.weights";
  CHECK(Contains(Refused(&options, YOLO_ERROR_IO), "/no/such/model.weights"));

  options = model.Options();
  options.labels_path = "/no/such.names";
  CHECK(Contains(Refused(&options, YOLO_ERROR_IO), "/no/such.names"));

  options = model.Options();
  options.labels_path = "/tmp";  // a folder
  CHECK(Contains(Refused(&options, YOLO_ERROR_IO), "/tmp"));
}

TEST_CASE("however long a path is, the message has its end and the reason") {
  const Model model = TinyModel();
  std::string path = "/no/such/";
  for (int i = 0; i < 500; ++i) path += "\xc3\xa9";
  path += "/coco.names";
  for (size_t cut = 0; cut < 2; ++cut) {
    yolo_options options = model.Options();
    options.labels_path = path.c_str();
    const std::string message = Refused(&options, YOLO_ERROR_IO);
    CHECK(message.starts_with("...\xc3\xa9"));
    CHECK(Contains(message, "\xa9/coco.names"));
    CHECK(Contains(message, ": cannot open: No such file"));
    path += 's';
  }
}

TEST_CASE("a message is one line whatever a path holds") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.labels_path = "/no/such\n\x1b[31mfile\t";
  CHECK(Contains(Refused(&options, YOLO_ERROR_IO), "/no/such??[31mfile?: "));
}

TEST_CASE("a device or precision that is not here is never silently replaced") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.device = YOLO_DEVICE_PORTABLE;
  options.precision = YOLO_PRECISION_BF16;
  CHECK(Contains(Refused(&options, YOLO_ERROR_DEVICE_UNAVAILABLE), "f32"));

  options.device = YOLO_DEVICE_CPU;
  options.precision = YOLO_PRECISION_F32;
  if (YOLO_ONEDNN) {
    const Detector cpu = Create(options);
    CHECK(Info(cpu.get()).device == YOLO_DEVICE_CPU);
    CHECK(Info(cpu.get()).precision == YOLO_PRECISION_F32);
  } else {
    Refused(&options, YOLO_ERROR_DEVICE_UNAVAILABLE);
  }
}

TEST_CASE("a limit on bytes that the model passes is an error of its own") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.max_bytes = 1000;
  Refused(&options, YOLO_ERROR_LIMIT);

  options.max_bytes = 0;
  options.num_lanes = 1;
  const uint64_t needed = Info(Create(options).get()).bytes_held;
  options.max_bytes = needed / 2;
  Refused(&options, YOLO_ERROR_LIMIT);
}

}  // namespace
}  // namespace yolo::testing
