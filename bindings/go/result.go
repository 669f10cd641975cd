// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"strings"
	"time"
)

// A Detection is one box, in pixels of the upright image: x right, y down,
// (0, 0) the outer corner of the first pixel, clipped to the image. C writes it:
// its layout is that of yolo_detection.
type Detection struct {
	X0, Y0, X1, Y1 float32 // 0 <= X0 <= X1 <= width; 0 <= Y0 <= Y1 <= height
	Score          float32 // (0, 1]: objectness times class probability
	ClassID        int32   // [0, Info.NumClasses)
}

// Truncated has a bit for each thing that was cut.
type Truncated uint32

// Bits of Truncated.
const (
	// Found > Count: the capacity, or [WithMaxDetections].
	TruncatedDetections Truncated = 1
	// More than [WithMaxCandidates] boxes entered NMS.
	TruncatedCandidates Truncated = 2
	// The JPEG ended early; its missing part is grey.
	TruncatedImage Truncated = 4
)

// String lists the bits, for example "detections|image"; "" for none.
func (t Truncated) String() string {
	return bitNames(uint32(t), "detections", "candidates", "image")
}

// Notes has a bit for each thing that was special.
type Notes uint32

// Bits of Notes.
const (
	// The CPU ran the image: its device is lost.
	NoteFallback Notes = 1
	// The device reported a NaN in the image's batch.
	NoteNumeric Notes = 2
)

// String lists the bits, for example "fallback"; "" for none.
func (n Notes) String() string {
	return bitNames(uint32(n), "fallback", "numeric")
}

// A Result is what became of one image, beside its boxes. Of an image that
// failed only the times count.
type Result struct {
	Count     int       // boxes returned
	Found     int       // boxes after NMS, before the cut to Count
	Truncated Truncated // 0, or what was cut
	Notes     Notes     // 0, or what was special

	Width       int // of the upright image, pixels
	Height      int // of the upright image, pixels
	Orientation int // EXIF orientation found or, of a frame, given: 1 to 8
	Core        int // of the device that ran it; -1: of none

	Wait    time.Duration // until a lane took the image, in Go and in C
	Decode  time.Duration // JPEG bytes to samples; with Pack, to the input
	Pack    time.Duration // samples to the network's input
	Run     time.Duration // the network
	Extract time.Duration // heads to boxes, NMS included
}

// Detections are what [Detector.DetectBatch] returns for one image: its boxes,
// highest score first, and its result; or why it failed.
type Detections struct {
	Boxes  []Detection
	Result Result
	Err    error
}

func bitNames(bits uint32, names ...string) string {
	var set []string
	for i, name := range names {
		if bits&(1<<uint(i)) != 0 {
			set = append(set, name)
		}
	}
	return strings.Join(set, "|")
}
