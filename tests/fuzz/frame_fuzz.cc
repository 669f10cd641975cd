// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Descriptions of raw frames, true and false. An input's last bytes are the
// description, the others the memory that it describes.
#include "fuzz/picture.h"

namespace {

using yolo::fuzz::Choices;

// Mostly sizes of small pictures, and the numbers that break multiplications.
uint32_t Size(Choices* choices) {
  switch (choices->Below(8)) {
    case 0:
      return choices->Word();
    case 1:
      return UINT32_MAX - static_cast<uint32_t>(choices->Below(4));
    case 2:
      return uint32_t{1} << choices->Below(32);
    default:
      return choices->Byte();
  }
}

// 0 (adjacent rows), something near a row's size, or too large for anything.
size_t Stride(Choices* choices) {
  switch (choices->Below(4)) {
    case 0:
      return choices->Word();
    case 1:
      return SIZE_MAX >> choices->Below(64);
    case 2:
      return choices->Byte();
    default:
      return 0;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Choices choices(data, size);
  yolo_image image = YOLO_IMAGE_INIT;
  image.format = choices.Below(13) - 1;  // -1, 11: there is no such format
  image.width = Size(&choices);
  image.height = Size(&choices);
  image.stride = Stride(&choices);
  image.yuv_standard = choices.Below(6) - 1;
  image.orientation = static_cast<uint32_t>(choices.Below(10));
  const int num_blocks = 1 + choices.Below(3);
  for (size_t& stride : image.chroma_stride) stride = Stride(&choices);

  // Each plane in a block of its own: a read beyond its end is caught.
  std::unique_ptr<void, yolo::fuzz::Freed> blocks[3];
  const size_t bytes = choices.left() / static_cast<size_t>(num_blocks);
  for (int i = 0; i < num_blocks; ++i) {
    blocks[i].reset(std::malloc(bytes));
    if (bytes == 0) continue;
    std::memcpy(blocks[i].get(), data + static_cast<size_t>(i) * bytes, bytes);
  }
  image.data = blocks[0].get();
  image.size = bytes;
  for (int i = 1; i < num_blocks; ++i) {
    image.chroma[i - 1] = blocks[i].get();
    image.chroma_size[i - 1] = bytes;
  }
  if (image.format == YOLO_FORMAT_JPEG) image.format = YOLO_FORMAT_RGB;
  yolo::fuzz::ReadPicture(image, &choices);
  return 0;
}
