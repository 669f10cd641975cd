// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

// A Device runs the network.
type Device int32

// Devices.
const (
	// The fastest that is available: neuron (where [NeuronOptions] name a NEFF),
	// cpu, portable.
	DeviceAuto     Device = 0
	DeviceCPU      Device = 1 // oneDNN; x86-64
	DevicePortable Device = 2 // Eigen; any CPU; f32 only
	DeviceNeuron   Device = 3 // AWS Inferentia, Trainium: NeuronOptions
)

// String is "auto", "cpu", "portable" or "neuron".
func (d Device) String() string {
	return enumName(int32(d), "Device", "auto", "cpu", "portable", "neuron")
}

// A Fallback is what becomes of images whose device is lost.
type Fallback int32

// Fallbacks.
const (
	FallbackNone Fallback = 0 // a device that is lost is an error
	FallbackCPU  Fallback = 1 // the CPU runs what the device cannot
)

// String is "none" or "cpu".
func (f Fallback) String() string {
	return enumName(int32(f), "Fallback", "none", "cpu")
}

// A Precision is the type of the network's numbers.
type Precision int32

// Precisions.
const (
	PrecisionAuto Precision = 0 // bf16 where the CPU multiplies it, else f32
	PrecisionF32  Precision = 1
	PrecisionBF16 Precision = 2
	PrecisionF16  Precision = 3 // in Info only
)

// String is "auto", "f32", "bf16" or "f16".
func (p Precision) String() string {
	return enumName(int32(p), "Precision", "auto", "f32", "bf16", "f16")
}

// A Profile says how an image becomes the network's input and a head becomes
// boxes. Each is named after the tool whose arithmetic it reproduces.
type Profile int32

// Profiles.
const (
	// The model's own: darknet for .cfg, or darknet-letterbox with letter_box=1.
	ProfileAuto Profile = 0
	// Stretch, corner-aligned bilinear.
	ProfileDarknet Profile = 1
	// The same, aspect kept, border 0.5.
	ProfileDarknetLetterbox Profile = 2
	// Stretch, cv::resize INTER_LINEAR on bytes.
	ProfileOpenCV Profile = 3
	// Aspect kept, border 114/255, cv::resize.
	ProfileUltralytics Profile = 4
	// Stretch, src = dst * in / out, no scale_x_y: AWS's YOLOv4 demo.
	ProfileTF1Legacy Profile = 5
)

// String is the name, for example "darknet-letterbox".
func (p Profile) String() string {
	return enumName(int32(p), "Profile", "auto", "darknet", "darknet-letterbox",
		"opencv", "ultralytics", "tf1-legacy")
}

// Decode says how an image is brought to the network's size.
type Decode int32

// Ways to decode.
const (
	// Each component from its own resolution, colours computed at the network's;
	// an image at least 2, 4 or 8 times as large as the pixels it will cover is
	// first reduced by that.
	DecodeFast Decode = 0
	// Full size, RGB as libjpeg makes it by default, and the profile's
	// arithmetic bit by bit.
	DecodeExact Decode = 1
)

// String is "fast" or "exact".
func (d Decode) String() string {
	return enumName(int32(d), "Decode", "fast", "exact")
}

// NMS says what suppresses a box.
type NMS int32

// Kinds of NMS.
const (
	NMSPerClass NMS = 0 // a better box of its class, IoU > threshold
	NMSAgnostic NMS = 1 // a better box of any class, IoU > threshold
	// A better box of its class, IoU minus relative squared centre distance >
	// threshold.
	NMSDIoU NMS = 2
	NMSNone NMS = 3 // nothing: the raw candidates
)

// String is "per-class", "agnostic", "diou" or "none".
func (n NMS) String() string {
	return enumName(int32(n), "NMS", "per-class", "agnostic", "diou", "none")
}
