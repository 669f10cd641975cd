// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo.hpp over a C API of the test's own, which notes what it is given: what
// the header adds is tested here, what the library does is tested elsewhere.
#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>

#include "yolo/yolo.hpp"

struct yolo_detector {
  int unused;
};

namespace {

constexpr uint32_t kMaxDetections = 4;
const char* const kBad = "not a JPEG";

// What the C API was given, and how many detectors live.
struct Seen {
  yolo_options options = {};
  yolo_image image = {};
  size_t capacity = 0;
  int live = 0;
} g_seen;

std::string g_last_error;

// Finds as many boxes as the image has bytes, box i with the score 1 / (i + 1).
// An image that starts with 'x' is bad.
yolo_status FakeDetect(const yolo_image& image, yolo_detection* detections,
                       size_t capacity, yolo_result* result) {
  g_seen.image = image;
  g_seen.capacity = capacity;
  const bool bad = *static_cast<const char*>(image.data) == 'x';
  const size_t count = bad ? 0 : std::min(image.size, capacity);
  for (size_t i = 0; i < count; ++i) {
    detections[i] = {0, 0, 1, 1, 1 / static_cast<float>(i + 1), 7};
  }
  if (result) {
    CHECK(result->struct_size == sizeof(yolo_result));
    result->status = bad ? YOLO_ERROR_BAD_IMAGE : YOLO_OK;
    result->count = static_cast<uint32_t>(count);
    result->found = static_cast<uint32_t>(image.size);
    std::strcpy(result->message, bad ? kBad : "");
  }
  g_last_error = bad ? kBad : "";
  return bad ? YOLO_ERROR_BAD_IMAGE : YOLO_OK;
}

}  // namespace

extern "C" {

const char* yolo_status_string(yolo_status status) {
  return status == YOLO_ERROR_BAD_IMAGE ? "YOLO_ERROR_BAD_IMAGE" : "another";
}

const char* yolo_last_error(void) { return g_last_error.c_str(); }

yolo_status yolo_create(const yolo_options* options, yolo_detector** detector) {
  g_seen.options = *options;
  if (!options->model_path) {
    g_last_error = "no model";
    return YOLO_ERROR_INVALID_ARGUMENT;
  }
  *detector = new yolo_detector();
  ++g_seen.live;
  return YOLO_OK;
}

void yolo_destroy(yolo_detector* detector) {
  if (detector) --g_seen.live;
  delete detector;
}

yolo_status yolo_detect_image(yolo_detector*, const yolo_image* image,
                              yolo_detection* detections, size_t capacity,
                              yolo_result* result) {
  CHECK(image->struct_size == sizeof(yolo_image));
  return FakeDetect(*image, detections, capacity, result);
}

yolo_status yolo_detect_batch(yolo_detector*, const yolo_image* images,
                              size_t num_images, yolo_detection* detections,
                              size_t capacity, yolo_result* results) {
  if (num_images > 0 && !images[0].data) {
    g_last_error = "no data";
    return YOLO_ERROR_INVALID_ARGUMENT;
  }
  for (size_t i = 0; i < num_images; ++i) {
    CHECK(images[i].struct_size == sizeof(yolo_image));
    static_cast<void>(FakeDetect(images[i], detections + i * capacity, capacity,
                                 results + i));
  }
  return YOLO_OK;
}

yolo_status yolo_get_detector_info(const yolo_detector*,
                                   yolo_detector_info* info) {
  CHECK(info->struct_size == sizeof(yolo_detector_info));
  info->max_detections = kMaxDetections;
  info->num_layers = 1;
  return YOLO_OK;
}

yolo_status yolo_get_layer_info(const yolo_detector*, uint32_t index,
                                yolo_layer_info* info) {
  CHECK(info->struct_size == sizeof(yolo_layer_info));
  info->type = "convolutional";
  g_last_error = "no such layer";
  return index == 0 ? YOLO_OK : YOLO_ERROR_INVALID_ARGUMENT;
}

yolo_status yolo_device_stats(const yolo_detector*, uint32_t index,
                              yolo_core_stats* stats) {
  CHECK(stats->struct_size == sizeof(yolo_core_stats));
  stats->core = 5;
  g_last_error = "no such core";
  return index == 0 ? YOLO_OK : YOLO_ERROR_INVALID_ARGUMENT;
}

const char* yolo_label(const yolo_detector*, int32_t class_id) {
  return class_id == 7 ? "dog" : "";
}

}  // extern "C"

namespace {

yolo::Detector MakeDetector() {
  yolo::Options options;
  options.model_path = "model.cfg";
  auto detector = yolo::Detector::Create(options);
  REQUIRE(detector);
  return *std::move(detector);
}

TEST_CASE("options are those of the C header until they are changed") {
  yolo::Options options;
  yolo_options c = YOLO_OPTIONS_INIT;
  const auto& as_c = static_cast<const yolo_options&>(options);
  CHECK(std::memcmp(&as_c, &c, sizeof(c)) == 0);
  options.score_threshold = 0.5f;
  CHECK_FALSE(yolo::Detector::Create(options).ok());
  CHECK(g_seen.options.score_threshold == 0.5f);
}

TEST_CASE("a failure carries status, name and message") {
  const auto failed = yolo::Detector::Create(yolo::Options());
  REQUIRE_FALSE(failed.ok());
  CHECK_FALSE(failed);
  CHECK(failed.status() == YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(failed.message() == std::string("no model"));
  CHECK(failed.error().message == "no model");
  const auto bad = MakeDetector().Detect(std::string("x"));
  REQUIRE_FALSE(bad);
  CHECK(bad.error().name() == std::string("YOLO_ERROR_BAD_IMAGE"));
  CHECK(bad.message() == std::string(kBad));
}

TEST_CASE("a detector is destroyed once, wherever it was moved") {
  static_assert(!std::is_copy_constructible_v<yolo::Detector>);
  static_assert(std::is_nothrow_move_constructible_v<yolo::Detector>);
  REQUIRE(g_seen.live == 0);
  {
    yolo::Detector a = MakeDetector();
    yolo::Detector b = MakeDetector();
    CHECK(g_seen.live == 2);
    a = std::move(b);
    CHECK(g_seen.live == 1);
    const yolo::Detector c = std::move(a);
    CHECK(c.get() != nullptr);
    CHECK(g_seen.live == 1);
  }
  CHECK(g_seen.live == 0);
}

TEST_CASE("an image is the bytes of any container, or a pointer and a size") {
  const yolo::Detector detector = MakeDetector();
  const std::vector<uint8_t> vector = {'a', 'b', 'c'};
  CHECK(detector.Detect(vector)->size() == 3);
  CHECK(g_seen.image.data == vector.data());
  CHECK(g_seen.image.format == YOLO_FORMAT_JPEG);
  CHECK(detector.Detect(std::array<char, 2>{'a', 'b'})->size() == 2);
  CHECK(detector.Detect(std::string_view("abc").substr(1))->size() == 2);
  CHECK(detector.Detect({"abc", 1})->size() == 1);
  CHECK(detector.Detect(std::span(vector).first(2))->size() == 2);
  static_assert(!std::is_convertible_v<std::vector<float>, yolo::Bytes>);

  CHECK(detector.Detect(yolo::Image::Raw(YOLO_FORMAT_BGR, vector, 1, 2, 3)));
  CHECK(g_seen.image.format == YOLO_FORMAT_BGR);
  CHECK(g_seen.image.size == 3);
  CHECK(g_seen.image.width == 1);
  CHECK(g_seen.image.height == 2);
  CHECK(g_seen.image.stride == 3);
}

TEST_CASE("detections are as many as were found, up to max_detections") {
  const yolo::Detector detector = MakeDetector();
  const auto found = detector.Detect(std::string("abcdefgh"));
  REQUIRE(found);
  CHECK(g_seen.capacity == kMaxDetections);
  CHECK(found->size() == kMaxDetections);
  CHECK_FALSE(found->empty());
  CHECK(found->result.found == 8);
  float last = 2;
  for (const yolo::Detection& d : *found) {
    CHECK(d.score < last);
    last = d.score;
  }
  CHECK((*found)[1].score == 0.5f);
  CHECK(detector.Label((*found)[0].class_id) == std::string("dog"));
}

TEST_CASE(
    "DetectInto writes to the caller's memory, with or without a result") {
  const yolo::Detector detector = MakeDetector();
  const auto image = yolo::Image::Jpeg({"abc", 3});
  yolo::Detection boxes[2];
  yolo_result result;
  CHECK(detector.DetectInto(image, boxes, 2, &result) == YOLO_OK);
  CHECK(result.count == 2);
  CHECK(boxes[1].class_id == 7);
  CHECK(detector.DetectInto(image, boxes, 2, nullptr) == YOLO_OK);
  CHECK(detector.DetectInto(image, std::span(boxes), &result) == YOLO_OK);
  CHECK(result.count == 2);
  std::vector<yolo::Detection> three(3);
  CHECK(detector.DetectInto(image, three, &result) == YOLO_OK);
  CHECK(result.count == 3);
  CHECK(detector.DetectInto(image, boxes, &result) == YOLO_OK);
  CHECK(result.count == 2);
}

TEST_CASE("in a batch each image has its own boxes or its own error") {
  const yolo::Detector detector = MakeDetector();
  const std::vector<yolo::Image> images = {yolo::Image::Jpeg({"abc", 3}),
                                           yolo::Image::Jpeg({"x", 1}),
                                           yolo::Image::Jpeg({"abcdef", 6})};
  const auto all = detector.DetectBatch(images);
  REQUIRE(all);
  REQUIRE(all->size() == 3);
  CHECK((*all)[0]->size() == 3);
  CHECK((*all)[1].status() == YOLO_ERROR_BAD_IMAGE);
  CHECK((*all)[1].message() == std::string(kBad));
  CHECK((*all)[2]->size() == kMaxDetections);
  CHECK((*all)[2]->result.found == 6);
  CHECK((*(*all)[2])[0].score == 1);

  CHECK(detector.DetectBatch(nullptr, 0)->empty());
  const std::array<yolo::Image, 1> none = {yolo::Image::Jpeg({nullptr, 0})};
  const auto failed = detector.DetectBatch(none);
  CHECK(failed.status() == YOLO_ERROR_INVALID_ARGUMENT);
  CHECK(failed.message() == std::string("no data"));
}

TEST_CASE("a batch goes to the caller's memory, an equal share an image") {
  const yolo::Detector detector = MakeDetector();
  const std::array<yolo::Image, 2> images = {yolo::Image::Jpeg({"abc", 3}),
                                             yolo::Image::Jpeg({"x", 1})};
  std::array<yolo::Detection, 5> boxes;
  std::array<yolo_result, 2> results;
  REQUIRE(detector.DetectBatchInto(images, boxes, results) == YOLO_OK);
  CHECK(g_seen.capacity == 2);
  CHECK(results[0].count == 2);
  CHECK(boxes[1].score == 0.5f);
  CHECK(results[1].status == YOLO_ERROR_BAD_IMAGE);
  CHECK(detector.DetectBatchInto(images, boxes, {results.data(), 1}) ==
        YOLO_ERROR_INVALID_ARGUMENT);
}

TEST_CASE("the planes of a frame may lie apart") {
  const yolo::Detector detector = MakeDetector();
  const std::vector<uint8_t> y(12), u(3), v(4);
  yolo::Image image = yolo::Image::Frame(YOLO_FORMAT_NV12, 4, 2, {y, 6}, {u});
  image.yuv_standard = YOLO_YUV_BT709_FULL;
  CHECK(detector.Detect(image));
  CHECK(g_seen.image.format == YOLO_FORMAT_NV12);
  CHECK(g_seen.image.data == y.data());
  CHECK(g_seen.image.stride == 6);
  CHECK(g_seen.image.chroma[0] == u.data());
  CHECK(g_seen.image.chroma_size[0] == 3);
  CHECK(g_seen.image.chroma_stride[0] == 0);
  CHECK(g_seen.image.chroma[1] == nullptr);
  CHECK(g_seen.image.yuv_standard == YOLO_YUV_BT709_FULL);

  CHECK(detector.Detect(
      yolo::Image::Frame(YOLO_FORMAT_I420, 4, 2, {y}, {u}, {v, 2})));
  CHECK(g_seen.image.width == 4);
  CHECK(g_seen.image.chroma[1] == v.data());
  CHECK(g_seen.image.chroma_size[1] == 4);
  CHECK(g_seen.image.chroma_stride[1] == 2);
}

TEST_CASE("a span views what it is made of, and only that") {
  std::vector<int> vector = {1, 2, 3};
  const yolo::Span<const int> all = vector;
  CHECK(all.size() == 3);
  CHECK(all.data() == vector.data());
  CHECK(all[2] == 3);
  CHECK(yolo::Span<int>().empty());
  int sum = 0;
  for (const int i : all) sum += i;
  CHECK(sum == 6);
  using Constant = const std::vector<int>&;
  static_assert(!std::is_convertible_v<Constant, yolo::Span<int>>);
  static_assert(!std::is_convertible_v<std::vector<yolo::Image>&,
                                       yolo::Span<const yolo_image>>);
}

TEST_CASE("OrThrow gives the value or throws what the error says") {
  const yolo::Detector detector = MakeDetector();
  CHECK(detector.Detect(std::string("abc")).OrThrow().size() == 3);
  const auto bad = detector.Detect(std::string("x"));
  try {
    static_cast<void>(bad.OrThrow());
    FAIL("nothing was thrown");
  } catch (const yolo::Exception& e) {
    CHECK(e.what() == std::string(kBad));
    CHECK(e.status() == YOLO_ERROR_BAD_IMAGE);
    CHECK(e.name() == std::string("YOLO_ERROR_BAD_IMAGE"));
  }
  CHECK_THROWS_AS(
      static_cast<void>(yolo::Detector::Create(yolo::Options()).OrThrow()),
      yolo::Exception);
}

TEST_CASE("information comes as the C structures") {
  const yolo::Detector detector = MakeDetector();
  CHECK(detector.Info().num_layers == 1);
  CHECK(detector.Layer(0)->type == std::string("convolutional"));
  CHECK(detector.Layer(1).message() == std::string("no such layer"));
  CHECK(detector.CoreStats(0)->core == 5);
  CHECK(detector.CoreStats(1).message() == std::string("no such core"));
  CHECK(yolo::NeuronOptions().struct_size == sizeof(yolo_neuron_options));
}

TEST_CASE("the linker tells the header's names from the library's own") {
  const std::string name = typeid(yolo::Detector).name();
  CHECK(name.find("4yolo2v08Detector") != std::string::npos);
}

}  // namespace
