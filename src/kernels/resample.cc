// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Windows are 16 bytes on every instruction set: the one width whose byte
// shuffle all of them have.
#include "kernels/resample.h"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resample.cc"
#include "hwy/foreach_target.h"  // this file again, once per instruction set
#include "hwy/highway.h"         // after, never before

HWY_BEFORE_NAMESPACE();
namespace yolo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {

#if HWY_TARGET != HWY_SCALAR
using Bytes = hn::FixedTag<uint8_t, 16>;

// Neighbours of 16 outputs.
struct Pairs {
  HWY_ALIGN uint8_t left[16];
  HWY_ALIGN uint8_t right[16];
};

using Words = hn::FixedTag<uint32_t, 4>;
using VBytes = hn::Vec<Bytes>;

// A table's pointers: stores of bytes might change the table itself, for all
// that the compiler knows.
struct Windows {
  const uint8_t* row;
  const int32_t* first;
  const uint8_t* shuffle;
};

HWY_INLINE VBytes Window(const Windows& w, size_t k) {
  const Bytes d;
  return hn::TableLookupBytes(hn::LoadU(d, w.row + w.first[k]),
                              hn::LoadU(d, w.shuffle + 16 * k));
}

// Eight lefts in the lower half, eight rights in the upper: the k-th of such.
template <int kPairs>
HWY_INLINE VBytes EightPairs(const Windows& w, size_t k) {
  if constexpr (kPairs == 8) return Window(w, k);
  const Bytes d;
  const Words d32;
  const auto a = hn::BitCast(d32, Window(w, 2 * k));
  const auto b = hn::BitCast(d32, Window(w, 2 * k + 1));
  return hn::BitCast(d, hn::InterleaveLower(d32, a, b));
}

template <int kPairs, class Use>
HWY_INLINE void ForEachSixteenWindowed(const Windows& w, size_t count,
                                       const Use& use) {
  const Bytes d;
  for (size_t i = 0; i < count; i += 16) {
    const auto a = EightPairs<kPairs>(w, i / 8);
    const auto b = EightPairs<kPairs>(w, i / 8 + 1);
    use(hn::ConcatLowerLower(d, b, a), hn::ConcatUpperUpper(d, b, a), i);
  }
}

// use(lefts, rights, i) for each 16 outputs from i on, as vectors of bytes.
template <class Use>
HWY_INLINE void ForEachSixteen(const uint8_t* row, const PairTable& table,
                               const Use& use) {
  const Windows w = {row, table.window, table.shuffle};
  const size_t count = table.count;
  if (table.window_pairs == 8) return ForEachSixteenWindowed<8>(w, count, use);
  if (table.window_pairs == 4) return ForEachSixteenWindowed<4>(w, count, use);
  const Bytes d;
  for (size_t i = 0; i < count; i += 16) {
    Pairs pairs;
    for (size_t k = 0; k < 16; ++k) {
      pairs.left[k] = row[table.left[i + k]];
      pairs.right[k] = row[table.right[i + k]];
    }
    use(hn::Load(d, pairs.left), hn::Load(d, pairs.right), i);
  }
}

// 128 l + (r - l) t for as many as d has lanes.
template <class D, class V8>
HWY_INLINE void Interpolate(D d, V8 l8, V8 r8, const int16_t* t, int16_t* out) {
  const auto l = hn::PromoteTo(d, l8), r = hn::PromoteTo(d, r8);
  const auto step = hn::Mul(hn::Sub(r, l), hn::LoadU(d, t));
  hn::StoreU(hn::Add(hn::ShiftLeft<7>(l), step), d, out);
}
#endif

}  // namespace

#if HWY_TARGET == HWY_SCALAR
void GatherPairs(const uint8_t* row, const PairTable& table, uint8_t* lefts,
                 uint8_t* rights) {
  for (size_t i = 0; i < table.count; ++i) {
    lefts[i] = row[table.left[i]];
    rights[i] = row[table.right[i]];
  }
}

void InterpolateRow(const uint8_t* row, const PairTable& table,
                    const int16_t* t, int16_t* out) {
  for (size_t i = 0; i < table.count; ++i) {
    const int l = row[table.left[i]], r = row[table.right[i]];
    out[i] = static_cast<int16_t>(kSampleScale * l + (r - l) * t[i]);
  }
}
#else
void GatherPairs(const uint8_t* row, const PairTable& table, uint8_t* lefts,
                 uint8_t* rights) {
  const Bytes d;
  ForEachSixteen(row, table, [&](VBytes l, VBytes r, size_t i) HWY_ATTR {
    hn::StoreU(l, d, lefts + i);
    hn::StoreU(r, d, rights + i);
  });
}

void InterpolateRow(const uint8_t* row, const PairTable& table,
                    const int16_t* t, int16_t* out) {
  ForEachSixteen(row, table, [&](VBytes l, VBytes r, size_t i) HWY_ATTR {
#if HWY_MAX_BYTES >= 32 && !HWY_HAVE_SCALABLE
    Interpolate(hn::FixedTag<int16_t, 16>(), l, r, t + i, out + i);
#else
    const hn::FixedTag<int16_t, 8> d;
    const hn::Half<Bytes> d8;
    Interpolate(d, hn::LowerHalf(d8, l), hn::LowerHalf(d8, r), t + i, out + i);
    Interpolate(d, hn::UpperHalf(d8, l), hn::UpperHalf(d8, r), t + i + 8,
                out + i + 8);
#endif
  });
}
#endif

void BlendRows(const uint8_t* top, const uint8_t* bottom, int weight,
               size_t count, uint8_t* out) {
  const hn::ScalableTag<uint16_t> d;
  const hn::RebindToSigned<decltype(d)> di;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  const size_t lanes = hn::Lanes(d);
  const int other = kSampleScale - weight;
  if (count < lanes) {
    for (size_t i = 0; i < count; ++i) {
      out[i] =
          static_cast<uint8_t>((other * top[i] + weight * bottom[i] + 64) >> 7);
    }
    return;
  }
  const auto a = hn::Set(d, static_cast<uint16_t>(other));
  const auto b = hn::Set(d, static_cast<uint16_t>(weight));
  const auto half = hn::Set(d, uint16_t{64});
  for (size_t i = 0; i < count; i += lanes) {
    const size_t at = std::min(i, count - lanes);
    const auto upper = hn::Mul(hn::PromoteTo(d, hn::LoadU(d8, top + at)), a);
    const auto lower = hn::Mul(hn::PromoteTo(d, hn::LoadU(d8, bottom + at)), b);
    const auto sum = hn::Add(hn::Add(upper, lower), half);
    const auto byte = hn::BitCast(di, hn::ShiftRight<7>(sum));
    hn::StoreU(hn::DemoteTo(d8, byte), d8, out + at);
  }
}

namespace {

void SumRows(const uint8_t* const* rows, size_t num_rows, size_t width,
             uint16_t* sums) {
  const hn::ScalableTag<uint16_t> d;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= width; i += lanes) {
    auto sum = hn::PromoteTo(d, hn::LoadU(d8, rows[0] + i));
    for (size_t k = 1; k < num_rows; ++k) {
      sum = hn::Add(sum, hn::PromoteTo(d, hn::LoadU(d8, rows[k] + i)));
    }
    hn::StoreU(sum, d, sums + i);
  }
  for (; i < width; ++i) {
    int sum = 0;
    for (size_t k = 0; k < num_rows; ++k) sum += rows[k][i];
    sums[i] = static_cast<uint16_t>(sum);
  }
}

// sums[i] = sums[2i] + sums[2i + 1], in place.
void AddPairs(uint16_t* sums, size_t count) {
  const hn::ScalableTag<uint16_t> d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::Vec<decltype(d)> even, odd;
    hn::LoadInterleaved2(d, sums + 2 * i, even, odd);
    hn::StoreU(hn::Add(even, odd), d, sums + i);
  }
  for (; i < count; ++i) {
    sums[i] = static_cast<uint16_t>(sums[2 * i] + sums[2 * i + 1]);
  }
}

}  // namespace

void ShrinkRows(const uint8_t* const* rows, size_t num_rows, size_t width,
                size_t factor_x, uint16_t* scratch, uint8_t* out) {
  SumRows(rows, num_rows, width, scratch);
  const size_t count = (width + factor_x - 1) / factor_x;
  std::fill(scratch + width, scratch + count * factor_x, scratch[width - 1]);
  for (size_t f = factor_x; f > 1; f /= 2) AddPairs(scratch, count * f / 2);

  const int shift = std::countr_zero(num_rows * factor_x);
  const auto round = static_cast<uint16_t>((1 << shift) >> 1);
  const hn::ScalableTag<uint16_t> d;
  const hn::RebindToSigned<decltype(d)> di;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto sum = hn::Add(hn::LoadU(d, scratch + i), hn::Set(d, round));
    const auto mean = hn::ShiftRightSame(sum, shift);
    hn::StoreU(hn::DemoteTo(d8, hn::BitCast(di, mean)), d8, out + i);
  }
  for (; i < count; ++i) {
    out[i] = static_cast<uint8_t>((scratch[i] + round) >> shift);
  }
}

}  // namespace yolo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE  // from here on, compiled once
namespace yolo {
namespace {

// One window: the neighbours of outputs [first, first + pairs).
bool MakeWindow(const PairTable& table, size_t first, size_t pairs,
                size_t row_bytes, int32_t* window, uint8_t* shuffle) {
  constexpr int32_t kBytes = 16;
  const auto last_window = static_cast<int32_t>(row_bytes) - kBytes;
  int32_t low = table.left[first], high = low;
  for (size_t i = first; i < first + pairs; ++i) {
    low = std::min({low, table.left[i], table.right[i]});
    high = std::max({high, table.left[i], table.right[i]});
  }
  *window = std::min(low, last_window);
  if (last_window < 0 || high >= *window + kBytes) return false;
  std::fill_n(shuffle, kBytes, uint8_t{0});
  for (size_t i = 0; i < pairs; ++i) {
    shuffle[i] = static_cast<uint8_t>(table.left[first + i] - *window);
    shuffle[pairs + i] = static_cast<uint8_t>(table.right[first + i] - *window);
  }
  return true;
}

}  // namespace

void MakeWindows(size_t row_bytes, PairTable* table) {
  for (const size_t pairs : {size_t{8}, size_t{4}}) {
    bool fit = true;
    for (size_t k = 0; fit && k * pairs < table->count; ++k) {
      fit = MakeWindow(*table, k * pairs, pairs, row_bytes, table->window + k,
                       table->shuffle + 16 * k);
    }
    table->window_pairs = fit ? pairs : 0;
    if (fit) return;
  }
}

void GatherPairs32(const uint32_t* row, const PairTable& table, uint32_t* lefts,
                   uint32_t* rights) {
  for (size_t i = 0; i < table.count; ++i) {
    lefts[i] = row[table.left[i]];
    rights[i] = row[table.right[i]];
  }
}

HWY_EXPORT(GatherPairs);
void GatherPairs(const uint8_t* row, const PairTable& table, uint8_t* lefts,
                 uint8_t* rights) {
  HWY_DYNAMIC_DISPATCH(GatherPairs)(row, table, lefts, rights);
}

HWY_EXPORT(InterpolateRow);
void InterpolateRow(const uint8_t* row, const PairTable& table,
                    const int16_t* t, int16_t* out) {
  HWY_DYNAMIC_DISPATCH(InterpolateRow)(row, table, t, out);
}

HWY_EXPORT(BlendRows);
void BlendRows(const uint8_t* top, const uint8_t* bottom, int weight,
               size_t count, uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(BlendRows)(top, bottom, weight, count, out);
}

HWY_EXPORT(ShrinkRows);
void ShrinkRows(const uint8_t* const* rows, size_t num_rows, size_t width,
                size_t factor_x, uint16_t* scratch, uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(ShrinkRows)
  (rows, num_rows, width, factor_x, scratch, out);
}

}  // namespace yolo
#endif
