// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The photos that could be read -> yolo_detect_batch -> the photos.
#include "detect_photos.h"

#include <cstddef>
#include <string>

namespace cli {
namespace {

// The library numbers the images of a batch; here they have names.
std::string WithoutIndex(const std::string& message, size_t index) {
  const std::string prefix = "image " + std::to_string(index) + ": ";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

}  // namespace

void DetectPhotos(const Model& model, std::vector<Photo>* photos) {
  std::vector<Photo*> readable;
  std::vector<yolo_image> images;
  for (Photo& photo : *photos) {
    if (photo.result.status != YOLO_OK) continue;
    readable.push_back(&photo);
    images.push_back(photo.Image());
  }
  if (readable.empty()) return;
  const size_t capacity = model.info().max_detections;
  std::vector<yolo_detection> detections(readable.size() * capacity);
  std::vector<yolo_result> results(readable.size(), YOLO_RESULT_INIT);
  const yolo_status status =
      yolo_detect_batch(model.detector(), images.data(), images.size(),
                        detections.data(), capacity, results.data());
  for (size_t i = 0; i < readable.size(); ++i) {
    if (status != YOLO_OK) {
      readable[i]->Fail(status, yolo_last_error());
      continue;
    }
    readable[i]->result = results[i];
    if (results[i].status != YOLO_OK) {
      readable[i]->Fail(results[i].status, WithoutIndex(results[i].message, i));
      continue;
    }
    const auto first = detections.begin() + i * capacity;
    readable[i]->detections.assign(first, first + results[i].count);
  }
}

}  // namespace cli
