// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! The C ABI of libyolo 0.1, declaration by declaration: `yolo/yolo.h` and
//! `yolo/neuron.h`. Nothing here is safe; use the crate `yolo`.
//!
//! Names are those of the headers, which this package holds in
//! `libyolo/include` and which say what every field means. Numbers of C's
//! anonymous enumerations are constants of the type that carries them.
//!
//! # Linking
//!
//! | | |
//! |---|---|
//! | no feature | the shared library that pkg-config knows as `yolo`, or the one in `YOLO_LIB_DIR` |
//! | `static` | `libyolo.a` of such an installation, with what its `yolo.pc` says it needs |
//! | `vendored` | the sources in this package are built with CMake and linked statically; `YOLO_ONEDNN=OFF` in the environment leaves oneDNN, and the device `cpu`, out |
//!
//! Build scripts of packages that depend on this one find `DEP_YOLO_LIB_DIR`,
//! `DEP_YOLO_STATIC` (`true` or `false`) and, where known, `DEP_YOLO_INCLUDE`
//! and `DEP_YOLO_VERSION`. A shared library outside the system's folders must be
//! found again at run time (`LD_LIBRARY_PATH`, or a run path of your program).
#![allow(non_camel_case_types)]
#![deny(missing_docs)]

mod constants;
mod neuron;
mod options;
mod results;

pub use constants::*;
pub use neuron::*;
pub use options::*;
pub use results::*;

use std::os::raw::{c_char, c_void};

/// 0 is success; others are the `YOLO_ERROR_` numbers.
pub type yolo_status = i32;

/// A loaded model with all that detection needs; always behind a pointer.
#[repr(C)]
pub struct yolo_detector {
    _private: [u8; 0],
}

extern "C" {
    /// Version of the library that is running, as [`YOLO_VERSION_NUMBER`].
    pub fn yolo_version() -> u32;

    /// One line: version, compiler, devices, libraries. Static storage.
    pub fn yolo_build_info() -> *const c_char;

    /// Name of a status. Static storage.
    pub fn yolo_status_string(status: yolo_status) -> *const c_char;

    /// Why the last call of this thread that failed did so; valid until this
    /// thread's next call.
    pub fn yolo_last_error() -> *const c_char;

    /// Loads a model. `detector` is untouched on failure.
    pub fn yolo_create(
        options: *const yolo_options,
        detector: *mut *mut yolo_detector,
    ) -> yolo_status;

    /// Frees the detector and stops its threads; no other call on it may be
    /// running. NULL is fine.
    pub fn yolo_destroy(detector: *mut yolo_detector);

    /// Finds objects in one image, given by flat arguments.
    pub fn yolo_detect(
        detector: *mut yolo_detector,
        format: i32,
        data: *const c_void,
        size: usize,
        width: u32,
        height: u32,
        stride: usize,
        detections: *mut yolo_detection,
        capacity: usize,
        result: *mut yolo_result,
    ) -> yolo_status;

    /// Finds objects in one image.
    pub fn yolo_detect_image(
        detector: *mut yolo_detector,
        image: *const yolo_image,
        detections: *mut yolo_detection,
        capacity: usize,
        result: *mut yolo_result,
    ) -> yolo_status;

    /// Finds objects in `num_images` images; the boxes of image `i` begin at
    /// `i * capacity`.
    pub fn yolo_detect_batch(
        detector: *mut yolo_detector,
        images: *const yolo_image,
        num_images: usize,
        detections: *mut yolo_detection,
        capacity: usize,
        results: *mut yolo_result,
    ) -> yolo_status;

    /// The options in effect, and what they cost.
    pub fn yolo_get_detector_info(
        detector: *const yolo_detector,
        info: *mut yolo_detector_info,
    ) -> yolo_status;

    /// One layer; `index` is in `[0, num_layers)`.
    pub fn yolo_get_layer_info(
        detector: *const yolo_detector,
        index: u32,
        info: *mut yolo_layer_info,
    ) -> yolo_status;

    /// Name of a class, `""` when there is none; lives as long as the detector.
    pub fn yolo_label(detector: *const yolo_detector, class_id: i32) -> *const c_char;

    /// One core of the device; `index` is in `[0, num_cores)`.
    pub fn yolo_device_stats(
        detector: *const yolo_detector,
        index: u32,
        stats: *mut yolo_core_stats,
    ) -> yolo_status;
}
