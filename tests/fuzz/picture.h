// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// One image through image/, in a way that an input chooses.
#ifndef YOLO_TESTS_FUZZ_PICTURE_H_
#define YOLO_TESTS_FUZZ_PICTURE_H_

#include <cstdlib>
#include <cstring>
#include <memory>

#include "fuzz/fuzz.h"
#include "image/image.h"

namespace yolo::fuzz {

inline constexpr uint64_t kMaxPixels = 1 << 18;
inline constexpr uint32_t kMaxScans = 20;
// The coefficients of a progressive file with four components, twice over for
// rows and blocks that reach beyond the picture, and everything else.
inline constexpr size_t kMostImageBytes = 16 * kMaxPixels + (16 << 20);

// An input tensor in a block of exactly its size: a write beyond is caught.
struct Input {
  explicit Input(Choices* choices) {
    static constexpr DataType kTypes[] = {DataType::kF32, DataType::kBf16,
                                          DataType::kF16, DataType::kU8};
    static constexpr Layout kLayouts[] = {Layout::kPlanar, Layout::kInterleaved,
                                          Layout::kBlocked};
    tensor.type = kTypes[choices->Below(4)];
    tensor.layout = kLayouts[choices->Below(3)];
    const bool blocked = tensor.layout == Layout::kBlocked;
    tensor.block = blocked ? 8 << choices->Below(2) : 1;
    tensor.width = static_cast<size_t>(32 * (1 + choices->Below(10)));
    tensor.height = static_cast<size_t>(32 * (1 + choices->Below(10)));
    bytes = tensor.width * tensor.height * (blocked ? tensor.block : 3) *
            SizeOf(tensor.type);
    memory.reset(std::calloc(1, bytes));
    tensor.data = memory.get();
  }

  std::unique_ptr<void, Freed> memory;
  size_t bytes = 0;
  InputTensor tensor;
};

// Reads `image` twice with one reader: the second time nothing may differ.
inline void ReadPicture(const yolo_image& image, Choices* choices) {
  ImageOptions options;
  options.profile = YOLO_PROFILE_DARKNET + choices->Below(5);
  options.decode = choices->Below(2);
  options.exif = choices->Below(2);
  options.max_pixels = kMaxPixels;
  options.max_scans = kMaxScans;
  Input first(choices);
  Host host(kMostImageBytes);
  Allocator allocator(Host::Alloc, Host::Free, &host, 0);
  ImageReader reader(options, &allocator);

  const auto read = [&](const InputTensor& tensor) {
    ImageInfo info;
    const Status opened = reader.Open(image, &info);
    RequireStatus(opened.code());
    if (!opened.ok()) return opened.code();
    Require(info.width > 0 && info.height > 0, "an image has pixels");
    Require(info.orientation >= 1 && info.orientation <= 8, "an orientation");
    ImageOutcome outcome;
    const Status packed = reader.Pack(
        Place(options.profile, info.width, info.height,
              static_cast<int>(tensor.width), static_cast<int>(tensor.height)),
        tensor, &outcome);
    RequireStatus(packed.code());
    return packed.code();
  };
  const yolo_status status = read(first.tensor);
  std::unique_ptr<void, Freed> memory(std::calloc(1, first.bytes));
  InputTensor second = first.tensor;
  second.data = memory.get();
  Require(read(second) == status, "the same status again");
  Require(std::memcmp(first.tensor.data, second.data, first.bytes) == 0,
          "the same pixels again");
}

}  // namespace yolo::fuzz

#endif  // YOLO_TESTS_FUZZ_PICTURE_H_
