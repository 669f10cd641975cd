// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Structures of any size with anything in them: yolo_options, yolo_image,
// yolo_result. Pointers alone are true; what they point to has the size that
// the structure says, in a block of its own.
#include <algorithm>
#include <memory>

#include "fuzz/model.h"

namespace {

using yolo::fuzz::Choices;
using yolo::fuzz::Freed;
using yolo::fuzz::Host;

constexpr size_t kMostBytes = 64 << 20;

// A structure T as a program would have it that was compiled with a smaller
// or larger one: `size` bytes of the input, zeros behind them.
template <class T>
struct Foreign {
  Foreign(const uint8_t* from, size_t available, size_t size)
      : block(std::calloc(1, std::max<size_t>(size, 1))), bytes(size) {
    if (available > 0) {
      std::memcpy(block.get(), from, std::min(available, size));
    }
  }

  // The fields that the program knows, and those that it cannot set.
  T Read() const {
    T whole{};
    std::memcpy(&whole, block.get(), std::min(bytes, sizeof(T)));
    return whole;
  }
  void Write(const T& whole) {
    std::memcpy(block.get(), &whole, std::min(bytes, sizeof(T)));
  }
  T* get() const { return static_cast<T*>(block.get()); }

  std::unique_ptr<void, Freed> block;
  size_t bytes;
};

// What may be anything without harm stays; what would cost minutes is small.
void MakeTrue(Host* host, Choices* choices, yolo_options* o) {
  static const auto weights =
      yolo::fuzz::WeightsFile(yolo::fuzz::kSmallWeights);
  static const float kThresholds[] = {0.5f};
  static const int32_t kAllowed[] = {0};
  const yolo_options model = yolo::fuzz::ModelOptions(
      yolo::fuzz::kSmallCfg, weights.data(), weights.size());
  o->model_path = o->weights_path = o->labels_path = nullptr;
  o->model_data = model.model_data;
  o->model_size = model.model_size;
  o->weights_data = model.weights_data;
  o->weights_size = model.weights_size;
  o->labels_data = nullptr;
  o->labels_size = 0;
  o->class_thresholds = choices->Below(2) ? kThresholds : nullptr;
  o->num_class_thresholds = static_cast<size_t>(choices->Below(3));
  o->class_allow = choices->Below(2) ? kAllowed : nullptr;
  o->num_class_allow = static_cast<size_t>(choices->Below(2));
  o->alloc = choices->Below(4) ? Host::Alloc : nullptr;
  o->free = choices->Below(4) ? Host::Free : nullptr;
  o->alloc_user = host;
  o->log = nullptr;
  o->neuron = nullptr;
  if (o->num_lanes <= 256) o->num_lanes %= 3;
  if (o->threads_per_lane <= 64) o->threads_per_lane %= 3;
  if (o->max_bytes == 0 || o->max_bytes > kMostBytes) o->max_bytes = kMostBytes;
}

void Detect(yolo_detector* detector, Choices* choices, const uint8_t* data) {
  const size_t left = choices->left();
  Foreign<yolo_image> image(data, left, choices->Byte());
  yolo_image frame = image.Read();
  uint8_t pixels[8 * 8 * 4] = {};
  frame.struct_size = static_cast<uint32_t>(image.bytes);
  frame.data = pixels;
  frame.size = std::min(frame.size, sizeof(pixels));
  for (size_t i = 0; i < 2; ++i) {
    if (frame.chroma[i]) frame.chroma[i] = pixels;
    frame.chroma_size[i] = std::min(frame.chroma_size[i], sizeof(pixels));
  }
  image.Write(frame);
  if (image.bytes < sizeof(uint32_t)) return;

  Foreign<yolo_result> result(nullptr, 0, 4u * choices->Byte());
  if (result.bytes < sizeof(uint32_t)) return;
  const auto size = static_cast<uint32_t>(result.bytes);
  std::memcpy(result.get(), &size, sizeof(size));
  yolo_detection boxes[10];
  yolo::fuzz::RequireStatus(
      yolo_detect_image(detector, image.get(), boxes, 10, result.get()));
  yolo::fuzz::RequireStatus(
      yolo_detect_batch(detector, image.get(), 1, boxes, 10, result.get()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Choices choices(data, size);
  const size_t bytes = choices.Word() % 1024;
  if (bytes < sizeof(uint32_t)) return 0;
  Foreign<yolo_options> options(data, choices.left(), bytes);
  Host host(kMostBytes);
  yolo_options whole = options.Read();
  MakeTrue(&host, &choices, &whole);
  if (choices.Below(8)) whole.struct_size = static_cast<uint32_t>(bytes);
  // A structure that claims to be longer than it is cannot be found out.
  whole.struct_size = std::min(whole.struct_size, static_cast<uint32_t>(bytes));
  if (choices.Below(8)) whole.header_version = YOLO_VERSION_NUMBER;
  options.Write(whole);

  yolo_detector* detector = nullptr;
  const yolo_status status = yolo_create(options.get(), &detector);
  yolo::fuzz::RequireStatus(status);
  yolo::fuzz::Require((status == YOLO_OK) == (detector != nullptr),
                      "a detector or an error");
  if (detector) {
    Detect(detector, &choices, data);
    yolo::fuzz::DetectGrey(detector);
  }
  yolo_destroy(detector);
  return 0;
}
