/* SPDX-FileCopyrightText: 2026 The libyolo authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The C headers alone, in strict C99 and in C++11: they compile without a
 * warning, their structures lie in memory as version 0.1 laid them, and they
 * link.
 *
 * A line of this file never changes: new fields are appended.
 */
#include "yolo/neuron.h"
#include "yolo/yolo.h"

#define NAME2(prefix, line) prefix##line
#define NAME1(prefix, line) NAME2(prefix, line)
/* An array of -1 characters where the condition does not hold. */
#define CHECK(condition) \
  typedef char NAME1(check_, __LINE__)[(condition) ? 1 : -1]

#if UINTPTR_MAX == 0xffffffffffffffff && defined(__x86_64__)
#define OFFSET(type, field, bytes) CHECK(offsetof(type, field) == (bytes))
/* At least: later versions are longer. */
#define SIZE(type, bytes) CHECK(sizeof(type) >= (bytes))
/* clang-format off */
SIZE(yolo_options, 232);
OFFSET(yolo_options, struct_size, 0);
OFFSET(yolo_options, header_version, 4);
OFFSET(yolo_options, model_path, 8);
OFFSET(yolo_options, weights_path, 16);
OFFSET(yolo_options, model_data, 24);
OFFSET(yolo_options, model_size, 32);
OFFSET(yolo_options, weights_data, 40);
OFFSET(yolo_options, weights_size, 48);
OFFSET(yolo_options, labels_path, 56);
OFFSET(yolo_options, labels_data, 64);
OFFSET(yolo_options, labels_size, 72);
OFFSET(yolo_options, device, 80);
OFFSET(yolo_options, precision, 84);
OFFSET(yolo_options, num_lanes, 88);
OFFSET(yolo_options, threads_per_lane, 92);
OFFSET(yolo_options, score_threshold, 96);
OFFSET(yolo_options, iou_threshold, 100);
OFFSET(yolo_options, class_thresholds, 104);
OFFSET(yolo_options, num_class_thresholds, 112);
OFFSET(yolo_options, class_allow, 120);
OFFSET(yolo_options, num_class_allow, 128);
OFFSET(yolo_options, nms, 136);
OFFSET(yolo_options, max_candidates, 140);
OFFSET(yolo_options, max_detections, 144);
OFFSET(yolo_options, network_width, 148);
OFFSET(yolo_options, network_height, 152);
OFFSET(yolo_options, profile, 156);
OFFSET(yolo_options, decode, 160);
OFFSET(yolo_options, exif, 164);
OFFSET(yolo_options, max_scans, 168);
OFFSET(yolo_options, max_pixels, 176);
OFFSET(yolo_options, max_bytes, 184);
OFFSET(yolo_options, alloc, 192);
OFFSET(yolo_options, free, 200);
OFFSET(yolo_options, alloc_user, 208);
OFFSET(yolo_options, log, 216);
OFFSET(yolo_options, log_user, 224);
SIZE(yolo_image, 40);
OFFSET(yolo_image, struct_size, 0);
OFFSET(yolo_image, format, 4);
OFFSET(yolo_image, data, 8);
OFFSET(yolo_image, size, 16);
OFFSET(yolo_image, width, 24);
OFFSET(yolo_image, height, 28);
OFFSET(yolo_image, stride, 32);
SIZE(yolo_detection, 24);
OFFSET(yolo_detection, x0, 0);
OFFSET(yolo_detection, y0, 4);
OFFSET(yolo_detection, x1, 8);
OFFSET(yolo_detection, y1, 12);
OFFSET(yolo_detection, score, 16);
OFFSET(yolo_detection, class_id, 20);
SIZE(yolo_result, 328);
OFFSET(yolo_result, struct_size, 0);
OFFSET(yolo_result, status, 4);
OFFSET(yolo_result, count, 8);
OFFSET(yolo_result, found, 12);
OFFSET(yolo_result, truncated, 16);
OFFSET(yolo_result, width, 20);
OFFSET(yolo_result, height, 24);
OFFSET(yolo_result, orientation, 28);
OFFSET(yolo_result, ns_wait, 32);
OFFSET(yolo_result, ns_decode, 40);
OFFSET(yolo_result, ns_pack, 48);
OFFSET(yolo_result, ns_run, 56);
OFFSET(yolo_result, ns_extract, 64);
OFFSET(yolo_result, message, 72);
SIZE(yolo_detector_info, 152);
OFFSET(yolo_detector_info, struct_size, 0);
OFFSET(yolo_detector_info, device, 4);
OFFSET(yolo_detector_info, precision, 8);
OFFSET(yolo_detector_info, profile, 12);
OFFSET(yolo_detector_info, decode, 16);
OFFSET(yolo_detector_info, nms, 20);
OFFSET(yolo_detector_info, exif, 24);
OFFSET(yolo_detector_info, num_lanes, 28);
OFFSET(yolo_detector_info, threads_per_lane, 32);
OFFSET(yolo_detector_info, network_width, 36);
OFFSET(yolo_detector_info, network_height, 40);
OFFSET(yolo_detector_info, num_classes, 44);
OFFSET(yolo_detector_info, num_layers, 48);
OFFSET(yolo_detector_info, num_heads, 52);
OFFSET(yolo_detector_info, max_candidates, 56);
OFFSET(yolo_detector_info, max_detections, 60);
OFFSET(yolo_detector_info, max_scans, 64);
OFFSET(yolo_detector_info, score_threshold, 68);
OFFSET(yolo_detector_info, iou_threshold, 72);
OFFSET(yolo_detector_info, num_labels, 76);
OFFSET(yolo_detector_info, num_parameters, 80);
OFFSET(yolo_detector_info, gflop, 88);
OFFSET(yolo_detector_info, max_pixels, 96);
OFFSET(yolo_detector_info, max_bytes, 104);
OFFSET(yolo_detector_info, bytes_held, 112);
OFFSET(yolo_detector_info, bytes_weights, 120);
OFFSET(yolo_detector_info, bytes_lane, 128);
OFFSET(yolo_detector_info, device_name, 136);
OFFSET(yolo_detector_info, instruction_set, 144);
SIZE(yolo_layer_info, 56);
OFFSET(yolo_layer_info, struct_size, 0);
OFFSET(yolo_layer_info, line, 4);
OFFSET(yolo_layer_info, channels, 8);
OFFSET(yolo_layer_info, height, 12);
OFFSET(yolo_layer_info, width, 16);
OFFSET(yolo_layer_info, reserved, 20);
OFFSET(yolo_layer_info, num_parameters, 24);
OFFSET(yolo_layer_info, gflop, 32);
OFFSET(yolo_layer_info, type, 40);
OFFSET(yolo_layer_info, implementation, 48);
OFFSET(yolo_options, fallback, 232);
OFFSET(yolo_options, reserved, 236);
OFFSET(yolo_options, neuron, 240);
OFFSET(yolo_result, notes, 328);
OFFSET(yolo_result, core, 332);
OFFSET(yolo_detector_info, num_cores, 152);
OFFSET(yolo_detector_info, batch, 156);
OFFSET(yolo_detector_info, device_details, 160);
SIZE(yolo_neuron_options, 88);
OFFSET(yolo_neuron_options, struct_size, 0);
OFFSET(yolo_neuron_options, first_core, 4);
OFFSET(yolo_neuron_options, num_cores, 8);
OFFSET(yolo_neuron_options, lanes_per_core, 12);
OFFSET(yolo_neuron_options, timeout_ms, 16);
OFFSET(yolo_neuron_options, reserved, 20);
OFFSET(yolo_neuron_options, neff_path, 24);
OFFSET(yolo_neuron_options, neff_data, 32);
OFFSET(yolo_neuron_options, neff_size, 40);
OFFSET(yolo_neuron_options, libnrt_path, 48);
OFFSET(yolo_neuron_options, visible_cores, 56);
OFFSET(yolo_neuron_options, tensor_types, 64);
OFFSET(yolo_neuron_options, decoded_boxes, 72);
OFFSET(yolo_neuron_options, decoded_units, 76);
OFFSET(yolo_neuron_options, decoded_scores, 80);
OFFSET(yolo_neuron_options, reserved2, 84);
SIZE(yolo_core_stats, 344);
OFFSET(yolo_core_stats, struct_size, 0);
OFFSET(yolo_core_stats, core, 4);
OFFSET(yolo_core_stats, state, 8);
OFFSET(yolo_core_stats, status, 12);
OFFSET(yolo_core_stats, in_flight, 16);
OFFSET(yolo_core_stats, reserved, 20);
OFFSET(yolo_core_stats, images, 24);
OFFSET(yolo_core_stats, executions, 32);
OFFSET(yolo_core_stats, retries, 40);
OFFSET(yolo_core_stats, failures, 48);
OFFSET(yolo_core_stats, numeric, 56);
OFFSET(yolo_core_stats, ns_executing, 64);
OFFSET(yolo_core_stats, bytes_used, 72);
OFFSET(yolo_core_stats, bytes_limit, 80);
OFFSET(yolo_core_stats, message, 88);
/* clang-format on */
CHECK(sizeof(yolo_detection) == 24); /* for ever */
#endif

CHECK(YOLO_OK == 0);
CHECK(YOLO_ERROR_INTERNAL == 13);
CHECK(YOLO_NMS_NONE == 3);
CHECK(YOLO_FORMAT_GRAY == 5);
CHECK(YOLO_PROFILE_TF1_LEGACY == 5);
CHECK(sizeof(yolo_status) == 4);

int main(void) {
  yolo_options options = YOLO_OPTIONS_INIT;
  yolo_image image = YOLO_IMAGE_INIT;
  yolo_result result = YOLO_RESULT_INIT;
  yolo_detector_info info = YOLO_DETECTOR_INFO_INIT;
  yolo_layer_info layer = YOLO_LAYER_INFO_INIT;
  yolo_neuron_options neuron = YOLO_NEURON_OPTIONS_INIT;
  yolo_core_stats stats = YOLO_CORE_STATS_INIT;
  yolo_detector* detector = NULL;
  if (options.struct_size != sizeof(options)) return 1;
  if (options.header_version != YOLO_VERSION_NUMBER) return 2;
  if (image.struct_size != sizeof(image)) return 3;
  if (result.struct_size != sizeof(result)) return 4;
  if (info.struct_size != sizeof(info)) return 5;
  if (layer.struct_size != sizeof(layer)) return 6;
  if (options.model_path != NULL || options.log_user != NULL) return 7;
  if (yolo_version() != YOLO_VERSION_NUMBER) return 8;
  if (yolo_create(&options, &detector) != YOLO_ERROR_INVALID_ARGUMENT) return 9;
  if (yolo_last_error()[0] == 0) return 10;
  if (neuron.struct_size != sizeof(neuron)) return 11;
  if (stats.struct_size != sizeof(stats)) return 12;
  if (yolo_device_stats(NULL, 0, &stats) == YOLO_OK) return 13;
  return 0;
}
