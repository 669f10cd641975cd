// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! endurance [CALLS [KIB]]: makes 100,000 calls of every kind on small images and
//! fails when the process's memory grows by more than 1,024 KiB, as it would with a
//! leak of 12 bytes a call.
mod tiny;

use std::process::exit;
use std::{env, fs};

use yolo::{Batch, Detector, Frame, Image, PackedFormat, Result, YuvFormat, YuvStandard};

/// Resident memory of this process in KiB; Linux.
fn resident_kib() -> i64 {
    let status = fs::read_to_string("/proc/self/status").expect("/proc/self/status");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}

fn make() -> Result<Detector> {
    let weights = tiny::weights();
    Detector::builder()
        .model_data(tiny::CFG)
        .weights_data(&weights)
        .labels_data(b"thing\nnothing\n")
        .num_lanes(2)
        .max_pixels(1000)
        .log(|_, _| ())
        .build()
}

/// Calls that each kind of round makes.
const CALLS: usize = 8;

/// Every way to call, failures among them.
fn round(detector: &Detector, batch: &mut Batch) -> Result<usize> {
    let pixels = [100; 1 << 11];
    let frame = Frame::packed(PackedFormat::Rgba, &pixels, 16, 16)?;
    let yuv = Frame::yuv(YuvFormat::Nv12, &pixels, 16, 16, YuvStandard::Bt601Full)?;
    let large = Frame::packed(PackedFormat::Gray, &pixels, 64, 32)?;
    let broken = &tiny::JPEG[..20];
    let images: [Image; 4] = [tiny::JPEG.into(), broken.into(), frame.into(), large.into()];

    let mut found = detector.detect(tiny::JPEG)?.len();
    found += detector.detect_image(yuv)?.boxes.len();
    found += detector.detect_batch(&images)?.into_iter().flatten().count();
    detector.detect_batch_into(&images, batch)?;
    found += batch.iter().flatten().map(|(boxes, _)| boxes.len()).sum::<usize>();
    let mut boxes = Vec::new();
    for image in images {
        if detector.detect_into(image, &mut boxes).is_ok() {
            found += boxes.len();
        }
    }
    Ok(found)
}

fn run(calls: usize, most_kib: i64) -> Result<bool> {
    let detector = make()?;
    let mut batch = Batch::new();
    let rounds = calls / CALLS;
    let mut settled = 0;
    for i in 0..rounds {
        let found = round(&detector, &mut batch)?;
        assert_eq!(found, 8, "two single calls, two batches and four images with two bad ones");
        // Detectors come and go; the first tenth lets allocators reach their size.
        if i % 100 == 0 {
            drop(make()?);
        }
        if i == rounds / 10 {
            settled = resident_kib();
        }
    }
    let grown = resident_kib() - settled;
    println!(
        "{} calls, {} KiB resident, {:+} KiB since the first tenth",
        rounds * CALLS,
        settled + grown,
        grown
    );
    Ok(grown <= most_kib)
}

fn main() {
    let argument = |index, otherwise| {
        let given = env::args().nth(index).map_or(Ok(otherwise), |text| text.parse());
        given.expect("usage: endurance [CALLS [KIB]]")
    };
    match run(argument(1, 100_000) as usize, argument(2, 1024)) {
        Ok(true) => (),
        Ok(false) => exit(1),
        Err(error) => {
            eprintln!("{}", error);
            exit(1);
        }
    }
}
