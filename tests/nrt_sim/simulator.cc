// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// States, injected statuses, claims of cores, live objects.
#include "nrt_sim/simulator.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "nrt_sim/nrt_sim.h"

namespace yolo::nrt_sim {

using nrt::NRT_STATUS;

namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// "2", "1-3" or "0,1": numbers below `cores`, ascending. False for other text.
bool ParseCores(const std::string& text, int cores, std::vector<int>* out) {
  const char* at = text.data();
  const char* end = at + text.size();
  while (at != end) {
    int first = 0;
    auto result = std::from_chars(at, end, first);
    int last = first;
    if (result.ec == std::errc() && result.ptr != end && *result.ptr == '-') {
      result = std::from_chars(result.ptr + 1, end, last);
    }
    if (result.ec != std::errc() || first < 0 || last < first ||
        last >= cores) {
      return false;
    }
    for (int i = first; i <= last; ++i) out->push_back(i);
    at = result.ptr;
    if (at != end && *at++ != ',') return false;
  }
  return !out->empty();
}

}  // namespace

void Break(const char* law) {
  std::fprintf(stderr, "simulated libnrt: %s\n", law);
  std::abort();
}

Storage::~Storage() {
  if (!attached) ::operator delete (data, std::align_val_t{4096});
  if (core) core->bytes_used -= size;
}

Simulator& Simulator::Get() {
  static Simulator* const simulator = new Simulator;
  return *simulator;
}

Simulator::Simulator() { Configured(std::getenv("NRT_SIM_CONFIG")); }

void Simulator::Configured(const char* text) {
  if (text && Configure(text) != 0) Break("bad NRT_SIM_CONFIG");
}

int Simulator::Configure(const char* text) {
  std::vector<Injection> injections;
  Config config = this->config();
  const std::string wrong = Parse(text, &config, [&](Injection injection) {
    injections.push_back(std::move(injection));
  });
  if (!wrong.empty()) {
    std::fprintf(stderr, "simulated libnrt: no such setting: %s\n",
                 wrong.c_str());
    return -1;
  }
  const std::lock_guard lock(mutex_);
  config_ = config;
  for (Injection& i : injections) injections_.push_back(std::move(i));
  return 0;
}

void Simulator::Inject(Injection injection) {
  const std::lock_guard lock(mutex_);
  injections_.push_back(std::move(injection));
}

Config Simulator::config() const {
  const std::lock_guard lock(mutex_);
  return config_;
}

ExecutionSettings Simulator::execution(int core) const {
  const std::lock_guard lock(mutex_);
  return {std::chrono::microseconds(config_.ExecUs(core)), config_.replay,
          config_.stack_kib * 1024};
}

// The state first, without the mutex: after a fork that may be locked for good.
NRT_STATUS Simulator::Refusal(const char* function) const {
  const State state = state_;
  if (state == kStart) return nrt::NRT_UNINITIALIZED;
  if (state == kClosed) return nrt::NRT_CLOSED;
  if (pid_ != getpid()) {
    std::fprintf(stderr,
                 "simulated libnrt: %s: incompatible state NRT_STATE_CHILD\n",
                 function);
    return nrt::NRT_FAILURE;
  }
  return nrt::NRT_SUCCESS;
}

NRT_STATUS Simulator::Enter(const char* function, int core) {
  const NRT_STATUS refusal = Refusal(function);
  return refusal != nrt::NRT_SUCCESS ? refusal : Count(function, core);
}

NRT_STATUS Simulator::Enter(const char* function, Kind kind,
                            const void* object) {
  const NRT_STATUS refusal = Refusal(function);
  if (refusal == nrt::NRT_SUCCESS) Check(kind, object);
  return refusal;
}

NRT_STATUS Simulator::Count(const char* function, int core) {
  const std::lock_guard lock(mutex_);
  // Hosts count their allocations: nothing is allocated after the first call.
  const auto known = calls_.find(std::string_view(function));
  ++(known != calls_.end() ? known->second : calls_[function]);
  return Injected(function, core);
}

NRT_STATUS Simulator::Injected(const char* function, int core) {
  NRT_STATUS status = nrt::NRT_SUCCESS;
  for (Injection& i : injections_) {
    if (i.function != function || (i.core != -1 && i.core != core)) continue;
    ++i.seen;
    const bool begun = i.seen >= i.nth;
    const bool over = i.times != 0 && i.seen >= i.nth + i.times;
    if (begun && !over && status == nrt::NRT_SUCCESS) status = i.status;
  }
  return status;
}

NRT_STATUS Simulator::Init() {
  if (state_ == kInitialised && pid_ != getpid()) return Enter("nrt_init");
  const NRT_STATUS injected = Count("nrt_init");
  if (injected != nrt::NRT_SUCCESS) return injected;
  const std::lock_guard lock(mutex_);
  if (state_ == kInitialised) return nrt::NRT_SUCCESS;
  if (state_ == kClosed && !config_.Reinit()) return nrt::NRT_CLOSED;
  if (!config_.devices) {
    std::fprintf(stderr, "simulated libnrt: no neuron device\n");
    return nrt::NRT_INVALID;
  }
  std::vector<int> numbers;
  const std::string visible = Environment("NEURON_RT_VISIBLE_CORES");
  size_t wanted = static_cast<size_t>(config_.cores);
  if (!visible.empty()) {
    if (!ParseCores(visible, config_.cores, &numbers)) return nrt::NRT_INVALID;
    wanted = numbers.size();
  } else {
    for (int i = 0; i < config_.cores; ++i) numbers.push_back(i);
    const int some = std::atoi(Environment("NEURON_RT_NUM_CORES").c_str());
    if (some > 0) wanted = static_cast<size_t>(some);
  }
  const NRT_STATUS status = Claim(numbers, wanted);
  if (status != nrt::NRT_SUCCESS) return status;
  pid_ = getpid();
  state_ = kInitialised;
  return nrt::NRT_SUCCESS;
}

NRT_STATUS Simulator::Claim(const std::vector<int>& numbers, size_t wanted) {
  for (const int number : numbers) {
    if (cores_.size() < wanted) ClaimOne(number);
  }
  if (cores_.size() == wanted) return nrt::NRT_SUCCESS;
  std::fprintf(stderr, "simulated libnrt: %zu cores requested, %zu available\n",
               wanted, cores_.size());
  Drop();
  return nrt::NRT_FAILURE;
}

bool Simulator::ClaimOne(int number) {
  auto core = std::make_shared<Core>();
  core->number = number;
  if (!config_.lock_dir.empty()) {
    const std::string path =
        config_.lock_dir + "/core" + std::to_string(number) + ".lock";
    core->lock_file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (core->lock_file < 0) return false;
    if (flock(core->lock_file, LOCK_EX | LOCK_NB) != 0) {
      close(core->lock_file);
      return false;
    }
  }
  cores_.push_back(std::move(core));
  return true;
}

void Simulator::Drop() {
  for (const auto& core : cores_) {
    if (core->lock_file >= 0) close(core->lock_file);
  }
  cores_.clear();
}

void Simulator::Close() {
  if (Enter("nrt_close") != nrt::NRT_SUCCESS) return;
  if (CountOf("models") != 0) Break("nrt_close while models are loaded");
  const std::lock_guard lock(mutex_);
  Drop();
  state_ = kClosed;
}

void Simulator::Reset() {
  Release();
  {
    const std::lock_guard lock(mutex_);
    Drop();
    state_ = kStart;
    config_ = Config();
    injections_.clear();
    calls_.clear();
    loads_at_once_ = 0;
  }
  Configured(std::getenv("NRT_SIM_CONFIG"));
}

int Simulator::NumVisible() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(cores_.size());
}

std::shared_ptr<Core> Simulator::CoreAt(int index) const {
  const std::lock_guard lock(mutex_);
  if (index < 0 || static_cast<size_t>(index) >= cores_.size()) return nullptr;
  return cores_[static_cast<size_t>(index)];
}

void Simulator::Add(Kind kind, const void* object) {
  const std::lock_guard lock(mutex_);
  live_[object] = kind;
}

void Simulator::Remove(Kind kind, const void* object) {
  Check(kind, object);
  const std::lock_guard lock(mutex_);
  live_.erase(object);
}

void Simulator::Check(Kind kind, const void* object) const {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(object);
  if (found == live_.end() || found->second != kind) {
    Break("a handle that is not valid, or no longer");
  }
}

uint64_t Simulator::CountOf(const std::string& what) const {
  static const std::map<std::string, Kind> kinds = {{"models", Kind::kModel},
                                                    {"tensors", Kind::kTensor},
                                                    {"sets", Kind::kSet},
                                                    {"infos", Kind::kInfo}};
  const std::lock_guard lock(mutex_);
  if (what == "stuck") return stuck_;
  if (what == "loads_at_once") return loads_at_once_;
  uint64_t count = 0;
  if (what == "device_bytes") {
    for (const auto& core : cores_) count += core->bytes_used;
    return count;
  }
  const auto kind = kinds.find(what);
  if (kind != kinds.end()) {
    for (const auto& [object, of] : live_) count += of == kind->second;
    return count;
  }
  const auto calls = calls_.find(what);
  return calls == calls_.end() ? 0 : calls->second;
}

bool Simulator::TakeMemory(Core* core, size_t size) const {
  const uint64_t limit = config().memory;
  uint64_t used = core->bytes_used;
  do {
    if (used > limit || size > limit - used) return false;
  } while (!core->bytes_used.compare_exchange_weak(used, used + size));
  return true;
}

std::shared_ptr<Storage> Simulator::NewStorage(std::shared_ptr<Core> core,
                                               size_t size) {
  if (core && !TakeMemory(core.get(), size)) return nullptr;
  auto storage = std::make_shared<Storage>();
  storage->core = std::move(core);
  storage->size = size;
  storage->data = static_cast<uint8_t*>(
      ::operator new (size, std::align_val_t{4096}, std::nothrow));
  // What the device holds before the first write is anything but zeros.
  if (storage->data) std::memset(storage->data, 0xA5, size);
  return storage->data ? storage : nullptr;
}

void Simulator::Stick() {
  std::unique_lock lock(mutex_);
  const uint64_t before = releases_;
  ++stuck_;
  released_.wait(lock, [&] { return releases_ != before; });
  --stuck_;
}

void Simulator::Release() {
  const std::lock_guard lock(mutex_);
  ++releases_;
  released_.notify_all();
}

void Simulator::BeginLoad() {
  const std::lock_guard lock(mutex_);
  loads_at_once_ = std::max(loads_at_once_, ++loading_);
}

void Simulator::EndLoad() {
  const std::lock_guard lock(mutex_);
  --loading_;
}

}  // namespace yolo::nrt_sim

extern "C" {

using yolo::nrt_sim::Simulator;

int nrt_sim_configure(const char* text) {
  return Simulator::Get().Configure(text);
}

void nrt_sim_reset() { Simulator::Get().Reset(); }

void nrt_sim_inject(const char* function, int core, uint64_t nth,
                    uint64_t times, uint32_t status) {
  Simulator::Get().Inject(
      {function, core, nth, times, yolo::nrt::NRT_STATUS{status}});
}

void nrt_sim_release() { Simulator::Get().Release(); }

uint64_t nrt_sim_count(const char* what) {
  return Simulator::Get().CountOf(what);
}

}  // extern "C"
