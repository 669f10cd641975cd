// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! Threads, fork, the log callback.
mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use support::{nano, photo, tiny, tiny_model};
use yolo::{
    Batch, CoreStats, Detection, Detector, DetectorBuilder, DetectorInfo, Error, Frame, Image,
    LogLevel, NeuronOptions, PackedFormat,
};

#[test]
fn types_may_go_where_they_say() {
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Detector>();
    send_and_sync::<Image<'static>>();
    send_and_sync::<Frame<'static>>();
    send_and_sync::<Batch>();
    send_and_sync::<Error>();
    send_and_sync::<DetectorInfo>();
    send_and_sync::<CoreStats>();
    send_and_sync::<NeuronOptions<'static>>();
    fn send<T: Send>() {}
    send::<DetectorBuilder<'static>>();
}

#[test]
fn many_threads_share_one_detector() {
    let detector = Arc::new(nano(|b| b.num_lanes(2).score_threshold(0.05)));
    let jpeg = Arc::new(photo("cat.jpg"));
    let expected = detector.detect(&jpeg).unwrap();
    assert!(!expected.is_empty());
    let threads: Vec<_> = (0..8)
        .map(|i| {
            let (detector, jpeg, expected) = (detector.clone(), jpeg.clone(), expected.clone());
            thread::spawn(move || {
                let mut boxes = Vec::new();
                for _ in 0..5 {
                    if i % 4 == 0 {
                        assert!(detector.detect(&jpeg[..50]).is_err());
                    }
                    detector.detect_into(&jpeg[..], &mut boxes).unwrap();
                    assert_eq!(boxes, expected);
                }
            })
        })
        .collect();
    drop(detector); // the last thread destroys it
    for thread in threads {
        thread.join().unwrap();
    }
}

extern "C" {
    fn fork() -> i32;
    fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
    fn _exit(status: i32) -> !;
}

#[test]
fn a_forked_child_gets_an_error_and_may_drop() {
    let detector = tiny(|b| b.num_lanes(2));
    let pixel = Frame::packed(PackedFormat::Gray, &[0], 1, 1).unwrap();
    let mut boxes: Vec<Detection> = Vec::new();
    detector.detect_into(pixel, &mut boxes).unwrap();
    let mut status = -1;
    // SAFETY: the child calls nothing that takes a lock another thread may hold but
    // malloc, which glibc makes usable in it.
    unsafe {
        let child = fork();
        assert!(child >= 0);
        if child == 0 {
            let one = detector.detect_into(pixel, &mut boxes);
            let many = detector.detect_batch(&[pixel.into()]);
            let refused =
                matches!(one, Err(Error::Forked(_))) && matches!(many, Err(Error::Forked(_)));
            drop(detector);
            _exit(if refused { 0 } else { 1 });
        }
        assert_eq!(waitpid(child, &mut status, 0), child);
    }
    assert_eq!(status, 0);
    detector.detect_into(pixel, &mut boxes).unwrap();
}

type Messages = Arc<Mutex<Vec<(LogLevel, String)>>>;

/// A detector whose making is worth a remark: more labels than classes.
fn talkative(log: impl Fn(LogLevel, &str) + Send + Sync + 'static) -> yolo::Result<Detector> {
    let weights = tiny_model::weights();
    Detector::builder()
        .model_data(tiny_model::CFG)
        .weights_data(&weights)
        .labels_data(b"one\ntwo\nthree\n")
        .log(log)
        .build()
}

#[test]
fn the_log_callback_receives_remarks() {
    let messages = Messages::default();
    let copy = messages.clone();
    let detector = talkative(move |level, text| {
        copy.lock().unwrap().push((level, text.to_string()));
    });
    let detector = detector.unwrap();
    let heard = messages.lock().unwrap().clone();
    assert!(
        heard.iter().any(|(level, text)| *level == LogLevel::Warning && text.contains("labels")),
        "{:?}",
        heard
    );
    assert_eq!(Arc::strong_count(&messages), 2);
    drop(detector);
    assert_eq!(Arc::strong_count(&messages), 1, "the callback goes with its detector");

    let copy = messages.clone();
    let failed = Detector::builder().log(move |_, _| drop(copy.lock())).build();
    assert!(failed.is_err());
    assert_eq!(Arc::strong_count(&messages), 1, "or with the failure to make one");
}

/// Panics once more when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("twice");
    }
}

#[test]
fn a_panic_in_the_log_callback_goes_no_further() {
    let calls = Arc::new(AtomicU32::new(0));
    let copy = calls.clone();
    let detector = talkative(move |_, _| {
        copy.fetch_add(1, Ordering::SeqCst);
        std::panic::panic_any(Bomb);
    })
    .unwrap();
    assert!(calls.load(Ordering::SeqCst) > 0);
    let pixel = Frame::packed(PackedFormat::Gray, &[0], 1, 1).unwrap();
    assert_eq!(detector.detect_image(pixel).unwrap().boxes.len(), 1);
}

/// Not freed: the library might be in it.
#[test]
fn a_detector_dropped_in_the_callback_is_leaked() {
    let alive = Arc::new(());
    let copy = alive.clone();
    let other = talkative(move |_, _| drop(copy.clone())).unwrap();
    let other = Mutex::new(Some(other));
    let detector = talkative(move |_, _| drop(other.lock().unwrap().take())).unwrap();
    drop(detector);
    assert_eq!(Arc::strong_count(&alive), 2);
}
