// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"libyolo/yolo"
)

const samples = "../../samples/"

func open(opts ...yolo.Option) *yolo.Detector {
	detector, err := yolo.Open(append([]yolo.Option{
		yolo.WithModel(samples+"models/yolov4-nano/yolov4-nano.cfg", samples+"models/yolov4-nano/yolov4-nano.weights"),
		yolo.WithLabels(samples + "models/yolov4-nano/coco.names"),
	}, opts...)...)
	if err != nil {
		log.Fatal(err)
	}
	return detector
}

func read(photo string) []byte {
	jpeg, err := os.ReadFile(samples + "images/" + photo)
	if err != nil {
		log.Fatal(err)
	}
	return jpeg
}

func Example() {
	detector, err := yolo.Open(
		yolo.WithModel(samples+"models/yolov4-nano/yolov4-nano.cfg", samples+"models/yolov4-nano/yolov4-nano.weights"),
		yolo.WithLabels(samples+"models/yolov4-nano/coco.names"),
	)
	if err != nil {
		log.Fatal(err)
	}
	defer detector.Close()

	jpeg, err := os.ReadFile(samples + "images/astronaut.jpg")
	if err != nil {
		log.Fatal(err)
	}
	boxes, err := detector.Detect(context.Background(), jpeg)
	if err != nil {
		log.Fatal(err)
	}
	for _, box := range boxes {
		fmt.Println(detector.Label(box.ClassID), box.Score > 0.5)
	}
	// Output: person true
}

// One detector, a time limit for each call, and errors by kind.
func ExampleDetector_Detect() {
	detector := open()
	defer detector.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	_, err := detector.Detect(ctx, []byte("GIF89a"))
	fmt.Println(errors.Is(err, yolo.ErrBadImage))
	var failed *yolo.Error
	if errors.As(err, &failed) {
		fmt.Println(failed.Status)
	}
	// Output:
	// true
	// YOLO_ERROR_BAD_IMAGE
}

// Memory that is used again and again: no call allocates.
func ExampleDetector_DetectInto() {
	detector := open()
	defer detector.Close()
	boxes := make([]yolo.Detection, 100)
	var result yolo.Result
	for _, photo := range []string{"astronaut.jpg", "cat.jpg"} {
		found, err := detector.DetectInto(context.Background(), yolo.JPEG(read(photo)), boxes, &result)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(photo, result.Width, result.Height, len(found) == result.Found)
	}
	// Output:
	// astronaut.jpg 512 512 true
	// cat.jpg 451 300 true
}

// Many images on all CPUs; one that is broken fails alone.
func ExampleDetector_DetectBatch() {
	detector := open()
	defer detector.Close()
	images := []yolo.Image{
		yolo.JPEG(read("astronaut.jpg")),
		yolo.JPEG([]byte("not a photo")),
	}
	all, err := detector.DetectBatch(context.Background(), images)
	if err != nil {
		log.Fatal(err)
	}
	for _, one := range all {
		fmt.Println(len(one.Boxes), errors.Is(one.Err, yolo.ErrBadImage))
	}
	// Output:
	// 1 false
	// 0 true
}

// A camera's frame in two planes, whose rows are padded, of a camera that hangs
// upside down.
func ExampleNewFrame() {
	detector := open()
	defer detector.Close()
	const width, height, stride = 640, 480, 704
	luma := make([]byte, stride*height)
	chroma := make([]byte, stride*height/2)

	frame, err := yolo.NewFrame(yolo.FormatNV12, width, height,
		yolo.Plane{Pix: luma, Stride: stride}, yolo.Plane{Pix: chroma, Stride: stride})
	if err != nil {
		log.Fatal(err)
	}
	frame, err = frame.WithOrientation(3)
	if err != nil {
		log.Fatal(err)
	}
	_, result, err := detector.DetectImage(context.Background(), frame)
	fmt.Println(result.Width, result.Height, result.Orientation, err)

	_, err = yolo.NewFrame(yolo.FormatNV12, width, height, yolo.Plane{Pix: luma, Stride: stride})
	fmt.Println(err)
	// Output:
	// 640 480 3 <nil>
	// yolo: plane 1 ends at byte 506816 of 337920: 240 rows of stride 704 from byte 337920 on
}

func ExampleWithLog() {
	detector := open(
		yolo.WithLabelsData([]byte("person\nbicycle\n")),
		yolo.WithLog(func(level yolo.LogLevel, message string) {
			if level <= yolo.LogWarning {
				fmt.Printf("%v: %s\n", level, message)
			}
		}))
	detector.Close()
	// Output: warning: labels_data: 2 labels for 80 classes
}
