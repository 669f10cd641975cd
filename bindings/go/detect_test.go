// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"errors"
	"sync"
	"testing"
	"time"
)

func TestDetectFindsTheAstronaut(t *testing.T) {
	d := openNano(t)
	photo := readSample(t, astronaut)
	boxes, result, err := d.DetectImage(background, JPEG(photo))
	if err != nil {
		t.Fatal(err)
	}
	if len(boxes) != 1 || d.Label(boxes[0].ClassID) != "person" {
		t.Fatalf("boxes %+v; want one person", boxes)
	}
	if b := boxes[0]; b.Score <= 0.25 || b.Score > 1 || b.X0 < 0 || b.X1 <= b.X0 || b.X1 > 512 {
		t.Errorf("box %+v", b)
	}
	if result.Count != 1 || result.Found != 1 || result.Truncated != 0 || result.Notes != 0 ||
		result.Width != 512 || result.Height != 512 || result.Orientation != 1 || result.Core != -1 {
		t.Errorf("result %+v", result)
	}
	for name, stage := range map[string]time.Duration{
		"decode": result.Decode, "pack": result.Pack, "run": result.Run, "extract": result.Extract,
	} {
		if stage <= 0 || stage > time.Minute {
			t.Errorf("%s took %v", name, stage)
		}
	}
	simple, err := d.Detect(background, photo)
	if err != nil || !sameBoxes(simple, boxes) {
		t.Errorf("Detect: %+v, %v; DetectImage: %+v", simple, err, boxes)
	}
}

func TestDetectIntoReusesMemory(t *testing.T) {
	d := openTiny(t, WithScoreThreshold(0.01))
	image := noiseFrame(t, 1)
	want, whole, err := d.DetectImage(background, image)
	if err != nil || len(want) < 3 {
		t.Fatalf("%d boxes, %v; the test needs 3", len(want), err)
	}
	memory := make([]Detection, len(want)+1)
	memory[len(want)].ClassID = -7
	var result Result
	boxes, err := d.DetectInto(background, image, memory, &result)
	if err != nil || !sameBoxes(boxes, want) || &boxes[0] != &memory[0] {
		t.Errorf("%d boxes, %v; want the %d of DetectImage", len(boxes), err, len(want))
	}
	if memory[len(want)].ClassID != -7 {
		t.Error("wrote behind the boxes")
	}
	if result.Count != whole.Count || result.Found != whole.Found {
		t.Errorf("result %+v; want as %+v", result, whole)
	}

	cut, err := d.DetectInto(background, image, memory[:2], &result)
	if err != nil || !sameBoxes(cut, want[:2]) {
		t.Errorf("room for 2: %+v, %v", cut, err)
	}
	if result.Count != 2 || result.Found != len(want) || result.Truncated != TruncatedDetections {
		t.Errorf("room for 2: %+v", result)
	}
	none, err := d.DetectInto(background, image, nil, &result)
	if err != nil || len(none) != 0 || result.Found != len(want) {
		t.Errorf("room for none: %+v, %v, %+v", none, err, result)
	}
	if _, err := d.DetectInto(background, image, memory, nil); err != nil {
		t.Errorf("without a result: %v", err)
	}
}

func TestTruncatedBits(t *testing.T) {
	d := openTiny(t, WithScoreThreshold(0.01), WithMaxCandidates(3), WithMaxDetections(1))
	file := encode(t, 256, 256, 1)
	boxes, result, err := d.DetectImage(background, JPEG(file[:len(file)*3/4]))
	if err != nil || len(boxes) != 1 {
		t.Fatalf("%+v, %v", boxes, err)
	}
	if want := TruncatedDetections | TruncatedCandidates | TruncatedImage; result.Truncated != want {
		t.Errorf("truncated is %v, want %v", result.Truncated, want)
	}
	if text := result.Truncated.String(); text != "detections|candidates|image" {
		t.Errorf("String: %q", text)
	}
}

func TestFailedImages(t *testing.T) {
	d := openTiny(t, WithMaxPixels(100))
	var zero Image
	for _, c := range []struct {
		name  string
		image Image
		want  Status
	}{
		{"no bytes", JPEG(nil), ErrBadImage},
		{"not a JPEG", JPEG([]byte("GIF89a")), ErrBadImage},
		{"too many pixels", JPEG(encode(t, 64, 64, 1)), ErrLimit},
		{"zero", zero, ErrInvalidArgument},
	} {
		result := Result{Count: 9}
		boxes, err := d.DetectInto(background, c.image, make([]Detection, 4), &result)
		var failed *Error
		if !errors.Is(err, c.want) || !errors.As(err, &failed) || len(boxes) != 0 {
			t.Errorf("%s: %v, %v; want %v", c.name, boxes, err, c.want)
			continue
		}
		if failed.Status != c.want || failed.Message == "" {
			t.Errorf("%s: %+v", c.name, failed)
		}
		if _, err := d.Detect(background, []byte("GIF89a")); !errors.Is(err, ErrBadImage) {
			t.Errorf("Detect: %v", err)
		}
	}
}

// What a slice of bytes lies in may hold Go pointers: C sees the slice only.
func TestBytesWithinOtherThings(t *testing.T) {
	d := openTiny(t)
	file := encode(t, 32, 32, 1)
	type record struct {
		next  *record
		bytes [4096]byte
		boxes [8]Detection
		name  *string
	}
	name := "a"
	r := &record{next: &record{}, name: &name}
	copy(r.bytes[:], file)
	if _, err := d.DetectInto(background, JPEG(r.bytes[:len(file)]), r.boxes[:], nil); err != nil {
		t.Error(err)
	}
}

func TestOneDetectorForManyGoroutines(t *testing.T) {
	d := openTiny(t, WithScoreThreshold(0.01), WithLanes(2))
	const images, goroutines, rounds = 8, 32, 30
	frames := make([]Image, images)
	want := make([][]Detection, images)
	for i := range frames {
		frames[i] = noiseFrame(t, int64(i))
		var err error
		if want[i], _, err = d.DetectImage(background, frames[i]); err != nil {
			t.Fatal(err)
		}
	}
	var group sync.WaitGroup
	for g := 0; g < goroutines; g++ {
		group.Add(1)
		go func(g int) {
			defer group.Done()
			memory := make([]Detection, 300)
			for i := 0; i < rounds; i++ {
				n := (g + i) % images
				got, err := d.DetectInto(background, frames[n], memory, nil)
				if err != nil || !sameBoxes(got, want[n]) {
					t.Errorf("image %d: other boxes than alone, %v", n, err)
				}
				// Messages belong to their call, whatever its thread.
				if _, err := d.Detect(background, []byte("GIF")); !errors.Is(err, ErrBadImage) {
					t.Errorf("not a JPEG: %v", err)
				}
				_ = d.Info()
			}
		}(g)
	}
	group.Wait()
}
