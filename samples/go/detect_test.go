// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// samples is the folder of models and images: YOLO_SAMPLES, or the one above.
func samples(name string) string {
	folder := os.Getenv("YOLO_SAMPLES")
	if folder == "" {
		folder = ".."
	}
	return filepath.Join(folder, filepath.FromSlash(name))
}

// What is printed is what the yolo command reports, rounded. YOLO_COMMAND is its
// path.
func TestDetect(t *testing.T) {
	model := samples("models/yolov4-nano/yolov4-nano")
	photo := samples("images/coffee.jpg")
	var out bytes.Buffer
	if err := detect([]string{model + ".cfg", model + ".weights", photo}, &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "class 45, ") {
		t.Fatalf("%q; want one bowl", out.String())
	}
	command := os.Getenv("YOLO_COMMAND")
	if command == "" {
		t.Skip("not compared: YOLO_COMMAND is not set")
	}
	text, err := exec.Command(command, "detect", "--json", "--model", model+".cfg", photo).Output()
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Detections []struct {
			ClassID int `json:"class_id"`
			Score   float64
			Box     [4]float64
		}
	}
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Detections) != len(lines) {
		t.Fatalf("%d boxes; the command: %d", len(lines), len(report.Detections))
	}
	for i, want := range report.Detections {
		var class int
		var score float64
		var box [4]float64
		if _, err := fmt.Sscanf(lines[i], "class %d, score %f, box %f %f %f %f", &class, &score,
			&box[0], &box[1], &box[2], &box[3]); err != nil {
			t.Fatalf("%q: %v", lines[i], err)
		}
		same := class == want.ClassID && math.Abs(score-want.Score) <= 0.00501
		for j := range box {
			same = same && math.Abs(box[j]-want.Box[j]) <= 0.501
		}
		if !same {
			t.Errorf("%q; the command: %+v", lines[i], want)
		}
	}
}

func TestFailures(t *testing.T) {
	model := samples("models/yolov4-nano/yolov4-nano")
	for want, args := range map[string][]string{
		"usage: ":     {"a"},
		"no/such.jpg": {model + ".cfg", model + ".weights", "no/such.jpg"},
		"no/such.cfg": {"no/such.cfg", model + ".weights", samples("images/cat.jpg")},
		"JPEG":        {model + ".cfg", model + ".weights", model + ".cfg"},
	} {
		var out bytes.Buffer
		if err := detect(args, &out); err == nil || !strings.Contains(err.Error(), want) || out.Len() != 0 {
			t.Errorf("%v: %v, printed %q", args, err, out.String())
		}
	}
}
