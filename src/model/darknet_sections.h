// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The table of Darknet's sections: what reads each, or why it is refused.
#ifndef YOLO_MODEL_DARKNET_SECTIONS_H_
#define YOLO_MODEL_DARKNET_SECTIONS_H_

#include <string_view>

#include "model/darknet_layers.h"

namespace yolo {

struct SectionType {
  std::string_view name;
  // Reads the section into `layer`, whose inputs are the layer before. Null:
  // `refusal` says why not.
  Status (*read)(SectionReader* in, DarknetGraph* model, Layer* layer);
  std::string_view ignored;  // keys that matter in training; see WarnUnread
  std::string_view refusal;
};

// Null when Darknet has no such section either.
const SectionType* FindSectionType(std::string_view name);

// Keys of any layer, and those of [net], that matter in training or on a GPU
// only.
std::string_view IgnoredEverywhere();
std::string_view IgnoredInNet();

}  // namespace yolo

#endif  // YOLO_MODEL_DARKNET_SECTIONS_H_
