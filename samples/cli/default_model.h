// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The sample model that is part of the executable.
#ifndef YOLO_SAMPLES_CLI_DEFAULT_MODEL_H_
#define YOLO_SAMPLES_CLI_DEFAULT_MODEL_H_

// Defined in default_model.S: each pair spans one file of
// samples/models/yolov4-nano.
extern "C" {
extern const unsigned char yolo_default_cfg[];
extern const unsigned char yolo_default_cfg_end[];
extern const unsigned char yolo_default_weights[];
extern const unsigned char yolo_default_weights_end[];
extern const unsigned char yolo_default_names[];
extern const unsigned char yolo_default_names_end[];
}

namespace cli {

inline constexpr char kDefaultModelName[] = "yolov4-nano (built in)";

// What every user of it must know, on one line.
inline constexpr char kDefaultModelNotice[] =
    "no --model given, so this is the small built-in sample model: weak (AP50 "
    "8.4 on held-out COCO photos), good for large people and some vehicles "
    "only; for real results get yolov4.cfg and yolov4.weights from "
    "https://github.com/AlexeyAB/darknet/releases and add --model yolov4.cfg";

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_DEFAULT_MODEL_H_
