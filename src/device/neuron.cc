// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Device neuron: NeuronCores behind the seam of all devices.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>
#include <utility>

#include "base/file.h"
#include "device/device.h"
#include "device/neff.h"
#include "device/neuron_cores.h"
#include "device/neuron_stack.h"

namespace yolo {
namespace {

constexpr size_t kMaxNeffBytes = size_t{1} << 34;

// What stuck executions still use, for ever.
std::atomic<NeuronCores*> g_left_behind{nullptr};

// One tensor for people: "'image', f16 [1, 416, 416, 3], 1038336 bytes".
std::string Text(const NeuronTensor& tensor, size_t batch, bool is_table) {
  const Shape& s = tensor.shape;
  const bool planar = tensor.layout == Layout::kPlanar;
  const auto n = [](auto i) { return static_cast<uint32_t>(i); };
  std::vector<uint32_t> dims = {n(batch), n(s.h), n(s.w), n(s.c)};
  if (planar) dims = {n(batch), n(s.c), n(s.h), n(s.w)};
  if (is_table) dims.erase(dims.end() - (planar ? 1 : 2));  // w: 1
  return "'" + tensor.name + "', " + TypeName(tensor.type) + " " +
         ShapeText(dims) + ", " + std::to_string(tensor.size) + " bytes";
}

// "x, y, w, h in pixels of the network's input, score = class"
std::string Text(const NeuronDecoded& decoded) {
  std::string text;
  switch (decoded.form) {
    case BoxForm::kCentreSize:
      text = "x, y, w, h";
      break;
    case BoxForm::kCorners:
      text = "x0, y0, x1, y1";
      break;
    case BoxForm::kCornersYx:
      text = "y0, x0, y1, x1";
      break;
  }
  return text + (decoded.fractions ? " in fractions" : " in pixels") +
         " of the network's input, score = " +
         (decoded.objectness < 0 ? "class" : "objectness x class");
}

class NeuronLane : public DeviceLane {
 public:
  explicit NeuronLane(NeuronCores* cores)
      : cores_(*cores), plan_(cores->plan()) {}
  ~NeuronLane() override { cores_.FreeHost(&host_); }

  Status Init() { return cores_.NewHost(&host_); }

  size_t batch() const override { return plan_.batch; }
  void Select(size_t i) override { selected_ = i; }

  TensorView Input() override {
    // A stuck execution has kept it, and there was no memory then.
    if (!host_.input && !cores_.NewHost(&host_).ok()) return {};
    return View(plan_.input, host_.input);
  }

  Status Run(Team* team) override { return RunBatch(1, team); }

  Status RunBatch(size_t num_images, Team*) override {
    std::memset(host_.input + num_images * plan_.input.image_bytes, 0,
                plan_.input.size - num_images * plan_.input.image_bytes);
    notes_ = {};
    return cores_.Run(&host_, num_images, &notes_);
  }

  RunNotes notes() const override { return notes_; }

  TensorView Head(size_t i) const override {
    return View(plan_.outputs[i], host_.outputs[i]);
  }

  bool Decoded(DecodedView* out) const override {
    if (!plan_.decoded) return false;
    const NeuronDecoded& d = *plan_.decoded;
    *out = {Head(d.boxes), Head(d.scores), d.objectness,
            d.classes,     d.form,         d.fractions};
    return true;
  }

 private:
  TensorView View(const NeuronTensor& tensor, uint8_t* data) const {
    return {data + selected_ * tensor.image_bytes, tensor.type, tensor.layout,
            1, tensor.shape};
  }

  NeuronCores& cores_;
  const NeuronPlan& plan_;
  NeuronHost host_;
  size_t selected_ = 0;
  RunNotes notes_;
};

class NeuronDevice : public Device {
 public:
  NeuronDevice(const Graph& graph, const DeviceOptions& options)
      : graph_(graph), allocator_(options.allocator), pid_(getpid()) {}

  ~NeuronDevice() override {
    if (!cores_) return;
    bool all = false;
    // Threads do not survive fork(), and libnrt is not touched in a child.
    if (getpid() == pid_) OnDeepStack([&] { all = cores_->Close(); });
    if (all) return;
    NeuronCores* const kept = cores_.release();
    kept->KeepNeff(std::move(neff_memory_));
    kept->next_left_behind = g_left_behind.load();
    while (!g_left_behind.compare_exchange_weak(kept->next_left_behind, kept)) {
    }
  }

  Status Init(const DeviceOptions& options) {
    YOLO_TRY(ReadNeff(options.neuron));
    Status status = Status::Ok();
    OnDeepStack([&] { status = Load(options); });
    return status;
  }

  int32_t precision() const override {
    switch (cores_->plan().outputs.front().type) {
      case DataType::kF16:
        return YOLO_PRECISION_F16;
      case DataType::kBf16:
        return YOLO_PRECISION_BF16;
      default:
        return YOLO_PRECISION_F32;
    }
  }
  const char* instruction_set() const override { return instance_.c_str(); }
  uint64_t bytes_weights() const override { return neff_memory_.size(); }
  const char* Implementation(size_t i) const override {
    if (cores_->plan().decoded) return "neff";
    const auto& heads = graph_.heads;
    const bool decoded_here = std::find(heads.begin(), heads.end(),
                                        static_cast<int>(i)) != heads.end();
    return decoded_here ? "" : "neff";
  }
  const char* details() const override { return details_.c_str(); }
  size_t default_lanes() const override { return lanes_; }
  bool IsLost() const override { return cores_->IsLost(); }
  size_t num_cores() const override { return cores_->num_cores(); }
  void GetCoreStats(size_t i, yolo_core_stats* out) const override {
    cores_->GetStats(i, out);
  }

  Status NewLane(std::unique_ptr<DeviceLane>* out) override {
    auto lane = std::make_unique<NeuronLane>(cores_.get());
    YOLO_TRY(lane->Init());
    *out = std::move(lane);
    return Status::Ok();
  }

 private:
  // A copy of a block: the caller's is not ours to keep.
  Status ReadNeff(const yolo_neuron_options& o) {
    size_t size = o.neff_size;
    if (!o.neff_data) {
      YOLO_TRY(ReadFile(o.neff_path, kMaxNeffBytes, allocator_, &neff_memory_,
                        &size));
    } else if (neff_memory_.Allocate(allocator_, size)) {
      std::memcpy(neff_memory_.as(), o.neff_data, size);
    } else {
      return RefusedMemory(*allocator_, size, "the NEFF");
    }
    neff_ = {neff_memory_.as(), size};
    const char* const name = o.neff_data ? "neff_data" : o.neff_path;
    YOLO_TRY(ReadNeffHeader(neff_, name, &header_));
    return CheckNeffCores(header_, name);
  }

  Status Load(const DeviceOptions& options) {
    const yolo_neuron_options& o = options.neuron;
    NrtOptions open;
    if (o.libnrt_path) open.library = o.libnrt_path;
    if (o.visible_cores) open.visible_cores = o.visible_cores;
    const auto first = static_cast<int>(o.first_core);
    if (o.num_cores != 0)
      open.num_cores = first + static_cast<int>(o.num_cores);
    std::shared_ptr<Nrt> nrt;
    YOLO_TRY(Nrt::Open(open, options.log, &nrt));
    const int visible = nrt->CoreCount();
    const int num_cores =
        o.num_cores == 0 ? visible - first : static_cast<int>(o.num_cores);
    if (num_cores <= 0 || first + num_cores > visible) {
      return Status::Error(YOLO_ERROR_DEVICE_UNAVAILABLE, "cores ", first,
                           " to ", first + std::max(num_cores, 1) - 1,
                           " were asked for; this process holds ", visible,
                           ", from 0 on");
    }
    std::vector<NrtTypeOverride> types;
    YOLO_TRY(ReadTensorTypes(o.tensor_types, &types));
    NeuronCoresOptions cores;
    cores.first_core = first;
    cores.num_cores = num_cores;
    cores.seats_per_core = o.lanes_per_core;
    cores.timeout = std::chrono::milliseconds(o.timeout_ms);
    cores.allocator = allocator_;
    cores.log = options.log;
    cores_ = std::make_unique<NeuronCores>(nrt, neff_, cores);
    YOLO_TRY(cores_->Load(graph_, o, types));
    lanes_ = cores_->num_ready() * cores.seats_per_core;
    Describe(*nrt, o, options.log);
    return Status::Ok();
  }

  void Describe(const Nrt& nrt, const yolo_neuron_options& o, const Log& log) {
    const NeuronPlan& plan = cores_->plan();
    if (nrt.Version().detail.find("simulated") != std::string::npos) {
      log.Warning(
          "device neuron: this libnrt is simulated; so are its results");
    }
    instance_ = nrt.InstanceName().empty() ? "neuron" : nrt.InstanceName();
    const auto n = [](auto value) { return std::to_string(value); };
    details_ = "runtime: libnrt " + nrt.Version().Text() +
               (nrt.Version().detail.empty() ? "" : " ") +
               nrt.Version().detail + ", " + nrt.library_path() + "\nneff: '" +
               header_.name + "', version " + n(header_.version_major) + "." +
               n(header_.version_minor) + ", compiler " + header_.compiler +
               ", " + n(neff_.size()) + " bytes, " + n(header_.cores()) +
               " core" + "\ncores: " + n(cores_->num_ready()) + " ready of " +
               n(cores_->num_cores()) + ", from " + n(o.first_core) +
               " on, of " + n(nrt.CoreCount()) + " that the process holds; " +
               n(o.lanes_per_core) + " lanes each" + "\nmemory: tensors in " +
               cores_->MemoryText() +
               "\ninput: " + Text(plan.input, plan.batch, false);
    for (size_t i = 0; i < plan.outputs.size(); ++i) {
      details_ += (plan.decoded ? "\noutput " : "\nhead ") + n(i) + ": " +
                  Text(plan.outputs[i], plan.batch, plan.decoded.has_value());
    }
    if (plan.decoded) details_ += "\ndecoded: " + Text(*plan.decoded);
  }

  const Graph& graph_;
  Allocator* allocator_;
  const pid_t pid_;
  Buffer neff_memory_;
  std::span<const uint8_t> neff_;
  NeffHeader header_;
  std::unique_ptr<NeuronCores> cores_;
  size_t lanes_ = 0;
  std::string instance_;
  std::string details_;
};

}  // namespace

bool NeuronAvailable(const DeviceOptions& options) {
  return options.neuron.neff_path || options.neuron.neff_data;
}

Status CreateNeuronDevice(Graph* graph, const DeviceOptions& options,
                          std::unique_ptr<Device>* out) {
  auto device = std::make_unique<NeuronDevice>(*graph, options);
  YOLO_TRY(device->Init(options));
  *out = std::move(device);
  return Status::Ok();
}

}  // namespace yolo
