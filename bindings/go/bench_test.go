// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"runtime"
	"sort"
	"testing"
	"time"
	"unsafe"

	"libyolo/yolo/internal/probe"
)

func TestNothingIsAllocatedForACall(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	d := openTiny(t, WithScoreThreshold(0.01), WithThreadsPerLane(1))
	file := encode(t, 32, 32, 1)
	raw := noiseFrame(t, 1)
	boxes := make([]Detection, 300)
	var result Result
	run := func(name string, want float64, call func() error) {
		t.Helper()
		got := testing.AllocsPerRun(2000, func() {
			if err := call(); err != nil {
				t.Fatal(err)
			}
		})
		if got != want {
			t.Errorf("%s: %v allocations a call, want %v", name, got, want)
		}
	}
	run("DetectInto, JPEG", 0, func() error {
		_, err := d.DetectInto(background, JPEG(file), boxes, &result)
		return err
	})
	if result.Count == 0 {
		t.Error("no boxes: the test shows nothing")
	}
	run("DetectInto, frame", 0, func() error {
		_, err := d.DetectInto(background, raw, boxes, nil)
		return err
	})
	run("NewFrame", 0, func() error {
		_, err := NewFrame(FormatNV12, 4, 4, Plane{Pix: file[:24]})
		return err
	})
	run("Detect", 1, func() error {
		_, err := d.Detect(background, file)
		return err
	})
	run("Label", 0, func() error { _ = d.Label(1); return nil })
}

// What a call from Go costs beyond the same call from C: both by turns, each
// with an image that is as little work as can be, medians of both.
func BenchmarkOverhead(b *testing.B) {
	d := openTiny(b, WithLanes(1), WithThreadsPerLane(1), WithScoreThreshold(1))
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pixels := noise(tinySize, tinySize, 1)
	image := frame(b, FormatRGB, tinySize, tinySize, Plane{Pix: pixels})
	boxes := make([]Detection, 10)
	const calls = 50
	var c, g []float64
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		took, err := probe.Loop(unsafe.Pointer(d.handle), int(FormatRGB), tinySize, tinySize,
			pixels, unsafe.Pointer(&boxes[0]), len(boxes), calls)
		if err != nil {
			b.Fatal(err)
		}
		c = append(c, float64(took)/calls)
		start := time.Now()
		for j := 0; j < calls; j++ {
			var result Result
			if _, err := d.DetectInto(background, image, boxes, &result); err != nil {
				b.Fatal(err)
			}
		}
		g = append(g, float64(time.Since(start))/calls)
	}
	b.ReportMetric(median(c), "ns/C-call")
	b.ReportMetric(median(g), "ns/Go-call")
	b.ReportMetric(median(g)-median(c), "ns-overhead")
}

func median(values []float64) float64 {
	sort.Float64s(values)
	return values[len(values)/2]
}

// A batch from Go, image by image, and the same as one call in C.
func BenchmarkBatch(b *testing.B) {
	const copies = 64
	d := openTiny(b, WithThreadsPerLane(1))
	file := encode(b, 64, 64, 1)
	images := make([]Image, copies)
	for i := range images {
		images[i] = JPEG(file)
	}
	var c, g []float64
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		took, err := probe.Batch(unsafe.Pointer(d.handle), file, copies)
		if err != nil {
			b.Fatal(err)
		}
		c = append(c, float64(took)/copies)
		start := time.Now()
		if _, err := d.DetectBatch(background, images); err != nil {
			b.Fatal(err)
		}
		g = append(g, float64(time.Since(start))/copies)
	}
	b.ReportMetric(median(c), "ns/C-image")
	b.ReportMetric(median(g), "ns/Go-image")
}

// Throughput of one detector under more goroutines than lanes.
func BenchmarkParallel(b *testing.B) {
	d := openTiny(b)
	file := encode(b, 64, 64, 1)
	b.ReportAllocs()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		boxes := make([]Detection, 300)
		for pb.Next() {
			if _, err := d.DetectInto(background, JPEG(file), boxes, nil); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
