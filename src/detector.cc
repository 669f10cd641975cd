// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// From options to lanes, and what a detector says about itself.
#include "detector.h"

#include <unistd.h>

#include "base/file.h"
#include "base/machine.h"
#include "model/cfg.h"
#include "model/darknet.h"
#include "options.h"

namespace yolo {
namespace {

// A text of the options: a block, or a file.
struct Text {
  const void* data;
  size_t size;
  const char* path;
  const char* name;  // of the block
};

// The bytes of `text`; those of a file then lie in `file`.
Status ReadText(const Text& text, size_t max_bytes, std::string* file,
                std::string_view* out) {
  if (text.data) {
    if (text.size > max_bytes) {
      return Status::Error(YOLO_ERROR_LIMIT, text.name, ": ", text.size,
                           " bytes; the limit is ", max_bytes);
    }
    *out = {static_cast<const char*>(text.data), text.size};
    return Status::Ok();
  }
  YOLO_TRY(ReadTextFile(text.path, max_bytes, file));
  *out = *file;
  return Status::Ok();
}

}  // namespace

Detector::Detector(const yolo_options& options)
    : options_(options),
      pid_(getpid()),
      log_{options.log, options.log_user},
      allocator_(options.alloc, options.free, options.alloc_user,
                 options.max_bytes) {}

Detector::~Detector() {
  // Threads do not survive fork(), and what they waited on cannot be destroyed
  // without them: the child of one leaves it where it is.
  if (!Forked()) return;
  static_cast<void>(pool_.release());
  static_cast<void>(model_.spare.release());
}

Status Detector::Create(const yolo_options& options,
                        std::unique_ptr<Detector>* out) {
  std::unique_ptr<Detector> detector(new Detector(options));
  YOLO_TRY(ReadNeuronOptions(options, &detector->neuron_));
  YOLO_TRY(detector->LoadModel());
  YOLO_TRY(detector->LoadLabels());
  YOLO_TRY(detector->ChooseDevice());
  YOLO_TRY(detector->MakeSpare());
  YOLO_TRY(detector->MakeLanes());
  *out = std::move(detector);
  return Status::Ok();
}

Status Detector::LoadModel() {
  const yolo_options& o = options_;
  std::string text;
  DarknetSource source;
  YOLO_TRY(ReadText({o.model_data, o.model_size, o.model_path, "model_data"},
                    kMaxCfgBytes, &text, &source.cfg));
  source.cfg_name = o.model_data ? "model_data" : o.model_path;
  source.reads_weights = o.weights_data || o.weights_path;
  if (o.weights_data) {
    source.weights = {static_cast<const uint8_t*>(o.weights_data),
                      o.weights_size};
    source.weights_name = "weights_data";
  } else if (o.weights_path) {
    source.weights_path = o.weights_path;
    source.weights_name = o.weights_path;
  }
  source.width = static_cast<int>(o.network_width);
  source.height = static_cast<int>(o.network_height);
  YOLO_TRY(ReadDarknet(source, log_, &allocator_, &model_.graph));

  model_.profile = ResolveProfile(o, model_.graph);
  model_.image = {model_.profile, o.decode, o.exif, o.max_pixels, o.max_scans};
  return ResolveExtract(o, model_.graph.num_classes, model_.profile,
                        &model_.extract);
}

Status Detector::LoadLabels() {
  const yolo_options& o = options_;
  if (!o.labels_data && !o.labels_path) return Status::Ok();
  std::string text;
  std::string_view lines;
  YOLO_TRY(
      ReadText({o.labels_data, o.labels_size, o.labels_path, "labels_data"},
               kMaxLabelsBytes, &text, &lines));
  const char* const name = o.labels_data ? "labels_data" : o.labels_path;
  YOLO_TRY(ReadLabels(lines, name, &labels_));
  if (labels_.size() != static_cast<size_t>(model_.graph.num_classes)) {
    log_.Warning(ShortPath(name).view(), ": ", labels_.size(), " labels for ",
                 model_.graph.num_classes, " classes");
  }
  return Status::Ok();
}

Status Detector::MakeDevice(const DeviceKind& kind,
                            std::unique_ptr<Device>* out) {
  const DeviceOptions device_options{options_.precision, &allocator_, log_,
                                     neuron_};
  if (!kind.available(device_options)) {
    return Status::Error(YOLO_ERROR_DEVICE_UNAVAILABLE, "device ", kind.name,
                         " is not available on this machine");
  }
  return kind.create(&model_.graph, device_options, out);
}

// The device asked for by name, or the first that takes the model.
Status Detector::ChooseDevice() {
  Status first =
      Status::Error(YOLO_ERROR_DEVICE_UNAVAILABLE, "device ", options_.device,
                    " is not part of this build of libyolo");
  bool tried = false;
  const bool any = options_.device == YOLO_DEVICE_AUTO ||
                   (options_.device == YOLO_DEVICE_NEURON &&
                    options_.fallback == YOLO_FALLBACK_CPU);
  for (const DeviceKind& kind : DeviceKinds()) {
    if (!any && options_.device != kind.id) continue;
    const bool is_neuron = kind.id == YOLO_DEVICE_NEURON;
    if (is_neuron && !kind.available({.neuron = neuron_})) continue;
    const Status status = MakeDevice(kind, &model_.device);
    if (status.ok()) {
      device_kind_ = &kind;
      return status;
    }
    if (!tried) first = status;
    tried = true;
    const bool elsewhere = status.code() == YOLO_ERROR_DEVICE_UNAVAILABLE ||
                           status.code() == YOLO_ERROR_UNSUPPORTED_MODEL ||
                           (is_neuron && status.code() == YOLO_ERROR_DEVICE);
    if (!any || !elsewhere) return status;
    // Who names a NEFF expects more than what follows.
    if (is_neuron) {
      log_.Warning("device neuron not used: ", status.message());
    } else {
      log_.Info("device ", kind.name, " not used: ", status.message());
    }
  }
  return first;
}

// A device of the CPU behind one that can be lost.
Status Detector::MakeSpare() {
  if (options_.fallback == YOLO_FALLBACK_CPU &&
      device_kind_->id == YOLO_DEVICE_NEURON) {
    Status status = Status::Ok();
    std::unique_ptr<Device> device;
    for (const DeviceKind& kind : DeviceKinds()) {
      if (kind.id == YOLO_DEVICE_NEURON) continue;
      status = MakeDevice(kind, &device);
      if (status.ok()) break;
    }
    YOLO_TRY(status);
    model_.spare = std::make_unique<SpareDevice>();
    return model_.spare->Init(std::move(device),
                              static_cast<size_t>(CountUsableCpus()));
  }
  model_.graph.weights.Reset();  // a NEFF has its own
  return Status::Ok();
}

Status Detector::MakeLanes() {
  ResolveThreads(model_.device->default_lanes(), &options_);
  for (uint32_t i = 0; i < options_.num_lanes; ++i) {
    const uint64_t before = allocator_.bytes_held();
    auto lane = std::make_unique<Lane>(&model_, &allocator_);
    YOLO_TRY(lane->Init());
    bytes_lane_ = allocator_.bytes_held() - before;
    // Before as much as fits has been filled in vain.
    const uint64_t others = bytes_lane_ * (options_.num_lanes - i - 1);
    if (others > allocator_.max_bytes() - allocator_.bytes_held()) {
      return RefusedMemory(allocator_, others, "the other lanes");
    }
    lanes_.push_back(std::move(lane));
  }
  pool_ = std::make_unique<LanePool>(&lanes_, options_.threads_per_lane);
  return pool_->Start();
}

bool Detector::Forked() const { return getpid() != pid_; }

Status Detector::CheckNotForked() const {
  if (!Forked()) return Status::Ok();
  return Status::Error(YOLO_ERROR_FORKED, "the detector was made in process ",
                       pid_, ", before fork(): make one in each process");
}

Status Detector::Detect(const Job& job) {
  YOLO_TRY(CheckNotForked());
  pool_->Run(job);
  return Status::Ok();
}

void Detector::GetInfo(yolo_detector_info* info) const {
  const Graph& graph = model_.graph;
  info->device = device_kind_->id;
  info->precision = model_.device->precision();
  info->profile = model_.profile;
  info->decode = options_.decode;
  info->nms = options_.nms;
  info->exif = options_.exif;
  info->num_lanes = options_.num_lanes;
  info->threads_per_lane = options_.threads_per_lane;
  info->network_width = static_cast<uint32_t>(graph.input.w);
  info->network_height = static_cast<uint32_t>(graph.input.h);
  info->num_classes = static_cast<uint32_t>(graph.num_classes);
  info->num_layers = static_cast<uint32_t>(graph.layers.size());
  info->num_heads = static_cast<uint32_t>(graph.heads.size());
  info->max_candidates = options_.max_candidates;
  info->max_detections = options_.max_detections;
  info->max_scans = options_.max_scans;
  info->score_threshold = options_.score_threshold;
  info->iou_threshold = options_.iou_threshold;
  info->num_labels = static_cast<uint32_t>(labels_.size());
  info->num_parameters = graph.num_parameters;
  info->gflop = graph.gflop;
  info->max_pixels = options_.max_pixels;
  info->max_bytes = options_.max_bytes;
  info->bytes_held = allocator_.bytes_held();
  info->bytes_weights = model_.device->bytes_weights();
  info->bytes_lane = bytes_lane_;
  info->device_name = device_kind_->name;
  info->instruction_set = model_.device->instruction_set();
  info->num_cores = static_cast<uint32_t>(model_.device->num_cores());
  info->batch = static_cast<uint32_t>(lanes_[0]->batch());
  info->device_details = model_.device->details();
}

Status Detector::GetLayerInfo(uint32_t index, yolo_layer_info* info) const {
  const auto& layers = model_.graph.layers;
  if (index >= layers.size()) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "index is ", index,
                         "; the model has ", layers.size(), " layers");
  }
  const Layer& layer = layers[index];
  info->line = layer.line;
  info->channels = static_cast<uint32_t>(layer.shape.c);
  info->height = static_cast<uint32_t>(layer.shape.h);
  info->width = static_cast<uint32_t>(layer.shape.w);
  info->num_parameters = layer.num_parameters;
  info->gflop = layer.gflop;
  info->type = layer.type.c_str();
  info->implementation = model_.device->Implementation(index);
  return Status::Ok();
}

Status Detector::GetCoreStats(uint32_t index, yolo_core_stats* stats) const {
  YOLO_TRY(CheckNotForked());
  const size_t num_cores = model_.device->num_cores();
  if (index >= num_cores) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "index is ", index,
                         "; the device has ", num_cores, " cores");
  }
  model_.device->GetCoreStats(index, stats);
  return Status::Ok();
}

const char* Detector::Label(int32_t class_id) const {
  if (class_id < 0 || static_cast<size_t>(class_id) >= labels_.size()) {
    return "";
  }
  return labels_[static_cast<size_t>(class_id)].c_str();
}

}  // namespace yolo
