// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::YOLO_MESSAGE_SIZE;
use std::mem::size_of;
use std::os::raw::{c_char, c_void};
use std::ptr::null;

/// What device neuron is made of; 0 in any field means its default.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct yolo_neuron_options {
    /// `size_of::<yolo_neuron_options>()`
    pub struct_size: u32,
    /// Of those that the process holds
    pub first_core: u32,
    /// At most 256; 0: all from `first_core` on
    pub num_cores: u32,
    /// Images in flight for each core; default 2, at most 16
    pub lanes_per_core: u32,
    /// Milliseconds; default 30000
    pub timeout_ms: u32,
    /// 0
    pub reserved: u32,
    /// The compiled network
    pub neff_path: *const c_char,
    /// The same in memory; wins over the path
    pub neff_data: *const c_void,
    /// Bytes
    pub neff_size: usize,
    /// The Neuron runtime
    pub libnrt_path: *const c_char,
    /// Cores that the process claims, such as "0-3"
    pub visible_cores: *const c_char,
    /// Types of tensors, such as "image=u8,head_19=f16"
    pub tensor_types: *const c_char,
    /// `YOLO_DECODED_BOXES_`
    pub decoded_boxes: i32,
    /// `YOLO_DECODED_UNITS_`
    pub decoded_units: i32,
    /// `YOLO_DECODED_SCORES_`
    pub decoded_scores: i32,
    /// 0
    pub reserved2: u32,
}

/// Defaults only.
pub const YOLO_NEURON_OPTIONS_INIT: yolo_neuron_options = yolo_neuron_options {
    struct_size: size_of::<yolo_neuron_options>() as u32,
    first_core: 0,
    num_cores: 0,
    lanes_per_core: 0,
    timeout_ms: 0,
    reserved: 0,
    neff_path: null(),
    neff_data: null(),
    neff_size: 0,
    libnrt_path: null(),
    visible_cores: null(),
    tensor_types: null(),
    decoded_boxes: 0,
    decoded_units: 0,
    decoded_scores: 0,
    reserved2: 0,
};

/// One core of a device, since the detector was made.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct yolo_core_stats {
    /// `size_of::<yolo_core_stats>()`
    pub struct_size: u32,
    /// As libnrt counts it
    pub core: u32,
    /// `YOLO_CORE_`
    pub state: i32,
    /// NRT_STATUS that ended its use; 0: none
    pub status: u32,
    /// Images given to it now
    pub in_flight: u32,
    /// 0
    pub reserved: u32,
    /// That it finished
    pub images: u64,
    /// That finished
    pub executions: u64,
    /// Executions tried again
    pub retries: u64,
    /// Images that failed on it or had to move
    pub failures: u64,
    /// Executions that saw a NaN
    pub numeric: u64,
    /// Nanoseconds in libnrt
    pub ns_executing: u64,
    /// Device memory in bytes; 0: not known
    pub bytes_used: u64,
    /// Device memory in bytes; 0: not known
    pub bytes_limit: u64,
    /// Why it is not ready; else ""
    pub message: [c_char; YOLO_MESSAGE_SIZE],
}

/// Nothing known yet.
pub const YOLO_CORE_STATS_INIT: yolo_core_stats = yolo_core_stats {
    struct_size: size_of::<yolo_core_stats>() as u32,
    core: 0,
    state: 0,
    status: 0,
    in_flight: 0,
    reserved: 0,
    images: 0,
    executions: 0,
    retries: 0,
    failures: 0,
    numeric: 0,
    ns_executing: 0,
    bytes_used: 0,
    bytes_limit: 0,
    message: [0; YOLO_MESSAGE_SIZE],
};
