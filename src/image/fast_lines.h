// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// YOLO_DECODE_FAST: every component is resized from its own resolution, in
// integers, and colours are computed at the network's.
#ifndef YOLO_IMAGE_FAST_LINES_H_
#define YOLO_IMAGE_FAST_LINES_H_

#include "image/lines.h"
#include "kernels/resample.h"

namespace yolo {

// Bilinear at the profile's positions, weights in 1/128. One thread.
class FastLines {
 public:
  explicit FastLines(Allocator* allocator) : allocator_(allocator) {}

  // Tables are kept, and made only when something differs from the last time.
  // `samples` have begun with `picture`; both outlive the lines.
  // Errors: LIMIT, OUT_OF_MEMORY.
  Status Begin(const Picture& picture, const Resize& resize,
               SampleRows* samples);

  // Whether the rows that line i needs are there.
  bool IsReady(int i, const RowsReady& ready) const;
  // Valid until the next call.
  Line Make(int i, LineRoom room);

  size_t bytes() const { return memory_.size(); }
  void Release();

 private:
  // Components of one resolution share tables.
  struct Grid {
    Component component;
    struct Row {
      int32_t low, high;
      int32_t weight;  // of high, in 1/128
    };
    Row* rows = nullptr;       // [lines]
    PairTable pairs;           // [length]
    int16_t* t = nullptr;      // [length]: share of the right one, in 1/128
    uint8_t* blend = nullptr;  // [component.width]
  };

  bool SameAsBefore(const Picture& picture, const Resize& resize) const;
  void FindGrids(const Picture& picture);
  Status MakeTables();
  void FillTables(Grid* grid);
  const int16_t* MakeSamples(int c, int i);

  Allocator* allocator_;
  SampleRows* samples_ = nullptr;
  Resize resize_;
  ColorModel model_ = ColorModel::kGray;
  YuvStandard yuv_ = YuvStandard::kBt601Limited;
  int num_components_ = 0;  // 0: no tables
  int num_grids_ = 0;
  Grid grids_[kMaxComponents];
  int grid_of_[kMaxComponents] = {};
  int16_t* line_[kMaxComponents] = {};  // [length]: samples
  float* planes_[3] = {};               // [length]
  Buffer memory_;
};

}  // namespace yolo

#endif  // YOLO_IMAGE_FAST_LINES_H_
