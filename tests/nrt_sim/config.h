// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The settings of the simulated libnrt, and the text they are read from.
#ifndef YOLO_TESTS_NRT_SIM_CONFIG_H_
#define YOLO_TESTS_NRT_SIM_CONFIG_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "device/nrt_abi.h"

namespace yolo::nrt_sim {

struct Injection {
  std::string function;
  int core = -1;
  uint64_t nth = 1;
  uint64_t times = 0;
  nrt::NRT_STATUS status = nrt::NRT_SUCCESS;
  uint64_t seen = 0;  // matching calls so far
};

struct Config {
  bool devices = true;
  int cores = 4;
  uint64_t version[4];
  std::optional<bool> new_dtypes;
  bool dtype_unknown = false;
  bool inf1 = false;
  std::optional<bool> virtual_tensors;
  uint64_t exec_us = 0;
  std::map<int, uint64_t> exec_us_of_core;
  uint64_t load_us = 0;
  bool replay = false;
  uint64_t stack_kib = 4096;
  uint64_t memory = uint64_t{16} << 30;
  std::string lock_dir;
  std::optional<bool> reinit;

  // As the library that this simulates.
  Config();

  // Is the version at least 2.minor?
  bool AtLeast(uint64_t minor) const {
    return version[0] > 2 || (version[0] == 2 && version[1] >= minor);
  }
  // Freeing a tensor without memory crashed before 2.29.40.
  bool FreesEmpty() const {
    return AtLeast(30) || (AtLeast(29) && version[2] >= 40);
  }
  bool NewDtypes() const { return new_dtypes.value_or(AtLeast(30)); }
  bool VirtualTensors() const { return virtual_tensors.value_or(!AtLeast(32)); }
  bool Reinit() const { return reinit.value_or(AtLeast(34)); }
  uint64_t ExecUs(int core) const {
    const auto found = exec_us_of_core.find(core);
    return found == exec_us_of_core.end() ? exec_us : found->second;
  }
};

// "" when all of `text` was understood, else what was not.
std::string Parse(std::string_view text, Config* config,
                  const std::function<void(Injection)>& inject);

// version_newest.cc or version_oldest.cc: what a library says by default.
const char* DefaultVersion();

}  // namespace yolo::nrt_sim

#endif  // YOLO_TESTS_NRT_SIM_CONFIG_H_
