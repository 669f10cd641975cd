// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// "key=value;key=value".
#include "nrt_sim/config.h"

#include <charconv>
#include <vector>

namespace yolo::nrt_sim {
namespace {

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

template <class Number>
bool Read(std::string_view text, Number* out) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *out);
  return result.ec == std::errc() && result.ptr == end;
}

template <class Flag>
bool ReadFlag(std::string_view text, Flag* out) {
  if (text != "0" && text != "1") return false;
  *out = text == "1";
  return true;
}

bool ReadVersion(std::string_view text, uint64_t (*out)[4]) {
  const auto parts = Split(text, '.');
  if (parts.size() > 4) return false;
  for (size_t i = 0; i < 4; ++i) {
    (*out)[i] = 0;
    if (i < parts.size() && !Read(parts[i], &(*out)[i])) return false;
  }
  return true;
}

bool ReadInjection(std::string_view text,
                   const std::function<void(Injection)>& inject) {
  const auto parts = Split(text, ':');
  Injection injection;
  uint32_t status = 0;
  if (parts.size() != 5 || !Read(parts[1], &injection.core) ||
      !Read(parts[2], &injection.nth) || !Read(parts[3], &injection.times) ||
      !Read(parts[4], &status)) {
    return false;
  }
  injection.function = parts[0];
  injection.status = nrt::NRT_STATUS{status};
  inject(std::move(injection));
  return true;
}

// One of two words.
template <class Flag>
bool ReadWord(std::string_view text, const char* no, const char* yes,
              Flag* out) {
  if (text != no && text != yes) return false;
  *out = text == yes;
  return true;
}

bool ReadSetting(std::string_view key, std::string_view value, Config* config,
                 const std::function<void(Injection)>& inject) {
  if (key == "devices") return ReadFlag(value, &config->devices);
  if (key == "cores") return Read(value, &config->cores);
  if (key == "version") return ReadVersion(value, &config->version);
  if (key == "dtypes")
    return ReadWord(value, "old", "new", &config->new_dtypes);
  if (key == "dtype_unknown") return ReadFlag(value, &config->dtype_unknown);
  if (key == "inf1") return ReadFlag(value, &config->inf1);
  if (key == "virtual") return ReadFlag(value, &config->virtual_tensors);
  if (key == "exec_us") return Read(value, &config->exec_us);
  if (key == "load_us") return Read(value, &config->load_us);
  if (key == "compute")
    return ReadWord(value, "real", "replay", &config->replay);
  if (key == "stack_kib") return Read(value, &config->stack_kib);
  if (key == "memory") return Read(value, &config->memory);
  if (key == "reinit") return ReadFlag(value, &config->reinit);
  if (key == "inject") return ReadInjection(value, inject);
  if (key == "lock_dir") {
    config->lock_dir = value;
    return true;
  }
  int core = 0;
  return key.starts_with("exec_us.") && Read(key.substr(8), &core) &&
         Read(value, &config->exec_us_of_core[core]);
}

}  // namespace

Config::Config() { ReadVersion(DefaultVersion(), &version); }

std::string Parse(std::string_view text, Config* config,
                  const std::function<void(Injection)>& inject) {
  for (const std::string_view setting : Split(text, ';')) {
    if (setting.empty()) continue;
    const size_t equals = setting.find('=');
    if (equals == std::string_view::npos ||
        !ReadSetting(setting.substr(0, equals), setting.substr(equals + 1),
                     config, inject)) {
      return std::string(setting);
    }
  }
  return "";
}

}  // namespace yolo::nrt_sim
