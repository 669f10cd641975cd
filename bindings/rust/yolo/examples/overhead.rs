// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! Nanoseconds that a call through `yolo` takes beyond the same call of the C API,
//! which is called by way of `yolo_sys`, as C would call it.
//!
//! Each line is of two kinds of calls on two detectors of a tiny model, in blocks by
//! turns: the medians of both, and the median of the differences of neighbouring
//! blocks. The first line compares C with C; what it shows is noise. Build with
//! --release.
mod tiny;

use std::ptr::null_mut;
use std::time::Instant;

use yolo::{Batch, Detector, Frame, Image, PackedFormat};
use yolo_sys as sys;

const BLOCKS: usize = 3000;
const CALLS: usize = 50;
const IMAGES: usize = 8;
const MAX_PIXELS: u64 = 4;

struct CDetector(*mut sys::yolo_detector);

impl CDetector {
    fn new() -> CDetector {
        let weights = tiny::weights();
        let mut options = sys::YOLO_OPTIONS_INIT;
        options.model_data = tiny::CFG.as_ptr().cast();
        options.model_size = tiny::CFG.len();
        options.weights_data = weights.as_ptr().cast();
        options.weights_size = weights.len();
        options.num_lanes = 1;
        options.max_detections = 1;
        options.max_pixels = MAX_PIXELS;
        let mut handle = null_mut();
        let status = unsafe { sys::yolo_create(&options, &mut handle) };
        assert_eq!(status, sys::YOLO_OK);
        CDetector(handle)
    }
}

fn raw_image(pixels: &[u8], width: u32) -> sys::yolo_image {
    sys::yolo_image {
        format: sys::YOLO_FORMAT_RGB,
        data: pixels.as_ptr().cast(),
        size: pixels.len(),
        width,
        height: 1,
        ..sys::YOLO_IMAGE_INIT
    }
}

fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, |a, b| a.total_cmp(b)).1
}

/// Nanoseconds a call.
fn block(call: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    start.elapsed().as_nanos() as f64 / CALLS as f64
}

fn compare(name: &str, c: &mut dyn FnMut(), rust: &mut dyn FnMut()) {
    let mut times = [Vec::new(), Vec::new()];
    let mut differences = Vec::new();
    for i in 0..BLOCKS + 100 {
        // Either goes first as often as the other.
        let (of_c, of_rust) = if i % 2 == 0 {
            let of_c = block(c);
            (of_c, block(rust))
        } else {
            let of_rust = block(rust);
            (block(c), of_rust)
        };
        if i >= 100 {
            times[0].push(of_c);
            times[1].push(of_rust);
            differences.push(of_rust - of_c);
        }
    }
    let [of_c, of_rust] = times.map(|mut t| median(&mut t));
    println!("{:<34} {:>9.0} {:>9.0} {:>9.0}", name, of_c, of_rust, median(&mut differences));
}

fn main() {
    let (pixel, many) = ([1u8, 2, 3], [0u8; 3 * 100]);
    let (image, large) = (raw_image(&pixel, 1), raw_image(&many, 100));
    let (c, other) = (&CDetector::new(), &CDetector::new());
    let rust = {
        let weights = tiny::weights();
        let builder = Detector::builder().model_data(tiny::CFG).weights_data(&weights);
        builder.num_lanes(1).max_detections(1).max_pixels(MAX_PIXELS).build().expect("tiny model")
    };
    let frame = Frame::packed(PackedFormat::Rgb, &pixel, 1, 1).expect("a pixel");
    let large_frame = Frame::packed(PackedFormat::Rgb, &many, 100, 1).expect("a row");

    let call_c = |detector: &CDetector, image: &sys::yolo_image, expected: i32| {
        let mut found = sys::yolo_detection::default();
        let mut result = sys::YOLO_RESULT_INIT;
        let (detector, found) = (detector.0, &mut found);
        let status = unsafe { sys::yolo_detect_image(detector, image, found, 1, &mut result) };
        assert_eq!(status, expected);
    };
    println!("{:<34} {:>9} {:>9} {:>9}", "ns a call, medians", "C", "Rust", "Rust - C");
    compare("(C twice)", &mut || call_c(c, &image, 0), &mut || call_c(other, &image, 0));
    let mut boxes = Vec::new();
    compare("detect_into", &mut || call_c(c, &image, 0), &mut || {
        rust.detect_into(frame, &mut boxes).expect("a pixel");
        assert_eq!(boxes.len(), 1);
    });
    compare("detect_image (a new Vec)", &mut || call_c(c, &image, 0), &mut || {
        assert_eq!(rust.detect_image(frame).expect("a pixel").boxes.len(), 1);
    });
    compare(
        "detect_into, an error and its text",
        &mut || call_c(c, &large, sys::YOLO_ERROR_LIMIT),
        &mut || assert!(rust.detect_into(large_frame, &mut boxes).is_err()),
    );

    let mut found = [sys::yolo_detection::default(); IMAGES];
    let mut results = [sys::YOLO_RESULT_INIT; IMAGES];
    let raw_images = [image; IMAGES];
    let images: [Image; IMAGES] = [frame.into(); IMAGES];
    let mut batch = Batch::new();
    compare(
        "detect_batch_into, 8 images",
        &mut || {
            let (images, found) = (raw_images.as_ptr(), found.as_mut_ptr());
            let results = results.as_mut_ptr();
            let status = unsafe { sys::yolo_detect_batch(c.0, images, IMAGES, found, 1, results) };
            assert_eq!(status, sys::YOLO_OK);
        },
        &mut || rust.detect_batch_into(&images, &mut batch).expect("pixels"),
    );
    for detector in [c, other] {
        unsafe { sys::yolo_destroy(detector.0) };
    }
}
