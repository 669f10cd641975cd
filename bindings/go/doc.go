// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

// Package yolo finds objects in photos: JPEG bytes or raw pixels in, boxes out.
// It is the Go side of libyolo, an SDK for YOLO detectors with a C interface; the
// arithmetic, the words and the defaults are those of its header, yolo/yolo.h.
//
//	detector, err := yolo.Open(yolo.WithModel("yolov4.cfg", "yolov4.weights"))
//	if err != nil { ... }
//	defer detector.Close()
//	boxes, err := detector.Detect(ctx, jpeg)
//
// # Building
//
// The package needs cgo, a C compiler, and libyolo, which pkg-config finds. Build
// tags change that:
//
//	(none)              pkg-config yolo
//	yolo_static         pkg-config --static yolo: libyolo.a and what it needs
//	yolo_no_pkg_config  -lyolo only; the rest from CGO_CFLAGS and CGO_LDFLAGS
//
// README.md beside this file has the commands.
//
// # Goroutines
//
// One [Detector] serves any number of goroutines; it runs as many images at once
// as it has lanes ([WithLanes]) and keeps the others waiting in Go, in the order
// they came. A goroutine that waits costs no thread, and gives up when its
// context ends. An image that was begun is finished: at that point the context
// has no effect any more. Each lane that is busy holds one thread, which needs
// 256 KiB of stack, as threads have where the C library is glibc.
//
// [Detector.Close] waits for the images that were begun.
//
// # Memory
//
// A call allocates the slice that it returns and nothing else, once every lane was
// used; [Detector.DetectInto] allocates nothing. C reads images where they are in Go's
// memory, during the call only, and writes boxes straight into Go's slices: there
// are no copies. Weights, tensors and threads of a detector are outside of Go's
// heap and not in its statistics: [Info].BytesHeld has them.
//
// # Errors
//
// Errors of libyolo are of type [*Error], with a [Status] and a message;
// errors.Is asks for the kind:
//
//	if errors.Is(err, yolo.ErrBadImage) { ... }
//
// Besides there are [ErrClosed] and the errors of the context.
package yolo
