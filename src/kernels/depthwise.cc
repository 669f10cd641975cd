// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Taps are clipped once a row vertically. Horizontally, outputs whose taps all
// lie inside come four at a time; the others one by one.
#include "kernels/depthwise.h"

#include <algorithm>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/depthwise.cc"
#include "hwy/foreach_target.h"  // this file again, once per instruction set
#include "hwy/highway.h"         // after, never before

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

template <class D>
HWY_INLINE hn::Vec<D> LoadFloats(D d, const float* from) {
  return hn::LoadU(d, from);
}

// bfloat16: the upper half of a float.
template <class D>
HWY_INLINE hn::Vec<D> LoadFloats(D d, const uint16_t* from) {
  const hn::Rebind<uint16_t, D> d16;
  const hn::RebindToUnsigned<D> d32;
  const auto half = hn::PromoteTo(d32, hn::LoadU(d16, from));
  return hn::BitCast(d, hn::ShiftLeft<16>(half));
}

template <class D>
HWY_INLINE void Store(D d, hn::Vec<D> v, float* to) {
  hn::StoreU(v, d, to);
}

// To nearest, ties to even. The NaNs that arithmetic makes stay NaNs: the bits
// that could carry into their sign are zero.
template <class D>
HWY_INLINE void Store(D, hn::Vec<D> v, uint16_t* to) {
  const hn::RebindToUnsigned<D> d32;
  const hn::Rebind<uint16_t, D> d16;
  const auto bits = hn::BitCast(d32, v);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d32, 1));
  const auto half = hn::Add(hn::Set(d32, 0x7FFF), odd);
  const auto rounded = hn::ShiftRight<16>(hn::Add(bits, half));
  hn::StoreU(hn::TruncateTo(d16, rounded), d16, to);
}

// Taps k of one axis with 0 <= origin + k * dilation < length.
Range TapsInside(ptrdiff_t origin, size_t length, const Depthwise& op) {
  const auto step = static_cast<ptrdiff_t>(op.dilation);
  const ptrdiff_t before = origin < 0 ? (step - 1 - origin) / step : 0;
  const ptrdiff_t left = static_cast<ptrdiff_t>(length) - origin;
  const ptrdiff_t until = left > 0 ? (left + step - 1) / step : 0;
  const size_t end = std::min(op.size, static_cast<size_t>(until));
  return {std::min(end, static_cast<size_t>(before)), end};
}

// Outputs of a row of `width` whose taps all lie inside a row of `length`.
Range OutputsInside(size_t width, size_t length, const Depthwise& op) {
  const size_t reach = (op.size - 1) * op.dilation;
  if (length + op.pad <= reach) return {};
  const size_t end = (length + op.pad - reach - 1) / op.stride_x + 1;
  const size_t begin = (op.pad + op.stride_x - 1) / op.stride_x;
  return {begin, std::min(end, width)};
}

// The rows of the input and of the filter that meet in one row of outputs.
template <class In>
struct Rows {
  const In* src;  // column 0 of the first
  size_t src_step;
  const float* weights;  // tap 0 of the first
  size_t weights_step;
  size_t count;
};

// The part of a block that one vector holds.
template <size_t kBlock, class D, class In, class Out>
class Column {
 public:
  using V = hn::Vec<D>;

  Column(const BlockedView& src, const BlockedView& dst, const Depthwise& op)
      : src_(src),
        dst_(dst),
        op_(op),
        tap_step_(op.dilation * kBlock),
        out_step_(op.stride_x * kBlock) {}

  // All outputs of the lanes from `lane` on.
  void Run(size_t block, size_t lane) {
    const In* const src =
        static_cast<const In*>(src_.data) + block * src_.pixels() * kBlock;
    Out* dst = static_cast<Out*>(dst_.data) + block * dst_.pixels() * kBlock;
    const size_t taps = op_.size * op_.size;
    const float* const weights = op_.weights + block * taps * kBlock + lane;
    bias_ = op_.bias + block * kBlock + lane;
    for (size_t y = 0; y < dst_.height; ++y) {
      const auto origin = static_cast<ptrdiff_t>(y * op_.stride_y) -
                          static_cast<ptrdiff_t>(op_.pad);
      const Range ky = TapsInside(origin, src_.height, op_);
      Rows<In> rows = {src + lane, op_.dilation * src_.width * kBlock,
                       weights + ky.begin * op_.size * kBlock,
                       op_.size * kBlock, ky.end - ky.begin};
      if (rows.count > 0) {
        const auto top =
            origin + static_cast<ptrdiff_t>(ky.begin * op_.dilation);
        rows.src += static_cast<size_t>(top) * src_.width * kBlock;
      }
      RunRow(rows, dst + y * dst_.width * kBlock + lane);
    }
  }

 private:
  void RunRow(const Rows<In>& rows, Out* dst) const {
    const Range inside = OutputsInside(dst_.width, src_.width, op_);
    if (inside.end < inside.begin + 4) {
      for (size_t x = 0; x < dst_.width; ++x) RunOne(rows, x, dst);
      return;
    }
    for (size_t x = 0; x < inside.begin; ++x) RunOne(rows, x, dst);
    const bool dense3 = op_.size == 3 && op_.stride_x == 1 && op_.dilation == 1;
    for (size_t x = inside.begin; x < inside.end; x += 4) {
      // The last four overlap those before.
      x = std::min(x, inside.end - 4);
      const In* const from = rows.src + (x * op_.stride_x - op_.pad) * kBlock;
      if (dense3) {
        RunFourDense3(rows, from, dst + x * kBlock);
      } else {
        RunFour(rows, from, dst + x * kBlock);
      }
    }
    for (size_t x = inside.end; x < dst_.width; ++x) RunOne(rows, x, dst);
  }

  void RunOne(const Rows<In>& rows, size_t x, Out* dst) const {
    const auto origin = static_cast<ptrdiff_t>(x * op_.stride_x) -
                        static_cast<ptrdiff_t>(op_.pad);
    const Range kx = TapsInside(origin, src_.width, op_);
    V sum = hn::LoadU(d_, bias_);
    for (size_t y = 0; y < rows.count; ++y) {
      const In* const from = rows.src + y * rows.src_step;
      const float* const weights = rows.weights + y * rows.weights_step;
      for (size_t k = kx.begin; k < kx.end; ++k) {
        const auto column = origin + static_cast<ptrdiff_t>(k * op_.dilation);
        AddTap(hn::LoadU(d_, weights + k * kBlock),
               LoadFloats(d_, from + static_cast<size_t>(column) * kBlock),
               &sum);
      }
    }
    Finish(sum, dst + x * kBlock);
  }

  // Four outputs in a row; `from`: the first tap of the first.
  HWY_INLINE void RunFour(const Rows<In>& rows, const In* from,
                          Out* dst) const {
    V s0 = hn::LoadU(d_, bias_), s1 = s0, s2 = s0, s3 = s0;
    for (size_t y = 0; y < rows.count; ++y) {
      const In* at = from + y * rows.src_step;
      const float* weights = rows.weights + y * rows.weights_step;
      for (size_t k = 0; k < op_.size; ++k) {
        const V w = hn::LoadU(d_, weights);
        AddTap(w, LoadFloats(d_, at), &s0);
        AddTap(w, LoadFloats(d_, at + out_step_), &s1);
        AddTap(w, LoadFloats(d_, at + 2 * out_step_), &s2);
        AddTap(w, LoadFloats(d_, at + 3 * out_step_), &s3);
        at += tap_step_;
        weights += kBlock;
      }
    }
    Finish(s0, dst);
    Finish(s1, dst + kBlock);
    Finish(s2, dst + 2 * kBlock);
    Finish(s3, dst + 3 * kBlock);
  }

  // The same for three dense taps, whose six columns are loaded once.
  HWY_INLINE void RunFourDense3(const Rows<In>& rows, const In* from,
                                Out* dst) const {
    V s0 = hn::LoadU(d_, bias_), s1 = s0, s2 = s0, s3 = s0;
    for (size_t y = 0; y < rows.count; ++y) {
      const In* const at = from + y * rows.src_step;
      const float* const weights = rows.weights + y * rows.weights_step;
      const V c0 = LoadFloats(d_, at);
      const V c1 = LoadFloats(d_, at + kBlock);
      const V c2 = LoadFloats(d_, at + 2 * kBlock);
      const V c3 = LoadFloats(d_, at + 3 * kBlock);
      const V c4 = LoadFloats(d_, at + 4 * kBlock);
      const V c5 = LoadFloats(d_, at + 5 * kBlock);
      const V w0 = hn::LoadU(d_, weights);
      const V w1 = hn::LoadU(d_, weights + kBlock);
      const V w2 = hn::LoadU(d_, weights + 2 * kBlock);
      AddThree(w0, w1, w2, c0, c1, c2, &s0);
      AddThree(w0, w1, w2, c1, c2, c3, &s1);
      AddThree(w0, w1, w2, c2, c3, c4, &s2);
      AddThree(w0, w1, w2, c3, c4, c5, &s3);
    }
    Finish(s0, dst);
    Finish(s1, dst + kBlock);
    Finish(s2, dst + 2 * kBlock);
    Finish(s3, dst + 3 * kBlock);
  }

  static HWY_INLINE void AddTap(V weight, V value, V* sum) {
    *sum = hn::Add(*sum, hn::Mul(weight, value));
  }

  static HWY_INLINE void AddThree(V w0, V w1, V w2, V c0, V c1, V c2, V* sum) {
    AddTap(w0, c0, sum);
    AddTap(w1, c1, sum);
    AddTap(w2, c2, sum);
  }

  HWY_INLINE void Finish(V sum, Out* to) const {
    const V activated = hn::Max(sum, hn::Mul(hn::Set(d_, op_.slope), sum));
    // Not Min: what it makes of a NaN differs between instruction sets.
    const V limit = hn::Set(d_, op_.limit);
    Store(d_, hn::IfThenElse(hn::Gt(activated, limit), limit, activated), to);
  }

  const D d_{};
  const BlockedView& src_;
  const BlockedView& dst_;
  const Depthwise& op_;
  const size_t tap_step_, out_step_;
  const float* bias_ = nullptr;
};

template <size_t kBlock, class In, class Out>
void RunBlocks(const BlockedView& src, const BlockedView& dst,
               const Depthwise& op, Range blocks) {
  using D = hn::CappedTag<float, kBlock>;
  Column<kBlock, D, In, Out> column(src, dst, op);
  for (size_t b = blocks.begin; b < blocks.end; ++b) {
    for (size_t lane = 0; lane < kBlock; lane += hn::Lanes(D())) {
      column.Run(b, lane);
    }
  }
}

template <class In, class Out>
void RunTypes(const BlockedView& src, const BlockedView& dst,
              const Depthwise& op, Range blocks) {
  (src.block == 16 ? RunBlocks<16, In, Out>
                   : RunBlocks<8, In, Out>)(src, dst, op, blocks);
}

}  // namespace

void ConvolveDepthwise(const BlockedView& src, const BlockedView& dst,
                       const Depthwise& op, Range blocks) {
  if (src.bf16) {
    (dst.bf16 ? RunTypes<uint16_t, uint16_t>
              : RunTypes<uint16_t, float>)(src, dst, op, blocks);
  } else {
    (dst.bf16 ? RunTypes<float, uint16_t> : RunTypes<float, float>)(src, dst,
                                                                    op, blocks);
  }
}

}  // namespace yolo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE  // from here on, compiled once
namespace yolo {

HWY_EXPORT(ConvolveDepthwise);
void ConvolveDepthwise(const BlockedView& src, const BlockedView& dst,
                       const Depthwise& op, Range blocks) {
  HWY_DYNAMIC_DISPATCH(ConvolveDepthwise)(src, dst, op, blocks);
}

}  // namespace yolo
#endif
