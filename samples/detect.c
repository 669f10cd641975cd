/* SPDX-FileCopyrightText: 2026 The libyolo authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One photo, one call: sample_detect MODEL.cfg MODEL.weights PHOTO.jpg
 */
#include <stdio.h>
#include <yolo/yolo.h>

static unsigned char jpeg[16 << 20]; /* more than the largest photo */

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  FILE* file = fopen(argv[3], "rb");
  size_t size = file ? fread(jpeg, 1, sizeof jpeg, file) : 0;
  if (size == 0 || size == sizeof jpeg) {
    fprintf(stderr, "%s: unreadable, empty, or too large\n", argv[3]);
    return 1;
  }

  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_path = argv[1];
  options.weights_path = argv[2];
  yolo_detector* detector = NULL;
  if (yolo_create(&options, &detector) != YOLO_OK) {
    fprintf(stderr, "%s\n", yolo_last_error());
    return 1;
  }

  yolo_detection boxes[100];
  yolo_result result = YOLO_RESULT_INIT;
  yolo_status status = yolo_detect(detector, YOLO_FORMAT_JPEG, jpeg, size, 0, 0,
                                   0, boxes, 100, &result);
  if (status != YOLO_OK) fprintf(stderr, "%s\n", yolo_last_error());
  for (uint32_t i = 0; status == YOLO_OK && i < result.count; ++i) {
    printf("class %d, score %.2f, box %.0f %.0f %.0f %.0f\n", boxes[i].class_id,
           boxes[i].score, boxes[i].x0, boxes[i].y0, boxes[i].x1, boxes[i].y1);
  }
  yolo_destroy(detector);
  return status != YOLO_OK;
}
