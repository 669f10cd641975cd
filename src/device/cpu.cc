// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The cpu device: oneDNN on blocked activations, f32 or bf16.
#include <cstring>

#include "device/cpu_convolution.h"
#include "device/cpu_steps.h"
#include "device/device.h"
#include "oneapi/dnnl/dnnl.hpp"

// Of the OpenMP run time that oneDNN brings along. Declared here because not
// every compiler that can build us has <omp.h>.
extern "C" int omp_get_max_threads(void);
extern "C" void omp_set_num_threads(int);

namespace yolo {
namespace {

// While it lives, oneDNN forms no team of threads in this thread; the host's
// own setting comes back afterwards. The threads of an image are ours (Team).
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { Set(1); }
  ~OneThread() { Set(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  void Set(int threads) {
    if (before_ != 1) omp_set_num_threads(threads);
  }
  const int before_;
};

constexpr struct {
  dnnl::cpu_isa isa;
  const char* name;
} kIsaNames[] = {
    {dnnl::cpu_isa::sse41, "sse41"},
    {dnnl::cpu_isa::avx, "avx"},
    {dnnl::cpu_isa::avx2, "avx2"},
    {dnnl::cpu_isa::avx2_vnni, "avx2_vnni"},
    {dnnl::cpu_isa::avx512_core, "avx512"},
    {dnnl::cpu_isa::avx512_core_vnni, "avx512_vnni"},
    {dnnl::cpu_isa::avx512_core_bf16, "avx512_bf16"},
    {dnnl::cpu_isa::avx512_core_amx, "avx512_amx"},
};

const char* IsaName(dnnl::cpu_isa isa) {
  for (const auto& row : kIsaNames) {
    if (row.isa == isa) return row.name;
  }
  return "unknown";
}

bool HasAvx512(dnnl::cpu_isa isa) {
  return isa == dnnl::cpu_isa::avx512_core ||
         isa == dnnl::cpu_isa::avx512_core_vnni ||
         isa == dnnl::cpu_isa::avx512_core_bf16 ||
         isa == dnnl::cpu_isa::avx512_core_amx;
}

bool HasBf16(dnnl::cpu_isa isa) {
  return isa == dnnl::cpu_isa::avx512_core_bf16 ||
         isa == dnnl::cpu_isa::avx512_core_amx;
}

// The status of `body`, or what oneDNN threw in it as one.
template <class Body>
Status Catch(const Body& body) {
  try {
    return body();
  } catch (const dnnl::error& e) {
    return Status::Error(e.status == dnnl_out_of_memory
                             ? YOLO_ERROR_OUT_OF_MEMORY
                             : YOLO_ERROR_DEVICE,
                         "oneDNN: ", e.message);
  }
}

class CpuDevice;

// A primitive with its arguments bound to one lane's memory.
struct BoundCall {
  const_dnnl_primitive_t primitive;
  std::vector<dnnl::memory> memories;
  std::vector<dnnl_exec_arg_t> arguments;
};

class CpuLane : public DeviceLane {
 public:
  explicit CpuLane(CpuDevice* device) : device_(*device) {}

  Status Init();

  TensorView Input() override;
  Status Run(Team* team) override;
  TensorView Head(size_t i) const override;

 private:
  void Bind(const Call& call);
  void* Address(const Argument& argument);

  CpuDevice& device_;
  Buffer activations_;
  Buffer input_;
  Buffer scratch_;
  std::vector<BoundCall> calls_;  // of all steps, in order
  // One stream each piece: they run at the same time.
  std::vector<dnnl::stream> streams_;
};

class CpuDevice : public Device {
 public:
  CpuDevice(Graph* graph, const DeviceOptions& options)
      : graph_(*graph),
        options_(options),
        isa_(dnnl::get_effective_cpu_isa()),
        engine_(dnnl::engine::kind::cpu, 0) {}

  Status Init() {
    if (options_.precision == YOLO_PRECISION_BF16 && !HasBf16(isa_)) {
      return Status::Error(YOLO_ERROR_DEVICE_UNAVAILABLE,
                           "precision bf16 needs AVX512-BF16 or AMX; this CPU "
                           "has ",
                           IsaName(isa_));
    }
    bf16_ = options_.precision != YOLO_PRECISION_F32 && HasBf16(isa_);
    const OneThread one_thread;
    plan_ = PlanCpu(graph_, HasAvx512(isa_) ? 16 : 8, bf16_ ? 2 : 4);
    YOLO_TRY(MakeCpuProgram(graph_, plan_, bf16_, engine_, &program_));
    NameImplementations();
    return PackAll();
  }

  int32_t precision() const override {
    return bf16_ ? YOLO_PRECISION_BF16 : YOLO_PRECISION_F32;
  }
  const char* instruction_set() const override { return IsaName(isa_); }
  uint64_t bytes_weights() const override { return weights_.size(); }
  const char* Implementation(size_t i) const override {
    return implementations_[i].c_str();
  }

  Status NewLane(std::unique_ptr<DeviceLane>* out) override {
    auto lane = std::make_unique<CpuLane>(this);
    YOLO_TRY(Catch([&] { return lane->Init(); }));
    *out = std::move(lane);
    return Status::Ok();
  }

 private:
  friend class CpuLane;

  // Of one value of the network's input.
  size_t InputBytes() const {
    return plan_.input_f32 ? 4 : plan_.element_bytes;
  }

  void NameImplementations() {
    implementations_.resize(graph_.layers.size());
    for (const Step& step : program_.steps) {
      std::string& name = implementations_[step.layer];
      if (!name.empty()) name += '+';
      name += step.implementation;
    }
  }

  // The graph's floats go into the layouts of the primitives, once for all
  // lanes, and are then dropped.
  Status PackAll() {
    if (!weights_.Allocate(options_.allocator, program_.weights_bytes)) {
      return RefusedMemory(*options_.allocator, program_.weights_bytes,
                           "device cpu");
    }
    std::memset(weights_.as(), 0, weights_.size());
    dnnl::stream stream(engine_);
    for (const PackedWeights& w : program_.weights) {
      dnnl::memory from(w.from, engine_, graph_.weights.as<float>() + w.source);
      dnnl::memory to(w.to, engine_, weights_.as() + w.offset);
      dnnl::reorder(from, to).execute(stream, from, to);
    }
    stream.wait();
    program_.weights.clear();
    graph_.weights.Reset();
    return Status::Ok();
  }

  Graph& graph_;
  const DeviceOptions options_;
  const dnnl::cpu_isa isa_;
  dnnl::engine engine_;
  bool bf16_ = false;
  CpuPlan plan_;
  CpuProgram program_;
  Buffer weights_;
  std::vector<std::string> implementations_;
};

Status CpuLane::Init() {
  const OneThread one_thread;
  const size_t input_bytes =
      device_.graph_.input.count() * device_.InputBytes();
  for (const auto& [buffer, bytes] :
       {std::pair{&activations_, device_.plan_.activation_bytes},
        std::pair{&input_, input_bytes},
        std::pair{&scratch_, device_.program_.scratch_bytes}}) {
    if (!buffer->Allocate(device_.options_.allocator, bytes)) {
      return RefusedMemory(*device_.options_.allocator, bytes,
                           "a lane of device cpu");
    }
    if (bytes != 0) std::memset(buffer->as(), 0, bytes);
  }
  for (size_t i = 0; i < kMaxPieces; ++i) {
    streams_.emplace_back(device_.engine_);
  }
  for (const Step& step : device_.program_.steps) {
    for (const Call& call : step.calls) Bind(call);
  }
  return Status::Ok();
}

void* CpuLane::Address(const Argument& argument) {
  Buffer* const regions[] = {&activations_, &input_, &scratch_,
                             &device_.weights_};
  return regions[static_cast<size_t>(argument.region)]->as() + argument.offset;
}

void CpuLane::Bind(const Call& call) {
  BoundCall bound;
  bound.primitive = call.primitive.get();
  for (const Argument& a : call.arguments) {
    bound.memories.emplace_back(a.desc, device_.engine_, Address(a));
    bound.arguments.push_back({a.name, bound.memories.back().get()});
  }
  calls_.push_back(std::move(bound));
}

TensorView CpuLane::Input() {
  return {input_.as(),
          device_.InputBytes() == 2 ? DataType::kBf16 : DataType::kF32,
          Layout::kPlanar, 1, device_.graph_.input};
}

Status CpuLane::Run(Team* team) {
  std::atomic<bool> failed{false};
  const BoundCall* next = calls_.data();
  for (const Step& step : device_.program_.steps) {
    team->ForEach(step.num_pieces, [&](size_t piece) {
      if (step.kernel) {
        step.kernel({activations_.as(), input_.as(), device_.weights_.as()},
                    piece);
        return;
      }
      const OneThread one_thread;
      const BoundCall& call = next[piece];
      const dnnl_status_t status = dnnl_primitive_execute(
          call.primitive, streams_[piece].get(),
          static_cast<int>(call.arguments.size()), call.arguments.data());
      if (status != dnnl_success) {
        failed.store(true, std::memory_order_relaxed);
      }
    });
    next += step.calls.size();
    if (failed.load(std::memory_order_relaxed)) {
      return Status::Error(YOLO_ERROR_DEVICE, "device cpu: layer ", step.layer,
                           " (", step.implementation, ") failed");
    }
  }
  return Status::Ok();
}

TensorView CpuLane::Head(size_t i) const {
  const auto layer = static_cast<size_t>(device_.graph_.heads[i]);
  const Place& place = device_.plan_.layers[layer].place;
  const bool f32 = !device_.bf16_ || device_.plan_.buffer(place).f32;
  auto* data = const_cast<uint8_t*>(activations_.as());
  return {data + device_.plan_.Offset(place),
          f32 ? DataType::kF32 : DataType::kBf16, Layout::kBlocked,
          device_.plan_.block, device_.graph_.layers[layer].shape};
}

}  // namespace

bool CpuAvailable(const DeviceOptions&) {
  const dnnl::cpu_isa isa = dnnl::get_effective_cpu_isa();
  for (const auto& row : kIsaNames) {
    if (row.isa == isa) return true;
  }
  return false;
}

Status CreateCpuDevice(Graph* graph, const DeviceOptions& options,
                       std::unique_ptr<Device>* out) {
  return Catch([&]() -> Status {
    auto device = std::make_unique<CpuDevice>(graph, options);
    YOLO_TRY(device->Init());
    *out = std::move(device);
    return Status::Ok();
  });
}

const char* CpuLibraryName() {
  static const Message name("oneDNN ", dnnl_version()->major, '.',
                            dnnl_version()->minor, '.', dnnl_version()->patch);
  return name.c_str();
}

}  // namespace yolo
