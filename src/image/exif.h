// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The one thing we want from Exif: which way up the picture is.
#ifndef YOLO_IMAGE_EXIF_H_
#define YOLO_IMAGE_EXIF_H_

#include <cstdint>
#include <span>

namespace yolo {

// Whether the payload of an APP1 segment (what follows its two length bytes)
// is Exif; it may be XMP instead.
bool IsExif(std::span<const uint8_t> app1);

// Orientation in the first directory of such a payload, 1 to 8. Where it is
// missing or malformed in any way: 1, upright.
int ExifOrientation(std::span<const uint8_t> app1);

}  // namespace yolo

#endif  // YOLO_IMAGE_EXIF_H_
