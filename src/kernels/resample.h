// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of samples, resized: the pair of neighbours that each output lies
// between is looked up in a table made once for each size.
#ifndef YOLO_KERNELS_RESAMPLE_H_
#define YOLO_KERNELS_RESAMPLE_H_

#include <cstddef>
#include <cstdint>

namespace yolo {

// Outputs are computed in groups of this many; tables and outputs have room for
// whole groups.
inline constexpr size_t kResampleGroup = 16;

constexpr size_t RoundUpToGroup(size_t count) {
  return (count + kResampleGroup - 1) / kResampleGroup * kResampleGroup;
}

// For each output of a row, its two neighbours in another row. Where those of
// some successive outputs lie within 16 bytes, a window of that size is loaded
// once and shuffled; MakeWindows says whether they do.
struct PairTable {
  size_t count = 0;         // outputs, a multiple of kResampleGroup
  int32_t* left = nullptr;  // [count] elements
  int32_t* right = nullptr;
  bool windowed = false;
  int32_t* window = nullptr;   // [count * element size / 8]: first element
  uint8_t* shuffle = nullptr;  // [as many][16]: bytes of the lefts, then of the
                               // rights
};

// Fills window and shuffle from left and right, for elements of `size` bytes (1
// or 2) in a row of `row_elements`, which no window leaves. False (and
// `windowed` false) when a window is too small.
bool MakeWindows(size_t size, size_t row_elements, PairTable* table);

// lefts[i] = row[left[i]], rights[i] = row[right[i]]; bytes, table.count each.
void GatherPairs(const uint8_t* row, const PairTable& table, uint8_t* lefts,
                 uint8_t* rights);

// The same for elements of 4 bytes; windows are not used.
void GatherPairs32(const uint32_t* row, const PairTable& table, uint32_t* lefts,
                   uint32_t* rights);

// Samples of 15 bits: 128 is one step of a byte, 32640 is 255.
inline constexpr int kSampleScale = 128;

// out[i] = (128 - weight) * top[i] + weight * bottom[i]; weight in [0, 128].
void BlendRows(const uint8_t* top, const uint8_t* bottom, int weight,
               size_t count, int16_t* out);

// With l = row[left[i]], r = row[right[i]] (windows of 2-byte elements):
//   out[i] = l + (((r - l) * t[i] + 2^14) >> 15)
// table.count outputs; t in [0, 32767].
void InterpolateRow(const int16_t* row, const PairTable& table,
                    const int16_t* t, int16_t* out);

// The mean of boxes of factor_x columns and num_rows rows, rounded half up;
// powers of two, at most 8 each. Where the last box lacks columns, the last one
// counts for them.
//
//   scratch  [width + 8]
//   out      [ceil(width / factor_x)]
void ShrinkRows(const uint8_t* const* rows, size_t num_rows, size_t width,
                size_t factor_x, uint16_t* scratch, uint8_t* out);

}  // namespace yolo

#endif  // YOLO_KERNELS_RESAMPLE_H_
