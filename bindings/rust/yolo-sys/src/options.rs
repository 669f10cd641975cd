// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::{yolo_neuron_options, YOLO_VERSION_NUMBER};
use std::mem::size_of;
use std::os::raw::{c_char, c_void};
use std::ptr::{null, null_mut};

/// Receives one line; `message` is valid during the call only.
pub type yolo_log_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, level: i32, message: *const c_char)>;

/// Returns `size` bytes aligned to `alignment`, or NULL.
pub type yolo_alloc_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, size: usize, alignment: usize) -> *mut c_void>;

/// Gets what the allocator returned, and its size.
pub type yolo_free_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, memory: *mut c_void, size: usize)>;

/// What a detector is made of; 0 in any field means its default.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct yolo_options {
    /// `size_of::<yolo_options>()`
    pub struct_size: u32,
    /// [`YOLO_VERSION_NUMBER`]
    pub header_version: u32,
    /// Darknet .cfg
    pub model_path: *const c_char,
    /// Darknet .weights
    pub weights_path: *const c_char,
    /// The same in memory; wins over the path
    pub model_data: *const c_void,
    /// Bytes
    pub model_size: usize,
    /// The same in memory; wins over the path
    pub weights_data: *const c_void,
    /// Bytes
    pub weights_size: usize,
    /// One class name a line
    pub labels_path: *const c_char,
    /// The same in memory; wins over the path
    pub labels_data: *const c_void,
    /// Bytes
    pub labels_size: usize,
    /// `YOLO_DEVICE_`
    pub device: i32,
    /// `YOLO_PRECISION_`
    pub precision: i32,
    /// Images in flight at once; at most 256
    pub num_lanes: u32,
    /// Threads that one image alone may use; at most 64
    pub threads_per_lane: u32,
    /// (0, 1]; default 0.25
    pub score_threshold: f32,
    /// (0, 1]; default 0.45
    pub iou_threshold: f32,
    /// One for each class; 0: `score_threshold`
    pub class_thresholds: *const f32,
    /// The model's classes, or 0
    pub num_class_thresholds: usize,
    /// The class ids that are reported; NULL: all
    pub class_allow: *const i32,
    /// Entries of `class_allow`
    pub num_class_allow: usize,
    /// `YOLO_NMS_`
    pub nms: i32,
    /// Boxes that enter NMS; default 4096, at most 65536
    pub max_candidates: u32,
    /// Boxes reported for an image; default 300
    pub max_detections: u32,
    /// Pixels
    pub network_width: u32,
    /// Pixels
    pub network_height: u32,
    /// `YOLO_PROFILE_`
    pub profile: i32,
    /// `YOLO_DECODE_`
    pub decode: i32,
    /// `YOLO_EXIF_`
    pub exif: i32,
    /// Scans of a JPEG, together at most 64 `max_pixels`; default 500
    pub max_scans: u32,
    /// Pixels of an image; default 2^26
    pub max_pixels: u64,
    /// Bytes that the detector may hold; 0: no limit
    pub max_bytes: u64,
    /// Called from several threads at once
    pub alloc: yolo_alloc_fn,
    /// Set with `alloc`
    pub free: yolo_free_fn,
    /// Passed to both
    pub alloc_user: *mut c_void,
    /// Called from several threads at once
    pub log: yolo_log_fn,
    /// Passed to `log`
    pub log_user: *mut c_void,
    /// `YOLO_FALLBACK_`
    pub fallback: i32,
    /// 0
    pub reserved: u32,
    /// Device neuron only
    pub neuron: *const yolo_neuron_options,
}

/// Defaults only.
pub const YOLO_OPTIONS_INIT: yolo_options = yolo_options {
    struct_size: size_of::<yolo_options>() as u32,
    header_version: YOLO_VERSION_NUMBER,
    model_path: null(),
    weights_path: null(),
    model_data: null(),
    model_size: 0,
    weights_data: null(),
    weights_size: 0,
    labels_path: null(),
    labels_data: null(),
    labels_size: 0,
    device: 0,
    precision: 0,
    num_lanes: 0,
    threads_per_lane: 0,
    score_threshold: 0.0,
    iou_threshold: 0.0,
    class_thresholds: null(),
    num_class_thresholds: 0,
    class_allow: null(),
    num_class_allow: 0,
    nms: 0,
    max_candidates: 0,
    max_detections: 0,
    network_width: 0,
    network_height: 0,
    profile: 0,
    decode: 0,
    exif: 0,
    max_scans: 0,
    max_pixels: 0,
    max_bytes: 0,
    alloc: None,
    free: None,
    alloc_user: null_mut(),
    log: None,
    log_user: null_mut(),
    fallback: 0,
    reserved: 0,
    neuron: null(),
};
