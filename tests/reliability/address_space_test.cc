// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The real mimalloc, malloc and threads in a process whose address space ends.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <fstream>

#include "support/detector.h"
#include "support/process.h"

namespace yolo::testing {
namespace {

// Creates and detects within `room` bytes more of address space than now.
// 0: all went well; 1: refused as it should be.
int WithRoom(const Image& image, size_t room) {
  rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0) return 2;
  std::ifstream statm("/proc/self/statm");
  size_t pages = 0;
  statm >> pages;
  statm.close();
  limit.rlim_cur = pages * static_cast<size_t>(getpagesize()) + room;
  if (setrlimit(RLIMIT_AS, &limit) != 0) return 3;
  yolo_options options = NanoOptions();
  options.device = YOLO_DEVICE_PORTABLE;  // oneDNN dies without memory
  options.num_lanes = 6;
  yolo_detector* detector = nullptr;
  yolo_status status = yolo_create(&options, &detector);
  if (status == YOLO_ERROR_OUT_OF_MEMORY) {
    return std::strlen(yolo_last_error()) > 0 && !detector ? 1 : 4;
  }
  if (status != YOLO_OK) return 5;
  yolo_result result = YOLO_RESULT_INIT;
  status = yolo_detect(detector, image.format, image.bytes.data(),
                       image.bytes.size(), 0, 0, 0, nullptr, 0, &result);
  yolo_destroy(detector);
  if (status == YOLO_ERROR_OUT_OF_MEMORY) return 1;
  return status == YOLO_OK ? 0 : 6;
}

TEST_CASE("a process whose address space ends gets OUT_OF_MEMORY") {
  if (kSanitizer != "") {
    MESSAGE("left out: sanitizers need address space without end");
    return;
  }
  const Image image = SamplePhoto("cat");
  int seen[2] = {0, 0};
  for (size_t room = 0; room < size_t{320} << 20; room += size_t{4} << 20) {
    CAPTURE(room);
    const int outcome = InChild([&] { return WithRoom(image, room); });
    CHECK((outcome == 0 || outcome == 1));
    ++seen[outcome == 0];
  }
  CHECK(seen[0] > 0);
  CHECK(seen[1] > 0);
  MESSAGE("refused " << seen[0] << " times, enough " << seen[1] << " times");
}

}  // namespace
}  // namespace yolo::testing
