// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand"
	"os"
	"path/filepath"
	"testing"
)

var background = context.Background()

const (
	nanoModel   = "models/yolov4-nano/yolov4-nano.cfg"
	nanoWeights = "models/yolov4-nano/yolov4-nano.weights"
	nanoLabels  = "models/yolov4-nano/coco.names"
	astronaut   = "images/astronaut.jpg"
)

// sample is the path of a file in the samples folder of the repository.
func sample(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "samples", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs the repository around the module: %v", err)
	}
	return path
}

func readSample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(sample(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// open makes a detector that lives as long as the test.
func open(t testing.TB, opts ...Option) *Detector {
	t.Helper()
	d, err := Open(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// openNano makes one of the sample model.
func openNano(t testing.TB, opts ...Option) *Detector {
	t.Helper()
	return open(t, append([]Option{
		WithModel(sample(t, nanoModel), sample(t, nanoWeights)),
		WithLabels(sample(t, nanoLabels)),
	}, opts...)...)
}

const tinySize = 32 // pixels

// tinyModel is one convolution and a head: a call is as short as can be, and
// random weights find boxes in anything.
func tinyModel() Option {
	cfg := `[net]
width=32
height=32
channels=3
[convolutional]
size=3
stride=2
pad=1
filters=7
activation=linear
[yolo]
mask=0
anchors=6,9
classes=2
num=1
`
	random := rand.New(rand.NewSource(1))
	var weights bytes.Buffer
	write := func(value interface{}) {
		if err := binary.Write(&weights, binary.LittleEndian, value); err != nil {
			panic(err)
		}
	}
	write([]int32{0, 2, 5})
	write(int64(0))
	const filters, inputs = 7, 3 * 3 * 3
	for i := 0; i < filters+filters*inputs; i++ {
		write(float32(random.NormFloat64()))
	}
	return WithModelData([]byte(cfg), weights.Bytes())
}

func openTiny(t testing.TB, opts ...Option) *Detector {
	t.Helper()
	return open(t, append([]Option{tinyModel()}, opts...)...)
}

// noise is RGB pixels.
func noise(width, height int, seed int64) []byte {
	pixels := make([]byte, width*height*3)
	rand.New(rand.NewSource(seed)).Read(pixels)
	return pixels
}

// noiseFrame is an image of RGB noise of the size of the tiny model.
func noiseFrame(t testing.TB, seed int64) Image {
	t.Helper()
	return frame(t, FormatRGB, tinySize, tinySize,
		Plane{Pix: noise(tinySize, tinySize, seed)})
}

func frame(t testing.TB, format Format, width, height int, planes ...Plane) Image {
	t.Helper()
	i, err := NewFrame(format, width, height, planes...)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// encode makes a JPEG of a gradient with noise.
func encode(t testing.TB, width, height int, seed int64) []byte {
	t.Helper()
	random := rand.New(rand.NewSource(seed))
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := 0; y < height; y++ {
		for x := 0; x < width; x++ {
			picture.SetRGBA(x, y, color.RGBA{byte(x * 4), byte(y * 4), byte(random.Intn(256)), 255})
		}
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, picture, nil); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func sameBoxes(a, b []Detection) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
