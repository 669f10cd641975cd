// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Pictures in memory: reading, turning upright, writing.
#ifndef YOLO_SAMPLES_CLI_PICTURE_H_
#define YOLO_SAMPLES_CLI_PICTURE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cli {

struct Picture {
  uint32_t width = 0;        // pixels
  uint32_t height = 0;       // pixels
  std::vector<uint8_t> rgb;  // [height][width][3]

  uint8_t* pixel(uint32_t x, uint32_t y) {
    return rgb.data() + (size_t{y} * width + x) * 3;
  }
  const uint8_t* pixel(uint32_t x, uint32_t y) const {
    return rgb.data() + (size_t{y} * width + x) * 3;
  }
};

// What a file may be written as, told by its name.
bool IsJpegName(const std::string& path);
bool IsPngName(const std::string& path);
// What bytes are, told by their first ones.
bool IsPng(const std::vector<uint8_t>& bytes);

// Both return "" or why there is no picture. A JPEG that ends early gives what
// is there. A PNG becomes 8-bit RGB, over white where it is transparent.
std::string DecodeJpeg(const std::vector<uint8_t>& bytes, Picture* out);
std::string DecodePng(const std::vector<uint8_t>& bytes, Picture* out);

// Width times height as a PNG's header has them; 0 without a header.
uint64_t PngPixels(const std::vector<uint8_t>& bytes);

// The picture as a viewer shows it; `orientation` is EXIF's, 1 to 8.
Picture Upright(Picture stored, uint32_t orientation);

// Writes a JPEG or a PNG, as the name says. Throws Error(kCannotWrite).
void WritePicture(const std::string& path, const Picture& picture);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_PICTURE_H_
