// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"testing"
)

// The boxes are those of the yolo command, which rounds scores to 6 decimals and
// coordinates to 3. YOLO_COMMAND is its path.
func TestBoxesOfTheCommand(t *testing.T) {
	command := os.Getenv("YOLO_COMMAND")
	if command == "" {
		t.Skip("YOLO_COMMAND is not set")
	}
	const threshold = "0.05"
	d := openNano(t, WithScoreThreshold(0.05))
	boxes := 0
	for _, photo := range []string{astronaut, "images/cat.jpg", "images/coffee.jpg"} {
		out, err := exec.Command(command, "detect", "--json", "--threshold", threshold,
			"--model", sample(t, nanoModel), sample(t, photo)).Output()
		if err != nil {
			t.Fatal(err)
		}
		var report struct {
			Width, Height, Found int
			Detections           []struct {
				ClassID int32 `json:"class_id"`
				Label   string
				Score   float32
				Box     [4]float32
			}
		}
		if err := json.Unmarshal(out, &report); err != nil {
			t.Fatal(err)
		}
		found, result, err := d.DetectImage(background, JPEG(readSample(t, photo)))
		if err != nil {
			t.Fatal(err)
		}
		if result.Width != report.Width || result.Height != report.Height ||
			result.Found != report.Found || len(found) != len(report.Detections) {
			t.Fatalf("%s: %+v, %d boxes; the command: %+v", photo, result, len(found), report)
		}
		for i, want := range report.Detections {
			got := found[i]
			same := got.ClassID == want.ClassID && d.Label(got.ClassID) == want.Label &&
				near(got.Score, want.Score, 0.6e-6)
			for j, coordinate := range []float32{got.X0, got.Y0, got.X1, got.Y1} {
				same = same && near(coordinate, want.Box[j], 0.6e-3)
			}
			if !same {
				t.Errorf("%s, box %d: %+v; the command: %+v", photo, i, got, want)
			}
			boxes++
		}
	}
	if boxes < 3 {
		t.Errorf("%d boxes: the test shows little", boxes)
	}
}

func near(a, b float32, tolerance float64) bool {
	return math.Abs(float64(a)-float64(b)) <= tolerance
}
