// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Photos through the detector, in one batch.
#ifndef YOLO_SAMPLES_CLI_DETECT_PHOTOS_H_
#define YOLO_SAMPLES_CLI_DETECT_PHOTOS_H_

#include <vector>

#include "model.h"
#include "photo.h"

namespace cli {

// Fills results and detections. Photos that have failed already stay as they
// are and take no part. Threads: any number at once on one model.
void DetectPhotos(const Model& model, std::vector<Photo>* photos);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_DETECT_PHOTOS_H_
