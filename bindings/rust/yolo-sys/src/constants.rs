// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::yolo_status;

/// Bytes of a message, with its NUL.
pub const YOLO_MESSAGE_SIZE: usize = 256;
/// Version that these declarations are of: major << 16 | minor << 8 | patch.
pub const YOLO_VERSION_NUMBER: u32 = 1 << 8;

// Constants with what they are of; the layout test compares ALL_CONSTANTS with
// the headers.
macro_rules! constants {
    ($($what:literal $type:ty { $($name:ident = $value:literal,)* })*) => {
        $($(
            #[doc = $what]
            pub const $name: $type = $value;
        )*)*
        #[doc(hidden)]
        pub const ALL_CONSTANTS: &[(&str, i64)] = &[$($((stringify!($name), $value),)*)*];
    };
}

constants! {
    "A status." yolo_status {
        YOLO_OK = 0,
        YOLO_ERROR_INVALID_ARGUMENT = 1,
        YOLO_ERROR_OUT_OF_MEMORY = 2,
        YOLO_ERROR_IO = 3,
        YOLO_ERROR_BAD_MODEL = 4,
        YOLO_ERROR_UNSUPPORTED_MODEL = 5,
        YOLO_ERROR_BAD_IMAGE = 6,
        YOLO_ERROR_UNSUPPORTED_IMAGE = 7,
        YOLO_ERROR_LIMIT = 8,
        YOLO_ERROR_DEVICE_UNAVAILABLE = 9,
        YOLO_ERROR_DEVICE = 10,
        YOLO_ERROR_VERSION = 11,
        YOLO_ERROR_FORKED = 12,
        YOLO_ERROR_INTERNAL = 13,
    }
    "A value of `yolo_options.device`." i32 {
        YOLO_DEVICE_AUTO = 0,
        YOLO_DEVICE_CPU = 1,
        YOLO_DEVICE_PORTABLE = 2,
        YOLO_DEVICE_NEURON = 3,
    }
    "A value of `yolo_options.fallback`." i32 {
        YOLO_FALLBACK_NONE = 0,
        YOLO_FALLBACK_CPU = 1,
    }
    "A value of `yolo_options.precision`." i32 {
        YOLO_PRECISION_AUTO = 0,
        YOLO_PRECISION_F32 = 1,
        YOLO_PRECISION_BF16 = 2,
        YOLO_PRECISION_F16 = 3,
    }
    "A value of `yolo_options.profile`." i32 {
        YOLO_PROFILE_AUTO = 0,
        YOLO_PROFILE_DARKNET = 1,
        YOLO_PROFILE_DARKNET_LETTERBOX = 2,
        YOLO_PROFILE_OPENCV = 3,
        YOLO_PROFILE_ULTRALYTICS = 4,
        YOLO_PROFILE_TF1_LEGACY = 5,
    }
    "A value of `yolo_options.decode`." i32 {
        YOLO_DECODE_FAST = 0,
        YOLO_DECODE_EXACT = 1,
    }
    "A value of `yolo_options.nms`." i32 {
        YOLO_NMS_PER_CLASS = 0,
        YOLO_NMS_AGNOSTIC = 1,
        YOLO_NMS_DIOU = 2,
        YOLO_NMS_NONE = 3,
    }
    "A value of `yolo_options.exif`." i32 {
        YOLO_EXIF_APPLY = 0,
        YOLO_EXIF_IGNORE = 1,
    }
    "Level of a log message." i32 {
        YOLO_LOG_ERROR = 1,
        YOLO_LOG_WARNING = 2,
        YOLO_LOG_INFO = 3,
    }
    "A value of `yolo_image.format`." i32 {
        YOLO_FORMAT_JPEG = 0,
        YOLO_FORMAT_RGB = 1,
        YOLO_FORMAT_BGR = 2,
        YOLO_FORMAT_RGBA = 3,
        YOLO_FORMAT_BGRA = 4,
        YOLO_FORMAT_GRAY = 5,
        YOLO_FORMAT_NV12 = 6,
        YOLO_FORMAT_NV21 = 7,
        YOLO_FORMAT_I420 = 8,
        YOLO_FORMAT_YUYV = 9,
        YOLO_FORMAT_UYVY = 10,
    }
    "A value of `yolo_image.yuv_standard`." i32 {
        YOLO_YUV_BT601_LIMITED = 0,
        YOLO_YUV_BT601_FULL = 1,
        YOLO_YUV_BT709_LIMITED = 2,
        YOLO_YUV_BT709_FULL = 3,
    }
    "A bit of `yolo_result.truncated`." u32 {
        YOLO_TRUNCATED_DETECTIONS = 1,
        YOLO_TRUNCATED_CANDIDATES = 2,
        YOLO_TRUNCATED_IMAGE = 4,
    }
    "A bit of `yolo_result.notes`." u32 {
        YOLO_NOTE_FALLBACK = 1,
        YOLO_NOTE_NUMERIC = 2,
    }
    "A value of `yolo_neuron_options.decoded_boxes`." i32 {
        YOLO_DECODED_BOXES_DEFAULT = 0,
        YOLO_DECODED_BOXES_XYWH = 1,
        YOLO_DECODED_BOXES_XYXY = 2,
        YOLO_DECODED_BOXES_YXYX = 3,
    }
    "A value of `yolo_neuron_options.decoded_units`." i32 {
        YOLO_DECODED_UNITS_DEFAULT = 0,
        YOLO_DECODED_UNITS_PIXELS = 1,
        YOLO_DECODED_UNITS_FRACTIONS = 2,
    }
    "A value of `yolo_neuron_options.decoded_scores`." i32 {
        YOLO_DECODED_SCORES_DEFAULT = 0,
        YOLO_DECODED_SCORES_PRODUCT = 1,
        YOLO_DECODED_SCORES_FINAL = 2,
    }
    "A value of `yolo_core_stats.state`." i32 {
        YOLO_CORE_READY = 0,
        YOLO_CORE_FAILED = 1,
        YOLO_CORE_STUCK = 2,
    }
}
