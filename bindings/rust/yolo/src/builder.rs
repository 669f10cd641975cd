// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::log::LogFn;
use crate::{
    text, Decode, Detector, Device, Exif, Fallback, LogLevel, NeuronOptions, Nms, Precision,
    Profile, Result,
};
use std::ffi::CString;
use std::fmt;
use std::os::raw::{c_char, c_void};
use std::path::{Path, PathBuf};
use std::ptr::null;
use yolo_sys as sys;

/// A file, or its bytes in memory.
#[derive(Clone, Default)]
pub(crate) enum Source<'a> {
    #[default]
    Missing,
    Path(PathBuf),
    Data(&'a [u8]),
}

impl Source<'_> {
    pub(crate) fn data(&self) -> (*const c_void, usize) {
        match self {
            Source::Data(data) => (data.as_ptr().cast(), data.len()),
            _ => (null(), 0),
        }
    }
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Missing => f.write_str("none"),
            Source::Path(path) => path.fmt(f),
            Source::Data(data) => write!(f, "{} bytes", data.len()),
        }
    }
}

/// Keeps what C structures point to.
#[derive(Default)]
pub(crate) struct Strings(Vec<CString>);

impl Strings {
    fn keep(&mut self, text: CString) -> *const c_char {
        let pointer = text.as_ptr(); // stays where it is when `text` moves
        self.0.push(text);
        pointer
    }

    pub(crate) fn path(&mut self, name: &str, source: &Source<'_>) -> Result<*const c_char> {
        match source {
            Source::Path(path) => Ok(self.keep(text::from_path(name, path)?)),
            _ => Ok(null()),
        }
    }

    pub(crate) fn text(&mut self, name: &str, value: &Option<String>) -> Result<*const c_char> {
        match value {
            Some(value) => Ok(self.keep(text::from_bytes(name, value.as_bytes())?)),
            None => Ok(null()),
        }
    }
}

/// Options without what points to something.
#[derive(Clone, Copy)]
struct Numbers(sys::yolo_options);

// SAFETY: all pointers are NULL.
unsafe impl Send for Numbers {}
// SAFETY: as above.
unsafe impl Sync for Numbers {}

/// Makes a [`Detector`]. A model and its weights must be named; everything else
/// has a default, which is also what 0 means.
pub struct DetectorBuilder<'a> {
    numbers: Numbers,
    model: Source<'a>,
    weights: Source<'a>,
    labels: Source<'a>,
    class_thresholds: Option<Vec<f32>>,
    class_allow: Option<Vec<i32>>,
    neuron: Option<NeuronOptions<'a>>,
    log: Option<LogFn>,
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident($argument:ident: $type:ty) = $value:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name(mut self, $argument: $type) -> Self {
            self.numbers.0.$name = $value;
            self
        }
    )*};
}

impl<'a> DetectorBuilder<'a> {
    pub(crate) fn new() -> DetectorBuilder<'a> {
        DetectorBuilder {
            numbers: Numbers(sys::YOLO_OPTIONS_INIT),
            model: Source::Missing,
            weights: Source::Missing,
            labels: Source::Missing,
            class_thresholds: None,
            class_allow: None,
            neuron: None,
            log: None,
        }
    }

    /// The model, a Darknet `.cfg` file.
    pub fn model_path(mut self, path: impl AsRef<Path>) -> Self {
        self.model = Source::Path(path.as_ref().into());
        self
    }

    /// The model in memory; of path and data the last that was set counts.
    pub fn model_data(mut self, data: &'a [u8]) -> Self {
        self.model = Source::Data(data);
        self
    }

    /// The weights, a Darknet `.weights` file.
    pub fn weights_path(mut self, path: impl AsRef<Path>) -> Self {
        self.weights = Source::Path(path.as_ref().into());
        self
    }

    /// The weights in memory; of path and data the last that was set counts.
    pub fn weights_data(mut self, data: &'a [u8]) -> Self {
        self.weights = Source::Data(data);
        self
    }

    /// A file with one class name a line. Default: no labels.
    pub fn labels_path(mut self, path: impl AsRef<Path>) -> Self {
        self.labels = Source::Path(path.as_ref().into());
        self
    }

    /// The labels in memory; of path and data the last that was set counts.
    pub fn labels_data(mut self, data: &'a [u8]) -> Self {
        self.labels = Source::Data(data);
        self
    }

    /// A threshold for each class, as many as the model has; it replaces
    /// `score_threshold`. Each is in (0, 1], or 0 for `score_threshold`.
    pub fn class_thresholds(mut self, thresholds: impl Into<Vec<f32>>) -> Self {
        self.class_thresholds = Some(thresholds.into());
        self
    }

    /// Only these class ids are reported. Default: all.
    pub fn class_allow(mut self, class_ids: impl Into<Vec<i32>>) -> Self {
        self.class_allow = Some(class_ids.into());
        self
    }

    /// What device neuron is made of.
    pub fn neuron(mut self, options: NeuronOptions<'a>) -> Self {
        self.neuron = Some(options);
        self
    }

    /// Receives remarks, one line without a newline each. It is called by
    /// [`build`](Self::build) in the thread that called it, and later by threads of
    /// the detector, several at once.
    ///
    /// It must not call the detector, which may wait for itself, and a detector
    /// dropped in it is leaked. A panic in it is reported by the panic hook and goes no
    /// further: that message is lost, what logged goes on. (With `panic = "abort"`
    /// it ends the process, as everywhere.)
    pub fn log(mut self, callback: impl Fn(LogLevel, &str) + Send + Sync + 'static) -> Self {
        self.log = Some(Box::new(callback));
        self
    }

    numbers! {
        /// What runs the network. Default: the fastest that is available.
        device(device: Device) = device.raw();

        /// Numbers that the network is computed with (with device neuron: by the
        /// fallback). Default: bf16 where the CPU multiplies it, else f32.
        precision(precision: Precision) = precision.raw();

        /// What runs images when their device is lost. Default: nothing.
        fallback(fallback: Fallback) = fallback.raw();

        /// Images in flight at once. Default: one for each CPU that this process may
        /// use (affinity and cgroup quota); with device neuron
        /// [`NeuronOptions::lanes_per_core`] for each core. At most 256.
        num_lanes(count: u32) = count;

        /// Most threads that one image alone may use inside the network while other
        /// lanes are idle. Default: `num_lanes` (with device neuron at most one for each CPU). At
        /// most 64.
        threads_per_lane(count: u32) = count;

        /// Boxes must score more; in (0, 1]. Default 0.25, also for 0.
        score_threshold(score: f32) = score;

        /// Overlap (see [`Nms`]) above which the weaker box goes; in (0, 1]. Default
        /// 0.45, also for 0.
        iou_threshold(iou: f32) = iou;

        /// What suppresses a box. Default: a better one of its class.
        nms(nms: Nms) = nms.raw();

        /// Boxes above the threshold that enter NMS, best first. Default 4096; at
        /// most 65536.
        max_candidates(count: u32) = count;

        /// Boxes reported for an image. Default 300; at most `max_candidates`.
        max_detections(count: u32) = count;

        /// Whose resizing and box decoding. Default: the model's own.
        profile(profile: Profile) = profile.raw();

        /// How an image is brought to the network's size. Default: fast.
        decode(decode: Decode) = decode.raw();

        /// What becomes of a JPEG's EXIF orientation. Default: it is applied.
        exif(exif: Exif) = exif.raw();

        /// Scans beyond which a JPEG is refused; of a large image fewer, so that all together
        /// decode at most 64 `max_pixels`. Default 500.
        max_scans(count: u32) = count;

        /// Pixels of an image beyond which it is refused. Default 2^26 (67 million).
        max_pixels(pixels: u64) = pixels;

        /// Bytes that the detector may hold: weights, activations and image buffers of
        /// all lanes; while it is made also the weights file (unless it is given as
        /// data) and a second copy of its numbers. Default: no limit.
        max_bytes(bytes: u64) = bytes;
    }

    /// Network input in pixels; multiples of the model's largest stride (32, or 64
    /// and 128 for the P6 and P7 models). Default: the model's own.
    pub fn network_size(mut self, width: u32, height: u32) -> Self {
        self.numbers.0.network_width = width;
        self.numbers.0.network_height = height;
        self
    }

    /// Loads the model and makes everything that detection needs. Blocks for
    /// milliseconds to seconds. Nothing but the log callback is kept.
    pub fn build(self) -> Result<Detector> {
        let mut strings = Strings::default();
        let neuron = match &self.neuron {
            Some(options) => Some(options.raw(&mut strings)?),
            None => None,
        };
        let mut options = self.numbers.0;
        options.neuron = neuron.as_ref().map_or(null(), |raw| raw);
        options.model_path = strings.path("model_path", &self.model)?;
        (options.model_data, options.model_size) = self.model.data();
        options.weights_path = strings.path("weights_path", &self.weights)?;
        (options.weights_data, options.weights_size) = self.weights.data();
        options.labels_path = strings.path("labels_path", &self.labels)?;
        (options.labels_data, options.labels_size) = self.labels.data();
        if let Some(thresholds) = &self.class_thresholds {
            options.class_thresholds = thresholds.as_ptr();
            options.num_class_thresholds = thresholds.len();
        }
        if let Some(class_ids) = &self.class_allow {
            options.class_allow = class_ids.as_ptr();
            options.num_class_allow = class_ids.len();
        }
        // SAFETY: what `options` points to lives until the end of this function.
        unsafe { Detector::create(options, self.log) }
    }
}

impl fmt::Debug for DetectorBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetectorBuilder")
            .field("model", &self.model)
            .field("weights", &self.weights)
            .field("labels", &self.labels)
            .finish_non_exhaustive()
    }
}
