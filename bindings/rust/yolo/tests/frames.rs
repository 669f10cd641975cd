// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

//! Frames: what can be built is what the library takes.
mod support;

use support::{nano, tiny, tiny_model};
use yolo::{Frame, Orientation, PackedFormat, Plane, Result, YuvFormat, YuvStandard};

/// Random numbers that are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

const STANDARD: YuvStandard = YuvStandard::Bt601Full;

/// The same memory as a frame in Rust and straight to the C API, unchecked.
struct Candidate {
    frame: fn(&[Plane<'_>], u32, u32) -> Result<()>,
    format: i32,
    planes: usize,
}

/// What the C API says of planes without any check here.
fn c_api_accepts(
    detector: *mut yolo_sys::yolo_detector,
    c: &Candidate,
    memory: &[(Vec<u8>, usize)],
    w: u32,
    h: u32,
) -> bool {
    let mut image = yolo_sys::YOLO_IMAGE_INIT;
    image.format = c.format;
    image.data = memory[0].0.as_ptr().cast();
    image.size = memory[0].0.len();
    image.stride = memory[0].1;
    image.width = w;
    image.height = h;
    for (i, (data, stride)) in memory.iter().enumerate().skip(1) {
        image.chroma[i - 1] = data.as_ptr().cast();
        image.chroma_size[i - 1] = data.len();
        image.chroma_stride[i - 1] = *stride;
    }
    let status = unsafe {
        yolo_sys::yolo_detect_image(detector, &image, std::ptr::null_mut(), 0, std::ptr::null_mut())
    };
    assert!(status == yolo_sys::YOLO_OK || status == yolo_sys::YOLO_ERROR_INVALID_ARGUMENT);
    status == yolo_sys::YOLO_OK
}

macro_rules! candidates {
    ($(($format:ident, $planes:literal, |$p:ident, $w:ident, $h:ident| $frame:expr),)*) => {
        [$(Candidate {
            frame: |$p, $w, $h| $frame.map(|_| ()),
            format: yolo_sys::$format,
            planes: $planes,
        },)*]
    };
}

fn candidates() -> [Candidate; 13] {
    candidates![
        (YOLO_FORMAT_RGB, 1, |p, w, h| Frame::packed(PackedFormat::Rgb, p[0], w, h)),
        (YOLO_FORMAT_BGR, 1, |p, w, h| Frame::packed(PackedFormat::Bgr, p[0], w, h)),
        (YOLO_FORMAT_RGBA, 1, |p, w, h| Frame::packed(PackedFormat::Rgba, p[0], w, h)),
        (YOLO_FORMAT_BGRA, 1, |p, w, h| Frame::packed(PackedFormat::Bgra, p[0], w, h)),
        (YOLO_FORMAT_GRAY, 1, |p, w, h| Frame::packed(PackedFormat::Gray, p[0], w, h)),
        (YOLO_FORMAT_NV12, 1, |p, w, h| Frame::yuv(YuvFormat::Nv12, p[0], w, h, STANDARD)),
        (YOLO_FORMAT_NV21, 1, |p, w, h| Frame::yuv(YuvFormat::Nv21, p[0], w, h, STANDARD)),
        (YOLO_FORMAT_I420, 1, |p, w, h| Frame::yuv(YuvFormat::I420, p[0], w, h, STANDARD)),
        (YOLO_FORMAT_YUYV, 1, |p, w, h| Frame::yuv(YuvFormat::Yuyv, p[0], w, h, STANDARD)),
        (YOLO_FORMAT_UYVY, 1, |p, w, h| Frame::yuv(YuvFormat::Uyvy, p[0], w, h, STANDARD)),
        (YOLO_FORMAT_NV12, 2, |p, w, h| Frame::nv12(p[0], p[1], w, h, STANDARD)),
        (YOLO_FORMAT_NV21, 2, |p, w, h| Frame::nv21(p[0], p[1], w, h, STANDARD)),
        (YOLO_FORMAT_I420, 3, |p, w, h| Frame::i420(p[0], p[1], p[2], w, h, STANDARD)),
    ]
}

#[test]
fn what_can_be_built_is_what_the_library_takes() {
    let weights = tiny_model::weights();
    let mut options = yolo_sys::YOLO_OPTIONS_INIT;
    options.model_data = tiny_model::CFG.as_ptr().cast();
    options.model_size = tiny_model::CFG.len();
    options.weights_data = weights.as_ptr().cast();
    options.weights_size = weights.len();
    let mut detector = std::ptr::null_mut();
    assert_eq!(unsafe { yolo_sys::yolo_create(&options, &mut detector) }, 0);

    let mut random = Random(42);
    for candidate in &candidates() {
        let mut accepted = [0, 0];
        for _ in 0..4000 {
            let (w, h) = (random.below(7) as u32, random.below(7) as u32);
            // Near what is needed, on both sides of it.
            let memory: Vec<(Vec<u8>, usize)> = (0..candidate.planes)
                .map(|_| {
                    let stride = random.below(2) * random.below(5 * (w as usize + 1));
                    let bytes = stride.max(w as usize) * h as usize;
                    (vec![128; random.below(2 * bytes + 3)], stride)
                })
                .collect();
            let planes: Vec<Plane> =
                memory.iter().map(|(data, stride)| Plane::with_stride(data, *stride)).collect();
            let ours = (candidate.frame)(&planes, w, h);
            let theirs = c_api_accepts(detector, candidate, &memory, w, h);
            assert_eq!(ours.is_ok(), theirs, "{:?} format {} {}x{}", ours, candidate.format, w, h);
            accepted[usize::from(theirs)] += 1;
        }
        assert!(accepted[0] > 100 && accepted[1] > 100, "{:?}", accepted);
    }
    unsafe { yolo_sys::yolo_destroy(detector) };
}

#[test]
fn sizes_that_no_memory_holds_are_refused() {
    let plane = Plane::with_stride(&[0; 16], usize::MAX / 2);
    for (w, h) in
        [(0, 1), (1, 0), (u32::MAX, 1), (1, u32::MAX), (1, 4), (i32::MAX as u32, i32::MAX as u32)]
    {
        assert!(Frame::packed(PackedFormat::Rgba, plane, w, h).is_err(), "{} x {}", w, h);
        assert!(Frame::nv12(plane, plane, w, h, STANDARD).is_err(), "{} x {}", w, h);
    }
    let why = Frame::packed(PackedFormat::Rgb, Plane::with_stride(&[0; 9], 2), 1, 1).unwrap_err();
    assert_eq!(why.message(), "stride of plane 0 is 2 bytes; a row of width 1 needs 3");
    let why = Frame::i420(&[0; 4], &[0; 1], &[], 2, 2, STANDARD).unwrap_err();
    assert_eq!(why.message(), "plane 2 is 0 bytes; height 2 with stride 1 needs 1");
}

/// A grey picture in every format is the same picture.
#[test]
fn all_formats_of_a_grey_picture_give_the_same_boxes() {
    let detector = nano(|b| b.score_threshold(0.02).precision(yolo::Precision::F32));
    const W: usize = 96;
    const H: usize = 64;
    let mut random = Random(7);
    let blocks: Vec<u8> = (0..W * H / 64).map(|_| random.below(256) as u8).collect();
    let grey: Vec<u8> = (0..W * H).map(|i| blocks[i / W / 8 * (W / 8) + i % W / 8]).collect();
    let spread = |bytes: usize| -> Vec<u8> {
        grey.iter().flat_map(|&g| std::iter::repeat(g).take(bytes)).collect()
    };
    let (three, four) = (spread(3), spread(4));
    let chroma = [128u8; W * H / 2];
    let quarter = &chroma[..W * H / 4];
    let nv: Vec<u8> = grey.iter().chain(&chroma).copied().collect();
    let yuyv: Vec<u8> = grey.iter().flat_map(|&g| [g, 128]).collect();
    let uyvy: Vec<u8> = grey.iter().flat_map(|&g| [128, g]).collect();
    let mut padded = Vec::new();
    for row in grey.chunks(W) {
        padded.extend_from_slice(row);
        padded.extend_from_slice(&[77; 5]);
    }
    let mut padded_chroma = Vec::new();
    for row in chroma.chunks(W) {
        padded_chroma.extend_from_slice(row);
        padded_chroma.extend_from_slice(&[0; 30]);
    }
    let padded_chroma = Plane::with_stride(&padded_chroma, W + 30);
    let (w, h) = (W as u32, H as u32);
    let expected =
        detector.detect_image(Frame::packed(PackedFormat::Gray, &grey, w, h).unwrap()).unwrap();
    let frames = [
        Frame::packed(PackedFormat::Gray, Plane::with_stride(&padded, W + 5), w, h),
        Frame::packed(PackedFormat::Rgb, &three, w, h),
        Frame::packed(PackedFormat::Bgr, &three, w, h),
        Frame::packed(PackedFormat::Rgba, &four, w, h),
        Frame::packed(PackedFormat::Bgra, &four, w, h),
        Frame::yuv(YuvFormat::Nv12, &nv, w, h, STANDARD),
        Frame::yuv(YuvFormat::Nv21, &nv, w, h, STANDARD),
        Frame::yuv(YuvFormat::I420, &nv, w, h, STANDARD),
        Frame::yuv(YuvFormat::Yuyv, &yuyv, w, h, STANDARD),
        Frame::yuv(YuvFormat::Uyvy, &uyvy, w, h, STANDARD),
        Frame::nv12(&grey, &chroma, w, h, STANDARD),
        Frame::nv12(&grey, padded_chroma, w, h, STANDARD),
        Frame::nv21(Plane::with_stride(&padded, W + 5), &chroma, w, h, STANDARD),
        Frame::i420(&grey, quarter, quarter, w, h, YuvStandard::Bt709Full),
    ];
    for (i, frame) in frames.into_iter().enumerate() {
        let found = detector.detect_image(frame.unwrap()).unwrap();
        assert_eq!((found.result.width, found.result.height), (w, h));
        assert_eq!(found.boxes.len(), expected.boxes.len(), "frame {}", i);
        for (a, b) in found.boxes.iter().zip(&expected.boxes) {
            assert!((a.score - b.score).abs() < 1e-3 && (a.x0 - b.x0).abs() < 0.5, "frame {}", i);
        }
    }
    let limited = Frame::nv12(&grey, &chroma, w, h, YuvStandard::Bt601Limited).unwrap();
    assert_ne!(detector.detect_image(limited).unwrap().boxes, expected.boxes);
}

#[test]
fn orientations_turn_a_frame() {
    let detector = tiny(|b| b);
    let pixels = [0; 3 * 4 * 2];
    let frame = Frame::packed(PackedFormat::Rgb, &pixels, 4, 2).unwrap();
    use Orientation::*;
    let all =
        [TopLeft, TopRight, BottomRight, BottomLeft, LeftTop, RightTop, RightBottom, LeftBottom];
    for (i, orientation) in all.into_iter().enumerate() {
        assert_eq!(orientation as usize, i + 1);
        let result = detector.detect_image(frame.with_orientation(orientation)).unwrap().result;
        assert_eq!(result.orientation, orientation);
        let turned = i >= 4;
        assert_eq!((result.width, result.height), if turned { (2, 4) } else { (4, 2) });
    }
    assert_eq!(detector.detect_image(frame).unwrap().result.orientation, TopLeft);
}
