// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A detector made from the command line.
#ifndef YOLO_SAMPLES_CLI_MODEL_H_
#define YOLO_SAMPLES_CLI_MODEL_H_

#include <yolo/neuron.h>

#include <memory>
#include <string>

#include "options.h"

namespace cli {

// The hooks of yolo_options; none: the library's own.
struct Allocator {
  yolo_alloc_fn alloc = nullptr;
  yolo_free_fn free = nullptr;
};

class Model {
 public:
  // Loads what `options` names, or the built-in model and then says on stderr
  // what that is worth. Throws Error(kNoDetector), or
  // Error(kUsage) for options that do not fit the model.
  explicit Model(const Options& options, const Allocator& allocator = {});

  yolo_detector* detector() const { return detector_.get(); }
  const yolo_detector_info& info() const { return info_; }

  // Files in use; `weights` and `labels` are "" for the built-in model.
  const std::string& name() const { return name_; }
  const std::string& weights() const { return weights_; }
  const std::string& labels() const { return labels_; }

  // The class's name, or "" without one.
  std::string Label(int32_t class_id) const;
  // The same for people: "class 17" without a name.
  std::string Title(int32_t class_id) const;

 private:
  struct Destroy {
    void operator()(yolo_detector* detector) const { yolo_destroy(detector); }
  };

  void FindFiles(const Options& options, yolo_options* out);
  [[noreturn]] void ThrowLastError(yolo_status status) const;
  void CheckFoundLabels();

  std::string name_;
  std::string weights_;
  std::string labels_;
  std::string neff_;
  bool found_labels_ = false;  // nobody named labels_: it was beside the model
  bool use_labels_ = true;
  std::unique_ptr<yolo_detector, Destroy> detector_;
  yolo_detector_info info_ = YOLO_DETECTOR_INFO_INIT;
};

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_MODEL_H_
