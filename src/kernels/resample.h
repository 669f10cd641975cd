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

// For each output of a row, its two neighbours in another row of bytes. Where
// those of 8, or at least of 4, successive outputs lie within 16 bytes, a
// window of that size is loaded once and shuffled.
struct PairTable {
  size_t count = 0;         // outputs, a multiple of kResampleGroup
  int32_t* left = nullptr;  // [count] elements
  int32_t* right = nullptr;
  size_t window_pairs = 0;     // outputs of a window: 8, 4, or 0: no windows
  int32_t* window = nullptr;   // [count / 4]: first byte of each in the row
  uint8_t* shuffle = nullptr;  // [count / 4][16]: bytes of a window: the lefts
                               // of its outputs, then the rights
};

// Fills window_pairs, window and shuffle from left and right, for rows of
// `row_bytes`, which no window leaves.
void MakeWindows(size_t row_bytes, PairTable* table);

// lefts[i] = row[left[i]], rights[i] = row[right[i]]; table.count each.
void GatherPairs(const uint8_t* row, const PairTable& table, uint8_t* lefts,
                 uint8_t* rights);

// The same for elements of 4 bytes; windows are not used.
void GatherPairs32(const uint32_t* row, const PairTable& table, uint32_t* lefts,
                   uint32_t* rights);

// Weights of 7 bits, and samples of 15: 128 is one step of a byte, 32640 is
// 255.
inline constexpr int kSampleScale = 128;

// out[i] = ((128 - weight) * top[i] + weight * bottom[i] + 64) >> 7; weight in
// [0, 128].
void BlendRows(const uint8_t* top, const uint8_t* bottom, int weight,
               size_t count, uint8_t* out);

// With l = row[left[i]], r = row[right[i]]:
//   out[i] = 128 * l + (r - l) * t[i]
// table.count outputs; t in [0, 128].
void InterpolateRow(const uint8_t* row, const PairTable& table,
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
