// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The files of the sample model as constants; CMake gives the paths.

        .section .rodata
        .balign 64
        .global yolo_default_weights, yolo_default_weights_end
yolo_default_weights:
        .incbin YOLO_DEFAULT_WEIGHTS
yolo_default_weights_end:

        .global yolo_default_cfg, yolo_default_cfg_end
yolo_default_cfg:
        .incbin YOLO_DEFAULT_CFG
yolo_default_cfg_end:

        .global yolo_default_names, yolo_default_names_end
yolo_default_names:
        .incbin YOLO_DEFAULT_NAMES
yolo_default_names_end:

        .section .note.GNU-stack, "", %progbits
