// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cli::bench {
namespace {

constexpr uint64_t kSteps = uint64_t{1} << kBucketBits;

// Values of a bucket differ in their last `Shift` bits.
int Shift(size_t bucket) {
  return bucket < 2 * kSteps ? 0 : static_cast<int>(bucket / kSteps) - 1;
}

}  // namespace

size_t BucketOf(uint64_t ns) {
  const int shift =
      std::max(0, static_cast<int>(std::bit_width(ns)) - kBucketBits - 1);
  return static_cast<size_t>(shift) * kSteps + (ns >> shift);
}

uint64_t LowestOf(size_t bucket) {
  const int shift = Shift(bucket);
  return (bucket - shift * kSteps) << shift;
}

uint64_t HighestOf(size_t bucket) {
  return LowestOf(bucket) + ((uint64_t{1} << Shift(bucket)) - 1);
}

uint64_t MiddleOf(size_t bucket) {
  return LowestOf(bucket) + (HighestOf(bucket) - LowestOf(bucket)) / 2;
}

void Histogram::Add(uint64_t ns) {
  ++counts_[BucketOf(ns)];
  ++count_;
  min_ = std::min(min_, ns);
  max_ = std::max(max_, ns);
  sum_ += static_cast<double>(ns);
}

void Histogram::Merge(const Histogram& other) {
  for (size_t i = 0; i < kNumBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

Histogram Histogram::Since(const Histogram& earlier) const {
  Histogram out;
  for (size_t i = 0; i < kNumBuckets; ++i) {
    out.counts_[i] = counts_[i] - earlier.counts_[i];
    if (out.counts_[i] == 0) continue;
    out.count_ += out.counts_[i];
    out.min_ = std::min(out.min_, LowestOf(i));
    out.max_ = std::min(HighestOf(i), max_);
  }
  out.sum_ = sum_ - earlier.sum_;
  return out;
}

double Histogram::Mean() const {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

uint64_t Histogram::Percentile(double percent) const {
  if (count_ == 0) return 0;
  // 99.9 percent of 1000 is 999, not the 1000 that 999.0000000000001 gives.
  const double exact = percent / 100 * static_cast<double>(count_);
  const uint64_t rank = std::clamp<uint64_t>(
      static_cast<uint64_t>(std::ceil(exact * (1 - 1e-12))), 1, count_);
  uint64_t seen = 0;
  for (size_t i = 0; i < kNumBuckets; ++i) {
    seen += counts_[i];
    if (seen >= rank) return std::clamp(MiddleOf(i), min_, max_);
  }
  return max_;
}

void Recorder::Add(uint64_t ns) {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  std::atomic<uint64_t>& count = counts_[BucketOf(ns)];
  count.store(count.load(kRelaxed) + 1, kRelaxed);
  if (ns < min_.load(kRelaxed)) min_.store(ns, kRelaxed);
  if (ns > max_.load(kRelaxed)) max_.store(ns, kRelaxed);
  sum_.store(sum_.load(kRelaxed) + ns, kRelaxed);
}

void Recorder::AddTo(Histogram* out) const {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  for (size_t i = 0; i < kNumBuckets; ++i) {
    const uint64_t count = counts_[i].load(kRelaxed);
    out->counts_[i] += count;
    out->count_ += count;
  }
  out->min_ = std::min(out->min_, min_.load(kRelaxed));
  out->max_ = std::max(out->max_, max_.load(kRelaxed));
  out->sum_ += static_cast<double>(sum_.load(kRelaxed));
}

}  // namespace cli::bench
