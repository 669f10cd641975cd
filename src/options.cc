// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Every range and default of yolo_options in one place.
#include "options.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

#include "base/file.h"
#include "base/machine.h"
#include "model/darknet_layers.h"

namespace yolo {
namespace {

// What yolo_options was in version 0.1; no caller has a smaller one.
constexpr uint32_t kSizeV01 = offsetof(yolo_options, log_user) + sizeof(void*);
static_assert(sizeof(yolo_options) ==
                  offsetof(yolo_options, neuron) + sizeof(void*),
              "padding would hide fields");
constexpr uint32_t kNeuronSizeV01 =
    offsetof(yolo_neuron_options, tensor_types) + sizeof(char*);
static_assert(sizeof(yolo_neuron_options) ==
                  offsetof(yolo_neuron_options, reserved2) + sizeof(uint32_t),
              "padding would hide fields");

constexpr uint32_t kMaxLanes = 256;
constexpr uint32_t kMaxThreads = 64;
constexpr uint32_t kMaxCandidates = 65536;
constexpr uint32_t kMaxCores = 256;
constexpr uint32_t kMaxLanesPerCore = 16;

template <class... Parts>
Status Invalid(const Parts&... parts) {
  return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "options.", parts...);
}

// "0.1.0"
Message VersionText(uint32_t version) {
  return Message(version >> 16, '.', version >> 8 & 0xff, '.', version & 0xff);
}

// The library serves headers of its own major version up to its own minor one:
// what a newer header promises may not be here.
Status CheckVersion(uint32_t header) {
  if (header == 0) {
    return Invalid(
        "header_version is 0: not initialised with "
        "YOLO_OPTIONS_INIT?");
  }
  const bool same_major = header >> 16 == YOLO_VERSION_MAJOR;
  if (same_major && (header >> 8 & 0xff) <= YOLO_VERSION_MINOR) {
    return Status::Ok();
  }
  return Status::Error(
      YOLO_ERROR_VERSION, "compiled with the header of version ",
      VersionText(header).view(), ", running with the library of version ",
      YOLO_VERSION_STRING);
}

Status CheckChoice(const char* name, int32_t value, int32_t last) {
  if (value >= 0 && value <= last) return Status::Ok();
  return Invalid(name, " is ", value, "; 0 to ", last, " are known");
}

Status CheckFraction(const char* name, float value) {
  if (value >= 0 && value <= 1) return Status::Ok();
  return Invalid(name, " is ", value,
                 "; it must be in (0, 1], or 0 for the "
                 "default");
}

Status CheckCount(const char* name, uint32_t value, uint32_t most) {
  if (value <= most) return Status::Ok();
  return Invalid(name, " is ", value, "; at most ", most);
}

template <class T>
void Default(T* value, T otherwise) {
  if (*value == T{}) *value = otherwise;
}

Status CheckPointers(const yolo_options& o) {
  if (!o.model_path && !o.model_data) {
    return Invalid("model_path or model_data must be set");
  }
  // A NEFF holds its own.
  const bool computes =
      o.device != YOLO_DEVICE_NEURON || o.fallback != YOLO_FALLBACK_NONE;
  if (computes && !o.weights_path && !o.weights_data) {
    return Invalid("weights_path or weights_data must be set");
  }
  if (o.model_data && o.model_size == 0) return Invalid("model_size is 0");
  if (o.weights_data && o.weights_size == 0)
    return Invalid("weights_size is 0");
  if (!o.class_thresholds && o.num_class_thresholds != 0) {
    return Invalid("class_thresholds is NULL, num_class_thresholds is ",
                   o.num_class_thresholds);
  }
  if (!o.class_allow && o.num_class_allow != 0) {
    return Invalid("class_allow is NULL, num_class_allow is ",
                   o.num_class_allow);
  }
  if (!o.alloc != !o.free) {
    return Invalid("alloc and free must be set together");
  }
  if ((o.network_width == 0) != (o.network_height == 0)) {
    return Invalid("network_width and network_height must be set together");
  }
  if (o.network_width > 65536 || o.network_height > 65536) {
    return Invalid("network_width or network_height is over 65536");
  }
  return Status::Ok();
}

Status CheckValues(const yolo_options& o) {
  YOLO_TRY(CheckChoice("device", o.device, YOLO_DEVICE_NEURON));
  YOLO_TRY(CheckChoice("precision", o.precision, YOLO_PRECISION_BF16));
  YOLO_TRY(CheckChoice("fallback", o.fallback, YOLO_FALLBACK_CPU));
  YOLO_TRY(CheckChoice("nms", o.nms, YOLO_NMS_NONE));
  YOLO_TRY(CheckChoice("profile", o.profile, YOLO_PROFILE_TF1_LEGACY));
  YOLO_TRY(CheckChoice("decode", o.decode, YOLO_DECODE_EXACT));
  YOLO_TRY(CheckChoice("exif", o.exif, YOLO_EXIF_IGNORE));
  YOLO_TRY(CheckFraction("score_threshold", o.score_threshold));
  YOLO_TRY(CheckFraction("iou_threshold", o.iou_threshold));
  YOLO_TRY(CheckCount("num_lanes", o.num_lanes, kMaxLanes));
  YOLO_TRY(CheckCount("threads_per_lane", o.threads_per_lane, kMaxThreads));
  return CheckCount("max_candidates", o.max_candidates, kMaxCandidates);
}

// Copies the part of the caller's structure that both sides know; the fields
// of newer versions must be 0. `name` is the structure's in messages.
template <class T>
Status CopyKnown(const char* name, const T* in, uint32_t least, T* out) {
  // Fields end on multiples of 8.
  if (in->struct_size < least || in->struct_size % alignof(uint64_t) != 0) {
    return Invalid(name, "struct_size is ", in->struct_size, "; it is ", least,
                   " bytes or more: not initialised with "
                   "YOLO_OPTIONS_INIT?");
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(in);
  for (size_t i = sizeof(*out); i < in->struct_size; ++i) {
    if (bytes[i] != 0) {
      return Invalid(name, "byte ", i,
                     " is set: a field that this version does not know");
    }
  }
  *out = {};
  std::memcpy(out, in, std::min<size_t>(in->struct_size, sizeof(*out)));
  out->struct_size = sizeof(*out);
  return Status::Ok();
}

}  // namespace

Status ReadOptions(const yolo_options* in, yolo_options* out) {
  if (!in) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "options is NULL");
  }
  // First: what clashes may well differ in size too.
  constexpr uint32_t kVersionEnd =
      offsetof(yolo_options, header_version) + sizeof(in->header_version);
  if (in->struct_size >= kVersionEnd) {
    YOLO_TRY(CheckVersion(in->header_version));
  }
  YOLO_TRY(CopyKnown("", in, kSizeV01, out));
  YOLO_TRY(CheckPointers(*out));
  YOLO_TRY(CheckValues(*out));

  Default(&out->score_threshold, 0.25f);
  Default(&out->iou_threshold, 0.45f);
  Default(&out->max_candidates, uint32_t{4096});
  Default(&out->max_detections, std::min(out->max_candidates, uint32_t{300}));
  Default(&out->max_scans, uint32_t{500});
  Default(&out->max_pixels, uint64_t{1} << 26);
  Default(&out->max_bytes, UsableMemory());
  if (out->max_detections > out->max_candidates) {
    return Invalid("max_detections is ", out->max_detections,
                   ", more than max_candidates, ", out->max_candidates);
  }
  return Status::Ok();
}

Status ReadNeuronOptions(const yolo_options& options,
                         yolo_neuron_options* out) {
  *out = YOLO_NEURON_OPTIONS_INIT;
  if (options.neuron) {
    YOLO_TRY(CopyKnown("neuron->", options.neuron, kNeuronSizeV01, out));
  }
  YOLO_TRY(CheckCount("neuron->num_cores", out->num_cores, kMaxCores));
  YOLO_TRY(CheckCount("neuron->first_core", out->first_core, kMaxCores));
  YOLO_TRY(CheckCount("neuron->lanes_per_core", out->lanes_per_core,
                      kMaxLanesPerCore));
  YOLO_TRY(CheckChoice("neuron->decoded_boxes", out->decoded_boxes,
                       YOLO_DECODED_BOXES_YXYX));
  YOLO_TRY(CheckChoice("neuron->decoded_units", out->decoded_units,
                       YOLO_DECODED_UNITS_FRACTIONS));
  YOLO_TRY(CheckChoice("neuron->decoded_scores", out->decoded_scores,
                       YOLO_DECODED_SCORES_FINAL));
  if (out->neff_data && out->neff_size == 0) {
    return Invalid("neuron->neff_size is 0");
  }
  if (options.device == YOLO_DEVICE_NEURON && !out->neff_path &&
      !out->neff_data) {
    return Invalid("neuron->neff_path or neff_data must be set");
  }
  Default(&out->lanes_per_core, uint32_t{2});
  Default(&out->timeout_ms, uint32_t{30000});
  return Status::Ok();
}

void ResolveThreads(size_t device_lanes, yolo_options* options) {
  const auto cpus = static_cast<uint32_t>(CountUsableCpus());
  const auto wanted =
      device_lanes == 0 ? cpus : static_cast<uint32_t>(device_lanes);
  Default(&options->num_lanes, std::min(wanted, kMaxLanes));
  // All lanes' threads for an image that is alone; where lanes wait for a
  // device, there are more of them than CPUs.
  const uint32_t most = device_lanes == 0 ? kMaxThreads : cpus;
  Default(&options->threads_per_lane,
          std::min({options->num_lanes, most, kMaxThreads}));
}

int32_t ResolveProfile(const yolo_options& options, const Graph& graph) {
  if (options.profile != YOLO_PROFILE_AUTO) return options.profile;
  return graph.letterbox ? YOLO_PROFILE_DARKNET_LETTERBOX
                         : YOLO_PROFILE_DARKNET;
}

Status ResolveExtract(const yolo_options& options, int num_classes,
                      int32_t profile, ExtractOptions* out) {
  const auto classes = static_cast<size_t>(num_classes);
  out->thresholds.assign(classes, options.score_threshold);
  if (options.class_thresholds) {
    if (options.num_class_thresholds != classes) {
      return Invalid("num_class_thresholds is ", options.num_class_thresholds,
                     "; the model has ", num_classes, " classes");
    }
    for (size_t i = 0; i < classes; ++i) {
      const float threshold = options.class_thresholds[i];
      if (!(threshold >= 0 && threshold <= 1)) {
        return Invalid("class_thresholds[", i, "] is ", threshold,
                       "; it must be in (0, 1], or 0 for score_threshold");
      }
      if (threshold > 0) out->thresholds[i] = threshold;
    }
  }
  if (options.class_allow) {
    std::vector<float> allowed(classes, std::numeric_limits<float>::infinity());
    for (size_t i = 0; i < options.num_class_allow; ++i) {
      const int32_t id = options.class_allow[i];
      if (id < 0 || id >= num_classes) {
        return Invalid("class_allow[", i, "] is ", id, "; the model has ",
                       num_classes, " classes");
      }
      const auto index = static_cast<size_t>(id);
      allowed[index] = out->thresholds[index];
    }
    out->thresholds = std::move(allowed);
  }
  out->iou_threshold = options.iou_threshold;
  out->nms = options.nms;
  out->max_candidates = options.max_candidates;
  out->max_detections = options.max_detections;
  out->ignore_scale_x_y = profile == YOLO_PROFILE_TF1_LEGACY;
  return Status::Ok();
}

Status ReadLabels(std::string_view text, std::string_view name,
                  std::vector<std::string>* out) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  while (!text.empty()) {
    if (out->size() == size_t{kMaxClasses}) {
      return Status::Error(YOLO_ERROR_LIMIT, ShortPath(name).view(),
                           ": more than ", kMaxClasses, " labels");
    }
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.find('\0') != std::string_view::npos) {
      return Status::Error(YOLO_ERROR_BAD_MODEL, ShortPath(name).view(), ':',
                           out->size() + 1, ": a NUL byte: not text");
    }
    out->emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return Status::Ok();
}

}  // namespace yolo
