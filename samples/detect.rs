// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! Finds objects in one photo: detect MODEL.cfg MODEL.weights PHOTO.jpg
//!
//! cargo run --example detect -- MODEL.cfg MODEL.weights PHOTO.jpg
use std::{env, error::Error, fs, process::exit};

fn run(model: &str, weights: &str, photo: &str) -> Result<(), Box<dyn Error>> {
    let detector = yolo::Detector::builder()
        .model_path(model)
        .weights_path(weights)
        .build()?;
    for found in detector.detect(&fs::read(photo)?)? {
        println!(
            "class {}, score {:.2}, box {:.0} {:.0} {:.0} {:.0}",
            found.class_id, found.score, found.x0, found.y0, found.x1, found.y1
        );
    }
    Ok(())
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [model, weights, photo] = &arguments[..] {
        if let Err(error) = run(model, weights, photo) {
            eprintln!("{}", error);
            exit(1);
        }
    } else {
        eprintln!("usage: detect MODEL.cfg MODEL.weights PHOTO.jpg");
        exit(2);
    }
}
