// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What tests of the public API share: owners, models and images.
#ifndef YOLO_TESTS_SUPPORT_DETECTOR_H_
#define YOLO_TESTS_SUPPORT_DETECTOR_H_

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/data.h"
#include "yolo/yolo.h"

namespace yolo::testing {

// What this program is instrumented with, "" for nothing.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr std::string_view kSanitizer = "AddressSanitizer";
#elif defined(__SANITIZE_THREAD__)
inline constexpr std::string_view kSanitizer = "ThreadSanitizer";
#else
inline constexpr std::string_view kSanitizer = "";
#endif

// Ends the program as skipped in the eyes of CTest.
[[noreturn]] inline void SkipProgram(const std::string& reason) {
  std::printf("skipped: %s\n", reason.c_str());
  std::exit(77);
}

struct Destroy {
  void operator()(yolo_detector* detector) const { yolo_destroy(detector); }
};
using Detector = std::unique_ptr<yolo_detector, Destroy>;

// The detector that `options` describe; the test ends when there is none.
inline Detector Create(const yolo_options& options) {
  yolo_detector* detector = nullptr;
  const yolo_status status = yolo_create(&options, &detector);
  INFO(std::string(yolo_last_error()));
  REQUIRE(status == YOLO_OK);
  REQUIRE(detector != nullptr);
  return Detector(detector);
}

inline yolo_detector_info Info(const yolo_detector* detector) {
  yolo_detector_info info = YOLO_DETECTOR_INFO_INIT;
  REQUIRE(yolo_get_detector_info(detector, &info) == YOLO_OK);
  return info;
}

// A model in memory.
struct Model {
  std::string cfg;
  std::vector<uint8_t> weights;
  uint64_t num_parameters = 0;     // numbers in the weights file
  uint64_t num_multiply_adds = 0;  // at the cfg's own size

  yolo_options Options() const {
    yolo_options options = YOLO_OPTIONS_INIT;
    options.model_data = cfg.data();
    options.model_size = cfg.size();
    options.weights_data = weights.data();
    options.weights_size = weights.size();
    return options;
  }
};

// Builds a cfg and its seeded weights side by side.
class ModelBuilder {
 public:
  ModelBuilder(int width, int height, const std::string& net_keys = "")
      : width_(width), height_(height) {
    model_.cfg = "[net]\nwidth=" + std::to_string(width) +
                 "\nheight=" + std::to_string(height) + "\nchannels=3\n" +
                 net_keys;
    const int32_t header[] = {0, 2, 5, 0, 0};  // version 0.2.5, nothing seen
    Append(header, sizeof(header));
  }

  // Batch-normalised and leaky, or a bare head.
  void Convolution(int filters, int size, int stride, bool head = false) {
    model_.cfg += "\n[convolutional]\nfilters=" + std::to_string(filters) +
                  "\nsize=" + std::to_string(size) +
                  "\nstride=" + std::to_string(stride) + "\npad=1\n" +
                  (head ? "activation=linear\n"
                        : "batch_normalize=1\nactivation=leaky\n");
    const int inputs = channels_ * size * size;
    Draw(filters, 0, 0.3f);  // biases
    if (!head) {
      Draw(filters, 1, 0.1f);                               // scales
      Draw(filters, 0, 0.1f);                               // means
      for (int i = 0; i < filters; ++i) AppendFloat(1.0f);  // variances
    }
    Draw(filters * inputs, 0, std::sqrt(2.0f / static_cast<float>(inputs)));
    width_ /= stride;
    height_ /= stride;
    channels_ = filters;
    model_.num_parameters +=
        static_cast<uint64_t>(filters) * (inputs + (head ? 1 : 4));
    model_.num_multiply_adds +=
        static_cast<uint64_t>(filters) * inputs * width_ * height_;
  }

  // Any other section; `channels`, `width`, `height` are those after it.
  void Section(const std::string& text, int channels, int width, int height) {
    model_.cfg += "\n" + text;
    channels_ = channels;
    width_ = width;
    height_ = height;
  }

  int width() const { return width_; }
  int height() const { return height_; }
  Model Take() { return std::move(model_); }

 private:
  void Append(const void* data, size_t size) {
    const auto* bytes = static_cast<const uint8_t*>(data);
    model_.weights.insert(model_.weights.end(), bytes, bytes + size);
  }
  void AppendFloat(float value) { Append(&value, sizeof(value)); }
  // Uniform around `mean` with standard deviation `deviation`.
  void Draw(int count, float mean, float deviation) {
    for (int i = 0; i < count; ++i) {
      const float unit = static_cast<float>(random_()) / 4294967296.0f;
      AppendFloat(mean + deviation * 3.4641016f * (unit - 0.5f));
    }
  }

  Model model_;
  std::mt19937 random_{1};  // its numbers are the same everywhere
  int channels_ = 3;
  int width_;
  int height_;
};

inline constexpr int kTinyClasses = 3;

// Five strides, a route of half the channels, pooling, upsampling, two heads
// of two anchors; three classes. Finds boxes in anything.
inline Model TinyModel(const std::string& net_keys = "") {
  const std::string yolo =
      "\nanchors=8,10, 16,24, 40,32, 60,60\nnum=4\nclasses=3\n";
  ModelBuilder b(96, 96, net_keys);
  b.Convolution(8, 3, 2);
  b.Convolution(16, 3, 2);
  b.Section("[route]\nlayers=-1\ngroups=2\ngroup_id=1\n", 8, 24, 24);
  b.Convolution(16, 3, 1);
  b.Section("[maxpool]\nsize=2\nstride=2\n", 16, 12, 12);
  b.Convolution(32, 3, 2);
  b.Convolution(32, 3, 2);                             // 6: 3 x 3
  b.Convolution(2 * (5 + kTinyClasses), 1, 1, true);   // 7
  b.Section("[yolo]\nmask=2,3" + yolo, 16, 3, 3);      // 8
  b.Section("[route]\nlayers=6\n", 32, 3, 3);          // 9
  b.Section("[upsample]\nstride=2\n", 32, 6, 6);       // 10
  b.Section("[route]\nlayers=-1,5\n", 32 + 32, 6, 6);  // 11
  b.Convolution(2 * (5 + kTinyClasses), 1, 1, true);   // 12
  b.Section("[yolo]\nmask=0,1" + yolo, 16, 6, 6);      // 13
  return b.Take();
}

inline constexpr uint32_t kTinyLayers = 14;

// The project's own trained model: 80 classes, 320 x 320.
inline yolo_options NanoOptions() {
  static const std::string folder = SourcePath("samples/models/yolov4-nano/");
  static const std::string cfg = folder + "yolov4-nano.cfg";
  static const std::string weights = folder + "yolov4-nano.weights";
  static const std::string labels = folder + "coco.names";
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_path = cfg.c_str();
  options.weights_path = weights.c_str();
  options.labels_path = labels.c_str();
  return options;
}

// An image with its own memory.
struct Image {
  std::vector<uint8_t> bytes;
  int32_t format = YOLO_FORMAT_JPEG;
  uint32_t width = 0, height = 0;  // raw only
  size_t stride = 0;

  yolo_image View() const {
    yolo_image image = YOLO_IMAGE_INIT;
    image.format = format;
    image.data = bytes.data();
    image.size = bytes.size();
    image.width = width;
    image.height = height;
    image.stride = stride;
    return image;
  }
};

inline Image JpegFile(const std::string& path) {
  Image image;
  image.bytes = ReadFile(path);
  REQUIRE_MESSAGE(!image.bytes.empty(), path);
  return image;
}

inline Image SamplePhoto(const std::string& name) {
  return JpegFile(SourcePath("samples/images/" + name + ".jpg"));
}

// Coloured waves: smooth, never the same for two seeds.
inline Image Waves(uint32_t width, uint32_t height, uint32_t seed) {
  Image image;
  image.format = YOLO_FORMAT_RGB;
  image.width = width;
  image.height = height;
  std::mt19937 random(seed);
  float frequency[3][2];
  for (auto& channel : frequency) {
    for (float& f : channel) f = static_cast<float>(random() % 97) / 600.0f;
  }
  for (uint32_t y = 0; y < height; ++y) {
    for (uint32_t x = 0; x < width; ++x) {
      for (const auto& f : frequency) {
        const float phase =
            f[0] * static_cast<float>(x) + f[1] * static_cast<float>(y);
        image.bytes.push_back(
            static_cast<uint8_t>(127.5f + 127.4f * std::sin(phase)));
      }
    }
  }
  return image;
}

// What became of one image.
struct Outcome {
  yolo_result result = YOLO_RESULT_INIT;
  std::vector<yolo_detection> boxes;
};

// Bit for bit: floats are compared as bytes.
inline bool SameBoxes(const Outcome& a, const Outcome& b) {
  return a.result.status == b.result.status &&
         a.result.found == b.result.found && a.boxes.size() == b.boxes.size() &&
         (a.boxes.empty() ||
          std::memcmp(a.boxes.data(), b.boxes.data(),
                      a.boxes.size() * sizeof(yolo_detection)) == 0);
}

inline Outcome Detect(yolo_detector* detector, const Image& image,
                      size_t capacity = 300) {
  Outcome out;
  out.boxes.resize(capacity);
  const yolo_status status =
      yolo_detect(detector, image.format, image.bytes.data(),
                  image.bytes.size(), image.width, image.height, image.stride,
                  capacity ? out.boxes.data() : nullptr, capacity, &out.result);
  CHECK(status == out.result.status);
  out.boxes.resize(status == YOLO_OK ? out.result.count : 0);
  return out;
}

inline std::vector<Outcome> DetectBatch(yolo_detector* detector,
                                        const std::vector<Image>& images,
                                        size_t capacity = 300) {
  std::vector<yolo_image> views;
  for (const Image& image : images) views.push_back(image.View());
  std::vector<yolo_detection> boxes(images.size() * capacity);
  std::vector<yolo_result> results(images.size(), YOLO_RESULT_INIT);
  REQUIRE(yolo_detect_batch(detector, views.data(), views.size(), boxes.data(),
                            capacity, results.data()) == YOLO_OK);
  std::vector<Outcome> out(images.size());
  for (size_t i = 0; i < out.size(); ++i) {
    out[i].result = results[i];
    const uint32_t count = results[i].status == YOLO_OK ? results[i].count : 0;
    const auto first = boxes.begin() + static_cast<ptrdiff_t>(i * capacity);
    out[i].boxes.assign(first, first + count);
  }
  return out;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_SUPPORT_DETECTOR_H_
