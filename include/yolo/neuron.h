/* SPDX-FileCopyrightText: 2026 The libyolo authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Device neuron: AWS Inferentia and Trainium, through the system's libnrt.so.1.
 * The rules of yolo.h hold here too.
 *
 *   yolo_neuron_options neuron = YOLO_NEURON_OPTIONS_INIT;
 *   neuron.neff_path = "yolov4.neff";
 *   options.neuron = &neuron;
 *   options.device = YOLO_DEVICE_NEURON;
 *
 * The model's .cfg says what the heads mean; its .weights are not computed with
 * (the NEFF has its own), unless yolo_options.fallback is set.
 *
 * The NEFF takes one tensor, [B, H, W, 3] or [B, 3, H, W], RGB from 0 to 1 in
 * f16, bf16 or f32, or from 0 to 255 in u8. H and W are those of the network,
 * B is any batch: a lane runs up to B images that are waiting, and never waits
 * for more. It gives, in f16, bf16 or f32, one of these; which, is found out:
 *
 *   the undecoded input of each [yolo] layer, [B, h, w, channels] or
 *       [B, channels, h, w];
 *   boxes, decoded: [B, N, 5 + classes] or [B, 5 + classes, N], N the cells x
 *       anchors of all heads in any order: box, objectness, classes;
 *   the same as [B, N, 4 + classes] or [B, 4 + classes, N]: box, classes;
 *   the same in two tensors: boxes [B, N, 4] or [B, N, 1, 4], classes
 *       [B, N, classes].
 *
 * Scores are probabilities then, without another logistic. What the tensors do
 * not tell is said by decoded_boxes, decoded_units and decoded_scores.
 */
#ifndef YOLO_NEURON_H_
#define YOLO_NEURON_H_

#include "yolo/yolo.h"

#ifdef __cplusplus
extern "C" {
#endif

/* yolo_neuron_options.decoded_...: of a NEFF that gives decoded boxes; of
 * others they mean nothing. 0 is what is usual for the tensors' form. */
enum {
  YOLO_DECODED_BOXES_DEFAULT = 0, /* one tensor: XYWH; two: XYXY */
  YOLO_DECODED_BOXES_XYWH = 1,    /* centre and size */
  YOLO_DECODED_BOXES_XYXY = 2,    /* left, top, right, bottom */
  YOLO_DECODED_BOXES_YXYX = 3     /* top, left, bottom, right */
};
enum {
  YOLO_DECODED_UNITS_DEFAULT = 0,  /* one tensor: PIXELS; two: FRACTIONS */
  YOLO_DECODED_UNITS_PIXELS = 1,   /* of the network's input */
  YOLO_DECODED_UNITS_FRACTIONS = 2 /* of its width and height */
};
enum {
  YOLO_DECODED_SCORES_DEFAULT = 0, /* with an objectness: PRODUCT; else FINAL */
  YOLO_DECODED_SCORES_PRODUCT = 1, /* a score is objectness x class; it takes
                                      an objectness */
  YOLO_DECODED_SCORES_FINAL = 2    /* the class is the score; an objectness is
                                      not looked at */
};

typedef struct yolo_neuron_options {
  uint32_t struct_size; /* set by YOLO_NEURON_OPTIONS_INIT */

  /* Cores of this detector, counted within those that the process holds.
   * num_cores 0: all from first_core on. */
  uint32_t first_core;
  uint32_t num_cores; /* at most 256 */

  /* Images in flight for each core: while one executes, others are decoded
   * and extracted. Default 2; at most 16. yolo_options.num_lanes, when set,
   * says how many images are in flight on all cores together. */
  uint32_t lanes_per_core;

  /* Milliseconds that an execution may take. What takes longer is given up: its
   * image fails, its core is not used again. Default 30000. */
  uint32_t timeout_ms;

  uint32_t reserved; /* 0 */

  /* The compiled network; the block wins over the path. One must be set. */
  const char* neff_path;
  const void* neff_data;
  size_t neff_size; /* bytes */

  /* Default: /opt/aws/neuron/lib/libnrt.so.1, then libnrt.so.1 wherever the
   * system finds it. Of the first detector in the process. */
  const char* libnrt_path;

  /* Cores that the process claims when its first detector is made, as in
   * NEURON_RT_VISIBLE_CORES: "0-3". Default: first_core + num_cores of them if
   * num_cores is set, else all. Without effect where that variable or
   * NEURON_RT_NUM_CORES is set; the one that libnrt needs is set otherwise. */
  const char* visible_cores;

  /* Types of tensors where libnrt tells none or a wrong one:
   * "image=u8,head_19=f16". Types are u8, f16, bf16 and f32. Default: what
   * libnrt tells, in the numbering of its version. */
  const char* tensor_types;

  /* YOLO_DECODED_BOXES_..., _UNITS_..., _SCORES_... */
  int32_t decoded_boxes;
  int32_t decoded_units;
  int32_t decoded_scores;
  uint32_t reserved2; /* 0 */
} yolo_neuron_options;

#define YOLO_NEURON_OPTIONS_INIT          \
  {                                       \
    YOLO_INIT_FIELD(struct_size)          \
    (uint32_t)sizeof(yolo_neuron_options) \
  }

enum {                       /* yolo_core_stats.state */
       YOLO_CORE_READY = 0,  /* takes images */
       YOLO_CORE_FAILED = 1, /* not used any more: `status` and `message` */
       YOLO_CORE_STUCK = 2   /* the same: an execution never came back */
};

/* One core of a device, since the detector was made. */
typedef struct yolo_core_stats {
  uint32_t struct_size; /* set by YOLO_CORE_STATS_INIT */
  uint32_t core;        /* as libnrt counts it: first_core + index */
  int32_t state;
  uint32_t status;       /* NRT_STATUS that ended its use; 0: none */
  uint32_t in_flight;    /* images given to it now */
  uint32_t reserved;     /* 0 */
  uint64_t images;       /* that it finished */
  uint64_t executions;   /* that finished: fewer than images where B > 1 */
  uint64_t retries;      /* executions tried again */
  uint64_t failures;     /* images that failed on it or had to move */
  uint64_t numeric;      /* executions that saw a NaN */
  uint64_t ns_executing; /* nanoseconds in libnrt: write, execute, read */
  uint64_t bytes_used;   /* device memory; 0 where libnrt does not tell */
  uint64_t bytes_limit;  /* device memory; 0 where libnrt does not tell */
  char message[YOLO_MESSAGE_SIZE]; /* why it is not READY; else "" */
} yolo_core_stats;

#define YOLO_CORE_STATS_INIT \
  { YOLO_INIT_FIELD(struct_size)(uint32_t) sizeof(yolo_core_stats) }

/* index: [0, yolo_detector_info.num_cores); devices of the CPU have none.
 * Threads: any, while others detect. Errors: INVALID_ARGUMENT, FORKED. */
YOLO_API yolo_status yolo_device_stats(const yolo_detector* detector,
                                       uint32_t index, yolo_core_stats* stats);

#ifdef __cplusplus
}
#endif

#endif /* YOLO_NEURON_H_ */
