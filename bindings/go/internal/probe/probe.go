// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

// Package probe is C for the tests, which cannot have cgo of their own: what the
// header says, and the calls of the C API as a C program makes them.
package probe

/*
#cgo !yolo_static,!yolo_no_pkg_config pkg-config: yolo
#cgo yolo_static,!yolo_no_pkg_config pkg-config: --static yolo
#cgo yolo_no_pkg_config LDFLAGS: -lyolo
#cgo yolo_static CFLAGS: -DYOLO_GO_STATIC

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yolo/neuron.h>
#include <yolo/yolo.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

// Nanoseconds for `calls` calls, or minus the status of one that failed.
static inline double loop(yolo_detector* detector, int32_t format,
                          const unsigned char* data, size_t size,
                          uint32_t width, uint32_t height,
                          yolo_detection* boxes, size_t capacity, int calls) {
  const double start = now();
  for (int i = 0; i < calls; ++i) {
    yolo_result result = YOLO_RESULT_INIT;
    const yolo_status status =
        yolo_detect(detector, format, data, size, width, height, 0, boxes,
                    capacity, &result);
    if (status != YOLO_OK) return -status;
  }
  return now() - start;
}

// The same of one call with `copies` images, all of one file.
static inline double batch(yolo_detector* detector, const unsigned char* file,
                           size_t size, size_t copies) {
  enum { kCapacity = 300 };
  yolo_image* images = calloc(copies, sizeof *images);
  yolo_result* results = calloc(copies, sizeof *results);
  yolo_detection* boxes = calloc(copies * kCapacity, sizeof *boxes);
  for (size_t i = 0; i < copies; ++i) {
    images[i] = (yolo_image)YOLO_IMAGE_INIT;
    results[i] = (yolo_result)YOLO_RESULT_INIT;
    images[i].data = file;
    images[i].size = size;
  }
  const double start = now();
  const yolo_status status =
      yolo_detect_batch(detector, images, copies, boxes, kCapacity, results);
  const double ns = now() - start;
  free(boxes);
  free(results);
  free(images);
  return status == YOLO_OK ? ns : -status;
}

static inline yolo_status raw(yolo_detector* detector, const yolo_image* form,
                              const unsigned char* p0, const unsigned char* p1,
                              const unsigned char* p2) {
  yolo_image image = *form;
  image.struct_size = (uint32_t)sizeof image;
  image.data = p0;
  image.chroma[0] = p1;
  image.chroma[1] = p2;
  return yolo_detect_image(detector, &image, NULL, 0, NULL);
}
*/
import "C"

import (
	"fmt"
	"time"
	"unsafe"
)

// Detection is sizeof yolo_detection and the offsets of its fields.
var Detection = map[string]uintptr{
	"":         C.sizeof_yolo_detection,
	"x0":       unsafe.Offsetof(C.yolo_detection{}.x0),
	"y0":       unsafe.Offsetof(C.yolo_detection{}.y0),
	"x1":       unsafe.Offsetof(C.yolo_detection{}.x1),
	"y1":       unsafe.Offsetof(C.yolo_detection{}.y1),
	"score":    unsafe.Offsetof(C.yolo_detection{}.score),
	"class_id": unsafe.Offsetof(C.yolo_detection{}.class_id),
}

// Constants are the enumerators of the header.
var Constants = map[string]int{
	"YOLO_ERROR_INVALID_ARGUMENT":    C.YOLO_ERROR_INVALID_ARGUMENT,
	"YOLO_ERROR_OUT_OF_MEMORY":       C.YOLO_ERROR_OUT_OF_MEMORY,
	"YOLO_ERROR_IO":                  C.YOLO_ERROR_IO,
	"YOLO_ERROR_BAD_MODEL":           C.YOLO_ERROR_BAD_MODEL,
	"YOLO_ERROR_UNSUPPORTED_MODEL":   C.YOLO_ERROR_UNSUPPORTED_MODEL,
	"YOLO_ERROR_BAD_IMAGE":           C.YOLO_ERROR_BAD_IMAGE,
	"YOLO_ERROR_UNSUPPORTED_IMAGE":   C.YOLO_ERROR_UNSUPPORTED_IMAGE,
	"YOLO_ERROR_LIMIT":               C.YOLO_ERROR_LIMIT,
	"YOLO_ERROR_DEVICE_UNAVAILABLE":  C.YOLO_ERROR_DEVICE_UNAVAILABLE,
	"YOLO_ERROR_DEVICE":              C.YOLO_ERROR_DEVICE,
	"YOLO_ERROR_VERSION":             C.YOLO_ERROR_VERSION,
	"YOLO_ERROR_FORKED":              C.YOLO_ERROR_FORKED,
	"YOLO_ERROR_INTERNAL":            C.YOLO_ERROR_INTERNAL,
	"YOLO_DEVICE_AUTO":               C.YOLO_DEVICE_AUTO,
	"YOLO_DEVICE_CPU":                C.YOLO_DEVICE_CPU,
	"YOLO_DEVICE_PORTABLE":           C.YOLO_DEVICE_PORTABLE,
	"YOLO_DEVICE_NEURON":             C.YOLO_DEVICE_NEURON,
	"YOLO_FALLBACK_NONE":             C.YOLO_FALLBACK_NONE,
	"YOLO_FALLBACK_CPU":              C.YOLO_FALLBACK_CPU,
	"YOLO_PRECISION_AUTO":            C.YOLO_PRECISION_AUTO,
	"YOLO_PRECISION_F32":             C.YOLO_PRECISION_F32,
	"YOLO_PRECISION_BF16":            C.YOLO_PRECISION_BF16,
	"YOLO_PRECISION_F16":             C.YOLO_PRECISION_F16,
	"YOLO_PROFILE_AUTO":              C.YOLO_PROFILE_AUTO,
	"YOLO_PROFILE_DARKNET":           C.YOLO_PROFILE_DARKNET,
	"YOLO_PROFILE_DARKNET_LETTERBOX": C.YOLO_PROFILE_DARKNET_LETTERBOX,
	"YOLO_PROFILE_OPENCV":            C.YOLO_PROFILE_OPENCV,
	"YOLO_PROFILE_ULTRALYTICS":       C.YOLO_PROFILE_ULTRALYTICS,
	"YOLO_PROFILE_TF1_LEGACY":        C.YOLO_PROFILE_TF1_LEGACY,
	"YOLO_DECODE_FAST":               C.YOLO_DECODE_FAST,
	"YOLO_DECODE_EXACT":              C.YOLO_DECODE_EXACT,
	"YOLO_NMS_PER_CLASS":             C.YOLO_NMS_PER_CLASS,
	"YOLO_NMS_AGNOSTIC":              C.YOLO_NMS_AGNOSTIC,
	"YOLO_NMS_DIOU":                  C.YOLO_NMS_DIOU,
	"YOLO_NMS_NONE":                  C.YOLO_NMS_NONE,
	"YOLO_EXIF_APPLY":                C.YOLO_EXIF_APPLY,
	"YOLO_EXIF_IGNORE":               C.YOLO_EXIF_IGNORE,
	"YOLO_LOG_ERROR":                 C.YOLO_LOG_ERROR,
	"YOLO_LOG_WARNING":               C.YOLO_LOG_WARNING,
	"YOLO_LOG_INFO":                  C.YOLO_LOG_INFO,
	"YOLO_FORMAT_JPEG":               C.YOLO_FORMAT_JPEG,
	"YOLO_FORMAT_RGB":                C.YOLO_FORMAT_RGB,
	"YOLO_FORMAT_BGR":                C.YOLO_FORMAT_BGR,
	"YOLO_FORMAT_RGBA":               C.YOLO_FORMAT_RGBA,
	"YOLO_FORMAT_BGRA":               C.YOLO_FORMAT_BGRA,
	"YOLO_FORMAT_GRAY":               C.YOLO_FORMAT_GRAY,
	"YOLO_FORMAT_NV12":               C.YOLO_FORMAT_NV12,
	"YOLO_FORMAT_NV21":               C.YOLO_FORMAT_NV21,
	"YOLO_FORMAT_I420":               C.YOLO_FORMAT_I420,
	"YOLO_FORMAT_YUYV":               C.YOLO_FORMAT_YUYV,
	"YOLO_FORMAT_UYVY":               C.YOLO_FORMAT_UYVY,
	"YOLO_YUV_BT601_LIMITED":         C.YOLO_YUV_BT601_LIMITED,
	"YOLO_YUV_BT601_FULL":            C.YOLO_YUV_BT601_FULL,
	"YOLO_YUV_BT709_LIMITED":         C.YOLO_YUV_BT709_LIMITED,
	"YOLO_YUV_BT709_FULL":            C.YOLO_YUV_BT709_FULL,
	"YOLO_TRUNCATED_DETECTIONS":      C.YOLO_TRUNCATED_DETECTIONS,
	"YOLO_TRUNCATED_CANDIDATES":      C.YOLO_TRUNCATED_CANDIDATES,
	"YOLO_TRUNCATED_IMAGE":           C.YOLO_TRUNCATED_IMAGE,
	"YOLO_NOTE_FALLBACK":             C.YOLO_NOTE_FALLBACK,
	"YOLO_NOTE_NUMERIC":              C.YOLO_NOTE_NUMERIC,
	"YOLO_CORE_READY":                C.YOLO_CORE_READY,
	"YOLO_CORE_FAILED":               C.YOLO_CORE_FAILED,
	"YOLO_CORE_STUCK":                C.YOLO_CORE_STUCK,
	"YOLO_DECODED_BOXES_DEFAULT":     C.YOLO_DECODED_BOXES_DEFAULT,
	"YOLO_DECODED_BOXES_XYWH":        C.YOLO_DECODED_BOXES_XYWH,
	"YOLO_DECODED_BOXES_XYXY":        C.YOLO_DECODED_BOXES_XYXY,
	"YOLO_DECODED_BOXES_YXYX":        C.YOLO_DECODED_BOXES_YXYX,
	"YOLO_DECODED_UNITS_DEFAULT":     C.YOLO_DECODED_UNITS_DEFAULT,
	"YOLO_DECODED_UNITS_PIXELS":      C.YOLO_DECODED_UNITS_PIXELS,
	"YOLO_DECODED_UNITS_FRACTIONS":   C.YOLO_DECODED_UNITS_FRACTIONS,
	"YOLO_DECODED_SCORES_DEFAULT":    C.YOLO_DECODED_SCORES_DEFAULT,
	"YOLO_DECODED_SCORES_PRODUCT":    C.YOLO_DECODED_SCORES_PRODUCT,
	"YOLO_DECODED_SCORES_FINAL":      C.YOLO_DECODED_SCORES_FINAL,
	"YOLO_VERSION_NUMBER":            C.YOLO_VERSION_MAJOR<<16 | C.YOLO_VERSION_MINOR<<8 | C.YOLO_VERSION_PATCH,
}

// Loop calls yolo_detect() of a detector of C so many times, from C, and returns
// how long that took. boxes: [capacity] yolo_detection.
func Loop(detector unsafe.Pointer, format, width, height int, data []byte, boxes unsafe.Pointer, capacity, calls int) (time.Duration, error) {
	return outcome(C.loop((*C.yolo_detector)(detector), C.int32_t(format),
		(*C.uchar)(&data[0]), C.size_t(len(data)), C.uint32_t(width), C.uint32_t(height),
		(*C.yolo_detection)(boxes), C.size_t(capacity), C.int(calls)))
}

// Batch calls yolo_detect_batch() with so many times the same JPEG.
func Batch(detector unsafe.Pointer, file []byte, copies int) (time.Duration, error) {
	return outcome(C.batch((*C.yolo_detector)(detector), (*C.uchar)(&file[0]),
		C.size_t(len(file)), C.size_t(copies)))
}

func outcome(ns C.double) (time.Duration, error) {
	if ns < 0 {
		return 0, fmt.Errorf("status %d", int(-ns))
	}
	return time.Duration(ns), nil
}

// Accepts says whether yolo_detect_image() takes a frame; planes: one or all.
func Accepts(detector unsafe.Pointer, format, width, height int, planes [][]byte, strides []int) bool {
	form := C.yolo_image{
		format: C.int32_t(format),
		width:  C.uint32_t(width),
		height: C.uint32_t(height),
		size:   C.size_t(len(planes[0])),
		stride: C.size_t(strides[0]),
	}
	var data [3]*C.uchar
	for i, plane := range planes {
		// A plane of no bytes is still there.
		data[i] = (*C.uchar)(&append(plane, 0)[0])
		if i > 0 {
			form.chroma_size[i-1] = C.size_t(len(plane))
			form.chroma_stride[i-1] = C.size_t(strides[i])
		}
	}
	return C.raw((*C.yolo_detector)(detector), &form, data[0], data[1], data[2]) == C.YOLO_OK
}
