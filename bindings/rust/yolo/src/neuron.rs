// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::builder::{Source, Strings};
use crate::{text, CoreState, DecodedBoxes, DecodedScores, DecodedUnits, Result};
use std::path::Path;
use std::time::Duration;
use yolo_sys as sys;

/// What device neuron (AWS Inferentia and Trainium, through the system's
/// `libnrt.so.1`) is made of. 0 means the default.
///
/// The model's .cfg says what the heads mean; its .weights are not computed with
/// (the NEFF has its own), unless a [`Fallback`](crate::Fallback) is set.
#[derive(Clone, Debug, Default)]
pub struct NeuronOptions<'a> {
    first_core: u32,
    num_cores: u32,
    lanes_per_core: u32,
    timeout_ms: u32,
    neff: Source<'a>,
    libnrt: Source<'a>,
    visible_cores: Option<String>,
    tensor_types: Option<String>,
    decoded_boxes: i32,
    decoded_units: i32,
    decoded_scores: i32,
}

impl<'a> NeuronOptions<'a> {
    /// Defaults, and no NEFF.
    pub fn new() -> NeuronOptions<'a> {
        NeuronOptions::default()
    }

    /// The compiled network, a file. It takes one tensor, `[B, H, W, 3]` or
    /// `[B, 3, H, W]`, and gives the undecoded input of each `[yolo]` layer.
    pub fn neff_path(mut self, path: impl AsRef<Path>) -> Self {
        self.neff = Source::Path(path.as_ref().into());
        self
    }

    /// The compiled network in memory; of path and data the last that was set counts.
    pub fn neff_data(mut self, data: &'a [u8]) -> Self {
        self.neff = Source::Data(data);
        self
    }

    /// First core of this detector, counted within those that the process holds.
    pub fn first_core(mut self, index: u32) -> Self {
        self.first_core = index;
        self
    }

    /// Cores of this detector, at most 256. Default: all from `first_core` on.
    pub fn num_cores(mut self, count: u32) -> Self {
        self.num_cores = count;
        self
    }

    /// Images in flight for each core. Default 2; at most 16.
    pub fn lanes_per_core(mut self, count: u32) -> Self {
        self.lanes_per_core = count;
        self
    }

    /// What an execution may take, to the millisecond, rounded up; longer ones fail
    /// and their core is not used again. Default (also for 0) 30 seconds.
    pub fn timeout(mut self, time: Duration) -> Self {
        let ms = time.as_millis() + u128::from(time.subsec_nanos() % 1_000_000 != 0);
        self.timeout_ms = u32::try_from(ms).unwrap_or(u32::MAX);
        self
    }

    /// The Neuron runtime. Default: `/opt/aws/neuron/lib/libnrt.so.1`, then
    /// `libnrt.so.1` wherever the system finds it. Of the first detector in the
    /// process.
    pub fn libnrt_path(mut self, path: impl AsRef<Path>) -> Self {
        self.libnrt = Source::Path(path.as_ref().into());
        self
    }

    /// Cores that the process claims when its first detector is made, as in
    /// `NEURON_RT_VISIBLE_CORES`: `"0-3"`. Default: those of this detector if their
    /// number is set, else all.
    pub fn visible_cores(mut self, cores: impl Into<String>) -> Self {
        self.visible_cores = Some(cores.into());
        self
    }

    /// Types of tensors where libnrt tells none or a wrong one:
    /// `"image=u8,head_19=f16"`. Types are u8, f16, bf16 and f32.
    pub fn tensor_types(mut self, types: impl Into<String>) -> Self {
        self.tensor_types = Some(types.into());
        self
    }

    /// What boxes are that the NEFF decodes itself, where the form of its tensors
    /// does not tell.
    pub fn decoded_boxes(mut self, boxes: DecodedBoxes) -> Self {
        self.decoded_boxes = boxes.raw();
        self
    }

    /// Their units.
    pub fn decoded_units(mut self, units: DecodedUnits) -> Self {
        self.decoded_units = units.raw();
        self
    }

    /// Their scores.
    pub fn decoded_scores(mut self, scores: DecodedScores) -> Self {
        self.decoded_scores = scores.raw();
        self
    }

    /// The C structure; what it points to lives as long as `self` and `strings`.
    pub(crate) fn raw(&self, strings: &mut Strings) -> Result<sys::yolo_neuron_options> {
        let (neff_data, neff_size) = self.neff.data();
        Ok(sys::yolo_neuron_options {
            first_core: self.first_core,
            num_cores: self.num_cores,
            lanes_per_core: self.lanes_per_core,
            timeout_ms: self.timeout_ms,
            neff_path: strings.path("neff_path", &self.neff)?,
            neff_data,
            neff_size,
            libnrt_path: strings.path("libnrt_path", &self.libnrt)?,
            visible_cores: strings.text("visible_cores", &self.visible_cores)?,
            tensor_types: strings.text("tensor_types", &self.tensor_types)?,
            decoded_boxes: self.decoded_boxes,
            decoded_units: self.decoded_units,
            decoded_scores: self.decoded_scores,
            ..sys::YOLO_NEURON_OPTIONS_INIT
        })
    }
}

/// One core of a device, since the detector was made.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreStats {
    /// Its number, as libnrt counts it.
    pub core: u32,
    /// Whether it takes images.
    pub state: CoreState,
    /// The NRT_STATUS that ended its use; 0: none.
    pub status: u32,
    /// Images given to it now.
    pub in_flight: u32,
    /// Images that it finished.
    pub images: u64,
    /// Executions that finished: fewer than images where several run together.
    pub executions: u64,
    /// Executions tried again.
    pub retries: u64,
    /// Images that failed on it or had to move.
    pub failures: u64,
    /// Executions that saw a NaN.
    pub numeric: u64,
    /// Time in libnrt: write, execute, read.
    pub executing: Duration,
    /// Device memory in bytes; 0 where libnrt does not tell.
    pub bytes_used: u64,
    /// Device memory in bytes; 0 where libnrt does not tell.
    pub bytes_limit: u64,
    /// Why it is not ready; else `""`.
    pub message: String,
}

impl CoreStats {
    pub(crate) fn new(raw: &sys::yolo_core_stats) -> CoreStats {
        CoreStats {
            core: raw.core,
            state: CoreState::from_raw(raw.state),
            status: raw.status,
            in_flight: raw.in_flight,
            images: raw.images,
            executions: raw.executions,
            retries: raw.retries,
            failures: raw.failures,
            numeric: raw.numeric,
            executing: Duration::from_nanos(raw.ns_executing),
            bytes_used: raw.bytes_used,
            bytes_limit: raw.bytes_limit,
            // SAFETY: the library ends every message with a NUL.
            message: unsafe { text::copy(raw.message.as_ptr()) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;
    use std::os::raw::c_char;

    /// What the strings of a C structure say.
    fn read(text: *const c_char) -> &'static str {
        // SAFETY: the test's strings live until its end.
        unsafe { CStr::from_ptr(text) }.to_str().unwrap()
    }

    #[test]
    fn options_go_to_their_fields() {
        let options = NeuronOptions::new()
            .first_core(1)
            .num_cores(2)
            .lanes_per_core(3)
            .timeout(Duration::from_micros(3999))
            .neff_path("a.neff")
            .libnrt_path("libnrt.so")
            .visible_cores("0-3")
            .tensor_types("image=u8")
            .decoded_boxes(DecodedBoxes::Yxyx)
            .decoded_units(DecodedUnits::Fractions)
            .decoded_scores(DecodedScores::Final);
        let mut strings = Strings::default();
        let raw = options.raw(&mut strings).unwrap();
        assert_eq!(raw.struct_size as usize, std::mem::size_of_val(&raw));
        assert_eq!((raw.first_core, raw.num_cores, raw.lanes_per_core), (1, 2, 3));
        assert_eq!(raw.timeout_ms, 4);
        assert_eq!((read(raw.neff_path), read(raw.libnrt_path)), ("a.neff", "libnrt.so"));
        assert_eq!((read(raw.visible_cores), read(raw.tensor_types)), ("0-3", "image=u8"));
        assert_eq!((raw.decoded_boxes, raw.decoded_units, raw.decoded_scores), (3, 2, 2));
        assert!(raw.neff_data.is_null());

        let data = [1, 2, 3];
        let raw = options.neff_data(&data).timeout(Duration::MAX).raw(&mut strings).unwrap();
        assert!(raw.neff_path.is_null());
        assert_eq!((raw.neff_data, raw.neff_size), (data.as_ptr().cast(), 3));
        assert_eq!(raw.timeout_ms, u32::MAX);
    }

    #[test]
    fn statistics_come_from_their_fields() {
        let mut raw = sys::yolo_core_stats {
            core: 1,
            state: sys::YOLO_CORE_STUCK,
            status: 2,
            in_flight: 3,
            images: 4,
            executions: 5,
            retries: 6,
            failures: 7,
            numeric: 8,
            ns_executing: 9,
            bytes_used: 10,
            bytes_limit: 11,
            ..sys::YOLO_CORE_STATS_INIT
        };
        raw.message[0] = b'x' as c_char;
        let expected = CoreStats {
            core: 1,
            state: CoreState::Stuck,
            status: 2,
            in_flight: 3,
            images: 4,
            executions: 5,
            retries: 6,
            failures: 7,
            numeric: 8,
            executing: Duration::from_nanos(9),
            bytes_used: 10,
            bytes_limit: 11,
            message: "x".into(),
        };
        assert_eq!(CoreStats::new(&raw), expected);
    }
}
