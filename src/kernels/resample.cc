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

void GatherEach(const uint8_t* row, const PairTable& table, uint8_t* lefts,
                uint8_t* rights) {
  for (size_t i = 0; i < table.count; ++i) {
    lefts[i] = row[table.left[i]];
    rights[i] = row[table.right[i]];
  }
}

// (d * t + 2^14) >> 15, as the vector instruction has it.
int16_t Step(int d, int16_t t) {
  return static_cast<int16_t>((d * t + (1 << 14)) >> 15);
}

void InterpolateEach(const int16_t* row, const PairTable& table,
                     const int16_t* t, int16_t* out) {
  for (size_t i = 0; i < table.count; ++i) {
    const int l = row[table.left[i]], r = row[table.right[i]];
    out[i] = static_cast<int16_t>(l + Step(r - l, t[i]));
  }
}

#if HWY_TARGET != HWY_SCALAR
using Bytes = hn::Full128<uint8_t>;
using Shorts = hn::Full128<int16_t>;

// The lefts of a window in the lower half, its rights in the upper.
template <class D>
hn::Vec<D> Window(D d, const hn::TFromD<D>* row, const PairTable& table,
                  size_t k) {
  const Bytes d8;
  const auto window = hn::LoadU(d, row + table.window[k]);
  const auto shuffle = hn::LoadU(d8, table.shuffle + 16 * k);
  return hn::BitCast(d, hn::TableLookupBytes(hn::BitCast(d8, window), shuffle));
}
#endif

}  // namespace

void GatherPairs(const uint8_t* row, const PairTable& table, uint8_t* lefts,
                 uint8_t* rights) {
#if HWY_TARGET != HWY_SCALAR
  if (table.windowed) {
    const Bytes d;
    for (size_t i = 0; i < table.count; i += 16) {
      const auto a = Window(d, row, table, i / 8);
      const auto b = Window(d, row, table, i / 8 + 1);
      hn::StoreU(hn::ConcatLowerLower(d, b, a), d, lefts + i);
      hn::StoreU(hn::ConcatUpperUpper(d, b, a), d, rights + i);
    }
    return;
  }
#endif
  GatherEach(row, table, lefts, rights);
}

void InterpolateRow(const int16_t* row, const PairTable& table,
                    const int16_t* t, int16_t* out) {
#if HWY_TARGET != HWY_SCALAR
  if (table.windowed) {
    const Shorts d;
    for (size_t i = 0; i < table.count; i += 8) {
      const auto a = Window(d, row, table, i / 4);
      const auto b = Window(d, row, table, i / 4 + 1);
      const auto l = hn::ConcatLowerLower(d, b, a);
      const auto r = hn::ConcatUpperUpper(d, b, a);
      const auto step = hn::MulFixedPoint15(hn::Sub(r, l), hn::LoadU(d, t + i));
      hn::StoreU(hn::Add(l, step), d, out + i);
    }
    return;
  }
#endif
  InterpolateEach(row, table, t, out);
}

void BlendRows(const uint8_t* top, const uint8_t* bottom, int weight,
               size_t count, int16_t* out) {
  const hn::ScalableTag<int16_t> d;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  const size_t lanes = hn::Lanes(d);
  const int other = kSampleScale - weight;
  if (count < lanes) {
    for (size_t i = 0; i < count; ++i) {
      out[i] = static_cast<int16_t>(other * top[i] + weight * bottom[i]);
    }
    return;
  }
  const auto a = hn::Set(d, static_cast<int16_t>(other));
  const auto b = hn::Set(d, static_cast<int16_t>(weight));
  for (size_t i = 0; i < count; i += lanes) {
    const size_t at = std::min(i, count - lanes);
    const auto upper = hn::PromoteTo(d, hn::LoadU(d8, top + at));
    const auto lower = hn::PromoteTo(d, hn::LoadU(d8, bottom + at));
    hn::StoreU(hn::Add(hn::Mul(upper, a), hn::Mul(lower, b)), d, out + at);
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
bool MakeWindow(const PairTable& table, size_t first, size_t size,
                size_t row_elements, int32_t* window, uint8_t* shuffle) {
  const size_t pairs = 8 / size;
  const auto elements = static_cast<int32_t>(16 / size);
  const auto last_window = static_cast<int32_t>(row_elements) - elements;
  int32_t low = table.left[first], high = low;
  for (size_t i = first; i < first + pairs; ++i) {
    low = std::min({low, table.left[i], table.right[i]});
    high = std::max({high, table.left[i], table.right[i]});
  }
  *window = std::min(low, last_window);
  if (last_window < 0 || high >= *window + elements) return false;
  for (size_t i = 0; i < pairs; ++i) {
    for (size_t b = 0; b < size; ++b) {
      const auto byte = [&](int32_t element) {
        return static_cast<uint8_t>(
            static_cast<size_t>(element - *window) * size + b);
      };
      shuffle[i * size + b] = byte(table.left[first + i]);
      shuffle[8 + i * size + b] = byte(table.right[first + i]);
    }
  }
  return true;
}

}  // namespace

bool MakeWindows(size_t size, size_t row_elements, PairTable* table) {
  table->windowed = true;
  const size_t pairs = 8 / size;
  for (size_t k = 0; k * pairs < table->count && table->windowed; ++k) {
    table->windowed = MakeWindow(*table, k * pairs, size, row_elements,
                                 table->window + k, table->shuffle + 16 * k);
  }
  return table->windowed;
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
void InterpolateRow(const int16_t* row, const PairTable& table,
                    const int16_t* t, int16_t* out) {
  HWY_DYNAMIC_DISPATCH(InterpolateRow)(row, table, t, out);
}

HWY_EXPORT(BlendRows);
void BlendRows(const uint8_t* top, const uint8_t* bottom, int weight,
               size_t count, int16_t* out) {
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
