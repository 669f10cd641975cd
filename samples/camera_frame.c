/* SPDX-FileCopyrightText: 2026 The libyolo authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Frames of a camera (NV12): one thread captures, one detects what came last.
 *
 *   sample_camera_frame MODEL.cfg MODEL.weights FILE WIDTH HEIGHT [STRIDE]
 *
 * FILE has one frame after another. STRIDE: bytes from row to row.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <yolo/yolo.h>

typedef struct Camera {
  FILE* file;
  size_t frame_bytes, rest; /* bytes; of the end, which is no whole frame */
  unsigned char *filling, *waiting, *looking; /* frames, which change places */
  unsigned long captured, looked; /* number, from 1, of the last frame */
  int ended;
  pthread_mutex_t lock;
  pthread_cond_t changed; /* captured, ended */
} Camera;

static void* Capture(void* argument) {
  Camera* c = argument;
  while (!c->ended) {
    const size_t got = fread(c->filling, 1, c->frame_bytes, c->file);
    pthread_mutex_lock(&c->lock);
    c->rest = got % c->frame_bytes;
    c->ended = got < c->frame_bytes;
    if (!c->ended) {
      unsigned char* full = c->filling;
      c->filling = c->waiting;
      c->waiting = full;
      c->captured += 1;
    }
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
  }
  return NULL;
}

/* True when there is a new frame in c->looking; false when none will come. */
static int TakeLatest(Camera* c) {
  pthread_mutex_lock(&c->lock);
  while (c->captured == c->looked && !c->ended) {
    pthread_cond_wait(&c->changed, &c->lock);
  }
  const int fresh = c->captured != c->looked;
  unsigned char* latest = c->waiting;
  c->waiting = c->looking;
  c->looking = latest;
  c->looked = c->captured;
  pthread_mutex_unlock(&c->lock);
  return fresh;
}

int main(int argc, char** argv) {
  if (argc != 6 && argc != 7) return 2;
  const uint32_t width = (uint32_t)strtoul(argv[4], NULL, 10);
  const uint32_t height = (uint32_t)strtoul(argv[5], NULL, 10);
  const size_t stride = argc == 7 ? strtoul(argv[6], NULL, 10) : width;
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_path = argv[1];
  options.weights_path = argv[2];
  yolo_detector* detector = NULL;
  yolo_status status = yolo_create(&options, &detector);
  Camera c = {.file = fopen(argv[3], "rb"),
              .frame_bytes = stride * (height + (height + 1) / 2),
              .lock = PTHREAD_MUTEX_INITIALIZER,
              .changed = PTHREAD_COND_INITIALIZER};
  unsigned char* memory = calloc(3, c.frame_bytes);
  c.filling = memory;
  c.waiting = memory + c.frame_bytes;
  c.looking = c.waiting + c.frame_bytes;
  pthread_t thread;
  if (status != YOLO_OK || !c.file || !memory || c.frame_bytes == 0 ||
      pthread_create(&thread, NULL, Capture, &c) != 0) {
    fprintf(stderr, "cannot start: %s\n", yolo_last_error());
    return 1;
  }
  yolo_detection b[100];
  yolo_result r = YOLO_RESULT_INIT;
  while (status == YOLO_OK && TakeLatest(&c)) {
    status = yolo_detect(detector, YOLO_FORMAT_NV12, c.looking, c.frame_bytes,
                         width, height, stride, b, 100, &r);
    for (yolo_detection* d = b; status == YOLO_OK && d < b + r.count; ++d) {
      printf("frame %lu: class %d, score %.2f, box %.0f %.0f %.0f %.0f\n",
             c.looked, d->class_id, d->score, d->x0, d->y0, d->x1, d->y1);
    }
  }
  pthread_join(thread, NULL);
  if (c.rest != 0) fprintf(stderr, "the last frame is not whole\n");
  fprintf(stderr, "%lu frames. %s\n", c.captured, yolo_last_error());
  yolo_destroy(detector);
  free(memory);
  fclose(c.file);
  return status != YOLO_OK || c.captured == 0 || c.rest != 0;
}
