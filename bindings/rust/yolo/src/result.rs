// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::Orientation;
use std::mem::{align_of, size_of};
use std::time::Duration;
use yolo_sys as sys;

/// One box, in pixels of the upright image: x right, y down, (0, 0) the outer
/// corner of the first pixel, clipped to the image.
///
/// It is `yolo_detection` of C, which the library writes in place.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Detection {
    /// Left edge, pixels: `0 <= x0 <= x1 <= width`.
    pub x0: f32,
    /// Top edge, pixels: `0 <= y0 <= y1 <= height`.
    pub y0: f32,
    /// Right edge, pixels.
    pub x1: f32,
    /// Bottom edge, pixels.
    pub y1: f32,
    /// Objectness times class probability, in (0, 1].
    pub score: f32,
    /// Number of the class, in [0, number of classes).
    pub class_id: i32,
}

const _: () = assert!(
    size_of::<Detection>() == size_of::<sys::yolo_detection>()
        && align_of::<Detection>() == align_of::<sys::yolo_detection>()
);

impl Detection {
    /// Pixels from left to right.
    pub fn width(&self) -> f32 {
        self.x1 - self.x0
    }

    /// Pixels from top to bottom.
    pub fn height(&self) -> f32 {
        self.y1 - self.y0
    }
}

/// What was left out of a result.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Truncated {
    /// More boxes were found than `max_detections`.
    pub detections: bool,
    /// More than `max_candidates` would have entered NMS.
    pub candidates: bool,
    /// The JPEG ended early; its missing part is grey.
    pub image: bool,
}

impl Truncated {
    /// Whether anything was left out.
    pub fn any(&self) -> bool {
        self.detections || self.candidates || self.image
    }
}

/// What was special about an image.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// The CPU ran it: its device is lost.
    pub fallback: bool,
    /// The device reported a NaN in its batch.
    pub numeric: bool,
}

/// What an image took, by the clock on the wall; nanosecond resolution.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Until a lane took the image.
    pub wait: Duration,
    /// JPEG bytes to samples; with `pack`, to the network's input.
    pub decode: Duration,
    /// Samples to the network's input.
    pub pack: Duration,
    /// The network.
    pub run: Duration,
    /// Heads to boxes, NMS included.
    pub extract: Duration,
}

impl Times {
    /// All of them.
    pub fn total(&self) -> Duration {
        self.wait + self.decode + self.pack + self.run + self.extract
    }
}

/// What became of one image that did not fail.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageResult {
    /// Boxes after NMS, before the cut to `max_detections`.
    pub found: u32,
    /// What was left out.
    pub truncated: Truncated,
    /// Of the upright image, pixels.
    pub width: u32,
    /// Of the upright image, pixels.
    pub height: u32,
    /// The EXIF orientation that was found or, of a frame, given.
    pub orientation: Orientation,
    /// What it took.
    pub times: Times,
    /// What was special.
    pub notes: Notes,
    /// The core of the device that ran it, as
    /// [`CoreStats::core`](crate::CoreStats::core); `None`: a device without cores.
    pub core: Option<u32>,
}

impl ImageResult {
    pub(crate) fn new(raw: &sys::yolo_result) -> ImageResult {
        let bit = |bits: u32, bit: u32| bits & bit != 0;
        ImageResult {
            found: raw.found,
            truncated: Truncated {
                detections: bit(raw.truncated, sys::YOLO_TRUNCATED_DETECTIONS),
                candidates: bit(raw.truncated, sys::YOLO_TRUNCATED_CANDIDATES),
                image: bit(raw.truncated, sys::YOLO_TRUNCATED_IMAGE),
            },
            width: raw.width,
            height: raw.height,
            orientation: Orientation::from_raw(raw.orientation),
            times: Times {
                wait: Duration::from_nanos(raw.ns_wait),
                decode: Duration::from_nanos(raw.ns_decode),
                pack: Duration::from_nanos(raw.ns_pack),
                run: Duration::from_nanos(raw.ns_run),
                extract: Duration::from_nanos(raw.ns_extract),
            },
            notes: Notes {
                fallback: bit(raw.notes, sys::YOLO_NOTE_FALLBACK),
                numeric: bit(raw.notes, sys::YOLO_NOTE_NUMERIC),
            },
            core: u32::try_from(raw.core).ok(),
        }
    }
}

/// The boxes of one image, and what else is known of it.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub struct Detections {
    /// Highest score first; equal scores by class, then by position in the network.
    pub boxes: Vec<Detection>,
    /// What became of the image.
    pub result: ImageResult,
}

impl IntoIterator for Detections {
    type Item = Detection;
    type IntoIter = std::vec::IntoIter<Detection>;

    fn into_iter(self) -> Self::IntoIter {
        self.boxes.into_iter()
    }
}

impl<'a> IntoIterator for &'a Detections {
    type Item = &'a Detection;
    type IntoIter = std::slice::Iter<'a, Detection>;

    fn into_iter(self) -> Self::IntoIter {
        self.boxes.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_comes_from_its_own() {
        let raw = sys::yolo_result {
            found: 3,
            truncated: sys::YOLO_TRUNCATED_CANDIDATES,
            width: 4,
            height: 5,
            orientation: 6,
            ns_wait: 10,
            ns_decode: 20,
            ns_pack: 30,
            ns_run: 40,
            ns_extract: 50,
            notes: sys::YOLO_NOTE_NUMERIC,
            core: 7,
            ..sys::YOLO_RESULT_INIT
        };
        let result = ImageResult::new(&raw);
        assert_eq!((result.found, result.width, result.height), (3, 4, 5));
        assert_eq!((result.orientation, result.core), (Orientation::RightTop, Some(7)));
        assert_eq!(
            result.truncated,
            Truncated { detections: false, candidates: true, image: false }
        );
        assert_eq!(result.notes, Notes { fallback: false, numeric: true });
        let ns = Duration::from_nanos;
        let times =
            Times { wait: ns(10), decode: ns(20), pack: ns(30), run: ns(40), extract: ns(50) };
        assert_eq!((result.times, times.total()), (times, ns(150)));

        let raw = sys::yolo_result {
            truncated: sys::YOLO_TRUNCATED_DETECTIONS | sys::YOLO_TRUNCATED_IMAGE,
            notes: sys::YOLO_NOTE_FALLBACK,
            core: -1,
            ..raw
        };
        let result = ImageResult::new(&raw);
        assert_eq!(
            result.truncated,
            Truncated { detections: true, candidates: false, image: true }
        );
        assert_eq!(result.notes, Notes { fallback: true, numeric: false });
        assert_eq!(result.core, None);
    }
}
