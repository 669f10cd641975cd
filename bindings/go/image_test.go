// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"testing"
	"unsafe"

	"libyolo/yolo/internal/probe"
)

// NewFrame refuses what C refuses, and nothing else.
func TestNewFrameAgreesWithC(t *testing.T) {
	d := openTiny(t)
	accepted, refused := 0, 0
	try := func(format Format, width, height int, planes []Plane) {
		_, err := NewFrame(format, width, height, planes...)
		var data [][]byte
		var strides []int
		for _, plane := range planes {
			data = append(data, plane.Pix)
			strides = append(strides, plane.Stride)
		}
		want := probe.Accepts(unsafe.Pointer(d.handle), int(format), width, height, data, strides)
		if (err == nil) != want {
			t.Fatalf("%v %d x %d, planes of %v: %v; C accepts: %v", format, width, height,
				sizes(planes), err, want)
		}
		if want {
			accepted++
		} else {
			refused++
		}
	}
	for format := FormatRGB; format <= FormatUYVY; format++ {
		formats := planeFormats[format]
		for size := 0; size < 16; size++ {
			width, height := size%4+1, size/4+1
			for extra := -1; extra < 4; extra++ {
				for lack := -3; lack <= 1; lack++ {
					try(format, width, height, block(formats, width, height, extra, lack))
					for short := range formats {
						try(format, width, height, planes(formats, width, height, extra, lack, short))
					}
				}
			}
		}
	}
	if accepted < 500 || refused < 500 {
		t.Errorf("%d accepted, %d refused: the test shows nothing", accepted, refused)
	}
}

func rowAndRows(f planeFormat, width, height int) (int, int) {
	row := (uint64(width) + f.columns - 1) / f.columns * f.bytes
	return int(row), int((uint64(height) + f.rows - 1) / f.rows)
}

// planes have a stride of `extra` bytes more than a row, 3: adjacent; one of them
// lacks bytes.
func planes(formats []planeFormat, width, height, extra, lack, short int) []Plane {
	var all []Plane
	for i, f := range formats {
		row, rows := rowAndRows(f, width, height)
		stride := row + extra
		if extra == 3 {
			stride = row
		}
		bytes := stride*(rows-1) + row
		if i == short {
			bytes -= lack
		}
		plane := Plane{make([]byte, max(bytes, 0)), stride}
		if extra == 3 {
			plane.Stride = 0
		}
		all = append(all, plane)
	}
	return all
}

// block is all planes of a frame in one.
func block(formats []planeFormat, width, height, extra, lack int) []Plane {
	first := planes(formats, width, height, extra, 0, 0)[0]
	size := 0
	for i, f := range formats {
		row, rows := rowAndRows(f, width, height)
		stride := first.Stride
		if i > 0 && len(formats) == 3 {
			stride /= 2
		}
		if stride == 0 {
			stride = row
		}
		if i == len(formats)-1 {
			size += stride*(rows-1) + row
		} else {
			size += stride * rows
		}
	}
	return []Plane{{make([]byte, max(size-lack, 0)), first.Stride}}
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}

func sizes(planes []Plane) [][2]int {
	var all [][2]int
	for _, plane := range planes {
		all = append(all, [2]int{len(plane.Pix), plane.Stride})
	}
	return all
}

func TestFramesThatAreRefused(t *testing.T) {
	pixels := make([]byte, 64)
	for name, try := range map[string]func() (Image, error){
		"JPEG":          func() (Image, error) { return NewFrame(FormatJPEG, 2, 2, Plane{Pix: pixels}) },
		"format":        func() (Image, error) { return NewFrame(11, 2, 2, Plane{Pix: pixels}) },
		"no plane":      func() (Image, error) { return NewFrame(FormatRGB, 2, 2) },
		"2 planes":      func() (Image, error) { return NewFrame(FormatI420, 2, 2, Plane{Pix: pixels}, Plane{Pix: pixels}) },
		"no width":      func() (Image, error) { return NewFrame(FormatRGB, 0, 2, Plane{Pix: pixels}) },
		"height":        func() (Image, error) { return NewFrame(FormatRGB, 2, -1, Plane{Pix: pixels}) },
		"large":         func() (Image, error) { return NewFrame(FormatRGB, 2, math.MaxInt32+1, Plane{Pix: pixels}) },
		"short":         func() (Image, error) { return NewFrame(FormatRGB, 5, 5, Plane{Pix: pixels}) },
		"negative":      func() (Image, error) { return NewFrame(FormatRGB, 2, 2, Plane{pixels, -8}) },
		"huge":          func() (Image, error) { return NewFrame(FormatGray, 1, math.MaxInt32, Plane{pixels, math.MaxInt64}) },
		"overflow":      func() (Image, error) { return NewFrame(FormatNV12, 2, 4, Plane{pixels, math.MaxInt64 / 3}) },
		"RGB standard":  func() (Image, error) { return frame(t, FormatRGB, 2, 2, Plane{Pix: pixels}).WithYUVStandard(BT709Full) },
		"JPEG standard": func() (Image, error) { return JPEG(pixels).WithYUVStandard(BT709Full) },
		"standard":      func() (Image, error) { return frame(t, FormatNV12, 2, 2, Plane{Pix: pixels}).WithYUVStandard(4) },
		"orientation 0": func() (Image, error) { return frame(t, FormatRGB, 2, 2, Plane{Pix: pixels}).WithOrientation(0) },
		"orientation 9": func() (Image, error) { return frame(t, FormatRGB, 2, 2, Plane{Pix: pixels}).WithOrientation(9) },
		"turned JPEG":   func() (Image, error) { return JPEG(pixels).WithOrientation(3) },
		"no pixels":     func() (Image, error) { return FromImage(image.NewRGBA(image.Rect(0, 0, 0, 4))) },
	} {
		if _, err := try(); !errors.Is(err, ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The same picture in other clothes has the same boxes.
func TestFormatsAndStrides(t *testing.T) {
	d := openTiny(t, WithScoreThreshold(0.01))
	rgb := noise(tinySize, tinySize, 1)
	want, _, err := d.DetectImage(background, noiseFrame(t, 1))
	if err != nil || len(want) == 0 {
		t.Fatalf("%v, %v", want, err)
	}
	const stride = tinySize*4 + 5
	padded := make([]byte, stride*tinySize)
	bgr := make([]byte, len(rgb))
	for i := 0; i < tinySize*tinySize; i++ {
		at := i/tinySize*stride + i%tinySize*4
		copy(padded[at:], rgb[i*3:i*3+3])
		bgr[i*3], bgr[i*3+1], bgr[i*3+2] = rgb[i*3+2], rgb[i*3+1], rgb[i*3]
	}
	for _, i := range []Image{
		frame(t, FormatRGBA, tinySize, tinySize, Plane{padded, stride}),
		frame(t, FormatBGR, tinySize, tinySize, Plane{Pix: bgr}),
	} {
		got, _, err := d.DetectImage(background, i)
		if err != nil || !sameBoxes(got, want) {
			t.Errorf("%v: %d boxes, %v; want %d", i.format, len(got), err, len(want))
		}
	}
}

func TestPlanesOrientationAndStandard(t *testing.T) {
	d := openTiny(t, WithScoreThreshold(0.01))
	whole := noise(tinySize, tinySize, 2)[:tinySize*tinySize*3/2]
	y, u, v := whole[:1024], whole[1024:1280], whole[1280:]
	uv := make([]byte, 512)
	for i := range u {
		uv[2*i], uv[2*i+1] = u[i], v[i]
	}
	block := frame(t, FormatI420, tinySize, tinySize, Plane{Pix: whole})
	detect := func(i Image, err error) ([]Detection, Result) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		boxes, result, err := d.DetectImage(background, i)
		if err != nil {
			t.Fatal(err)
		}
		return boxes, result
	}
	want, result := detect(block, nil)
	if len(want) == 0 || result.Orientation != 1 {
		t.Fatalf("%d boxes, %+v", len(want), result)
	}
	if got, _ := detect(NewFrame(FormatI420, tinySize, tinySize, Plane{Pix: y}, Plane{Pix: u}, Plane{Pix: v})); !sameBoxes(got, want) {
		t.Error("I420 in planes has other boxes")
	}
	if got, _ := detect(NewFrame(FormatNV12, tinySize, tinySize, Plane{Pix: y}, Plane{uv, tinySize})); !sameBoxes(got, want) {
		t.Error("NV12 has other boxes")
	}
	if got, _ := detect(block.WithYUVStandard(BT709Full)); sameBoxes(got, want) {
		t.Error("the YUV standard changes nothing")
	}
	wide := frame(t, FormatGray, 64, 32, Plane{Pix: noise(64, 32, 3)[:64*32]})
	if _, result := detect(wide.WithOrientation(6)); result.Width != 32 || result.Height != 64 || result.Orientation != 6 {
		t.Errorf("turned: %+v", result)
	}
}

func TestFromImage(t *testing.T) {
	d := openTiny(t, WithScoreThreshold(0.01))
	rgba := image.NewRGBA(image.Rect(-3, -5, 61, 59))
	for y := -5; y < 59; y++ {
		for x := -3; x < 61; x++ {
			rgba.SetRGBA(x, y, color.RGBA{byte(7 * x), byte(5 * y), byte(x * y), 255})
		}
	}
	part := image.Rect(1, 2, 33, 34)
	copied := make([]byte, 0, 32*32*3)
	for y := 2; y < 34; y++ {
		for x := 1; x < 33; x++ {
			c := rgba.RGBAAt(x, y)
			copied = append(copied, c.R, c.G, c.B)
		}
	}
	want, _, err := d.DetectImage(background, frame(t, FormatRGB, 32, 32, Plane{Pix: copied}))
	if err != nil || len(want) == 0 {
		t.Fatalf("%v, %v", want, err)
	}
	nrgba := image.NewNRGBA(rgba.Rect)
	draw.Draw(nrgba, rgba.Rect, rgba, rgba.Rect.Min, draw.Src)
	for _, source := range []image.Image{rgba.SubImage(part), nrgba.SubImage(part)} {
		i, err := FromImage(source)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := d.DetectImage(background, i); err != nil || !sameBoxes(got, want) {
			t.Errorf("%T: %d boxes, %v; want %d", source, len(got), err, len(want))
		}
	}
	gray := image.NewGray(image.Rect(0, 0, 40, 40))
	copy(gray.Pix, copied)
	if _, err := FromImage(gray.SubImage(image.Rect(8, 8, 40, 40))); err != nil {
		t.Error(err)
	}
}

// A photo that Go decoded has nearly the boxes of the file.
func TestFromYCbCr(t *testing.T) {
	d := openNano(t)
	photo := readSample(t, astronaut)
	want, err := d.Detect(background, photo)
	if err != nil || len(want) != 1 {
		t.Fatalf("%v, %v", want, err)
	}
	decoded, err := jpeg.Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	planar := decoded.(*image.YCbCr)
	if planar.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		planar = halved(planar)
	}
	i, err := FromImage(planar)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := d.DetectImage(background, i)
	if err != nil || len(got) != 1 || math.Abs(float64(got[0].Score-want[0].Score)) > 0.05 ||
		math.Abs(float64(got[0].X1-want[0].X1)) > 10 {
		t.Errorf("%+v, %v; want about %+v", got, err, want)
	}
	for name, source := range map[string]image.Image{
		"odd":         planar.SubImage(image.Rect(1, 0, 65, 64)),
		"4:4:4":       image.NewYCbCr(image.Rect(0, 0, 8, 8), image.YCbCrSubsampleRatio444),
		"*image.CMYK": image.NewCMYK(image.Rect(0, 0, 8, 8)),
	} {
		if _, err := FromImage(source); !errors.Is(err, ErrUnsupportedImage) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// halved is the same with 4:2:0 chroma.
func halved(from *image.YCbCr) *image.YCbCr {
	to := image.NewYCbCr(from.Rect, image.YCbCrSubsampleRatio420)
	for y := 0; y < from.Rect.Dy(); y++ {
		for x := 0; x < from.Rect.Dx(); x++ {
			c := from.YCbCrAt(x, y)
			to.Y[to.YOffset(x, y)] = c.Y
			to.Cb[to.COffset(x, y)], to.Cr[to.COffset(x, y)] = c.Cb, c.Cr
		}
	}
	return to
}
