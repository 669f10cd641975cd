// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The Neuron runtime of this process: libnrt.so.1, opened when first asked for
// and initialised once, whatever the number of detectors.
#ifndef YOLO_DEVICE_NRT_H_
#define YOLO_DEVICE_NRT_H_

#include <sys/types.h>

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/status.h"
#include "device/nrt_abi.h"
#include "device/nrt_dtype.h"
#include "device/nrt_library.h"
#include "device/nrt_policy.h"
#include "kernels/tensor.h"

namespace yolo {

struct NeffHeader;

struct NrtOptions {
  // Path of the library; empty: /opt/aws/neuron/lib/libnrt.so.1, then whatever
  // the dynamic linker finds as libnrt.so.1.
  std::string library;
  // Cores to claim, when the environment has neither NEURON_RT_NUM_CORES nor
  // NEURON_RT_VISIBLE_CORES. 0 and "": all, libnrt's default.
  int num_cores = 0;
  std::string visible_cores;  // "2" or "0-3"; comes before num_cores
};

// What a call came to: the host's error, and libnrt's number for the policy.
class [[nodiscard]] NrtStatus {
 public:
  NrtStatus(const Status& status, nrt::NRT_STATUS raw)
      : status_(status), raw_(raw) {}

  // True for NRT_EXEC_COMPLETED_WITH_NUM_ERR too: ask reaction().
  bool ok() const { return status_.ok(); }
  const Status& status() const { return status_; }
  const char* message() const { return status_.message(); }
  operator Status() const { return status_; }

  // libnrt's own number. A call that was refused before it got there has
  // NRT_INVALID, or NRT_FAILURE in the child of a fork.
  nrt::NRT_STATUS raw() const { return raw_; }
  NrtReaction reaction() const { return NrtRuleFor(raw_).reaction; }

 private:
  Status status_;
  nrt::NRT_STATUS raw_;
};

// Handles are plain values: whoever made one gives it back, once.
struct NrtModel {
  nrt::nrt_model_t* handle = nullptr;
  int core = -1;
};
struct NrtMemory {  // what libnrt calls a tensor
  nrt::nrt_tensor_t* handle = nullptr;
  size_t size = 0;  // bytes
  int core = -1;    // -1: memory of the host
};
struct NrtSet {  // of tensors, by name
  nrt::nrt_tensor_set_t* handle = nullptr;
};

// A tensor as a model describes it.
struct NrtTensor {
  std::string name;
  bool is_input = false;
  std::vector<uint32_t> shape;
  size_t size = 0;               // bytes
  std::optional<DataType> type;  // none: dtype says why
  std::string dtype;             // "float16", "int32", "unknown (0)"
};

// Decides the type of a tensor that libnrt does not tell, or tells wrongly.
struct NrtTypeOverride {
  std::string name;
  DataType type;
};

struct NrtMemoryStats {
  uint64_t used = 0;  // bytes
  uint64_t limit = 0;
};

struct NrtVersion {
  bool known = false;
  uint64_t major = 0, minor = 0, patch = 0, maintenance = 0;
  std::string detail;

  std::string Text() const;  // "2.34.10.0", or "unknown"
};

// Methods may be called from any thread. Executions, reads and writes run side
// by side; loads and unloads wait for each other, since libraries before 2.34
// have a race there. In the child of a fork every call fails with FORKED and
// libnrt is not touched. Call from threads with stacks of 16 MiB: nrt_execute
// has overflowed 2 MiB.
class Nrt {
 public:
  // The runtime of the process; the first call opens and initialises it, for
  // others `options` must name the same library. It is left initialised when
  // nobody holds it any more, because what a second nrt_init does depends on
  // the library's version.
  //
  // The one place of libyolo that touches the environment: where the options
  // ask for cores and the user has set neither variable, it sets
  // NEURON_RT_VISIBLE_CORES or NEURON_RT_NUM_CORES, for libnrt reads nothing
  // else. They stay until Shutdown(). Like every setenv, that must not meet a
  // getenv of another thread. NEURON_RT_ASYNC_EXEC_MAX_INFLIGHT_REQUESTS is
  // refused: nrt_execute would return before its results are there.
  //
  // Errors: DEVICE_UNAVAILABLE (no library, no device, cores taken),
  // INVALID_ARGUMENT, FORKED.
  static Status Open(const NrtOptions& options, const Log& log,
                     std::shared_ptr<Nrt>* out);

  // Gives the cores back while the process goes on. Refused while anybody holds
  // the runtime. Whether Open() works afterwards is up to the library.
  static Status Shutdown();

  Nrt(const Nrt&) = delete;
  Nrt& operator=(const Nrt&) = delete;

  // Visible to this process; cores are numbered from 0 within them.
  int CoreCount() const { return num_cores_; }
  const NrtVersion& Version() const { return version_; }
  const std::string& library_path() const { return library_.path; }
  // nrt::NRT_INSTANCE_...; unknown where the library cannot tell.
  uint32_t InstanceFamily() const { return instance_family_; }
  const std::string& InstanceName() const { return instance_name_; }
  NrtNumbering numbering() const { return numbering_; }

  // Checks the header first (see neff.h). `neff` must outlive the model.
  NrtStatus Load(std::span<const uint8_t> neff, int core, NrtModel* out);
  NrtStatus Unload(NrtModel* model);
  // Inputs first.
  NrtStatus TensorInfo(const NrtModel& model, std::vector<NrtTensor>* out,
                       std::span<const NrtTypeOverride> overrides = {});

  NrtStatus AllocateTensor(int core, nrt::nrt_tensor_placement_t placement,
                           size_t size, const char* name, NrtMemory* out);
  // A tensor that is the caller's `buffer`. Libraries from 2.32 may refuse.
  NrtStatus AttachTensor(void* buffer, size_t size, const char* name,
                         NrtMemory* out);
  NrtStatus Free(NrtMemory* memory);
  // Bounds are checked here; libnrt would abort the process.
  NrtStatus Write(const NrtMemory& memory, const void* from, size_t offset,
                  size_t size);
  NrtStatus Read(const NrtMemory& memory, void* to, size_t offset, size_t size);

  // Sets do not own what is added.
  NrtStatus AllocateSet(NrtSet* out);
  NrtStatus AddToSet(const NrtSet& set, const char* name,
                     const NrtMemory& memory);
  NrtStatus DestroySet(NrtSet* set);

  // Blocks until the outputs are there. No two executions at a time may use the
  // same outputs. Allocates nothing.
  NrtStatus Execute(const NrtModel& model, const NrtSet& inputs,
                    const NrtSet& outputs);

  // Of a core's device memory; libraries from 2.27.
  bool HasMemoryStats() const { return library_.nrt_get_vnc_memory_stats; }
  NrtStatus MemoryStats(int core, NrtMemoryStats* out);

  // "NRT_TIMEOUT", from the library or, where it has no names, from our table.
  const char* StatusName(nrt::NRT_STATUS code) const;

 private:
  explicit Nrt(NrtLibrary library) : library_(std::move(library)) {}

  Status Initialise(const NrtOptions& options, const Log& log);
  Status CountCores();
  void AskVersion();
  void AskInstance();
  Status InitError(nrt::NRT_STATUS code) const;

  bool InChild() const;
  NrtStatus Forked() const;
  NrtStatus Result(NrtCall call, nrt::NRT_STATUS code, const char* function,
                   int core) const;
  NrtStatus LoadError(const NeffHeader& header, int core, nrt::NRT_STATUS code);
  NrtTensor Describe(const nrt::nrt_tensor_info_t& info,
                     std::span<const NrtTypeOverride> overrides) const;

  NrtLibrary library_;
  pid_t pid_ = 0;
  std::string variable_;  // of the environment, that we set; empty: none
  int num_cores_ = 0;
  NrtVersion version_;
  NrtNumbering numbering_ = NrtNumbering::kNew;
  uint32_t instance_family_ = nrt::NRT_INSTANCE_UNKNOWN;
  std::string instance_name_;
  std::mutex load_mutex_;
};

}  // namespace yolo

#endif  // YOLO_DEVICE_NRT_H_
