// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"errors"
	"os"
	"testing"
	"time"
)

// On a simulated libnrt: YOLO_TEST_LIBNRT is its path, YOLO_TEST_NEFF that of a
// NEFF of the sample model for it, for two images at once.
func TestDeviceNeuron(t *testing.T) {
	libnrt, neff := os.Getenv("YOLO_TEST_LIBNRT"), os.Getenv("YOLO_TEST_NEFF")
	if libnrt == "" || neff == "" {
		t.Skip("YOLO_TEST_LIBNRT and YOLO_TEST_NEFF are not set")
	}
	compiled, err := os.ReadFile(neff)
	if err != nil {
		t.Fatal(err)
	}
	d := openNano(t, WithDevice(DeviceNeuron), WithNeuron(NeuronOptions{
		NumCores: 2, LanesPerCore: 1, NEFFData: compiled, LibnrtPath: libnrt, Timeout: time.Minute}))
	info := d.Info()
	if info.Device != DeviceNeuron || info.DeviceName != "neuron" || info.DeviceDetails == "" ||
		info.NumCores != 2 || info.Lanes != 2 || info.Batch != 2 {
		t.Fatalf("%+v", info)
	}
	// As many images as run together have to be in C together.
	if cap(d.slots) != info.Lanes*info.Batch {
		t.Errorf("%d slots", cap(d.slots))
	}
	const images = 12
	photo := JPEG(readSample(t, astronaut))
	batch := make([]Image, images)
	for i := range batch {
		batch[i] = photo
	}
	all, err := d.DetectBatch(background, batch)
	if err != nil {
		t.Fatal(err)
	}
	for i, one := range all {
		if one.Err != nil || len(one.Boxes) != 1 || d.Label(one.Boxes[0].ClassID) != "person" ||
			one.Result.Core < 0 || one.Result.Core > 1 {
			t.Errorf("image %d: %+v", i, one)
		}
	}
	var done, executions uint64
	for i := 0; i < info.NumCores; i++ {
		core, err := d.CoreStats(i)
		if err != nil {
			t.Fatal(err)
		}
		if core.Core != i || core.State != CoreReady || core.Status != 0 || core.Message != "" ||
			core.InFlight != 0 || core.Failures != 0 || core.Retries != 0 || core.Numeric != 0 ||
			(core.Images > 0) != (core.Executing > 0) {
			t.Errorf("%+v", core)
		}
		done += core.Images
		executions += core.Executions
	}
	if done != images || executions < images/2 || executions > images {
		t.Errorf("%d images in %d executions, want %d images", done, executions, images)
	}
	if _, err := d.CoreStats(2); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("core 2: %v", err)
	}
}
