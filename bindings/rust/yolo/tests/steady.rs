// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! Calls that the documentation says allocate nothing. Counted are allocations of
//! Rust; those of libyolo are its own tests' business.
mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{tiny, tiny_model};
use yolo::{Batch, Frame, Image, PackedFormat};

struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: passes everything on.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::SeqCst);
        System.alloc(layout)
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        System.dealloc(pointer, layout)
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::SeqCst);
        System.realloc(pointer, layout, size)
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(call: impl FnOnce()) -> usize {
    let before = COUNT.load(Ordering::SeqCst);
    call();
    COUNT.load(Ordering::SeqCst) - before
}

// One test: others would be counted with it.
#[test]
fn calls_that_reuse_memory_allocate_nothing() {
    let detector = tiny(|b| b.num_lanes(2));
    let frame = Frame::packed(PackedFormat::Rgb, &[0; 48], 4, 4).unwrap();
    let images: [Image; 3] = [frame.into(), Image::jpeg(tiny_model::JPEG), frame.into()];
    let mut boxes = Vec::new();
    let mut batch = Batch::new();
    let mut calls = || {
        for _ in 0..100 {
            detector.detect_into(frame, &mut boxes).unwrap();
            assert_eq!(boxes.len(), 1);
            detector.detect_into(tiny_model::JPEG, &mut boxes).unwrap();
            assert_eq!(boxes.len(), 1);
            detector.detect_batch_into(&images, &mut batch).unwrap();
            assert_eq!(batch.iter().filter(|image| image.is_ok()).count(), 3);
        }
    };
    assert!(allocations(&mut calls) > 0, "the first calls make room");
    assert_eq!(allocations(&mut calls), 0);
    assert_eq!(allocations(|| drop(detector.detect(tiny_model::JPEG).unwrap())), 2, "made, shrunk");
}
