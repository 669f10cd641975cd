// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
use crate::Frame;
use std::fmt;
use std::marker::PhantomData;
use yolo_sys as sys;

/// An image in somebody's memory: a JPEG file's bytes, or a [`Frame`].
///
/// Bytes are taken for a JPEG file. What they are is found out by the call that
/// reads them, and nothing of it is kept afterwards.
///
/// ```
/// # fn main() -> yolo::Result<()> {
/// use yolo::{Frame, Image, PackedFormat};
///
/// let file = std::fs::read("photo.jpg").unwrap_or_default();
/// let pixels = [0; 3 * 640 * 480];
/// let images: [Image; 2] =
///     [Image::jpeg(&file), Frame::packed(PackedFormat::Rgb, &pixels, 640, 480)?.into()];
/// # assert_eq!(images.len(), 2);
/// # Ok(())
/// # }
/// ```
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Image<'a> {
    raw: sys::yolo_image,
    bytes: PhantomData<&'a [u8]>,
}

// SAFETY: its pointers are shared borrows of bytes.
unsafe impl Send for Image<'_> {}
// SAFETY: as above.
unsafe impl Sync for Image<'_> {}

impl<'a> Image<'a> {
    /// A JPEG file's bytes.
    pub fn jpeg(file: &'a [u8]) -> Image<'a> {
        let raw = sys::yolo_image {
            format: sys::YOLO_FORMAT_JPEG,
            data: file.as_ptr().cast(),
            size: file.len(),
            ..sys::YOLO_IMAGE_INIT
        };
        Image { raw, bytes: PhantomData }
    }

    /// `raw` borrows what lives for `'a`, and says its length.
    pub(crate) fn from_raw(raw: sys::yolo_image) -> Image<'a> {
        Image { raw, bytes: PhantomData }
    }

    pub(crate) fn raw(&self) -> &sys::yolo_image {
        &self.raw
    }
}

impl<'a, T: AsRef<[u8]> + ?Sized> From<&'a T> for Image<'a> {
    /// A JPEG file's bytes.
    fn from(file: &'a T) -> Image<'a> {
        Image::jpeg(file.as_ref())
    }
}

impl<'a> From<Frame<'a>> for Image<'a> {
    fn from(frame: Frame<'a>) -> Image<'a> {
        frame.into_image()
    }
}

impl fmt::Debug for Image<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image")
            .field("format", &self.raw.format)
            .field("size", &self.raw.size)
            .field("width", &self.raw.width)
            .field("height", &self.raw.height)
            .finish_non_exhaustive()
    }
}
