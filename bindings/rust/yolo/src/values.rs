// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Choices that C carries as int32_t.
use yolo_sys as sys;

macro_rules! values {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $constant:ident,)* })*) => {$(
        $(#[$doc])*
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// A number that this version of the crate does not know: a newer library
            /// may report it.
            Unknown(i32),
        }

        impl $name {
            /// The number that the C API gives it.
            pub const fn raw(self) -> i32 {
                match self {
                    $($name::$variant => sys::$constant,)*
                    $name::Unknown(number) => number,
                }
            }

            /// What the number means to the C API.
            pub const fn from_raw(number: i32) -> $name {
                match number {
                    $(sys::$constant => $name::$variant,)*
                    _ => $name::Unknown(number),
                }
            }
        }
    )*};
}

values! {
    /// What runs the network.
    Device {
        /// The fastest that is available: neuron (where a NEFF is named), cpu,
        /// portable. The default; never reported.
        Auto = YOLO_DEVICE_AUTO,
        /// oneDNN, f32 and bf16; x86-64.
        Cpu = YOLO_DEVICE_CPU,
        /// Eigen, f32 only; any CPU.
        Portable = YOLO_DEVICE_PORTABLE,
        /// AWS Inferentia and Trainium: [`NeuronOptions`](crate::NeuronOptions).
        Neuron = YOLO_DEVICE_NEURON,
    }

    /// What runs images when their device is lost.
    Fallback {
        /// Nothing: that is an error. The default.
        None = YOLO_FALLBACK_NONE,
        /// The CPU runs what the device cannot.
        Cpu = YOLO_FALLBACK_CPU,
    }

    /// Numbers that the network is computed with.
    Precision {
        /// bf16 where the CPU multiplies it, else f32. The default; never reported.
        Auto = YOLO_PRECISION_AUTO,
        /// 32-bit floating point.
        F32 = YOLO_PRECISION_F32,
        /// bfloat16.
        Bf16 = YOLO_PRECISION_BF16,
        /// 16-bit floating point; reported only.
        F16 = YOLO_PRECISION_F16,
    }

    /// How an image becomes the network's input and a head becomes boxes. Each is
    /// named after the tool whose arithmetic it reproduces.
    Profile {
        /// The model's own: darknet for .cfg, or darknet-letterbox with
        /// `letter_box=1`. The default; never reported.
        Auto = YOLO_PROFILE_AUTO,
        /// Stretch, corner-aligned bilinear.
        Darknet = YOLO_PROFILE_DARKNET,
        /// The same, aspect kept, border 0.5.
        DarknetLetterbox = YOLO_PROFILE_DARKNET_LETTERBOX,
        /// Stretch, `cv::resize` INTER_LINEAR on bytes.
        Opencv = YOLO_PROFILE_OPENCV,
        /// Aspect kept, border 114/255, `cv::resize`.
        Ultralytics = YOLO_PROFILE_ULTRALYTICS,
        /// Stretch, src = dst * in / out, no scale_x_y: AWS's YOLOv4 demo.
        Tf1Legacy = YOLO_PROFILE_TF1_LEGACY,
    }

    /// How an image is brought to the network's size.
    Decode {
        /// Each component from its own resolution; large images are reduced first.
        /// The default.
        Fast = YOLO_DECODE_FAST,
        /// Full size, as libjpeg and the profile's tool do it, bit by bit.
        Exact = YOLO_DECODE_EXACT,
    }

    /// What suppresses a box.
    Nms {
        /// A better box of its class, IoU above the threshold. The default.
        PerClass = YOLO_NMS_PER_CLASS,
        /// A better box of any class, IoU above the threshold.
        Agnostic = YOLO_NMS_AGNOSTIC,
        /// A better box of its class, IoU minus relative squared centre distance
        /// above the threshold.
        Diou = YOLO_NMS_DIOU,
        /// Nothing: the raw candidates.
        None = YOLO_NMS_NONE,
    }

    /// What becomes of a JPEG's EXIF orientation.
    Exif {
        /// The image is turned upright before detection. The default.
        Apply = YOLO_EXIF_APPLY,
        /// The pixels are used as stored.
        Ignore = YOLO_EXIF_IGNORE,
    }

    /// How serious a log message is.
    LogLevel {
        /// Something failed.
        Error = YOLO_LOG_ERROR,
        /// Something is not as it was asked for.
        Warning = YOLO_LOG_WARNING,
        /// Good to know.
        Info = YOLO_LOG_INFO,
    }

    /// What the four numbers of a box are that a network decodes itself.
    DecodedBoxes {
        /// In one tensor `Xywh`, in two `Xyxy`. The default.
        Auto = YOLO_DECODED_BOXES_DEFAULT,
        /// Centre and size.
        Xywh = YOLO_DECODED_BOXES_XYWH,
        /// Left, top, right, bottom.
        Xyxy = YOLO_DECODED_BOXES_XYXY,
        /// Top, left, bottom, right.
        Yxyx = YOLO_DECODED_BOXES_YXYX,
    }

    /// Units of boxes that a network decodes itself.
    DecodedUnits {
        /// In one tensor pixels, in two fractions. The default.
        Auto = YOLO_DECODED_UNITS_DEFAULT,
        /// Pixels of the network's input.
        Pixels = YOLO_DECODED_UNITS_PIXELS,
        /// Fractions of its width and height.
        Fractions = YOLO_DECODED_UNITS_FRACTIONS,
    }

    /// Scores of boxes that a network decodes itself.
    DecodedScores {
        /// With an objectness the product, else final. The default.
        Auto = YOLO_DECODED_SCORES_DEFAULT,
        /// Objectness times class.
        Product = YOLO_DECODED_SCORES_PRODUCT,
        /// The class alone.
        Final = YOLO_DECODED_SCORES_FINAL,
    }

    /// Whether a core of a device takes images.
    CoreState {
        /// It does.
        Ready = YOLO_CORE_READY,
        /// It is not used any more.
        Failed = YOLO_CORE_FAILED,
        /// The same: an execution never came back.
        Stuck = YOLO_CORE_STUCK,
    }
}
