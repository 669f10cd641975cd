/* SPDX-FileCopyrightText: 2026 The libyolo authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Many photos on all CPUs: sample_batch MODEL.cfg MODEL.weights PHOTO.jpg...
 * A photo that cannot be read or decoded fails alone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <yolo/yolo.h>

enum { kCapacity = 100 }; /* boxes kept for each photo */

/* The whole file, to be freed by the caller; NULL when it cannot be read. */
static void* ReadFile(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  if (!file) return NULL;
  void* data = NULL;
  long length = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
  if (length > 0) data = malloc((size_t)length);
  rewind(file);
  *size = data ? fread(data, 1, (size_t)length, file) : 0;
  fclose(file);
  return data;
}

static void Print(const char* path, const yolo_result* result,
                  const yolo_detection* boxes) {
  if (result->status != YOLO_OK) {
    printf("%s: %s\n", path, result->message);
    return;
  }
  printf("%s: %" PRIu32 " x %" PRIu32 ", %" PRIu32 " boxes\n", path,
         result->width, result->height, result->count);
  for (uint32_t i = 0; i < result->count; ++i) {
    const yolo_detection* b = &boxes[i];
    printf("  class %" PRId32 ", score %.2f, box %.0f %.0f %.0f %.0f\n",
           b->class_id, b->score, b->x0, b->y0, b->x1, b->y1);
  }
}

int main(int argc, char** argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: %s MODEL.cfg MODEL.weights PHOTO.jpg...\n",
            argv[0]);
    return 2;
  }
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_path = argv[1];
  options.weights_path = argv[2];
  yolo_detector* detector = NULL;
  if (yolo_create(&options, &detector) != YOLO_OK) {
    fprintf(stderr, "%s\n", yolo_last_error());
    return 1;
  }

  const size_t count = (size_t)argc - 3;
  yolo_image* images = calloc(count, sizeof *images);
  yolo_result* results = calloc(count, sizeof *results);
  yolo_detection* boxes = calloc(count, kCapacity * sizeof *boxes);
  for (size_t i = 0; i < count; ++i) {
    images[i] = (yolo_image)YOLO_IMAGE_INIT;
    results[i] = (yolo_result)YOLO_RESULT_INIT;
    images[i].data = ReadFile(argv[i + 3], &images[i].size);
  }

  /* boxes[i * kCapacity] is the best box of photo i. */
  yolo_status status =
      yolo_detect_batch(detector, images, count, boxes, kCapacity, results);
  if (status != YOLO_OK) fprintf(stderr, "%s\n", yolo_last_error());
  for (size_t i = 0; i < count; ++i) {
    if (status == YOLO_OK) {
      Print(argv[i + 3], &results[i], boxes + i * kCapacity);
    }
    free((void*)images[i].data);
  }
  free(boxes);
  free(results);
  free(images);
  yolo_destroy(detector);
  return status != YOLO_OK;
}
