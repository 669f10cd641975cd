// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! Finds objects in photos with YOLO models: JPEG bytes (or raw pixels) in,
//! boxes out. Safe bindings of libyolo; names and meanings are those
//! of its C header, `yolo/yolo.h`. How it is linked is told by the crate `yolo-sys`.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let detector = yolo::Detector::builder()
//!     .model_path("yolov4.cfg")
//!     .weights_path("yolov4.weights")
//!     .labels_path("coco.names")
//!     .build()?;
//! for found in detector.detect(&std::fs::read("photo.jpg")?)? {
//!     println!("{} {:.2}", detector.label(found.class_id).unwrap_or(""), found.score);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! In a loop, [`Detector::detect_into`] reuses the caller's `Vec` and allocates
//! nothing; frames of cameras are [`Frame`]s; [`Detector::detect_batch`] takes
//! many images at once:
//!
//! ```no_run
//! # fn main() -> yolo::Result<()> {
//! # let detector = yolo::Detector::builder().build()?;
//! # let (y, uv) = (vec![0; 1920 * 1080], vec![0; 1920 * 540]);
//! use yolo::{Frame, YuvStandard};
//!
//! let mut boxes = Vec::new();
//! let frame = Frame::nv12(&y, &uv, 1920, 1080, YuvStandard::Bt709Limited)?;
//! let result = detector.detect_into(frame, &mut boxes)?;
//! println!("{} boxes in {:?}", boxes.len(), result.times.total());
//! # Ok(())
//! # }
//! ```
//!
//! # Threads
//!
//! A [`Detector`] is `Send` and `Sync`: any number of threads may call it at
//! once, and no call needs more than one detector. As many images run at once as
//! it has lanes ([`DetectorBuilder::num_lanes`]); other calls wait in the order
//! they came. A call needs 256 KiB of stack. Calls block: in an async program make
//! them where blocking is allowed.
//!
//! # `fork`
//!
//! Threads do not survive `fork`. In the child, calls on a detector that was made
//! before return [`Error::Forked`], and dropping it is fine; make one in each
//! process.
//!
//! # Memory
//!
//! Images are borrowed during the call and never copied whole. Boxes are written
//! by the library straight into a `Vec<Detection>`. A failure's text is
//! allocated; a success allocates nothing where this documentation says so.
//!
//! # Panics
//!
//! Nothing here panics on bad input. A panic of the log callback does not cross
//! into the library ([`DetectorBuilder::log`]).
#![deny(missing_docs)]
#![warn(unsafe_op_in_unsafe_fn)]

mod batch;
mod builder;
mod detector;
mod error;
mod frame;
mod image;
mod info;
mod log;
mod neuron;
mod result;
mod text;
mod values;

pub use crate::batch::Batch;
pub use crate::builder::DetectorBuilder;
pub use crate::detector::Detector;
pub use crate::error::{Error, Result};
pub use crate::frame::{Frame, Orientation, PackedFormat, Plane, YuvFormat, YuvStandard};
pub use crate::image::Image;
pub use crate::info::{DetectorInfo, LayerInfo};
pub use crate::neuron::{CoreStats, NeuronOptions};
pub use crate::result::{Detection, Detections, ImageResult, Notes, Times, Truncated};
pub use crate::values::{
    CoreState, Decode, DecodedBoxes, DecodedScores, DecodedUnits, Device, Exif, Fallback, LogLevel,
    Nms, Precision, Profile,
};

/// Version of the library that is running: major, minor, patch.
pub fn version() -> (u32, u32, u32) {
    // SAFETY: no arguments, any thread.
    let number = unsafe { yolo_sys::yolo_version() };
    (number >> 16, number >> 8 & 0xff, number & 0xff)
}

/// One line: version, compiler, devices compiled in, and name and version of
/// each library that libyolo is linked with.
pub fn build_info() -> String {
    // SAFETY: static storage.
    unsafe { text::copy(yolo_sys::yolo_build_info()) }
}
