// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::log::{self, LogFn};
use crate::{
    text, Batch, CoreStats, Detection, Detections, DetectorBuilder, DetectorInfo, Error, Image,
    ImageResult, LayerInfo, Result,
};
use std::fmt;
use std::mem::ManuallyDrop;
use std::os::raw::c_void;
use std::ptr::{null_mut, NonNull};
use yolo_sys as sys;

/// A loaded model with all that detection needs: weights, memory, threads.
///
/// Any number of threads may call it at once. Dropping it frees everything and
/// stops its threads.
pub struct Detector {
    handle: NonNull<sys::yolo_detector>,
    max_detections: usize,
    labels: Vec<String>,
    /// The callback that the library has the address of.
    log: ManuallyDrop<Option<Box<LogFn>>>,
}

// SAFETY: yolo.h: all functions may be called from any thread, all but
// yolo_destroy from several at once; that one is called when nobody borrows.
unsafe impl Send for Detector {}
// SAFETY: as above.
unsafe impl Sync for Detector {}

impl Detector {
    /// Begins with the defaults.
    pub fn builder<'a>() -> DetectorBuilder<'a> {
        DetectorBuilder::new()
    }

    /// # Safety
    /// What `options` points to lives during the call.
    pub(crate) unsafe fn create(
        mut options: sys::yolo_options,
        log: Option<LogFn>,
    ) -> Result<Detector> {
        let log = log.map(Box::new);
        if let Some(callback) = &log {
            options.log = Some(log::receive);
            options.log_user = &**callback as *const LogFn as *mut c_void;
        }
        let mut handle = null_mut();
        // SAFETY: as above; the callback lives until yolo_destroy has returned.
        Error::check(unsafe { sys::yolo_create(&options, &mut handle) })?;
        let mut detector = Detector {
            handle: NonNull::new(handle).expect("yolo_create succeeded"),
            max_detections: 0,
            labels: Vec::new(),
            log: ManuallyDrop::new(log),
        };
        let info = detector.raw_info()?;
        detector.max_detections = info.max_detections as usize;
        detector.labels = (0..info.num_labels)
            // SAFETY: the string lives as long as the detector.
            .map(|id| unsafe { text::copy(sys::yolo_label(handle, id as i32)) })
            .collect();
        Ok(detector)
    }

    /// Finds objects in a JPEG file's bytes; the boxes, highest score first.
    ///
    /// Allocates one `Vec`; [`detect_into`](Self::detect_into) reuses it.
    pub fn detect(&self, jpeg: &[u8]) -> Result<Vec<Detection>> {
        let mut boxes = Vec::new();
        self.detect_into(Image::jpeg(jpeg), &mut boxes)?;
        boxes.shrink_to_fit();
        Ok(boxes)
    }

    /// Finds objects in an image (a JPEG file's bytes or a [`Frame`](crate::Frame)) and says what
    /// else is known of it.
    pub fn detect_image<'i>(&self, image: impl Into<Image<'i>>) -> Result<Detections> {
        let mut boxes = Vec::new();
        let result = self.detect_into(image, &mut boxes)?;
        boxes.shrink_to_fit();
        Ok(Detections { boxes, result })
    }

    /// The same into a `Vec` of the caller, which loses what it held and gets room for
    /// `max_detections` boxes. Once it has that, a call that succeeds allocates nothing here.
    /// On failure it is empty.
    pub fn detect_into<'i>(
        &self,
        image: impl Into<Image<'i>>,
        boxes: &mut Vec<Detection>,
    ) -> Result<ImageResult> {
        let image: Image<'_> = image.into();
        boxes.clear();
        boxes.reserve(self.max_detections);
        let mut result = sys::YOLO_RESULT_INIT;
        // SAFETY: the image borrows what it points to; `boxes` has room for
        // max_detections boxes, which have the layout of yolo_detection.
        let status = unsafe {
            sys::yolo_detect_image(
                self.handle.as_ptr(),
                image.raw(),
                boxes.as_mut_ptr().cast(),
                self.max_detections,
                &mut result,
            )
        };
        Error::check(status)?;
        let count = (result.count as usize).min(self.max_detections);
        // SAFETY: the library has written `count` boxes.
        unsafe { boxes.set_len(count) };
        Ok(ImageResult::new(&result))
    }

    /// Finds objects in many images, on all lanes that are free. Each image has a
    /// result of its own: one that cannot be decoded fails alone, and its message
    /// begins with its index. Boxes are the same, bit for bit, whatever the batch.
    ///
    /// The outer error is one of the call: [`Error::Forked`], or no memory.
    pub fn detect_batch(&self, images: &[Image<'_>]) -> Result<Vec<Result<Detections>>> {
        let mut batch = Batch::new();
        self.detect_batch_into(images, &mut batch)?;
        let own = |(boxes, result): (&[Detection], _)| Detections { boxes: boxes.to_vec(), result };
        Ok(batch.iter().map(|image| image.map(own)).collect())
    }

    /// The same into a [`Batch`] that is used again. Once it has held as many
    /// images, a call allocates nothing here. On failure it is empty.
    pub fn detect_batch_into(&self, images: &[Image<'_>], batch: &mut Batch) -> Result<()> {
        batch.prepare(images.len(), self.max_detections)?;
        // SAFETY: images are yolo_images that borrow what they point to; the batch
        // has room for what is written.
        let status = unsafe {
            sys::yolo_detect_batch(
                self.handle.as_ptr(),
                images.as_ptr().cast(),
                images.len(),
                batch.boxes().cast(),
                self.max_detections,
                batch.results(),
            )
        };
        Error::check(status).map_err(|error| {
            batch.clear();
            error
        })
    }

    /// Name of a class; `None` when the detector has none for it (no labels, a
    /// short list, an id out of range). Bytes that are no UTF-8 are replaced.
    pub fn label(&self, class_id: i32) -> Option<&str> {
        let label = self.labels.get(usize::try_from(class_id).ok()?)?;
        Some(label.as_str()).filter(|label| !label.is_empty())
    }

    /// The options in effect, and what they cost.
    pub fn info(&self) -> Result<DetectorInfo> {
        // SAFETY: of this detector.
        Ok(unsafe { DetectorInfo::new(&self.raw_info()?) })
    }

    /// One layer of the model; `index` is in `[0, num_layers)`.
    pub fn layer(&self, index: u32) -> Result<LayerInfo> {
        let mut raw = sys::YOLO_LAYER_INFO_INIT;
        // SAFETY: the handle is valid; the strings are read here.
        unsafe {
            Error::check(sys::yolo_get_layer_info(self.handle.as_ptr(), index, &mut raw))?;
            Ok(LayerInfo::new(&raw))
        }
    }

    /// One core of the device; `index` is in `[0, num_cores)`. Devices of the CPU
    /// have none.
    pub fn core_stats(&self, index: u32) -> Result<CoreStats> {
        let mut raw = sys::YOLO_CORE_STATS_INIT;
        // SAFETY: the handle is valid.
        Error::check(unsafe { sys::yolo_device_stats(self.handle.as_ptr(), index, &mut raw) })?;
        Ok(CoreStats::new(&raw))
    }

    fn raw_info(&self) -> Result<sys::yolo_detector_info> {
        let mut raw = sys::YOLO_DETECTOR_INFO_INIT;
        // SAFETY: the handle is valid.
        Error::check(unsafe { sys::yolo_get_detector_info(self.handle.as_ptr(), &mut raw) })?;
        Ok(raw)
    }
}

impl Drop for Detector {
    fn drop(&mut self) {
        // Inside a callback the library is at work; it may be this detector.
        if log::in_callback() {
            return;
        }
        // SAFETY: nobody borrows the detector; its threads have ended when the
        // callback goes.
        unsafe {
            sys::yolo_destroy(self.handle.as_ptr());
            ManuallyDrop::drop(&mut self.log);
        }
    }
}

impl fmt::Debug for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Detector")
            .field("max_detections", &self.max_detections)
            .field("labels", &self.labels.len())
            .finish_non_exhaustive()
    }
}
