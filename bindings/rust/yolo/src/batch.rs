// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::{Detection, Error, ImageResult, Result};
use std::fmt;
use yolo_sys as sys;

/// What became of a batch of images; its memory is used again by
/// [`Detector::detect_batch_into`](crate::Detector::detect_batch_into).
#[derive(Default)]
pub struct Batch {
    /// `capacity` boxes an image. Its length stays 0: of the boxes of an image only
    /// the first `count` are ever written.
    boxes: Vec<Detection>,
    results: Vec<sys::yolo_result>,
    capacity: usize,
}

impl Batch {
    /// Holds nothing yet.
    pub fn new() -> Batch {
        Batch::default()
    }

    /// Images of the last call; 0 when it failed.
    pub fn len(&self) -> usize {
        self.results.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.results.is_empty()
    }

    /// What became of an image: its boxes, highest score first, and what else is
    /// known of it; or why it failed. `None` when `index` is out of range.
    pub fn get(&self, index: usize) -> Option<Result<(&[Detection], ImageResult)>> {
        let result = self.results.get(index)?;
        Some(Error::check_image(result).map(|()| {
            let count = (result.count as usize).min(self.capacity);
            // SAFETY: the library has written the first `count` of the image's boxes.
            let boxes = unsafe {
                let first = self.boxes.as_ptr().add(index * self.capacity);
                std::slice::from_raw_parts(first, count)
            };
            (boxes, ImageResult::new(result))
        }))
    }

    /// All of them, in the order of the images.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Result<(&[Detection], ImageResult)>> + '_ {
        (0..self.len()).map(move |index| self.get(index).expect("in range"))
    }

    pub(crate) fn prepare(&mut self, num_images: usize, capacity: usize) -> Result<()> {
        self.clear();
        let no_memory = |_| {
            Error::OutOfMemory(format!(
                "no memory for {} boxes of each of {} images",
                capacity, num_images
            ))
        };
        let num_boxes = num_images.saturating_mul(capacity);
        self.boxes.try_reserve(num_boxes).map_err(no_memory)?;
        self.results.try_reserve(num_images).map_err(no_memory)?;
        self.results.resize(num_images, sys::YOLO_RESULT_INIT);
        self.capacity = capacity;
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.results.clear();
    }

    pub(crate) fn boxes(&mut self) -> *mut Detection {
        self.boxes.as_mut_ptr()
    }

    pub(crate) fn results(&mut self) -> *mut sys::yolo_result {
        self.results.as_mut_ptr()
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
