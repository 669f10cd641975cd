// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What is not a convolution, on blocked activations: copies, sums, scaling.
#ifndef YOLO_KERNELS_BLOCKED_H_
#define YOLO_KERNELS_BLOCKED_H_

#include <cstddef>
#include <cstdint>

namespace yolo {

// Activations [ceil(c / block)][height][width][block]: channel c of pixel p is
// element ((c / block) * pixels() + p) * block + c % block. Lanes past the last
// channel are zero; every function here keeps them so.
struct BlockedView {
  void* data = nullptr;
  size_t height = 0, width = 0;
  size_t block = 16;
  bool bf16 = false;  // else f32

  size_t pixels() const { return height * width; }
};

// Half-open range of pixels, rows or blocks of channels: a share of the work.
struct Range {
  size_t begin = 0, end = 0;
};

// dst channels [dst_channel, dst_channel + channels) = src channels from
// src_channel, for the pixels of `range`. `last`: nothing follows in dst; the
// lanes up to the end of its last block become zero. Same type and block.
struct ChannelCopy {
  size_t src_channel = 0, dst_channel = 0, channels = 0;
  bool last = false;
};
void CopyChannels(const BlockedView& src, const BlockedView& dst,
                  const ChannelCopy& copy, Range pixels);

// dst = scale * src, each pixel factor x factor times; `blocks` of channels.
void UpsampleNearest(const BlockedView& src, const BlockedView& dst,
                     size_t factor, float scale, Range blocks);

// dst += src over the first `channels` channels.
void AddChannels(const BlockedView& src, const BlockedView& dst,
                 size_t channels, Range pixels);

// dst = a * b over whole blocks. b has one pixel, or as many as a.
void MultiplyBlocks(const BlockedView& a, const BlockedView& b,
                    const BlockedView& dst, Range blocks);

// dst (one pixel) = mean of src over its pixels, summed in f32 in their order.
void AverageBlocks(const BlockedView& src, const BlockedView& dst,
                   Range blocks);

// dst = src, planar [channels][pixels] of the same type, lanes filled up with
// zeros.
void BlockPlanes(const void* src, size_t channels, const BlockedView& dst,
                 Range pixels);

}  // namespace yolo

#endif  // YOLO_KERNELS_BLOCKED_H_
