// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"context"
	"errors"
	"testing"
)

func TestBatchIsWhatSingleCallsAre(t *testing.T) {
	d := openTiny(t, WithScoreThreshold(0.01), WithLanes(2))
	var images []Image
	for i := 0; i < 17; i++ {
		images = append(images, noiseFrame(t, int64(i)))
	}
	images[3], images[11] = JPEG([]byte("GIF89a")), Image{}
	all, err := d.DetectBatch(background, images)
	if err != nil || len(all) != len(images) {
		t.Fatalf("%d results, %v", len(all), err)
	}
	for i, got := range all {
		boxes, result, err := d.DetectImage(background, images[i])
		if !sameBoxes(got.Boxes, boxes) || got.Result.Found != result.Found {
			t.Errorf("image %d: other boxes than alone", i)
		}
		if (err == nil) != (got.Err == nil) || err != nil && err.Error() != got.Err.Error() {
			t.Errorf("image %d: %v, alone %v", i, got.Err, err)
		}
	}
	if !errors.Is(all[3].Err, ErrBadImage) || !errors.Is(all[11].Err, ErrInvalidArgument) || all[4].Err != nil {
		t.Errorf("%v, %v, %v", all[3].Err, all[11].Err, all[4].Err)
	}
	if len(all[0].Boxes) == 0 {
		t.Error("no boxes: the test shows nothing")
	}
}

func TestBatchOfNothing(t *testing.T) {
	if all, err := openTiny(t).DetectBatch(background, nil); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
}

func TestBatchIsStopped(t *testing.T) {
	d := openTiny(t, WithLanes(1))
	images := []Image{noiseFrame(t, 1), {}, noiseFrame(t, 2)}
	ctx, cancel := context.WithCancel(background)
	cancel()
	all, err := d.DetectBatch(ctx, images)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	// What is wrong with an image is said before that.
	for i, want := range []error{context.Canceled, ErrInvalidArgument, context.Canceled} {
		if !errors.Is(all[i].Err, want) {
			t.Errorf("image %d: %v, want %v", i, all[i].Err, want)
		}
	}

	release := hold(d)
	ctx, cancel = context.WithCancel(background)
	done := queued(func() error { _, err := d.DetectBatch(ctx, images); return err })
	stillRunning(t, done)
	cancel()
	finished(t, done, context.Canceled)
	release()
}
