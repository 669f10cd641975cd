// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Default memory that fails: a libmimalloc of the tests' own, which CTest puts
// before the real one in LD_LIBRARY_PATH.
#include <dlfcn.h>
#include <doctest/doctest.h>

#include "reliability/fault_phases.h"

namespace yolo::testing {
namespace {

// The library that libyolo has opened.
class MimallocFaults : public Faults {
 public:
  MimallocFaults() {
    library_ = dlopen(YOLO_MIMALLOC_SONAME, RTLD_NOW | RTLD_NOLOAD);
    REQUIRE(library_ != nullptr);
    Find("fake_mimalloc_arm", &arm_);
    Find("fake_mimalloc_disarm", &disarm_);
    Find("fake_mimalloc_live", &live_);
  }
  ~MimallocFaults() override { dlclose(library_); }

  void Arm(int64_t first, bool onwards) override { arm_(first, onwards); }
  bool Disarm() override { return disarm_() > 0; }
  int64_t Live() const override { return live_(); }

 private:
  template <class Function>
  void Find(const char* name, Function** function) {
    *reinterpret_cast<void**>(function) = dlsym(library_, name);
    const bool found = *function != nullptr;
    REQUIRE(found);
  }

  void* library_;
  void (*arm_)(int64_t first, int onwards) = nullptr;
  int64_t (*disarm_)() = nullptr;
  int64_t (*live_)() = nullptr;
};

bool IsFake() {
  const std::string info = yolo_build_info();
  return info.find("mimalloc 9.8.7") != std::string::npos;
}

TEST_CASE("default memory fails, allocation by allocation") {
  if (!IsFake()) SkipProgram("not the tests' own libmimalloc: run by CTest");
  MimallocFaults faults;
  const Model model = TinyModel();
  yolo_options options = model.Options();
  options.num_lanes = 2;
  for (const int32_t device : {YOLO_DEVICE_AUTO, YOLO_DEVICE_PORTABLE}) {
    options.device = device;
    const FaultCount count = FaultPhases(options, &faults).Run();
    CHECK(count.create > 5);
    CHECK(count.detect > 5);
    CHECK(faults.Live() == 0);
  }
}

}  // namespace
}  // namespace yolo::testing
