// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"fmt"
	"math"
	"time"
)

// Info is the options in effect, and what they cost.
type Info struct {
	Device         Device    // never DeviceAuto
	DeviceName     string    // "cpu", "portable", "neuron"
	DeviceDetails  string    // more for people, lines of "name: text"
	InstructionSet string    // what the device runs, for example "avx512_bf16"
	Precision      Precision // never PrecisionAuto
	NumCores       int       // of the device; 0: it has none of its own
	Batch          int       // images that run together at most
	Lanes          int       // images in flight at once; of Batch images each
	ThreadsPerLane int       // most threads for one image

	Profile       Profile // never ProfileAuto
	Decode        Decode
	NMS           NMS
	IgnoreEXIF    bool
	NetworkWidth  int // pixels
	NetworkHeight int // pixels

	NumClasses    int
	NumLabels     int // names read; 0 without labels
	NumLayers     int
	NumHeads      int
	NumParameters uint64  // numbers in the weights file
	GFLOP         float64 // of one image: 2 * multiply-adds of the convolutions / 1e9

	ScoreThreshold float32
	IoUThreshold   float32
	MaxCandidates  int
	MaxDetections  int
	MaxScans       int
	MaxPixels      uint64
	MaxBytes       uint64 // 0: no limit

	BytesHeld    uint64 // by the detector now, outside of Go, all lanes; 0 once closed
	BytesWeights uint64 // of these: weights, shared by the lanes
	BytesLane    uint64 // of these: one lane's tensors and scratch
}

// A Layer is one layer of the model as it was read.
type Layer struct {
	Line           int    // of its section in the model file, from 1
	Type           string // "convolutional", "route", ...
	Implementation string // what the device runs for it; "": nothing
	Channels       int    // of its output
	Height         int
	Width          int
	NumParameters  uint64
	GFLOP          float64
}

// CoreState says whether a core takes images.
type CoreState int32

// States of a core.
const (
	CoreReady  CoreState = 0 // takes images
	CoreFailed CoreState = 1 // not used any more
	CoreStuck  CoreState = 2 // the same: an execution never came back
)

// String is "ready", "failed" or "stuck".
func (s CoreState) String() string {
	return enumName(int32(s), "CoreState", "ready", "failed", "stuck")
}

// CoreStats is one core of a device, since the detector was made.
type CoreStats struct {
	Core       int // as libnrt counts it: first core + index
	State      CoreState
	Status     uint32        // NRT_STATUS that ended its use; 0: none
	Message    string        // why it is not ready; else ""
	InFlight   int           // images given to it now
	Images     uint64        // that it finished
	Executions uint64        // that finished: fewer than images where a batch is larger than 1
	Retries    uint64        // executions tried again
	Failures   uint64        // images that failed on it or had to move
	Numeric    uint64        // executions that saw a NaN
	Executing  time.Duration // in libnrt: write, execute, read
	BytesUsed  uint64        // device memory; 0 where libnrt does not tell
	BytesLimit uint64        // device memory; 0 where libnrt does not tell
}

// Info returns the options in effect, and what they cost.
func (d *Detector) Info() Info {
	info := d.info
	info.BytesHeld = 0
	err := d.locked(func() error {
		now, err := detectorInfo(d.handle)
		info.BytesHeld = now.BytesHeld
		return err
	})
	_ = err // ErrClosed: nothing is held
	return info
}

// Label is the name of a class, "" where the detector has none for it: no
// labels, a short list, an id out of range. It works on a closed detector too.
func (d *Detector) Label(classID int32) string {
	if classID < 0 || int(classID) >= len(d.labels) {
		return ""
	}
	return d.labels[classID]
}

// Layer describes one layer of the model. index: [0, Info.NumLayers).
func (d *Detector) Layer(index int) (Layer, error) {
	var out Layer
	err := d.indexed(index, func(i uint32) (err error) {
		out, err = layer(d.handle, i)
		return err
	})
	return out, err
}

// CoreStats describes one core of the device. index: [0, Info.NumCores); devices
// of the CPU have none.
func (d *Detector) CoreStats(index int) (CoreStats, error) {
	var out CoreStats
	err := d.indexed(index, func(i uint32) (err error) {
		out, err = coreStats(d.handle, i)
		return err
	})
	return out, err
}

func (d *Detector) indexed(index int, call func(uint32) error) error {
	if index < 0 || uint64(index) > math.MaxUint32 {
		return &Error{ErrInvalidArgument, fmt.Sprintf("index is %d", index)}
	}
	return d.locked(func() error { return call(uint32(index)) })
}

// locked calls what needs d.handle and no slot.
func (d *Detector) locked(call func() error) error {
	d.mutex.RLock()
	defer d.mutex.RUnlock()
	if d.handle == nil {
		return ErrClosed
	}
	return call()
}

// Version is the version of the library that is running: major << 16 |
// minor << 8 | patch.
func Version() uint32 { return version() }

// BuildInfo is one line: version, compiler, devices compiled in, and name and
// version of each library that is linked.
func BuildInfo() string { return buildInfo() }

// enumName is names[value], or kind(value).
func enumName(value int32, kind string, names ...string) string {
	if value >= 0 && int(value) < len(names) && names[value] != "" {
		return names[value]
	}
	return fmt.Sprintf("%s(%d)", kind, value)
}
