// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/cgo"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// hold takes all slots, as calls do that are running in C.
func hold(d *Detector) (release func()) {
	var held []*slot
	for i := 0; i < cap(d.slots); i++ {
		held = append(held, <-d.slots)
	}
	return func() {
		for _, s := range held {
			d.slots <- s
		}
	}
}

// queued runs a call in a goroutine; there is a moment for it to start to wait.
func queued(call func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	time.Sleep(20 * time.Millisecond)
	return done
}

func stillRunning(t *testing.T, done <-chan error) {
	t.Helper()
	select {
	case err := <-done:
		t.Fatalf("did not wait: %v", err)
	default:
	}
}

func finished(t *testing.T, done <-chan error, want error) {
	t.Helper()
	select {
	case err := <-done:
		if !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still waiting after 10 s")
	}
}

func TestContextIsHonouredBeforeTheCall(t *testing.T) {
	d := openTiny(t)
	canceled, cancel := context.WithCancel(background)
	cancel()
	expired, cancel := context.WithTimeout(background, -time.Second)
	defer cancel()
	file := encode(t, 32, 32, 1)
	if _, err := d.Detect(canceled, file); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := d.DetectInto(expired, JPEG(file), nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if _, err := d.Detect(background, file); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestContextIsHonouredWhileQueued(t *testing.T) {
	d := openTiny(t, WithLanes(1))
	release := hold(d)
	file := encode(t, 32, 32, 1)
	ctx, cancel := context.WithCancel(background)
	done := queued(func() error { _, err := d.Detect(ctx, file); return err })
	var result Result
	patient := queued(func() error {
		_, err := d.DetectInto(background, JPEG(file), nil, &result)
		return err
	})
	stillRunning(t, done)
	cancel()
	finished(t, done, context.Canceled)
	stillRunning(t, patient)
	release()
	finished(t, patient, nil)
	if result.Wait < 10*time.Millisecond {
		t.Errorf("waited %v in Go; the result says %v", 20*time.Millisecond, result.Wait)
	}
}

func TestCloseWaitsForRunningCalls(t *testing.T) {
	d := openTiny(t, WithLanes(2))
	release := hold(d)
	file := encode(t, 32, 32, 1)
	waiting := queued(func() error { _, err := d.Detect(background, file); return err })
	closing := queued(d.Close)
	finished(t, waiting, ErrClosed)
	again := queued(d.Close)
	stillRunning(t, closing)
	stillRunning(t, again)
	if d.Info().BytesHeld == 0 {
		t.Error("freed while calls are running")
	}
	if _, err := d.Detect(background, file); !errors.Is(err, ErrClosed) {
		t.Errorf("while closing: %v", err)
	}
	release()
	finished(t, closing, nil)
	finished(t, again, nil)
}

func TestAfterClose(t *testing.T) {
	d := openTiny(t, WithLabelsData([]byte("cat\ndog\n")))
	for i := 0; i < 3; i++ {
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	file := encode(t, 32, 32, 1)
	_, detect := d.Detect(background, file)
	_, into := d.DetectInto(background, JPEG(file), nil, nil)
	batch, whole := d.DetectBatch(background, []Image{JPEG(file)})
	_, layer := d.Layer(0)
	_, core := d.CoreStats(0)
	for name, err := range map[string]error{"Detect": detect, "DetectInto": into,
		"DetectBatch": whole, "its image": batch[0].Err, "Layer": layer, "CoreStats": core} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if info := d.Info(); info.BytesHeld != 0 || info.NumClasses != 2 || d.Label(1) != "dog" {
		t.Errorf("%+v, %q", info, d.Label(1))
	}
}

func TestCloseRacesWithCalls(t *testing.T) {
	file := encode(t, 32, 32, 1)
	for round := 0; round < 20; round++ {
		d, err := Open(tinyModel(), WithLanes(2))
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		var done int64
		for g := 0; g < 8; g++ {
			group.Add(1)
			go func() {
				defer group.Done()
				for {
					_, err := d.Detect(background, file)
					_ = d.Info()
					_, _ = d.Layer(0)
					if errors.Is(err, ErrClosed) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					atomic.AddInt64(&done, 1)
				}
			}()
		}
		for atomic.LoadInt64(&done) < int64(round) {
			runtime.Gosched()
		}
		for i := 0; i < 2; i++ {
			group.Add(1)
			go func() { defer group.Done(); _ = d.Close() }()
		}
		group.Wait()
	}
}

func TestForgottenDetectorIsFreed(t *testing.T) {
	user := func() cgo.Handle {
		d, err := Open(tinyModel(), WithLog(func(LogLevel, string) {}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Detect(background, encode(t, 32, 32, 1)); err != nil {
			t.Fatal(err)
		}
		return d.logUser
	}()
	freed := func() (freed bool) {
		defer func() { freed = recover() != nil }()
		user.Value() // panics when the handle was deleted
		return false
	}
	for deadline := time.Now().Add(20 * time.Second); !freed(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not freed 20 s after it became unreachable")
		}
		runtime.GC()
	}
}

func TestLog(t *testing.T) {
	var mutex sync.Mutex
	var lines []string
	log := func(level LogLevel, message string) {
		mutex.Lock()
		defer mutex.Unlock()
		lines = append(lines, fmt.Sprintf("%v: %s", level, message))
	}
	openTiny(t, WithLabelsData([]byte("only one\n")), WithLog(log))
	mutex.Lock()
	defer mutex.Unlock()
	if all := strings.Join(lines, "\n"); !strings.Contains(all, "warning: labels_data: 1 labels for 2 classes") {
		t.Errorf("log: %q", all)
	}
}

func TestPanicInTheLog(t *testing.T) {
	log := WithLog(func(LogLevel, string) { panic("no room") })
	labels := WithLabelsData([]byte("only one\n"))
	d, err := Open(tinyModel(), labels, log)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Detect(background, encode(t, 32, 32, 1)); err != nil {
		t.Error(err)
	}
	for i := 0; i < 2; i++ {
		if err := d.Close(); err == nil || !strings.Contains(err.Error(), "no room") {
			t.Errorf("Close: %v", err)
		}
	}
	// With the failure of Open, not instead of it.
	_, err = Open(tinyModel(), labels, log, WithMaxBytes(200000), WithMaxDetections(1), WithLanes(256))
	if !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), "no room") {
		t.Errorf("Open: %v", err)
	}
}

func TestHandlesDoNotPileUp(t *testing.T) {
	quiet := WithLog(func(LogLevel, string) {})
	before := cgo.NewHandle(0)
	before.Delete()
	if d, err := Open(WithModel("no/such.cfg", ""), quiet); err == nil {
		t.Fatal(d)
	}
	// Handles are numbered: that of the failed Open must be gone.
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the handle of a detector that was not made is still there")
			}
		}()
		(before + 1).Value()
	}()
}
