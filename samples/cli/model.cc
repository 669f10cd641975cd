// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds the model's files and creates the detector.
#include "model.h"

#include <cstdio>
#include <filesystem>

#include "default_model.h"
#include "error.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

void Log(void* user, int32_t level, const char* message) {
  const bool verbose = *static_cast<const bool*>(user);
  if (level == YOLO_LOG_INFO && !verbose) return;
  const char* kind = level == YOLO_LOG_ERROR     ? "error: "
                     : level == YOLO_LOG_WARNING ? "warning: "
                                                 : "";
  std::fprintf(stderr, "yolo: %s%s\n", kind, message);
}

bool IsFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

// The labels that lie beside a model, "" when there are none.
std::string LabelsBeside(const fs::path& model) {
  fs::path own = model;
  own.replace_extension(".names");
  if (IsFile(own)) return own.string();
  const fs::path coco = model.parent_path() / "coco.names";
  return IsFile(coco) ? coco.string() : "";
}

void UseDefaultModel(const std::string& labels, yolo_options* out) {
  out->model_data = yolo_default_cfg;
  out->model_size = yolo_default_cfg_end - yolo_default_cfg;
  out->weights_data = yolo_default_weights;
  out->weights_size = yolo_default_weights_end - yolo_default_weights;
  if (!labels.empty()) return;
  out->labels_data = yolo_default_names;
  out->labels_size = yolo_default_names_end - yolo_default_names;
}

void CopyNumbers(const Options& options, yolo_options* out) {
  out->device = options.device;
  out->precision = options.precision;
  out->fallback = options.fallback;
  out->num_lanes = options.lanes;
  out->threads_per_lane = options.threads;
  out->score_threshold = options.threshold;
  out->iou_threshold = options.iou;
  if (!options.classes.empty()) {
    out->class_allow = options.classes.data();
    out->num_class_allow = options.classes.size();
  }
  out->nms = options.nms;
  out->max_candidates = options.max_candidates;
  out->max_detections = options.max_detections;
  out->network_width = options.width;
  out->network_height = options.height;
  out->profile = options.profile;
  out->decode = options.decode;
  out->exif = options.no_exif ? YOLO_EXIF_IGNORE : YOLO_EXIF_APPLY;
}

}  // namespace

Model::Model(const Options& options, const Allocator& allocator) {
  yolo_options o = YOLO_OPTIONS_INIT;
  o.alloc = allocator.alloc;
  o.free = allocator.free;
  yolo_neuron_options neuron = YOLO_NEURON_OPTIONS_INIT;
  if (!options.neff.empty()) neuron.neff_path = options.neff.c_str();
  if (!options.libnrt.empty()) neuron.libnrt_path = options.libnrt.c_str();
  neuron.num_cores = options.cores;
  neuron.lanes_per_core = options.lanes_per_core;
  neuron.decoded_boxes = options.decoded_boxes;
  neuron.decoded_units = options.decoded_units;
  neuron.decoded_scores = options.decoded_scores;
  if (!options.tensor_types.empty()) {
    neuron.tensor_types = options.tensor_types.c_str();
  }
  o.neuron = &neuron;
  neff_ = options.neff;
  FindFiles(options, &o);
  CopyNumbers(options, &o);
  o.log = Log;
  o.log_user = const_cast<bool*>(&options.verbose);

  yolo_detector* detector = nullptr;
  yolo_status status = yolo_create(&o, &detector);
  detector_.reset(detector);
  if (status == YOLO_OK) status = yolo_get_detector_info(detector, &info_);
  if (status != YOLO_OK) ThrowLastError(status);
  CheckFoundLabels();
}

void Model::ThrowLastError(yolo_status status) const {
  const std::string why = yolo_last_error();
  const std::string text =
      why + " (" + std::string(yolo_status_string(status)) + ")";
  if (status == YOLO_ERROR_INVALID_ARGUMENT) throw Error(kUsage, text);
  bool names_file = false;
  for (const std::string& file : {name_, weights_, labels_, neff_}) {
    names_file |= !file.empty() && why.find(file) != std::string::npos;
  }
  throw Error(kNoDetector, names_file ? text : name_ + ": " + text);
}

void Model::FindFiles(const Options& options, yolo_options* out) {
  labels_ = options.labels;
  if (options.model.empty()) {
    name_ = kDefaultModelName;
    std::fprintf(stderr, "yolo: %s\n", kDefaultModelNotice);
    UseDefaultModel(labels_, out);
  } else {
    name_ = options.model;
    weights_ = options.weights;
    if (weights_.empty()) {
      weights_ = fs::path(name_).replace_extension(".weights").string();
    }
    if (!IsFile(name_)) throw Error(kNoDetector, name_ + ": no such file");
    // A NEFF has its own.
    const bool optional = options.weights.empty() &&
                          options.device == YOLO_DEVICE_NEURON &&
                          options.fallback == YOLO_FALLBACK_NONE;
    if (optional && !IsFile(weights_)) weights_.clear();
    if (!weights_.empty() && !IsFile(weights_)) {
      throw Error(kNoDetector, weights_ + ": no such file" +
                                   (options.weights.empty()
                                        ? "; name the weights with --weights"
                                        : ""));
    }
    if (labels_.empty()) {
      labels_ = LabelsBeside(name_);
      found_labels_ = true;
    }
    out->model_path = name_.c_str();
    if (!weights_.empty()) out->weights_path = weights_.c_str();
  }
  if (!labels_.empty()) out->labels_path = labels_.c_str();
}

// A list of names that was not asked for must at least have the right length:
// coco.names may lie beside a model that knows nothing of COCO.
void Model::CheckFoundLabels() {
  if (!found_labels_ || labels_.empty()) return;
  if (info_.num_labels == info_.num_classes) return;
  std::fprintf(
      stderr, "yolo: %s is not used: it has %u names, %s has %u classes\n",
      labels_.c_str(), info_.num_labels, name_.c_str(), info_.num_classes);
  use_labels_ = false;
  labels_.clear();
  info_.num_labels = 0;
}

std::string Model::Label(int32_t class_id) const {
  return use_labels_ ? yolo_label(detector_.get(), class_id) : "";
}

std::string Model::Title(int32_t class_id) const {
  const std::string label = Label(class_id);
  return label.empty() ? "class " + std::to_string(class_id) : label;
}

}  // namespace cli
