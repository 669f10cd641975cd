// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// JPEG bytes -> the network's input. An input is a JPEG file; its last bytes
// choose the options, and are part of the file too.
#include "fuzz/picture.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  yolo::fuzz::Choices choices(data, size);
  yolo_image image = YOLO_IMAGE_INIT;
  image.data = data;
  image.size = size;
  yolo::fuzz::ReadPicture(image, &choices);
  return 0;
}
