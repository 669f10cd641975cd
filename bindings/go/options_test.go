// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func apply(t *testing.T, opts ...Option) *options {
	t.Helper()
	var o options
	for _, option := range opts {
		if err := option(&o); err != nil {
			t.Fatal(err)
		}
	}
	return &o
}

// Every field of a C structure but those is set.
func checkFields(t *testing.T, structure interface{}, exceptions ...string) {
	t.Helper()
	unset := map[string]bool{}
	v := reflect.ValueOf(structure)
	for i := 0; i < v.NumField(); i++ {
		name := v.Type().Field(i).Name
		if v.Field(i).IsZero() && !strings.HasPrefix(name, "_") {
			unset[name] = true
		}
	}
	for _, name := range exceptions {
		if !unset[name] {
			t.Errorf("%s is set, or not there", name)
		}
		delete(unset, name)
	}
	if len(unset) != 0 {
		t.Errorf("%s: no option sets %v", v.Type(), unset)
	}
}

func TestEveryOptionReachesC(t *testing.T) {
	o := apply(t,
		WithModel("a.cfg", "a.weights"), WithLabels("a.names"), WithDevice(DeviceCPU),
		WithPrecision(PrecisionF32), WithLanes(3), WithThreadsPerLane(4),
		WithScoreThreshold(0.5), WithIoUThreshold(0.625), WithClassThresholds(0.1, 0.2),
		WithClassAllow(1, 2, 3), WithNMS(NMSDIoU), WithMaxCandidates(6), WithMaxDetections(5),
		WithNetworkSize(64, 96), WithProfile(ProfileOpenCV), WithDecode(DecodeExact),
		WithIgnoreEXIF(), WithMaxScans(7), WithMaxPixels(8), WithMaxBytes(9),
		WithFallback(FallbackCPU), WithNeuron(NeuronOptions{}), WithLog(func(LogLevel, string) {}))
	// As blocks; their pointers are put in by C.
	o.modelData, o.weightsData, o.labelsData = []byte("m"), []byte("we"), []byte("l")
	var texts cStrings
	defer func() { texts.free() }()
	c := o.cOptions(&texts)
	checkFields(t, c, "model_data", "weights_data", "labels_data", "class_thresholds",
		"class_allow", "alloc", "free", "alloc_user", "log", "log_user", "reserved", "neuron")
	if len(texts) != 3 {
		t.Errorf("%d strings in C memory, want 3", len(texts))
	}
	v := reflect.ValueOf(c)
	for name, want := range map[string]float64{
		"device": 1, "precision": 1, "num_lanes": 3, "threads_per_lane": 4,
		"score_threshold": 0.5, "iou_threshold": 0.625, "num_class_thresholds": 2,
		"num_class_allow": 3, "nms": 2, "max_candidates": 6, "max_detections": 5,
		"network_width": 64, "network_height": 96, "profile": 3, "decode": 1, "exif": 1,
		"max_scans": 7, "max_pixels": 8, "max_bytes": 9, "fallback": 1, "weights_size": 2,
	} {
		if got := number(v.FieldByName(name)); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func TestEveryNeuronOptionReachesC(t *testing.T) {
	o := apply(t, WithNeuron(NeuronOptions{
		FirstCore: 1, NumCores: 2, LanesPerCore: 3, Timeout: 4 * time.Second,
		NEFFPath: "a.neff", NEFFData: []byte("12345"), LibnrtPath: "l.so",
		VisibleCores: "0-3", TensorTypes: "image=u8", DecodedBoxes: DecodedBoxesYXYX,
		DecodedUnits: DecodedUnitsFractions, DecodedScores: DecodedScoresFinal}))
	var texts cStrings
	defer func() { texts.free() }()
	c := o.neuron.cOptions(&texts)
	checkFields(t, c, "struct_size", "neff_data", "reserved", "reserved2")
	v := reflect.ValueOf(c)
	for name, want := range map[string]float64{
		"first_core": 1, "num_cores": 2, "lanes_per_core": 3, "timeout_ms": 4000, "neff_size": 5,
		"decoded_boxes": 3, "decoded_units": 2, "decoded_scores": 2,
	} {
		if got := number(v.FieldByName(name)); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func number(v reflect.Value) float64 {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		return v.Float()
	case reflect.Int32:
		return float64(v.Int())
	}
	return float64(v.Uint())
}

func TestInfoHasTheOptionsInEffect(t *testing.T) {
	d := openTiny(t, WithLanes(2), WithThreadsPerLane(1), WithDevice(DevicePortable),
		WithScoreThreshold(0.75), WithIoUThreshold(0.5), WithNMS(NMSAgnostic),
		WithMaxCandidates(100), WithMaxDetections(10), WithNetworkSize(64, 32),
		WithProfile(ProfileUltralytics), WithDecode(DecodeExact), WithIgnoreEXIF(),
		WithMaxScans(20), WithMaxPixels(12345), WithMaxBytes(1<<30),
		WithLabelsData([]byte("cat\ndog\n")))
	info := d.Info()
	if info.BytesHeld == 0 || info.BytesWeights == 0 || info.BytesLane == 0 || info.GFLOP <= 0 ||
		info.InstructionSet == "" {
		t.Errorf("%+v", info)
	}
	want := Info{
		Device: DevicePortable, DeviceName: "portable", Precision: PrecisionF32, Batch: 1,
		Lanes: 2, ThreadsPerLane: 1, Profile: ProfileUltralytics, Decode: DecodeExact,
		NMS: NMSAgnostic, IgnoreEXIF: true, NetworkWidth: 64, NetworkHeight: 32,
		NumClasses: 2, NumLabels: 2, NumLayers: 2, NumHeads: 1, NumParameters: 7 + 7*27,
		ScoreThreshold: 0.75, IoUThreshold: 0.5, MaxCandidates: 100, MaxDetections: 10,
		MaxScans: 20, MaxPixels: 12345, MaxBytes: 1 << 30,
		DeviceDetails: info.DeviceDetails, InstructionSet: info.InstructionSet, GFLOP: info.GFLOP,
		BytesHeld: info.BytesHeld, BytesWeights: info.BytesWeights, BytesLane: info.BytesLane,
	}
	if info != want {
		t.Errorf("%+v\nwant %+v", info, want)
	}
	for id, label := range map[int32]string{-1: "", 0: "cat", 1: "dog", 2: "", math.MaxInt32: ""} {
		if got := d.Label(id); got != label {
			t.Errorf("label %d is %q", id, got)
		}
	}
	layer, err := d.Layer(0)
	if err != nil || layer.Type != "convolutional" || layer.Line != 5 || layer.Channels != 7 ||
		layer.Width != 32 || layer.Height != 16 || layer.NumParameters != 196 || layer.GFLOP <= 0 ||
		layer.Implementation == "" {
		t.Errorf("layer 0: %+v, %v", layer, err)
	}
	for _, index := range []int{-1, 2, math.MaxInt64} {
		if _, err := d.Layer(index); !errors.Is(err, ErrInvalidArgument) {
			t.Errorf("layer %d: %v", index, err)
		}
	}
	if _, err := d.CoreStats(0); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("core of a CPU: %v", err)
	}
}

func TestClassOptions(t *testing.T) {
	image := noiseFrame(t, 1)
	all, _, err := openTiny(t, WithScoreThreshold(0.01)).DetectImage(background, image)
	if err != nil {
		t.Fatal(err)
	}
	count := map[int32]int{}
	for _, box := range all {
		count[box.ClassID]++
	}
	if count[0] == 0 || count[1] == 0 {
		t.Fatalf("boxes of classes: %v; the test needs both", count)
	}
	for name, option := range map[string]Option{
		"allow":      WithClassAllow(1),
		"thresholds": WithClassThresholds(1, 0),
	} {
		some, _, err := openTiny(t, WithScoreThreshold(0.01), option).DetectImage(background, image)
		if err != nil || len(some) != count[1] {
			t.Errorf("%s: %d boxes, %v; want the %d of class 1", name, len(some), err, count[1])
		}
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	nan := float32(math.NaN())
	for name, opts := range map[string][]Option{
		"model":                     {},
		"model_path":                {WithModel("a\x00.cfg", "")},
		"weights_path":              {WithModel("a.cfg", "\x00")},
		"model_data":                {WithModelData(nil, nil)},
		"labels_path":               {tinyModel(), WithLabels("\x00")},
		"labels_data":               {tinyModel(), WithLabelsData(nil)},
		"num_lanes":                 {tinyModel(), WithLanes(-1)},
		"num_lanes is 257":          {tinyModel(), WithLanes(257)},
		"threads_per_lane":          {tinyModel(), WithThreadsPerLane(-2)},
		"score_threshold":           {tinyModel(), WithScoreThreshold(nan)},
		"iou_threshold":             {tinyModel(), WithIoUThreshold(1.5)},
		"class_thresholds":          {tinyModel(), WithClassThresholds()},
		"num_class_thresholds is 3": {tinyModel(), WithClassThresholds(1, 1, 1)},
		"class_allow":               {tinyModel(), WithClassAllow()},
		"class_allow[0]":            {tinyModel(), WithClassAllow(7)},
		"max_candidates":            {tinyModel(), WithMaxCandidates(-1)},
		"max_detections":            {tinyModel(), WithMaxDetections(math.MaxInt64)},
		"network_width":             {tinyModel(), WithNetworkSize(-32, 32)},
		"network_height":            {tinyModel(), WithNetworkSize(32, -32)},
		"max_scans":                 {tinyModel(), WithMaxScans(-1)},
		"first_core":                {tinyModel(), WithNeuron(NeuronOptions{FirstCore: -1})},
		"num_cores":                 {tinyModel(), WithNeuron(NeuronOptions{NumCores: -1})},
		"lanes_per_core":            {tinyModel(), WithNeuron(NeuronOptions{LanesPerCore: -1})},
		"lanes_per_core is 17": {tinyModel(), WithDevice(DeviceNeuron),
			WithNeuron(NeuronOptions{LanesPerCore: 17, NEFFData: []byte("x")})},
		"timeout_ms": {tinyModel(), WithNeuron(NeuronOptions{Timeout: time.Microsecond})},
		"neff_path":  {tinyModel(), WithNeuron(NeuronOptions{NEFFPath: "\x00"})},
	} {
		d, err := Open(opts...)
		if d != nil || !errors.Is(err, ErrInvalidArgument) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, %v", name, d, err)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	for name, c := range map[string]struct {
		want Status
		opts []Option
	}{
		"missing file":   {ErrIO, []Option{WithModel("no/such.cfg", "no/such.weights")}},
		"not a model":    {ErrBadModel, []Option{WithModelData([]byte("x"), []byte("y"))}},
		"missing NEFF":   {ErrIO, []Option{tinyModel(), WithDevice(DeviceNeuron), WithNeuron(NeuronOptions{NEFFPath: "no/such.neff"})}},
		"not a NEFF":     {ErrBadModel, []Option{tinyModel(), WithDevice(DeviceNeuron), WithNeuron(NeuronOptions{NEFFData: []byte("x")})}},
		"too much":       {ErrLimit, []Option{tinyModel(), WithMaxBytes(1000)}},
		"missing labels": {ErrIO, []Option{tinyModel(), WithLabels("no/such.names")}},
	} {
		d, err := Open(c.opts...)
		if d != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", name, d, err, c.want)
		}
	}
}

func TestLastOptionWins(t *testing.T) {
	data := tinyModel()
	o := apply(t, WithModel("a.cfg", "a.weights"), data, WithLabels("a"), WithLabelsData([]byte("b")))
	if o.modelPath != "" || o.weightsPath != "" || o.labelsPath != "" || o.modelData == nil {
		t.Errorf("%+v", o)
	}
	o = apply(t, data, WithModel("a.cfg", "a.weights"), WithLabelsData([]byte("b")), WithLabels("a"))
	if o.modelPath != "a.cfg" || o.modelData != nil || o.weightsData != nil || o.labelsData != nil {
		t.Errorf("%+v", o)
	}
}

func TestBuildInfo(t *testing.T) {
	if info := BuildInfo(); !strings.HasPrefix(info, "libyolo ") {
		t.Errorf("%q", info)
	}
}
