// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Every allocation of a detector's life made to fail in turn, whatever the
// source of memory.
#ifndef YOLO_TESTS_RELIABILITY_FAULT_PHASES_H_
#define YOLO_TESTS_RELIABILITY_FAULT_PHASES_H_

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/detector.h"

namespace yolo::testing {

// A source of memory that can be told to fail.
class Faults {
 public:
  virtual ~Faults() = default;
  // Allocation `first` from now on fails; with `onwards` all after it too.
  virtual void Arm(int64_t first, bool onwards) = 0;
  // Ends that. False: none was as late as that, so none failed.
  virtual bool Disarm() = 0;
  // Blocks that were taken while armed, less those given back.
  virtual int64_t Live() const = 0;
};

struct FaultCount {
  int64_t create = 0;  // allocations that were made to fail, one at a time
  int64_t detect = 0;
};

// What is detected while memory fails. One image is always refused.
inline std::vector<Image> FaultImages() {
  Image broken = SamplePhoto("coffee");
  broken.bytes.resize(500);
  Image grey = Waves(300, 200, 3);
  grey.format = YOLO_FORMAT_GRAY;
  return {SamplePhoto("cat"), Waves(200, 150, 1), broken, grey,
          SamplePhoto("astronaut")};
}

class FaultPhases {
 public:
  FaultPhases(const yolo_options& options, Faults* faults)
      : options_(options), faults_(*faults) {
    for (int i = 0; i < 3; ++i) {  // what is made once in a process is made
      const Detector detector = Create(options_);
      expected_ = DetectBatch(detector.get(), images_);
    }
    CHECK(std::any_of(expected_.begin(), expected_.end(),
                      [](const Outcome& o) { return !o.boxes.empty(); }));
    for (const Image& image : images_) views_.push_back(image.View());
    boxes_.resize(images_.size() * kCapacity);
  }

  FaultCount Run() {
    FaultCount count;
    while (CreateWith(count.create, false)) ++count.create;
    for (int64_t n = 0; CreateWith(n, true);) ++n;
    while (DetectWith(count.detect, false)) ++count.detect;
    for (int64_t n = 0; DetectWith(n, true);) ++n;
    return count;
  }

 private:
  static constexpr size_t kCapacity = 300;

  static bool IsRefusal(yolo_status status) {
    return status == YOLO_ERROR_OUT_OF_MEMORY;
  }

  // True: an allocation failed.
  bool CreateWith(int64_t n, bool onwards) {
    CAPTURE(n);
    CAPTURE(onwards);
    const int64_t live = faults_.Live();
    yolo_detector* const untouched = reinterpret_cast<yolo_detector*>(this);
    yolo_detector* detector = untouched;
    faults_.Arm(n, onwards);
    const yolo_status status = yolo_create(&options_, &detector);
    const bool failed = faults_.Disarm();
    const std::string message = status == YOLO_OK ? "" : yolo_last_error();
    CAPTURE(message);
    // Or it made do without.
    if (failed && status != YOLO_OK) {
      CHECK(IsRefusal(status));
      CHECK(detector == untouched);
      CHECK(message != "");
    } else {
      REQUIRE(status == YOLO_OK);
      CheckWorks(detector);
      DestroyWithout(detector);
    }
    CHECK(faults_.Live() == live);
    return failed;
  }

  bool DetectWith(int64_t n, bool onwards) {
    CAPTURE(n);
    CAPTURE(onwards);
    const int64_t live = faults_.Live();
    yolo_detector* const detector = Create(options_).release();
    std::vector<yolo_result> results(images_.size(), YOLO_RESULT_INIT);
    yolo_result one = YOLO_RESULT_INIT;
    const yolo_image& photo = views_.back();
    faults_.Arm(n, onwards);
    const yolo_status alone =
        yolo_detect(detector, photo.format, photo.data, photo.size, 0, 0, 0,
                    boxes_.data(), kCapacity, &one);
    const yolo_status batch =
        yolo_detect_batch(detector, views_.data(), views_.size(), boxes_.data(),
                          kCapacity, results.data());
    const bool failed = faults_.Disarm();
    CHECK((alone == YOLO_OK || (failed && IsRefusal(alone))));
    CHECK(alone == one.status);
    CHECK(batch == YOLO_OK);
    for (size_t i = 0; i < results.size(); ++i) CheckResult(i, results[i]);
    CheckWorks(detector);
    DestroyWithout(detector);
    CHECK(faults_.Live() == live);
    return failed;
  }

  void CheckResult(size_t i, const yolo_result& result) {
    CAPTURE(i);
    const std::string message = result.message;
    CAPTURE(message);
    CHECK((message == "") == (result.status == YOLO_OK));
    if (IsRefusal(result.status)) return;
    CHECK(result.status == expected_[i].result.status);
    if (result.status != YOLO_OK) return;
    Outcome out;
    out.result = result;
    const auto first = boxes_.begin() + static_cast<ptrdiff_t>(i * kCapacity);
    out.boxes.assign(first, first + result.count);
    CHECK(SameBoxes(out, expected_[i]));
  }

  void CheckWorks(yolo_detector* detector) {
    const std::vector<Outcome> now = DetectBatch(detector, images_);
    for (size_t i = 0; i < now.size(); ++i) {
      CAPTURE(i);
      CHECK(SameBoxes(now[i], expected_[i]));
    }
  }

  // When nothing more is to be had at all.
  void DestroyWithout(yolo_detector* detector) {
    faults_.Arm(0, true);
    yolo_destroy(detector);
    faults_.Disarm();
  }

  const yolo_options options_;
  Faults& faults_;
  const std::vector<Image> images_ = FaultImages();
  std::vector<Outcome> expected_;
  std::vector<yolo_image> views_;
  std::vector<yolo_detection> boxes_;
};

}  // namespace yolo::testing

#endif  // YOLO_TESTS_RELIABILITY_FAULT_PHASES_H_
