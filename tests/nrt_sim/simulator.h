// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The simulated machine: states of the library, its cores, what lives on them.
#ifndef YOLO_TESTS_NRT_SIM_SIMULATOR_H_
#define YOLO_TESTS_NRT_SIM_SIMULATOR_H_

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "device/nrt_abi.h"
#include "nrt_sim/config.h"
#include "nrt_sim/network.h"

namespace yolo::nrt_sim {

using Clock = std::chrono::steady_clock;

// Ends the process: what the real library leaves undefined.
[[noreturn]] void Break(const char* law);

struct Core {
  int number = 0;  // on the instance
  int lock_file = -1;
  std::atomic<uint64_t> bytes_used{0};

  // Executions queue in the order in which they came.
  std::mutex mutex;
  std::condition_variable next;
  uint64_t arrived = 0, served = 0;
  Clock::time_point free_at;  // whose turn it is may touch this
};

// The core is the caller's while this lives.
class Turn {
 public:
  explicit Turn(Core* core) : core_(core) {
    std::unique_lock lock(core->mutex);
    const uint64_t ticket = core->arrived++;
    core->next.wait(lock, [&] { return core->served == ticket; });
  }
  ~Turn() {
    const std::lock_guard lock(core_->mutex);
    ++core_->served;
    core_->next.notify_all();
  }
  Turn(const Turn&) = delete;

 private:
  Core* core_;
};

// Memory of a tensor and its slices.
struct Storage {
  uint8_t* data = nullptr;
  size_t size = 0;
  std::shared_ptr<Core> core;   // whose memory; nullptr: the host's
  bool attached = false;        // the caller's
  std::atomic<int> read_by{0};  // executions under way
  std::atomic<int> written_by{0};

  ~Storage();
};

struct TensorSet {
  std::map<std::string, nrt::nrt_tensor_t*> tensors;
};

// What an execution on one core needs of the Config.
struct ExecutionSettings {
  std::chrono::microseconds time{0};
  bool replay = false;
  size_t stack_bytes = 0;
};

enum class Kind { kModel, kTensor, kSet, kInfo };

class Simulator {
 public:
  // Never destroyed: threads of the host may outlive static objects.
  static Simulator& Get();

  // What a function returns in this state of the library, or success.
  nrt::NRT_STATUS Refusal(const char* function) const;
  // Counts a call: an injected status, or success.
  nrt::NRT_STATUS Count(const char* function, int core = -1);
  // Both, at the start of a function.
  nrt::NRT_STATUS Enter(const char* function, int core = -1);
  // The same for a function of an object that must be live; success when the
  // state allows it.
  nrt::NRT_STATUS Enter(const char* function, Kind kind, const void* object);

  nrt::NRT_STATUS Init();
  void Close();
  void Reset();
  int Configure(const char* text);
  void Inject(Injection injection);

  Config config() const;
  ExecutionSettings execution(int core) const;
  int NumVisible() const;
  // nullptr when there is no such visible core.
  std::shared_ptr<Core> CoreAt(int index) const;

  // Live objects. Check breaks when `object` is none.
  void Add(Kind kind, const void* object);
  void Remove(Kind kind, const void* object);
  void Check(Kind kind, const void* object) const;
  uint64_t CountOf(const std::string& what) const;

  // nullptr: out of memory. `core` nullptr: of the host.
  std::shared_ptr<Storage> NewStorage(std::shared_ptr<Core> core, size_t size);
  // False when the core has no more.
  bool TakeMemory(Core* core, size_t size) const;

  // Until Release().
  void Stick();
  void Release();

  void BeginLoad();
  void EndLoad();

 private:
  Simulator();
  void Configured(const char* text);
  nrt::NRT_STATUS Injected(const char* function, int core);
  nrt::NRT_STATUS Claim(const std::vector<int>& numbers, size_t wanted);
  bool ClaimOne(int number);
  void Drop();

  enum State { kStart, kInitialised, kClosed };

  mutable std::mutex mutex_;
  std::atomic<State> state_{kStart};
  std::atomic<pid_t> pid_{0};
  Config config_;
  std::vector<Injection> injections_;
  std::map<std::string, uint64_t, std::less<>> calls_;
  std::unordered_map<const void*, Kind> live_;
  std::vector<std::shared_ptr<Core>> cores_;  // visible
  std::condition_variable released_;
  uint64_t releases_ = 0;
  uint64_t stuck_ = 0;
  uint64_t loading_ = 0, loads_at_once_ = 0;
};

}  // namespace yolo::nrt_sim

// libnrt's opaque types.
namespace yolo::nrt {

struct nrt_tensor_t {
  std::shared_ptr<nrt_sim::Storage> storage;  // nullptr: an empty tensor
  size_t offset = 0;
  size_t size = 0;
  int core = -1;  // visible index
  std::string name;

  uint8_t* data() const { return storage ? storage->data + offset : nullptr; }
};

struct nrt_model_t {
  int core = 0;  // visible index
  std::shared_ptr<nrt_sim::Core> on;
  std::shared_ptr<nrt_sim::Network> network;
  std::unique_ptr<DeviceLane> lane;  // of the execution whose turn it is
  size_t bytes = 0;                  // of device memory
  std::atomic<int> executions{0};    // under way
};

}  // namespace yolo::nrt

#endif  // YOLO_TESTS_NRT_SIM_SIMULATOR_H_
