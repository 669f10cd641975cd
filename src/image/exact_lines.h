// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// YOLO_DECODE_EXACT: RGB at full resolution, resized in the very arithmetic of
// the profile's tool.
#ifndef YOLO_IMAGE_EXACT_LINES_H_
#define YOLO_IMAGE_EXACT_LINES_H_

#include "image/lines.h"
#include "image/rgb_rows.h"
#include "kernels/pack.h"
#include "kernels/resample.h"

namespace yolo {

// Tools interpolate between columns first, then between rows, of the upright
// picture. When that lies on its side its columns are stored rows: the same two
// steps, in the same order, then run the other way in memory. One thread.
class ExactLines {
 public:
  explicit ExactLines(Allocator* allocator)
      : allocator_(allocator), rgb_(allocator) {}

  // As FastLines.
  Status Begin(const Picture& picture, const Resize& resize,
               SampleRows* samples);
  bool IsReady(int i, const RowsReady& ready) const;
  Line Make(int i, LineRoom room);

  size_t bytes() const { return memory_.size() + rgb_.bytes(); }
  void Release();

 private:
  // Weights of each value of a line.
  struct Tables {
    float* a;
    float* b;
    int32_t* fixed_a;
    int32_t* fixed_b;
  };

  Status MakeTables(int stored_width);
  void FillTables(int stored_width);
  void Across(const uint8_t* left, const uint8_t* right, const Position* one,
              size_t count, void* out) const;
  void Between(const void* top, const void* bottom, const Position* one,
               float* const planes[3]) const;
  void BetweenValues(const void* top, const void* bottom, const Position* one,
                     size_t begin, size_t count, float* out) const;
  const void* AcrossRow(int r);
  void MakeUpright(const Position& row, float* const planes[3]);
  void MakeTransposed(const Position& row, float* const planes[3]);

  Allocator* allocator_;
  RgbRows rgb_;
  Resize resize_;
  int width_ = 0;  // of the stored picture, that tables are for; 0: none
  int num_planes_ = 0;
  Arithmetic arithmetic_ = Arithmetic::kDarknet;
  size_t length_ = 0;          // of a line, in whole groups
  Position* rows_ = nullptr;   // [lines]: stored rows
  PairTable pairs_;            // [length]
  Tables each_ = {};           // [3][length]
  uint8_t* lefts_ = nullptr;   // [3][length]
  uint8_t* rights_ = nullptr;  // [3][length]
  // Interpolated across, floats or int32_t. Upright: rows [3][length] of the
  // stored row, by parity. Transposed: [0] is [stored width], of one plane.
  void* across_[2] = {};
  int across_row_[2] = {-1, -1};
  uint32_t* tops_ = nullptr;     // [3][length]; transposed only
  uint32_t* bottoms_ = nullptr;  // [3][length]
  float* planes_[3] = {};        // [length]
  Buffer memory_;
};

}  // namespace yolo

#endif  // YOLO_IMAGE_EXACT_LINES_H_
