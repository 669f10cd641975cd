// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Durations counted in buckets whose width grows with the value, so that
// percentiles of any number of samples take constant memory and a relative
// error that is bounded (the idea of HdrHistogram).
#ifndef YOLO_SAMPLES_CLI_BENCH_HISTOGRAM_H_
#define YOLO_SAMPLES_CLI_BENCH_HISTOGRAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace cli::bench {

// Each power of two has 256 buckets of one width: a bucket is at most 1/256 of
// the values in it, and its middle at most 1/512 away from any of them. Values
// below 512 have buckets of their own.
inline constexpr int kBucketBits = 8;
inline constexpr size_t kNumBuckets = (64 - kBucketBits + 1) << kBucketBits;

size_t BucketOf(uint64_t ns);
uint64_t LowestOf(size_t bucket);   // first value of the bucket
uint64_t HighestOf(size_t bucket);  // last value of the bucket
uint64_t MiddleOf(size_t bucket);

class Histogram {
 public:
  Histogram() : counts_(kNumBuckets) {}

  void Add(uint64_t ns);
  void Merge(const Histogram& other);
  // What was added since `earlier`, a former state of this one. Its least and
  // largest values are those of buckets, no more exact than the percentiles.
  Histogram Since(const Histogram& earlier) const;

  uint64_t count() const { return count_; }
  uint64_t min() const { return count_ == 0 ? 0 : min_; }  // exact
  uint64_t max() const { return max_; }                    // exact
  double Mean() const;                                     // exact
  // Nearest rank: the ceil(percent / 100 * count)-th smallest value, at least
  // the first, as the middle of its bucket. 0 without values.
  uint64_t Percentile(double percent) const;

 private:
  friend class Recorder;

  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  uint64_t min_ = UINT64_MAX;
  uint64_t max_ = 0;
  double sum_ = 0;
};

// A histogram that one thread fills, without locks or allocations, while others
// read it. Readers may see a value in one total and not yet in another.
class Recorder {
 public:
  Recorder() : counts_(new std::atomic<uint64_t>[kNumBuckets]()) {}

  void Add(uint64_t ns);
  void AddTo(Histogram* out) const;

 private:
  std::unique_ptr<std::atomic<uint64_t>[]> counts_;
  std::atomic<uint64_t> min_{UINT64_MAX};
  std::atomic<uint64_t> max_{0};
  std::atomic<uint64_t> sum_{0};
};

// A total that one thread adds to and others read.
class Total {
 public:
  void Add(uint64_t n) {
    value_.store(value_.load(std::memory_order_relaxed) + n,
                 std::memory_order_relaxed);
  }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

}  // namespace cli::bench

#endif  // YOLO_SAMPLES_CLI_BENCH_HISTOGRAM_H_
