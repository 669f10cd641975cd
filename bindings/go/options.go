// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// An Option is one setting of [Open]. The last of a kind wins. For numbers 0 is
// the default, as if the option was not there.
//
// All of the C API's options are here but alloc and free: memory of Go is of no
// use to C beyond a call.
type Option func(*options) error

type options struct {
	modelPath, weightsPath, labelsPath string
	modelData, weightsData, labelsData []byte

	device              Device
	precision           Precision
	lanes               uint32
	threadsPerLane      uint32
	scoreThreshold      float32
	iouThreshold        float32
	classThresholds     []float32
	classAllow          []int32
	nms                 NMS
	maxCandidates       uint32
	maxDetections       uint32
	networkWidth        uint32
	networkHeight       uint32
	profile             Profile
	decode              Decode
	ignoreEXIF          bool
	maxScans            uint32
	maxPixels, maxBytes uint64
	fallback            Fallback
	neuron              *NeuronOptions
	log                 LogFunc
}

// WithModel reads the model from two files: Darknet .cfg and .weights. weights
// may be "" where a NEFF has its own: device neuron without a fallback.
func WithModel(model, weights string) Option {
	return func(o *options) error {
		o.modelPath, o.weightsPath = model, weights
		o.modelData, o.weightsData = nil, nil
		return checkPaths("model_path", model, "weights_path", weights)
	}
}

// WithModelData is the model as the bytes of two files, for example embedded in
// the program. They are not kept. weights may be nil as in [WithModel].
func WithModelData(model, weights []byte) Option {
	return func(o *options) error {
		o.modelData, o.weightsData = model, weights
		o.modelPath, o.weightsPath = "", ""
		return checkData("model_data", model)
	}
}

// WithLabels reads the names of classes from a file, one a line. Default: none;
// [Detector.Label] then gives "".
func WithLabels(path string) Option {
	return func(o *options) error {
		o.labelsPath, o.labelsData = path, nil
		return checkPaths("labels_path", path)
	}
}

// WithLabelsData is the names of classes as the bytes of such a file.
func WithLabelsData(labels []byte) Option {
	return func(o *options) error {
		o.labelsData, o.labelsPath = labels, ""
		return checkData("labels_data", labels)
	}
}

// WithDevice chooses what runs the network. Default: DeviceAuto.
func WithDevice(device Device) Option {
	return func(o *options) error { o.device = device; return nil }
}

// WithPrecision chooses the type of the network's numbers; device neuron: of the
// fallback. Default: PrecisionAuto.
func WithPrecision(precision Precision) Option {
	return func(o *options) error { o.precision = precision; return nil }
}

// WithLanes is how many images are in flight at once, at most 256; goroutines
// beyond wait. Default: one for each CPU that the process may use (affinity and
// cgroup quota); device neuron: see [NeuronOptions].LanesPerCore.
func WithLanes(lanes int) Option {
	return func(o *options) error { return setCount(&o.lanes, "num_lanes", lanes) }
}

// WithThreadsPerLane is how many threads one image alone may use inside the
// network while other lanes are idle: 1 to 64. Default: the number of lanes
// (device neuron: at most one per CPU).
func WithThreadsPerLane(threads int) Option {
	return func(o *options) error {
		return setCount(&o.threadsPerLane, "threads_per_lane", threads)
	}
}

// WithScoreThreshold is what boxes must score more than: (0, 1]. Default: 0.25.
func WithScoreThreshold(threshold float32) Option {
	return func(o *options) error { o.scoreThreshold = threshold; return nil }
}

// WithIoUThreshold is the overlap above which the weaker box goes: (0, 1].
// Default: 0.45.
func WithIoUThreshold(threshold float32) Option {
	return func(o *options) error { o.iouThreshold = threshold; return nil }
}

// WithClassThresholds replaces the score threshold class by class: exactly as
// many as the model has classes, an entry of 0 means the score threshold.
func WithClassThresholds(thresholds ...float32) Option {
	return func(o *options) error {
		if len(thresholds) == 0 {
			return invalidOption("class_thresholds has no entry")
		}
		o.classThresholds = append([]float32(nil), thresholds...)
		return nil
	}
}

// WithClassAllow reports these classes only, one or more. Default: all.
func WithClassAllow(classIDs ...int32) Option {
	return func(o *options) error {
		if len(classIDs) == 0 {
			return invalidOption("class_allow has no entry")
		}
		o.classAllow = append([]int32(nil), classIDs...)
		return nil
	}
}

// WithNMS chooses what suppresses a box. Default: NMSPerClass.
func WithNMS(nms NMS) Option {
	return func(o *options) error { o.nms = nms; return nil }
}

// WithMaxCandidates is how many boxes above the threshold enter NMS, best first:
// at most 65536. Default: 4096.
func WithMaxCandidates(boxes int) Option {
	return func(o *options) error {
		return setCount(&o.maxCandidates, "max_candidates", boxes)
	}
}

// WithMaxDetections is how many boxes are reported for an image, at most as many
// as may enter NMS. Default: 300.
func WithMaxDetections(boxes int) Option {
	return func(o *options) error {
		return setCount(&o.maxDetections, "max_detections", boxes)
	}
}

// WithNetworkSize is the network's input in pixels: multiples of the model's
// largest stride (32, or 64 and 128 for the P6 and P7 models). Default: the
// model's own.
func WithNetworkSize(width, height int) Option {
	return func(o *options) error {
		if err := setCount(&o.networkWidth, "network_width", width); err != nil {
			return err
		}
		return setCount(&o.networkHeight, "network_height", height)
	}
}

// WithProfile chooses whose resizing and box decoding it is. Default:
// ProfileAuto.
func WithProfile(profile Profile) Option {
	return func(o *options) error { o.profile = profile; return nil }
}

// WithDecode chooses how an image is brought to the network's size. Default:
// DecodeFast.
func WithDecode(decode Decode) Option {
	return func(o *options) error { o.decode = decode; return nil }
}

// WithIgnoreEXIF uses the pixels of JPEGs as stored. Default: they are turned
// upright, as their EXIF orientation says.
func WithIgnoreEXIF() Option {
	return func(o *options) error { o.ignoreEXIF = true; return nil }
}

// WithMaxScans is the number of scans beyond which a JPEG is refused; of a large
// image fewer, so that all together decode at most 64 times WithMaxPixels.
// Default: 500.
func WithMaxScans(scans int) Option {
	return func(o *options) error { return setCount(&o.maxScans, "max_scans", scans) }
}

// WithMaxPixels is the number of pixels beyond which an image is refused.
// Default: 2^26, 67 million.
func WithMaxPixels(pixels uint64) Option {
	return func(o *options) error { o.maxPixels = pixels; return nil }
}

// WithMaxBytes is how many bytes the detector may hold outside of Go: weights,
// activations and image buffers of all lanes; while it is made also the weights
// file, unless [WithModelData] is used, and a second copy of its numbers.
// Default: no limit.
func WithMaxBytes(bytes uint64) Option {
	return func(o *options) error { o.maxBytes = bytes; return nil }
}

// WithFallback chooses what runs images when device neuron is lost. Default:
// FallbackNone.
func WithFallback(fallback Fallback) Option {
	return func(o *options) error { o.fallback = fallback; return nil }
}

// WithLog has the library's messages told to a function. Default: none.
func WithLog(log LogFunc) Option {
	return func(o *options) error { o.log = log; return nil }
}

// NeuronOptions are those of device neuron: AWS Inferentia and Trainium, through
// the system's libnrt.so.1. A field that is zero has its default.
type NeuronOptions struct {
	// Cores of this detector, counted within those that the process holds.
	// NumCores 0: all from FirstCore on; at most 256.
	FirstCore, NumCores int

	// Images in flight for each core: while one executes, others are decoded and
	// extracted. Default 2; at most 16. [WithLanes], where set, says how many
	// images are in flight on all cores together.
	LanesPerCore int

	// Time that an execution may take, in whole milliseconds. What takes longer
	// is given up: its image fails, its core is not used again. Default 30 s.
	Timeout time.Duration

	// The compiled network, as a file or as its bytes, which win and are not
	// kept. One must be set.
	NEFFPath string
	NEFFData []byte

	// Default: /opt/aws/neuron/lib/libnrt.so.1, then libnrt.so.1 wherever the
	// system finds it. Of the first detector in the process.
	LibnrtPath string

	// Cores that the process claims when its first detector is made, as in
	// NEURON_RT_VISIBLE_CORES: "0-3". Default: FirstCore + NumCores of them if
	// NumCores is set, else all.
	VisibleCores string

	// Types of tensors where libnrt tells none or a wrong one:
	// "image=u8,head_19=f16".
	TensorTypes string

	// Of a NEFF that gives decoded boxes: what they are. 0: what is usual for the
	// form of its tensors.
	DecodedBoxes  DecodedBoxes
	DecodedUnits  DecodedUnits
	DecodedScores DecodedScores
}

// DecodedBoxes says what the four numbers of a decoded box are.
type DecodedBoxes int32

// Forms of decoded boxes.
const (
	DecodedBoxesDefault DecodedBoxes = 0 // one tensor: XYWH; two: XYXY
	DecodedBoxesXYWH    DecodedBoxes = 1 // centre and size
	DecodedBoxesXYXY    DecodedBoxes = 2 // left, top, right, bottom
	DecodedBoxesYXYX    DecodedBoxes = 3 // top, left, bottom, right
)

// DecodedUnits are the units of decoded boxes.
type DecodedUnits int32

// Units of decoded boxes.
const (
	DecodedUnitsDefault   DecodedUnits = 0 // one tensor: pixels; two: fractions
	DecodedUnitsPixels    DecodedUnits = 1 // of the network's input
	DecodedUnitsFractions DecodedUnits = 2 // of its width and height
)

// DecodedScores says how scores are made of decoded tensors.
type DecodedScores int32

// Scores of decoded boxes.
const (
	DecodedScoresDefault DecodedScores = 0 // with an objectness: product; else final
	DecodedScoresProduct DecodedScores = 1 // objectness times class
	DecodedScoresFinal   DecodedScores = 2 // the class alone
)

// WithNeuron sets the options of device neuron.
func WithNeuron(neuron NeuronOptions) Option {
	return func(o *options) error {
		o.neuron = &neuron
		var unused uint32
		if err := setCount(&unused, "first_core", neuron.FirstCore); err != nil {
			return err
		}
		if err := setCount(&unused, "num_cores", neuron.NumCores); err != nil {
			return err
		}
		if err := setCount(&unused, "lanes_per_core", neuron.LanesPerCore); err != nil {
			return err
		}
		ms := neuron.Timeout / time.Millisecond
		if neuron.Timeout < 0 || ms > math.MaxUint32 || neuron.Timeout%time.Millisecond != 0 {
			return invalidOption("timeout_ms is %v, not a number of milliseconds from 0 to %d",
				neuron.Timeout, uint32(math.MaxUint32))
		}
		return checkPaths("neff_path", neuron.NEFFPath, "libnrt_path", neuron.LibnrtPath,
			"visible_cores", neuron.VisibleCores, "tensor_types", neuron.TensorTypes)
	}
}

// setCount refuses what a uint32_t does not hold.
func setCount(field *uint32, name string, value int) error {
	if value < 0 || uint64(value) > math.MaxUint32 {
		return invalidOption("%s is %d", name, value)
	}
	*field = uint32(value)
	return nil
}

// checkPaths takes names and values by turns; C would end a string at its first
// NUL.
func checkPaths(namesAndValues ...string) error {
	for i := 0; i < len(namesAndValues); i += 2 {
		if strings.IndexByte(namesAndValues[i+1], 0) >= 0 {
			return invalidOption("%s has a NUL in it", namesAndValues[i])
		}
	}
	return nil
}

// checkData refuses what C would take for "not given".
func checkData(name string, data []byte) error {
	if len(data) == 0 {
		return invalidOption("%s is empty", name)
	}
	return nil
}

func invalidOption(format string, values ...interface{}) error {
	return &Error{ErrInvalidArgument, fmt.Sprintf(format, values...)}
}
