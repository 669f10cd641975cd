// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#ifndef YOLO_BASE_STAGE_CLOCK_H_
#define YOLO_BASE_STAGE_CLOCK_H_

#include <chrono>
#include <cstdint>

namespace yolo {

// Divides the time of a thread among the stages of its work.
class StageClock {
 public:
  // Adds the time since the clock was made, or since the last call.
  void AddTo(uint64_t* nanoseconds) {
    const auto now = std::chrono::steady_clock::now();
    *nanoseconds +=
        static_cast<uint64_t>(std::chrono::nanoseconds(now - last_).count());
    last_ = now;
  }

 private:
  std::chrono::steady_clock::time_point last_ =
      std::chrono::steady_clock::now();
};

}  // namespace yolo

#endif  // YOLO_BASE_STAGE_CLOCK_H_
