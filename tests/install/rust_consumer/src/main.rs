// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! A user's program: rust_consumer MODEL.cfg MODEL.weights THRESHOLD PHOTO.jpg
//!
//! Prints one box a line: class_id score x0 y0 x1 y1.
use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().collect();
    let detector = yolo::Detector::builder()
        .model_path(&arguments[1])
        .weights_path(&arguments[2])
        .score_threshold(arguments[3].parse()?)
        .build()?;
    for b in detector.detect(&fs::read(&arguments[4])?)? {
        println!("{} {} {} {} {} {}", b.class_id, b.score, b.x0, b.y0, b.x1, b.y1);
    }
    Ok(())
}
