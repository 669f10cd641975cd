// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"testing"
	"unsafe"

	"libyolo/yolo/internal/probe"
)

func TestDetectionLayout(t *testing.T) {
	var d Detection
	for name, got := range map[string]uintptr{
		"":         unsafe.Sizeof(d),
		"x0":       unsafe.Offsetof(d.X0),
		"y0":       unsafe.Offsetof(d.Y0),
		"x1":       unsafe.Offsetof(d.X1),
		"y1":       unsafe.Offsetof(d.Y1),
		"score":    unsafe.Offsetof(d.Score),
		"class_id": unsafe.Offsetof(d.ClassID),
	} {
		want, ok := probe.Detection[name]
		if !ok || got != want {
			t.Errorf("Detection.%s is at %d, in C at %d", name, got, want)
		}
	}
	if unsafe.Sizeof(d) != 24 {
		t.Errorf("Detection is %d bytes; 24 for ever", unsafe.Sizeof(d))
	}
}

var constants = map[string]int{
	"YOLO_ERROR_INVALID_ARGUMENT":    int(ErrInvalidArgument),
	"YOLO_ERROR_OUT_OF_MEMORY":       int(ErrOutOfMemory),
	"YOLO_ERROR_IO":                  int(ErrIO),
	"YOLO_ERROR_BAD_MODEL":           int(ErrBadModel),
	"YOLO_ERROR_UNSUPPORTED_MODEL":   int(ErrUnsupportedModel),
	"YOLO_ERROR_BAD_IMAGE":           int(ErrBadImage),
	"YOLO_ERROR_UNSUPPORTED_IMAGE":   int(ErrUnsupportedImage),
	"YOLO_ERROR_LIMIT":               int(ErrLimit),
	"YOLO_ERROR_DEVICE_UNAVAILABLE":  int(ErrDeviceUnavailable),
	"YOLO_ERROR_DEVICE":              int(ErrDevice),
	"YOLO_ERROR_VERSION":             int(ErrVersion),
	"YOLO_ERROR_FORKED":              int(ErrForked),
	"YOLO_ERROR_INTERNAL":            int(ErrInternal),
	"YOLO_DEVICE_AUTO":               int(DeviceAuto),
	"YOLO_DEVICE_CPU":                int(DeviceCPU),
	"YOLO_DEVICE_PORTABLE":           int(DevicePortable),
	"YOLO_DEVICE_NEURON":             int(DeviceNeuron),
	"YOLO_FALLBACK_NONE":             int(FallbackNone),
	"YOLO_FALLBACK_CPU":              int(FallbackCPU),
	"YOLO_PRECISION_AUTO":            int(PrecisionAuto),
	"YOLO_PRECISION_F32":             int(PrecisionF32),
	"YOLO_PRECISION_BF16":            int(PrecisionBF16),
	"YOLO_PRECISION_F16":             int(PrecisionF16),
	"YOLO_PROFILE_AUTO":              int(ProfileAuto),
	"YOLO_PROFILE_DARKNET":           int(ProfileDarknet),
	"YOLO_PROFILE_DARKNET_LETTERBOX": int(ProfileDarknetLetterbox),
	"YOLO_PROFILE_OPENCV":            int(ProfileOpenCV),
	"YOLO_PROFILE_ULTRALYTICS":       int(ProfileUltralytics),
	"YOLO_PROFILE_TF1_LEGACY":        int(ProfileTF1Legacy),
	"YOLO_DECODE_FAST":               int(DecodeFast),
	"YOLO_DECODE_EXACT":              int(DecodeExact),
	"YOLO_NMS_PER_CLASS":             int(NMSPerClass),
	"YOLO_NMS_AGNOSTIC":              int(NMSAgnostic),
	"YOLO_NMS_DIOU":                  int(NMSDIoU),
	"YOLO_NMS_NONE":                  int(NMSNone),
	"YOLO_EXIF_APPLY":                int(cBool(false)),
	"YOLO_EXIF_IGNORE":               int(cBool(true)),
	"YOLO_LOG_ERROR":                 int(LogError),
	"YOLO_LOG_WARNING":               int(LogWarning),
	"YOLO_LOG_INFO":                  int(LogInfo),
	"YOLO_FORMAT_JPEG":               int(FormatJPEG),
	"YOLO_FORMAT_RGB":                int(FormatRGB),
	"YOLO_FORMAT_BGR":                int(FormatBGR),
	"YOLO_FORMAT_RGBA":               int(FormatRGBA),
	"YOLO_FORMAT_BGRA":               int(FormatBGRA),
	"YOLO_FORMAT_GRAY":               int(FormatGray),
	"YOLO_FORMAT_NV12":               int(FormatNV12),
	"YOLO_FORMAT_NV21":               int(FormatNV21),
	"YOLO_FORMAT_I420":               int(FormatI420),
	"YOLO_FORMAT_YUYV":               int(FormatYUYV),
	"YOLO_FORMAT_UYVY":               int(FormatUYVY),
	"YOLO_YUV_BT601_LIMITED":         int(BT601Limited),
	"YOLO_YUV_BT601_FULL":            int(BT601Full),
	"YOLO_YUV_BT709_LIMITED":         int(BT709Limited),
	"YOLO_YUV_BT709_FULL":            int(BT709Full),
	"YOLO_TRUNCATED_DETECTIONS":      int(TruncatedDetections),
	"YOLO_TRUNCATED_CANDIDATES":      int(TruncatedCandidates),
	"YOLO_TRUNCATED_IMAGE":           int(TruncatedImage),
	"YOLO_NOTE_FALLBACK":             int(NoteFallback),
	"YOLO_NOTE_NUMERIC":              int(NoteNumeric),
	"YOLO_CORE_READY":                int(CoreReady),
	"YOLO_CORE_FAILED":               int(CoreFailed),
	"YOLO_CORE_STUCK":                int(CoreStuck),
	"YOLO_DECODED_BOXES_DEFAULT":     int(DecodedBoxesDefault),
	"YOLO_DECODED_BOXES_XYWH":        int(DecodedBoxesXYWH),
	"YOLO_DECODED_BOXES_XYXY":        int(DecodedBoxesXYXY),
	"YOLO_DECODED_BOXES_YXYX":        int(DecodedBoxesYXYX),
	"YOLO_DECODED_UNITS_DEFAULT":     int(DecodedUnitsDefault),
	"YOLO_DECODED_UNITS_PIXELS":      int(DecodedUnitsPixels),
	"YOLO_DECODED_UNITS_FRACTIONS":   int(DecodedUnitsFractions),
	"YOLO_DECODED_SCORES_DEFAULT":    int(DecodedScoresDefault),
	"YOLO_DECODED_SCORES_PRODUCT":    int(DecodedScoresProduct),
	"YOLO_DECODED_SCORES_FINAL":      int(DecodedScoresFinal),
	"YOLO_VERSION_NUMBER":            int(Version()),
}

func TestConstants(t *testing.T) {
	for name, want := range probe.Constants {
		if got, ok := constants[name]; !ok || got != want {
			t.Errorf("%s is %d in C, %d here", name, want, got)
		}
	}
	if len(constants) != len(probe.Constants) {
		t.Errorf("%d constants here, %d in C", len(constants), len(probe.Constants))
	}
}

// The header is read for enumerators that nobody has told the bindings of.
func TestNoConstantIsMissing(t *testing.T) {
	found := 0
	for _, name := range headerConstants(t) {
		found++
		if _, ok := probe.Constants[name]; !ok && name != "YOLO_OK" {
			t.Errorf("%s is in the header, not in the bindings", name)
		}
	}
	if found < 50 {
		t.Errorf("found %d enumerators in the headers", found)
	}
}

func TestNames(t *testing.T) {
	for want, got := range map[string]string{
		"YOLO_ERROR_BAD_IMAGE": ErrBadImage.Error(),
		"YOLO_ERROR_UNKNOWN":   Status(99).String(),
		"neuron":               DeviceNeuron.String(),
		"Device(9)":            Device(9).String(),
		"cpu":                  FallbackCPU.String(),
		"f16":                  PrecisionF16.String(),
		"tf1-legacy":           ProfileTF1Legacy.String(),
		"exact":                DecodeExact.String(),
		"none":                 NMSNone.String(),
		"UYVY":                 FormatUYVY.String(),
		"BT709Full":            BT709Full.String(),
		"info":                 LogInfo.String(),
		"LogLevel(0)":          LogLevel(0).String(),
		"stuck":                CoreStuck.String(),
		"fallback|numeric":     (NoteFallback | NoteNumeric).String(),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
