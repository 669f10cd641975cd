// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"fmt"
	"image"
)

// FromImage is an image of one in memory as Go's packages make them, without a
// copy: *image.RGBA and *image.NRGBA (alpha is ignored: what is transparent in
// the first is seen over black), *image.Gray, and *image.YCbCr with 4:2:0 chroma,
// as most JPEGs have. Parts made by SubImage are fine; those of a YCbCr must
// begin at even coordinates.
//
// To decode JPEGs with image/jpeg for this is slower than [JPEG], and loses the
// orientation. Errors: ErrUnsupportedImage, ErrInvalidArgument.
func FromImage(source image.Image) (Image, error) {
	size := source.Bounds().Size()
	if size.X < 1 || size.Y < 1 {
		return invalidImage("width x height is %d x %d", size.X, size.Y)
	}
	switch i := source.(type) {
	case *image.RGBA:
		return NewFrame(FormatRGBA, size.X, size.Y,
			Plane{i.Pix[i.PixOffset(i.Rect.Min.X, i.Rect.Min.Y):], i.Stride})
	case *image.NRGBA:
		return NewFrame(FormatRGBA, size.X, size.Y,
			Plane{i.Pix[i.PixOffset(i.Rect.Min.X, i.Rect.Min.Y):], i.Stride})
	case *image.Gray:
		return NewFrame(FormatGray, size.X, size.Y,
			Plane{i.Pix[i.PixOffset(i.Rect.Min.X, i.Rect.Min.Y):], i.Stride})
	case *image.YCbCr:
		return fromYCbCr(i, size)
	}
	return unsupportedImage(fmt.Sprintf("%T", source))
}

func fromYCbCr(i *image.YCbCr, size image.Point) (Image, error) {
	if i.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		return unsupportedImage(fmt.Sprintf("%T with %v", i, i.SubsampleRatio))
	}
	if i.Rect.Min.X%2 != 0 || i.Rect.Min.Y%2 != 0 {
		return unsupportedImage(fmt.Sprintf("%T that begins at odd coordinates, %v", i, i.Rect.Min))
	}
	y := i.YOffset(i.Rect.Min.X, i.Rect.Min.Y)
	c := i.COffset(i.Rect.Min.X, i.Rect.Min.Y)
	frame, err := NewFrame(FormatI420, size.X, size.Y, Plane{i.Y[y:], i.YStride},
		Plane{i.Cb[c:], i.CStride}, Plane{i.Cr[c:], i.CStride})
	if err != nil {
		return frame, err
	}
	return frame.WithYUVStandard(BT601Full)
}

func unsupportedImage(what string) (Image, error) {
	return Image{}, &Error{ErrUnsupportedImage, "an image of type " + what}
}
