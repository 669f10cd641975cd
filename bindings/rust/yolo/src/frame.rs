// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::{Error, Image, Result};
use yolo_sys as sys;

/// Formats of one plane, 8 bits a channel, rows top down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PackedFormat {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
    /// Red, green, blue, alpha; alpha is ignored.
    Rgba,
    /// Blue, green, red, alpha; alpha is ignored.
    Bgra,
    /// Grey alone.
    Gray,
}

/// Formats of cameras and video decoders. Chroma has half the columns, rounded
/// up, and in the first three half the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum YuvFormat {
    /// Y; then U and V by turns.
    Nv12,
    /// Y; then V and U by turns.
    Nv21,
    /// Y; then U; then V.
    I420,
    /// Y0 U Y1 V, also known as YUY2.
    Yuyv,
    /// U Y0 V Y1.
    Uyvy,
}

/// What the numbers of a YUV frame mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum YuvStandard {
    /// Y from 16 to 235: most cameras, SD video.
    Bt601Limited,
    /// Y from 0 to 255: JPEG, Android's camera.
    Bt601Full,
    /// Y from 16 to 235: HD video.
    Bt709Limited,
    /// Y from 0 to 255.
    Bt709Full,
}

/// Where row 0 and column 0 of the stored pixels are in the upright image, with
/// the names and numbers of EXIF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Orientation {
    /// 1: upright.
    TopLeft = 1,
    /// 2: mirrored.
    TopRight = 2,
    /// 3: upside down.
    BottomRight = 3,
    /// 4: upside down and mirrored.
    BottomLeft = 4,
    /// 5: mirrored, then to be turned left.
    LeftTop = 5,
    /// 6: to be turned right.
    RightTop = 6,
    /// 7: mirrored, then to be turned right.
    RightBottom = 7,
    /// 8: to be turned left.
    LeftBottom = 8,
}

impl Orientation {
    /// The library reports 1 to 8.
    pub(crate) fn from_raw(number: u32) -> Orientation {
        use Orientation::*;
        match number {
            2 => TopRight,
            3 => BottomRight,
            4 => BottomLeft,
            5 => LeftTop,
            6 => RightTop,
            7 => RightBottom,
            8 => LeftBottom,
            _ => TopLeft,
        }
    }
}

/// Rows of bytes in somebody's memory.
#[derive(Clone, Copy, Debug)]
pub struct Plane<'a> {
    data: &'a [u8],
    stride: usize,
}

impl<'a> Plane<'a> {
    /// Rows that are adjacent.
    pub fn new(data: &'a [u8]) -> Plane<'a> {
        Plane { data, stride: 0 }
    }

    /// Rows that begin `stride` bytes apart; 0: they are adjacent. The last one
    /// need not be followed by padding.
    pub fn with_stride(data: &'a [u8], stride: usize) -> Plane<'a> {
        Plane { data, stride }
    }
}

impl<'a, T: AsRef<[u8]> + ?Sized> From<&'a T> for Plane<'a> {
    /// Rows that are adjacent.
    fn from(data: &'a T) -> Plane<'a> {
        Plane::new(data.as_ref())
    }
}

/// Raw pixels whose memory has been checked to hold them.
///
/// `width` and `height` are pixels, 1 to 2^31 - 1; the detector's
/// [`max_pixels`](crate::DetectorBuilder::max_pixels) limits their product. Every
/// constructor returns [`Error::InvalidArgument`] where a size, a stride or a
/// slice's length does not fit.
///
/// ```
/// use yolo::{Error, Frame, PackedFormat, Plane};
///
/// let pixels = [0; 4 * 8 * 2]; // 2 rows, 8 pixels apart
/// assert!(Frame::packed(PackedFormat::Bgra, Plane::with_stride(&pixels, 32), 6, 2).is_ok());
/// match Frame::packed(PackedFormat::Bgra, &pixels, 9, 2) {
///     Err(Error::InvalidArgument(why)) => {
///         assert_eq!(why, "plane 0 is 64 bytes; height 2 with stride 36 needs 72");
///     }
///     other => panic!("{:?}", other),
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    image: Image<'a>,
}

/// One plane of a format: `bytes` for every `columns` pixels of every `rows` rows.
#[derive(Clone, Copy)]
struct Shape {
    bytes: usize,
    columns: usize,
    rows: usize,
}

impl Shape {
    const fn new(bytes: usize, columns: usize, rows: usize) -> Shape {
        Shape { bytes, columns, rows }
    }
}

const LUMA: Shape = Shape::new(1, 1, 1);
const CHROMA: Shape = Shape::new(1, 2, 2);
const CHROMA_PAIRS: Shape = Shape::new(2, 2, 2);
const MIXED: Shape = Shape::new(4, 2, 1);

fn invalid<T>(why: String) -> Result<T> {
    Err(Error::InvalidArgument(why))
}

fn check_size(width: u32, height: u32) -> Result<()> {
    const MOST: u32 = i32::MAX as u32;
    if (1..=MOST).contains(&width) && (1..=MOST).contains(&height) {
        return Ok(());
    }
    invalid(format!("width x height is {} x {}; both must be 1 to {}", width, height, MOST))
}

/// Checks that plane `index` holds its rows; returns the bytes from its first row
/// to the end of its last stride.
fn check_plane(
    index: usize,
    shape: Shape,
    plane: Plane<'_>,
    width: u32,
    height: u32,
) -> Result<usize> {
    let divide_up = |a: u32, b: usize| (a as usize + b - 1) / b;
    // Below 2^31 columns of at most 4 bytes.
    let row = divide_up(width, shape.columns) * shape.bytes;
    let rows = divide_up(height, shape.rows);
    let stride = if plane.stride == 0 { row } else { plane.stride };
    if stride < row {
        return invalid(format!(
            "stride of plane {} is {} bytes; a row of width {} needs {}",
            index, stride, width, row
        ));
    }
    let whole = stride.checked_mul(rows);
    match whole {
        Some(whole) if plane.data.len() >= whole - stride + row => Ok(whole),
        _ => {
            let needs = whole.map_or("2^64 or more".into(), |all| (all - stride + row).to_string());
            invalid(format!(
                "plane {} is {} bytes; height {} with stride {} needs {}",
                index,
                plane.data.len(),
                height,
                stride,
                needs
            ))
        }
    }
}

fn raw_image(format: i32, plane: Plane<'_>, width: u32, height: u32) -> sys::yolo_image {
    sys::yolo_image {
        format,
        data: plane.data.as_ptr().cast(),
        size: plane.data.len(),
        width,
        height,
        stride: plane.stride,
        ..sys::YOLO_IMAGE_INIT
    }
}

impl<'a> Frame<'a> {
    /// Pixels of one plane.
    pub fn packed(
        format: PackedFormat,
        pixels: impl Into<Plane<'a>>,
        width: u32,
        height: u32,
    ) -> Result<Frame<'a>> {
        let pixels = pixels.into();
        let (format, bytes) = match format {
            PackedFormat::Rgb => (sys::YOLO_FORMAT_RGB, 3),
            PackedFormat::Bgr => (sys::YOLO_FORMAT_BGR, 3),
            PackedFormat::Rgba => (sys::YOLO_FORMAT_RGBA, 4),
            PackedFormat::Bgra => (sys::YOLO_FORMAT_BGRA, 4),
            PackedFormat::Gray => (sys::YOLO_FORMAT_GRAY, 1),
        };
        check_size(width, height)?;
        check_plane(0, Shape::new(bytes, 1, 1), pixels, width, height)?;
        Ok(Frame { image: Image::from_raw(raw_image(format, pixels, width, height)) })
    }

    /// A YUV frame in one block. The planes of NV12, NV21 and I420 follow each
    /// other; where the first has a stride, chroma has the same or, of I420, half
    /// of it.
    pub fn yuv(
        format: YuvFormat,
        block: impl Into<Plane<'a>>,
        width: u32,
        height: u32,
        standard: YuvStandard,
    ) -> Result<Frame<'a>> {
        let block = block.into();
        check_size(width, height)?;
        let (format, shapes, divisor): (i32, &[Shape], usize) = match format {
            YuvFormat::Nv12 => (sys::YOLO_FORMAT_NV12, &[LUMA, CHROMA_PAIRS], 1),
            YuvFormat::Nv21 => (sys::YOLO_FORMAT_NV21, &[LUMA, CHROMA_PAIRS], 1),
            YuvFormat::I420 => (sys::YOLO_FORMAT_I420, &[LUMA, CHROMA, CHROMA], 2),
            YuvFormat::Yuyv => (sys::YOLO_FORMAT_YUYV, &[MIXED], 1),
            YuvFormat::Uyvy => (sys::YOLO_FORMAT_UYVY, &[MIXED], 1),
        };
        let mut rest = block;
        for (index, shape) in shapes.iter().enumerate() {
            if index == 1 {
                rest.stride /= divisor;
            }
            let used = check_plane(index, *shape, rest, width, height)?;
            rest.data = &rest.data[used.min(rest.data.len())..];
        }
        let raw = raw_image(format, block, width, height);
        Ok(Frame { image: Image::from_raw(raw) }.with_standard(standard))
    }

    /// A frame in NV12: Y, and U and V by turns.
    pub fn nv12(
        y: impl Into<Plane<'a>>,
        uv: impl Into<Plane<'a>>,
        width: u32,
        height: u32,
        standard: YuvStandard,
    ) -> Result<Frame<'a>> {
        let planes = [y.into(), uv.into()];
        Frame::planes(sys::YOLO_FORMAT_NV12, CHROMA_PAIRS, &planes, width, height, standard)
    }

    /// A frame in NV21: Y, and V and U by turns.
    pub fn nv21(
        y: impl Into<Plane<'a>>,
        vu: impl Into<Plane<'a>>,
        width: u32,
        height: u32,
        standard: YuvStandard,
    ) -> Result<Frame<'a>> {
        let planes = [y.into(), vu.into()];
        Frame::planes(sys::YOLO_FORMAT_NV21, CHROMA_PAIRS, &planes, width, height, standard)
    }

    /// A frame in I420: Y, U and V.
    pub fn i420(
        y: impl Into<Plane<'a>>,
        u: impl Into<Plane<'a>>,
        v: impl Into<Plane<'a>>,
        width: u32,
        height: u32,
        standard: YuvStandard,
    ) -> Result<Frame<'a>> {
        let planes = [y.into(), u.into(), v.into()];
        Frame::planes(sys::YOLO_FORMAT_I420, CHROMA, &planes, width, height, standard)
    }

    /// The same pixels, to be turned upright. Without, they are upright;
    /// [`Exif`](crate::Exif) does not matter.
    pub fn with_orientation(self, orientation: Orientation) -> Frame<'a> {
        let raw = sys::yolo_image { orientation: orientation as u32, ..*self.image.raw() };
        Frame { image: Image::from_raw(raw) }
    }

    fn planes(
        format: i32,
        chroma: Shape,
        planes: &[Plane<'a>],
        width: u32,
        height: u32,
        standard: YuvStandard,
    ) -> Result<Frame<'a>> {
        check_size(width, height)?;
        let mut raw = raw_image(format, planes[0], width, height);
        for (index, plane) in planes.iter().enumerate() {
            let shape = if index == 0 { LUMA } else { chroma };
            check_plane(index, shape, *plane, width, height)?;
            if index > 0 {
                raw.chroma[index - 1] = plane.data.as_ptr().cast();
                raw.chroma_size[index - 1] = plane.data.len();
                raw.chroma_stride[index - 1] = plane.stride;
            }
        }
        Ok(Frame { image: Image::from_raw(raw) }.with_standard(standard))
    }

    fn with_standard(self, standard: YuvStandard) -> Frame<'a> {
        let yuv_standard = match standard {
            YuvStandard::Bt601Limited => sys::YOLO_YUV_BT601_LIMITED,
            YuvStandard::Bt601Full => sys::YOLO_YUV_BT601_FULL,
            YuvStandard::Bt709Limited => sys::YOLO_YUV_BT709_LIMITED,
            YuvStandard::Bt709Full => sys::YOLO_YUV_BT709_FULL,
        };
        let raw = sys::yolo_image { yuv_standard, ..*self.image.raw() };
        Frame { image: Image::from_raw(raw) }
    }

    pub(crate) fn into_image(self) -> Image<'a> {
        self.image
    }
}
