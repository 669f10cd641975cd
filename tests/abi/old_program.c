/* SPDX-FileCopyrightText: 2026 The libyolo authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A program compiled with the header of another day (0.1/yolo/yolo.h, before
 * any structure grew) runs with the library of today: MODEL.cfg MODEL.weights
 * PHOTO.jpg
 *
 * Guards behind each structure see a library that writes more than this header
 * knows.
 */
#include <stdio.h>
#include <string.h>
#include <yolo/yolo.h>

static unsigned char jpeg[1 << 20];
static int failures = 0;

#define CHECK(condition) \
  ((condition)           \
       ? 0               \
       : (++failures, fprintf(stderr, "%d: %s\n", __LINE__, #condition)))

static const unsigned char kGuard[16] = {0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5};

#define GUARDED(type, name)             \
  struct {                              \
    type value;                         \
    unsigned char guard[sizeof kGuard]; \
  } name;                               \
  memset(&name, 0, sizeof name);        \
  memcpy(name.guard, kGuard, sizeof kGuard)
#define INTACT(name) (memcmp(name.guard, kGuard, sizeof kGuard) == 0)

static void CheckInfo(const yolo_detector* detector) {
  GUARDED(yolo_detector_info, info);
  GUARDED(yolo_layer_info, layer);
  info.value.struct_size = sizeof info.value;
  layer.value.struct_size = sizeof layer.value;
  CHECK(yolo_get_detector_info(detector, &info.value) == YOLO_OK);
  CHECK(INTACT(info));
  CHECK(info.value.num_classes == 80);
  CHECK(info.value.max_detections == 300);
  CHECK(info.value.device_name && info.value.instruction_set);
  CHECK(yolo_get_layer_info(detector, 0, &layer.value) == YOLO_OK);
  CHECK(INTACT(layer));
  CHECK(strcmp(layer.value.type, "convolutional") == 0);
}

/* One image alone and the same twice in a batch: the library steps through
 * arrays by the sizes of this header. */
static void CheckDetect(yolo_detector* detector, size_t size) {
  yolo_detection one[8], two[2][8];
  yolo_image images[2] = {YOLO_IMAGE_INIT, YOLO_IMAGE_INIT};
  yolo_result results[2] = {YOLO_RESULT_INIT, YOLO_RESULT_INIT};
  int i;
  GUARDED(yolo_result, result);
  result.value.struct_size = sizeof result.value;
  CHECK(yolo_detect(detector, YOLO_FORMAT_JPEG, jpeg, size, 0, 0, 0, one, 8,
                    &result.value) == YOLO_OK);
  CHECK(INTACT(result));
  CHECK(result.value.count >= 1 && result.value.count <= 8);

  for (i = 0; i < 2; ++i) {
    images[i].data = jpeg;
    images[i].size = size;
  }
  CHECK(yolo_detect_batch(detector, images, 2, two[0], 8, results) == YOLO_OK);
  for (i = 0; i < 2; ++i) {
    CHECK(results[i].status == YOLO_OK);
    CHECK(results[i].count == result.value.count);
    CHECK(memcmp(two[i], one, result.value.count * sizeof one[0]) == 0);
  }
  printf("class %d, score %.3f\n", (int)one[0].class_id, one[0].score);
}

int main(int argc, char** argv) {
  yolo_detector* detector = NULL;
  FILE* file;
  size_t size;
  GUARDED(yolo_options, options);
  if (argc != 4 || !(file = fopen(argv[3], "rb"))) return 2;
  size = fread(jpeg, 1, sizeof jpeg, file);
  fclose(file);

  CHECK(YOLO_VERSION_MAJOR == 0 && YOLO_VERSION_MINOR == 1);
  options.value.struct_size = sizeof options.value;
  options.value.header_version = YOLO_VERSION_NUMBER;
  options.value.model_path = argv[1];
  options.value.weights_path = argv[2];
  CHECK(yolo_create(&options.value, &detector) == YOLO_OK);
  if (!detector) return fprintf(stderr, "%s\n", yolo_last_error());
  CHECK(yolo_last_error()[0] == '\0');
  CheckInfo(detector);
  CheckDetect(detector, size);
  CHECK(strcmp(yolo_label(detector, 0), "") == 0);
  yolo_destroy(detector);
  return failures != 0;
}
