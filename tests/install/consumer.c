/* SPDX-FileCopyrightText: 2026 The libyolo authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A user's program in C99: consumer MODEL.cfg MODEL.weights THRESHOLD PHOTO.jpg
 *
 * Prints one box a line: class_id score x0 y0 x1 y1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <yolo/yolo.h>

static unsigned char jpeg[1 << 20];

int main(int argc, char** argv) {
  yolo_options options = YOLO_OPTIONS_INIT;
  yolo_detector* detector = NULL;
  yolo_detection boxes[300];
  yolo_result result = YOLO_RESULT_INIT;
  FILE* file;
  size_t size;
  uint32_t i;

  if (argc != 5 || !(file = fopen(argv[4], "rb"))) return 2;
  size = fread(jpeg, 1, sizeof jpeg, file);
  fclose(file);

  options.model_path = argv[1];
  options.weights_path = argv[2];
  options.score_threshold = (float)atof(argv[3]);
  if (yolo_create(&options, &detector) != YOLO_OK ||
      yolo_detect(detector, YOLO_FORMAT_JPEG, jpeg, size, 0, 0, 0, boxes, 300,
                  &result) != YOLO_OK) {
    fprintf(stderr, "%s\n", yolo_last_error());
    return 1;
  }
  for (i = 0; i < result.count; ++i) {
    printf("%d %.9g %.9g %.9g %.9g %.9g\n", (int)boxes[i].class_id,
           boxes[i].score, boxes[i].x0, boxes[i].y0, boxes[i].x1, boxes[i].y1);
  }
  yolo_destroy(detector);
  return 0;
}
