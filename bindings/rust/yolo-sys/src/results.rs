// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::{yolo_status, YOLO_MESSAGE_SIZE};
use std::mem::size_of;
use std::os::raw::{c_char, c_void};
use std::ptr::null;

/// An image in the caller's memory, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct yolo_image {
    /// `size_of::<yolo_image>()`
    pub struct_size: u32,
    /// `YOLO_FORMAT_`
    pub format: i32,
    /// The file, the pixels, or plane 0
    pub data: *const c_void,
    /// Bytes at `data`
    pub size: usize,
    /// Pixels; 0 for JPEG
    pub width: u32,
    /// Pixels; 0 for JPEG
    pub height: u32,
    /// Bytes from row to row; 0: rows are adjacent
    pub stride: usize,
    /// Planes 1 and 2; all NULL: they follow plane 0
    pub chroma: [*const c_void; 2],
    /// Bytes
    pub chroma_size: [usize; 2],
    /// Bytes from row to row
    pub chroma_stride: [usize; 2],
    /// `YOLO_YUV_`
    pub yuv_standard: i32,
    /// How a raw frame has to be turned, as in EXIF: 1 to 8; 0: not at all
    pub orientation: u32,
}

/// An empty JPEG.
pub const YOLO_IMAGE_INIT: yolo_image = yolo_image {
    struct_size: size_of::<yolo_image>() as u32,
    format: 0,
    data: null(),
    size: 0,
    width: 0,
    height: 0,
    stride: 0,
    chroma: [null(); 2],
    chroma_size: [0; 2],
    chroma_stride: [0; 2],
    yuv_standard: 0,
    orientation: 0,
};

/// One box, in pixels of the upright image.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct yolo_detection {
    /// Left
    pub x0: f32,
    /// Top
    pub y0: f32,
    /// Right
    pub x1: f32,
    /// Bottom
    pub y1: f32,
    /// (0, 1]
    pub score: f32,
    /// [0, number of classes)
    pub class_id: i32,
}

/// What became of one image.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct yolo_result {
    /// `size_of::<yolo_result>()`
    pub struct_size: u32,
    /// Of this image
    pub status: yolo_status,
    /// Boxes written, highest score first
    pub count: u32,
    /// Boxes after NMS, before the cut to `count`
    pub found: u32,
    /// `YOLO_TRUNCATED_` bits
    pub truncated: u32,
    /// Of the upright image, pixels
    pub width: u32,
    /// Of the upright image, pixels
    pub height: u32,
    /// 1 to 8, as in EXIF
    pub orientation: u32,
    /// Nanoseconds until a lane took the image
    pub ns_wait: u64,
    /// Nanoseconds from JPEG bytes to samples
    pub ns_decode: u64,
    /// Nanoseconds from samples to the network's input
    pub ns_pack: u64,
    /// Nanoseconds of the network
    pub ns_run: u64,
    /// Nanoseconds from heads to boxes
    pub ns_extract: u64,
    /// Why it failed; "" on success
    pub message: [c_char; YOLO_MESSAGE_SIZE],
    /// `YOLO_NOTE_` bits
    pub notes: u32,
    /// Of the device that ran it; -1: of none
    pub core: i32,
}

/// Ready for a call.
pub const YOLO_RESULT_INIT: yolo_result = yolo_result {
    struct_size: size_of::<yolo_result>() as u32,
    status: 0,
    count: 0,
    found: 0,
    truncated: 0,
    width: 0,
    height: 0,
    orientation: 0,
    ns_wait: 0,
    ns_decode: 0,
    ns_pack: 0,
    ns_run: 0,
    ns_extract: 0,
    message: [0; YOLO_MESSAGE_SIZE],
    notes: 0,
    core: 0,
};

/// The options in effect, and what they cost. Strings live as long as the
/// detector.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct yolo_detector_info {
    /// `size_of::<yolo_detector_info>()`
    pub struct_size: u32,
    /// `YOLO_DEVICE_`, never AUTO
    pub device: i32,
    /// `YOLO_PRECISION_`, never AUTO
    pub precision: i32,
    /// `YOLO_PROFILE_`, never AUTO
    pub profile: i32,
    /// `YOLO_DECODE_`
    pub decode: i32,
    /// `YOLO_NMS_`
    pub nms: i32,
    /// `YOLO_EXIF_`
    pub exif: i32,
    /// Images in flight at once
    pub num_lanes: u32,
    /// Threads that one image alone may use
    pub threads_per_lane: u32,
    /// Pixels
    pub network_width: u32,
    /// Pixels
    pub network_height: u32,
    /// Of the model
    pub num_classes: u32,
    /// Of the model
    pub num_layers: u32,
    /// Of the model
    pub num_heads: u32,
    /// Boxes that enter NMS
    pub max_candidates: u32,
    /// Boxes reported for an image
    pub max_detections: u32,
    /// Progressive scans of a JPEG
    pub max_scans: u32,
    /// (0, 1]
    pub score_threshold: f32,
    /// (0, 1]
    pub iou_threshold: f32,
    /// Names read; 0 without labels
    pub num_labels: u32,
    /// Numbers in the weights file
    pub num_parameters: u64,
    /// 2 * multiply-adds of the convolutions / 1e9
    pub gflop: f64,
    /// Of an image
    pub max_pixels: u64,
    /// That the detector may hold; 0: no limit
    pub max_bytes: u64,
    /// From the allocator, now, all lanes
    pub bytes_held: u64,
    /// Of these: weights, shared by the lanes
    pub bytes_weights: u64,
    /// Of these: one lane's tensors and scratch
    pub bytes_lane: u64,
    /// "cpu", "portable", "neuron"
    pub device_name: *const c_char,
    /// What the device runs, for example "avx512_bf16"
    pub instruction_set: *const c_char,
    /// Of the device; 0: it has none of its own
    pub num_cores: u32,
    /// Images that run together at most
    pub batch: u32,
    /// Lines of "name: text"
    pub device_details: *const c_char,
}

/// Ready for a call.
pub const YOLO_DETECTOR_INFO_INIT: yolo_detector_info = yolo_detector_info {
    struct_size: size_of::<yolo_detector_info>() as u32,
    device: 0,
    precision: 0,
    profile: 0,
    decode: 0,
    nms: 0,
    exif: 0,
    num_lanes: 0,
    threads_per_lane: 0,
    network_width: 0,
    network_height: 0,
    num_classes: 0,
    num_layers: 0,
    num_heads: 0,
    max_candidates: 0,
    max_detections: 0,
    max_scans: 0,
    score_threshold: 0.0,
    iou_threshold: 0.0,
    num_labels: 0,
    num_parameters: 0,
    gflop: 0.0,
    max_pixels: 0,
    max_bytes: 0,
    bytes_held: 0,
    bytes_weights: 0,
    bytes_lane: 0,
    device_name: null(),
    instruction_set: null(),
    num_cores: 0,
    batch: 0,
    device_details: null(),
};

/// One layer of the model as it was read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct yolo_layer_info {
    /// `size_of::<yolo_layer_info>()`
    pub struct_size: u32,
    /// Of its section in the model file, from 1
    pub line: u32,
    /// Of its output
    pub channels: u32,
    /// Of its output
    pub height: u32,
    /// Of its output
    pub width: u32,
    /// 0
    pub reserved: u32,
    /// Numbers in the weights file
    pub num_parameters: u64,
    /// 2 * multiply-adds / 1e9
    pub gflop: f64,
    /// "convolutional", "route", ...
    pub type_: *const c_char,
    /// What the device runs for it; "" for nothing
    pub implementation: *const c_char,
}

/// Ready for a call.
pub const YOLO_LAYER_INFO_INIT: yolo_layer_info = yolo_layer_info {
    struct_size: size_of::<yolo_layer_info>() as u32,
    line: 0,
    channels: 0,
    height: 0,
    width: 0,
    reserved: 0,
    num_parameters: 0,
    gflop: 0.0,
    type_: null(),
    implementation: null(),
};
