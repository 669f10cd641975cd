// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/cgo"
	"sync"
	"time"
)

// A Detector is a loaded model with all that detection needs. Any number of
// goroutines may use one detector at once.
//
// A detector holds memory and threads outside of Go: call [Detector.Close] when
// it is not needed any more. One that is forgotten is closed some time after it
// became unreachable, when the garbage collector runs.
type Detector struct {
	info   Info     // as it was made
	labels []string // [info.NumClasses]

	// One slot for each image that may be in C at once. They are in the channel
	// while nobody uses them, so whoever waits for one can also give up.
	slots  chan *slot
	closed chan struct{} // closed when Close begins

	closing  sync.Once
	closeErr error
	log      *logger    // nil: none
	logUser  cgo.Handle // of log; 0: none

	// For calls without a slot: held while they are in C.
	mutex  sync.RWMutex
	handle handle // written with all slots and the mutex held
}

// Open loads a model and makes everything that detection needs. The options must
// name a model: [WithModel] or [WithModelData]. It blocks for milliseconds to
// seconds.
//
// Errors: ErrInvalidArgument, ErrVersion, ErrIO, ErrBadModel,
// ErrUnsupportedModel, ErrLimit, ErrOutOfMemory, ErrDeviceUnavailable.
func Open(opts ...Option) (*Detector, error) {
	var o options
	for _, option := range opts {
		if err := option(&o); err != nil {
			return nil, err
		}
	}
	d := &Detector{closed: make(chan struct{})}
	if o.log != nil {
		d.log = &logger{call: o.log}
		d.logUser = cgo.NewHandle(d.log)
	}
	made, err := create(&o, d.logUser)
	if err == nil {
		d.handle = made
		err = d.prepare()
	}
	if err != nil {
		if panicked := d.free(); panicked != nil {
			err = fmt.Errorf("%w; %v", err, panicked)
		}
		return nil, err
	}
	runtime.SetFinalizer(d, func(d *Detector) { _ = d.Close() })
	return d, nil
}

// prepare reads what does not change, and makes the slots.
func (d *Detector) prepare() error {
	info, err := detectorInfo(d.handle)
	if err != nil {
		return err
	}
	d.info = info
	d.labels = make([]string, info.NumClasses)
	for i := range d.labels {
		d.labels[i] = label(d.handle, i)
	}
	// A lane that runs several images together takes those that are waiting in
	// C: as many as it can take have to get there.
	n := info.Lanes * info.Batch
	d.slots = make(chan *slot, n)
	for i := 0; i < n; i++ {
		d.slots <- new(slot)
	}
	return nil
}

// Close waits until no call is running any more and frees the detector. Calls
// that are waiting for a lane, and later ones, return [ErrClosed]. It may be
// called any number of times, from any goroutine but one that is inside the log
// function; each returns when the detector is freed.
//
// The error is that the log function panicked, if it did.
func (d *Detector) Close() error {
	d.closing.Do(func() {
		close(d.closed)
		for i := 0; i < cap(d.slots); i++ {
			<-d.slots
		}
		runtime.SetFinalizer(d, nil)
		d.closeErr = d.free()
	})
	return d.closeErr
}

// free releases what is C's; no call is running but those that wait for the
// mutex. It returns the panic of the log function.
func (d *Detector) free() error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	destroy(d.handle)
	d.handle = nil
	if d.logUser != 0 {
		d.logUser.Delete()
		d.logUser = 0
	}
	return d.log.failure()
}

// acquire waits for a slot, for as long as ctx allows. The duration is how long.
func (d *Detector) acquire(ctx context.Context) (*slot, time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	select {
	case <-d.closed:
		return nil, 0, ErrClosed
	default:
	}
	select {
	case s := <-d.slots:
		return s, 0, nil
	default:
	}
	start := time.Now()
	select {
	case s := <-d.slots:
		return s, time.Since(start), nil
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	case <-d.closed:
		return nil, 0, ErrClosed
	}
}

func (d *Detector) release(s *slot) {
	d.slots <- s
	// Not before C has returned may the finaliser run.
	runtime.KeepAlive(d)
}

// Detect finds objects in a JPEG file's bytes: at most [Info.MaxDetections]
// boxes, highest score first. The slice is the only thing that is allocated.
//
// ctx is honoured before the image is begun and while it waits for a lane; an
// image that was begun is finished. Errors: those of ctx, [ErrClosed],
// ErrInvalidArgument, ErrBadImage, ErrUnsupportedImage, ErrLimit,
// ErrOutOfMemory, ErrDevice, ErrForked.
func (d *Detector) Detect(ctx context.Context, jpeg []byte) ([]Detection, error) {
	boxes, _, err := d.DetectImage(ctx, JPEG(jpeg))
	return boxes, err
}

// DetectImage is Detect for any image, and tells what else is known of it.
func (d *Detector) DetectImage(ctx context.Context, image Image) ([]Detection, Result, error) {
	if err := image.check(); err != nil {
		return nil, Result{}, err
	}
	s, waited, err := d.acquire(ctx)
	if err != nil {
		return nil, Result{}, err
	}
	defer d.release(s)
	if s.boxes == nil {
		s.boxes = make([]Detection, d.info.MaxDetections)
	}
	err = s.detect(d.handle, &image, s.boxes)
	result := s.outcome(waited)
	if err != nil || result.Count == 0 {
		return nil, result, err
	}
	boxes := make([]Detection, result.Count)
	copy(boxes, s.boxes)
	return boxes, result, nil
}

// DetectInto is DetectImage into memory of the caller: it writes at most
// len(boxes) boxes from the start of boxes and returns the part that it wrote.
// Nothing is allocated, unless the image fails. boxes may be empty: result.Found
// then still counts. result may be nil.
func (d *Detector) DetectInto(ctx context.Context, image Image, boxes []Detection, result *Result) ([]Detection, error) {
	if err := image.check(); err != nil {
		return nil, err
	}
	s, waited, err := d.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer d.release(s)
	err = s.detect(d.handle, &image, boxes)
	outcome := s.outcome(waited)
	if result != nil {
		*result = outcome
	}
	if err != nil {
		return nil, err
	}
	return boxes[:outcome.Count], nil
}

// DetectBatch finds objects in images, on all lanes that are free. An image that
// cannot be decoded fails alone: its Err says why. Boxes are the same, bit for
// bit, whatever the batch, its order, or the lane.
//
// The error is that of ctx, or ErrClosed, when one of them stopped the batch:
// the images that were done have their boxes still, all others have that Err.
func (d *Detector) DetectBatch(ctx context.Context, images []Image) ([]Detections, error) {
	all := make([]Detections, len(images))
	var next counter
	work := func() {
		for i := next.take(); i < len(images); i = next.take() {
			one := &all[i]
			one.Boxes, one.Result, one.Err = d.DetectImage(ctx, images[i])
		}
	}
	// Images are given to C one by one, from as many goroutines as it takes at
	// once, rather than by yolo_detect_batch: that takes an array of pointers,
	// and Go memory must not hold pointers to Go memory when C sees it, so that
	// every image would have to be copied. It takes the same lanes, and ctx can
	// stop it between images.
	var others sync.WaitGroup
	for i := 1; i < len(images) && i < cap(d.slots); i++ {
		others.Add(1)
		go func() {
			defer others.Done()
			work()
		}()
	}
	work()
	others.Wait()
	for i := range all {
		var failed *Error
		if err := all[i].Err; err != nil && !errors.As(err, &failed) {
			return all, err
		}
	}
	return all, nil
}

// A counter hands out 0, 1, 2, ... to any number of goroutines.
type counter struct {
	mutex sync.Mutex
	next  int
}

func (c *counter) take() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.next++
	return c.next - 1
}
