// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The cores of one detector: who executes what, and what happens when one
// fails.
#ifndef YOLO_DEVICE_NEURON_CORES_H_
#define YOLO_DEVICE_NEURON_CORES_H_

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/memory.h"
#include "base/thread.h"
#include "device/device.h"
#include "device/neuron_plan.h"
#include "device/nrt.h"

namespace yolo {

// Tensors of one execution, and the sets that name them to the model.
struct NeuronTensors {
  NrtMemory input;
  std::vector<NrtMemory> outputs;
  NrtSet in, out;
};

// What libnrt reads from and writes to, in the host's memory: on pages of its
// own, long-lived, so that it can be pinned for the transfer.
struct NeuronHost {
  Buffer memory;
  uint8_t* input = nullptr;
  std::vector<uint8_t*> outputs;
  NeuronTensors tensors;  // that are this memory, where libnrt can attach it

  // But for the tensors.
  [[nodiscard]] bool Allocate(const NeuronPlan& plan, Allocator* allocator);
};

struct NeuronCoresOptions {
  int first_core = 0;
  int num_cores = 1;
  size_t seats_per_core = 2;
  std::chrono::milliseconds timeout{30000};
  Allocator* allocator = nullptr;
  Log log;
};

// A copy of the network on each core, and on each core a few seats. A seat has
// tensors for one execution, unless the lanes' own memory is the tensors, and a
// thread that makes the calls of libnrt: they need deep stacks, and one that
// never returns takes nothing but its seat along. Runs wait for a seat; nobody
// else waits for libnrt.
//
// A core that fails is latched: it gets no more work, and what was on it moves
// to another. All of this is under one mutex, which nobody holds while libnrt
// works.
class NeuronCores {
 public:
  // The NEFF's bytes outlive this object.
  NeuronCores(std::shared_ptr<Nrt> nrt, std::span<const uint8_t> neff,
              const NeuronCoresOptions& options);
  ~NeuronCores();
  NeuronCores(const NeuronCores&) = delete;
  NeuronCores& operator=(const NeuronCores&) = delete;

  // Loads the NEFF on every core, checks its tensors against the graph, makes
  // seats and starts their threads. A core that cannot load is latched; it is
  // an error when none can. On a thread with a deep stack.
  Status Load(const Graph& graph, const yolo_neuron_options& options,
              std::span<const NrtTypeOverride> types);

  const NeuronPlan& plan() const { return plan_; }
  const char* MemoryText() const;  // "the device's"

  // Memory of a lane, and back. Any thread.
  Status NewHost(NeuronHost* host);
  void FreeHost(NeuronHost* host);

  // host->input to host->outputs on whatever core is free. Allocates nothing
  // unless an execution is given up: libnrt may still write to the host's
  // memory then, which is left to it and replaced. Any thread.
  Status Run(NeuronHost* host, size_t num_images, RunNotes* notes);

  // True when no core is left.
  bool IsLost() const;
  size_t num_cores() const { return cores_.size(); }
  size_t num_ready() const;
  void GetStats(size_t i, yolo_core_stats* out) const;

  // Stops the threads, and gives everything back but what an execution that is
  // stuck now holds. False when there is one: this object, the NEFF and the
  // runtime must then stay for ever. On a thread with a deep stack, when no run
  // is in progress.
  bool Close();

  // Owns the NEFF from here on.
  void KeepNeff(Buffer neff) { kept_neff_ = std::move(neff); }
  NeuronCores* next_left_behind = nullptr;  // for whoever keeps these

 private:
  struct Core;
  struct Outcome {  // of the calls for one run
    Status status = Status::Ok();
    nrt::NRT_STATUS code = nrt::NRT_SUCCESS;
    uint64_t retries = 0;
    uint64_t ns = 0;
  };
  struct Seat {
    // kLeft: given up; kEnded: its thread came back after that.
    enum class Phase { kFree, kGiven, kReturned, kLeft, kEnded };
    Core* core = nullptr;
    NeuronTensors tensors;  // none where hosts are attached
    Thread thread;
    // Under mutex_:
    Phase phase = Phase::kFree;
    const uint8_t* from = nullptr;  // of the run's host; the thread's own
    std::vector<uint8_t*> to;       // while it is kGiven
    NrtSet in, out;                 // to execute with; the same
    Outcome outcome;
    NeuronHost kept;  // kLeft, kEnded: what libnrt may still use
    std::condition_variable given, returned;
  };
  struct Core {
    int number = 0;
    NrtModel model;
    std::vector<std::unique_ptr<Seat>> seats;
    // Under mutex_:
    int32_t state = YOLO_CORE_READY;
    Status error = Status::Ok();
    nrt::NRT_STATUS code = nrt::NRT_SUCCESS;
    int failures_in_row = 0;
    size_t in_flight = 0;
    yolo_core_stats stats = YOLO_CORE_STATS_INIT;
  };
  enum class Verdict { kDone, kFailed, kMoved };
  using Lock = std::unique_lock<std::mutex>;

  // Tensors are on the core, in memory that libnrt has on the host (VIRTUAL),
  // or are the hosts' memory.
  enum class Memory { kDevice, kHost, kAttached };

  static Status Note(Core* core, const NrtStatus& status);
  Status LoadCore(Core* core, const Graph& graph,
                  const yolo_neuron_options& options,
                  std::span<const NrtTypeOverride> types);
  Status MakeSeat(Core* core);

  Status ChooseMemory(Core* core, NeuronTensors* tensors);
  Status TryAttached(Core* core);
  Status AllocateTensors(Core* core, NeuronTensors* tensors);
  NrtStatus FillSets(NeuronTensors* tensors);
  NrtStatus Attach(NeuronHost* host);
  void FreeTensors(NeuronTensors* tensors);
  bool StopThreads(Core* core);

  void Work(Seat* seat);
  Outcome Execute(const Seat& seat);
  NrtStatus Transfer(const Seat& seat);

  Seat* FindSeat();
  Seat* TakeSeat(Lock* lock);
  Verdict RunOn(Seat* seat, NeuronHost* host, Lock* lock, Status* status,
                RunNotes* notes);
  Verdict Judge(Seat* seat, Status* status, RunNotes* notes);
  Verdict GiveUp(Seat* seat, NeuronHost* host, Lock* lock, Status* status);
  void Latch(Core* core, int32_t state, const Status& error,
             nrt::NRT_STATUS code);
  Status LostError() const;

  const std::shared_ptr<Nrt> nrt_;
  const std::span<const uint8_t> neff_;
  const NeuronCoresOptions options_;
  const pid_t pid_;
  Buffer kept_neff_;
  NeuronPlan plan_;
  bool planned_ = false;
  Memory memory_ = Memory::kDevice;
  bool memory_chosen_ = false;

  std::vector<std::unique_ptr<Core>> cores_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;  // a seat is free, or a core is lost
  size_t num_ready_ = 0;
  size_t next_core_ = 0;  // to look at first
  bool stopping_ = false;
};

}  // namespace yolo

#endif  // YOLO_DEVICE_NEURON_CORES_H_
