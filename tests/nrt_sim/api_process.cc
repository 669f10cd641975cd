// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Functions of libnrt that concern the process and the instance.
#include <cstdio>
#include <cstring>
#include <type_traits>

#include "device/nrt_policy.h"
#include "nrt_sim/nrt_sim.h"
#include "nrt_sim/simulator.h"

using namespace yolo::nrt;
using yolo::nrt_sim::Config;
using yolo::nrt_sim::Core;
using yolo::nrt_sim::Simulator;

namespace {

// May be asked in any state.
NRT_STATUS CountAll(const char* function, uint32_t* count) {
  const NRT_STATUS status = Simulator::Get().Count(function);
  if (status != NRT_SUCCESS) return status;
  const Config config = Simulator::Get().config();
  *count = config.devices ? static_cast<uint32_t>(config.cores) : 0;
  return status;
}

NRT_STATUS CountVisible(const char* function, uint32_t* count) {
  const NRT_STATUS status = Simulator::Get().Enter(function);
  if (status != NRT_SUCCESS) return status;
  *count = static_cast<uint32_t>(Simulator::Get().NumVisible());
  return status;
}

}  // namespace

extern "C" {

NRT_SIM_API NRT_STATUS nrt_init(nrt_framework_type_t, const char*,
                                const char*) {
  return Simulator::Get().Init();
}

NRT_SIM_API void nrt_close() { Simulator::Get().Close(); }

NRT_SIM_API NRT_STATUS nrt_get_version(nrt_version_t* version, size_t size) {
  const NRT_STATUS status = Simulator::Get().Count("nrt_get_version");
  if (status != NRT_SUCCESS) return status;
  if (size != sizeof(*version)) return NRT_INVALID;
  const Config config = Simulator::Get().config();
  std::memset(version, 0, size);
  version->rt_major = config.version[0];
  version->rt_minor = config.version[1];
  version->rt_patch = config.version[2];
  version->rt_maintenance = config.version[3];
  std::strcpy(version->rt_detail, "simulated");
  std::strcpy(version->git_hash, "simulated");
  return status;
}

NRT_SIM_API const char* nrt_get_status_as_str(NRT_STATUS status) {
  static const char* const kUnknown = "NRT_STATUS_UNKNOWN (simulated)";
  static const auto& names = *[] {
    auto* made = new std::map<NRT_STATUS, std::string>;
    for (const yolo::NrtRule& rule : yolo::NrtRules()) {
      (*made)[rule.code] = std::string(rule.name) + ", simulated";
    }
    return made;
  }();
  const auto found = names.find(status);
  return found == names.end() ? kUnknown : found->second.c_str();
}

NRT_SIM_API NRT_STATUS nrt_get_instance_info(nrt_instance_info_t* info,
                                             size_t size) {
  const NRT_STATUS status = Simulator::Get().Enter("nrt_get_instance_info");
  if (status != NRT_SUCCESS) return status;
  const Config config = Simulator::Get().config();
  const bool is_long = config.AtLeast(30);
  if (size != 8 && !(is_long && size == sizeof(*info))) return NRT_INVALID;
  nrt_instance_info_t told = {};
  told.family = config.inf1 ? NRT_INSTANCE_INF1 : NRT_INSTANCE_INF2;
  std::strcpy(told.arch_name, "simulated");
  std::memcpy(info, &told, size);
  return status;
}

NRT_SIM_API NRT_STATUS nrt_get_total_nc_count(uint32_t* count) {
  return CountAll("nrt_get_total_nc_count", count);
}

NRT_SIM_API NRT_STATUS nrt_get_total_vnc_count(uint32_t* count) {
  return CountAll("nrt_get_total_vnc_count", count);
}

NRT_SIM_API NRT_STATUS nrt_get_visible_nc_count(uint32_t* count) {
  return CountVisible("nrt_get_visible_nc_count", count);
}

NRT_SIM_API NRT_STATUS nrt_get_visible_vnc_count(uint32_t* count) {
  return CountVisible("nrt_get_visible_vnc_count", count);
}

NRT_SIM_API NRT_STATUS nrt_get_vnc_memory_stats(uint32_t vnc,
                                                nrt_vnc_memory_stats_t* stats,
                                                size_t size, size_t* size_out) {
  const auto index = static_cast<int>(vnc);
  const NRT_STATUS status =
      Simulator::Get().Enter("nrt_get_vnc_memory_stats", index);
  if (status != NRT_SUCCESS) return status;
  const std::shared_ptr<Core> core = Simulator::Get().CoreAt(index);
  if (!core || size < sizeof(*stats)) return NRT_INVALID;
  stats->bytes_used = core->bytes_used;
  stats->bytes_limit = Simulator::Get().config().memory;
  *size_out = sizeof(*stats);
  return status;
}

}  // extern "C"

#define SAME_TYPE(name) static_assert(std::is_same_v<decltype(name), name##_fn>)
SAME_TYPE(nrt_init);
SAME_TYPE(nrt_close);
SAME_TYPE(nrt_get_version);
SAME_TYPE(nrt_get_status_as_str);
SAME_TYPE(nrt_get_instance_info);
SAME_TYPE(nrt_get_total_nc_count);
SAME_TYPE(nrt_get_total_vnc_count);
SAME_TYPE(nrt_get_visible_nc_count);
SAME_TYPE(nrt_get_visible_vnc_count);
SAME_TYPE(nrt_get_vnc_memory_stats);
