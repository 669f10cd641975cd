// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A row of subsampled chroma -> a row at the resolution of luma, bit for bit as
// libjpeg-turbo 2.1.5 does it (jdsample.c): "fancy" triangle filters where a
// dimension is halved, copies elsewhere. Rows hold `width` samples, out holds
// twice as many (or `factor` times); none is read or written beyond.
#ifndef YOLO_KERNELS_UPSAMPLE_H_
#define YOLO_KERNELS_UPSAMPLE_H_

#include <cstddef>
#include <cstdint>

namespace yolo {

// Halved across. With v[-1] = v[0] and v[width] = v[width - 1]:
//   out[2i]     = (3 v[i] + v[i - 1] + 1) / 4
//   out[2i + 1] = (3 v[i] + v[i + 1] + 2) / 4
void UpsampleAcross(const uint8_t* row, size_t width, uint8_t* out);

// Halved down: `near` is the row that covers the output, `far` the one beyond.
//   out[i] = (3 near[i] + far[i] + bias) / 4
// bias: 1 when far lies above, 2 when it lies below.
void UpsampleDown(const uint8_t* near, const uint8_t* far, int bias,
                  size_t width, uint8_t* out);

// Halved both ways. With s[i] = 3 near[i] + far[i], s[-1] and s[width] as
// above:
//   out[2i]     = (3 s[i] + s[i - 1] + 8) / 16
//   out[2i + 1] = (3 s[i] + s[i + 1] + 7) / 16
void UpsampleBoth(const uint8_t* near, const uint8_t* far, size_t width,
                  uint8_t* out);

// out[factor * i + k] = row[i]
void Replicate(const uint8_t* row, size_t width, size_t factor, uint8_t* out);

}  // namespace yolo

#endif  // YOLO_KERNELS_UPSAMPLE_H_
