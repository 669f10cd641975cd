/* SPDX-FileCopyrightText: 2026 The libyolo authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * libyolo: JPEG bytes (or raw pixels) in, boxes out. The whole public API, C99.
 *
 * Rules that hold everywhere
 * - Structures begin with `struct_size`; initialise them with the YOLO_..._INIT
 *   macros. 0 in any other field means "the default". The library reads and
 *   writes only the bytes that the caller's struct_size covers.
 * - Strings are UTF-8 and NUL-terminated. Nothing that is passed in is kept
 *   after the call returns, except the callbacks and their user pointers.
 * - Functions return a status; 0 is success. On failure yolo_last_error() says
 *   why, in the thread that made the call.
 * - The library never prints, exits, aborts, installs signal handlers, lets an
 *   exception out, or (device neuron apart) reads the environment. What it is
 *   linked with may: ONEDNN_VERBOSE, for one, makes oneDNN print.
 */
#ifndef YOLO_YOLO_H_
#define YOLO_YOLO_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define YOLO_API
#else
#define YOLO_API __attribute__((visibility("default")))
#endif

/* ---- Version ------------------------------------------------------------ */

#define YOLO_VERSION_MAJOR 0
#define YOLO_VERSION_MINOR 1
#define YOLO_VERSION_PATCH 0
#define YOLO_VERSION_STRING "0.1.0"
/* major << 16 | minor << 8 | patch */
#define YOLO_VERSION_NUMBER                                            \
  ((uint32_t)((YOLO_VERSION_MAJOR << 16) | (YOLO_VERSION_MINOR << 8) | \
              YOLO_VERSION_PATCH))

/* Version of the library that is running, as YOLO_VERSION_NUMBER.
 * Threads: any. */
YOLO_API uint32_t yolo_version(void);

/* One line: version, compiler, devices compiled in, and name and version of
 * each library that is linked. Static storage. Threads: any. */
YOLO_API const char* yolo_build_info(void);

/* ---- Status ------------------------------------------------------------- */

typedef int32_t yolo_status;

enum {
  YOLO_OK = 0,
  YOLO_ERROR_INVALID_ARGUMENT = 1, /* the call is wrong: NULL, range, size */
  YOLO_ERROR_OUT_OF_MEMORY = 2,    /* the allocator returned NULL */
  YOLO_ERROR_IO = 3,               /* a file cannot be opened or read */
  YOLO_ERROR_BAD_MODEL = 4,        /* the model's bytes contradict themselves */
  YOLO_ERROR_UNSUPPORTED_MODEL = 5, /* valid, but uses what is not built */
  YOLO_ERROR_BAD_IMAGE = 6,         /* the image's bytes cannot be decoded */
  YOLO_ERROR_UNSUPPORTED_IMAGE = 7, /* valid, but not 8-bit, or lossless, ... */
  YOLO_ERROR_LIMIT = 8,             /* over a limit that an option sets */
  YOLO_ERROR_DEVICE_UNAVAILABLE = 9, /* the device asked for is not here */
  YOLO_ERROR_DEVICE = 10,            /* the device failed while running */
  YOLO_ERROR_VERSION = 11,           /* header and library do not fit */
  YOLO_ERROR_FORKED = 12,            /* detector made before fork() */
  YOLO_ERROR_INTERNAL = 13           /* a defect of libyolo; please report it */
};

/* Name of a status, for example "YOLO_ERROR_BAD_IMAGE"; "YOLO_ERROR_UNKNOWN"
 * for other numbers. Static storage. Threads: any. */
YOLO_API const char* yolo_status_string(yolo_status status);

/* Why the last call of this thread that failed did so; "" when none has.
 * One line without a newline, at most YOLO_MESSAGE_SIZE - 1 bytes, owned by
 * the library, valid until this thread's next call into it. Threads: any. */
YOLO_API const char* yolo_last_error(void);

#define YOLO_MESSAGE_SIZE 256

/* Names the field in the ..._INIT macros where the language allows it, so that
 * they are silent under -Wmissing-field-initializers. */
#if defined(__cplusplus)
#define YOLO_INIT_FIELD(name)
#else
#define YOLO_INIT_FIELD(name) .name =
#endif

/* ---- Options ------------------------------------------------------------ */

enum {                           /* yolo_options.device */
       YOLO_DEVICE_AUTO = 0,     /* the fastest that is available: neuron (where
                                    options.neuron names a NEFF), cpu, portable */
       YOLO_DEVICE_CPU = 1,      /* oneDNN; x86-64 */
       YOLO_DEVICE_PORTABLE = 2, /* Eigen; any CPU; f32 only */
       YOLO_DEVICE_NEURON = 3    /* AWS Inferentia, Trainium: yolo/neuron.h */
};

enum {                         /* yolo_options.fallback */
       YOLO_FALLBACK_NONE = 0, /* a device that is lost is an error */
       YOLO_FALLBACK_CPU = 1   /* the CPU runs what the device cannot */
};

enum {                          /* yolo_options.precision */
       YOLO_PRECISION_AUTO = 0, /* bf16 where the CPU multiplies it, else f32 */
       YOLO_PRECISION_F32 = 1,
       YOLO_PRECISION_BF16 = 2,
       YOLO_PRECISION_F16 = 3 /* in yolo_detector_info only */
};

/* How an image becomes the network's input and a head becomes boxes. Each is
 * named after the tool whose arithmetic it reproduces. All read RGB / 255. */
enum {                           /* yolo_options.profile */
       YOLO_PROFILE_AUTO = 0,    /* the model's own: darknet for .cfg, or
                                    darknet-letterbox with letter_box=1 */
       YOLO_PROFILE_DARKNET = 1, /* stretch, corner-aligned bilinear */
       YOLO_PROFILE_DARKNET_LETTERBOX =
           2,                   /* the same, aspect kept, border 0.5 */
       YOLO_PROFILE_OPENCV = 3, /* stretch, cv::resize INTER_LINEAR on bytes */
       YOLO_PROFILE_ULTRALYTICS =
           4,                      /* aspect kept, border 114/255, cv::resize */
       YOLO_PROFILE_TF1_LEGACY = 5 /* stretch, src = dst * in / out, no
                                      scale_x_y: AWS's YOLOv4 demo */
};

enum { /* yolo_options.decode: how an image is brought to the network's size */
       YOLO_DECODE_FAST = 0, /* each component from its own resolution, colours
                                computed at the network's; an image at least
                                2, 4 or 8 times as large as the pixels it will
                                cover is first reduced by that, by the JPEG
                                decoder itself or by averaging */
       YOLO_DECODE_EXACT = 1 /* full size, RGB as libjpeg makes it by default,
                                and the profile's arithmetic bit by bit */
};

enum {                         /* yolo_options.nms: what suppresses a box */
       YOLO_NMS_PER_CLASS = 0, /* a better box of its class, IoU > threshold */
       YOLO_NMS_AGNOSTIC = 1,  /* a better box of any class, IoU > threshold */
       YOLO_NMS_DIOU = 2,      /* a better box of its class, IoU minus relative
                                  squared centre distance > threshold */
       YOLO_NMS_NONE = 3       /* nothing: the raw candidates */
};

enum {                      /* yolo_options.exif */
       YOLO_EXIF_APPLY = 0, /* turn the image upright before detection */
       YOLO_EXIF_IGNORE = 1 /* use the pixels as stored */
};

enum { /* level of a log message */
       YOLO_LOG_ERROR = 1,
       YOLO_LOG_WARNING = 2,
       YOLO_LOG_INFO = 3
};

/* Receives one line without a newline; `message` is valid during the call
 * only. Called from yolo_create() in the thread that called it, and from
 * threads of the detector; must not call into the detector. */
typedef void (*yolo_log_fn)(void* user, int32_t level, const char* message);

/* Memory for tensors, weights and pixels (small bookkeeping comes from the C++
 * runtime). `alloc` returns `size` bytes aligned to `alignment` (a power of
 * two, at most 4096) or NULL; `free` gets what `alloc` returned and its size.
 * Called from several threads at once. Both or neither must be set. */
typedef void* (*yolo_alloc_fn)(void* user, size_t size, size_t alignment);
typedef void (*yolo_free_fn)(void* user, void* memory, size_t size);

typedef struct yolo_options {
  uint32_t struct_size;    /* set by YOLO_OPTIONS_INIT */
  uint32_t header_version; /* set by YOLO_OPTIONS_INIT */

  /* The model, as two files or as two blocks of bytes (a block wins over the
   * path beside it). Darknet .cfg and .weights. */
  const char* model_path;
  const char* weights_path;
  const void* model_data;
  size_t model_size; /* bytes */
  const void* weights_data;
  size_t weights_size; /* bytes */

  /* One class name a line. Default: none; yolo_label() then gives "". */
  const char* labels_path;
  const void* labels_data;
  size_t labels_size; /* bytes */

  int32_t device;
  int32_t precision; /* device neuron: of the fallback */

  /* Images in flight at once. Default: one per CPU this process may use
   * (affinity and cgroup quota); device neuron: see there. At most 256. */
  uint32_t num_lanes;
  /* Most threads that one image alone may use inside the network while other
   * lanes are idle. Default: num_lanes (device neuron: at most one per CPU).
   * 1: never more than one. At most 64. */
  uint32_t threads_per_lane;

  float score_threshold; /* (0, 1]; boxes must score more; default 0.25 */
  float iou_threshold;   /* (0, 1]; default 0.45 */
  /* Per class, replaces score_threshold; an entry of 0 means score_threshold.
   * NULL, or exactly as many entries as the model has classes. */
  const float* class_thresholds;
  size_t num_class_thresholds;
  /* Only these class ids are reported. NULL: all. */
  const int32_t* class_allow;
  size_t num_class_allow;

  int32_t nms;
  /* Boxes above the threshold that enter NMS, best first. Default 4096; at
   * most 65536. */
  uint32_t max_candidates;
  /* Boxes reported for an image. Default 300; at most max_candidates. */
  uint32_t max_detections;

  /* Network input in pixels; multiples of the model's largest stride
   * (32, or 64 and 128 for the P6 and P7 models); both or neither. Default:
   * the model's own. */
  uint32_t network_width;
  uint32_t network_height;

  int32_t profile;
  int32_t decode;
  int32_t exif;

  /* Scans beyond which a JPEG is refused; of a large image fewer, so that all
   * together decode at most 64 max_pixels. Default 500. */
  uint32_t max_scans;
  /* Pixels of an image beyond which it is refused. Default 2^26 (67 million).
   */
  uint64_t max_pixels;
  /* Bytes that the detector may hold from its allocator: weights, activations
   * and image buffers of all lanes; while it is made also a second copy of the
   * weights. Default: the memory of the machine, or of its cgroup. */
  uint64_t max_bytes;

  yolo_alloc_fn alloc;
  yolo_free_fn free;
  void* alloc_user;

  yolo_log_fn log;
  void* log_user;
  /* ---- 0.1 ends here. Append below; 0 must mean "as before". ---- */

  int32_t fallback;
  uint32_t reserved; /* 0 */
  /* Device neuron only: see yolo/neuron.h. NULL: defaults, and no NEFF. */
  const struct yolo_neuron_options* neuron;
} yolo_options;

#define YOLO_OPTIONS_INIT                                   \
  {                                                         \
    YOLO_INIT_FIELD(struct_size)                            \
    (uint32_t)sizeof(yolo_options),                         \
        YOLO_INIT_FIELD(header_version) YOLO_VERSION_NUMBER \
  }

/* ---- Detector ----------------------------------------------------------- */

typedef struct yolo_detector yolo_detector;

/* Loads a model and makes everything that detection needs.
 *
 * options   must name a model and its weights; not kept
 * detector  receives the detector; untouched on failure
 *
 * Errors: INVALID_ARGUMENT, VERSION (the header that options was compiled with
 * has another major version or a newer minor version than the library), IO,
 * BAD_MODEL, UNSUPPORTED_MODEL, LIMIT, OUT_OF_MEMORY, DEVICE_UNAVAILABLE.
 * Threads: any. Blocks for milliseconds to seconds. Needs 256 KiB of stack. */
YOLO_API yolo_status yolo_create(const yolo_options* options,
                                 yolo_detector** detector);

/* Frees the detector and stops its threads. NULL is fine. In a child of fork()
 * it frees what can be freed without the threads.
 * Threads: when no other call on this detector is running or will be made. As
 * a safeguard it waits for detections that have begun; nothing saves others. */
YOLO_API void yolo_destroy(yolo_detector* detector);

/* ---- Images and results ------------------------------------------------- */

enum {                       /* format of an image */
       YOLO_FORMAT_JPEG = 0, /* a JPEG file's bytes */
       YOLO_FORMAT_RGB = 1,  /* raw, 8 bits a channel, rows top down */
       YOLO_FORMAT_BGR = 2,
       YOLO_FORMAT_RGBA = 3, /* alpha is ignored */
       YOLO_FORMAT_BGRA = 4,
       YOLO_FORMAT_GRAY = 5,
       /* Frames of cameras and video decoders. Chroma has half the columns,
        * rounded up, and in the first three half the rows; it is taken to lie
        * in the middle of the pixels that share it. */
       YOLO_FORMAT_NV12 = 6, /* plane 0: Y; plane 1: U and V by turns */
       YOLO_FORMAT_NV21 = 7, /* plane 0: Y; plane 1: V and U by turns */
       YOLO_FORMAT_I420 = 8, /* planes Y, U, V */
       YOLO_FORMAT_YUYV = 9, /* one plane: Y0 U Y1 V, also known as YUY2 */
       YOLO_FORMAT_UYVY = 10 /* one plane: U Y0 V Y1 */
};

enum { /* yolo_image.yuv_standard: what the numbers of a YUV frame mean */
       YOLO_YUV_BT601_LIMITED = 0, /* Y 16 to 235: most cameras, SD video */
       YOLO_YUV_BT601_FULL = 1,    /* Y 0 to 255: JPEG, Android's camera */
       YOLO_YUV_BT709_LIMITED = 2, /* HD video */
       YOLO_YUV_BT709_FULL = 3
};

/* An image in the caller's memory; read only, read during the call only. */
typedef struct yolo_image {
  uint32_t struct_size; /* set by YOLO_IMAGE_INIT */
  int32_t format;
  const void* data; /* the file, the pixels, or plane 0 */
  size_t size;    /* bytes at data; raw: at least (height - 1) * stride + row */
  uint32_t width; /* pixels; raw formats only, 0 for JPEG */
  uint32_t height; /* pixels; raw formats only, 0 for JPEG */
  size_t stride;   /* bytes from row to row; raw only; 0: rows are adjacent */

  /* Planes 1 and 2 of NV12, NV21 and I420. All NULL: they follow plane 0 (and
   * each other) in `data`, which then holds the whole frame. */
  const void* chroma[2];
  size_t chroma_size[2];   /* bytes, as `size` */
  size_t chroma_stride[2]; /* bytes; 0: rows are adjacent; in one block, of
                              I420, half of `stride`, else `stride` */
  int32_t yuv_standard;    /* YUV formats only */
  uint32_t orientation;    /* how a raw frame has to be turned, as EXIF: 1 to 8;
                              0: not at all. yolo_options.exif does not matter.
                              0 for JPEG, which says it itself */
} yolo_image;

#define YOLO_IMAGE_INIT \
  { YOLO_INIT_FIELD(struct_size)(uint32_t) sizeof(yolo_image) }

/* One box, in pixels of the upright image: x right, y down, (0, 0) the outer
 * corner of the first pixel, clipped to the image. 24 bytes, for ever. */
typedef struct yolo_detection {
  float x0, y0, x1, y1; /* 0 <= x0 <= x1 <= width; 0 <= y0 <= y1 <= height */
  float score;          /* (0, 1]: objectness times class probability */
  int32_t class_id;     /* [0, number of classes) */
} yolo_detection;

enum { /* bits of yolo_result.truncated */
       YOLO_TRUNCATED_DETECTIONS =
           1, /* found > count: capacity, max_detections */
       YOLO_TRUNCATED_CANDIDATES = 2, /* more than max_candidates entered NMS */
       YOLO_TRUNCATED_IMAGE = 4 /* the JPEG ended early; its missing part is
                                   grey */
};

enum {                         /* bits of yolo_result.notes */
       YOLO_NOTE_FALLBACK = 1, /* the CPU ran it: its device is lost */
       YOLO_NOTE_NUMERIC = 2   /* the device reported a NaN in its batch */
};

/* What became of one image. */
typedef struct yolo_result {
  uint32_t struct_size; /* set by YOLO_RESULT_INIT */
  yolo_status status;   /* of this image; no other field but `message` and the
                           times counts unless it is YOLO_OK */
  uint32_t count;       /* boxes written, highest score first */
  uint32_t found;       /* boxes after NMS, before the cut to count */
  uint32_t truncated;   /* 0, or bits that say what was cut */
  uint32_t width;       /* of the upright image, pixels */
  uint32_t height;
  uint32_t orientation; /* EXIF orientation found or, of a raw frame, given:
                           1 to 8; 1 without */
  uint64_t ns_wait;     /* nanoseconds until a lane took the image */
  uint64_t ns_decode;   /* JPEG bytes to samples; with ns_pack, to the input */
  uint64_t ns_pack;     /* samples to the network's input */
  uint64_t ns_run;      /* the network */
  uint64_t ns_extract;  /* heads to boxes, NMS included */
  char message[YOLO_MESSAGE_SIZE]; /* why it failed; "" on success */
  uint32_t notes;                  /* 0, or bits that say what was special */
  int32_t core;                    /* of the device that ran it; -1: of none */
} yolo_result;

#define YOLO_RESULT_INIT \
  { YOLO_INIT_FIELD(struct_size)(uint32_t) sizeof(yolo_result) }

/* Finds objects in one image. Flat arguments, no pointer behind a pointer.
 *
 * format      YOLO_FORMAT_...
 * data, size, width, height, stride
 *             as in yolo_image; a YUV frame lies in one block, BT.601 limited
 * detections  [capacity], written from the start, highest score first; equal
 *             scores by class, then by position in the network
 * capacity    may be 0 (detections may then be NULL)
 * result      optional; set struct_size before the call
 *
 * Returns the status of the image, as in result->status. Errors:
 * INVALID_ARGUMENT, BAD_IMAGE, UNSUPPORTED_IMAGE, LIMIT, OUT_OF_MEMORY, DEVICE,
 * FORKED. Threads: any number at once on one detector. When more calls than
 * lanes run, the rest wait in the order they came. Needs 256 KiB of stack. */
YOLO_API yolo_status yolo_detect(yolo_detector* detector, int32_t format,
                                 const void* data, size_t size, uint32_t width,
                                 uint32_t height, size_t stride,
                                 yolo_detection* detections, size_t capacity,
                                 yolo_result* result);

/* The same for an image that takes more words: a frame in several planes, of
 * another YUV standard, or turned. */
YOLO_API yolo_status yolo_detect_image(yolo_detector* detector,
                                       const yolo_image* image,
                                       yolo_detection* detections,
                                       size_t capacity, yolo_result* result);

/* Finds objects in num_images images, on all lanes that are free.
 *
 * images      [num_images]; elements are struct_size of the first apart
 * detections  [num_images][capacity]: those of image i begin at i * capacity
 * capacity    boxes an image at most
 * results     [num_images]; elements are struct_size of the first apart
 *
 * An image that cannot be decoded fails alone: its result says why. Boxes are
 * the same, bit for bit, whatever the batch, its order, or the lane.
 * Returns YOLO_OK when every image was tried; otherwise no result is valid.
 * Errors: INVALID_ARGUMENT, FORKED. Threads and stack: as yolo_detect. */
YOLO_API yolo_status yolo_detect_batch(yolo_detector* detector,
                                       const yolo_image* images,
                                       size_t num_images,
                                       yolo_detection* detections,
                                       size_t capacity, yolo_result* results);

/* ---- What was made ------------------------------------------------------ */

/* The options in effect, and what they cost. Strings live as long as the
 * detector. */
typedef struct yolo_detector_info {
  uint32_t struct_size; /* set by YOLO_DETECTOR_INFO_INIT */
  int32_t device;       /* never AUTO */
  int32_t precision;    /* never AUTO */
  int32_t profile;      /* never AUTO */
  int32_t decode;
  int32_t nms;
  int32_t exif;
  uint32_t num_lanes;
  uint32_t threads_per_lane;
  uint32_t network_width;
  uint32_t network_height;
  uint32_t num_classes;
  uint32_t num_layers;
  uint32_t num_heads;
  uint32_t max_candidates;
  uint32_t max_detections;
  uint32_t max_scans;
  float score_threshold;
  float iou_threshold;
  uint32_t num_labels;     /* names read; 0 without labels */
  uint64_t num_parameters; /* numbers in the weights file: weights, biases,
                              scales, means and variances */
  double gflop;            /* 2 * multiply-adds of the convolutions / 1e9 */
  uint64_t max_pixels;
  uint64_t max_bytes;
  uint64_t bytes_held;         /* from the allocator, now, all lanes */
  uint64_t bytes_weights;      /* of these: weights, shared by the lanes */
  uint64_t bytes_lane;         /* of these: one lane's tensors and scratch */
  const char* device_name;     /* "cpu", "portable", "neuron" */
  const char* instruction_set; /* what the device runs, e.g. "avx512_bf16" */
  uint32_t num_cores;          /* of the device; 0: it has none of its own */
  uint32_t batch;              /* images that run together at most */
  const char* device_details;  /* more for people, lines of "name: text" */
} yolo_detector_info;

#define YOLO_DETECTOR_INFO_INIT \
  { YOLO_INIT_FIELD(struct_size)(uint32_t) sizeof(yolo_detector_info) }

/* Threads: any. Errors: INVALID_ARGUMENT. */
YOLO_API yolo_status yolo_get_detector_info(const yolo_detector* detector,
                                            yolo_detector_info* info);

/* One layer of the model as it was read. */
typedef struct yolo_layer_info {
  uint32_t struct_size; /* set by YOLO_LAYER_INFO_INIT */
  uint32_t line;        /* of its section in the model file, from 1 */
  uint32_t channels;    /* of its output */
  uint32_t height;
  uint32_t width;
  uint32_t reserved;
  uint64_t num_parameters;
  double gflop;
  const char* type;           /* "convolutional", "route", ... */
  const char* implementation; /* what the device runs for it; "" when nothing
                                 (a route that moves no byte, say) */
} yolo_layer_info;

#define YOLO_LAYER_INFO_INIT \
  { YOLO_INIT_FIELD(struct_size)(uint32_t) sizeof(yolo_layer_info) }

/* index: [0, num_layers). Threads: any. Errors: INVALID_ARGUMENT. */
YOLO_API yolo_status yolo_get_layer_info(const yolo_detector* detector,
                                         uint32_t index, yolo_layer_info* info);

/* Name of a class, "" when the detector has none for it (no labels, a short
 * list, an id out of range). Lives as long as the detector. Threads: any. */
YOLO_API const char* yolo_label(const yolo_detector* detector,
                                int32_t class_id);

#ifdef __cplusplus
}
#endif

#endif /* YOLO_YOLO_H_ */
