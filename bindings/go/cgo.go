// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

// All that touches C is in this file.
//
// The rules of cgo shape it. C may be given a pointer to Go memory for the time
// of a call, but no Go memory that itself holds pointers to Go memory: so
// structures with pointers are put together on the C stack, by the helpers
// below, of plain pointer arguments. yolo_last_error() belongs to a thread, and
// a goroutine may change its thread between two calls: so it is read within the
// call that failed.
//
// YOLO_GO_STATIC is for Go's build cache: it tells builds apart by their flags, but
// not by what pkg-config answers.

/*
#cgo !yolo_static,!yolo_no_pkg_config pkg-config: yolo
#cgo yolo_static,!yolo_no_pkg_config pkg-config: --static yolo
#cgo yolo_no_pkg_config LDFLAGS: -lyolo
#cgo yolo_static CFLAGS: -DYOLO_GO_STATIC

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yolo/neuron.h>
#include <yolo/yolo.h>

// A yolo_detector, as a type that Go knows the size of: to pass a pointer to
// any other kind allocates, up to Go 1.19 at least.
typedef struct go_detector {
  char unused;
} go_detector;

// A yolo_image without its pointers.
typedef struct go_image {
  int32_t format;
  uint32_t width;
  uint32_t height;
  size_t size[3];
  size_t stride[3];
  int32_t yuv_standard;
  uint32_t orientation;
} go_image;

extern void yoloGoLog(uintptr_t log, int32_t level, char* message);

static inline void go_log(void* user, int32_t level, const char* message) {
  yoloGoLog((uintptr_t)user, level, (char*)message);
}

// message: [YOLO_MESSAGE_SIZE]
static inline yolo_status go_explain(yolo_status status, char* message) {
  if (status != YOLO_OK) {
    strncpy(message, yolo_last_error(), YOLO_MESSAGE_SIZE - 1);
  }
  return status;
}

static inline yolo_options go_options(void) {
  yolo_options options = YOLO_OPTIONS_INIT;
  return options;
}

static inline yolo_status go_create(
    const yolo_options* given, const yolo_neuron_options* given_neuron,
    const unsigned char* model, const unsigned char* weights,
    const unsigned char* labels, const unsigned char* neff,
    const float* class_thresholds, const int32_t* class_allow, uintptr_t log,
    go_detector** detector, char* message) {
  yolo_options options = *given;
  yolo_neuron_options neuron = YOLO_NEURON_OPTIONS_INIT;
  options.model_data = model;
  options.weights_data = weights;
  options.labels_data = labels;
  options.class_thresholds = class_thresholds;
  options.class_allow = class_allow;
  if (log) {
    options.log = go_log;
    options.log_user = (void*)log;
  }
  if (given_neuron) {
    neuron = *given_neuron;
    neuron.struct_size = (uint32_t)sizeof neuron;
    neuron.neff_data = neff;
    options.neuron = &neuron;
  }
  return go_explain(yolo_create(&options, (yolo_detector**)detector), message);
}

static inline yolo_status go_detect(
    go_detector* detector, const go_image* image, const unsigned char* plane0,
    const unsigned char* plane1, const unsigned char* plane2,
    yolo_detection* detections, size_t capacity, yolo_result* result) {
  yolo_image full = YOLO_IMAGE_INIT;
  full.format = image->format;
  full.data = plane0 ? plane0 : (const unsigned char*)"";  // an empty file
  full.size = image->size[0];
  full.width = image->width;
  full.height = image->height;
  full.stride = image->stride[0];
  full.chroma[0] = plane1;
  full.chroma[1] = plane2;
  for (int i = 0; i < 2; ++i) {
    full.chroma_size[i] = image->size[i + 1];
    full.chroma_stride[i] = image->stride[i + 1];
  }
  full.yuv_standard = image->yuv_standard;
  full.orientation = image->orientation;
  memset(result, 0, sizeof *result);
  result->struct_size = (uint32_t)sizeof *result;
  return go_explain(yolo_detect_image((yolo_detector*)detector, &full,
                                      detections, capacity, result),
                    result->message);
}

static inline yolo_status go_detector_info(const go_detector* detector,
                                           yolo_detector_info* info,
                                           char* message) {
  info->struct_size = (uint32_t)sizeof *info;
  return go_explain(
      yolo_get_detector_info((const yolo_detector*)detector, info), message);
}

static inline yolo_status go_layer_info(const go_detector* detector,
                                        uint32_t index, yolo_layer_info* info,
                                        char* message) {
  info->struct_size = (uint32_t)sizeof *info;
  return go_explain(
      yolo_get_layer_info((const yolo_detector*)detector, index, info),
      message);
}

static inline yolo_status go_core_stats(const go_detector* detector,
                                        uint32_t index, yolo_core_stats* stats,
                                        char* message) {
  stats->struct_size = (uint32_t)sizeof *stats;
  return go_explain(
      yolo_device_stats((const yolo_detector*)detector, index, stats), message);
}

static inline void go_destroy(go_detector* detector) {
  yolo_destroy((yolo_detector*)detector);
}

static inline const char* go_label(const go_detector* detector,
                                   int32_t class_id) {
  return yolo_label((const yolo_detector*)detector, class_id);
}
*/
import "C"

import (
	"runtime/cgo"
	"time"
	"unsafe"
)

// C writes detections straight into Go slices: the two types are one layout.
// Sizes are compared by the compiler, offsets by TestDetectionLayout.
var _ [C.sizeof_yolo_detection]byte = [unsafe.Sizeof(Detection{})]byte{}

// A handle is a detector of C; nil after it was destroyed.
type handle = *C.go_detector

// A message receives the text of an error.
type message [C.YOLO_MESSAGE_SIZE]C.char

func (m *message) pointer() *C.char { return &m[0] }

// check makes an error of a status that is none of success.
func (m *message) check(status C.yolo_status) error {
	if status == C.YOLO_OK {
		return nil
	}
	return &Error{Status: Status(status), Message: C.GoString(&m[0])}
}

func bytesPointer(b []byte) *C.uchar {
	if len(b) == 0 {
		return nil
	}
	return (*C.uchar)(unsafe.Pointer(&b[0]))
}

func cBool(b bool) C.int32_t {
	if b {
		return 1
	}
	return 0
}

// cStrings are strings in C memory, until they are freed together.
type cStrings []*C.char

// add returns NULL for "".
func (s *cStrings) add(text string) *C.char {
	if text == "" {
		return nil
	}
	c := C.CString(text)
	*s = append(*s, c)
	return c
}

func (s cStrings) free() {
	for _, c := range s {
		C.free(unsafe.Pointer(c))
	}
}

// cOptions are the options without the pointers to Go memory.
func (o *options) cOptions(texts *cStrings) C.yolo_options {
	c := C.go_options()
	c.model_path = texts.add(o.modelPath)
	c.weights_path = texts.add(o.weightsPath)
	c.labels_path = texts.add(o.labelsPath)
	c.model_size = C.size_t(len(o.modelData))
	c.weights_size = C.size_t(len(o.weightsData))
	c.labels_size = C.size_t(len(o.labelsData))
	c.device = C.int32_t(o.device)
	c.precision = C.int32_t(o.precision)
	c.num_lanes = C.uint32_t(o.lanes)
	c.threads_per_lane = C.uint32_t(o.threadsPerLane)
	c.score_threshold = C.float(o.scoreThreshold)
	c.iou_threshold = C.float(o.iouThreshold)
	c.num_class_thresholds = C.size_t(len(o.classThresholds))
	c.num_class_allow = C.size_t(len(o.classAllow))
	c.nms = C.int32_t(o.nms)
	c.max_candidates = C.uint32_t(o.maxCandidates)
	c.max_detections = C.uint32_t(o.maxDetections)
	c.network_width = C.uint32_t(o.networkWidth)
	c.network_height = C.uint32_t(o.networkHeight)
	c.profile = C.int32_t(o.profile)
	c.decode = C.int32_t(o.decode)
	c.exif = cBool(o.ignoreEXIF)
	c.max_scans = C.uint32_t(o.maxScans)
	c.max_pixels = C.uint64_t(o.maxPixels)
	c.max_bytes = C.uint64_t(o.maxBytes)
	c.fallback = C.int32_t(o.fallback)
	return c
}

func (o *NeuronOptions) cOptions(texts *cStrings) C.yolo_neuron_options {
	return C.yolo_neuron_options{
		first_core:     C.uint32_t(o.FirstCore),
		num_cores:      C.uint32_t(o.NumCores),
		lanes_per_core: C.uint32_t(o.LanesPerCore),
		timeout_ms:     C.uint32_t(o.Timeout / time.Millisecond),
		neff_path:      texts.add(o.NEFFPath),
		neff_size:      C.size_t(len(o.NEFFData)),
		libnrt_path:    texts.add(o.LibnrtPath),
		visible_cores:  texts.add(o.VisibleCores),
		tensor_types:   texts.add(o.TensorTypes),
		decoded_boxes:  C.int32_t(o.DecodedBoxes),
		decoded_units:  C.int32_t(o.DecodedUnits),
		decoded_scores: C.int32_t(o.DecodedScores),
	}
}

// create returns a detector that the caller destroys. Its log is told to the
// logger behind log; 0: to nobody.
func create(o *options, log cgo.Handle) (handle, error) {
	var texts cStrings
	defer func() { texts.free() }()
	given := o.cOptions(&texts)
	var neuron *C.yolo_neuron_options
	var neff []byte
	if o.neuron != nil {
		c := o.neuron.cOptions(&texts)
		neuron, neff = &c, o.neuron.NEFFData
	}
	var thresholds *C.float
	if len(o.classThresholds) > 0 {
		thresholds = (*C.float)(unsafe.Pointer(&o.classThresholds[0]))
	}
	var allow *C.int32_t
	if len(o.classAllow) > 0 {
		allow = (*C.int32_t)(unsafe.Pointer(&o.classAllow[0]))
	}
	var made handle
	var text message
	status := C.go_create(&given, neuron, bytesPointer(o.modelData),
		bytesPointer(o.weightsData), bytesPointer(o.labelsData),
		bytesPointer(neff), thresholds, allow, C.uintptr_t(log), &made,
		text.pointer())
	return made, text.check(status)
}

// destroy frees a detector that no other call uses.
func destroy(h handle) { C.go_destroy(h) }

//export yoloGoLog
func yoloGoLog(log C.uintptr_t, level C.int32_t, message *C.char) {
	logger := cgo.Handle(log).Value().(*logger)
	logger.log(LogLevel(level), C.GoString(message))
}

// A slot is the right to run one image, and what that takes: made once, so that
// nothing is allocated for a call.
type slot struct {
	image  C.go_image
	result C.yolo_result
	boxes  []Detection // [max_detections]; nil until it is needed
}

// detect fills the first boxes and s.result.
func (s *slot) detect(h handle, image *Image, boxes []Detection) error {
	s.image.format = C.int32_t(image.format)
	s.image.width = C.uint32_t(image.width)
	s.image.height = C.uint32_t(image.height)
	for i := range s.image.size {
		s.image.size[i] = C.size_t(len(image.planes[i].Pix))
		s.image.stride[i] = C.size_t(image.planes[i].Stride)
	}
	s.image.yuv_standard = C.int32_t(image.yuvStandard)
	s.image.orientation = C.uint32_t(image.orientation)
	var first *C.yolo_detection
	if len(boxes) > 0 {
		first = (*C.yolo_detection)(unsafe.Pointer(&boxes[0]))
	}
	status := C.go_detect(h, &s.image, bytesPointer(image.planes[0].Pix),
		bytesPointer(image.planes[1].Pix), bytesPointer(image.planes[2].Pix),
		first, C.size_t(len(boxes)), &s.result)
	if status == C.YOLO_OK {
		return nil
	}
	return &Error{Status: Status(status), Message: C.GoString(&s.result.message[0])}
}

// outcome is s.result, after detect, for an image that waited here before.
func (s *slot) outcome(waited time.Duration) Result {
	r := &s.result
	return Result{
		Count:       int(r.count),
		Found:       int(r.found),
		Truncated:   Truncated(r.truncated),
		Notes:       Notes(r.notes),
		Width:       int(r.width),
		Height:      int(r.height),
		Orientation: int(r.orientation),
		Core:        int(r.core),
		Wait:        waited + time.Duration(r.ns_wait),
		Decode:      time.Duration(r.ns_decode),
		Pack:        time.Duration(r.ns_pack),
		Run:         time.Duration(r.ns_run),
		Extract:     time.Duration(r.ns_extract),
	}
}

func detectorInfo(h handle) (Info, error) {
	var c C.yolo_detector_info
	var text message
	if err := text.check(C.go_detector_info(h, &c, text.pointer())); err != nil {
		return Info{}, err
	}
	return Info{
		Device:         Device(c.device),
		DeviceName:     C.GoString(c.device_name),
		DeviceDetails:  C.GoString(c.device_details),
		InstructionSet: C.GoString(c.instruction_set),
		Precision:      Precision(c.precision),
		NumCores:       int(c.num_cores),
		Batch:          int(c.batch),
		Lanes:          int(c.num_lanes),
		ThreadsPerLane: int(c.threads_per_lane),
		Profile:        Profile(c.profile),
		Decode:         Decode(c.decode),
		NMS:            NMS(c.nms),
		IgnoreEXIF:     c.exif != 0,
		NetworkWidth:   int(c.network_width),
		NetworkHeight:  int(c.network_height),
		NumClasses:     int(c.num_classes),
		NumLabels:      int(c.num_labels),
		NumLayers:      int(c.num_layers),
		NumHeads:       int(c.num_heads),
		NumParameters:  uint64(c.num_parameters),
		GFLOP:          float64(c.gflop),
		ScoreThreshold: float32(c.score_threshold),
		IoUThreshold:   float32(c.iou_threshold),
		MaxCandidates:  int(c.max_candidates),
		MaxDetections:  int(c.max_detections),
		MaxScans:       int(c.max_scans),
		MaxPixels:      uint64(c.max_pixels),
		MaxBytes:       uint64(c.max_bytes),
		BytesHeld:      uint64(c.bytes_held),
		BytesWeights:   uint64(c.bytes_weights),
		BytesLane:      uint64(c.bytes_lane),
	}, nil
}

func layer(h handle, index uint32) (Layer, error) {
	var c C.yolo_layer_info
	var text message
	err := text.check(C.go_layer_info(h, C.uint32_t(index), &c, text.pointer()))
	if err != nil {
		return Layer{}, err
	}
	return Layer{
		Line:           int(c.line),
		Type:           C.GoString(c._type),
		Implementation: C.GoString(c.implementation),
		Channels:       int(c.channels),
		Height:         int(c.height),
		Width:          int(c.width),
		NumParameters:  uint64(c.num_parameters),
		GFLOP:          float64(c.gflop),
	}, nil
}

func coreStats(h handle, index uint32) (CoreStats, error) {
	var c C.yolo_core_stats
	var text message
	err := text.check(C.go_core_stats(h, C.uint32_t(index), &c, text.pointer()))
	if err != nil {
		return CoreStats{}, err
	}
	return CoreStats{
		Core:       int(c.core),
		State:      CoreState(c.state),
		Status:     uint32(c.status),
		Message:    C.GoString(&c.message[0]),
		InFlight:   int(c.in_flight),
		Images:     uint64(c.images),
		Executions: uint64(c.executions),
		Retries:    uint64(c.retries),
		Failures:   uint64(c.failures),
		Numeric:    uint64(c.numeric),
		Executing:  time.Duration(c.ns_executing),
		BytesUsed:  uint64(c.bytes_used),
		BytesLimit: uint64(c.bytes_limit),
	}, nil
}

func label(h handle, classID int) string {
	return C.GoString(C.go_label(h, C.int32_t(classID)))
}

func statusString(status Status) string {
	return C.GoString(C.yolo_status_string(C.yolo_status(status)))
}

func version() uint32 { return uint32(C.yolo_version()) }

func buildInfo() string { return C.GoString(C.yolo_build_info()) }
