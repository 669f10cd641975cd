// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"fmt"
	"math"
	"math/bits"
)

// A Format says what the bytes of an image are.
type Format int32

// Formats of images. All but JPEG are raw: 8 bits a channel, rows top down. In
// the YUV formats chroma has half the columns, rounded up, and in NV12, NV21 and
// I420 half the rows; it is taken to lie in the middle of the pixels that share
// it.
const (
	FormatJPEG Format = 0 // a JPEG file's bytes
	FormatRGB  Format = 1
	FormatBGR  Format = 2
	FormatRGBA Format = 3 // alpha is ignored
	FormatBGRA Format = 4 // alpha is ignored
	FormatGray Format = 5
	FormatNV12 Format = 6  // plane 0: Y; plane 1: U and V by turns
	FormatNV21 Format = 7  // plane 0: Y; plane 1: V and U by turns
	FormatI420 Format = 8  // planes Y, U, V
	FormatYUYV Format = 9  // one plane: Y0 U Y1 V, also known as YUY2
	FormatUYVY Format = 10 // one plane: U Y0 V Y1
)

// String is the name, for example "NV12".
func (f Format) String() string {
	return enumName(int32(f), "Format", "JPEG", "RGB", "BGR", "RGBA", "BGRA",
		"GRAY", "NV12", "NV21", "I420", "YUYV", "UYVY")
}

// YUVStandard says what the numbers of a YUV frame mean.
type YUVStandard int32

// Standards of YUV frames.
const (
	BT601Limited YUVStandard = 0 // Y 16 to 235: most cameras, SD video
	BT601Full    YUVStandard = 1 // Y 0 to 255: JPEG, Android's camera
	BT709Limited YUVStandard = 2 // HD video
	BT709Full    YUVStandard = 3
)

// String is the name, for example "BT601Limited".
func (s YUVStandard) String() string {
	return enumName(int32(s), "YUVStandard", "BT601Limited", "BT601Full",
		"BT709Limited", "BT709Full")
}

// An Image is an image in memory of the caller, which must not change while it
// is being detected in. It is made by [JPEG], [NewFrame] or [FromImage], which
// check it; the zero Image is refused. Images are small: pass them by value.
type Image struct {
	format        Format
	planes        [3]Plane
	numPlanes     int // given; 0: the zero Image
	width, height int // 0 for JPEG
	yuvStandard   YUVStandard
	orientation   int // 0: as it is
}

// A Plane is rows of bytes.
type Plane struct {
	Pix    []byte
	Stride int // bytes from row to row; 0: rows are adjacent
}

// JPEG is an image of a JPEG file's bytes. Its EXIF orientation is applied
// unless the detector was made with [WithIgnoreEXIF].
func JPEG(file []byte) Image {
	return Image{format: FormatJPEG, planes: [3]Plane{{Pix: file}}, numPlanes: 1}
}

// One plane of a format: `bytes` for every `columns` pixels of every `rows` rows.
type planeFormat struct{ bytes, columns, rows uint64 }

var planeFormats = map[Format][]planeFormat{
	FormatRGB:  {{3, 1, 1}},
	FormatBGR:  {{3, 1, 1}},
	FormatRGBA: {{4, 1, 1}},
	FormatBGRA: {{4, 1, 1}},
	FormatGray: {{1, 1, 1}},
	FormatNV12: {{1, 1, 1}, {2, 2, 2}},
	FormatNV21: {{1, 1, 1}, {2, 2, 2}},
	FormatI420: {{1, 1, 1}, {1, 2, 2}, {1, 2, 2}},
	FormatYUYV: {{4, 2, 1}},
	FormatUYVY: {{4, 2, 1}},
}

// NewFrame is an image of raw pixels, width x height of them; both are 1 to
// 2^31 - 1. planes are all planes of the format, or one: those of NV12, NV21 and
// I420 then follow each other in it, chroma with the stride of the first, of I420
// with half of it. Each must have (rows - 1) * stride + row bytes or more.
//
// A YUV frame is [BT601Limited] unless [Image.WithYUVStandard] says else.
// Errors: ErrInvalidArgument.
func NewFrame(format Format, width, height int, planes ...Plane) (Image, error) {
	formats, ok := planeFormats[format]
	if !ok {
		return invalidImage("format is %v, not one of raw pixels", format)
	}
	if width < 1 || height < 1 || width > math.MaxInt32 || height > math.MaxInt32 {
		return invalidImage("width x height is %d x %d; both must be 1 to %d",
			width, height, math.MaxInt32)
	}
	if len(planes) != 1 && len(planes) != len(formats) {
		return invalidImage("%d planes; %v has %d, or one block", len(planes),
			format, len(formats))
	}
	image := Image{format: format, numPlanes: len(planes), width: width, height: height}
	block := len(planes) == 1
	var begin uint64
	for i, f := range formats {
		plane := Plane{}
		if !block || i == 0 {
			plane = planes[i]
			image.planes[i] = plane
		} else {
			plane = planes[0].chroma(len(formats))
		}
		used, err := f.check(&image, i, plane, begin)
		if err != nil {
			return Image{}, err
		}
		if block {
			begin += used
		}
	}
	return image, nil
}

// chroma is what follows a first plane in one block with it.
func (p Plane) chroma(planes int) Plane {
	if planes == 3 {
		p.Stride /= 2
	}
	return p
}

// check returns the bytes from the plane's first row to the end of its last
// stride. It begins at byte begin of plane.Pix.
func (f planeFormat) check(image *Image, index int, plane Plane, begin uint64) (uint64, error) {
	row := (uint64(image.width) + f.columns - 1) / f.columns * f.bytes
	rows := (uint64(image.height) + f.rows - 1) / f.rows
	stride := row
	if plane.Stride != 0 {
		stride = uint64(plane.Stride)
	}
	if plane.Stride < 0 || stride < row {
		return 0, &Error{ErrInvalidArgument, fmt.Sprintf(
			"stride of plane %d is %d bytes; a %v row of width %d needs %d",
			index, plane.Stride, image.format, image.width, row)}
	}
	high, beforeLast := bits.Mul64(stride, rows-1)
	if high != 0 || beforeLast > math.MaxInt64-begin-row {
		return 0, &Error{ErrInvalidArgument, fmt.Sprintf(
			"plane %d: no memory holds %d rows of stride %d", index, rows, stride)}
	}
	if have, need := uint64(len(plane.Pix)), begin+beforeLast+row; have < need {
		return 0, &Error{ErrInvalidArgument, fmt.Sprintf(
			"plane %d ends at byte %d of %d: %d rows of stride %d from byte %d on",
			index, need, have, rows, stride, begin)}
	}
	return beforeLast + stride, nil
}

// WithYUVStandard is the same YUV frame, with numbers that mean something else.
// Errors: ErrInvalidArgument, also for images that are not YUV.
func (i Image) WithYUVStandard(standard YUVStandard) (Image, error) {
	if i.format < FormatNV12 {
		return invalidImage("yuv_standard of an image in %v", i.format)
	}
	if standard < BT601Limited || standard > BT709Full {
		return invalidImage("yuv_standard is %d", standard)
	}
	i.yuvStandard = standard
	return i, nil
}

// WithOrientation is the same frame, to be turned upright: 1 to 8, as EXIF counts.
// [WithIgnoreEXIF] does not matter. Errors: ErrInvalidArgument, also for a JPEG,
// which says it itself.
func (i Image) WithOrientation(orientation int) (Image, error) {
	if i.format == FormatJPEG {
		return invalidImage("orientation of a JPEG is in the file")
	}
	if orientation < 1 || orientation > 8 {
		return invalidImage("orientation is %d; it is 1 to 8 as in EXIF", orientation)
	}
	i.orientation = orientation
	return i, nil
}

// check refuses the zero Image; all others were checked when they were made.
func (i *Image) check() error {
	if i.numPlanes == 0 {
		_, err := invalidImage("image was not made by JPEG, NewFrame or FromImage")
		return err
	}
	return nil
}

func invalidImage(format string, values ...interface{}) (Image, error) {
	return Image{}, &Error{ErrInvalidArgument, fmt.Sprintf(format, values...)}
}
