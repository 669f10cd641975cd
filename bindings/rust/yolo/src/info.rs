// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::{text, Decode, Device, Exif, Nms, Precision, Profile};
use yolo_sys as sys;

/// The options in effect, and what they cost.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub struct DetectorInfo {
    /// Never `Auto`.
    pub device: Device,
    /// Never `Auto`.
    pub precision: Precision,
    /// Never `Auto`.
    pub profile: Profile,
    /// How images are brought to the network's size.
    pub decode: Decode,
    /// What suppresses a box.
    pub nms: Nms,
    /// What becomes of EXIF orientations.
    pub exif: Exif,
    /// Images in flight at once.
    pub num_lanes: u32,
    /// Threads that one image alone may use.
    pub threads_per_lane: u32,
    /// Network input in pixels.
    pub network_width: u32,
    /// Network input in pixels.
    pub network_height: u32,
    /// Classes of the model.
    pub num_classes: u32,
    /// Layers of the model.
    pub num_layers: u32,
    /// `[yolo]` layers of the model.
    pub num_heads: u32,
    /// Boxes that enter NMS at most.
    pub max_candidates: u32,
    /// Boxes reported for an image at most.
    pub max_detections: u32,
    /// Progressive scans beyond which a JPEG is refused.
    pub max_scans: u32,
    /// Boxes score more, in (0, 1].
    pub score_threshold: f32,
    /// Overlap that suppresses, in (0, 1].
    pub iou_threshold: f32,
    /// Class names read; 0 without labels.
    pub num_labels: u32,
    /// Numbers in the weights file: weights, biases, scales, means and variances.
    pub num_parameters: u64,
    /// 2 * multiply-adds of the convolutions / 1e9, for one image.
    pub gflop: f64,
    /// Pixels of an image beyond which it is refused.
    pub max_pixels: u64,
    /// Bytes that the detector may hold; 0: no limit.
    pub max_bytes: u64,
    /// Bytes that it holds now, all lanes.
    pub bytes_held: u64,
    /// Of these: weights, shared by the lanes.
    pub bytes_weights: u64,
    /// Of these: one lane's tensors and scratch.
    pub bytes_lane: u64,
    /// `"cpu"`, `"portable"` or `"neuron"`.
    pub device_name: String,
    /// What the device runs, such as `"avx512_bf16"`.
    pub instruction_set: String,
    /// Cores of the device; 0: it has none of its own.
    pub num_cores: u32,
    /// Images that run together at most.
    pub batch: u32,
    /// More for people, lines of `name: text`.
    pub device_details: String,
}

impl DetectorInfo {
    /// # Safety
    /// `raw` is of a detector that lives during the call.
    pub(crate) unsafe fn new(raw: &sys::yolo_detector_info) -> DetectorInfo {
        // SAFETY: strings live as long as the detector.
        let text = |pointer| unsafe { text::copy(pointer) };
        DetectorInfo {
            device: Device::from_raw(raw.device),
            precision: Precision::from_raw(raw.precision),
            profile: Profile::from_raw(raw.profile),
            decode: Decode::from_raw(raw.decode),
            nms: Nms::from_raw(raw.nms),
            exif: Exif::from_raw(raw.exif),
            num_lanes: raw.num_lanes,
            threads_per_lane: raw.threads_per_lane,
            network_width: raw.network_width,
            network_height: raw.network_height,
            num_classes: raw.num_classes,
            num_layers: raw.num_layers,
            num_heads: raw.num_heads,
            max_candidates: raw.max_candidates,
            max_detections: raw.max_detections,
            max_scans: raw.max_scans,
            score_threshold: raw.score_threshold,
            iou_threshold: raw.iou_threshold,
            num_labels: raw.num_labels,
            num_parameters: raw.num_parameters,
            gflop: raw.gflop,
            max_pixels: raw.max_pixels,
            max_bytes: raw.max_bytes,
            bytes_held: raw.bytes_held,
            bytes_weights: raw.bytes_weights,
            bytes_lane: raw.bytes_lane,
            device_name: text(raw.device_name),
            instruction_set: text(raw.instruction_set),
            num_cores: raw.num_cores,
            batch: raw.batch,
            device_details: text(raw.device_details),
        }
    }
}

/// One layer of the model as it was read.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub struct LayerInfo {
    /// Of its section in the model file, from 1.
    pub line: u32,
    /// Channels of its output.
    pub channels: u32,
    /// Rows of its output.
    pub height: u32,
    /// Columns of its output.
    pub width: u32,
    /// Numbers in the weights file.
    pub num_parameters: u64,
    /// 2 * multiply-adds / 1e9, for one image.
    pub gflop: f64,
    /// `"convolutional"`, `"route"`, ...
    pub kind: String,
    /// What the device runs for it; `""` when nothing.
    pub implementation: String,
}

impl LayerInfo {
    /// # Safety
    /// `raw` is of a detector that lives during the call.
    pub(crate) unsafe fn new(raw: &sys::yolo_layer_info) -> LayerInfo {
        // SAFETY: strings live as long as the detector.
        let text = |pointer| unsafe { text::copy(pointer) };
        LayerInfo {
            line: raw.line,
            channels: raw.channels,
            height: raw.height,
            width: raw.width,
            num_parameters: raw.num_parameters,
            gflop: raw.gflop,
            kind: text(raw.type_),
            implementation: text(raw.implementation),
        }
    }
}
