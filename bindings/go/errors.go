// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import "errors"

// ErrClosed is returned by calls on a detector after [Detector.Close] has begun.
var ErrClosed = errors.New("yolo: the detector is closed")

// A Status says what kind of failure an [Error] is. It is an error itself, so
// that errors.Is(err, yolo.ErrBadImage) asks for a kind.
type Status int32

// What errors.Is finds in the errors of this package.
const (
	// The call is wrong: a range, a size, a missing model.
	ErrInvalidArgument Status = 1
	// No memory, or more than [WithMaxBytes] allows.
	ErrOutOfMemory Status = 2
	// A file cannot be opened or read.
	ErrIO Status = 3
	// The model's bytes contradict themselves.
	ErrBadModel Status = 4
	// The model is valid, but uses what libyolo has not.
	ErrUnsupportedModel Status = 5
	// The image's bytes cannot be decoded.
	ErrBadImage Status = 6
	// The image is valid, but not 8-bit, or lossless, or the like.
	ErrUnsupportedImage Status = 7
	// Something is over a limit that an option sets.
	ErrLimit Status = 8
	// The device asked for is not here.
	ErrDeviceUnavailable Status = 9
	// The device failed while running.
	ErrDevice Status = 10
	// The header that this package was compiled with does not fit the library
	// that is running.
	ErrVersion Status = 11
	// The detector was made before a fork() of the process.
	ErrForked Status = 12
	// A defect of libyolo; please report it.
	ErrInternal Status = 13
)

// String is the name in C, for example "YOLO_ERROR_BAD_IMAGE";
// "YOLO_ERROR_UNKNOWN" for numbers that are none.
func (s Status) String() string { return statusString(s) }

// Error is the same as String.
func (s Status) Error() string { return s.String() }

// An Error is why libyolo failed.
type Error struct {
	// Status is one of ErrInvalidArgument to ErrInternal.
	Status Status
	// Message is one line for people, without a newline. It names fields as
	// the C API does: score_threshold for [WithScoreThreshold].
	Message string
}

// Error is the message, or the name of the status where there is none.
func (e *Error) Error() string {
	if e.Message == "" {
		return "yolo: " + e.Status.String()
	}
	return "yolo: " + e.Message
}

// Unwrap makes errors.Is(err, yolo.ErrBadImage) work.
func (e *Error) Unwrap() error { return e.Status }
