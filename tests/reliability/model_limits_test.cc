// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Models that ask for too much, at default limits: refused early, by number;
// and the largest that are taken, in bounded time.
#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <functional>

#include "support/detector.h"
#include "support/folder.h"
#include "support/meter.h"

namespace yolo::testing {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string Net(int width, int height) {
  return "[net]\nwidth=" + std::to_string(width) +
         "\nheight=" + std::to_string(height) + "\nchannels=3\n";
}

std::string Conv(int filters, int size = 1) {
  return "[convolutional]\nfilters=" + std::to_string(filters) +
         "\nsize=" + std::to_string(size) + "\npad=1\nactivation=leaky\n";
}

std::string Times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

const std::string kHead =
    "[convolutional]\nfilters=18\nactivation=linear\n"
    "[yolo]\nmask=0,1,2\nanchors=1,1,2,2,3,3\nnum=3\nclasses=1\n";

struct Attempt {
  yolo_status status = YOLO_OK;
  std::string message;
  double ms = 0;    // of CPU
  size_t peak = 0;  // bytes from the allocator
};

// Creates and destroys. Weights: zeros, of the length that the first attempt
// says is expected, if that is at most `most` bytes.
Attempt Try(yolo_options options, const std::string& cfg,
            size_t most = size_t{256} << 20) {
  Meter meter;
  meter.largest = size_t{1} << 30;  // a host that has no more
  meter.Use(&options);
  options.model_data = cfg.data();
  options.model_size = cfg.size();
  std::vector<uint8_t> weights(20);
  const int32_t version[3] = {0, 2, 5};
  Attempt attempt;
  for (int round = 0; round < 2; ++round) {
    std::memcpy(weights.data(), version, sizeof(version));
    options.weights_data = weights.data();
    options.weights_size = weights.size();
    yolo_detector* detector = nullptr;
    const std::clock_t start = std::clock();
    attempt.status = yolo_create(&options, &detector);
    attempt.ms =
        1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    attempt.message = attempt.status == YOLO_OK ? "" : yolo_last_error();
    yolo_destroy(detector);
    attempt.peak = meter.peak;
    CHECK(meter.live == 0);
    const size_t at = attempt.message.find("expected ");
    if (at == std::string::npos) break;
    const size_t bytes = std::stoull(attempt.message.substr(at + 9));
    if (bytes > most) break;
    weights.resize(bytes);
  }
  return attempt;
}

yolo_options OneLane() {
  yolo_options options = YOLO_OPTIONS_INIT;
  options.num_lanes = 1;
  return options;
}

TEST_CASE("a model that asks for too much is refused before memory is taken") {
  const std::string small = Net(64, 64), large = Net(8192, 8192);
  const struct {
    std::string cfg, why;
    yolo_status status;
  } cases[] = {
      {Net(8193, 64) + kHead, "width=8193 must be from 1 to 8192",
       YOLO_ERROR_BAD_MODEL},
      {Net(64, 2000000000) + kHead, "height=2000000000 must be from 1 to 8192",
       YOLO_ERROR_BAD_MODEL},
      {large + Conv(65536, 3) + kHead,
       "an output of 65536 x 8192 x 8192; the limit is 2147483647 values",
       YOLO_ERROR_LIMIT},
      {large + Times(9, Conv(31)) + kHead,
       "have 18723373056 outputs; the limit is 17179869184", YOLO_ERROR_LIMIT},
      {small + Conv(65536) + Conv(65536),
       "65536 filters of 65536 x 1 x 1; the limit is 2147483647 weights",
       YOLO_ERROR_LIMIT},
      {small + Conv(32768) + Times(5, Conv(32768)) + kHead,
       "more than 4294967296 weights", YOLO_ERROR_LIMIT},
      {small + Conv(65537) + kHead, "filters=65537 must be from 1 to 65536",
       YOLO_ERROR_BAD_MODEL},
      {small + "[upsample]\nstride=1024\n[upsample]\nstride=1024\n" + kHead,
       "an output of 3 x 65536 x 65536", YOLO_ERROR_LIMIT},
      {small + Conv(8) + Times(20, "[route]\nlayers=-1,-1\n") + kHead,
       "an output of 524288 x 64 x 64", YOLO_ERROR_LIMIT},
      {small + Conv(6) + "[yolo]\nclasses=65537\nanchors=1,1\n",
       "classes=65537 must be from 1 to 65536", YOLO_ERROR_BAD_MODEL},
      {small + Conv(6) + "[yolo]\nclasses=1\nnum=1025\nanchors=1,1\n",
       "num=1025 must be from 1 to 1024", YOLO_ERROR_BAD_MODEL},
      {small + Conv(65536) + "[yolo]\nclasses=65536\nanchors=1,1\n",
       "1 anchors of 5 + 65536 values need 65541", YOLO_ERROR_BAD_MODEL},
      // Routes to the layer itself, to later ones, to what is not there.
      {small + Conv(8) + "[route]\nlayers=1\n" + kHead,
       "names layer 1, which does not come before layer 1",
       YOLO_ERROR_BAD_MODEL},
      {small + Conv(8) + "[route]\nlayers=2\n[route]\nlayers=1\n" + kHead,
       "names layer 2", YOLO_ERROR_BAD_MODEL},
      {small + Conv(8) + "[shortcut]\nfrom=2147483647\n" + kHead,
       "names layer 2147483647", YOLO_ERROR_BAD_MODEL},
      {small + Conv(8) + "[route]\nlayers=-2147483648\n" + kHead,
       "names layer -2147483647", YOLO_ERROR_BAD_MODEL},
      {small + Times(4095, Conv(8)) + kHead, "more than 4096 layers",
       YOLO_ERROR_LIMIT},
      {small + Times(200000, "[conv]\n"), "1400036 bytes; the limit is 1048576",
       YOLO_ERROR_LIMIT},
  };
  for (const auto& c : cases) {
    CAPTURE(c.why);
    const Attempt attempt = Try(OneLane(), c.cfg);
    CAPTURE(attempt.message);
    CHECK(attempt.status == c.status);
    CHECK(Contains(attempt.message, c.why));
    CHECK(attempt.peak == 0);
    if (kSanitizer == "") CHECK(attempt.ms < 1000);
  }
}

TEST_CASE("weights beyond what there is are compared before they are read") {
  // 8 GiB of weights that a block of 20 bytes cannot be.
  const Attempt attempt = Try(
      OneLane(), Net(64, 64) + Conv(32768) + Conv(32768) + Conv(32768) + kHead);
  CHECK(attempt.status == YOLO_ERROR_BAD_MODEL);
  CHECK(Contains(attempt.message, "expected 8593080412 bytes, found 20 "));
  CHECK(attempt.peak == 0);
}

TEST_CASE("activations beyond memory are refused with their number") {
  for (const int32_t device : {YOLO_DEVICE_AUTO, YOLO_DEVICE_PORTABLE}) {
    yolo_options options = OneLane();
    options.device = device;
    // 8 or 16 GiB that are alive at once: more than this host gives, and more
    // than many a machine has.
    const Attempt attempt =
        Try(options, Net(8192, 8192) + Conv(16) + Conv(16) + Conv(16) +
                         Conv(16) + "[shortcut]\nfrom=0,1,2\n" +
                         "[maxpool]\nstride=256\n" + kHead);
    CAPTURE(attempt.message);
    CHECK((attempt.status == YOLO_ERROR_LIMIT ||
           attempt.status == YOLO_ERROR_OUT_OF_MEMORY));
    if (attempt.status == YOLO_ERROR_LIMIT) {
      CHECK(Contains(attempt.message, "yolo_options.max_bytes is "));
    }
    CHECK(attempt.peak < size_t{64} << 20);
  }
}

TEST_CASE("lanes that will not fit are refused with the first") {
  const Model model = TinyModel();
  for (const int32_t device : {YOLO_DEVICE_AUTO, YOLO_DEVICE_PORTABLE}) {
    yolo_options options = model.Options();
    options.device = device;
    options.num_lanes = 1;
    const yolo_detector_info one = Info(Create(options).get());
    options.num_lanes = 256;
    options.max_bytes = one.bytes_held + 100 * one.bytes_lane;
    Meter meter;
    meter.Use(&options);
    yolo_detector* detector = nullptr;
    CHECK(yolo_create(&options, &detector) == YOLO_ERROR_LIMIT);
    const std::string message = yolo_last_error();
    CAPTURE(message);
    CHECK(Contains(message, "the other lanes needs " +
                                std::to_string(255 * one.bytes_lane)));
    CHECK(Contains(message, "yolo_options.max_bytes is " +
                                std::to_string(options.max_bytes)));
    CHECK(meter.peak < one.bytes_held + 10 * one.bytes_lane);
    CHECK(meter.live == 0);
  }
}

TEST_CASE("labels of any size are bounded") {
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 1;
  std::string message;
  const auto create = [&] {
    yolo_detector* detector = nullptr;
    const yolo_status status = yolo_create(&options, &detector);
    message = status == YOLO_OK ? "" : yolo_last_error();
    yolo_destroy(detector);
    return status;
  };
  // As many as there can be classes; empty ones at the end do not count.
  const std::string most = Times(65536, "a\n");
  const std::string more = most + "b\n";
  const std::string empty = Times(15 << 20, "\n");
  for (const auto& [labels, status] : {std::pair{&most, YOLO_OK},
                                       {&more, YOLO_ERROR_LIMIT},
                                       {&empty, YOLO_OK}}) {
    options.labels_data = labels->data();
    options.labels_size = labels->size();
    CHECK(create() == status);
  }
  options.labels_data = more.data();
  options.labels_size = more.size();
  create();
  CHECK(message == "labels_data: more than 65536 labels");
  options.labels_size = size_t{3} << 30;  // not looked at
  CHECK(create() == YOLO_ERROR_LIMIT);
  CHECK(message == "labels_data: 3221225472 bytes; the limit is 16777216");
  options.model_size = size_t{3} << 30;
  CHECK(create() == YOLO_ERROR_LIMIT);
  CHECK(message == "model_data: 3221225472 bytes; the limit is 1048576");

  options = model.Options();
  const Folder folder;
  const std::string path = folder.Write("names", std::string("a\n"));
  std::filesystem::resize_file(path, uintmax_t{3} << 30);  // takes no disk
  options.labels_path = path.c_str();
  CHECK(create() == YOLO_ERROR_LIMIT);
  CHECK(message == path + ": 3221225472 bytes; the limit is 16777216");
  options.model_data = nullptr;
  options.model_path = path.c_str();
  CHECK(create() == YOLO_ERROR_LIMIT);
  CHECK(message == path + ": 3221225472 bytes; the limit is 1048576");
}

TEST_CASE("the longest models are made in bounded time") {
  std::string sources = "[shortcut]\nfrom=0";
  for (int i = 0; i < 200; ++i) sources += ",0";
  const std::string depthwise =
      "[convolutional]\nfilters=8\ngroups=8\nactivation=linear\n";
  std::string distinct;
  for (int i = 0; i < 300; ++i) distinct += Conv(16 + i);
  const std::pair<std::string, std::string> cases[] = {
      {"convolutions", Times(4094, Conv(8))},
      {"different convolutions", distinct},
      {"views", Conv(8) + Times(4000, "[dropout]\n")},
      {"routes", Conv(8) + Times(4000, "[route]\nlayers=-1\n")},
      {"sums", Conv(8) + Times(4000, "[shortcut]\nfrom=-1\n")},
      {"sums of many", Conv(8) + Times(2000, sources + "\n")},
      {"residuals", Conv(8) + Times(2000, Conv(8) + "[shortcut]\nfrom=-2\n")},
      {"concatenations",
       Conv(8) + Times(1300, Conv(8) + "[route]\nlayers=-1,-2\n" + Conv(8))},
      {"heads", Times(1300, kHead + "[route]\nlayers=0\n") + Conv(8)},
      {"residuals in f32 before views",
       Conv(8) + "[sam]\nfrom=-1\n" +
           Times(1000, Conv(8) + "[shortcut]\nfrom=-2\n") +
           Times(2000, "[dropout]\n")},
      {"depthwise residuals before views",
       Conv(8) + "[maxpool]\nsize=2\nstride=1\n" +
           Times(1000, depthwise + "[shortcut]\nfrom=-2\n") +
           Times(2000, "[dropout]\n")},
  };
  double slowest = 0;
  for (const auto& c : cases) {
    for (const int32_t device : {YOLO_DEVICE_AUTO, YOLO_DEVICE_PORTABLE}) {
      CAPTURE(c.first);
      CAPTURE(device);
      yolo_options options = OneLane();
      options.device = device;
      const Attempt attempt = Try(options, Net(32, 32) + c.second + kHead);
      CAPTURE(attempt.message);
      CHECK(attempt.status == YOLO_OK);
      CHECK(attempt.peak < size_t{256} << 20);
      if (kSanitizer == "") CHECK(attempt.ms < 10000);
      slowest = std::max(slowest, attempt.ms);
    }
  }
  MESSAGE("the slowest took " << slowest << " ms");
}

}  // namespace
}  // namespace yolo::testing
