// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! Models and photos for the tests.
#![allow(dead_code)] // no test needs all of it

use std::path::{Path, PathBuf};
use yolo::{Detector, DetectorBuilder};

#[path = "../../examples/tiny/mod.rs"]
pub mod tiny_model;

/// The tiny model, with options set by `with`.
pub fn tiny(with: impl FnOnce(DetectorBuilder<'_>) -> DetectorBuilder<'_>) -> Detector {
    let weights = tiny_model::weights();
    let builder = Detector::builder().model_data(tiny_model::CFG).weights_data(&weights);
    with(builder).build().expect("the tiny model")
}

/// A file of libyolo's `samples`.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../samples").join(name)
}

pub fn photo(name: &str) -> Vec<u8> {
    std::fs::read(sample("images").join(name)).expect(name)
}

/// The small model of the samples, with options set by `with`.
pub fn nano(with: impl FnOnce(DetectorBuilder<'_>) -> DetectorBuilder<'_>) -> Detector {
    let folder = sample("models/yolov4-nano");
    let builder = Detector::builder()
        .model_path(folder.join("yolov4-nano.cfg"))
        .weights_path(folder.join("yolov4-nano.weights"))
        .labels_path(folder.join("coco.names"));
    with(builder).build().expect("the sample model")
}
