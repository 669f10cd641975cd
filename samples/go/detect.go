// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

// One photo, one call: detect MODEL.cfg MODEL.weights PHOTO.jpg
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"libyolo/yolo"
)

func main() {
	if err := detect(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func detect(args []string, out io.Writer) error {
	if len(args) != 3 {
		return errors.New("usage: detect MODEL.cfg MODEL.weights PHOTO.jpg")
	}
	jpeg, err := os.ReadFile(args[2])
	if err != nil {
		return err
	}
	detector, err := yolo.Open(yolo.WithModel(args[0], args[1]))
	if err != nil {
		return err
	}
	defer detector.Close()

	boxes, err := detector.Detect(context.Background(), jpeg)
	if err != nil {
		return err
	}
	for _, box := range boxes {
		fmt.Fprintf(out, "class %d, score %.2f, box %.0f %.0f %.0f %.0f\n",
			box.ClassID, box.Score, box.X0, box.Y0, box.X1, box.Y1)
	}
	return nil
}
