// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"fmt"
	"sync"
)

// LogLevel is how much a log message matters.
type LogLevel int32

// Levels of log messages.
const (
	LogError   LogLevel = 1
	LogWarning LogLevel = 2
	LogInfo    LogLevel = 3
)

// String is "error", "warning" or "info".
func (l LogLevel) String() string {
	return enumName(int32(l), "LogLevel", "", "error", "warning", "info")
}

// A LogFunc receives one line without a newline. It is called from [Open], and
// from threads of the detector, several at once; it must not call into the
// detector. What it panics with is recovered and returned by [Detector.Close],
// or, where Open fails, is part of its error. A function that refers to the
// detector keeps it reachable: only Close frees that one.
type LogFunc func(level LogLevel, message string)

// A logger is what C's log callback finds behind its user pointer.
type logger struct {
	call LogFunc

	mutex    sync.Mutex
	panicked error // the first
}

func (l *logger) log(level LogLevel, message string) {
	// A panic must not unwind the C frames below.
	defer func() {
		if reason := recover(); reason != nil {
			l.mutex.Lock()
			defer l.mutex.Unlock()
			if l.panicked == nil {
				l.panicked = fmt.Errorf("yolo: the log function panicked: %v", reason)
			}
		}
	}()
	l.call(level, message)
}

// failure is the first panic of the log function; nil where there was none.
func (l *logger) failure() error {
	if l == nil {
		return nil
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.panicked
}
